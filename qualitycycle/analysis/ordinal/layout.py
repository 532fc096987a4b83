"""How rows and random effects meet, and the matrix ``H = I + Lambda Z' W Z Lambda`` that follows.

All effects are one long vector. The simple term with the most levels comes first; it gives
a diagonal block of H and is eliminated, so that only the Schur complement of the other
terms is factored (Cholesky). Where H is not zero is worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from qualitycycle.analysis.ordinal.design import Grouping
from qualitycycle.analysis.ordinal.links import Floats
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding

Codes = NDArray[np.int64]
SMALL = 20_000
"""Up to this many cells the cross block is a full matrix: sparse ones cost more than they save."""
MOST = 6_000
"""So many effects beside the eliminated ones make a full matrix of 0.3 GB."""
CELLS = 4_000_000
"""How many cells of a full matrix that is not kept are made at a time."""
FEW = 100
"""Up to this many effects the inverse comes from solving, without the threads of LAPACK's own."""


@dataclass(frozen=True)
class Layout:
    """``z``: rows by effects, the shares; ``turned``: its transpose; ``term_of``: of each effect.

    ``first``: how many effects are eliminated. H has entries at ``above``, ``beside`` (above
    at most beside, sorted); each is the sum over the ``entry`` (row, share product, position)
    that fall there. ``own``: the diagonal of the first block, ``cross``: first by rest,
    ``rest``: the others; ``starts``: where the rows of ``cross`` start.
    """

    z: Any
    turned: Any
    term_of: Codes
    first: int
    entry_row: Codes
    entry_share: Floats
    entry_place: Codes
    above: Codes
    beside: Codes
    own: Codes
    cross: Codes
    rest: Codes
    starts: Codes


@dataclass(frozen=True)
class Factors:
    """H factored: ``diagonal`` D, ``ratio`` C / D and its values, the complement's Cholesky factor."""

    layout: Layout
    diagonal: Floats
    ratio: Any
    values: Floats
    factor: Floats
    log_determinant: float

    def solve(self, right: Floats) -> Floats:
        """``H^-1 right`` for a vector or a matrix with a row per effect."""
        first = self.layout.first
        one, two = right[:first], right[first:]
        if not len(two):
            return (one.T / self.diagonal).T
        below = linalg.lapack.dpotrs(self.factor, two - self.ratio.T @ one, lower=1)[0]
        return np.concatenate([(one.T / self.diagonal).T - self.ratio @ below, below])

    def inverse(self) -> Floats:
        """``H^-1`` at the places where H has entries, which is all that derivatives need."""
        layout, first = self.layout, self.layout.first
        if first == len(layout.term_of):
            return 1 / self.diagonal
        complement = _inverse(self.factor)
        found = np.empty(len(layout.above))
        found[layout.rest] = complement[layout.above[layout.rest] - first, layout.beside[layout.rest] - first]
        near, far = layout.above[layout.cross], layout.beside[layout.cross] - first
        through = self._through(complement, near, far)
        found[layout.cross] = -through
        found[layout.own] = 1 / self.diagonal + np.bincount(near, self.values * through, first)
        return found

    def _through(self, complement: Floats, near: Codes, far: Codes) -> Floats:
        """``ratio @ complement`` at (near, far), some rows at a time: the whole may not fit."""
        found, starts = np.empty(len(near)), self.layout.starts
        size = max(1, CELLS // len(complement))
        for start in range(0, self.layout.first, size):
            stop = min(start + size, self.layout.first)
            part = slice(starts[start], starts[stop])
            found[part] = (self.ratio[start:stop] @ complement)[near[part] - start, far[part]]
        return found


def layout_of(groupings: Sequence[Grouping]) -> Layout:
    """The layout of the terms, the simple term with the most levels first.

    Raises Refused when the terms beside the first have more levels than fit in memory squared.
    """
    simple = [t for t, grouping in enumerate(groupings) if not grouping.term.membership]
    widest = max(simple, key=lambda t: len(groupings[t].levels)) if simple else 0
    order = [widest, *(t for t in range(len(groupings)) if t != widest)]
    sizes = np.array([len(groupings[t].levels) for t in order])
    offsets = np.cumsum(sizes) - sizes
    places = np.hstack([groupings[t].members + offsets[i] for i, t in enumerate(order)])
    shares = np.hstack([groupings[t].share for t in order])
    effects, first = int(sizes.sum()), int(sizes[0]) if simple else 0
    if effects - first > MOST:
        raise Refused(Finding("ordinal.too_many_groups", count=effects - first, value=str(MOST)))
    rows = np.arange(0, places.size + 1, places.shape[1])
    z = sparse.csr_array((shares.flatten(), places.flatten(), rows), shape=(len(places), effects))
    z.eliminate_zeros()
    row, share, key = _entries(places, shares, effects)
    keys, place = np.unique(key, return_inverse=True)
    above, beside = np.divmod(keys, effects)
    cross = np.flatnonzero((above < first) & (beside >= first))
    return Layout(
        z=z,
        turned=sparse.csr_array(z.T),
        term_of=np.repeat(np.array(order, dtype=np.int64), sizes),
        first=first,
        entry_row=row,
        entry_share=share,
        entry_place=place.astype(np.int64),
        above=above,
        beside=beside,
        own=np.flatnonzero((above < first) & (above == beside)),
        cross=cross,
        rest=np.flatnonzero(above >= first),
        starts=np.searchsorted(above[cross], np.arange(first + 1)),
    )


def _entries(places: Codes, shares: Floats, effects: int) -> tuple[Codes, Floats, Codes]:
    """Per row every pair of its members: the row, the product of shares, the place in H's upper triangle."""
    rows, products, keys = [], [], []
    for a in range(places.shape[1]):
        for b in range(a, places.shape[1]):
            product = shares[:, a] * shares[:, b]
            there = np.flatnonzero(product)
            one, two = places[there, a], places[there, b]
            rows.append(there)
            products.append(product[there])
            keys.append(np.minimum(one, two) * effects + np.maximum(one, two))
    return np.concatenate(rows), np.concatenate(products), np.concatenate(keys)


def crossed(layout: Layout, curve: Floats) -> Floats:
    """``Z' W Z`` for row weights ``curve``, at the entries of H."""
    parts = curve[layout.entry_row] * layout.entry_share
    return np.bincount(layout.entry_place, parts, len(layout.above)).astype(float)


def factored(layout: Layout, entries: Floats, scale: Floats) -> Factors | None:
    """H for ``entries`` of ``Z' W Z`` and a standard deviation per effect; None if not positive definite."""
    first, size = layout.first, len(layout.term_of) - layout.first
    values = entries * scale[layout.above] * scale[layout.beside]
    diagonal = 1.0 + values[layout.own]
    complement = np.zeros((size, size), order="F")
    complement[layout.beside[layout.rest] - first, layout.above[layout.rest] - first] = values[layout.rest]
    complement[np.diag_indices(size)] += 1.0
    near, far = layout.above[layout.cross], layout.beside[layout.cross] - first
    ratio_values = values[layout.cross] / diagonal[near]
    ratio = _block(layout, near, far, ratio_values, (first, size))
    block = _block(layout, near, far, values[layout.cross], (first, size))
    product = block.T @ ratio
    complement -= product if isinstance(product, np.ndarray) else product.toarray()
    factor, failed = (
        linalg.lapack.dpotrf(complement, lower=1, clean=1, overwrite_a=1) if size else (complement, 0)
    )
    if failed or (diagonal <= 0).any():
        return None
    half = np.log(np.diag(factor)).sum()
    return Factors(layout, diagonal, ratio, ratio_values, factor, float(np.log(diagonal).sum() + 2 * half))


def _block(layout: Layout, near: Codes, far: Codes, values: Floats, shape: tuple[int, int]) -> Any:
    if shape[0] * shape[1] > SMALL:
        return sparse.csr_array((values, far, layout.starts), shape=shape)
    full = np.zeros(shape)
    full[near, far] = values
    return full


def _inverse(factor: Floats) -> Floats:
    """The inverse of a matrix with this lower Cholesky factor."""
    if len(factor) <= FEW:
        found: Floats = linalg.lapack.dpotrs(factor, np.eye(len(factor)), lower=1)[0]
        return found
    lower = linalg.lapack.dpotri(factor, lower=1)[0]
    found = lower + lower.T
    found[np.diag_indices(len(found))] /= 2
    return found
