"""The chance that an effect is found, and how many sessions that takes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from qualitycycle.analysis.arms import Variances, design_of
from qualitycycle.analysis.effect.model import ADJUSTED, Effect, foreseeable, row_of
from qualitycycle.analysis.linear import reml, small_sample
from qualitycycle.analysis.linear.identified import identified
from qualitycycle.analysis.teams import memberships

POWER = 0.8
MOST = 1000.0
"""Beyond so many times the sessions there are, it cannot be planned."""


def chance(effect: float, se: float, df: float, strictness: float) -> float:
    """The chance that ``effect`` is found: that its estimate lies ``strictness`` errors above 0.

    ``P(T > strictness)`` with T noncentral t, ``effect / se`` its noncentrality.
    Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2 (1995) ch. 31.

    >>> round(chance(0.3, 0.1, 20.0, 2.09), 2), round(chance(0.0, 0.1, 20.0, 2.086), 3)
    (0.81, 0.025)
    """
    return float(stats.nct.sf(strictness, df, effect / se))


def sessions_needed(found: Effect, effect: float, sessions: int, power: float = POWER) -> int | None:
    """How many sessions with the action, and as many times more of the others, find ``effect``.

    With f times as many sessions (by as many times more trainers) the standard error is one over
    the root of f of what it is, and the degrees of freedom are f times as many. The smallest
    ``f sessions`` with a chance of ``power``; None when the effect is not positive or it would
    take more than ``MOST`` times as many. It looks ahead at the effect that was predicted or
    matters, never at the one found.

    >>> from qualitycycle.analysis.linear import Contrast
    >>> sessions_needed(Effect(Contrast(0.1, 0.2, 10.0), 0.0, 1), 0.3, 6)
    23
    """
    if effect <= 0:
        return None

    def enough(many: int) -> bool:
        times = many / sessions
        se, df = found.contrast.se / math.sqrt(times), found.contrast.df * times
        return chance(effect, se, df, found.strictness(times=times)) >= power

    low, high = 1, sessions
    while not enough(high):
        low, high = high, 2 * high
        if high > MOST * sessions:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def planned(
    sessions: pd.DataFrame,
    triggering: pd.DataFrame,
    variances: Variances,
    *,
    chosen_from: int,
    adjust: Sequence[str] = ADJUSTED,
) -> Effect | None:
    """What the model will make of these sessions when variances are as expected: nothing found yet.

    ``sessions``, ``triggering``: as for ``effect_of``, without totals. The standard error, its
    degrees of freedom and the share that the triggering data foretell are those of the design;
    the estimate is 0. None when the design does not tell the effect.

    >>> rows = [(f"S{c}{i}", c, f"T{i}", 10) for c in ("before", "with") for i in range(6)]
    >>> held = pd.DataFrame(rows, columns=["session", "arm", "team", "n"])
    >>> sizes = Variances(sessions=0.02, trainers=0.05, answers=0.6)
    >>> found = planned(held, held[held["arm"] == "before"], sizes, chosen_from=8, adjust=())
    >>> round(found.contrast.se, 3), round(chance(0.5, found.contrast.se, found.contrast.df, 2.6), 2)
    (0.163, 0.68)
    """
    design = design_of(sessions, adjust)
    n = sessions["n"].to_numpy(dtype=np.float64)
    loads = (memberships(design.teams).toarray(), np.eye(len(n)))
    spare = float(n.sum()) - len(n)
    units = reml.Units(n, np.zeros(len(n)), variances.answers * spare, design.matrix, loads)
    expected = np.array([variances.answers, variances.trainers or 0.0, variances.sessions or 0.0])
    solved = reml.solve(units, expected)
    if solved is None:
        return None
    fit = reml.maximum(units, solved, identified(n, design.matrix, loads), True)
    share = foreseeable(sessions, triggering, design, variances)
    contrast = small_sample.adjust(fit).contrast(row_of(design))
    return Effect(contrast, share, chosen_from, design.adjusted_for)
