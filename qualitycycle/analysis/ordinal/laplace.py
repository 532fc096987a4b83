"""Several random terms, crossed, nested or with multiple membership: the joint Laplace approximation.

``log L = f(u) - log|H| / 2`` at the mode of ``f(u) = sum_i w_i log p_i(eta_i - s_i) - u'u / 2``
with ``s_i = sum_t sd_t z_it u_t`` and H minus the second derivative. The simple term with
the most levels gives a diagonal block of H; it is eliminated, and only the Schur
complement of the other terms is factored (Cholesky). The gradient is exact: the mode and
log|H| move with the parameters, by implicit differentiation.
Source: Tutz and Hennevogl, Comp. Stat. Data Anal. 22 (1996) 537-557; Christensen, the R
package ordinal; Browne, Goldstein and Rasbash, Statistical Modelling 1 (2001) 103-124
(multiple membership).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from qualitycycle.analysis.ordinal.design import Grouping
from qualitycycle.analysis.ordinal.kernel import Pieces, Rows, pieces
from qualitycycle.analysis.ordinal.links import Floats, Link

Codes = NDArray[np.int64]
STEPS = 60
HALVINGS = 20
SETTLED = 1e-10
NEARBY = 0.02
"""After a step this small the factored H is used again: it hardly changes."""


@dataclass(frozen=True)
class Joint:
    """All terms as one long vector of effects, the eliminated term first.

    ``places``, ``shares``: rows by members, positions in the vector and membership;
    ``term``: the term of each member column (in the formula's order); ``term_of``: of each
    effect; ``first``: how many effects are eliminated; ``modes``: the last modes.
    """

    places: Codes
    shares: Floats
    term: Codes
    term_of: Codes
    first: int
    modes: Floats = field(repr=False)


@dataclass(frozen=True)
class Inverse:
    """H factored: ``diagonal`` D, ``ratio`` C / D (sparse), the Cholesky factor of the complement."""

    diagonal: Floats
    ratio: sparse.csr_array
    factor: tuple[Floats, bool]
    log_determinant: float

    def solve(self, right: Floats) -> Floats:
        """``H^-1 right``."""
        one, two = right[: len(self.diagonal)], right[len(self.diagonal) :]
        below = linalg.cho_solve(self.factor, two - self.ratio.T @ one)
        return np.concatenate([one / self.diagonal - self.ratio @ below, below])


def joint_of(groupings: Sequence[Grouping]) -> Joint:
    """The layout; the simple term with the most levels comes first and is eliminated."""
    simple = [t for t, grouping in enumerate(groupings) if not grouping.term.membership]
    order = sorted(range(len(groupings)), key=lambda t: t not in simple)
    if simple:
        widest = max(simple, key=lambda t: len(groupings[t].levels))
        order = [widest, *(t for t in range(len(groupings)) if t != widest)]
    sizes = [len(groupings[t].levels) for t in order]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    columns = [groupings[t].members.shape[1] for t in order]
    return Joint(
        places=np.hstack([groupings[t].members + starts[i] for i, t in enumerate(order)]),
        shares=np.hstack([groupings[t].share for t in order]),
        term=np.repeat(np.array(order, dtype=np.int64), columns),
        term_of=np.repeat(np.array(order, dtype=np.int64), sizes),
        first=sizes[0] if simple else 0,
        modes=np.zeros(int(starts[-1])),
    )


def marginal(link: Link, rows: Rows, joint: Joint, parameters: Floats) -> tuple[float, Floats]:
    """The Laplace log-likelihood at (psi, sd per term) and its gradient."""
    terms = int(joint.term.max()) + 1
    psi, sd = parameters[:-terms], parameters[-terms:]
    upper, lower = rows.upper @ psi, rows.lower @ psi
    if not np.isfinite(pieces(link, upper, lower, rows).log).all():
        return -np.inf, np.zeros(len(parameters))
    u = modes(link, rows, joint, upper, lower, sd)
    found = _shifted(link, rows, joint, u, sd, upper, lower)
    w = rows.weights
    inverse = factored(joint, -w * found.shift_twice, sd)
    value = float(w @ found.log - u @ u / 2) - inverse.log_determinant / 2
    return value, _gradient(rows, joint, found, inverse, u, sd)


def posterior(link: Link, rows: Rows, joint: Joint, parameters: Floats) -> tuple[list[Floats], list[Floats]]:
    """Per term the modes of the effects and their conditional variances."""
    terms = int(joint.term.max()) + 1
    psi, sd = parameters[:-terms], parameters[-terms:]
    upper, lower = rows.upper @ psi, rows.lower @ psi
    u = modes(link, rows, joint, upper, lower, sd)
    found = _shifted(link, rows, joint, u, sd, upper, lower)
    inverse = factored(joint, -rows.weights * found.shift_twice, sd)
    complement = _complement_inverse(inverse)
    ratio = inverse.ratio
    outer = np.asarray((ratio @ complement) * ratio.toarray()).sum(axis=1)
    spread = np.concatenate([1 / inverse.diagonal + outer, np.diag(complement)])
    return (
        [sd[t] * u[joint.term_of == t] for t in range(terms)],
        [sd[t] ** 2 * spread[joint.term_of == t] for t in range(terms)],
    )


def modes(link: Link, rows: Rows, joint: Joint, upper: Floats, lower: Floats, sd: Floats) -> Floats:
    """The joint mode, by Newton with halving, from the last mode."""
    u = joint.modes.copy()
    found = _shifted(link, rows, joint, u, sd, upper, lower)
    value = float(rows.weights @ found.log - u @ u / 2)
    if not np.isfinite(value):
        u = np.zeros(len(u))
        found = _shifted(link, rows, joint, u, sd, upper, lower)
        value = float(rows.weights @ found.log)
    inverse: Inverse | None = None
    size = np.inf
    for _ in range(STEPS):
        slope = _spread_out(joint, rows.weights * found.shift, sd) - u
        curve = np.maximum(-rows.weights * found.shift_twice, 0.0)
        if inverse is None or size > NEARBY:
            inverse = factored(joint, curve, sd)
        step = inverse.solve(slope)
        for _ in range(HALVINGS):
            found = _shifted(link, rows, joint, u + step, sd, upper, lower)
            new = float(rows.weights @ found.log - (u + step) @ (u + step) / 2)
            if new >= value - 1e-10 * abs(value):
                break
            step = step / 2
        u, value = u + step, new
        size = float(np.abs(step).max())
        if size < SETTLED:
            break
    joint.modes[:] = u
    return u


def factored(joint: Joint, curve: Floats, sd: Floats) -> Inverse:
    """H for row curvatures ``curve`` (``-w l_ss``), with the first block eliminated."""
    first, rest = joint.first, len(joint.term_of) - joint.first
    loads = joint.shares * sd[joint.term]
    behind = range(1 if first else 0, loads.shape[1])
    dense: Floats = np.zeros(rest * rest)
    for a in behind:
        for b in behind:
            key = (joint.places[:, a] - first) * rest + joint.places[:, b] - first
            dense = dense + np.bincount(key, curve * loads[:, a] * loads[:, b], rest * rest)
    complement = dense.reshape(rest, rest) + np.eye(rest)
    diagonal: Floats = np.ones(0)
    ratio = sparse.csr_array((first, rest))
    if first:
        near = joint.places[:, 0]
        diagonal = 1.0 + np.bincount(near, curve * loads[:, 0] ** 2, first).astype(float)
        values = np.concatenate([curve * loads[:, 0] * loads[:, a] for a in behind])
        across = np.concatenate([joint.places[:, a] - first for a in behind])
        cross = sparse.csr_array((values, (np.tile(near, len(behind)), across)), shape=(first, rest))
        ratio = sparse.csr_array(sparse.diags_array(1 / diagonal) @ cross)
        complement -= (cross.T @ ratio).toarray()
    factor = linalg.cho_factor(complement, lower=True, check_finite=False)
    half = np.log(np.diag(factor[0])).sum()
    return Inverse(diagonal, ratio, factor, float(np.log(diagonal).sum() + 2 * half))


def _complement_inverse(inverse: Inverse) -> Floats:
    lower, _ = linalg.lapack.dpotri(inverse.factor[0], lower=1)
    found: Floats = np.tril(lower) + np.tril(lower, -1).T
    return found


def _shifted(
    link: Link, rows: Rows, joint: Joint, u: Floats, sd: Floats, upper: Floats, lower: Floats
) -> Pieces:
    shift = (u[joint.places] * joint.shares * sd[joint.term]).sum(axis=1)
    return pieces(link, upper - shift, lower - shift, rows)


def _spread_out(joint: Joint, values: Floats, sd: Floats) -> Floats:
    """``Lambda Z' values``: rows to effects."""
    found = np.zeros(len(joint.term_of))
    for c, t in enumerate(joint.term):
        found += np.bincount(joint.places[:, c], values * joint.shares[:, c] * sd[t], len(found))
    return found


def _by_term(joint: Joint, u: Floats, terms: int) -> Floats:
    """``z_it' u_t``: rows by terms, without the standard deviation."""
    found = np.zeros((len(joint.places), terms))
    for c, t in enumerate(joint.term):
        found[:, t] += joint.shares[:, c] * u[joint.places[:, c]]
    return found


def _gradient(rows: Rows, joint: Joint, found: Pieces, inverse: Inverse, u: Floats, sd: Floats) -> Floats:
    """The total derivative in (psi, sd), with the mode and log|H| moving along."""
    w, terms = rows.weights, len(sd)
    reach = _reach(joint, inverse, sd)
    variance = reach @ sd
    ss1, ss2 = found.shift_twice_cut
    s1, s2 = found.shift_cut
    third = -(ss1 + ss2)
    r = inverse.solve(_spread_out(joint, -w * variance * third, sd))
    pulled, effects = _by_term(joint, r, terms), _by_term(joint, u, terms)
    moved = pulled @ sd
    one = w * (found.one + variance * ss1 / 2 - moved * s1 / 2)
    two = w * (found.two + variance * ss2 / 2 - moved * s2 / 2)
    along = w * (found.shift + variance * third / 2 - moved * found.shift_twice / 2)
    own = effects.T @ along + reach.T @ (w * found.shift_twice) - pulled.T @ (w * found.shift) / 2
    return np.concatenate([one @ rows.upper + two @ rows.lower, own])


def _reach(joint: Joint, inverse: Inverse, sd: Floats) -> Floats:
    """``z_it' [H^-1 Lambda z_i]_t``: rows by terms; times sd it sums to the conditional variance."""
    first = joint.first
    complement = _complement_inverse(inverse)
    found = np.zeros((len(joint.places), len(sd)))
    loads = joint.shares * sd[joint.term]
    behind = range(1 if first else 0, loads.shape[1])
    for a in behind:
        for b in behind:
            at = complement[joint.places[:, a] - first, joint.places[:, b] - first]
            found[:, joint.term[a]] += joint.shares[:, a] * loads[:, b] * at
    if first:
        near, t = joint.places[:, 0], joint.term[0]
        through = inverse.ratio @ complement
        outer = np.asarray(inverse.ratio.multiply(through).sum(axis=1)).ravel()
        found[:, t] += joint.shares[:, 0] * loads[:, 0] * (1 / inverse.diagonal + outer)[near]
        for a in behind:
            at = -through[near, joint.places[:, a] - first]
            found[:, t] += joint.shares[:, 0] * loads[:, a] * at
            found[:, joint.term[a]] += joint.shares[:, a] * loads[:, 0] * at
    return found
