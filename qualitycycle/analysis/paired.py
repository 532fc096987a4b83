"""Change of the same people: before and after, in pairs. Differences are always after less before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import SquareTable

Floats = npt.NDArray[np.float64]
TOO_FEW = "too_few"
NO_SPREAD = "no_spread"


@dataclass(frozen=True)
class PairedChange:
    """``n`` pairs; ``only_pre`` and ``only_post`` people answered once and are left out.

    ``difference`` is the mean of after less before with its t interval, ``srm`` that mean over the
    standard deviation of the differences, with its interval. All p-values are two-sided.
    """

    n: int
    only_pre: int = 0
    only_post: int = 0
    higher: int = 0
    lower: int = 0
    same: int = 0
    mean_pre: float | None = None
    mean_post: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    sd_difference: float | None = None
    correlation: float | None = None
    t: float | None = None
    p_t: float | None = None
    srm: float | None = None
    srm_low: float | None = None
    srm_high: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class SignedRank:
    """``statistic``: sum of the ranks of the rises; ``rank_biserial`` from -1 (all fell) to 1 (all rose)."""

    statistic: float
    z: float | None
    p: float | None
    z_pratt: float | None
    p_pratt: float | None
    rank_biserial: float | None
    p_sign: float | None
    n: int
    n_changed: int
    reason: str | None = None


@dataclass(frozen=True)
class MarginalHomogeneity:
    """``z`` is positive when answers rose; the other two tests ignore the order of the options."""

    z: float | None
    p: float | None
    stuart_maxwell: float | None
    stuart_maxwell_p: float | None
    bowker: float | None
    bowker_df: int
    bowker_p: float | None
    categories: tuple[float, ...]
    table: tuple[tuple[int, ...], ...]
    n: int
    reason: str | None = None


def paired_change(
    pre: Sequence[float | None] | npt.ArrayLike,
    post: Sequence[float | None] | npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> PairedChange:
    """Means before and after, their difference and the standardised response mean.

    ``srm = mean(d) / sd(d)``, d after less before. Its interval holds every delta for which
    ``t = srm sqrt(n)`` is not extreme in a noncentral t with n - 1 degrees of freedom and
    noncentrality ``delta sqrt(n)``: exact for normal differences. The difference has the paired t
    interval. The srm grows when people answer alike before and after; it is not Cohen's d.

    ``pre``, ``post``: one place per person, None or NaN where absent. Assumes independent people;
    people of one session resemble each other, so the interval is narrow for a claim about
    trainings. Those who answered twice may differ from those who did not.
    Source: Liang, Fossel, Larson, Medical Care 28 (1990) 632-642; Steiger, Fouladi, in Harlow,
    Mulaik, Steiger (eds), What If There Were No Significance Tests? (1997) 221-257. Software: scipy
    ``ttest_rel`` (used), R ``t.test(paired = TRUE)``, ``effectsize::cohens_d(paired = TRUE)``.
    Reasons: ``too_few`` (below 2 pairs), ``no_spread`` (everyone changed alike). Raises
    ValueError on unequal lengths.

    >>> c = paired_change([2, 3, 3, 2, 4, 3, None], [3, 4, 3, 3, 4, 5, 4])
    >>> c.n, c.only_post, round(c.mean_pre, 2), round(c.mean_post, 2), round(c.difference, 2)
    (6, 1, 2.83, 3.67, 0.83)
    >>> [round(v, 2) for v in (c.srm, c.srm_low, c.srm_high)]
    [1.11, 0.04, 2.12]
    """
    first, second, only_pre, only_post = _pairs(pre, post)
    d, n = second - first, len(first)
    found = PairedChange(n, only_pre, only_post, int((d > 0).sum()), int((d < 0).sum()), int((d == 0).sum()))
    if n < 2:
        return replace(found, reason=TOO_FEW)
    sd, mean = float(d.std(ddof=1)), float(d.mean())
    found = replace(
        found,
        mean_pre=float(first.mean()),
        mean_post=float(second.mean()),
        difference=mean,
        sd_difference=sd,
        correlation=_correlation(first, second),
    )
    if sd < 1e-12:
        return replace(found, reason=NO_SPREAD)
    test = stats.ttest_rel(second, first)
    ends = test.confidence_interval(confidence)
    t = float(test.statistic)
    low, high = (
        noncentrality(t, n - 1, q) / math.sqrt(n) for q in ((1 + confidence) / 2, (1 - confidence) / 2)
    )
    return replace(
        found,
        difference_low=float(ends.low),
        difference_high=float(ends.high),
        t=t,
        p_t=float(test.pvalue),
        srm=mean / sd,
        srm_low=low,
        srm_high=high,
    )


def signed_rank(
    pre: Sequence[float | None] | npt.ArrayLike, post: Sequence[float | None] | npt.ArrayLike
) -> SignedRank:
    """Wilcoxon signed rank test and sign test of paired answers.

    V sums the ranks of ``|d|`` over the rises, d after less before, pairs without change left out;
    ``z = (V - m(m+1)/4) / sqrt(m(m+1)(2m+1)/24 - sum(t^3 - t)/48)`` with m changed pairs and t ties.
    Pratt ranks the unchanged pairs too and then leaves them out. No continuity correction.
    ``rank_biserial = (V - W) / (V + W)``, W the ranks of the falls. Sign test: exact binomial.

    Assumes independent people; the signed rank test also that differences are symmetric and that
    their sizes can be ordered, which the sign test does not. Source: Wilcoxon, Biometrics Bulletin
    1 (1945) 80-83; Pratt, Journal of the American Statistical Association 54 (1959) 655-667;
    Kerby, Comprehensive Psychology 3 (2014) 11.IT.3.1. Software: scipy ``wilcoxon`` and
    ``binomtest`` (used), R ``wilcox.test(paired = TRUE, exact = FALSE, correct = FALSE)``,
    ``coin::wilcoxsign_test``. Reason ``no_spread``: nobody changed.

    >>> s = signed_rank([2, 3, 3, 2, 4, 3], [3, 4, 3, 3, 4, 5])
    >>> s.statistic, s.n_changed, round(s.p, 4), s.rank_biserial, s.p_sign
    (10.0, 4, 0.0588, 1.0, 0.125)
    """
    first, second, _, _ = _pairs(pre, post)
    d = second - first
    changed = d[d != 0]
    if len(changed) == 0:
        return SignedRank(0.0, None, None, None, None, None, None, len(d), 0, NO_SPREAD)
    ranks = stats.rankdata(np.abs(changed))
    up, whole = float(ranks[changed > 0].sum()), float(ranks.sum())
    z, p = _wilcoxon(d, "wilcox", up >= whole - up)
    rising_pratt = _rises(d)
    z_pratt, p_pratt = _wilcoxon(d, "pratt", rising_pratt)
    sign = float(stats.binomtest(int((changed > 0).sum()), len(changed)).pvalue)
    biserial = (2 * up - whole) / whole
    return SignedRank(up, z, p, z_pratt, p_pratt, biserial, sign, len(d), len(changed))


def marginal_homogeneity(
    pre: Sequence[float | None] | npt.ArrayLike, post: Sequence[float | None] | npt.ArrayLike
) -> MarginalHomogeneity:
    """Are the answers after spread over the options as those before?

    ``z = sum d / sqrt(sum d^2)``, d after less before, with the scores as they are. Stuart-Maxwell:
    ``v' S^-1 v`` with v the differences of the margins; Bowker: ``sum (n_ij - n_ji)^2 / (n_ij +
    n_ji)`` over pairs of options that occur, as many degrees of freedom.

    Assumes independent people. Source: Agresti, Categorical Data Analysis (2013) 11.3; Stuart,
    Biometrika 42 (1955) 412-416; Maxwell, British Journal of Psychiatry 116 (1970) 651-655; Bowker,
    Journal of the American Statistical Association 43 (1948) 572-574. Software: statsmodels
    ``SquareTable`` (used for Stuart-Maxwell), R ``coin::mh_test``, ``mcnemar.test``.
    Reason ``no_spread``: nobody changed.

    >>> m = marginal_homogeneity([1, 2, 2, 3, 1, 2], [2, 2, 3, 3, 1, 3])
    >>> round(m.z, 3), m.table
    (1.732, ((1, 1, 0), (0, 1, 2), (0, 0, 1)))
    """
    first, second, _, _ = _pairs(pre, post)
    d, n = second - first, len(first)
    levels = np.unique(np.concatenate([first, second]))
    table = np.zeros((len(levels), len(levels)))
    np.add.at(table, (np.searchsorted(levels, first), np.searchsorted(levels, second)), 1.0)
    plain = tuple(tuple(int(v) for v in row) for row in table)
    named = tuple(float(v) for v in levels)
    if not d.any():
        return MarginalHomogeneity(None, None, None, None, None, 0, None, named, plain, n, NO_SPREAD)
    z = float(d.sum() / math.sqrt(float(d @ d)))
    stuart, stuart_p = _stuart_maxwell(table)
    above, below = table[np.triu_indices(len(levels), 1)], table.T[np.triu_indices(len(levels), 1)]
    used = above + below > 0
    bowker = float(((above - below)[used] ** 2 / (above + below)[used]).sum())
    df = int(used.sum())
    p, bowker_p = float(2 * stats.norm.sf(abs(z))), float(stats.chi2.sf(bowker, df))
    return MarginalHomogeneity(z, p, stuart, stuart_p, bowker, df, bowker_p, named, plain, n)


def _pairs(pre: object, post: object) -> tuple[Floats, Floats, int, int]:
    first, second = np.asarray(pre, dtype=np.float64), np.asarray(post, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError("pre and post need one place per person")
    has_pre, has_post = np.isfinite(first), np.isfinite(second)
    both = has_pre & has_post
    return first[both], second[both], int((has_pre & ~has_post).sum()), int((~has_pre & has_post).sum())


def _correlation(first: Floats, second: Floats) -> float | None:
    if min(first.std(), second.std()) < 1e-12:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def noncentrality(t: float, df: int, probability: float) -> float:
    """The noncentrality at which a noncentral t lies below ``t`` with this probability.

    >>> round(noncentrality(2.0, 10, 0.5), 3)
    1.948
    """

    def away(ncp: float) -> float:
        return float(stats.nct.cdf(t, df, ncp)) - probability

    reach = 5.0
    while away(t - reach) < 0 or away(t + reach) > 0:
        reach *= 2
    return float(optimize.brentq(away, t - reach, t + reach, xtol=1e-12))


def _wilcoxon(d: Floats, zeros: str, rising: bool) -> tuple[float, float]:
    found = stats.wilcoxon(d, zero_method=zeros, correction=False, method="asymptotic")
    size = abs(float(found.zstatistic))
    return (size if rising else -size), float(found.pvalue)


def _rises(d: Floats) -> bool:
    ranks = stats.rankdata(np.abs(d))
    return bool(ranks[d > 0].sum() >= ranks[d < 0].sum())


def _stuart_maxwell(table: Floats) -> tuple[float | None, float | None]:
    """None where the differences of the margins have no regular covariance."""
    moved = table + table.T
    linked = np.diag(moved.sum(axis=1)) - moved
    if np.linalg.matrix_rank(linked) < len(table) - 1:
        return None, None
    try:
        found = SquareTable(table, shift_zeros=False).homogeneity()
    except np.linalg.LinAlgError:
        return None, None
    return float(found.statistic), float(found.pvalue)
