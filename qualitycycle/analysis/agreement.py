"""Do people agree: answers within one group, and raters who judge the same units."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.stats import inter_rater

from qualitycycle.analysis.proportions import Interval
from qualitycycle.cells import Cells

Floats = npt.NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval"]


@dataclass(frozen=True)
class Agreement:
    """Agreement within one group; None for a group of fewer than 2 answers."""

    group: Hashable
    n: int
    value: float | None


@dataclass(frozen=True)
class RaterIcc:
    """One kind of intraclass correlation, with ``f`` = units over error and its p-value.

    ``kind``: ``ICC1`` every unit has raters of its own, ``ICC2`` the raters are a sample, ``ICC3``
    these raters only; with ``k`` for the mean of all raters instead of one rater.
    """

    kind: str
    icc: Interval
    f: float
    df_units: int
    df_error: int
    p: float


def r_wg(
    values: Sequence[float] | npt.ArrayLike, groups: Sequence[Hashable], *, options: int
) -> tuple[Agreement, ...]:
    """Agreement within each group on one item with ``options`` answer options.

    ``r_wg = 1 - s^2 / ((A^2 - 1) / 12)``, s^2 the variance within the group and A the options: the
    denominator is the variance of answers drawn evenly. 1 when all agree, 0 where the answers
    spread more than that, None for fewer than 2 answers. The even distribution is generous where
    people answer high anyway.

    ``values``: one answer each, in steps of 1; ``groups``: the group of each. Source: James,
    Demaree, Wolf, Journal of Applied Psychology 69 (1984) 85-98. Software: R ``multilevel::rwg``.
    Raises ValueError on fewer than 2 options, missing values, unequal lengths.

    >>> [(a.group, a.n, round(a.value, 3)) for a in r_wg([4, 4, 5, 1, 3, 5], list("aaabbb"), options=5)]
    [('a', 3, 0.833), ('b', 3, 0.0)]
    """
    x = np.asarray(values, dtype=np.float64)
    return r_wg_j(x[:, None], groups, options=options)


def r_wg_j(
    answers: pd.DataFrame | npt.ArrayLike, groups: Sequence[Hashable], *, options: int
) -> tuple[Agreement, ...]:
    """Agreement within each group on a set of J items with ``options`` answer options each.

    ``r_wg(j) = J (1 - v) / (J (1 - v) + v)`` with v the mean variance of the items within the group
    over ``(A^2 - 1) / 12``; 0 where v exceeds 1. It rises with J, so compare equal sets only.

    ``answers``: respondents x items, no gaps. Source: James, Demaree, Wolf, Journal of Applied
    Psychology 69 (1984) 85-98. Software: R ``multilevel::rwg.j``. Raises ValueError as `r_wg`.

    >>> [round(a.value, 3) for a in r_wg_j([[4, 5], [4, 4], [5, 5]], ["a", "a", "a"], options=5)]
    [0.909]
    """
    names, n, sums, squares = _per_group(answers, groups)
    values = r_wg_from_sums(n, sums, squares, options=options)
    return tuple(Agreement(name, int(n[i]), values[i]) for i, name in enumerate(names))


def r_wg_from_sums(
    n: Sequence[int] | npt.ArrayLike,
    sums: Sequence[Sequence[float]] | npt.ArrayLike,
    sums_of_squares: Sequence[Sequence[float]] | npt.ArrayLike,
    *,
    options: int,
    step: float = 1.0,
) -> list[float | None]:
    """`r_wg_j` from per group the number of respondents, and per item the sum and sum of squares.

    ``n``: one number per group; ``sums`` and ``sums_of_squares``: groups x items; ``step``: the
    distance between two neighbouring options. Raises ValueError on fewer than 2 options or on
    shapes that do not fit.

    >>> r_wg_from_sums([3, 1], [[12, 12], [4, 4]], [[48, 50], [16, 16]], options=5)
    [0.8571428571428571, None]
    """
    many, s, q = (np.asarray(column, dtype=np.float64) for column in (n, sums, sums_of_squares))
    if options < 2:
        raise ValueError("an item needs at least two answer options")
    if many.ndim != 1 or s.shape != q.shape or s.shape[:1] != many.shape or s.ndim != 2:
        raise ValueError("n, sums and sums_of_squares must have one row per group")
    even = step**2 * (options**2 - 1) / 12
    found: list[float | None] = []
    for size, total, square in zip(many, s, q, strict=True):
        if size < 2:
            found.append(None)
            continue
        v, j = max(float(((square - total**2 / size) / (size - 1)).mean()), 0.0) / even, len(total)
        found.append(0.0 if v > 1 else j * (1 - v) / (j * (1 - v) + v))
    return found


def average_deviation(
    values: Sequence[float] | npt.ArrayLike, groups: Sequence[Hashable]
) -> tuple[Agreement, ...]:
    """Agreement within each group as the mean distance to the group's mean, in points; 0 is best.

    ``AD = sum |x - mean x| / n``. Unlike `r_wg` it needs no idea of answers drawn by lot; up to a
    sixth of the number of options counts as agreement.

    Source: Burke, Finkelstein, Dusig, Organizational Research Methods 2 (1999) 49-68; the rule of a
    sixth: Burke, Dunlap, the same 5 (2002) 159-172. Software: R ``multilevel::ad.m``. Raises
    ValueError on missing values or unequal lengths.

    >>> [(a.group, round(a.value, 3)) for a in average_deviation([4, 4, 5, 1, 3, 5], list("aaabbb"))]
    [('a', 0.444), ('b', 1.333)]
    """
    x = np.asarray(values, dtype=np.float64)
    names, n, sums, _ = _per_group(x[:, None], groups)
    code = np.array([{name: i for i, name in enumerate(names)}[group] for group in groups], dtype=np.intp)
    away = np.bincount(code, np.abs(x - (sums[:, 0] / n)[code]), len(names)) / n
    return tuple(
        Agreement(name, int(n[i]), float(away[i]) if n[i] > 1 else None) for i, name in enumerate(names)
    )


def cohens_kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    weights: Literal["none", "linear", "quadratic"] = "none",
    confidence: float = 0.95,
) -> Interval:
    """Agreement of two raters on the same units, beyond what their own shares would give.

    ``kappa = (p_o - p_e) / (1 - p_e)``, p_o the share of units rated alike and p_e what the margins
    give by chance; with ``weights`` nearly alike counts in part (categories in sorted order, the
    distance squared for ``quadratic``). Normal interval with the variance of Fleiss, Cohen and
    Everitt. Kappa is low when one category dominates, even if raters agree on nearly all units.

    ``first``, ``second``: one category per unit, in the same order of units. Assumes independent
    units. Source: Cohen, Educational and Psychological Measurement 20 (1960) 37-46; Psychological
    Bulletin 70 (1968) 213-220; Fleiss, Cohen, Everitt, the same 72 (1969) 323-327. Software:
    statsmodels ``cohens_kappa`` (used), R ``psych::cohen.kappa``. Empty when both raters use one
    and the same category. Raises ValueError on unequal lengths or no units.

    >>> kappa = cohens_kappa(list("aabbccab"), list("aabbbcaa"))
    >>> [round(value, 2) for value in (kappa.estimate, kappa.low, kappa.high)]
    [0.61, 0.16, 1.0]
    """
    if len(first) != len(second) or not len(first):
        raise ValueError("both raters must rate the same units")
    names: list[object] = sorted({*first, *second})  # type: ignore[type-var]
    if len(names) < 2:
        return Interval()
    place = {name: i for i, name in enumerate(names)}
    table = np.zeros((len(names), len(names)))
    np.add.at(table, ([place[name] for name in first], [place[name] for name in second]), 1.0)
    kind = {"none": None, "linear": "linear", "quadratic": "quadratic"}[weights]
    found = inter_rater.cohens_kappa(table, wt=kind, return_results=True)
    reach = float(stats.norm.ppf((1 + confidence) / 2)) * float(np.sqrt(found.var_kappa))
    kappa = float(found.kappa)
    return Interval(kappa, max(kappa - reach, -1.0), min(kappa + reach, 1.0))


def fleiss_kappa(ratings: Sequence[Sequence[Hashable]] | npt.ArrayLike) -> float | None:
    """Agreement of several raters who each rate every unit, beyond chance.

    ``kappa = (mean P_i - sum p_j^2) / (1 - sum p_j^2)``, P_i the share of pairs of raters that
    agree on unit i and p_j the share of category j over all ratings.

    ``ratings``: units x raters, no gaps; categories have no order (see `krippendorff_alpha`).
    Source: Fleiss, Psychological Bulletin 76 (1971) 378-382. Software: statsmodels ``fleiss_kappa``
    (used). None when only one category occurs. Raises ValueError on fewer than 2 raters.

    >>> round(fleiss_kappa([list("aab"), list("bbb"), list("aaa"), list("abb")]), 3)
    0.333
    """
    values = np.asarray(ratings)
    if values.ndim != 2 or values.shape[1] < 2:
        raise ValueError("ratings must be units x raters, with at least two raters")
    table, categories = inter_rater.aggregate_raters(values)
    return float(inter_rater.fleiss_kappa(table)) if len(categories) > 1 else None


def krippendorff_alpha(
    ratings: Sequence[Sequence[float | None]] | npt.ArrayLike, *, level: Level = "ordinal"
) -> float | None:
    """Agreement of any number of raters, with gaps, on a scale of any level.

    ``alpha = 1 - D_o / D_e`` with ``D_o = sum o_cd delta_cd / n`` and ``D_e = sum n_c n_d delta_cd /
    (n (n - 1))``: o_cd the pairs of values c and d within a unit, each weighted by one over the
    unit's ratings less one, n_c their margins, n their total. ``delta`` is 1 for different values
    (``nominal``), ``(sum of n from c to d - (n_c + n_d)/2)^2`` (``ordinal``) or ``(c - d)^2``
    (``interval``). 1 is perfect, 0 what chance gives.

    ``ratings``: units x raters, None or NaN where a rater did not rate; units with one rating do
    not count. Source: Krippendorff, Content Analysis (2018) 12.3; Hayes, Krippendorff,
    Communication Methods and Measures 1 (2007) 77-89. No kept library has it. None when fewer than
    2 units can be used or all values are the same. Raises ValueError on another shape.

    >>> ratings = [[1, 1, None], [2, 2, 3], [3, 3, 3], [4, None, 4], [None, 2, 2]]
    >>> [round(krippendorff_alpha(ratings, level=l), 3) for l in ("nominal", "ordinal", "interval")]
    [0.788, 0.889, 0.917]
    """
    x = np.asarray(ratings, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError("ratings must be units x raters")
    levels = np.unique(x[np.isfinite(x)])
    counts = np.stack([(x == value).sum(axis=1) for value in levels], axis=1) if len(levels) else x[:, :0]
    size = counts.sum(axis=1)
    counts, size = counts[size > 1].astype(np.float64), size[size > 1]
    if len(size) < 2 or np.count_nonzero(counts.sum(axis=0)) < 2:
        return None
    weighted = counts / (size - 1)[:, None]
    pairs = weighted.T @ counts - np.diag(weighted.sum(axis=0))
    margin = pairs.sum(axis=1)
    total = margin.sum()
    apart = _distance(levels, margin, level)
    observed = float((pairs * apart).sum() / total)
    expected = float((np.outer(margin, margin) * apart).sum() / (total * (total - 1)))
    return 1 - observed / expected


def rater_icc(
    ratings: Sequence[Sequence[float]] | npt.ArrayLike, *, confidence: float = 0.95
) -> tuple[RaterIcc, ...]:
    """All six intraclass correlations of n units that the same k raters rated.

    With mean squares U between units, R between raters, E left over and W within units:
    ``ICC1 = (U - W) / (U + (k-1) W)``, ``ICC2 = (U - E) / (U + (k-1) E + k (R - E)/n)``,
    ``ICC3 = (U - E) / (U + (k-1) E)``; of the mean of k raters ``ICC1k = (U - W) / U``,
    ``ICC2k = (U - E) / (U + (R - E)/n)``, ``ICC3k = (U - E) / U``. ICC1 and ICC2 ask whether raters
    give the same number, ICC3 whether they put units in the same order. Intervals from F, for ICC2
    with Satterthwaite's degrees of freedom.

    ``ratings``: units x raters, no gaps. Assumes normal, independent errors of one variance. Source:
    Shrout, Fleiss, Psychological Bulletin 86 (1979) 420-428; McGraw, Wong, Psychological Methods 1
    (1996) 30-46. Software: R ``psych::ICC``. Raises ValueError on gaps, fewer than 2 units or raters,
    or ratings without any spread within units.

    >>> rows = "9 2 5 8", "6 1 3 2", "8 4 6 8", "7 1 2 6", "10 5 6 9", "6 2 4 7"
    >>> found = rater_icc([[int(rating) for rating in row.split()] for row in rows])
    >>> [(one.kind, round(one.icc.estimate, 2)) for one in found[:3]]
    [('ICC1', 0.17), ('ICC2', 0.29), ('ICC3', 0.71)]
    """
    x = np.asarray(ratings, dtype=np.float64)
    if x.ndim != 2 or min(x.shape) < 2 or not np.isfinite(x).all():
        raise ValueError("ratings must be units x raters without gaps, at least two of each")
    n, k = x.shape
    units = k * float(((x.mean(axis=1) - x.mean()) ** 2).sum()) / (n - 1)
    raters = n * float(((x.mean(axis=0) - x.mean()) ** 2).sum()) / (k - 1)
    inside = float(((x - x.mean(axis=1, keepdims=True)) ** 2).sum())
    within, error = inside / (n * (k - 1)), (inside - (k - 1) * raters) / ((n - 1) * (k - 1))
    if error <= 1e-12:
        raise ValueError("ratings leave no error: intervals cannot be known")
    one_way = (units / within, n - 1, n * (k - 1))
    two_way = (units / error, n - 1, (n - 1) * (k - 1))
    alone = {
        "ICC1": (_one_way(one_way, k, confidence), one_way),
        "ICC2": (_sampled_raters(units, raters, error, n, k, confidence), two_way),
        "ICC3": (_one_way(two_way, k, confidence), two_way),
    }
    together = {f"{kind}k": (_of_mean(icc, k), test) for kind, (icc, test) in alone.items()}
    return tuple(
        RaterIcc(kind, icc, *test, float(stats.f.sf(*test)))
        for kind, (icc, test) in (alone | together).items()
    )


def _one_way(test: tuple[float, int, int], k: int, confidence: float) -> Interval:
    f, *df = test
    tail = (1 - confidence) / 2
    ends = (f, f / float(stats.f.ppf(1 - tail, *df)), f / float(stats.f.ppf(tail, *df)))
    return Interval(*((value - 1) / (value + k - 1) for value in ends))


def _sampled_raters(units: float, raters: float, error: float, n: int, k: int, confidence: float) -> Interval:
    """ICC2 with the interval of Shrout and Fleiss; ``rest`` and ``df`` as in their appendix."""
    icc = (units - error) / (units + (k - 1) * error + k * (raters - error) / n)
    ratio, rest = raters / error, n * (1 + (k - 1) * icc) - k * icc
    top = (k - 1) * (n - 1) * (k * icc * ratio + rest) ** 2
    df = top / ((n - 1) * k**2 * icc**2 * ratio**2 + rest**2)
    upper = 1 - (1 - confidence) / 2
    below, above = float(stats.f.ppf(upper, n - 1, df)), float(stats.f.ppf(upper, df, n - 1))
    others = k * raters + (k * n - k - n) * error
    low = n * (units - below * error) / (below * others + n * units)
    high = n * (above * units - error) / (others + n * above * units)
    return Interval(icc, low, high)


def _of_mean(icc: Interval, k: int) -> Interval:
    """The same for the mean of k raters (Spearman-Brown)."""
    ends = (icc.estimate, icc.low, icc.high)
    return Interval(*(None if value is None else k * value / (1 + (k - 1) * value) for value in ends))


def _distance(levels: Floats, margin: Floats, level: Level) -> Floats:
    if level == "nominal":
        return 1 - np.eye(len(levels))
    place = levels if level == "interval" else margin.cumsum() - margin / 2
    return np.asarray((place[:, None] - place) ** 2)


def _per_group(
    answers: pd.DataFrame | npt.ArrayLike, groups: Sequence[Hashable]
) -> tuple[list[Hashable], npt.NDArray[np.intp], Floats, Floats]:
    """The groups in the order met, and per group the size, the sums and the sums of squares."""
    x = np.asarray(answers, dtype=np.float64)
    if x.ndim != 2 or len(x) != len(groups):
        raise ValueError("every row needs one group")
    if not np.isfinite(x).all():
        raise ValueError("answers hold a gap; leave those rows out first")
    found = Cells.of(groups)
    sums, squares = (np.zeros((len(found.distinct), x.shape[1])) for _ in range(2))
    np.add.at(sums, found.at, x)
    np.add.at(squares, found.at, x**2)
    return list(found.distinct), np.bincount(found.at), sums, squares
