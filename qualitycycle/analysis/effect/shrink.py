"""A low figure moved towards the others: the baseline when there is only the triggering cycle.

Per session an indicator's figure is taken relative to the mean of all indicators on that scale,
so that what respondents, sessions and trainers have in common falls away. The spread of these
deviations is partly chance: what their differences between sessions predict. As much of it as
chance explains is taken off every deviation (James and Stein, positive part).
Source: Efron and Morris, JASA 70 (1975) 311-319; Morris, JASA 78 (1983) 47-55.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST = 4
"""From so many indicators their spread says how much is chance."""


def shrunken_by(figures: Floats, applies: NDArray[np.bool_], chosen: int) -> float:
    """How much the baseline of the ``chosen`` indicator is raised; 0 when it was not low.

    ``figures``: sessions by indicators of one scale, higher is better, nan where not asked;
    ``applies``: the sessions of the kind the action is for; others are what they are compared
    with, and then the difference between both is shrunk.

    ``d_j``: the mean over sessions of the deviation of indicator j; ``S^2 = sum d_j^2 / (K - 1)``
    and ``s^2`` its expectation by chance; the deviation that stays is
    ``d max(0, 1 - (K - 3) / (K - 1) s^2 / S^2)``.

    >>> rng = np.random.default_rng(3)
    >>> equal = rng.normal(4.0, 0.3, (6, 8))
    >>> apart = equal - 3 * np.eye(8)[2]
    >>> here = np.ones(6, dtype=bool)
    >>> lowest = int(equal.mean(axis=0).argmin())
    >>> bool(shrunken_by(equal, here, lowest) > 0.05), round(shrunken_by(apart, here, 2), 3)
    (True, 0.033)
    """
    sides = [side for side in (applies, ~applies) if side.any()]
    known = np.all([(~np.isnan(figures[side])).sum(axis=0) >= 2 for side in sides], axis=0)
    kept = int(known.sum())
    if kept < LEAST or not known[chosen] or not applies.any():
        return 0.0
    asked = ~np.isnan(figures[:, known]).all(axis=1)
    own, applies = figures[np.ix_(asked, known)], applies[asked]
    apart = own - np.nanmean(own, axis=1, keepdims=True)
    deviation, noise = _mean(apart[applies])
    if not applies.all():
        other, more = _mean(apart[~applies])
        deviation, noise = deviation - other, noise + more
    chance = float(noise.mean()) * kept / (kept - 1)
    spread = float((deviation**2).sum()) / (kept - 1)
    stays = max(0.0, 1 - (kept - 3) / (kept - 1) * chance / spread) if spread > 0 else 0.0
    low = float(deviation[int(known[:chosen].sum())])
    return max(0.0, -low * (1 - stays))


def _mean(rows: Floats) -> tuple[Floats, Floats]:
    """Per indicator the mean over sessions and its squared standard error."""
    count = (~np.isnan(rows)).sum(axis=0)
    return np.nanmean(rows, axis=0), np.nanvar(rows, axis=0, ddof=1) / count
