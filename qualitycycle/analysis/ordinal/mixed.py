"""The maximum of a marginal likelihood with random effects.

Standard deviations of nothing are set to 0; those that run away are infinite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from qualitycycle.analysis.ordinal import design, laplace, quadrature
from qualitycycle.analysis.ordinal.climb import Point, Summit, climb
from qualitycycle.analysis.ordinal.kernel import Rows
from qualitycycle.analysis.ordinal.layout import layout_of
from qualitycycle.analysis.ordinal.links import Floats, Link
from qualitycycle.analysis.ordinal.prepare import Start
from qualitycycle.analysis.ordinal.threads import one_thread

NOTHING = 1e-4
"""A standard deviation below this, on the scale of the linear predictor, is reported as 0."""
ENDLESS = 10.0
"""A standard deviation above this, in those of the latent scale: within groups all answers are alike."""
START = 0.4
"""Where standard deviations start, in standard deviations of the latent scale."""


class Surface(Protocol):
    """A marginal log-likelihood over the linear parameters and a standard deviation per term."""

    def point(self, parameters: Floats) -> Point:
        """Value, gradient and roughly minus the Hessian."""

    def information(self, parameters: Floats, free: design.Codes, width: Floats) -> Floats:
        """Minus the Hessian in the ``free`` parameters, of which ``width`` are the standard errors."""

    def effects(self, parameters: Floats) -> tuple[list[Floats], list[Floats]]:
        """Per term the modes of the effects and their conditional variances."""


@dataclass(frozen=True)
class Fit:
    """The maximum: ``linear`` parameters, ``sd`` per term, and the covariance of those that are free.

    An infinite ``sd`` is one that runs away; then there is no maximum and no covariance.
    """

    linear: Floats
    sd: Floats
    value: float
    covariance: Floats
    converged: bool
    mode: list[Floats]
    variance: list[Floats]


def fixed_only(start: Start) -> Fit:
    """The fit without random effects."""
    finite = np.flatnonzero(start.away == 0)
    covariance = inverse(start.fit.information[np.ix_(finite, finite)])
    converged = start.fit.converged or len(finite) < len(start.away)
    return Fit(start.fit.parameters, np.empty(0), start.fit.log_likelihood, covariance, converged, [], [])


def fitted(link: Link, start: Start, counts: design.Counts, nodes: int) -> Fit:
    """The fit with the random terms of ``counts``; without them that of the fixed part."""
    if not counts.groupings:
        return fixed_only(start)
    rows = start.rows.at(start.place, counts.weights)
    with one_thread():
        return maximum(
            surface_of(link, rows, counts, nodes),
            link,
            start.fit.parameters,
            start.away == 0,
            len(counts.groupings),
        )


def surface_of(link: Link, rows: Rows, counts: design.Counts, nodes: int) -> Surface:
    """One simple term by quadrature over its groups, anything else by the joint Laplace approximation."""
    groupings = counts.groupings
    if len(groupings) == 1 and not groupings[0].term.membership:
        return quadrature.Surface(link, rows, quadrature.groups_of(groupings[0].members[:, 0]), nodes)
    return laplace.Surface(link, rows, layout_of(groupings), len(groupings))


def maximum(surface: Surface, link: Link, linear: Floats, moving: NDArray[np.bool_], terms: int) -> Fit:
    """The maximum from ``linear``, over those that are ``moving`` and the standard deviations."""
    size = len(linear)
    parameters = np.concatenate([linear, np.full(terms, START * link.spread)])
    free = np.flatnonzero(np.concatenate([moving, np.ones(terms, dtype=bool)]))
    longest = np.concatenate([np.full(size, np.inf), np.full(terms, link.spread)])
    summit = _climbed(surface, parameters, free, longest)
    gone = size + np.flatnonzero(np.abs(summit.parameters[size:]) < NOTHING * link.spread)
    if len(gone):
        parameters = summit.parameters.copy()
        parameters[gone] = 0.0
        free = np.setdiff1d(free, gone)
        summit = _climbed(surface, parameters, free, longest)
    found, sd = summit.parameters, np.abs(summit.parameters[size:])
    endless = sd > ENDLESS * link.spread
    covariance = np.full((len(free), len(free)), np.nan)
    if summit.converged and not endless.any():
        covariance = _covariance(surface, summit, free, size)
    known = np.diag(covariance)[free >= size] < (ENDLESS * link.spread) ** 2
    return Fit(
        found[:size],
        np.where(endless, np.inf, sd),
        summit.value,
        covariance,
        summit.converged and bool(known.all()),
        *surface.effects(found),
    )


def _covariance(surface: Surface, summit: Summit, free: design.Codes, size: int) -> Floats:
    """The covariance of the free parameters, with standard deviations (from ``size`` on) positive."""
    width = np.sqrt(np.abs(np.diag(inverse(summit.information))))
    if not np.isfinite(width).all():
        width = 1 / np.sqrt(np.maximum(np.abs(np.diag(summit.information)), 1.0))
    sign = np.where((summit.parameters < 0)[free] & (free >= size), -1.0, 1.0)
    found: Floats = inverse(surface.information(summit.parameters, free, width)) * np.outer(sign, sign)
    return found


def _climbed(surface: Surface, start: Floats, free: design.Codes, longest: Floats) -> Summit:
    """The maximum over the parameters that are free; ``information`` is of those."""

    def part(values: Floats) -> Point:
        whole = start.copy()
        whole[free] = values
        value, gradient, information = surface.point(whole)
        return Point(value, gradient[free], information[np.ix_(free, free)])

    found = climb(part, start[free], longest[free])
    whole = start.copy()
    whole[free] = found.parameters
    return Summit(whole, found.value, found.information, found.converged)


def inverse(information: Floats) -> Floats:
    """The inverse; missing numbers where it is not positive definite."""
    if not np.isfinite(information).all():
        return np.full(information.shape, np.nan)
    try:
        factor = linalg.cho_factor(information)
    except linalg.LinAlgError:
        return np.full(information.shape, np.nan)
    found: Floats = linalg.cho_solve(factor, np.eye(len(information)))
    return found
