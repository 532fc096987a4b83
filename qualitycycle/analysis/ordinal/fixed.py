"""The model without random effects: Newton's method with the analytic gradient and Hessian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from qualitycycle.analysis.ordinal.kernel import Rows, hessian, pieces
from qualitycycle.analysis.ordinal.links import Floats, Link

ITERATIONS = 100
HALVINGS = 40
DONE = 1e-12
"""Expected gain of the next step (half the Newton decrement) at which it is done."""


@dataclass(frozen=True)
class Fit:
    """A maximum: ``information`` is minus the Hessian of the log-likelihood."""

    parameters: Floats
    log_likelihood: float
    gradient: Floats
    information: Floats
    converged: bool


def cuts(rows: Rows, parameters: Floats) -> tuple[Floats, Floats, Floats]:
    """``eta_1``, ``eta_2`` and one over the scale, per row."""
    linear = rows.upper.shape[1]
    psi, zeta = parameters[:linear], parameters[linear:]
    inverse = np.exp(-(rows.scale @ zeta)) if len(zeta) else np.ones(len(rows.weights))
    return (rows.upper @ psi) * inverse, (rows.lower @ psi) * inverse, inverse


def log_likelihood(link: Link, rows: Rows, parameters: Floats) -> float:
    """``sum(w log p)``; -inf where thresholds have crossed."""
    upper, lower, _ = cuts(rows, parameters)
    return float(rows.weights @ pieces(link, upper, lower, rows).log)


def derivatives(link: Link, rows: Rows, parameters: Floats) -> tuple[Floats, Floats]:
    """The gradient and minus the Hessian, with ``d eta_a = [B_a / sigma, -eta_a z]``."""
    upper, lower, inverse = cuts(rows, parameters)
    found = pieces(link, upper, lower, rows)
    w, z = rows.weights[:, None], rows.scale
    above = np.hstack([rows.upper * inverse[:, None], -upper[:, None] * z])
    below = np.hstack([rows.lower * inverse[:, None], -lower[:, None] * z])
    one, two = found.one[:, None], found.two[:, None]
    gradient = (w * (one * above + two * below)).sum(axis=0)
    second = hessian(found, rows.weights, above, below)
    if z.shape[1]:
        _add_scale(second, rows, inverse, w * one, w * two, upper, lower)
    return gradient, -second


def _add_scale(
    second: Floats, rows: Rows, inverse: Floats, one: Floats, two: Floats, upper: Floats, lower: Floats
) -> None:
    """Add ``l_a d2 eta_a``: the part of the Hessian that the curvature in the scale adds."""
    linear = rows.upper.shape[1]
    cross = -((one * rows.upper + two * rows.lower) * inverse[:, None]).T @ rows.scale
    second[:linear, linear:] += cross
    second[linear:, :linear] += cross.T
    both = one * upper[:, None] + two * lower[:, None]
    second[linear:, linear:] += rows.scale.T @ (both * rows.scale)


def newton(link: Link, rows: Rows, start: Floats) -> Fit:
    """Newton's method with step halving; a Hessian that is not negative definite gets a ridge."""
    parameters = start
    value = log_likelihood(link, rows, parameters)
    gradient, information = derivatives(link, rows, parameters)
    converged = False
    for _ in range(ITERATIONS):
        step = ascent(information, gradient)
        gain = float(gradient @ step) / 2
        length = 1.0
        for _ in range(HALVINGS):
            new = log_likelihood(link, rows, parameters + length * step)
            if new >= value - 1e-9 * abs(value):
                break
            length /= 2
        else:
            break
        parameters, value = parameters + length * step, new
        gradient, information = derivatives(link, rows, parameters)
        if gain < DONE and length == 1.0:
            converged = True
            break
    return Fit(parameters, value, gradient, information, converged)


def ascent(information: Floats, gradient: Floats) -> Floats:
    """The Newton step, with a ridge on the scale of the diagonal while it is not positive definite."""
    scale = np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-12))
    scaled = information / np.outer(scale, scale)
    ridge = 0.0
    while True:
        try:
            factor = linalg.cho_factor(scaled + ridge * np.eye(len(scale)))
        except linalg.LinAlgError:
            ridge = max(1e-6, 10 * ridge)
            continue
        step: Floats = linalg.cho_solve(factor, gradient / scale) / scale
        return step
