"""Which random terms the data can tell apart.

A term gives the covariance ``sd^2 Z Z'``. When ``Z Z'`` is a combination of those of the terms
before it and of a constant, its spread cannot be estimated beside theirs: every session has
its own trainer, say, or there is one session only.
Source: Searle, Casella and McCulloch, Variance Components (1992), section 4.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from qualitycycle.analysis.ordinal.design import Grouping
from qualitycycle.analysis.ordinal.links import Floats

SAME = 1e-9
"""The part of ``Z Z'``, squared and relative, that must be new."""


def told_apart(groupings: Sequence[Grouping]) -> list[bool]:
    """Whether each term says something that the terms before it do not."""
    rows = len(groupings[0].members)
    loads = [sparse.csr_array(np.ones((rows, 1))), *(_loads(grouping) for grouping in groupings)]
    inner = np.array([[_inner(one, two) for two in loads] for one in loads])
    scale = np.sqrt(np.diag(inner))
    inner /= np.outer(scale, scale)
    kept = [0]
    for i in range(1, len(loads)):
        base = inner[np.ix_(kept, kept)]
        across = inner[i, kept]
        if 1 - across @ np.linalg.solve(base, across) > SAME:
            kept.append(i)
    return [i in kept for i in range(1, len(loads))]


def _loads(grouping: Grouping) -> sparse.csr_array:
    """Z: rows by levels."""
    members, shape = grouping.members, (len(grouping.members), len(grouping.levels))
    starts = np.arange(0, members.size + 1, members.shape[1])
    return sparse.csr_array((grouping.share.flatten(), members.flatten(), starts), shape=shape)


def _inner(one: sparse.csr_array, two: sparse.csr_array) -> float:
    """``<Z Z', Y Y'> = |Z' Y|^2``."""
    found: Floats = (one.T @ two).data
    return float((found**2).sum())
