"""Satterthwaite's degrees of freedom with many groups, from the curvature of the likelihood.

``df = 2 v^2 / (g' W g)``: v the variance of a contrast, g its derivatives in (theta, log sigma)
and W twice the inverse curvature of the deviance in these. Variances of 0 are left out.
Source: Kuznetsova, Brockhoff and Christensen, Journal of Statistical Software 82 (2017) 13 (lmerTest).
"""

from __future__ import annotations

import numpy as np

from qualitycycle.analysis.linear.least_squares import NOTHING, Profile, Sums, differences, profile
from qualitycycle.analysis.linear.reml import Floats
from qualitycycle.analysis.linear.small_sample import Adjusted


def adjust(sums: Sums, fitted: Profile, restricted: bool) -> Adjusted:
    """The covariance of the coefficients of ``fitted`` (around the centre of ``sums``) and its slopes."""
    size = len(fitted.coefficients)
    spare = sums.answers - (size if restricted else 0)

    def at(parameters: Floats) -> tuple[Profile, float]:
        found = profile(sums, parameters[:-1], restricted)
        return found, found.sigma / float(np.exp(parameters[-1]))

    def slope_and_covariance(parameters: Floats) -> Floats:
        found, ratio = at(parameters)
        by_theta = found.slope + 2 * spare * (ratio**2 - 1) * found.log_sigma_slope
        slope: Floats = np.append(by_theta, 2 * spare * (1 - ratio**2))
        return np.concatenate([slope.take(chosen), found.covariance.ravel() / ratio**2])

    here = np.append(fitted.theta, np.log(fitted.sigma))
    chosen = np.append(np.flatnonzero(fitted.theta > NOTHING), len(here) - 1)
    table = differences(slope_and_covariance, here, chosen)
    curvature, slopes = table[:, : len(chosen)], table[:, len(chosen) :]
    return Adjusted(
        fitted.coefficients,
        fitted.covariance,
        fitted.covariance,
        tuple(row.reshape(size, size) for row in slopes),
        np.linalg.inv((curvature + curvature.T) / 4).astype(float),
    )
