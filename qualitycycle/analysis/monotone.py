"""Is there a trend: in a series over time, in shares over ordered groups, in an ordered table?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from statsmodels.stats.contingency_tables import Table

TOO_FEW = "too_few"
NO_SPREAD = "no_spread"


@dataclass(frozen=True)
class MannKendall:
    """``s`` = rises less falls over all pairs of points; ``p`` two-sided, continuity corrected.

    ``slope`` (Sen) is in units of the series per step, with its interval ``low`` to ``high``.
    """

    s: int
    variance: float
    z: float | None
    p: float | None
    tau_b: float | None
    slope: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None = None


@dataclass(frozen=True)
class ShareTrend:
    """``statistic`` chi-square with 1 degree of freedom; ``slope`` change of the share per unit of score."""

    statistic: float | None
    z: float | None
    p: float | None
    slope: float | None
    shares: tuple[float, ...]
    reason: str | None = None


@dataclass(frozen=True)
class LinearByLinear:
    """``z`` is positive when higher rows go with higher columns; ``p`` two-sided."""

    z: float | None
    p: float | None
    n: int
    reason: str | None = None


def mann_kendall(series: Sequence[float] | npt.ArrayLike, *, confidence: float = 0.95) -> MannKendall:
    """Mann-Kendall test for a trend in a series, with ties, and Sen's slope.

    ``S = sum over i < j of sign(x_j - x_i)``; ``var S = [n(n-1)(2n+5) - sum t(t-1)(2t+5)] / 18``;
    ``z = (S - sign S) / sqrt(var S)``. Sen's slope: the median of ``(x_j - x_i) / (j - i)``; its
    interval takes the ordered slopes at ``(M - C)/2`` and ``(M + C)/2 + 1`` (interpolated), M the
    number of pairs and ``C = z sqrt(var S)``.

    ``series``: one number per equally spaced moment, in order. Assumes independent moments (a
    series that drifts or returns to its mean gives too small a p) and is rough below 8 points.
    Source: Mann, Econometrica 13 (1945) 245-259; Kendall, Rank Correlation Methods (1975); Sen,
    Journal of the American Statistical Association 63 (1968) 1379-1389; Gilbert, Statistical
    Methods for Environmental Pollution Monitoring (1987) 16.4. Software: R
    ``Kendall::MannKendall``, scipy ``kendalltau`` and ``theilslopes`` (used for tau and slope).
    Raises ValueError on missing values.

    >>> m = mann_kendall([3.1, 3.3, 3.3, 3.6, 3.5, 3.9, 4.0, 3.9])
    >>> m.s, round(m.p, 4), round(m.slope, 3)
    (22, 0.0083, 0.133)
    """
    x = np.asarray(series, dtype=np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise ValueError("the series must be one list of numbers without gaps")
    n = len(x)
    if n < 3:
        return MannKendall(0, 0.0, None, None, None, None, None, None, n, TOO_FEW)
    i, j = np.triu_indices(n, 1)
    s = int(np.sign(x[j] - x[i]).sum())
    _, t = np.unique(x, return_counts=True)
    variance = float((n * (n - 1) * (2 * n + 5) - (t * (t - 1) * (2 * t + 5)).sum()) / 18)
    if variance == 0:
        return MannKendall(s, 0.0, None, None, None, 0.0, None, None, n, NO_SPREAD)
    z = (s - math.copysign(1, s)) / math.sqrt(variance) if s else 0.0
    tau = float(stats.kendalltau(np.arange(n), x).statistic)
    slopes = np.sort((x[j] - x[i]) / (j - i))
    reach = float(stats.norm.ppf((1 + confidence) / 2)) * math.sqrt(variance)
    low, high = (_at_rank(slopes, (len(slopes) + side * reach) / 2 + (side > 0)) for side in (-1, 1))
    slope = float(stats.theilslopes(x, np.arange(n)).slope)
    return MannKendall(s, variance, z, float(2 * stats.norm.sf(abs(z))), tau, slope, low, high, n)


def chi_square_trend(
    successes: Sequence[int] | npt.ArrayLike,
    totals: Sequence[int] | npt.ArrayLike,
    *,
    scores: Sequence[float] | npt.ArrayLike | None = None,
) -> ShareTrend:
    """Chi-square test for a linear trend in shares over ordered groups (Cochran-Armitage).

    ``z = sum x_g (s_g - mean s) / sqrt(p (1 - p) sum n_g (s_g - mean s)^2)`` with x successes of n,
    scores s (1, 2, 3, ... when absent), p the share over all groups and ``mean s`` weighted by n;
    the statistic is ``z^2``. ``slope``: the weighted least squares slope of the share on the score.

    Assumes independent answers; a rise and fall that cancel out is not seen.
    Source: Cochran, Biometrics 10 (1954) 417-451; Armitage, Biometrics 11 (1955) 375-386.
    Software: R ``prop.trend.test``. Raises ValueError when a count does not fit its total.

    >>> t = chi_square_trend([800, 240, 324, 122, 136, 220], [1589, 475, 671, 215, 369, 471])
    >>> round(t.statistic, 3), round(t.p, 4), round(t.slope, 4)
    (8.367, 0.0038, -0.013)
    """
    x, n = np.asarray(successes, dtype=np.float64), np.asarray(totals, dtype=np.float64)
    s = np.arange(1.0, len(n) + 1) if scores is None else np.asarray(scores, dtype=np.float64)
    if not x.shape == n.shape == s.shape:
        raise ValueError("successes, totals and scores must have the same length")
    if not ((x >= 0) & (x <= n)).all():
        raise ValueError("a number of successes must lie between 0 and its total")
    shares = tuple(float(a / b) if b else math.nan for a, b in zip(x, n, strict=True))
    if np.count_nonzero(n) < 2:
        return ShareTrend(None, None, None, None, shares, TOO_FEW)
    p = float(x.sum() / n.sum())
    away = s - float(s @ n / n.sum())
    squares = float(n @ away**2)
    if squares == 0 or p in (0.0, 1.0):
        return ShareTrend(None, None, None, None, shares, NO_SPREAD)
    z = float(x @ away) / math.sqrt(p * (1 - p) * squares)
    return ShareTrend(z**2, z, float(stats.chi2.sf(z**2, 1)), float(x @ away) / squares, shares)


def linear_by_linear(
    table: Sequence[Sequence[int]] | npt.ArrayLike,
    *,
    row_scores: Sequence[float] | None = None,
    column_scores: Sequence[float] | None = None,
) -> LinearByLinear:
    """Linear-by-linear association in a table of ordered rows and columns.

    ``z = r sqrt(N - 1)``, r the correlation of the row and column scores (1, 2, 3, ... when absent).

    Assumes independent answers. Source: Mantel, Journal of the American Statistical Association
    58 (1963) 690-700; Agresti, Categorical Data Analysis (2013) 3.4. Software: statsmodels
    ``Table.test_ordinal_association`` (used), R ``coin::lbl_test``.
    Raises ValueError when the table is not one of counts.

    >>> found = linear_by_linear([[10, 6, 4], [5, 7, 8], [2, 6, 12]])
    >>> round(found.z, 3), round(found.p, 4)
    (3.065, 0.0022)
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or not (counts >= 0).all():
        raise ValueError("the table must hold rows of counts")
    n = int(counts.sum())
    if min(np.count_nonzero(counts.sum(axis=1)), np.count_nonzero(counts.sum(axis=0))) < 2:
        return LinearByLinear(None, None, n, TOO_FEW if n < 2 else NO_SPREAD)
    rows = np.arange(counts.shape[0]) if row_scores is None else np.asarray(row_scores)
    columns = np.arange(counts.shape[1]) if column_scores is None else np.asarray(column_scores)
    found = Table(counts, shift_zeros=False).test_ordinal_association(rows, columns)
    z = float(found.zscore)
    return LinearByLinear(z, float(2 * stats.norm.sf(abs(z))), n)


def _at_rank(ordered: npt.NDArray[np.float64], rank: float) -> float:
    """The value at a 1-based, possibly broken rank, by linear interpolation."""
    return float(np.interp(rank, np.arange(1, len(ordered) + 1), ordered))
