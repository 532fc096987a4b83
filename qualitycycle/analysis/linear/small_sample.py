"""Contrasts of a linear mixed model that hold up with few groups: Kenward and Roger.

With few sessions and trainers the variances are poorly known. The covariance of the
coefficients is enlarged for that (Kenward and Roger's adjustment), and a contrast is read
against a t distribution with Satterthwaite's degrees of freedom,
``df = 2 v^2 / (g' W g)``, v the variance of the contrast, g its derivatives in the variances
and W their covariance from the expected information. A variance that is small beside its own
standard error (``NEGLIGIBLE``) is taken as known: it cannot be much smaller, so what W says of
it would only widen the interval. Calibrated in ``benchmarks/calibration.py``.
Source: Kenward and Roger, Biometrics 53 (1997) 983-997; Halekoh and Hojsgaard, the R package
pbkrtest (which keeps all variances in W: with few teams that is far too cautious).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from qualitycycle.analysis.linear.reml import Floats, Restricted

LEAST_DF = 1.0
NEGLIGIBLE = 0.3
"""A variance below this times its standard error is taken as known."""
SURE = 1e12
"""Degrees of freedom where the variances are known."""


@dataclass(frozen=True)
class Contrast:
    """A linear combination of coefficients: estimate, standard error and degrees of freedom."""

    estimate: float
    se: float
    df: float

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """``estimate -+ t(df) se``.

        >>> low, high = Contrast(1.0, 0.5, 10.0).interval()
        >>> round(low, 3), round(high, 3)
        (-0.114, 2.114)
        """
        half = float(stats.t.ppf((1 + confidence) / 2, self.df)) * self.se
        return self.estimate - half, self.estimate + half

    @property
    def p(self) -> float:
        """Two-sided, for a true value of 0."""
        return float(2 * stats.t.sf(abs(self.estimate) / self.se, self.df)) if self.se > 0 else math.nan


@dataclass(frozen=True)
class Adjusted:
    """The adjusted covariance of the coefficients, and what the degrees of freedom need.

    ``slopes``: the derivative of the plain covariance in each variance that counts;
    ``spread``: the covariance of these variances.
    """

    coefficients: Floats
    plain: Floats
    covariance: Floats
    slopes: tuple[Floats, ...]
    spread: Floats

    def contrast(self, weights: Floats) -> Contrast:
        """``weights @ coefficients`` with its standard error and degrees of freedom."""
        variance = float(weights @ self.plain @ weights)
        slope = np.array([weights @ part @ weights for part in self.slopes])
        known = float(slope @ self.spread @ slope)
        df = 2 * variance**2 / known if known > 0 else SURE
        se = math.sqrt(float(weights @ self.covariance @ weights))
        return Contrast(float(weights @ self.coefficients), se, max(LEAST_DF, df))


def adjust(fit: Restricted, *, negligible: float = NEGLIGIBLE) -> Adjusted:
    """Kenward and Roger's adjustment at a fit.

    ``negligible``: variances up to this many of their standard errors are taken as known
    (below 0: none, as pbkrtest does).
    """
    solved = fit.solved
    errors = np.sqrt(np.diag(_inverse(fit.information)))
    counts = solved.variances > negligible * errors
    counts[0] = True
    kept = np.flatnonzero(counts)
    spread = _inverse(fit.information[np.ix_(kept, kept)])
    weighted, covariance = solved.weighted, solved.covariance
    bent = [_bent(fit, int(i), weighted) for i in kept]
    through = [weighted.T @ part for part in bent]
    added = np.zeros_like(covariance)
    for i, one in enumerate(bent):
        left = solved.inverse @ one
        for j, other in enumerate(bent):
            added += spread[i, j] * (left.T @ other - through[i] @ covariance @ through[j])
    enlarged: Floats = covariance + 2 * covariance @ added @ covariance
    slopes = tuple(covariance @ part @ covariance for part in through)
    return Adjusted(fit.coefficients, covariance, enlarged, slopes, spread)


def _inverse(information: Floats) -> Floats:
    """The inverse of information, whatever the scales of the variances; 0 where there is none."""
    size = np.sqrt(np.diag(information))
    unit = np.divide(1.0, size, out=np.zeros(len(size)), where=size > 0)
    scale = np.outer(unit, unit)
    found: Floats = np.linalg.pinv(information * scale, rcond=1e-12, hermitian=True) * scale
    return found


def _bent(fit: Restricted, which: int, weighted: Floats) -> Floats:
    """``V_i V^-1 X``, V_i the derivative of V in one of the variances."""
    if which == 0:
        scaled: Floats = weighted / fit.units.n[:, None]
        return scaled
    load = fit.units.loads[which - 1]
    found: Floats = load @ (load.T @ weighted)
    return found
