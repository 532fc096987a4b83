"""The limits of a funnel around one value, for means and for shares.

As those of ``analysis.funnels``: for a unit of n answers ``middle -+ reach sqrt(v / n + between)``, v
the variance of one answer and ``between`` what units differ beyond the answers. Both come from the
model. Spiegelhalter's ``between`` draws extreme units in first, which with some dozens of sessions
makes the limits too narrow: of sessions that differ by chance alone several would lie outside the
outer ones. Source: Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from qualitycycle.analysis.linear.reml import Floats
from qualitycycle.analysis.proportions import Interval


@dataclass(frozen=True)
class Limits:
    """``middle``, the variance of one answer ``single``, and the variance ``between`` units."""

    middle: float
    single: float
    between: float

    def at(self, n: float, confidence: float) -> Interval:
        """The limits for a unit of ``n`` answers.

        >>> found = Limits(8.0, 0.9, 0.04).at(10, 0.95)
        >>> round(found.low, 2), round(found.high, 2)
        (7.29, 8.71)
        """
        half = reach(confidence) * math.sqrt(self.single / n + self.between)
        return Interval(self.middle, self.middle - half, self.middle + half)

    def distance(self, deviation: Floats, n: Floats) -> Floats:
        """How many standard errors units of ``n`` answers lie from the middle."""
        found: Floats = deviation / np.sqrt(self.single / n + self.between)
        return found


def reach(confidence: float) -> float:
    """So many standard errors hold a share ``confidence`` of what is normal.

    >>> round(reach(0.95), 2), round(reach(0.998), 2)
    (1.96, 3.09)
    """
    return float(stats.norm.ppf((1 + confidence) / 2))
