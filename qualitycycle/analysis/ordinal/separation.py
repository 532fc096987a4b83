"""Separation: a direction in which the likelihood never stops rising.

The estimates are infinite when some change of the parameters moves no upper cut down and
no lower cut up, and moves some. Found exactly by linear programming, not guessed from
large numbers. Source: Albert and Anderson, Biometrika 71 (1984) 1-10; Konis, DPhil thesis,
Oxford (2007).
"""

from __future__ import annotations

import numpy as np
from scipy import optimize

from qualitycycle.analysis.ordinal.kernel import Rows
from qualitycycle.analysis.ordinal.links import Floats

MOVES = 1e-7


def direction(rows: Rows) -> Floats:
    """The direction in which the estimates run away; all zero when there is none."""
    above = rows.upper[~rows.top]
    below = rows.lower[~rows.bottom]
    moves = np.unique(np.vstack([above, -below]), axis=0)
    solved = optimize.linprog(-moves.sum(axis=0), A_ub=-moves, b_ub=np.zeros(len(moves)), bounds=(-1, 1))
    found = np.zeros(rows.upper.shape[1])
    if solved.x is not None and -solved.fun > MOVES:
        found = np.where(np.abs(solved.x) > MOVES, solved.x, 0.0)
    return found
