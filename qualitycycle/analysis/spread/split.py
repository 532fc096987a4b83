"""The variance of single answers taken apart into shares, with intervals by profile likelihood.

With ``s_t`` the variance of a random term and ``c_t`` the mean over answers of its squared
memberships (1 for a session, 1/2 for trainers in pairs) a term's share is
``c_t s_t / (s_e + sum_u c_u s_u)``. The interval of a share holds every value at which the
restricted likelihood, the other shares free, is at most ``chi2(0.95; 1) / 2`` below its maximum;
0 belongs to it when that is so at 0. Source: Bates, Machler, Bolker and Walker, Journal of
Statistical Software 67 (2015) 1 (profiles); Pawitan, In All Likelihood (2001), chapter 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from scipy import optimize, stats

from qualitycycle.analysis.linear.least_squares import NOTHING, Sums, profile
from qualitycycle.analysis.linear.reml import Floats
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.spread.model import SpreadModel

ANSWERS = "answers"
DROP = float(stats.chi2.ppf(0.95, 1))
EDGE = 1e-6
"""A share is looked for between this and one less this."""
STEP, FINE = 0.02, 1e-3
"""How far from the best share the first look is, and how exactly an end is found."""

Fixed = tuple[Callable[[Floats], Floats], Callable[[Floats, Floats], Floats]]
"""Free parameters -> theta, and (parameters, slope in theta) -> slope in the parameters."""


@dataclass(frozen=True)
class Split:
    """Shares of the variance of single answers (fractions), by term and ``answers``.

    ``beside``: the share of partnerships where these are too few for a random term: the variance of
    their levels over that plus all others. It is not part of the shares, which add up to one.
    """

    shares: Mapping[str, Interval]
    beside: Interval | None = None

    def of(self, *terms: str) -> float:
        """The estimated shares of these terms together; 0 for one that is not there."""
        return sum(self.shares[term].estimate or 0.0 for term in terms if term in self.shares)


def split(model: SpreadModel) -> Split:
    """The shares of a fitted model, see the module.

    >>> import pandas as pd
    >>> from qualitycycle.analysis.spread.model import COLUMNS, fit_spread
    >>> rows = [(f"S{i}", "v", "c", "P", f"t{i % 6}", 10, 80.0 + 6 * (i % 6), 0.0) for i in range(18)]
    >>> sums = pd.DataFrame(rows, columns=COLUMNS)
    >>> sums["total_sq"] = sums["total"] ** 2 / 10 + 60
    >>> found = split(fit_spread(sums))
    >>> {term: round(share.estimate, 2) for term, share in found.shares.items()}
    {'answers': 0.85, 'session': 0.0, 'trainer': 0.15}
    """
    surface = Surface(model.fitted.sums, model.sizes, model.fitted.profile.theta)
    names = (ANSWERS, *model.random)
    shares = {name: surface.interval(at - 1) for at, name in enumerate(names)}
    return Split(shares, _beside(model))


@dataclass(frozen=True)
class Surface:
    """The profiled likelihood of ``sums`` as a function of shares; ``best`` maximises it.

    ``sizes``: the c_t. Terms are numbered from 0, the answers are -1.
    """

    sums: Sums
    sizes: Floats
    best: Floats
    lowest: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lowest", profile(self.sums, self._inside(self.best), True).deviance)

    def interval(self, which: int) -> Interval:
        """The share of one term with its 95 % interval."""
        ratios = np.append(self.sizes * np.where(self.best > NOTHING, self.best, 0.0) ** 2, 1.0)
        share = float(ratios[which] / ratios.sum())
        inside = min(max(share, EDGE), 1 - EDGE)
        low, high = self._end(which, inside, EDGE), self._end(which, inside, 1 - EDGE)
        return Interval(share, low if low > EDGE else 0.0, high if high < 1 - EDGE else 1.0)

    def excess(self, which: int, share: float) -> float:
        """How far the deviance at a share lies above the lowest, less what an interval allows."""
        theta, slope = self._towards(which, share)
        free = np.delete(self.best, which) if which >= 0 else self.best
        start = np.maximum(free, 0.05)

        def deviance(parameters: Floats) -> tuple[float, Floats]:
            at = profile(self.sums, self._inside(theta(parameters)), True)
            return at.deviance, slope(parameters, at.slope)

        if not len(start):
            return profile(self.sums, self._inside(theta(start)), True).deviance - self.lowest - DROP
        bounds = [(NOTHING, None)] * len(start)
        options = {"ftol": 1e-7, "gtol": 1e-3}
        found = optimize.minimize(
            deviance, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
        )
        return float(found.fun) - self.lowest - DROP

    def _end(self, which: int, share: float, edge: float) -> float:
        """The share between the best one and the edge at which nothing is left of the allowance."""
        excess = cache(lambda at: self.excess(which, at))
        near, step = share, STEP
        while True:
            far = max(share - step, edge) if edge < share else min(share + step, edge)
            if excess(far) > 0:
                return float(optimize.brentq(excess, *sorted((near, far)), xtol=FINE))
            if far == edge:
                return edge
            near, step = far, 2 * step

    def _towards(self, which: int, share: float) -> Fixed:
        return _answers_at(share, self.sizes) if which < 0 else _term_at(which, share, self.sizes)

    def _inside(self, theta: Floats) -> Floats:
        return np.maximum(theta, NOTHING)


def _term_at(which: int, share: float, sizes: Floats) -> Fixed:
    """The other thetas free; that of the term follows from its share."""
    odds, others = share / (1 - share), np.delete(sizes, which)

    def theta(free: Floats) -> Floats:
        own = math.sqrt(odds * (1 + float(others @ free**2)) / sizes[which])
        return np.insert(free, which, own)

    def slope(free: Floats, by_theta: Floats) -> Floats:
        own = theta(free)[which]
        found: Floats = np.delete(by_theta, which) + by_theta[which] * odds * others * free / (
            sizes[which] * own
        )
        return found

    return theta, slope


def _answers_at(share: float, sizes: Floats) -> Fixed:
    """All thetas on the ellipse that leaves the answers their share; its directions are free."""
    radius = np.sqrt((1 - share) / share / sizes)

    def theta(free: Floats) -> Floats:
        found: Floats = radius * free / np.linalg.norm(free)
        return found

    def slope(free: Floats, by_theta: Floats) -> Floats:
        length = float(np.linalg.norm(free))
        unit, pull = free / length, radius * by_theta
        found: Floats = (pull - unit * float(unit @ pull)) / length
        return found

    return theta, slope


def _beside(model: SpreadModel) -> Interval | None:
    """The share of partnerships in the fixed part, its interval from a noncentral F.

    The variance of their levels over the answers, less what sampling adds to it.
    """
    names = [name for name in model.fitted.coefficients.index if str(name).startswith("partnership")]
    if "partnership" not in model.fixed or not names:
        return None
    counts = model.sessions.groupby("partnership")["n"].sum().sort_index().to_numpy(dtype=float)
    weights = counts / counts.sum()
    centring = (np.eye(len(weights)) - weights)[:, 1:]
    effects = model.fitted.coefficients[names].to_numpy()
    covariance = model.fitted.covariance.loc[names, names].to_numpy()
    levels = centring @ effects
    raw = float(weights @ levels**2)
    noise = float(weights @ np.diag(centring @ covariance @ centring.T))
    statistic = float(effects @ np.linalg.solve(covariance, effects))
    df = min(model.fitted.contrast({str(name): 1.0}).df for name in names)
    low, high = _noncentrality(statistic / len(names), len(names), df)
    rest = float(model.variances[0] + model.sizes @ model.variances[1:])
    ends = (max(raw - noise, 0.0), raw * low / statistic, raw * high / statistic)
    return Interval(*(end / (end + rest) for end in ends))


def _noncentrality(f: float, df: int, spare: float) -> tuple[float, float]:
    """The 95 % interval of the noncentrality of an observed F (Steiger and Fouladi, 1997)."""

    def end(tail: float) -> float:
        def miss(value: float) -> float:
            return float(stats.ncf.cdf(f, df, spare, value)) - tail

        if stats.f.cdf(f, df, spare) <= tail:
            return 0.0
        high = 4.0 * (df * f + 10)
        while miss(high) > 0:
            high *= 2
        return float(optimize.brentq(miss, 1e-9, high))

    return end(0.975), end(0.025)
