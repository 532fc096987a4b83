"""Control charts: a centre, and limits three standard deviations of chance away.

Every chart is ``centre -+ 3 sigma``, sigma one number per point. Points of a *baseline* settle
centre and sigma; later ones are judged by them. Limits are not cut off at the ends of a scale
(``Limits.within`` does that), so that the rules see how far away they really lie.

* ``xmr``: single values; sigma from the moving ranges of neighbours, so it holds all that differs
  from one to the next. Source: Wheeler, Understanding Variation, 2nd edition (2000).
* ``xbar_chart``: means of groups of one size; sigma from what differs within a group.
* ``mean_chart``, ``p_chart``, ``u_chart``, ``c_chart``: means, shares, rates and counts of groups of
  any size; sigma from chance within a group, with ``laney=True`` multiplied by ``sigma_z``: how much
  more (or less) neighbours differ than that. Source: Laney, Quality Engineering 14 (2002) 531-537;
  Montgomery, Introduction to Statistical Quality Control, 7th edition, chapters 6 and 7.

Software: R ``qcc``, ``qicharts2``, ``NHSRplotthedots``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from qualitycycle.analysis.charts.constants import c4, d2, d3

Floats = npt.NDArray[np.float64]
Baseline = Sequence[int] | npt.NDArray[np.bool_] | None
"""Which points settle the limits: their positions, or a mask; None: all."""

ROUNDED = 2.66
"""What handbooks write for 3 / d2(2); the switch to get their numbers: ``xmr(..., factor=ROUNDED)``."""


@dataclass(frozen=True)
class Limits:
    """A control chart of ``values``: one ``centre``, and ``sigma`` per point.

    ``moving_range``: the mean moving range that sigma rests on (``xmr``), or that of the
    standardised values (``sigma_z`` times d2). ``sigma_z``: see Laney above; None where unused.
    """

    values: Floats
    centre: float
    sigma: Floats
    moving_range: float | None = None
    sigma_z: float | None = None

    @property
    def lower(self) -> Floats:
        """The lower limits, not cut off."""
        return np.asarray(self.centre - 3 * self.sigma)

    @property
    def upper(self) -> Floats:
        """The upper limits, not cut off."""
        return np.asarray(self.centre + 3 * self.sigma)

    @property
    def z(self) -> Floats:
        """How many sigma every value lies from the centre."""
        return np.asarray((self.values - self.centre) / self.sigma)

    def within(self, low: float, high: float) -> tuple[Floats, Floats]:
        """The limits cut off at the ends of a scale.

        >>> xmr([1, 2, 1, 2]).within(1, 2)[0].tolist()
        [1.0, 1.0, 1.0, 1.0]
        """
        return np.clip(self.lower, low, high), np.clip(self.upper, low, high)


def xmr(
    values: Sequence[float] | npt.ArrayLike,
    baseline: Baseline = None,
    *,
    factor: float | None = None,
    neighbours: npt.NDArray[np.bool_] | None = None,
) -> Limits:
    """The chart of single values (individuals and moving range).

    ``centre`` is the mean of the baseline, ``upper - centre = factor * mean |x_i - x_(i-1)|`` with
    factor 3 / d2(2) = 2.6587 unless given (handbooks round to 2.66). ``neighbours``: for every
    value but the first whether its step from the one before counts; default all within the
    baseline. Raises ValueError below 2 values, or without a step that counts.

    >>> found = xmr([8.0, 7.6, 8.2, 7.9])
    >>> round(found.centre, 3), round(float(found.lower[0]), 2), round(float(found.upper[0]), 2)
    (7.925, 6.77, 9.08)
    """
    x = np.asarray(values, dtype=np.float64)
    mask = _mask(baseline, len(x))
    mean = _moving_range(x, mask, neighbours)
    sigma = mean * (3 / d2(2) if factor is None else factor) / 3
    return Limits(x, float(x[mask].mean()), np.full(len(x), sigma), moving_range=mean)


def xbar_chart(
    groups: Sequence[Sequence[float]] | npt.ArrayLike,
    baseline: Baseline = None,
    *,
    by: Literal["range", "sd", "pooled"] = "range",
) -> Limits:
    """Means of groups of one size; sigma from the mean range, the mean sd or the pooled variance.

    ``sigma = R / d2 / sqrt(n)``, ``S / c4 / sqrt(n)`` or ``sqrt(mean s^2 / n)``. ``groups``: groups
    by values. R: ``qcc(type = "xbar")``. Assumes that nothing differs between groups but chance.

    >>> found = xbar_chart([[8, 9], [7, 8], [8, 8]])
    >>> round(found.centre, 2), round(float(found.upper[0]), 2)
    (8.0, 9.25)
    """
    x = np.asarray(groups, dtype=np.float64)
    size, mask = x.shape[1], _mask(baseline, len(x))
    mine, means = x[mask], x.mean(axis=1)
    if by == "range":
        sigma = float(np.ptp(mine, axis=1).mean()) / d2(size)
    elif by == "sd":
        sigma = float(mine.std(axis=1, ddof=1).mean()) / c4(size)
    else:
        sigma = float(np.sqrt(mine.var(axis=1, ddof=1).mean()))
    return Limits(means, float(means[mask].mean()), np.full(len(x), sigma / np.sqrt(size)))


def range_chart(groups: npt.ArrayLike, baseline: Baseline = None) -> Limits:
    """Ranges of groups of one size: ``sigma = R d3 / d2``. R: ``qcc(type = "R")``.

    >>> round(float(range_chart([[8, 9], [7, 8], [8, 8]]).upper[0]), 2)
    2.18
    """
    x = np.asarray(groups, dtype=np.float64)
    ranges, size = np.ptp(x, axis=1), x.shape[1]
    centre = float(ranges[_mask(baseline, len(x))].mean())
    return Limits(ranges, centre, np.full(len(x), centre * d3(size) / d2(size)))


def sd_chart(groups: npt.ArrayLike, baseline: Baseline = None) -> Limits:
    """Standard deviations of groups of one size: ``sigma = S sqrt(1 - c4^2) / c4``. R: ``qcc(type = "S")``.

    >>> round(float(sd_chart([[8, 9], [7, 8], [8, 8]]).upper[0]), 2)
    1.54
    """
    x = np.asarray(groups, dtype=np.float64)
    sds, constant = x.std(axis=1, ddof=1), c4(x.shape[1])
    centre = float(sds[_mask(baseline, len(x))].mean())
    return Limits(sds, centre, np.full(len(x), centre * np.sqrt(1 - constant**2) / constant))


def mean_chart(
    totals: npt.ArrayLike,
    squares: npt.ArrayLike,
    n: npt.ArrayLike,
    baseline: Baseline = None,
    *,
    laney: bool = False,
    neighbours: npt.NDArray[np.bool_] | None = None,
) -> Limits:
    """Means of groups of any size, from sums: ``sigma_i = s / sqrt(n_i)``, s pooled within groups.

    ``totals`` and ``squares``: sums of values and of squared values of the ``n`` answers of a group.
    ``centre`` is the mean of all answers of the baseline. ``laney``: times ``sigma_z``. Raises
    ValueError without answers, or with groups of one answer only.

    >>> found = mean_chart([30, 16, 41], [226, 130, 339], [4, 2, 5])
    >>> round(found.centre, 2), found.sigma.round(2).tolist()
    (7.91, [0.43, 0.6, 0.38])
    """
    total, square, size = (np.asarray(one, dtype=np.float64) for one in (totals, squares, n))
    mask = _mask(baseline, len(size))
    free = float((size[mask] - 1).sum())
    if free <= 0:
        raise ValueError("what differs within groups needs groups of two answers or more")
    within = float((square[mask] - total[mask] ** 2 / size[mask]).sum()) / free
    chance = np.sqrt(max(within, 0.0) / size)
    return _of_groups(
        total / size, float(total[mask].sum() / size[mask].sum()), chance, mask, laney, neighbours
    )


def p_chart(
    successes: npt.ArrayLike,
    n: npt.ArrayLike,
    baseline: Baseline = None,
    *,
    laney: bool = False,
    neighbours: npt.NDArray[np.bool_] | None = None,
) -> Limits:
    """Shares: ``sigma_i = sqrt(p (1 - p) / n_i)``; ``laney``: Laney's p' chart, times ``sigma_z``.

    ``successes`` of ``n``, one per point; ``centre`` p is all successes of the baseline over all n.
    R: ``qcc(type = "p")``, ``qicharts2::qic(chart = "pp")``. Raises ValueError without answers.

    >>> found = p_chart([7, 9, 4], [10, 12, 8])
    >>> round(found.centre, 3), found.sigma.round(3).tolist()
    (0.667, [0.149, 0.136, 0.167])
    """
    x, size = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    mask = _mask(baseline, len(size))
    p = float(x[mask].sum() / size[mask].sum())
    return _of_groups(x / size, p, np.sqrt(p * (1 - p) / size), mask, laney, neighbours)


def u_chart(
    events: npt.ArrayLike, size: npt.ArrayLike, baseline: Baseline = None, *, laney: bool = False
) -> Limits:
    """Events per unit of exposure: ``sigma_i = sqrt(u / size_i)``. R: ``qcc(type = "u")``.

    >>> round(u_chart([3, 5], [10, 12]).centre, 3)
    0.364
    """
    x, exposed = np.asarray(events, dtype=np.float64), np.asarray(size, dtype=np.float64)
    mask = _mask(baseline, len(x))
    u = float(x[mask].sum() / exposed[mask].sum())
    return _of_groups(x / exposed, u, np.sqrt(u / exposed), mask, laney, None)


def c_chart(events: npt.ArrayLike, baseline: Baseline = None, *, laney: bool = False) -> Limits:
    """Counts of events: ``sigma = sqrt(c)``, c their mean. R: ``qcc(type = "c")``.

    >>> c_chart([4, 4, 4]).upper.tolist()
    [10.0, 10.0, 10.0]
    """
    x = np.asarray(events, dtype=np.float64)
    return u_chart(x, np.ones(len(x)), baseline, laney=laney)


def _of_groups(
    values: Floats,
    centre: float,
    chance: Floats,
    mask: npt.NDArray[np.bool_],
    laney: bool,
    neighbours: npt.NDArray[np.bool_] | None,
) -> Limits:
    """Limits from chance within groups; Laney's sigma_z from the moving range of z."""
    if not laney:
        return Limits(values, centre, chance)
    if not (chance > 0).all():
        raise ValueError("answers that do not differ have no limits")
    mean = _moving_range((values - centre) / chance, mask, neighbours)
    return Limits(values, centre, chance * mean / d2(2), mean, mean / d2(2))


def _moving_range(x: Floats, mask: npt.NDArray[np.bool_], neighbours: npt.NDArray[np.bool_] | None) -> float:
    """The mean step between neighbours that both belong to the baseline."""
    steps = np.abs(np.diff(x))[mask[1:] & mask[:-1] & (True if neighbours is None else neighbours)]
    if not len(steps):
        raise ValueError("limits need at least two neighbouring values")
    return float(steps.mean())


def _mask(baseline: Baseline, k: int) -> npt.NDArray[np.bool_]:
    mask = np.zeros(k, dtype=bool)
    mask[slice(None) if baseline is None else np.asarray(baseline)] = True
    if not mask.any():
        raise ValueError("a chart needs at least one value")
    return mask
