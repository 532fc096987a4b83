"""Means of people who sit in clusters, with a standard error that knows it.

People of one session, and sessions of one trainer team, resemble each other: a mean over
people is less certain than their number suggests. Everything here works on the number of
people and the sum of their values per cluster.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.teams import memberships, varies

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ClusteredMeans:
    """Means of one or more values of the same people, with their covariance.

    ``means``: one per value; ``covariance`` their covariance and ``df`` its degrees of
    freedom; both unknown (NaN) with one cluster or when clusters do not differ at all.
    """

    means: Floats
    covariance: Floats
    df: float
    clusters: int

    @property
    def is_known(self) -> bool:
        """Whether there is a standard error."""
        return math.isfinite(self.df)

    def interval(self, value: int = 0, confidence: float = 0.95) -> Interval:
        """The mean of one of the values with its t interval."""
        estimate = float(self.means[value])
        if not self.is_known:
            return Interval(estimate)
        low, high = self.ends(value, confidence)
        return Interval(estimate, low, high)

    def ends(self, value: int = 0, confidence: float = 0.95) -> tuple[float, float]:
        """The two ends of that interval; NaN when there is no standard error."""
        half = _t(confidence, self.df) * math.sqrt(self.covariance[value, value])
        return float(self.means[value]) - half, float(self.means[value]) + half


def clustered_means(
    sizes: Sequence[int] | npt.ArrayLike, totals: npt.ArrayLike, *, teams: Sequence[str] | None = None
) -> ClusteredMeans:
    """The mean over all people, with a cluster-robust covariance for few clusters (CR2).

    With ``n_j`` people in cluster j, ``w_j = n_j / N`` and r_j the cluster's mean less the mean
    over all, the covariance is ``sum w_j^2 r_j r_j' / (1 - w_j)``: unbiased when people of a
    cluster do not resemble each other, nearly so when they do. Degrees of freedom by
    Satterthwaite under the same working model: k - 1 when clusters are equally large, fewer
    when one dominates. With clusters of one size the interval is the t interval of the
    cluster means; with clusters of one person the usual one.

    ``sizes``: people per cluster; ``totals``: the sum of their values per cluster, a column
    per value (or one column). ``teams``: per cluster its trainers as ``t1|t2``; clusters that
    share a trainer then widen the covariance by the factor of ``_sharing``. Raises ValueError
    without people or when the lengths differ.

    Source: Bell, McCaffrey, Survey Methodology 28 (2002) 169-181; Pustejovsky, Tipton, Journal
    of Business & Economic Statistics 36 (2018) 672-683. Software: R ``clubSandwich`` with
    ``vcovCR(lm(d ~ 1), cluster, "CR2")``.

    >>> found = clustered_means([4, 4, 4], [2.0, 6.0, 4.0])
    >>> found.means.tolist(), round(found.df, 6), [round(end, 3) for end in found.ends()]
    ([1.0], 2.0, [-0.242, 2.242])
    """
    n = np.asarray(sizes, dtype=float)
    sums = np.asarray(totals, dtype=float).reshape(len(n), -1)
    kept = n > 0
    n, sums = n[kept], sums[kept]
    if len(n) == 0:
        raise ValueError("a mean needs at least one person")
    weights = n / n.sum()
    means = sums.sum(axis=0) / n.sum()
    apart = sums / n[:, None] - means
    values = sums.shape[1]
    if len(n) == 1 or not any(varies(sums[:, i] / n) for i in range(values)):
        return ClusteredMeans(means, np.full((values, values), np.nan), math.nan, len(n))
    scale = weights**2 / (1 - weights)
    covariance = (scale[:, None] * apart).T @ apart
    if teams is not None:
        members = memberships([team for team, used in zip(teams, kept, strict=True) if used])
        covariance = covariance * _sharing(weights, scale, members)
    return ClusteredMeans(means, covariance, _df(n, weights, scale), len(n))


def fieller(found: ClusteredMeans, numerator: int, denominator: int, confidence: float = 0.95) -> Interval:
    """A ratio of two means with Fieller's interval.

    All rho for which ``|m_1 - rho m_0| <= t sqrt(v_11 - 2 rho v_01 + rho^2 v_00)``. It is an
    interval only when the denominator itself is clear of 0 at the same confidence; else the
    ratio says nothing and the result is empty.

    Source: Fieller, Journal of the Royal Statistical Society B 16 (1954) 175-185.

    >>> found = clustered_means([4, 4, 4, 4], [[2.0, 1.0], [4.0, 2.4], [3.0, 1.6], [3.0, 1.9]])
    >>> kept = fieller(found, 1, 0)
    >>> round(kept.estimate, 3), round(kept.low, 3), round(kept.high, 3)
    (0.575, 0.447, 0.646)
    """
    if not found.is_known:
        return Interval()
    top, base = float(found.means[numerator]), float(found.means[denominator])
    v_top = float(found.covariance[numerator, numerator])
    v_base = float(found.covariance[denominator, denominator])
    v_both = float(found.covariance[numerator, denominator])
    t = _t(confidence, found.df)
    lead = base**2 - t**2 * v_base
    if lead <= 0:
        return Interval()
    middle = top * base - t**2 * v_both
    root = math.sqrt(max(0.0, middle**2 - lead * (top**2 - t**2 * v_top)))
    return Interval(top / base, (middle - root) / lead, (middle + root) / lead)


def _df(n: Floats, weights: Floats, scale: Floats) -> float:
    """Satterthwaite: twice the squared mean of the variance estimate over its variance.

    The estimate is ``m' A m`` in the cluster means m, whose variances are one over their sizes.
    """
    centring = np.eye(len(n)) - weights
    spread = centring.T @ (scale[:, None] * centring) / n
    return float(np.trace(spread) ** 2 / (spread * spread.T).sum())


def _sharing(weights: Floats, scale: Floats, members: sparse.csr_array) -> float:
    """How much too small the covariance is when clusters share trainers; at least 1.

    If trainers differ and nothing else does, the mean has variance ``|sum w_j m_j|^2`` in
    units of theirs, m_j the membership of cluster j (one over its number of trainers), while
    the estimate expects ``sum w_j^2 |m_j - centre|^2 / (1 - w_j)``.
    """
    rows = members.toarray()
    centre = weights @ rows
    expected = float(scale @ ((rows - centre) ** 2).sum(axis=1))
    return max(1.0, float(centre @ centre) / expected) if expected > 0 else 1.0


def _t(confidence: float, df: float) -> float:
    return float(stats.t.ppf((1 + confidence) / 2, df))
