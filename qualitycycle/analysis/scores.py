"""How well a declared score measures one thing, from the cross products of each session or survey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from statistics import median
from typing import Any, Literal

from qualitycycle.analysis.agreement import r_wg_from_sums
from qualitycycle.analysis.omega import Omega, mcdonald_omega
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.reliability import (
    TOO_FEW_RESPONDENTS,
    Alpha,
    CrossProducts,
    ItemReliability,
    alpha_over_groups,
    cronbach_alpha,
)

NORM = 0.7
"""From here on a score is good enough to speak of groups (Nunnally, Psychometric Theory, 1978)."""

FEW_SESSIONS = "agreement_too_few_sessions"
NOTHING = Alpha(None, None, None, None, None, None, 0)

Usable = Literal["yes", "unsure", "no"]


@dataclass(frozen=True)
class ScoreReliability:
    """What is known of one score; without numbers when ``n`` is None, and ``reasons`` says why.

    ``over_sessions`` is the interval of alpha that lets people of one session resemble each
    other. ``agreement`` is the median r_wg over ``sessions`` sessions.
    """

    score: str
    items: tuple[str, ...]
    moment: str | None
    n: int | None = None
    alpha: Alpha = NOTHING
    over_sessions: Interval = field(default_factory=Interval)
    omega: Omega | None = None
    agreement: float | None = None
    sessions: int | None = None
    reasons: tuple[str, ...] = ()

    @property
    def likely(self) -> Interval:
        """Alpha with the widest of its intervals: Feldt's and the one over sessions."""
        ends = [(self.alpha.low, self.alpha.high), (self.over_sessions.low, self.over_sessions.high)]
        lows, highs = ([end for end in side if end is not None] for side in zip(*ends, strict=True))
        return Interval(self.alpha.alpha, min(lows), max(highs)) if lows and highs else Interval()

    @property
    def usable(self) -> Usable | None:
        """Whether the items may be shown as one number: all of the interval above `NORM`, or below."""
        low, high = self.likely.low, self.likely.high
        if low is None or high is None:
            return None
        return "yes" if low >= NORM else "no" if high < NORM else "unsure"

    @property
    def weakest(self) -> ItemReliability | None:
        """The item that goes least with the others."""
        known = [item for item in self.alpha.items if item.item_rest is not None]
        return min(known, key=lambda item: item.item_rest or 0.0, default=None)

    def as_json(self) -> dict[str, Any]:
        """The fixed keys of ``reliability``."""
        alpha, omega = self.alpha, self.omega
        known = {item.item: item for item in alpha.items}
        return {
            "score": self.score,
            "moment": self.moment,
            "n": self.n,
            "items": list(self.items),
            "alpha": {
                "estimate": alpha.alpha,
                "low": alpha.low,
                "high": alpha.high,
                "duhachek": {"low": alpha.duhachek_low, "high": alpha.duhachek_high},
                "over_sessions": {"low": self.over_sessions.low, "high": self.over_sessions.high},
            },
            "omega_total": omega.total if omega else None,
            "omega_hierarchical": omega.hierarchical if omega else None,
            **{
                name: {item: getattr(known.get(item), name, None) for item in self.items}
                for name in ("item_rest", "alpha_if_dropped")
            },
            "rwg": {"median": self.agreement, "sessions": self.sessions},
            "usable": self.usable,
            "reasons": list(self.reasons),
        }


def score_reliability(
    score: str,
    parts: Sequence[CrossProducts],
    *,
    moment: str | None = None,
    agreeing: Sequence[CrossProducts] | None = None,
    options: int,
    step: float = 1.0,
) -> ScoreReliability:
    """Alpha, omega and agreement of a score from the cross products of each session.

    ``parts``: one per session or survey, of the same items. ``agreeing``: the sessions over
    which agreement may be told, empty when these are too few; None where agreement has no
    meaning, as in a survey. ``options`` answer options lie ``step`` apart. See `cronbach_alpha`,
    `alpha_over_groups`, `mcdonald_omega` (hierarchical only where it is identified) and `r_wg_j`
    for formulas and sources. Below 50 respondents there are no numbers, but a reason.

    >>> import numpy as np, pandas as pd
    >>> from qualitycycle.analysis.reliability import cross_products
    >>> rng = np.random.default_rng(1)
    >>> answers = np.clip(np.round(3 + rng.normal(size=(80, 1)) + 0.8 * rng.normal(size=(80, 4))), 1, 5)
    >>> frame = pd.DataFrame(answers, columns=["ZEL1", "ZEL2", "ZEL3", "ZEL4"])
    >>> parts = [cross_products(frame[i::8]) for i in range(8)]
    >>> found = score_reliability("ZEL", parts, agreeing=parts, options=5)
    >>> found.n, round(found.alpha.alpha, 2), found.usable, round(found.agreement, 2), found.sessions
    (80, 0.78, 'unsure', 0.7, 8)
    >>> score_reliability("ZEL", parts[:4], options=5).reasons
    ('too_few_respondents',)
    """
    if not parts:
        return ScoreReliability(score, (), moment, reasons=(TOO_FEW_RESPONDENTS,))
    whole = reduce(add, parts)
    alpha = cronbach_alpha(whole)
    if alpha.reason is not None:
        return ScoreReliability(score, whole.items, moment, reasons=(alpha.reason,))
    omega = mcdonald_omega(whole, hierarchical=True)
    agreement = median_agreement(agreeing or (), options, step)
    few = agreeing is not None and agreement is None
    return ScoreReliability(
        score,
        whole.items,
        moment,
        whole.n,
        alpha,
        alpha_over_groups(parts),
        omega,
        agreement,
        None if agreement is None else len(agreeing or ()),
        (*_reasons(omega), *([FEW_SESSIONS] if few else [])),
    )


def median_agreement(parts: Sequence[CrossProducts], options: int, step: float = 1.0) -> float | None:
    """The median over groups of `r_wg_j`; None without groups of 2 or more.

    >>> part = CrossProducts(("a", "b"), 3, (12.0, 12.0), ((48.0, 48.0), (48.0, 50.0)))
    >>> round(median_agreement([part], 5), 2)
    0.86
    """
    squares = [[part.products[i][i] for i in range(len(part.items))] for part in parts]
    if not parts:
        return None
    n, sums = [part.n for part in parts], [part.sums for part in parts]
    found = [one for one in r_wg_from_sums(n, sums, squares, options=options, step=step) if one is not None]
    return median(found) if found else None


def _reasons(omega: Omega) -> list[str]:
    named = {"omega": omega.reason, "omega_hierarchical": omega.hierarchical_reason}
    return [f"{name}_{reason}" for name, reason in named.items() if reason is not None]
