"""Satterthwaite's degrees of freedom with many groups, from the curvature of the likelihood.

``df = 2 v^2 / (g' W g)``: v the variance of a contrast, g its derivatives in (theta, log sigma)
and W twice the inverse curvature of the deviance in these. Variances of 0 are left out.
Source: Kuznetsova, Brockhoff and Christensen, Journal of Statistical Software 82 (2017) 13 (lmerTest).
"""

from __future__ import annotations

import numpy as np

from qualitycycle.analysis.linear.least_squares import NOTHING, Profile, Sums, differences, profile
from qualitycycle.analysis.linear.reml import Floats
from qualitycycle.analysis.linear.small_sample import LEAST_DF, Contrast


def contrast(sums: Sums, fitted: Profile, restricted: bool, weights: Floats) -> Contrast:
    """``weights @ coefficients`` of ``fitted``, around the centre of ``sums``."""
    spare = sums.answers - (len(weights) if restricted else 0)

    def at(parameters: Floats) -> tuple[Profile, float]:
        found = profile(sums, parameters[:-1], restricted)
        return found, found.sigma / float(np.exp(parameters[-1]))

    def slope(parameters: Floats) -> Floats:
        found, ratio = at(parameters)
        by_theta = found.slope + 2 * spare * (ratio**2 - 1) * found.log_sigma_slope
        whole: Floats = np.append(by_theta, 2 * spare * (1 - ratio**2))
        return whole.take(chosen)

    def variance(parameters: Floats) -> Floats:
        found, ratio = at(parameters)
        return np.array([weights @ found.covariance @ weights / ratio**2])

    here = np.append(fitted.theta, np.log(fitted.sigma))
    chosen = np.append(np.flatnonzero(fitted.theta > NOTHING), len(here) - 1)
    curvature = differences(slope, here, chosen)
    change = differences(variance, here, chosen)[:, 0]
    value = float(variance(here)[0])
    known = float(change @ np.linalg.solve((curvature + curvature.T) / 4, change))
    df = max(LEAST_DF, 2 * value**2 / known)
    return Contrast(float(weights @ fitted.coefficients), value**0.5, df)
