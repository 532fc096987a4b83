"""Penalised least squares: the likelihood of a linear mixed model with many groups, on sums.

With ``theta_t = sd_t / sigma`` and Lambda holding them per effect, ``H = Lambda Z' N Z Lambda + I``
for N the number of answers per unit. Minus twice the profiled log-likelihood is
``log|H| + log|X' V^-1 X| + (n - p) (1 + log(2 pi r^2 / (n - p)))``, r^2 the penalised sum of
squares; without the second term and with n for n - p it is maximum likelihood.
Source: Bates, Machler, Bolker and Walker, Journal of Statistical Software 67 (2015) 1, 1-48.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

from qualitycycle.analysis.linear.identified import identified
from qualitycycle.analysis.linear.reml import Floats
from qualitycycle.analysis.ordinal.design import Grouping
from qualitycycle.analysis.ordinal.layout import Codes, Factors, Layout, crossed, factored, layout_of

START = 0.5
SMALL = 0.05
NOTHING = 1e-5
"""A standard deviation below this times the residual one is 0."""
MOST = 1e6
"""A standard deviation beyond this times the residual one is not settled: nothing varies within groups."""
LEAST = 1e-14
"""The smallest residual sum of squares, as a fraction of all."""
GROWS = 1e-3
"""So much must the deviance fall per squared theta for a theta near 0 to be let go again."""
TRIES = 3
STEP = 1e-3
POLISHES = 4


@dataclass(frozen=True)
class Sums:
    """Units as sums around ``centre``: ``n``, ``total``, and ``square``, the sum of all squares.

    ``told``: which terms have a variance that can be told (see ``identified``); of others theta is 0.
    """

    n: Floats
    total: Floats
    square: float
    centre: float
    design: Floats
    told: NDArray[np.bool_]
    layout: Layout = field(repr=False)
    entries: Floats = field(repr=False)

    @property
    def answers(self) -> float:
        """The number of answers."""
        return float(self.n.sum())

    @property
    def terms(self) -> int:
        """The number of random terms."""
        return int(self.layout.term_of.max()) + 1


@dataclass(frozen=True)
class Profile:
    """The profiled likelihood at one ``theta``, with the ``slope`` of its deviance and of log sigma.

    ``effects`` are on the scale of theta 1: times theta they are scores.
    """

    theta: Floats
    deviance: float
    sigma: float
    coefficients: Floats
    covariance: Floats
    effects: Floats
    factors: Factors
    slope: Floats
    log_sigma_slope: Floats


def sums_of(n: Floats, total: Floats, square: Floats, design: Floats, groups: Sequence[Grouping]) -> Sums:
    """Sums around the overall mean, which keeps the digits of small differences.

    ``design`` must have the intercept first: the centre is added to it again.
    """
    centre = float(total.sum() / n.sum())
    centred = float((square - 2 * centre * total + centre**2 * n).sum())
    layout = layout_of(groups)
    loads = [layout.z[:, layout.term_of == term] for term in range(len(groups))]
    told = identified(n, design, loads)
    return Sums(n, total - centre * n, centred, centre, design, told, layout, crossed(layout, n))


def profile(sums: Sums, theta: Floats, restricted: bool) -> Profile:
    """The likelihood profiled over the coefficients and the residual variance."""
    layout, x = sums.layout, sums.design
    scale = theta[layout.term_of]
    factors = factored(layout, sums.entries, scale)
    if factors is None:
        raise FloatingPointError("H is a sum of squares plus one: it is positive definite")
    weighted = sums.n[:, None] * x
    spread = scale[:, None] * (layout.turned @ weighted)
    pulled = scale * (layout.turned @ sums.total)
    solved, base = factors.solve(spread), factors.solve(pulled)
    factor = linalg.cho_factor(x.T @ weighted - spread.T @ solved, lower=True)
    beta = linalg.cho_solve(factor, x.T @ sums.total - solved.T @ pulled)
    effects = base - solved @ beta
    squares = sums.square - float(pulled @ effects) - float(x.T @ sums.total @ beta)
    spare = sums.answers - (x.shape[1] if restricted else 0)
    sigma2 = max(squares, LEAST * sums.square) / spare
    determinant = 2 * float(np.log(np.diag(factor[0])).sum()) if restricted else 0.0
    deviance = factors.log_determinant + determinant + spare * (1 + np.log(2 * np.pi * sigma2))
    covariance = sigma2 * linalg.cho_solve(factor, np.eye(x.shape[1]))
    own = factors.inverse()[layout.above == layout.beside]
    log_sigma_slope = -_per_term(layout, effects**2, theta) / (spare * sigma2)
    slope = 2 * _per_term(layout, 1 - own, theta) + 2 * spare * log_sigma_slope
    if restricted:
        root = linalg.solve_triangular(factor[0], solved.T, lower=True)
        slope -= 2 * _per_term(layout, (root**2).sum(axis=0), theta)
    sigma = float(np.sqrt(sigma2))
    return Profile(theta, float(deviance), sigma, beta, covariance, effects, factors, slope, log_sigma_slope)


def _per_term(layout: Layout, values: Floats, theta: Floats) -> Floats:
    """Sums over the effects of each term, over its theta."""
    found: Floats = np.bincount(layout.term_of, values, len(theta)) / theta
    return found


def fit(sums: Sums, restricted: bool) -> tuple[Profile, bool]:
    """The profile at the best ``theta``, and whether the slope is nothing there.

    At a theta of 0 the slope is always nothing; one near it that would grow is let go again.
    """
    theta = np.where(sums.told, START, NOTHING)
    for _ in range(TRIES):
        theta = _climbed(sums, theta, restricted)
        held = sums.told & (theta < SMALL)
        grows = held & (profile(sums, theta, restricted).slope < -GROWS * theta) if held.any() else held
        if not grows.any():
            break
        theta = np.where(grows, SMALL, theta)
    return _polished(sums, theta, restricted)


def _climbed(sums: Sums, start: Floats, restricted: bool) -> Floats:
    def deviance(theta: Floats) -> tuple[float, Floats]:
        found = profile(sums, np.asarray(theta, dtype=float), restricted)
        return found.deviance, found.slope

    found = optimize.minimize(
        deviance,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(NOTHING, MOST if told else NOTHING) for told in sums.told],
        options={"ftol": 1e-13, "gtol": 1e-5, "maxiter": 200},
    )
    return np.asarray(found.x, dtype=float)


def posterior(sums: Sums, at: Profile) -> tuple[list[Floats], list[Floats]]:
    """Per term the best linear predictions and their conditional variances (coefficients known)."""
    layout = sums.layout
    whole = at.factors.inverse()
    spread = whole[layout.above == layout.beside]
    mine = [layout.term_of == term for term in range(sums.terms)]
    return (
        [at.theta[t] * at.effects[own] for t, own in enumerate(mine)],
        [(at.sigma * at.theta[t]) ** 2 * spread[own] for t, own in enumerate(mine)],
    )


def _polished(sums: Sums, theta: Floats, restricted: bool) -> tuple[Profile, bool]:
    """Newton steps with a differenced Hessian over the thetas that are not nothing."""
    free = np.flatnonzero(theta > NOTHING)
    here = profile(sums, theta, restricted)
    if (theta >= MOST).any():
        return here, False
    for _ in range(POLISHES if len(free) else 0):
        hessian = differences(lambda t: profile(sums, t, restricted).slope[free], here.theta, free)
        step = linalg.lstsq((hessian + hessian.T) / 2, here.slope[free])[0]
        new = here.theta.copy()
        new[free] -= step
        if ((new[free] <= NOTHING) | (new[free] >= MOST)).any():
            return here, False
        moved = profile(sums, new, restricted)
        if moved.deviance > here.deviance + 1e-9 * abs(here.deviance):
            return here, False
        here = moved
        if np.abs(step).max() < 1e-7:
            break
    return here, True


def differences(function: Callable[[Floats], Floats], at: Floats, free: Codes) -> Floats:
    """The derivative of a smooth function in the ``free`` coordinates, by central differences."""
    rows = []
    for i in free:
        step = np.zeros(len(at))
        step[i] = STEP * max(float(at[i]), 10 * STEP)
        rows.append((function(at + step) - function(at - step)) / (2 * step[i]))
    return np.array(rows)
