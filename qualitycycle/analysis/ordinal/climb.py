"""Maximise a function of which the gradient and part of the curvature are known.

A structured quasi-Newton method: the curvature is what the function gives plus what is
learned from how the gradient changes (symmetric rank one), so that few steps are needed.
Source: Dennis, Gay and Welsch, ACM Trans. Math. Softw. 7 (1981) 348-368; Nocedal and
Wright, Numerical Optimization (2006), sections 6.2 and 10.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from qualitycycle.analysis.ordinal.links import Floats

ITERATIONS = 200
HALVINGS = 30
DONE = 1e-12
"""Expected gain of a step at which the top is reached."""
NOISE = 1e-12
"""What a value may be off, relatively."""
FLAT = 1e-9
"""The least curvature, of parameters scaled to curvature 1."""
STEP = 1e-3
"""Step of the differences, in standard errors."""


class Point(NamedTuple):
    """The value (-inf where it does not exist), its gradient, and roughly minus its Hessian."""

    value: float
    gradient: Floats
    information: Floats


@dataclass(frozen=True)
class Summit:
    """A maximum with its value; ``information`` is roughly minus the Hessian."""

    parameters: Floats
    value: float
    information: Floats
    converged: bool


def climb(objective: Callable[[Floats], Point], start: Floats, longest: Floats) -> Summit:
    """The maximum that is reached from ``start``, with steps up to ``longest`` plus the parameter itself."""
    parameters, here = start, objective(start)
    learned = np.zeros_like(here.information)
    converged = False
    for _ in range(ITERATIONS if np.isfinite(here.value) else 0):
        step = _step(here.information + learned, here.gradient, longest + np.abs(parameters))
        gain = float(here.gradient @ step)
        if gain < DONE:
            converged = True
            break
        there, length = _uphill(objective, parameters, step, here.value + 1e-4 * gain)
        if length == 0:
            break
        step = length * step
        missed = here.gradient - there.gradient - (there.information + learned) @ step
        learned = learned + _rank_one(missed, step)
        parameters, here = parameters + step, there
    return Summit(parameters, here.value, here.information + learned, converged)


def _step(information: Floats, gradient: Floats, longest: Floats) -> Floats:
    """The Newton step, with curvature added where it would be too long."""
    step = _newton(information, gradient)
    over = np.abs(step) > longest
    if over.any():
        added = np.diag(np.where(over, np.abs(gradient) / longest, 0.0))
        step = _newton(information + added, gradient)
        step = step / max(1.0, float((np.abs(step) / longest).max()))
    return step


def _newton(information: Floats, gradient: Floats) -> Floats:
    """The step uphill with every curvature as if it were downward."""
    scale = np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-12))
    curves, axes = np.linalg.eigh(information / np.outer(scale, scale))
    steep = np.maximum(np.abs(curves), FLAT)
    step: Floats = axes @ ((axes.T @ (gradient / scale)) / steep) / scale
    return step


def _uphill(
    objective: Callable[[Floats], Point], parameters: Floats, step: Floats, least: float
) -> tuple[Point, float]:
    """The point along ``step`` that is higher, and how much of the step was taken (0: none)."""
    length = 1.0
    for _ in range(HALVINGS):
        there = objective(parameters + length * step)
        if there.value >= least - NOISE * abs(least):
            return there, length
        length /= 2
    return there, 0.0


def _rank_one(missed: Floats, step: Floats) -> Floats:
    along = float(missed @ step)
    if abs(along) <= 1e-8 * float(np.linalg.norm(missed) * np.linalg.norm(step)):
        return np.zeros((len(step), len(step)))
    return np.outer(missed, missed) / along


def differenced(gradient: Callable[[Floats], Floats], parameters: Floats, width: Floats) -> Floats:
    """Minus the Hessian by central differences of the gradient, ``STEP`` widths either way."""
    rows = []
    for i, size in enumerate(STEP * np.minimum(width, 1.0)):
        away = np.zeros(len(parameters))
        away[i] = size
        rows.append((gradient(parameters - away) - gradient(parameters + away)) / (2 * size))
    found = np.array(rows).reshape(len(parameters), len(parameters))
    symmetric: Floats = (found + found.T) / 2
    return symmetric
