"""The share of the people who wrote something that mentions a theme, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from statsmodels.stats.proportion import proportion_confint

ENOUGH = 5
"""From so many sessions on, the spread between sessions can be taken into account."""


@dataclass(frozen=True)
class Share:
    """A share (0 to 1) and its 95 % interval; ``clustered`` when sessions are accounted for."""

    value: float
    low: float
    high: float
    clustered: bool


def theme_share(mentions: Sequence[int], written: Sequence[int]) -> Share:
    """The share with an interval that knows comments of one session are alike.

    ``mentions`` and ``written`` are numbers of responses per session. The variance of the ratio
    between sessions, ``m/(m-1) sum (k_i - p n_i)^2 / n^2``, over the binomial one is the design
    effect (at least 1); Wilson's interval uses ``n`` over it. With fewer than five sessions it is
    plain Wilson. Source: Korn, Graubard, Survey Methodology 24 (1998) 193-201; Wilson (1927).

    Raises ValueError when nobody wrote anything.

    >>> few, many = theme_share([5, 5], [10, 10]), theme_share([10, 0] * 5, [10, 10] * 5)
    >>> few.clustered, many.clustered, round(many.low, 2), round(many.high, 2)
    (False, True, 0.23, 0.77)
    """
    n, m = sum(written), len(written)
    if not n:
        raise ValueError("nobody wrote anything")
    p = sum(mentions) / n
    clustered = m >= ENOUGH
    effect = 1.0
    if clustered and 0 < p < 1:
        squares = sum((k - p * size) ** 2 for k, size in zip(mentions, written, strict=True))
        effect = max(1.0, m / (m - 1) * squares / n**2 / (p * (1 - p) / n))
    low, high = proportion_confint(p * n / effect, n / effect, method="wilson")
    return Share(p, max(0.0, float(low)), min(1.0, float(high)), clustered)
