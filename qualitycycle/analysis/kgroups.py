"""Three or more groups of ordered answers: do they differ, which pairs, and is there an order?"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

TOO_FEW = "too_few"
NO_SPREAD = "no_spread"


@dataclass(frozen=True)
class DunnPair:
    """``z`` is positive when ``a`` has the higher mean rank; ``p`` two-sided, ``p_holm`` adjusted."""

    a: Hashable
    b: Hashable
    z: float
    p: float
    p_holm: float


@dataclass(frozen=True)
class KruskalWallis:
    """``statistic`` is H with ``df`` degrees of freedom; ``epsilon_squared`` from 0 to 1 its size."""

    statistic: float | None
    df: int
    p: float | None
    epsilon_squared: float | None
    mean_ranks: Mapping[Any, float]
    sizes: Mapping[Any, int]
    pairs: tuple[DunnPair, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class JonckheereTerpstra:
    """``statistic`` J counts pairs in the expected order, ties half; ``p`` is two-sided."""

    statistic: float
    expected: float
    variance: float
    z: float | None
    p: float | None
    p_increasing: float | None
    p_decreasing: float | None
    groups: tuple[Any, ...]
    n: int
    reason: str | None = None


@dataclass(frozen=True)
class Friedman:
    """``statistic`` chi-square with ``df`` degrees of freedom; ``kendalls_w`` from 0 to 1 its size."""

    statistic: float | None
    df: int
    p: float | None
    kendalls_w: float | None
    mean_ranks: tuple[float, ...]
    n: int
    reason: str | None = None


def kruskal_wallis(values: Sequence[float] | npt.ArrayLike, groups: Sequence[Hashable]) -> KruskalWallis:
    """Kruskal-Wallis test with Dunn's pairwise comparisons, adjusted by Holm.

    ``H = [12 / (N (N+1)) sum n_g (R_g - (N+1)/2)^2] / (1 - sum(t^3 - t) / (N^3 - N))`` with R_g the
    mean rank of a group; chi-square with k - 1 degrees of freedom. ``epsilon_squared`` =
    ``H / (N - 1)``. Dunn: ``z = (R_a - R_b) / sqrt((N (N+1)/12 - sum(t^3 - t)/(12 (N-1))) (1/n_a +
    1/n_b))``. Groups come in sorted order when they can be sorted, otherwise as met.

    Assumes independent answers; for answers in sessions it is a description, not a verdict.
    Source: Kruskal, Wallis, Journal of the American Statistical Association 47 (1952) 583-621;
    Dunn, Technometrics 6 (1964) 241-252; Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
    Software: scipy ``kruskal``, R ``kruskal.test``, ``dunn.test::dunn.test``.
    Raises ValueError on missing values or unequal lengths.

    >>> k = kruskal_wallis([1, 2, 2, 3, 3, 3, 4, 4, 5], ["a", "a", "a", "b", "b", "b", "c", "c", "c"])
    >>> round(k.statistic, 2), k.df, round(k.p, 4)
    (7.58, 2, 0.0226)
    >>> [(pair.a, pair.b, round(pair.z, 2), round(pair.p_holm, 3)) for pair in k.pairs]
    [('a', 'b', -1.38, 0.337), ('a', 'c', -2.75, 0.018), ('b', 'c', -1.38, 0.337)]
    """
    answers, names, code = _coded(values, groups, None)
    sizes = np.bincount(code, minlength=len(names))
    n = len(answers)
    ranks = stats.rankdata(answers)
    means = np.bincount(code, ranks, len(names)) / np.maximum(sizes, 1)
    by_name = dict(zip(names, means.tolist(), strict=True))
    size_by_name = dict(zip(names, sizes.tolist(), strict=True))
    if len(names) < 2 or len(np.unique(answers)) < 2:
        reason = TOO_FEW if len(names) < 2 else NO_SPREAD
        return KruskalWallis(None, max(len(names) - 1, 0), None, None, by_name, size_by_name, (), reason)
    found = stats.kruskal(*(answers[code == g] for g in range(len(names))))
    _, repeats = np.unique(answers, return_counts=True)
    spread = n * (n + 1) / 12 - _ties(repeats) / (12 * (n - 1))
    pairs = list(combinations(range(len(names)), 2))
    z = [(means[a] - means[b]) / math.sqrt(spread * (1 / sizes[a] + 1 / sizes[b])) for a, b in pairs]
    p = [float(2 * stats.norm.sf(abs(value))) for value in z]
    holm = _holm(p)
    dunn = tuple(DunnPair(names[a], names[b], float(z[i]), p[i], holm[i]) for i, (a, b) in enumerate(pairs))
    statistic = float(found.statistic)
    return KruskalWallis(
        statistic, len(names) - 1, float(found.pvalue), statistic / (n - 1), by_name, size_by_name, dunn
    )


def jonckheere_terpstra(
    values: Sequence[float] | npt.ArrayLike,
    groups: Sequence[Hashable],
    *,
    order: Sequence[Hashable] | None = None,
) -> JonckheereTerpstra:
    """Jonckheere-Terpstra test: do the answers rise (or fall) with the order of the groups?

    ``J = sum over groups a before b of [pairs with b higher + ties / 2]``, expected
    ``(N^2 - sum n^2) / 4``. Variance with ties t in the answers and group sizes n:
    ``[N(N-1)(2N+5) - sum n(n-1)(2n+5) - sum t(t-1)(2t+5)] / 72
    + sum n(n-1)(n-2) sum t(t-1)(t-2) / (36 N(N-1)(N-2)) + sum n(n-1) sum t(t-1) / (8 N(N-1))``;
    normal, no continuity correction. Cost and memory grow with groups times different answers.

    ``order`` names the groups from low to high; the sorted order when absent.
    Assumes independent answers. Source: Jonckheere, Biometrika 41 (1954) 133-145; Hollander,
    Wolfe, Chicken, Nonparametric Statistical Methods (2014) 6.2. Software: R
    ``kSamples::jt.test``; with ties it equals Kendall's S test. Raises ValueError on missing
    values, unequal lengths or a group absent from ``order``.

    >>> j = jonckheere_terpstra([1, 2, 2, 3, 3, 3, 4, 4, 5], ["a", "a", "a", "b", "b", "b", "c", "c", "c"])
    >>> j.statistic, j.expected, round(j.z, 2)
    (27.0, 13.5, 3.08)
    """
    answers, names, code = _coded(values, groups, order)
    n = len(answers)
    levels, level = np.unique(answers, return_inverse=True)
    table = np.zeros((len(names), len(levels)))
    np.add.at(table, (code, level), 1.0)
    middle = table.cumsum(axis=1) - table / 2
    before = np.vstack([np.zeros((1, len(levels))), middle.cumsum(axis=0)[:-1]]) if names else table
    statistic = float((table * before).sum())
    sizes, repeats = table.sum(axis=1), table.sum(axis=0)
    expected = float((n**2 - (sizes**2).sum()) / 4)
    variance = _jonckheere_variance(n, sizes, repeats) if n > 1 else 0.0
    if np.count_nonzero(sizes) < 2 or variance <= 1e-12:
        reason = TOO_FEW if np.count_nonzero(sizes) < 2 else NO_SPREAD
        return JonckheereTerpstra(
            statistic, expected, variance, None, None, None, None, tuple(names), n, reason
        )
    z = (statistic - expected) / math.sqrt(variance)
    rising, falling = float(stats.norm.sf(z)), float(stats.norm.cdf(z))
    p = float(2 * stats.norm.sf(abs(z)))
    return JonckheereTerpstra(statistic, expected, variance, z, p, rising, falling, tuple(names), n)


def friedman(answers: Sequence[Sequence[float]] | npt.ArrayLike) -> Friedman:
    """Friedman's test: do the same people answer some questions higher than others?

    With R_j the mean rank of question j within a person, k questions and n people:
    ``12 n / (k (k+1)) sum (R_j - (k+1)/2)^2 / (1 - sum(t^3 - t) / (n k (k^2 - 1)))``, t the ties
    within a person; chi-square with k - 1 degrees of freedom. Kendall's W, the agreement of the
    people on the order, is the statistic over ``n (k - 1)``.

    ``answers``: people x questions on one scale, no gaps, at least 3 questions. Assumes
    independent people. Source: Friedman, Journal of the American Statistical Association 32
    (1937) 675-701; Kendall, Babington Smith, Annals of Mathematical Statistics 10 (1939) 275-287.
    Software: scipy ``friedmanchisquare`` (used), R ``friedman.test``. Reason ``no_spread``:
    everybody answers all questions alike. Raises ValueError on gaps or another shape.

    >>> found = friedman([[1, 2, 3], [2, 2, 3], [1, 3, 2], [1, 2, 3]])
    >>> round(found.statistic, 2), round(found.p, 3), round(found.kendalls_w, 2), found.mean_ranks
    (5.73, 0.057, 0.72, (1.125, 2.125, 2.75))
    """
    x = np.asarray(answers, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] < 3 or not np.isfinite(x).all():
        raise ValueError("answers must be people x questions without gaps, at least three questions")
    n, k = x.shape
    means = tuple(float(rank) for rank in stats.rankdata(x, axis=1).mean(axis=0)) if n else ()
    if n < 2 or (x == x[:, :1]).all():
        return Friedman(None, k - 1, None, None, means, n, TOO_FEW if n < 2 else NO_SPREAD)
    found = stats.friedmanchisquare(*x.T)
    statistic = float(found.statistic)
    return Friedman(statistic, k - 1, float(found.pvalue), statistic / (n * (k - 1)), means, n)


def _jonckheere_variance(n: int, sizes: npt.NDArray[np.float64], ties: npt.NDArray[np.float64]) -> float:
    def cubic(v: npt.NDArray[np.float64]) -> float:
        return float((v * (v - 1) * (2 * v + 5)).sum())

    def twice(v: npt.NDArray[np.float64]) -> float:
        return float((v * (v - 1)).sum())

    def thrice(v: npt.NDArray[np.float64]) -> float:
        return float((v * (v - 1) * (v - 2)).sum())

    whole = n * (n - 1)
    first = (whole * (2 * n + 5) - cubic(sizes) - cubic(ties)) / 72
    second = thrice(sizes) * thrice(ties) / (36 * whole * (n - 2)) if n > 2 else 0.0
    return first + second + twice(sizes) * twice(ties) / (8 * whole)


def _holm(p: list[float]) -> list[float]:
    """As statsmodels ``multipletests``, which collects all garbage at every call (0.05 s)."""
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(np.asarray(p)[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(stepped, 1.0)
    return [float(value) for value in adjusted]


def _ties(repeats: npt.NDArray[Any]) -> float:
    t = repeats.astype(np.float64)
    return float((t**3 - t).sum())


def _coded(
    values: Sequence[float] | npt.ArrayLike, groups: Sequence[Hashable], order: Sequence[Hashable] | None
) -> tuple[npt.NDArray[np.float64], list[Hashable], npt.NDArray[np.intp]]:
    answers = np.asarray(values, dtype=np.float64)
    labels = list(groups)
    if answers.ndim != 1 or len(answers) != len(labels):
        raise ValueError("every value needs one group")
    if not np.isfinite(answers).all():
        raise ValueError("values hold a missing or infinite value; leave those out first")
    names: list[Any] = list(dict.fromkeys(labels if order is None else order))
    if order is None:
        try:
            names.sort()
        except TypeError:
            names = list(dict.fromkeys(labels))
    index = {name: i for i, name in enumerate(names)}
    unknown = [label for label in dict.fromkeys(labels) if label not in index]
    if unknown:
        raise ValueError(f"groups not in the given order: {unknown}")
    return answers, names, np.array([index[label] for label in labels], dtype=np.intp)
