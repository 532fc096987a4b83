"""Two samples of ordered answers: how often is an answer of the second higher than one of the first?

Every function takes the reference sample first (``x``) and is positive, or above one half,
when the second (``y``) is higher. Answers are taken as independent, unless clusters are given.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats
from statsmodels.stats.nonparametric import rank_compare_2indep, rank_compare_2ordinal

Floats = npt.NDArray[np.float64]
Scale = Literal["logit", "plain"]
Reference = Literal["t", "normal"]

TOO_FEW = "too_few"
NO_SPREAD = "no_spread"


@dataclass(frozen=True)
class Superiority:
    """``estimate`` = P(y > x) + P(y = x) / 2, with its interval; ``df`` of its t distribution.

    ``reason`` says why there is no interval: ``too_few`` (fewer than 2 answers, or clusters)
    or ``no_spread`` (the samples do not overlap, or hold one value only).
    """

    estimate: float | None
    low: float | None
    high: float | None
    standard_error: float | None
    df: float | None
    n_x: int
    n_y: int
    reason: str | None = None


@dataclass(frozen=True)
class CliffsDelta:
    """``estimate`` = P(y > x) - P(y < x) with the asymmetric interval of Feng and Cliff."""

    estimate: float | None
    low: float | None
    high: float | None
    variance_unbiased: float | None
    variance_consistent: float | None
    n_x: int
    n_y: int
    reason: str | None = None


@dataclass(frozen=True)
class BrunnerMunzel:
    """``statistic`` is positive when y is higher; ``p`` two-sided, the others one-sided."""

    statistic: float | None
    df: float | None
    p: float | None
    p_y_higher: float | None
    p_x_higher: float | None
    superiority: float | None
    n_x: int
    n_y: int
    reason: str | None = None


@dataclass(frozen=True)
class ClusteredRankTest:
    """Datta and Satten: ``statistic`` above ``expected`` means that y is higher; ``p`` two-sided."""

    statistic: float
    expected: float
    variance: float
    z: float | None
    p: float | None
    clusters: int
    n: int
    reason: str | None = None


def floats(values: Sequence[float] | npt.ArrayLike, name: str = "values") -> Floats:
    """``values`` as a flat array of numbers without gaps.

    Raises ValueError when there is more than one dimension or a value is missing.

    >>> floats([1, 2]).tolist()
    [1.0, 2.0]
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one list of numbers")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds a missing or infinite value; leave those out first")
    return array


def superiority(
    x: Sequence[float] | npt.ArrayLike,
    y: Sequence[float] | npt.ArrayLike,
    *,
    confidence: float = 0.95,
    scale: Scale = "logit",
    reference: Reference = "t",
) -> Superiority:
    """Probability that an answer of ``y`` is higher than one of ``x``, ties half, with an interval.

    ``theta = P(y > x) + P(y = x) / 2``. With the placements ``F_x(y_j)`` and ``1 - F_y(x_i)``
    (mid-distribution functions of the other sample) the variance of DeLong, the same as that
    of Brunner and Munzel, is ``s^2(placements of x) / n_x + s^2(placements of y) / n_y``.
    ``scale="logit"`` takes the interval on the logit of theta (so it stays within 0 and 1) with
    standard error ``se / (theta (1 - theta))``, ``"plain"`` on theta itself. ``reference="t"``
    uses the degrees of freedom of Brunner and Munzel, ``"normal"`` is DeLong's own choice.

    Assumes independent answers within and between the samples; no shape is assumed.
    Source: DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988) 837-845; Brunner, Munzel,
    Biometrical Journal 42 (2000) 17-25; logit interval: Pepe, The Statistical Evaluation of
    Medical Tests (2003) 107. Software: statsmodels ``rank_compare_2indep`` (used here),
    R ``pROC::ci.auc``, ``brunnermunzel``. Raises ValueError on missing values.

    >>> cold = [1, 2, 2, 2, 3, 3, 3, 4]
    >>> warm = [2, 3, 3, 3, 4, 4, 5, 5]
    >>> s = superiority(cold, warm)
    >>> [round(v, 3) for v in (s.estimate, s.low, s.high)]
    [0.781, 0.466, 0.936]
    """
    a, b = floats(x, "x"), floats(y, "y")
    if min(len(a), len(b)) == 0:
        return Superiority(None, None, None, None, None, len(a), len(b), TOO_FEW)
    if min(len(a), len(b)) == 1:
        estimate = float(np.mean((b[:, None] > a) + 0.5 * (b[:, None] == a)))
        return Superiority(estimate, None, None, None, None, len(a), len(b), TOO_FEW)
    with np.errstate(all="ignore"):
        found = rank_compare_2indep(b, a)
    return _superiority(found, len(a), len(b), confidence, scale, reference)


def superiority_from_counts(
    counts_x: Mapping[float, int],
    counts_y: Mapping[float, int],
    *,
    confidence: float = 0.95,
    scale: Scale = "logit",
    reference: Reference = "t",
) -> Superiority:
    """As `superiority`, from score -> number of answers; the answers are never expanded.

    Source: Munzel, Hauschke, Pharmaceutical Statistics 2 (2003) 31-37, as in statsmodels
    ``rank_compare_2ordinal``.

    >>> s = superiority_from_counts({1: 1, 2: 3, 3: 3, 4: 1}, {2: 1, 3: 3, 4: 2, 5: 2})
    >>> [round(v, 3) for v in (s.estimate, s.low, s.high)]
    [0.781, 0.466, 0.936]
    """
    scores = sorted({*counts_x, *counts_y})
    a = np.array([counts_x.get(score, 0) for score in scores], dtype=np.float64)
    b = np.array([counts_y.get(score, 0) for score in scores], dtype=np.float64)
    n_x, n_y = int(a.sum()), int(b.sum())
    if min(n_x, n_y) == 0:
        return Superiority(None, None, None, None, None, n_x, n_y, TOO_FEW)
    if min(n_x, n_y) == 1:
        share = float((a.cumsum() - a / 2) @ b / (n_x * n_y))
        return Superiority(share, None, None, None, None, n_x, n_y, TOO_FEW)
    with np.errstate(all="ignore"):
        found = rank_compare_2ordinal(b, a)
    return _superiority(found, n_x, n_y, confidence, scale, reference)


def clustered_superiority(
    x: Sequence[float] | npt.ArrayLike,
    y: Sequence[float] | npt.ArrayLike,
    x_clusters: Sequence[Hashable],
    y_clusters: Sequence[Hashable],
    *,
    confidence: float = 0.95,
    scale: Scale = "logit",
) -> Superiority:
    """`superiority` with a variance that lets answers of one cluster resemble each other.

    The placements, less theta, are summed per cluster; with ``I`` clusters in x, ``J`` in y and
    ``K`` in all, the variance is ``I/(I-1) sum(X_k^2) / n_x^2 + J/(J-1) sum(Y_k^2) / n_y^2 +
    2 K/(K-1) sum(X_k Y_k) / (n_x n_y)``: DeLong's when every answer is its own cluster.
    A cluster may lie in both samples. The interval uses t with ``min(I, J) - 1`` degrees of
    freedom, a careful choice for few clusters.

    Assumes independent clusters. Source: Obuchowski, Biometrics 53 (1997) 567-578.
    Software: Obuchowski's R function ``funcs_clusteredROC``. Raises ValueError on missing values
    or when the clusters do not match the answers.

    >>> s = clustered_superiority([1, 2, 2, 3], [2, 3, 4, 4], ["a", "a", "b", "c"], ["d", "d", "e", "f"])
    >>> round(s.estimate, 3), round(s.standard_error, 3), s.df
    (0.844, 0.147, 2.0)
    """
    a, b = floats(x, "x"), floats(y, "y")
    if len(a) != len(x_clusters) or len(b) != len(y_clusters):
        raise ValueError("every answer needs one cluster")
    if min(len(a), len(b)) == 0:
        return Superiority(None, None, None, None, None, len(a), len(b), TOO_FEW)
    place_x, place_y = 1 - _mid_distribution(b, a), _mid_distribution(a, b)
    theta = float(place_y.mean())
    index = {name: i for i, name in enumerate(dict.fromkeys([*x_clusters, *y_clusters]))}
    in_x = np.array([index[name] for name in x_clusters])
    in_y = np.array([index[name] for name in y_clusters])
    many_x, many_y, many = len(set(x_clusters)), len(set(y_clusters)), len(index)
    if min(many_x, many_y) < 2:
        return Superiority(theta, None, None, None, None, len(a), len(b), TOO_FEW)
    sum_x = np.bincount(in_x, place_x - theta, many) / len(a)
    sum_y = np.bincount(in_y, place_y - theta, many) / len(b)
    variance = float(many_x / (many_x - 1) * sum_x @ sum_x + many_y / (many_y - 1) * sum_y @ sum_y)
    variance += float(2 * many / (many - 1) * sum_x @ sum_y)
    df = float(min(many_x, many_y) - 1)
    return _interval(
        theta, math.sqrt(variance if variance > 0 else 0.0), df, (len(a), len(b)), confidence, scale, "t"
    )


def cliffs_delta(
    x: Sequence[float] | npt.ArrayLike,
    y: Sequence[float] | npt.ArrayLike,
    *,
    confidence: float = 0.95,
    variance: Literal["consistent", "unbiased"] = "consistent",
    reference: Reference = "t",
) -> CliffsDelta:
    """Cliff's delta, ``P(y > x) - P(y < x)`` = 2 theta - 1, with the interval of Feng and Cliff.

    With ``d_ij = sign(y_j - x_i)``, row means ``d_i`` and column means ``d_j``:
    unbiased variance ``[n_y^2 SS(d_i) + n_x^2 SS(d_j) - SS(d_ij)] / [n_x n_y (n_x - 1)(n_y - 1)]``,
    consistent variance ``[(n_y - 1) s^2(d_i) + (n_x - 1) s^2(d_j) + s^2(d_ij)] / (n_x n_y)``.
    The interval, asymmetric and within -1 and 1, is
    ``[d - d^3 -+ z s sqrt((1 - d^2)^2 + z^2 s^2)] / (1 - d^2 + z^2 s^2)``, z from t with
    ``n_x + n_y - 2`` degrees of freedom or from the normal distribution.

    Assumes independent answers. Source: Cliff, Psychological Bulletin 114 (1993) 494-509; Feng,
    Cliff, Journal of Modern Applied Statistical Methods 3 (2004) 322-332. Software: R
    ``effsize::cliff.delta``. Raises ValueError on missing values.

    >>> d = cliffs_delta([1, 2, 2, 2, 3, 3, 3, 4], [2, 3, 3, 3, 4, 4, 5, 5])
    >>> [round(v, 3) for v in (d.estimate, d.low, d.high)]
    [0.562, -0.037, 0.864]
    """
    a, b = floats(x, "x"), floats(y, "y")
    n, m = len(a), len(b)
    if min(n, m) == 0:
        return CliffsDelta(None, None, None, None, None, n, m, TOO_FEW)
    rows, columns = 1 - 2 * _mid_distribution(b, a), 2 * _mid_distribution(a, b) - 1
    delta = float(columns.mean())
    if min(n, m) == 1:
        return CliffsDelta(delta, None, None, None, None, n, m, TOO_FEW)
    ordered = np.sort(a)
    ties = float((np.searchsorted(ordered, b, "right") - np.searchsorted(ordered, b, "left")).sum())
    ss_rows, ss_columns = float(((rows - delta) ** 2).sum()), float(((columns - delta) ** 2).sum())
    ss_all = n * m - ties - n * m * delta**2
    below = (n - 1) * (m - 1)
    unbiased = (m**2 * ss_rows + n**2 * ss_columns - ss_all) / (n * m * below)
    consistent = ((m - 1) * ss_rows / (n - 1) + (n - 1) * ss_columns / (m - 1) + ss_all / below) / (n * m)
    chosen = consistent if variance == "consistent" else unbiased
    if chosen <= 1e-14:
        return CliffsDelta(delta, None, None, unbiased, consistent, n, m, NO_SPREAD)
    z = _quantile(confidence, n + m - 2 if reference == "t" else None)
    square, room = z**2 * chosen, 1 - delta**2
    half = math.sqrt(square * (room**2 + square))
    low, high = ((delta * room + side * half) / (room + square) for side in (-1, 1))
    return CliffsDelta(delta, low, high, unbiased, consistent, n, m)


def brunner_munzel(x: Sequence[float] | npt.ArrayLike, y: Sequence[float] | npt.ArrayLike) -> BrunnerMunzel:
    """Brunner-Munzel test of ``P(y > x) + P(y = x) / 2 = 1/2``.

    ``W = n_x n_y (mean rank y - mean rank x) / ((n_x + n_y) sqrt(n_x S_x + n_y S_y))`` with S the
    variance of the overall ranks less the ranks within the sample; t distribution with
    Satterthwaite's degrees of freedom. Unlike Mann-Whitney it allows different spreads.

    Assumes independent answers; below about 10 per sample the t distribution is rough.
    Source: Brunner, Munzel, Biometrical Journal 42 (2000) 17-25. Software: scipy
    ``brunnermunzel`` and statsmodels ``rank_compare_2indep`` (used, it gives the df), R
    ``brunnermunzel::brunnermunzel.test``. Raises ValueError on missing values.

    >>> t = brunner_munzel([1, 2, 2, 2, 3, 3, 3, 4], [2, 3, 3, 3, 4, 4, 5, 5])
    >>> round(t.statistic, 3), round(t.df, 2), round(t.p, 4)
    (2.51, 13.83, 0.0252)
    """
    a, b = floats(x, "x"), floats(y, "y")
    seen = superiority(a, b)
    if seen.reason or seen.standard_error is None or seen.df is None:
        return BrunnerMunzel(None, None, None, None, None, seen.estimate, len(a), len(b), seen.reason)
    found = rank_compare_2indep(b, a)
    statistic, df = float(found.statistic), float(found.df)
    higher, lower = float(stats.t.sf(statistic, df)), float(stats.t.cdf(statistic, df))
    p = float(found.pvalue)
    return BrunnerMunzel(statistic, df, p, higher, lower, seen.estimate, len(a), len(b))


def clustered_rank_test(
    values: Sequence[float] | npt.ArrayLike,
    in_y: Sequence[bool] | npt.ArrayLike,
    clusters: Sequence[Hashable],
    *,
    null: Literal["pooled", "cluster_mean"] = "pooled",
) -> ClusteredRankTest:
    """Rank-sum test for clustered answers in which a cluster may hold both groups.

    The Wilcoxon rank sum of one answer drawn from every cluster, averaged over all draws:
    ``S = 1/(M+1) sum_i 1/n_i sum_k delta_ik [1 + sum_{j != i} F_j(x_ik)]`` with F_j the
    mid-distribution function of cluster j, M clusters, delta 1 in the second group. Expected
    ``sum_i p_i / 2`` with p_i the share of the second group in cluster i. The variance is
    ``sum_i (W_i - E W_i)^2``, ``W_i = 1/(n_i (M+1)) sum_k [(M-1) delta_ik - sum_{j != i} p_j]
    F(x_ik)``, ``E W_i = M (p_i - mean p) / (2 (M+1))``; F pooled over all answers, or
    ``null="cluster_mean"``: the mean of the clusters' functions.

    Assumes independent clusters, enough of them for a normal distribution (about 20); the size
    of a cluster may depend on its answers. Source: Datta, Satten, Journal of the American
    Statistical Association 100 (2005) 908-915. Software: R ``clusrank::clusWilcox.test(method =
    "ds")``. Raises ValueError on missing values or unequal lengths.

    >>> t = clustered_rank_test([1, 2, 2, 3, 3, 4], [0, 1, 0, 1, 0, 1], ["a", "a", "b", "b", "c", "c"])
    >>> t.statistic, t.expected, round(t.z, 2)
    (0.8125, 0.75, 1.03)
    """
    answers, second = floats(values), np.asarray(in_y, dtype=np.float64)
    if not len(answers) == len(second) == len(clusters):
        raise ValueError("values, in_y and clusters must have the same length")
    index = {name: i for i, name in enumerate(dict.fromkeys(clusters))}
    cluster = np.array([index[name] for name in clusters], dtype=np.intp)
    many = len(index)
    if many < 2:
        return ClusteredRankTest(0.0, 0.0, 0.0, None, None, many, len(answers), TOO_FEW)
    levels, level = np.unique(answers, return_inverse=True)
    table = np.zeros((many, len(levels)))
    np.add.at(table, (cluster, level), 1.0)
    size = table.sum(axis=1)
    shares = np.bincount(cluster, second, many) / size
    middle = (table.cumsum(axis=1) - table / 2) / size[:, None]
    others = middle.sum(axis=0)[level] - middle[cluster, level]
    statistic = float((second * (1 + others) / size[cluster]).sum() / (many + 1))
    expected = float(shares.sum() / 2)
    whole = table.sum(axis=0)
    pooled = (whole.cumsum() - whole / 2) / len(answers)
    f = pooled[level] if null == "pooled" else middle.mean(axis=0)[level]
    weight = (many - 1) * second - (shares.sum() - shares[cluster])
    w = np.bincount(cluster, weight * f, many) / (size * (many + 1))
    variance = float(((w - many / (2 * (many + 1)) * (shares - shares.mean())) ** 2).sum())
    if variance <= 1e-20:
        return ClusteredRankTest(statistic, expected, variance, None, None, many, len(answers), NO_SPREAD)
    z = (statistic - expected) / math.sqrt(variance)
    p = float(2 * stats.norm.sf(abs(z)))
    return ClusteredRankTest(statistic, expected, variance, z, p, many, len(answers))


def _mid_distribution(sample: Floats, at: Floats) -> Floats:
    ordered = np.sort(sample)
    below, upto = np.searchsorted(ordered, at, "left"), np.searchsorted(ordered, at, "right")
    return np.asarray((below + upto) / (2 * len(ordered)), dtype=np.float64)


def _superiority(
    found: Any, n_x: int, n_y: int, confidence: float, scale: Scale, reference: Reference
) -> Superiority:
    estimate = min(max(float(found.prob1), 0.0), 1.0)
    variance = max(float(found.var_prob), 0.0)
    df = float(found.df)
    return _interval(estimate, math.sqrt(variance), df, (n_x, n_y), confidence, scale, reference)


def _interval(
    estimate: float,
    error: float,
    df: float,
    sizes: tuple[int, int],
    confidence: float,
    scale: Scale,
    reference: Reference,
) -> Superiority:
    if error <= 1e-9 or not 0 < estimate < 1:
        return Superiority(estimate, None, None, None, None, *sizes, NO_SPREAD)
    z = _quantile(confidence, df if reference == "t" else None)
    if scale == "plain":
        low, high = estimate - z * error, estimate + z * error
    else:
        centre, half = math.log(estimate / (1 - estimate)), z * error / (estimate * (1 - estimate))
        low, high = (1 / (1 + math.exp(-min(max(v, -700), 700))) for v in (centre - half, centre + half))
    return Superiority(estimate, low, high, error, df, *sizes)


def _quantile(confidence: float, df: float | None) -> float:
    upper = (1 + confidence) / 2
    return float(stats.norm.ppf(upper) if df is None else stats.t.ppf(upper, df))
