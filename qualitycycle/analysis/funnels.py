"""Shares of many units beside each other: which differ more than their size explains?

A funnel shows every share against its number of answers, between limits that narrow as the
number grows. It replaces a ranking: within the limits there is nothing to tell apart.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from qualitycycle.analysis.proportions import Interval

Floats = npt.NDArray[np.float64]
TOO_FEW = "too_few"
NO_SPREAD = "no_spread"
INNER, OUTER = 0.95, 0.998
"""The two pairs of limits of a funnel plot."""


@dataclass(frozen=True)
class FunnelUnit:
    """One unit: ``share`` of ``n``, and how far it lies from the share of all units together.

    ``inner`` and ``outer`` are the exact limits of 95 and 99.8 %. ``z`` counts standard errors
    away, ``z_overdispersed`` in the wider ones. ``p_low`` and ``p_high``: probability of a share
    this low or lower, this high or higher; ``mid_p`` half of the share itself in the lower one.
    """

    unit: Hashable
    n: int
    share: float
    inner: Interval
    outer: Interval
    z: float
    z_overdispersed: float
    p_low: float
    p_high: float
    mid_p: float

    def outside(self, *, outer: bool = False, overdispersed: bool = True) -> bool:
        """Whether the unit lies outside the inner (or the outer) limits, the wide or the exact ones."""
        if overdispersed:
            return abs(self.z_overdispersed) > _reach(OUTER if outer else INNER)
        limits = self.outer if outer else self.inner
        return (
            limits.low is not None and limits.high is not None and not limits.low <= self.share <= limits.high
        )


@dataclass(frozen=True)
class Funnel:
    """``share`` of all units together; ``phi`` 1 when units differ no more than chance has it.

    ``between`` is the variance between units that widens the limits (tau squared).
    """

    share: float | None
    units: tuple[FunnelUnit, ...]
    phi: float | None = None
    between: float | None = None
    reason: str | None = None

    def limits(self, n: float, confidence: float = INNER, *, overdispersed: bool = True) -> Interval:
        """The limits at ``n`` answers, to draw the funnel with; within 0 and 1.

        Normal: ``share -+ z sqrt(share (1 - share) / n + between)``.
        """
        if self.share is None or self.reason is not None:
            return Interval(self.share)
        variance = self.share * (1 - self.share) / n + (self.between or 0.0 if overdispersed else 0.0)
        half = _reach(confidence) * math.sqrt(variance)
        return Interval(self.share, max(self.share - half, 0.0), min(self.share + half, 1.0))


def funnel(
    successes: Sequence[int] | npt.ArrayLike,
    totals: Sequence[int] | npt.ArrayLike,
    units: Sequence[Hashable] | None = None,
    *,
    winsorise: float = 0.1,
) -> Funnel:
    """A funnel of shares with exact limits, and with limits that allow for differences between units.

    With ``theta`` the share of all and ``s^2 = theta (1 - theta) / n``: ``z = (p - theta) / s``.
    Exact limits at probability q: ``(r - a) / n`` with r the binomial quantile and
    ``a = (F(r) - q) / (F(r) - F(r - 1))``, so that they do not jump. Units nearly always differ
    more than chance; ``phi`` is the mean of z squared, extreme z drawn in to the ``winsorise``
    quantiles, and ``between = max(0, (k phi - (k - 1)) / (sum w - sum w^2 / sum w))`` with
    ``w = 1 / s^2`` and k units. ``z_overdispersed = (p - theta) / sqrt(s^2 + between)``.

    ``successes`` of ``totals``, one per unit; ``units`` names them (0, 1, 2, ... when absent) in
    the order given: a funnel never ranks. Assumes independent answers within a unit, and for the
    wide limits normal differences between units. Source: Spiegelhalter, Statistics in Medicine 24
    (2005) 1185-1202; Spiegelhalter and others, Journal of the Royal Statistical Society A 175
    (2012) 1-47. Software: R ``FunnelPlotR``. Reasons: ``too_few`` (below 2 units), ``no_spread``
    (all or none are successes). Raises ValueError when a count does not fit its total.

    >>> f = funnel([470, 300, 360, 280], [600, 420, 500, 410], ["A", "B", "C", "D"])
    >>> round(f.share, 2), round(f.phi, 2), round(f.between, 4)
    (0.73, 1.86, 0.0006)
    >>> [(unit.unit, unit.outside(overdispersed=False), unit.outside()) for unit in f.units[:2]]
    [('A', True, False), ('B', False, False)]
    """
    x, n = np.asarray(successes, dtype=np.float64), np.asarray(totals, dtype=np.float64)
    if x.shape != n.shape or x.ndim != 1 or (units is not None and len(units) != len(x)):
        raise ValueError("successes, totals and units must have the same length")
    if not ((x >= 0) & (x <= n) & (n > 0)).all():
        raise ValueError("a number of successes must lie between 0 and its total, and a total above 0")
    names: list[Hashable] = list(range(len(x))) if units is None else list(units)
    theta = float(x.sum() / n.sum()) if len(x) else None
    if theta is None or len(x) < 2:
        return Funnel(theta, (), reason=TOO_FEW)
    if theta in (0.0, 1.0):
        return Funnel(theta, (), reason=NO_SPREAD)
    variance = theta * (1 - theta) / n
    z = (x / n - theta) / np.sqrt(variance)
    phi = float((np.clip(z, *np.quantile(z, [winsorise, 1 - winsorise])) ** 2).mean())
    between = _between(phi, 1 / variance)
    wide = (x / n - theta) / np.sqrt(variance + between)
    return Funnel(theta, _units(names, x, n, theta, z, wide), phi, between)


def _units(
    names: Sequence[Hashable], x: Floats, n: Floats, theta: float, z: Floats, wide: Floats
) -> tuple[FunnelUnit, ...]:
    """The units with their exact limits and probabilities, in the order given."""
    low, high = stats.binom.cdf(x, n, theta), stats.binom.sf(x - 1, n, theta)
    mid = stats.binom.cdf(x - 1, n, theta) + stats.binom.pmf(x, n, theta) / 2
    inner, outer = (_exact_limits(n, theta, confidence) for confidence in (INNER, OUTER))
    return tuple(
        FunnelUnit(
            name,
            int(n[i]),
            float(x[i] / n[i]),
            Interval(theta, *map(float, inner[i])),
            Interval(theta, *map(float, outer[i])),
            float(z[i]),
            float(wide[i]),
            float(low[i]),
            float(high[i]),
            float(mid[i]),
        )
        for i, name in enumerate(names)
    )


def _exact_limits(n: Floats, theta: float, confidence: float) -> Floats:
    """Interpolated binomial limits per unit: units x (low, high)."""
    ends = []
    for q in ((1 - confidence) / 2, (1 + confidence) / 2):
        r = stats.binom.ppf(q, n, theta)
        above, below = stats.binom.cdf(r, n, theta), stats.binom.cdf(r - 1, n, theta)
        ends.append((r - (above - q) / (above - below)) / n)
    return np.asarray(np.clip(np.stack(ends, axis=1), 0, 1))


def _between(phi: float, weights: Floats) -> float:
    k, whole = len(weights), float(weights.sum())
    return max(0.0, (k * phi - (k - 1)) / (whole - float((weights**2).sum()) / whole))


def _reach(confidence: float) -> float:
    return float(stats.norm.ppf((1 + confidence) / 2))
