"""From counts to the rows of a likelihood, and the fit without random effects to start from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qualitycycle.analysis.ordinal import design, fixed, separation
from qualitycycle.analysis.ordinal.formula import Formula
from qualitycycle.analysis.ordinal.kernel import Rows
from qualitycycle.analysis.ordinal.links import LINKS, Floats, Link
from qualitycycle.analysis.ordinal.thresholds import STRUCTURES, thresholds
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding

CERTAIN = 1e-3
"""A tail probability below this asks whether the estimates run away."""


@dataclass(frozen=True)
class Setup:
    """What a model is built from, kept to predict for other rows."""

    formula: Formula
    link: Link
    jacobian: Floats
    nominal: design.Matrix
    location: design.Matrix
    scale: design.Matrix | None
    names: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Start:
    """The rows without groups, where every row of the counts is among them, and their fit.

    ``away``: the direction in which estimates run away, all 0 when there is none.
    """

    rows: Rows
    place: design.Codes
    fit: fixed.Fit
    away: Floats


def prepared(
    formula: Formula, counts: design.Counts, link: str, threshold: str, nominal: str | None, scale: str | None
) -> tuple[Setup, list[Finding]]:
    """The model matrices, one row per distinct design. Raises UsageProblem for an unknown option."""
    if link not in LINKS:
        raise UsageProblem(Finding("ordinal.unknown_option", value=link))
    if threshold not in STRUCTURES:
        raise UsageProblem(Finding("ordinal.unknown_option", value=threshold))
    jacobian, names = thresholds(threshold, counts.categories)
    base, said = design.matrix(nominal or "1", counts.frame)
    location, more = design.matrix(formula.fixed, counts.frame, beside=base.values)
    spread: design.Matrix | None = None
    last: list[Finding] = []
    if scale is not None:
        spread, last = design.matrix(scale, counts.frame, beside=np.ones((len(counts.frame), 1)))
    alphas = [f"{name}.{column}" for column in base.names for name in names] if nominal else list(names)
    sizes = {"threshold": alphas, "location": location.names, "scale": spread.names if spread else ()}
    setup = Setup(
        formula=formula,
        link=LINKS[link],
        jacobian=jacobian,
        nominal=base,
        location=location,
        scale=spread,
        names=tuple(name for part in sizes.values() for name in part),
        parts=tuple(part for part, names in sizes.items() for _ in names),
    )
    return setup, [*said, *more, *last]


def started(setup: Setup, counts: design.Counts) -> Start:
    """The fit without random effects, on the distinct designs and categories."""
    size = len(counts.categories)
    cells, place = np.unique(counts.cell * size + counts.category, return_inverse=True)
    weights: Floats = np.bincount(place, counts.weights, len(cells)).astype(float)
    rows = _rows(setup, *np.divmod(cells, size), size, weights)
    share = np.bincount(counts.category, counts.weights)
    share = np.cumsum(share)[:-1] / share.sum()
    start = np.zeros(len(setup.names))
    alphas = setup.jacobian.shape[1]
    start[:alphas] = np.linalg.lstsq(setup.jacobian, setup.link.quantile(share), rcond=None)[0]
    fit = fixed.newton(setup.link, rows, start)
    away = np.zeros(len(setup.names))
    if _suspect(setup.link, rows, fit):
        found = separation.direction(rows)
        away[: len(found)] = found
    return Start(rows, place.astype(np.int64), fit, away)


def _rows(setup: Setup, cell: design.Codes, category: design.Codes, size: int, weights: Floats) -> Rows:
    top, bottom = category == size - 1, category == 0
    upper = _cut(setup, cell, np.where(top, 0, category))
    lower = _cut(setup, cell, np.where(bottom, 0, category - 1))
    upper[top] = 0.0
    lower[bottom] = 0.0
    scale = setup.scale.values[cell] if setup.scale else np.empty((len(cell), 0))
    return Rows(upper, lower, top, bottom, weights, scale)


def _cut(setup: Setup, cell: design.Codes, place: design.Codes) -> Floats:
    """Rows by linear parameters: which of them make up threshold ``place`` minus x beta."""
    alphas = [column[:, None] * setup.jacobian[place] for column in setup.nominal.values[cell].T]
    return np.hstack([*alphas, -setup.location.values[cell]])


def _suspect(link: Link, rows: Rows, fit: fixed.Fit) -> bool:
    upper, lower, _ = fixed.cuts(rows, fit.parameters)
    above, below = link.curve(upper[~rows.top]), link.curve(lower[~rows.bottom])
    tails = np.concatenate([above.above, above.below, below.above, below.below])
    return not fit.converged or bool((tails < CERTAIN).any())
