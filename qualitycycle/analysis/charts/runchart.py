"""Run charts: values around their median, for when there are too few for limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats


@dataclass(frozen=True)
class RunChart:
    """``useful`` values lie off the ``median``; a row of ``longest_run`` of them, at most
    ``longest_run_max`` by chance, and ``crossings`` of the median, at least ``crossings_min``."""

    median: float
    useful: int
    longest_run: int
    longest_run_max: int
    crossings: int
    crossings_min: int

    @property
    def signal(self) -> bool:
        """Whether the row is too long or the crossings too few for chance."""
        return self.longest_run > self.longest_run_max or self.crossings < self.crossings_min


def run_chart(values: Sequence[float] | npt.ArrayLike) -> RunChart:
    """The median and its runs.

    Values on the median are dropped; of the k left ``longest_run_max = round(log2(k) + 3)`` and
    ``crossings_min`` is the 5 % quantile of a binomial of k - 1 and one half. Source: Anhoej and
    Olesen, PLoS ONE 9 (2014) e113825. R: ``qicharts2::qic``. Raises ValueError without values.

    >>> run_chart([7, 8, 9, 8, 7]).median
    8.0
    """
    x = np.asarray(values, dtype=np.float64)
    if not len(x):
        raise ValueError("a run chart needs at least one value")
    median = float(np.median(x))
    sides = np.sign(x - median)
    sides = sides[sides != 0]
    k = len(sides)
    ends = np.flatnonzero(np.diff(sides)) + 1
    lengths = np.diff([0, *ends, k])
    return RunChart(
        median,
        k,
        int(lengths.max()),
        round(math.log2(k) + 3) if k else 0,
        len(ends),
        int(stats.binom.ppf(0.05, k - 1, 0.5)) if k > 1 else 0,
    )
