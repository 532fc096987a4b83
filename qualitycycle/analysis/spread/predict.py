"""Levels of sessions, trainers and teams, drawn in towards the middle, with honest intervals.

The *level* of a unit is ``m + z b``: m the mean of the average answer (after variant, cycle and
partnership), z which random effects are the unit's. Its best linear prediction is
``m + z G Z' P y`` in the notation of ``linear.reml``; the variance of its error,

    x F x' + z G z' - t P t' - 2 t V^-1 X F x',   t = z G Z', F = (X' V^-1 X)^-1

holds the uncertainty of the mean too. It takes the variances as known. They are not: it is averaged
over sets of standard deviations, each weighing its restricted likelihood (a flat prior on standard
deviations), with the squared distance of what each predicts. Up to ``AVERAGED`` sessions; beyond,
the variances are known well enough. Source: Henderson, Biometrics 31 (1975) 423-447; Kass and
Steffey, Journal of the American Statistical Association 84 (1989) 717-726; Gelman, Bayesian
Analysis 1 (2006) 515-534. Coverage is measured in ``tests/analysis/spread/test_predict.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from qualitycycle.analysis.linear import reml
from qualitycycle.analysis.linear.reml import Floats, Solved
from qualitycycle.analysis.spread.model import SpreadModel

AVERAGED = 300
POINTS = 100
"""About so many sets of standard deviations are averaged over."""
REACH = 2.5
"""Up to so many times a standard deviation, or the error of its variance when that is larger."""
FLAT = 1e-9


@dataclass(frozen=True)
class Levels:
    """Per unit (rows of ``loads``) the predicted ``level`` and the standard deviation of its error."""

    level: Floats
    sd: Floats


def levels(model: SpreadModel, loads: Sequence[Floats]) -> Levels:
    """The levels of units.

    ``loads``: per random term of the model a matrix of units by its levels: which effects are
    the unit's, and for how much.

    >>> import pandas as pd
    >>> from qualitycycle.analysis.spread.model import COLUMNS, fit_spread
    >>> rows = [(f"S{i}", "v", "c", "P", f"t{i}", 10, 80.0 + 6 * (i % 6), 0.0) for i in range(18)]
    >>> sums = pd.DataFrame(rows, columns=COLUMNS)
    >>> sums["total_sq"] = sums["total"] ** 2 / 10 + 60
    >>> model = fit_spread(sums)
    >>> found = levels(model, model.units.loads)     # sessions of which the means are 8.0, 8.6, ...
    >>> found.level[:2].round(1).tolist(), bool((found.sd > 0.5).all())
    ([8.9, 9.1], True)
    """
    target = np.hstack(list(loads))
    solved = _solved(model, model.variances)
    found, variance = predicted(model, solved, target)
    if len(model.sessions) <= AVERAGED:
        variance = _averaged(model, solved, target, found)
    return Levels(found, np.sqrt(variance))


def _solved(model: SpreadModel, variances: Floats) -> Solved:
    solved = reml.solve(model.units, variances)
    if solved is None:
        raise FloatingPointError("V is a diagonal plus squares: it is positive definite")
    return solved


def predicted(model: SpreadModel, solved: Solved, target: Floats) -> tuple[Floats, Floats]:
    """Predictions and error variances at one set of variances."""
    scale = np.concatenate(
        [
            np.full(load.shape[1], variance)
            for load, variance in zip(model.units.loads, solved.variances[1:], strict=True)
        ]
    )
    pull = (target * scale) @ np.hstack(list(model.units.loads)).T
    centre, y = model.centre, model.units.mean
    steady = solved.covariance @ centre
    middle = float(steady @ (solved.weighted.T @ y))
    found: Floats = middle + pull @ (solved.projection @ y)
    variance = (
        float(centre @ steady)
        + (target**2) @ scale
        - ((pull @ solved.projection) * pull).sum(axis=1)
        - 2 * pull @ solved.weighted @ steady
    )
    return found, np.maximum(variance, 0.0)


def _averaged(model: SpreadModel, best: Solved, target: Floats, found: Floats) -> Floats:
    """The error variances averaged over sets of standard deviations, around the best predictions."""
    weights, spreads = [], []
    for variances in _sets(model, best):
        solved = _solved(model, variances)
        moved, variance = predicted(model, solved, target)
        weights.append(solved.value)
        spreads.append(variance + (moved - found) ** 2)
    likelihood = np.exp(np.array(weights) - max(weights))
    averaged: Floats = likelihood @ np.array(spreads) / likelihood.sum()
    return averaged


def _sets(model: SpreadModel, best: Solved) -> Iterator[Floats]:
    """Variances around the best ones: a grid of standard deviations from 0, the residual one kept."""
    information = reml.derivatives(model.units, best)[1]
    errors = np.sqrt(np.diag(np.linalg.pinv(information, hermitian=True)))[1:]
    tops = REACH * np.sqrt(np.maximum(best.variances[1:], errors))
    steps = np.linspace(0, 1, max(2, round(POINTS ** (1 / len(tops)))))
    for chosen in product(steps, repeat=len(tops)):
        yield np.array([best.variances[0], *np.maximum((tops * chosen) ** 2, FLAT * best.variances[0])])
