"""How well the mean of a group of answers, such as a session, tells groups apart.

Below ``minimum`` respondents the result holds no number but the reason ``too_few_respondents``.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from qualitycycle.analysis.reliability import MINIMUM, NO_SPREAD, TOO_FEW_RESPONDENTS
from qualitycycle.cells import Cells

TOO_FEW_GROUPS = "too_few_groups"
NO_DIFFERENCE_BETWEEN = "no_difference_between_groups"


@dataclass(frozen=True)
class Icc:
    """``icc1``: share of the variance of one answer that lies between groups; ``icc2``: reliability
    of a group's mean. ``needed``: answers per group for a mean with reliability ``target``."""

    target: float
    groups: int
    n: int
    icc1: float | None = None
    icc1_low: float | None = None
    icc1_high: float | None = None
    icc2: float | None = None
    icc2_low: float | None = None
    icc2_high: float | None = None
    needed: int | None = None
    mean_square_between: float | None = None
    mean_square_within: float | None = None
    f: float | None = None
    p: float | None = None
    size: float | None = None
    reason: str | None = None


def icc(
    values: Sequence[float] | npt.ArrayLike,
    groups: Sequence[Hashable],
    *,
    target: float = 0.7,
    size: Literal["n0", "mean"] = "n0",
    confidence: float = 0.95,
    minimum: int = MINIMUM,
) -> Icc:
    """ICC(1), ICC(2) and the answers per group needed, from one-way analysis of variance.

    See `icc_from_sums` for formula, assumptions and source. ``values``: one answer each;
    ``groups``: its session or trainer. Raises ValueError on missing values or unequal lengths.

    >>> found = icc([4, 5, 4, 2, 3, 3, 5, 5, 4] * 6, ["a", "a", "a", "b", "b", "b", "c", "c", "c"] * 6)
    >>> round(found.icc1, 3), round(found.icc2, 3), found.needed
    (0.828, 0.989, 1)
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or len(x) != len(groups):
        raise ValueError("every value needs one group")
    if not np.isfinite(x).all():
        raise ValueError("values hold a missing or infinite value; leave those out first")
    code = Cells.of(groups).at
    centre = float(x.mean()) if len(x) else 0.0
    n, sums, squares = (np.bincount(code, w) for w in (None, x - centre, (x - centre) ** 2))
    return icc_from_sums(n, sums, squares, target=target, size=size, confidence=confidence, minimum=minimum)


def icc_from_sums(
    n: Sequence[int] | npt.ArrayLike,
    sums: Sequence[float] | npt.ArrayLike,
    sums_of_squares: Sequence[float] | npt.ArrayLike,
    *,
    target: float = 0.7,
    size: Literal["n0", "mean"] = "n0",
    confidence: float = 0.95,
    minimum: int = MINIMUM,
) -> Icc:
    """`icc` from per group the number, the sum and the sum of squares of the answers.

    With mean squares B between G groups and W within: ``icc1 = (B - W) / (B + (m - 1) W)``,
    ``icc2 = (B - W) / B``; m is ``n0 = (N - sum n^2 / N) / (G - 1)`` or, as in R's multilevel, the
    mean group size. Intervals from ``B/W`` divided by the two ends of F with G - 1 and N - G degrees
    of freedom, exact with equal groups and normal answers, else near. ``needed``:
    ``r (1 - icc1) / ((1 - r) icc1)``, r the target, rounded up (Spearman-Brown).

    Assumes independent answers within a group and one variance within. A negative estimate is
    kept as it is: the groups differ less than chance would have it.
    Source: Shrout, Fleiss, Psychological Bulletin 86 (1979) 420-428; Bliese, in Klein, Kozlowski
    (eds), Multilevel Theory (2000) 349-381; n0: Searle, Linear Models (1971). Software: R
    ``multilevel::ICC1``, ``multilevel::ICC2``, ``psych::ICC`` (types ICC1 and ICC1k).
    Reasons: ``too_few_respondents`` (answers), ``too_few_groups``, ``no_spread``,
    ``no_difference_between_groups`` (only ``needed`` is absent). Raises ValueError on other shapes.

    >>> found = icc_from_sums([20, 20, 20], [80, 60, 70], [340, 200, 260])
    >>> round(found.icc1, 3), round(found.icc2, 3), found.needed
    (0.173, 0.807, 12)
    """
    many, s, q = (np.asarray(column, dtype=np.float64) for column in (n, sums, sums_of_squares))
    if not many.shape == s.shape == q.shape or many.ndim != 1:
        raise ValueError("n, sums and sums_of_squares must have the same length")
    held = many > 0
    many, s, q = many[held], s[held], q[held]
    total, groups = int(many.sum()), len(many)
    nothing = Icc(target=target, groups=groups, n=total)
    if total < minimum:
        return replace(nothing, reason=TOO_FEW_RESPONDENTS)
    if groups < 2 or total <= groups:
        return replace(nothing, reason=TOO_FEW_GROUPS)
    between = float(((s / many - s.sum() / total) ** 2 @ many) / (groups - 1))
    within = float((q - s**2 / many).sum() / (total - groups))
    known = replace(nothing, mean_square_between=between, mean_square_within=within)
    if not between > 1e-12 or not within > 1e-12:
        return replace(known, reason=NO_DIFFERENCE_BETWEEN if within > 1e-12 else NO_SPREAD)
    m = total / groups if size == "mean" else float((total - (many**2).sum() / total) / (groups - 1))
    return _estimated(known, between / within, m, confidence)


def mean_reliability(icc1: float, n: float) -> float:
    """Reliability of the mean of ``n`` answers: ``n icc1 / (1 + (n - 1) icc1)`` (Spearman-Brown).

    Source: Spearman, British Journal of Psychology 3 (1910) 271-295; Brown, the same, 296-322.

    >>> round(mean_reliability(0.15, 14), 3)
    0.712
    """
    return n * icc1 / (1 + (n - 1) * icc1)


def responses_needed(icc1: float, target: float = 0.7) -> int | None:
    """The least number of answers whose mean has reliability ``target``; None when ``icc1`` <= 0.

    See `mean_reliability`, of which this is the inverse. Raises ValueError unless 0 < target < 1.

    >>> responses_needed(0.15), responses_needed(0.0)
    (14, None)
    """
    if not 0 < target < 1:
        raise ValueError("the target must lie between 0 and 1")
    if icc1 <= 0:
        return None
    if icc1 >= 1:
        return 1
    return max(1, math.ceil(target * (1 - icc1) / ((1 - target) * icc1) - 1e-9))


def _estimated(known: Icc, ratio: float, size: float, confidence: float) -> Icc:
    """Both coefficients and their intervals from F (``ratio``), of groups of ``size`` answers."""
    df = (known.groups - 1, known.n - known.groups)
    tail = (1 - confidence) / 2
    ends = (ratio, ratio / float(stats.f.ppf(1 - tail, *df)), ratio / float(stats.f.ppf(tail, *df)))
    single, single_low, single_high = ((f - 1) / (f + size - 1) for f in ends)
    mean, mean_low, mean_high = (1 - 1 / f for f in ends)
    needed = responses_needed(single, known.target)
    return replace(
        known,
        icc1=single,
        icc1_low=single_low,
        icc1_high=single_high,
        icc2=mean,
        icc2_low=mean_low,
        icc2_high=mean_high,
        needed=needed,
        f=ratio,
        p=float(stats.f.sf(ratio, *df)),
        size=size,
        reason=NO_DIFFERENCE_BETWEEN if needed is None else None,
    )
