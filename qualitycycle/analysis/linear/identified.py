"""Which variances of a linear mixed model the answers can tell.

``V = s_e diag(1 / n) + sum_t s_t Z_t Z_t'`` is seen beside the design only. When what ``Z Z'``
looks like there is nothing, or a combination of the residual and the terms before it, its
variance cannot be estimated: one trainer per partnership with both in the model, every session
its own trainer, a group per answer. Decided by the expected information of the restricted
likelihood, ``tr(P V_i P V_j)`` with ``P = N - N X (X' N X)^-1 X' N``.
Source: Searle, Casella and McCulloch, Variance Components (1992), section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

Floats = NDArray[np.float64]

SAME = 1e-9
"""The part of the information on a variance, relative to that without a design, that must be new."""


def identified(n: Floats, design: Floats, loads: Sequence[Any]) -> NDArray[np.bool_]:
    """Whether each term has a variance of its own, beside the residual and the terms before it.

    ``n``: answers per unit (k,); ``design``: k by p, of full rank; ``loads``: per term the
    memberships, k by levels, full or sparse. Raises ValueError when the design is not of full
    rank or leaves no answers.

    >>> trainers = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    >>> alone = np.ones((4, 1))
    >>> identified(np.full(4, 9.0), alone, [trainers, np.eye(4), trainers / 2]).tolist()
    [True, True, False]
    >>> identified(np.full(4, 9.0), trainers, [trainers, np.eye(4)]).tolist()
    [False, True]
    """
    spare = float(n.sum()) - design.shape[1]
    if spare <= 0:
        raise ValueError("there are as many coefficients as answers")
    root = np.sqrt(n)[:, None]
    half = linalg.cholesky(design.T @ (n[:, None] * design), lower=True)
    scaled = [load * root for load in loads]
    taken = [linalg.solve_triangular(half, (root * design).T @ load, lower=True) for load in scaled]
    size = len(loads) + 1
    seen, whole = np.empty((size, size)), np.empty(size)
    seen[0, 0] = whole[0] = spare
    for i in range(1, size):
        for j in range(1, i + 1):
            across = scaled[i - 1].T @ scaled[j - 1]
            one, two = taken[i - 1], taken[j - 1]
            alone = float((across * across).sum())
            shared = float(((one @ across) * two).sum())
            both = float(((one @ one.T) * (two @ two.T)).sum())
            seen[i, j] = seen[j, i] = alone - 2 * shared + both
        whole[i] = alone
        own = float((scaled[i - 1] * scaled[i - 1]).sum())
        seen[i, 0] = seen[0, i] = own - float((taken[i - 1] ** 2).sum())
    return _independent(seen, whole)


def _independent(seen: Floats, whole: Floats) -> NDArray[np.bool_]:
    """Which of the terms, after the first row for the residual, add something to those before."""
    kept = [0]
    for i in range(1, len(seen)):
        size = np.sqrt(np.diag(seen)[kept])
        base = seen[np.ix_(kept, kept)] / np.outer(size, size)
        across = seen[i, kept] / size
        if seen[i, i] - across @ np.linalg.solve(base, across) > SAME * whole[i]:
            kept.append(i)
    return np.isin(np.arange(1, len(seen)), kept)
