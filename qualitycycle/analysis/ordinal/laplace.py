"""Several random terms, crossed, nested or with multiple membership: the joint Laplace approximation.

``log L = g(u) - log|H| / 2`` at the mode of ``g(u) = sum_i w_i log p_i(eta_i - s_i) - u'u / 2``
with ``s_i = sum_t sd_t z_it u_t`` and H minus the second derivative. The gradient is exact:
the mode and log|H| move with the parameters, by implicit differentiation. So is the curvature
of g at its mode; only that of log|H| is learned on the way, and differenced at the end.
Source: Tutz and Hennevogl, Comp. Stat. Data Anal. 22 (1996) 537-557; Christensen, the R
package ordinal; Browne, Goldstein and Rasbash, Statistical Modelling 1 (2001) 103-124
(multiple membership).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from qualitycycle.analysis.ordinal.climb import Point, differenced
from qualitycycle.analysis.ordinal.kernel import Pieces, Rows, hessian, pieces
from qualitycycle.analysis.ordinal.layout import Codes, Factors, Layout, crossed, factored
from qualitycycle.analysis.ordinal.links import Floats, Link

STEPS = 60
HALVINGS = 20
SETTLED = 1e-8
"""The last step; what is left is a small part of it."""
SLOW = 0.03
"""H is factored again when a step is more than this part of the step before."""


class Place(NamedTuple):
    """A point of the surface: the effects, the rows with them, and H (entries of Z'WZ, factors)."""

    parameters: Floats
    u: Floats
    rows: Pieces
    entries: Floats
    factors: Factors


class Trail(NamedTuple):
    """The last mode, how it moves with the parameters, and minus the second derivative of g along."""

    place: Place
    slope: Floats
    curvature: Floats


@dataclass
class Surface:
    """The Laplace log-likelihood over (psi, sd per term), which starts from where it was last."""

    link: Link
    rows: Rows
    layout: Layout
    terms: int
    trail: Trail | None = field(default=None, repr=False)

    def point(self, parameters: Floats) -> Point:
        """The value, the gradient and the curvature that is known without differencing."""
        trail = self._arrived(parameters)
        if trail is None:
            return Point(-np.inf, np.zeros(len(parameters)), np.eye(len(parameters)))
        place, curvature = trail.place, trail.curvature.copy()
        terms = np.arange(len(parameters) - self.terms, len(parameters))
        curvature[terms, terms] += self._guessed(place)
        value = float(self.rows.weights @ place.rows.log - place.u @ place.u / 2)
        value -= place.factors.log_determinant / 2
        return Point(value, self._direct(place) + self._bend(place), curvature)

    def information(self, parameters: Floats, free: Codes, width: Floats) -> Floats:
        """Minus the Hessian in the ``free`` parameters, of which ``width`` are the standard errors."""
        trail = self._arrived(parameters)
        if trail is None:
            return np.full((len(free), len(free)), np.nan)

        def bend(values: Floats) -> Floats:
            near = parameters.copy()
            near[free] = values
            u = trail.place.u + trail.slope @ (near - parameters)
            place = self._at(near, u, self._shifted(near, u))
            return self._bend(place)[free] if place else np.full(len(free), np.nan)

        return trail.curvature[np.ix_(free, free)] + differenced(bend, parameters[free], width)

    def effects(self, parameters: Floats) -> tuple[list[Floats], list[Floats]]:
        """Per term the modes of the effects and their conditional variances."""
        trail, layout = self._arrived(parameters), self.layout
        scale = self._scale(parameters)
        mode = variance = np.full(len(scale), np.nan)
        if trail:
            mode = scale * trail.place.u
            variance = scale**2 * trail.place.factors.inverse()[layout.above == layout.beside]
        chosen = [layout.term_of == t for t in range(self.terms)]
        return [mode[one] for one in chosen], [variance[one] for one in chosen]

    def _arrived(self, parameters: Floats) -> Trail | None:
        """The mode at ``parameters``; None where the likelihood does not exist."""
        if self.trail and np.array_equal(self.trail.place.parameters, parameters):
            return self.trail
        found = self._mode(parameters)
        place = self._at(parameters, *found) if found else None
        if place is None:
            return None
        self.trail = Trail(place, *self._moves(place))
        return self.trail

    def _scale(self, parameters: Floats) -> Floats:
        """The standard deviation of every effect."""
        scale: Floats = parameters[len(parameters) - self.terms :][self.layout.term_of]
        return scale

    def _shifted(self, parameters: Floats, u: Floats) -> Pieces:
        psi = parameters[: len(parameters) - self.terms]
        shift = self.layout.z @ (self._scale(parameters) * u)
        return pieces(self.link, self.rows.upper @ psi - shift, self.rows.lower @ psi - shift, self.rows)

    def _at(self, parameters: Floats, u: Floats, found: Pieces) -> Place | None:
        """The place with effects ``u``; None where H is not positive definite."""
        entries = crossed(self.layout, -self.rows.weights * found.shift_twice)
        factors = factored(self.layout, entries, self._scale(parameters))
        return Place(parameters, u, found, entries, factors) if factors else None

    def _mode(self, parameters: Floats) -> tuple[Floats, Pieces] | None:
        """The joint mode, by Newton with halving, from where the last mode would have moved to."""
        u, found, value = self._start(parameters)
        factors = self.trail.place.factors if self.trail else None
        size = np.inf
        for _ in range(STEPS if np.isfinite(value) else 0):
            factors = factors or self._certain(parameters, found)
            if factors is None:
                return None
            slope = self._scale(parameters) * (self.layout.turned @ (self.rows.weights * found.shift)) - u
            step, found, value = self._uphill(parameters, u, factors.solve(slope), value)
            u = u + step
            before, size = size, float(np.abs(step).max())
            if size < SETTLED:
                break
            if size > SLOW * before:
                factors = None
        return (u, found) if np.isfinite(value) else None

    def _start(self, parameters: Floats) -> tuple[Floats, Pieces, float]:
        u = np.zeros(len(self.layout.term_of))
        if self.trail:
            u = self.trail.place.u + self.trail.slope @ (parameters - self.trail.place.parameters)
        found = self._shifted(parameters, u)
        value = float(self.rows.weights @ found.log - u @ u / 2)
        if not np.isfinite(value):
            u = np.zeros(len(u))
            found = self._shifted(parameters, u)
            value = float(self.rows.weights @ found.log)
        return u, found, value

    def _uphill(
        self, parameters: Floats, u: Floats, step: Floats, value: float
    ) -> tuple[Floats, Pieces, float]:
        """The step, halved until g does not fall, with the rows and g there."""
        for _ in range(HALVINGS):
            found = self._shifted(parameters, u + step)
            new = float(self.rows.weights @ found.log - (u + step) @ (u + step) / 2)
            if new >= value - 1e-10 * abs(value):
                break
            step = step / 2
        return step, found, new

    def _certain(self, parameters: Floats, found: Pieces) -> Factors | None:
        """H with negative curvature left out, so that a step goes uphill."""
        curve = np.maximum(-self.rows.weights * found.shift_twice, 0.0)
        return factored(self.layout, crossed(self.layout, curve), self._scale(parameters))

    def _moves(self, place: Place) -> tuple[Floats, Floats]:
        """``du / d(psi, sd)`` at the mode, and minus the second derivative of g with u at its mode."""
        rows, found, w, turned = self.rows, place.rows, self.rows.weights, self.layout.turned
        by_term = place.u[:, None] * (self.layout.term_of[:, None] == np.arange(self.terms))
        effects = self.layout.z @ by_term
        upper, lower = np.hstack([rows.upper, -effects]), np.hstack([rows.lower, -effects])
        s1, s2 = ((w * part)[:, None] for part in found.shift_cut)
        mixed = self._scale(place.parameters)[:, None] * (turned @ (s1 * upper + s2 * lower))
        own = turned @ (w * found.shift)
        mixed[np.arange(len(own)), self.layout.term_of - self.terms] += own
        slope = place.factors.solve(mixed)
        return slope, -hessian(found, w, upper, lower) - mixed.T @ slope

    def _direct(self, place: Place) -> Floats:
        """The gradient of g with the effects held."""
        w, found = self.rows.weights, place.rows
        pull = place.u * (self.layout.turned @ (w * found.shift))
        linear = (w * found.one) @ self.rows.upper + (w * found.two) @ self.rows.lower
        return np.concatenate([linear, self._per_term(pull)])

    def _bend(self, place: Place) -> Floats:
        """The gradient of ``-log|H| / 2``, with the effects moving along."""
        layout, w, found, scale = self.layout, self.rows.weights, place.rows, self._scale(place.parameters)
        twice = np.where(layout.above == layout.beside, 1.0, 2.0) * place.factors.inverse()
        loads = twice * scale[layout.above] * scale[layout.beside]
        variance = np.bincount(
            layout.entry_row, layout.entry_share * loads[layout.entry_place], minlength=len(w)
        )
        ss1, ss2 = found.shift_twice_cut
        s1, s2 = found.shift_cut
        r = place.factors.solve(scale * (layout.turned @ (w * variance * (ss1 + ss2))))
        moved = layout.z @ (scale * r)
        one, two = w * (variance * ss1 - moved * s1) / 2, w * (variance * ss2 - moved * s2) / 2
        along = -w * (variance * (ss1 + ss2) + moved * found.shift_twice) / 2
        effects = place.u * (layout.turned @ along) - r * (layout.turned @ (w * found.shift)) / 2
        spread = twice * place.entries / 2
        terms = layout.term_of
        own = np.bincount(terms[layout.above], spread * scale[layout.beside], self.terms)
        own += np.bincount(terms[layout.beside], spread * scale[layout.above], self.terms)
        return np.concatenate([one @ self.rows.upper + two @ self.rows.lower, self._per_term(effects) - own])

    def _guessed(self, place: Place) -> Floats:
        """Roughly the curvature of ``log|H| / 2`` in each sd: that of its diagonal."""
        layout, scale = self.layout, self._scale(place.parameters)
        diagonal = place.entries[layout.above == layout.beside]
        bent = scale**2 * diagonal
        return self._per_term(diagonal * (1 - bent) / (1 + bent) ** 2)

    def _per_term(self, effects: Floats) -> Floats:
        return np.bincount(self.layout.term_of, effects, self.terms).astype(float)
