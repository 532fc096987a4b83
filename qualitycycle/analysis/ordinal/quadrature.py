"""One random term: the marginal likelihood by (adaptive) Gauss-Hermite quadrature, all groups at once.

``log L = sum_g log int exp(f_g(u)) phi(u) du`` with ``f_g(u) = sum_i w_i log p_i(eta_i - sd u)``.
Nodes ``u_k = mode + c x_k`` with ``c = H^(-1/2)``, H minus the second derivative at the mode;
one node is the Laplace approximation; nodes that do not adapt have mode 0 and, as in R,
``c = 1 / sqrt(2)`` (the nodes of the rule unscaled). The
gradient is exact: the nodes move with the parameters, by implicit differentiation.
Source: Liu and Pierce, Biometrika 81 (1994) 624-629; Tutz and Hennevogl, Comp. Stat. Data
Anal. 22 (1996) 537-557; Christensen, the R package ordinal.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qualitycycle.analysis.ordinal.climb import Point, differenced
from qualitycycle.analysis.ordinal.kernel import Pieces, Rows, hessian, pieces
from qualitycycle.analysis.ordinal.links import Floats, Link

STEPS = 60
SETTLED = 1e-10
LEAST = 1e-3
NOT_ADAPTED = np.sqrt(0.5)


@dataclass(frozen=True)
class Groups:
    """Rows sorted by group: where each group starts, the group of each row, and the last modes."""

    starts: NDArray[np.int64]
    group: NDArray[np.int64]
    modes: Floats = field(repr=False)

    def sums(self, values: Floats) -> Floats:
        """Sums per group of a vector, or of every column of a matrix, over rows."""
        found: Floats = np.add.reduceat(values, self.starts, axis=0)
        return found


@dataclass(frozen=True)
class Nodes:
    """Where the nodes are: modes, spread c, and how both change with (psi, sd), groups by parameters.

    ``information``: roughly minus the Hessian of the marginal likelihood in (psi, sd).
    """

    mode: Floats
    spread: Floats
    mode_slope: Floats
    log_spread_slope: Floats
    information: Floats


def groups_of(group: NDArray[np.int64]) -> Groups:
    """The groups of rows that are sorted by ``group`` (0, 1, ... without gaps)."""
    starts = np.flatnonzero(np.diff(group, prepend=-1)).astype(np.int64)
    return Groups(starts, group, np.zeros(len(starts)))


@dataclass
class Surface:
    """The marginal log-likelihood over (psi, sd).

    ``quadrature``: the number of nodes, 1 for Laplace, negative for nodes that do not adapt.
    """

    link: Link
    rows: Rows
    groups: Groups
    quadrature: int

    def point(self, parameters: Floats) -> Point:
        """The value, its gradient, and roughly minus its Hessian: that of the Laplace approximation."""
        sd = float(parameters[-1])
        upper, lower = self.rows.upper @ parameters[:-1], self.rows.lower @ parameters[:-1]
        size = len(parameters)
        if not np.isfinite(pieces(self.link, upper, lower, self.rows).log).all():
            return Point(-np.inf, np.zeros(size), np.eye(size))
        nodes = _adapted(self.link, self.rows, self.groups, upper, lower, sd)
        rough = nodes.information
        if self.quadrature < 0:
            flat = np.zeros((len(self.groups.starts), size))
            nodes = Nodes(np.zeros(len(flat)), np.full(len(flat), NOT_ADAPTED), flat, flat, rough)
        return Point(*self._integrated(nodes, sd, upper, lower), rough)

    def information(self, parameters: Floats, free: NDArray[np.int64], width: Floats) -> Floats:
        """Minus the Hessian in the ``free`` parameters, of which ``width`` are the standard errors."""

        def gradient(values: Floats) -> Floats:
            near = parameters.copy()
            near[free] = values
            return self.point(near).gradient[free]

        return differenced(gradient, parameters[free], width)

    def effects(self, parameters: Floats) -> tuple[list[Floats], list[Floats]]:
        """The mode of every group's effect and its conditional variance, on the scale of the predictor."""
        sd = float(parameters[-1])
        upper, lower = self.rows.upper @ parameters[:-1], self.rows.lower @ parameters[:-1]
        mode = modes(self.link, self.rows, self.groups, upper, lower, sd)
        found = _shifted(self.link, self.rows, self.groups, mode, sd, upper, lower)
        curve = 1 - sd * sd * self.groups.sums(self.rows.weights * found.shift_twice)
        return [sd * mode], [sd * sd / np.maximum(curve, LEAST)]

    def _integrated(self, nodes: Nodes, sd: float, upper: Floats, lower: Floats) -> tuple[float, Floats]:
        logs, slopes = [], []
        points, mass = np.polynomial.hermite.hermgauss(abs(self.quadrature))
        for x, weight in zip(np.sqrt(2) * points, mass, strict=True):
            log, slope = _node(self.link, self.rows, self.groups, nodes, float(x), sd, upper, lower)
            logs.append(log + x * x / 2 + np.log(weight / np.sqrt(np.pi)))
            slopes.append(slope)
        table = np.array(logs)
        highest = table.max(axis=0)
        share = np.exp(table - highest)
        total = share.sum(axis=0)
        value = float((highest + np.log(total) + np.log(nodes.spread)).sum())
        gradient = nodes.log_spread_slope.sum(axis=0)
        for part, slope in zip(share / total, slopes, strict=True):
            gradient = gradient + part @ slope
        return value, gradient


def modes(link: Link, rows: Rows, groups: Groups, upper: Floats, lower: Floats, sd: float) -> Floats:
    """The mode of every group's effect, by Newton with halving per group, from the last modes."""
    u = groups.modes.copy()
    found = _shifted(link, rows, groups, u, sd, upper, lower)
    u = np.where(np.isfinite(groups.sums(found.log)), u, 0.0)
    value = np.full(len(u), -np.inf)
    step = np.zeros(len(u))
    for _ in range(STEPS):
        found = _shifted(link, rows, groups, u, sd, upper, lower)
        new = groups.sums(rows.weights * found.log) - u * u / 2
        worse = new < value - 1e-9 * (1 + np.abs(value))
        if worse.any() and np.abs(step[worse]).max() > SETTLED:
            step = np.where(worse, step / 2, 0.0)
            u = u - step
            value = np.where(worse, value, new)
            continue
        value = new
        slope = sd * groups.sums(rows.weights * found.shift) - u
        curve = 1 - sd * sd * groups.sums(rows.weights * found.shift_twice)
        step = slope / np.where(curve > LEAST, curve, 1.0 + np.abs(curve))
        u = u + step
        if np.abs(step).max(initial=0.0) < SETTLED:
            break
    groups.modes[:] = u
    return u


def _shifted(
    link: Link, rows: Rows, groups: Groups, u: Floats, sd: float, upper: Floats, lower: Floats
) -> Pieces:
    shift = (sd * u)[groups.group]
    return pieces(link, upper - shift, lower - shift, rows)


def _adapted(link: Link, rows: Rows, groups: Groups, upper: Floats, lower: Floats, sd: float) -> Nodes:
    u = modes(link, rows, groups, upper, lower, sd)
    found = _shifted(link, rows, groups, u, sd, upper, lower)
    w = rows.weights
    second = groups.sums(w * found.shift_twice)
    third = -groups.sums(w * (found.shift_twice_cut[0] + found.shift_twice_cut[1]))
    curve = np.maximum(1 - sd * sd * second, LEAST)
    mixed = sd * groups.sums(_cutwise(rows, *found.shift_cut))
    own = groups.sums(w * found.shift) + sd * u * second
    mode_slope = np.column_stack([mixed, own]) / curve[:, None]
    bent = sd * sd * groups.sums(_cutwise(rows, *found.shift_twice_cut))
    shift_slope = sd * mode_slope
    shift_slope[:, -1] += u
    curve_slope = -np.column_stack([bent, 2 * sd * second]) - sd * sd * third[:, None] * shift_slope
    rough = _rough(rows, groups, found, u, np.column_stack([mixed, own]), mode_slope)
    rough[-1, -1] += (-second * (2 - curve) / curve**2).sum()
    return Nodes(u, curve**-0.5, mode_slope, -curve_slope / (2 * curve[:, None]), rough)


def _rough(rows: Rows, groups: Groups, found: Pieces, u: Floats, mixed: Floats, mode_slope: Floats) -> Floats:
    """Minus the second derivative of ``sum_g f_g - u^2 / 2`` in (psi, sd), with u at its mode."""
    effects = u[groups.group][:, None]
    upper, lower = np.hstack([rows.upper, -effects]), np.hstack([rows.lower, -effects])
    return -hessian(found, rows.weights, upper, lower) - mixed.T @ mode_slope


def _cutwise(rows: Rows, one: Floats, two: Floats) -> Floats:
    """``w (l_1 B_1 + l_2 B_2)``: rows by parameters."""
    found: Floats = (rows.weights * one)[:, None] * rows.upper + (rows.weights * two)[:, None] * rows.lower
    return found


def _node(
    link: Link, rows: Rows, groups: Groups, nodes: Nodes, x: float, sd: float, upper: Floats, lower: Floats
) -> tuple[Floats, Floats]:
    """``f_g - u^2 / 2`` at one node per group, and its total derivative in (psi, sd)."""
    u = nodes.mode + x * nodes.spread
    found = _shifted(link, rows, groups, u, sd, upper, lower)
    pull = groups.sums(rows.weights * found.shift)
    moved = nodes.mode_slope + (x * nodes.spread)[:, None] * nodes.log_spread_slope
    slope = (sd * pull - u)[:, None] * moved
    slope[:, :-1] += groups.sums(_cutwise(rows, found.one, found.two))
    slope[:, -1] += u * pull
    return groups.sums(rows.weights * found.log) - u * u / 2, slope
