"""How well items measure one thing.

Alpha and omega take answers (rows are respondents, columns items, reversed items already turned
round) or their `CrossProducts`, which can be added up over files. Below ``minimum`` respondents
the result holds no number but the reason ``too_few_respondents``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from qualitycycle.analysis.proportions import Interval

Floats = npt.NDArray[np.float64]
MINIMUM = 50
TOO_FEW_RESPONDENTS = "too_few_respondents"
TOO_FEW_ITEMS = "too_few_items"
NO_SPREAD = "no_spread"


@dataclass(frozen=True)
class CrossProducts:
    """Enough for alpha and omega: ``sums`` per item and ``products`` (items x items) over n rows."""

    items: tuple[str, ...]
    n: int
    sums: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]

    def __add__(self, other: CrossProducts) -> CrossProducts:
        """The cross products of both sets of respondents together; the items must be the same.

        >>> one = cross_products(pd.DataFrame({"a": [1, 2], "b": [2, 4]}))
        >>> (one + one).n, (one + one).products
        (4, ((10.0, 20.0), (20.0, 40.0)))
        """
        if self.items != other.items:
            raise ValueError("cross products of different items cannot be added")
        sums = np.add(self.sums, other.sums)
        products = np.add(self.products, other.products)
        return CrossProducts(self.items, self.n + other.n, _flat(sums), tuple(map(_flat, products)))

    @property
    def covariance(self) -> Floats:
        """Covariances with n - 1 in the denominator."""
        sums = np.asarray(self.sums)
        centred = np.asarray(self.products) - np.outer(sums, sums) / self.n
        return np.asarray(centred / (self.n - 1), dtype=np.float64)


@dataclass(frozen=True)
class ItemReliability:
    """``item_rest``: correlation with the sum of the others; ``alpha_if_dropped``: alpha without it."""

    item: str
    n: int
    item_rest: float | None
    alpha_if_dropped: float | None


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha; ``low`` and ``high`` are Feldt's interval, the other pair Duhachek's."""

    alpha: float | None
    low: float | None
    high: float | None
    standard_error: float | None
    duhachek_low: float | None
    duhachek_high: float | None
    n: int
    items: tuple[ItemReliability, ...] = ()
    reason: str | None = None


def cross_products(answers: pd.DataFrame) -> CrossProducts:
    """Sums and cross products of the rows without a gap: all that `cronbach_alpha` and
    `mcdonald_omega` need. They can be added up over sessions.

    >>> cross_products(pd.DataFrame({"a": [1, 2, 3], "b": [2, 4, None]})).sums
    (3.0, 6.0)
    """
    x = answers.dropna().to_numpy(dtype=np.float64)
    return CrossProducts(
        tuple(map(str, answers.columns)), len(x), _flat(x.sum(0)), tuple(map(_flat, x.T @ x))
    )


def cronbach_alpha(
    answers: pd.DataFrame | CrossProducts,
    *,
    missing: Literal["complete", "pairwise"] = "complete",
    confidence: float = 0.95,
    minimum: int = MINIMUM,
) -> Alpha:
    """Cronbach's alpha with two intervals, item-rest correlations and alpha if dropped.

    ``alpha = k/(k-1) (1 - trace C / sum C)``, C the covariances of k items. Feldt:
    ``1 - (1 - alpha) F`` at the two ends of F with ``n - 1`` and ``(n - 1)(k - 1)`` degrees of
    freedom. Duhachek and Iacobucci: ``alpha -+ z sqrt(Q/n)``,
    ``Q = 2 k^2 / ((k-1)^2 S^3) [S (tr C^2 + (tr C)^2) - 2 tr C sum(C^2)]``, S = sum C.
    ``missing="complete"`` uses respondents who answered every item; ``"pairwise"`` does as R's
    psych: covariances over the pairs there are, n all rows.

    Alpha is a lower bound of reliability when errors are independent, and equal to it only when
    the items measure one thing equally well; Feldt assumes normal items with equal covariances,
    Duhachek normal items. A negative item-rest often is an item to turn round.

    Source: Cronbach, Psychometrika 16 (1951) 297-334; Feldt, Woodruff, Salih, Applied
    Psychological Measurement 11 (1987) 93-103; Duhachek, Iacobucci, Journal of Applied Psychology
    89 (2004) 792-808. Software: R ``psych::alpha``, ``psych::alpha.ci``.
    Reasons: ``too_few_respondents``, ``too_few_items``, ``no_spread``.

    >>> rows = [[4, 5, 4], [3, 3, 4], [5, 5, 5], [2, 3, 2], [4, 4, 5], [3, 4, 3]] * 10
    >>> a = cronbach_alpha(pd.DataFrame(rows, columns=["ZEL1", "ZEL2", "ZEL3"]))
    >>> round(a.alpha, 3), round(a.low, 3), round(a.high, 3)
    (0.907, 0.858, 0.942)
    >>> [(i.item, round(i.item_rest, 3), round(i.alpha_if_dropped, 3)) for i in a.items]
    [('ZEL1', 0.987, 0.713), ('ZEL2', 0.725, 0.943), ('ZEL3', 0.777, 0.914)]
    >>> cronbach_alpha(pd.DataFrame(rows[:12])).reason
    'too_few_respondents'
    """
    names, n, covariance, counts = moments(answers, missing)
    k = len(names)
    nothing = Alpha(None, None, None, None, None, None, n)
    if n < max(minimum, 3):
        return replace(nothing, reason=TOO_FEW_RESPONDENTS)
    if k < 2:
        return replace(nothing, reason=TOO_FEW_ITEMS)
    if not covariance.sum() > 1e-12:
        return replace(nothing, reason=NO_SPREAD)
    alpha = _alpha(covariance)
    tail = (1 - confidence) / 2
    low, high = (1 - (1 - alpha) * stats.f.ppf(q, n - 1, (n - 1) * (k - 1)) for q in (1 - tail, tail))
    error = _duhachek_error(covariance, n)
    reach = float(stats.norm.ppf(1 - tail)) * error
    items = tuple(
        ItemReliability(name, counts[i], _item_rest(covariance, i), _alpha_without(covariance, i))
        for i, name in enumerate(names)
    )
    return Alpha(alpha, float(low), float(high), error, alpha - reach, alpha + reach, n, items)


def alpha_over_groups(parts: Sequence[CrossProducts], *, confidence: float = 0.95) -> Interval:
    """Cronbach's alpha of all groups together, with an interval that lets respondents of one
    group resemble each other.

    Every group is left out once. On ``y = log(1 - alpha)``, in which the interval stays below 1,
    the variance is ``(G - 1)/G sum (y_g - mean y)^2`` over the G alphas without one group; t with
    ``G - 1`` degrees of freedom. Feldt's and Duhachek's intervals take all respondents as
    independent and are too narrow when groups differ.

    ``parts``: the `CrossProducts` of each group, of the same items. Assumes independent groups,
    none of which dominates. Source: Shao, Tu, The Jackknife and Bootstrap (1995) 2.1; grouped
    jackknife: Miller, Biometrika 61 (1974) 1-15. Empty below 3 groups, or where leaving out a group
    leaves no spread. Raises ValueError when the items differ.

    >>> rng = np.random.default_rng(4)
    >>> parts = [cross_products(pd.DataFrame(rng.normal(size=(9, 4)) + rng.normal(size=(9, 1))))
    ...          for session in range(20)]
    >>> found = alpha_over_groups(parts)
    >>> [round(value, 2) for value in (found.estimate, found.low, found.high)]
    [0.81, 0.76, 0.84]
    """
    held = [part for part in parts if part.n]
    if len(held) < 3:
        return Interval()
    whole = reduce(add, held)
    without = [_less(whole, part) for part in held]
    spreads = [part.covariance for part in (whole, *without) if part.n > 1]
    if len(spreads) <= len(held) or not all(spread.sum() > 1e-12 for spread in spreads):
        return Interval()
    estimate = _alpha(spreads[0])
    with np.errstate(divide="ignore"):
        y = np.log(1 - np.array([estimate, *map(_alpha, spreads[1:])]))
    if not np.isfinite(y).all():
        return Interval()
    many = len(held)
    error = math.sqrt((many - 1) / many * float(((y[1:] - y[1:].mean()) ** 2).sum()))
    reach = float(stats.t.ppf((1 + confidence) / 2, many - 1)) * error
    return Interval(estimate, 1 - math.exp(y[0] + reach), 1 - math.exp(y[0] - reach))


def _flat(row: npt.ArrayLike) -> tuple[float, ...]:
    return tuple(float(v) for v in np.asarray(row))


def _less(whole: CrossProducts, part: CrossProducts) -> CrossProducts:
    sums = np.subtract(whole.sums, part.sums)
    products = np.subtract(whole.products, part.products)
    return CrossProducts(whole.items, whole.n - part.n, _flat(sums), tuple(map(_flat, products)))


def _alpha(covariance: Floats) -> float:
    k = len(covariance)
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _alpha_without(covariance: Floats, item: int) -> float | None:
    left = np.delete(np.delete(covariance, item, 0), item, 1)
    return _alpha(left) if len(left) > 1 and left.sum() > 1e-12 else None


def _duhachek_error(covariance: Floats, n: int) -> float:
    k, s, square = len(covariance), covariance.sum(), covariance @ covariance
    trace = np.trace(covariance)
    inner = s * (np.trace(square) + trace**2) - 2 * trace * square.sum()
    return math.sqrt(max(float(2 * k**2 / ((k - 1) ** 2 * s**3) * inner), 0.0) / n)


def moments(
    answers: pd.DataFrame | CrossProducts, missing: str = "complete"
) -> tuple[tuple[str, ...], int, Floats, list[int]]:
    """Names of the items, respondents, covariances and answers per item.

    >>> moments(pd.DataFrame({"a": [1, 2, 3], "b": [2, 4, None]}), "pairwise")[3]
    [3, 2]
    """
    if missing == "pairwise" and isinstance(answers, pd.DataFrame):
        names = tuple(map(str, answers.columns))
        counts = [int(count) for count in answers.notna().sum()]
        return names, len(answers), answers.astype(float).cov().to_numpy(), counts
    sums = answers if isinstance(answers, CrossProducts) else cross_products(answers)
    covariance = sums.covariance if sums.n > 1 else np.zeros((len(sums.items),) * 2)
    return sums.items, sums.n, covariance, [sums.n] * len(sums.items)


def _item_rest(covariance: Floats, item: int) -> float | None:
    own, row = covariance[item, item], covariance[item].sum()
    others = covariance.sum() - 2 * row + own
    return float((row - own) / math.sqrt(own * others)) if own > 1e-12 and others > 1e-12 else None
