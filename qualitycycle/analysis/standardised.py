"""The difference of two means in standard deviations: how large is it, whatever the scale?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from qualitycycle.analysis.effects import NO_SPREAD, TOO_FEW, floats
from qualitycycle.analysis.paired import noncentrality
from qualitycycle.analysis.proportions import Interval


@dataclass(frozen=True)
class StandardisedDifference:
    """``d`` (Cohen) and ``g`` (Hedges, without the bias of small samples), with their intervals."""

    d: Interval
    g: Interval
    sd: float | None
    n_x: int
    n_y: int
    reason: str | None = None


def cohens_d(
    x: Sequence[float] | npt.ArrayLike, y: Sequence[float] | npt.ArrayLike, *, confidence: float = 0.95
) -> StandardisedDifference:
    """Mean of ``y`` less mean of ``x``, over their pooled standard deviation.

    ``d = (mean y - mean x) / s``, ``s^2 = (SS_x + SS_y) / (n_x + n_y - 2)``. The interval holds every
    delta for which ``t = d / sqrt(1/n_x + 1/n_y)`` is not extreme in a noncentral t with
    ``n_x + n_y - 2`` degrees of freedom and noncentrality ``delta / sqrt(1/n_x + 1/n_y)``. Hedges'
    ``g = J d``, ``J = Gamma(df/2) / (sqrt(df/2) Gamma((df - 1)/2))``, with the interval times J.

    Assumes independent normal answers of one variance; of ordered answers with few options
    `effects.superiority` says more. Source: Cohen, Statistical Power Analysis (1988); Hedges, Journal
    of Educational Statistics 6 (1981) 107-128; Steiger, Fouladi, in Harlow, Mulaik, Steiger (eds),
    What If There Were No Significance Tests? (1997) 221-257. Software: R ``effectsize::cohens_d`` and
    ``hedges_g`` (which look at x less y). Reasons: ``too_few`` (below 2 answers in a sample),
    ``no_spread``. Raises ValueError on missing values.

    >>> found = cohens_d([2, 3, 3, 2, 4, 3], [3, 4, 5, 3, 4, 5])
    >>> [round(value, 2) for value in (found.d.estimate, found.d.low, found.d.high, found.g.estimate)]
    [1.41, 0.1, 2.67, 1.3]
    """
    a, b = floats(x, "x"), floats(y, "y")
    n, m = len(a), len(b)
    if min(n, m) < 2:
        return StandardisedDifference(Interval(), Interval(), None, n, m, TOO_FEW)
    df = n + m - 2
    squares = float(((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum())
    sd = math.sqrt(squares / df)
    if sd < 1e-12:
        return StandardisedDifference(Interval(), Interval(), sd, n, m, NO_SPREAD)
    d, unit = float(b.mean() - a.mean()) / sd, math.sqrt(1 / n + 1 / m)
    upper = (1 + confidence) / 2
    low, high = (unit * noncentrality(d / unit, df, q) for q in (upper, 1 - upper))
    shrink = float(np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / math.sqrt(df / 2))
    return StandardisedDifference(
        Interval(d, low, high), Interval(shrink * d, shrink * low, shrink * high), sd, n, m
    )
