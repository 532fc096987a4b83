"""McDonald's omega: the share of a sum score's variance that its items have in common."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.multivariate.factor import Factor
from statsmodels.multivariate.factor_rotation import rotate_factors

from qualitycycle.analysis.reliability import (
    MINIMUM,
    NO_SPREAD,
    TOO_FEW_ITEMS,
    TOO_FEW_RESPONDENTS,
    CrossProducts,
    moments,
)

Floats = npt.NDArray[np.float64]
NOT_IDENTIFIED = "not_identified"
NO_SOLUTION = "no_proper_solution"
GROUP_FACTORS = 3
ITEMS_FOR_HIERARCHICAL = 6
STARTS = 6


@dataclass(frozen=True)
class Omega:
    """``total``: share of the sum score's variance due to one common factor.

    ``hierarchical``: share due to the general factor beside three group factors; None with
    ``hierarchical_reason``. ``loadings`` of the one factor, in units of the items (``ml``) or
    standardised (``minres``), in the order of ``items``.
    """

    total: float | None
    hierarchical: float | None
    items: tuple[str, ...]
    loadings: tuple[float, ...]
    n: int
    reason: str | None = None
    hierarchical_reason: str | None = None


def mcdonald_omega(
    answers: pd.DataFrame | CrossProducts,
    *,
    method: Literal["ml", "minres"] = "ml",
    hierarchical: bool = False,
    minimum: int = MINIMUM,
) -> Omega:
    """McDonald's omega total of one factor and, where identified, omega hierarchical.

    ``ml``: maximum likelihood factor of the covariances, ``omega = (sum l)^2 / ((sum l)^2 + sum
    theta)``, l loadings and theta residual variances: the reliability of the plain sum of the
    items. ``minres``: least squares factor of the correlations, ``1 - sum u^2 / sum R``: of the sum
    of standardised items. Hierarchical: three minres factors of the correlations, oblimin rotation,
    one factor of the factors' correlations (Schmid, Leiman), ``(sum g)^2 / sum R`` with g the
    loadings on the general factor. Fewer than 6 items cannot identify it (``not_identified``), nor
    can a solution in which a group factor leads fewer than two items or a variance is negative
    (``no_proper_solution``).

    Respondents who answered every item are used. Assumes items turned the same way, one factor
    (total) and errors that go their own way; unlike alpha the items need not be equally good.
    Source: McDonald, Test Theory (1999); Zinbarg, Revelle, Yovel, Li, Psychometrika 70 (2005)
    123-133; Schmid, Leiman, Psychometrika 22 (1957) 53-61. Software: statsmodels ``Factor`` and
    ``rotate_factors`` (used), R ``lavaan::cfa`` (ml), ``psych::omega`` (minres, hierarchical).
    Reasons: ``too_few_respondents``, ``too_few_items`` (below 3), ``no_spread``,
    ``no_proper_solution``.

    >>> rng = np.random.default_rng(1)
    >>> answers = np.round(3 + 0.7 * rng.normal(size=(120, 1)) + 0.6 * rng.normal(size=(120, 4)))
    >>> omega = mcdonald_omega(pd.DataFrame(answers, columns=["ZEL1", "ZEL2", "ZEL3", "ZEL4"]))
    >>> round(omega.total, 3), [round(loading, 2) for loading in omega.loadings]
    (0.782, [0.63, 0.48, 0.76, 0.6])
    """
    names, n, covariance, _ = moments(answers)
    nothing = Omega(None, None, names, (), n)
    if n < max(minimum, 3):
        return replace(nothing, reason=TOO_FEW_RESPONDENTS)
    if len(names) < 3:
        return replace(nothing, reason=TOO_FEW_ITEMS)
    spread = np.sqrt(np.diag(covariance))
    if not (spread > 1e-9).all():
        return replace(nothing, reason=NO_SPREAD)
    correlation = covariance / np.outer(spread, spread)
    loadings = _one_factor(correlation, method, n)
    if loadings is None:
        return replace(nothing, reason=NO_SOLUTION)
    unique = 1 - loadings**2
    if method == "ml":
        loadings, unique = loadings * spread, unique * spread**2
        common = float(loadings.sum()) ** 2
        total = common / (common + float(unique.sum()))
    else:
        total = 1 - float(unique.sum() / correlation.sum())
    found = replace(nothing, total=total, loadings=tuple(float(v) for v in loadings))
    return _with_hierarchical(found, correlation) if hierarchical else found


def schmid_leiman_general(correlation: Sequence[Sequence[float]] | npt.ArrayLike) -> Floats | None:
    """Loadings on the general factor beside three group factors; None without a proper solution.

    ``g = L s``: L the oblimin loadings on the three factors, s the loadings of those factors on one
    factor behind their correlations (``s_1^2 = r_12 r_13 / r_23``). Assumes that every item belongs
    to one group factor. Source: Schmid, Leiman, Psychometrika 22 (1957) 53-61. Software: R
    ``psych::schmid``.

    >>> general, group = np.full(9, 0.6), np.kron(np.eye(3), np.full((3, 1), 0.5))
    >>> r = np.outer(general, general) + group @ group.T
    >>> np.fill_diagonal(r, 1)
    >>> schmid_leiman_general(r).round(3).tolist()
    [0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]
    """
    r = np.asarray(correlation, dtype=np.float64)
    loadings = _minres(r, GROUP_FACTORS)
    if loadings is None or loadings.shape[1] < GROUP_FACTORS:
        return None
    rotated, between = _oblimin(loadings)
    leads = np.bincount(np.abs(rotated).argmax(axis=1), minlength=GROUP_FACTORS)
    signs = np.sign(rotated.sum(axis=0))
    rotated, between = rotated * signs, between * np.outer(signs, signs)
    second = _second_order(between)
    if (leads < 2).any() or second is None:
        return None
    return np.asarray(rotated @ second, dtype=np.float64)


def _with_hierarchical(found: Omega, correlation: Floats) -> Omega:
    if len(found.items) < ITEMS_FOR_HIERARCHICAL:
        return replace(found, hierarchical_reason=NOT_IDENTIFIED)
    general = schmid_leiman_general(correlation)
    if general is None:
        return replace(found, hierarchical_reason=NO_SOLUTION)
    return replace(found, hierarchical=float(general.sum() ** 2 / correlation.sum()))


def _oblimin(loadings: Floats) -> tuple[Floats, Floats]:
    """Loadings and correlations of the factors; the best of several starts, as one may get stuck."""
    turns, best = np.random.default_rng(0), np.inf
    size = loadings.shape[1]
    rotated, between = loadings, np.eye(size)
    for _ in range(STARTS):
        turn = np.linalg.qr(turns.normal(size=(size, size)))[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            apart, _ignored = rotate_factors(loadings @ turn, "varimax")
            found, transform = rotate_factors(apart, "oblimin", 0, "oblique")
        squares = found**2
        cost = float((squares.sum(axis=1) ** 2 - (squares**2).sum(axis=1)).sum())
        if cost < best - 1e-9:
            best, rotated, between = cost, found, transform.T @ transform
    return rotated, between


def _second_order(between: Floats) -> Floats | None:
    """Loadings of three correlated factors on one general factor: exact, r12 r13 / r23 and so on."""
    r12, r13, r23 = between[0, 1], between[0, 2], between[1, 2]
    if min(r12 * r13 * r23, r12, r13, r23) <= 0:
        return None
    squares = np.array([r12 * r13 / r23, r12 * r23 / r13, r13 * r23 / r12])
    return np.asarray(np.sqrt(squares)) if (squares <= 1).all() else None


def _one_factor(correlation: Floats, method: str, n: int) -> Floats | None:
    if method == "minres":
        return _minres(correlation, 1, flat=True)
    start = _minres(correlation, 1, flat=True)
    if start is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Factor(corr=correlation, n_factor=1, method="ml", nobs=n)
        try:
            found = model.fit(start=(start[:, None], 1 - start**2), maxiter=10_000, opt={"gtol": 1e-10})
        except (ValueError, np.linalg.LinAlgError):
            return None
    if np.abs(found.mle_retvals.jac).max() > 1e-5:
        return None
    return _upright(np.asarray(found.loadings, dtype=np.float64)[:, 0])


def _minres(correlation: Floats, factors: int, flat: bool = False) -> Floats | None:
    """Least squares factors: principal axes repeated until they stand still (the same solution)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = Factor(corr=correlation, n_factor=factors, method="pa", smc=True).fit(
                maxiter=50_000, tol=1e-10
            )
        except (ValueError, np.linalg.LinAlgError):
            return None
    loadings = np.asarray(found.loadings, dtype=np.float64)
    if not loadings.size or not np.isfinite(loadings).all() or ((loadings**2).sum(axis=1) >= 1).any():
        return None
    return _upright(loadings[:, 0]) if flat else loadings


def _upright(loadings: Floats) -> Floats | None:
    if not np.isfinite(loadings).all() or (loadings**2 >= 1).any():
        return None
    return np.asarray(loadings if loadings.sum() >= 0 else -loadings, dtype=np.float64)
