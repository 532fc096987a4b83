"""Variance components of a linear mixed model by restricted maximum likelihood, on sums.

Rows with the same design and groups are one *unit* with ``n`` answers, their mean and the
sum of squares within. ``mean = X beta + sum_t Z_t b_t + e`` with ``b_t ~ N(0, s_t)`` and
``e ~ N(0, s_e / n)``, so ``V = diag(s_e / n) + sum_t s_t Z_t Z_t'``; what varies within a unit
adds ``chi2(N - k) s_e``. Fisher scoring on the variances themselves, with the gradient and
the expected information in closed form; a variance that wants to be negative, or cannot be
told (see ``identified``), is 0.
Source: Patterson and Thompson, Biometrika 58 (1971) 545-554; Harville, JASA 72 (1977) 320-338.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from qualitycycle.analysis.linear.identified import identified

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

ITERATIONS = 100
HALVINGS = 30
DONE = 1e-12
"""Expected gain in log-likelihood at which it is done."""
LEAST = 1e-9
"""The smallest residual variance, as a fraction of all variance."""


@dataclass(frozen=True)
class Units:
    """Rows with the same design and groups, as sums.

    ``n``: answers per unit (k,); ``mean``: their mean (k,); ``within``: the sum of squares
    around these means, over all units; ``design``: k by p, of full rank; ``loads``: per random
    term a matrix of k by levels, the membership of each unit.
    """

    n: Floats
    mean: Floats
    within: float
    design: Floats
    loads: tuple[Floats, ...]

    @property
    def spare(self) -> float:
        """Degrees of freedom within units."""
        return float(self.n.sum()) - len(self.n)


@dataclass(frozen=True)
class Solved:
    """Everything at one value of the variances (residual first, then per term).

    ``inverse``: V^-1; ``weighted``: V^-1 X; ``covariance``: of the coefficients; ``projection``:
    ``P = V^-1 - V^-1 X (X' V^-1 X)^-1 X' V^-1``; ``value``: the restricted log-likelihood of the
    answers (with its constants, as lme4 prints it).
    """

    variances: Floats
    inverse: Floats
    weighted: Floats
    covariance: Floats
    projection: Floats
    value: float


@dataclass(frozen=True)
class Restricted:
    """A maximum: ``solved`` at the estimates, the expected ``information`` of the variances.

    Of a variance that cannot be told the information is 0.
    """

    units: Units
    solved: Solved
    information: Floats
    converged: bool

    @property
    def told(self) -> NDArray[np.bool_]:
        """Which variances of terms can be told."""
        known: NDArray[np.bool_] = np.diag(self.information)[1:] > 0
        return known

    @property
    def coefficients(self) -> Floats:
        """Generalised least squares at the estimated variances."""
        found: Floats = self.solved.covariance @ (self.solved.weighted.T @ self.units.mean)
        return found


def fit(units: Units) -> Restricted:
    """The restricted maximum likelihood estimates of the variances.

    Raises ValueError when nothing varies at all.

    >>> n = np.full(6, 10.0)
    >>> mean = np.array([7.0, 7.4, 8.1, 6.2, 6.0, 6.9])
    >>> arm = np.array([0, 0, 0, 1, 1, 1.0])
    >>> units = Units(n, mean, 54.0, np.column_stack([np.ones(6), arm]), (np.eye(6),))
    >>> found = fit(units)
    >>> found.coefficients.round(3).tolist(), found.solved.variances.round(3).tolist()
    ([7.5, -1.133], [1.0, 0.167])
    """
    start, least = _start(units)
    if least <= 0:
        raise ValueError("nothing varies")
    told = np.append(True, identified(units.n, units.design, units.loads))
    solved = solve(units, np.where(told, start, 0.0))
    if solved is None:
        raise ValueError("the design is not of full rank")
    floor = np.zeros(len(start))
    floor[0] = least
    converged = False
    for _ in range(ITERATIONS):
        gradient, information, curvature = derivatives(units, solved)
        free = np.flatnonzero(told & ((solved.variances > floor) | (gradient > 0)))
        step = _step(free, gradient, information, curvature)
        gain = float(gradient @ step) / 2
        new = _halved(units, solved, floor, step)
        if new is None:
            converged = abs(gain) < 1e-6
            break
        solved = new
        if gain < DONE:
            converged = True
            break
    return maximum(units, solved, told[1:], converged)


def maximum(units: Units, solved: Solved, told: NDArray[np.bool_], converged: bool) -> Restricted:
    """``solved`` with its information; ``told``: which variances of terms can be told."""
    information = derivatives(units, solved)[1]
    known = np.append(True, told)
    return Restricted(units, solved, information * np.outer(known, known), converged)


def solve(units: Units, variances: Floats) -> Solved | None:
    """Everything at these variances; None when V or X' V^-1 X is not positive definite."""
    v = np.diag(variances[0] / units.n)
    for variance, load in zip(variances[1:], units.loads, strict=True):
        v += variance * (load @ load.T)
    inverse, log_v = _inverse(v)
    if inverse is None:
        return None
    weighted = inverse @ units.design
    covariance, log_x = _inverse(units.design.T @ weighted)
    if covariance is None:
        return None
    projection = inverse - weighted @ covariance @ weighted.T
    k, p = units.design.shape
    spare = units.spare
    squares = float(units.mean @ projection @ units.mean) + units.within / variances[0]
    logs = log_v + log_x + spare * np.log(variances[0]) + float(np.log(units.n).sum())
    constant = (k + spare - p) * np.log(2 * np.pi)
    return Solved(variances, inverse, weighted, covariance, projection, -(logs + squares + constant) / 2)


def derivatives(units: Units, solved: Solved) -> tuple[Floats, Floats, Floats]:
    """The gradient of the restricted log-likelihood, its expected information and curvature.

    ``information_ij = tr(P V_i P V_j) / 2`` and ``curvature_ij = y' P V_i P V_j P y`` minus that,
    plus what the answers within units say of ``s_e``.
    """
    p = solved.projection
    residual = p @ units.mean
    sizes = 1 / units.n
    spreads = [p @ load for load in units.loads]
    squared = p * p
    traces = [
        float(np.diag(p) @ sizes),
        *(float((s * z).sum()) for s, z in zip(spreads, units.loads, strict=True)),
    ]
    forms = [float(residual**2 @ sizes), *(float(((residual @ z) ** 2).sum()) for z in units.loads)]
    information = np.empty((len(traces), len(traces)))
    information[0, 0] = sizes @ squared @ sizes
    for i, spread in enumerate(spreads):
        information[0, i + 1] = information[i + 1, 0] = float((spread**2).sum(axis=1) @ sizes)
        for j in range(i + 1):
            crossed = units.loads[j].T @ spread
            information[i + 1, j + 1] = information[j + 1, i + 1] = float((crossed**2).sum())
    gradient = (np.array(forms) - np.array(traces)) / 2
    pulled = np.column_stack([residual * sizes, *(z @ (residual @ z) for z in units.loads)])
    curvature = pulled.T @ p @ pulled - information / 2
    own, spare, within = solved.variances[0], units.spare, units.within
    gradient[0] += (within / own - spare) / (2 * own)
    information[0, 0] += spare / own**2
    curvature[0, 0] += (2 * within / own - spare) / (2 * own**2)
    return gradient, information / 2, curvature


def _start(units: Units) -> tuple[Floats, float]:
    """Variances to start from, and the smallest residual variance to allow."""
    weight = units.n / units.n.sum()
    between = float(weight @ (units.mean - weight @ units.mean) ** 2)
    inside = units.within / units.spare if units.spare > 0 else between / 2
    terms = len(units.loads)
    start = np.array(
        [max(inside, between * 1e-3), *[max(between, 1e-3 * inside) / (2 * max(terms, 1))] * terms]
    )
    return start, LEAST * (inside + between)


def _step(free: Codes, gradient: Floats, information: Floats, curvature: Floats) -> Floats:
    """Newton's step over the ``free`` variances; scoring where it would not climb."""
    slope = gradient[free]
    size = np.sqrt(np.diag(information)[free])
    step = np.zeros(len(gradient))
    for matrix in (curvature, information):
        scaled = matrix[np.ix_(free, free)] / np.outer(size, size)
        factor, failed = lapack.dpotrf(scaled + 1e-9 * np.eye(len(free)), lower=1)
        if not failed:
            step[free] = lapack.dpotrs(factor, slope / size, lower=1)[0] / size
            break
    return step


def _halved(units: Units, solved: Solved, floor: Floats, step: Floats) -> Solved | None:
    """The first point along the step that is not worse; None when there is none."""
    for _ in range(HALVINGS):
        new = solve(units, np.maximum(solved.variances + step, floor))
        if new is not None and new.value >= solved.value - 1e-12 * abs(solved.value):
            return new
        step = step / 2
    return None


def _inverse(matrix: Floats) -> tuple[Floats | None, float]:
    """The inverse of a positive definite matrix and the logarithm of its determinant."""
    factor, failed = lapack.dpotrf(matrix, lower=1)
    if failed:
        return None, 0.0
    half, _ = lapack.dpotri(factor, lower=1)
    lower = np.tril(half)
    found: Floats = lower + np.tril(half, -1).T
    return found, float(2 * np.log(np.diag(factor)).sum())


def moments(sums: Sequence[tuple[int, float, float]] | Floats) -> tuple[Floats, Floats, float]:
    """``n``, the means and the sum of squares within, from (n, total, total of squares) per unit.

    >>> n, mean, within = moments([(2, 6.0, 20.0), (1, 5.0, 25.0)])
    >>> mean.tolist(), within
    ([3.0, 5.0], 2.0)
    """
    table = np.array(sums, dtype=float).reshape(-1, 3)
    n, total, square = table.T
    return n, total / n, float(np.maximum(square - total**2 / n, 0.0).sum())
