"""Shares with their intervals: how many of how many, and how sure we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from statsmodels.stats.proportion import proportion_confint


@dataclass(frozen=True)
class Interval:
    """An estimate with the two ends of its interval; ``None`` where it cannot be known."""

    estimate: float | None = None
    low: float | None = None
    high: float | None = None

    def as_json(self) -> dict[str, float | None]:
        """The three numbers as plain values.

        >>> Interval(0.5).as_json()
        {'estimate': 0.5, 'low': None, 'high': None}
        """
        return {"estimate": self.estimate, "low": self.low, "high": self.high}

    @property
    def is_known(self) -> bool:
        """Whether both ends are known."""
        return self.low is not None and self.high is not None


def wilson(k: int, n: int, confidence: float = 0.95) -> Interval:
    """Share ``k / n`` with the Wilson score interval (0 to 1).

    The set of shares p for which ``|k/n - p| <= z sqrt(p (1 - p) / n)``; no continuity
    correction. It assumes independent answers, so it describes *these* respondents; a
    comparison of sessions or trainers needs ``teams``. ``n = 0`` gives an empty interval.
    Source: Wilson, JASA 22 (1927) 209-212; R: ``prop.test(k, n, correct = FALSE)``.

    Raises ValueError when ``k`` is not between 0 and ``n``.

    >>> share = wilson(74, 231)
    >>> [round(100 * x, 1) for x in (share.estimate, share.low, share.high)]
    [32.0, 26.4, 38.3]
    """
    if not 0 <= k <= n:
        raise ValueError(f"k must lie between 0 and n, got {k} of {n}")
    if n == 0:
        return Interval()
    low, high = proportion_confint(k, n, alpha=1 - confidence, method="wilson")
    share = k / n
    return Interval(share, min(share, max(0.0, float(low))), max(share, min(1.0, float(high))))


def clopper_pearson(k: int, n: int, confidence: float = 0.95) -> Interval:
    """Share ``k / n`` with the exact interval of Clopper and Pearson (0 to 1).

    The shares p at which ``k`` or fewer, and ``k`` or more, of n are not rarer than half of one
    less the confidence: never too narrow, and wider than `wilson`. It assumes independent
    answers. ``n = 0`` gives an empty interval. Source: Clopper, Pearson, Biometrika 26 (1934)
    404-413; statsmodels ``proportion_confint`` (used), R: ``binom.test(k, n)``.

    Raises ValueError when ``k`` is not between 0 and ``n``.

    >>> share = clopper_pearson(74, 231)
    >>> [round(100 * x, 1) for x in (share.estimate, share.low, share.high)]
    [32.0, 26.1, 38.5]
    """
    if not 0 <= k <= n:
        raise ValueError(f"k must lie between 0 and n, got {k} of {n}")
    if n == 0:
        return Interval()
    low, high = proportion_confint(k, n, alpha=1 - confidence, method="beta")
    return Interval(k / n, float(low), float(high))


def option_table(
    counts: Mapping[str, int], *, denominator: int | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Counts per option as shares of one named base.

    ``counts``: number of respondents per option, in the order to show. ``denominator``:
    the number of respondents the question was asked of; the sum of ``counts`` when every
    respondent chose exactly one option (for a multi choice, give the respondents).
    Returns one row per option: option, n, denominator, share, low, high (fractions;
    missing when the base is empty).

    >>> print(option_table({"nee": 196, "ja": 35}).round(3).to_string(index=False))
    option   n  denominator  share   low  high
       nee 196          231  0.848 0.797 0.889
        ja  35          231  0.152 0.111 0.203
    """
    base = sum(counts.values()) if denominator is None else denominator
    rows = []
    for option, n in counts.items():
        share = wilson(n, base, confidence)
        rows.append((option, n, base, share.estimate, share.low, share.high))
    table = pd.DataFrame(rows, columns=["option", "n", "denominator", "share", "low", "high"])
    return table.astype({"share": float, "low": float, "high": float})
