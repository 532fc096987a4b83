"""Maximise a function of which the gradient is known: BFGS, then Newton with a differenced Hessian."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qualitycycle.analysis.ordinal.fixed import ascent
from qualitycycle.analysis.ordinal.links import Floats

Objective = Callable[[Floats], tuple[float, Floats]]
ITERATIONS = 200
HALVINGS = 30
NEAR = 1e-5
"""Expected gain at which BFGS hands over to Newton."""
DONE = 1e-14
STEP = 1e-3
"""Step of the differences, in standard errors."""


@dataclass(frozen=True)
class Summit:
    """A maximum: parameters, value, gradient and minus the Hessian."""

    parameters: Floats
    value: float
    gradient: Floats
    information: Floats
    converged: bool


def climb(objective: Objective, start: Floats, covariance: Floats, *, exact: bool = True) -> Summit:
    """The maximum from ``start``; ``covariance`` guesses the inverse of minus the Hessian.

    ``exact``: difference the Hessian again when the last Newton steps moved the parameters
    by more than a hundred-thousandth of a standard error (else a hundredth).
    """
    parameters, value, gradient, covariance = _bfgs(objective, start, covariance)
    width = np.sqrt(np.maximum(np.diag(covariance), 1e-10))
    information = differenced(objective, parameters, width)
    for _ in range(3):
        before = parameters
        parameters, value, gradient = _chords(objective, parameters, value, gradient, information)
        inside = np.sqrt(np.abs(np.diag(information)))
        moved = float(np.abs((parameters - before) * inside).max())
        if moved < (1e-5 if exact else 1e-2):
            break
        information = differenced(objective, parameters, 1 / np.maximum(inside, 1e-10))
    gain = float(gradient @ ascent(information, gradient)) / 2
    return Summit(parameters, value, gradient, information, gain < 1e-8)


def differenced(objective: Objective, parameters: Floats, width: Floats) -> Floats:
    """Minus the Hessian by central differences of the gradient, ``STEP`` widths either way."""
    rows = []
    for i, size in enumerate(STEP * np.minimum(width, 1.0)):
        away = np.zeros(len(parameters))
        away[i] = size
        rows.append((objective(parameters - away)[1] - objective(parameters + away)[1]) / (2 * size))
    found = np.array(rows)
    symmetric: Floats = (found + found.T) / 2
    return symmetric


def _bfgs(objective: Objective, start: Floats, inverse: Floats) -> tuple[Floats, float, Floats, Floats]:
    parameters = start
    value, gradient = objective(parameters)
    for _ in range(ITERATIONS):
        step = inverse @ gradient
        gain = float(gradient @ step)
        if gain < NEAR:
            break
        length = 1.0
        for _ in range(HALVINGS):
            new, slope = objective(parameters + length * step)
            if new >= value + 1e-4 * length * gain:
                break
            length /= 2
        else:
            break
        inverse = _updated(inverse, length * step, gradient - slope)
        parameters, value, gradient = parameters + length * step, new, slope
    return parameters, value, gradient, inverse


def _updated(inverse: Floats, moved: Floats, changed: Floats) -> Floats:
    curve = float(moved @ changed)
    if curve <= 1e-10 * float(np.linalg.norm(moved) * np.linalg.norm(changed)):
        return inverse
    left = np.eye(len(moved)) - np.outer(moved, changed) / curve
    found: Floats = left @ inverse @ left.T + np.outer(moved, moved) / curve
    return found


def _chords(
    objective: Objective, parameters: Floats, value: float, gradient: Floats, information: Floats
) -> tuple[Floats, float, Floats]:
    """Newton steps with one Hessian until there is nothing to gain."""
    for _ in range(10):
        step = ascent(information, gradient)
        if float(gradient @ step) / 2 < DONE:
            break
        new, slope = objective(parameters + step)
        if not new >= value - 1e-9 * abs(value):
            break
        parameters, value, gradient = parameters + step, new, slope
    return parameters, value, gradient
