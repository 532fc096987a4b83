"""Penalised least squares: numerical derivatives, closed forms, and the same maximum as the dense way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.linear import reml
from qualitycycle.analysis.linear.least_squares import (
    MOST,
    NOTHING,
    Profile,
    Sums,
    differences,
    fit,
    posterior,
    profile,
    sums_of,
)
from qualitycycle.analysis.linear.reml import Floats
from qualitycycle.analysis.linear.units import Collapsed
from tests.analysis.linear.cases import answers, collapsed

BIMODAL = 0.05
"""The likelihood may have two tops; how much lower the one may be at which it stops."""


def folded(units: Collapsed) -> Sums:
    return sums_of(units.n, units.total, units.square, units.matrix.values, units.groupings)


def variances(found: Profile) -> Floats:
    theta = np.where(found.theta > NOTHING, found.theta, 0.0)
    return np.array([1.0, *theta**2]) * found.sigma**2


@pytest.mark.parametrize("restricted", [True, False])
def test_slopes_are_the_derivatives(restricted: bool) -> None:
    sums, at, step = folded(collapsed(answers(4))), np.array([0.6, 0.3]), 1e-5
    here = profile(sums, at, restricted)
    for i, move in enumerate(step * np.eye(2)):
        up, down = (profile(sums, at + sign * move, restricted) for sign in (1, -1))
        assert here.slope[i] == pytest.approx((up.deviance - down.deviance) / (2 * step), rel=1e-6)
        log = (np.log(up.sigma) - np.log(down.sigma)) / (2 * step)
        assert here.log_sigma_slope[i] == pytest.approx(log, rel=1e-6)


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.integers(0, 10**6), st.integers(5, 24), st.integers(2, 8), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
def test_it_is_the_maximum_of_the_dense_way(seed: int, sessions: int, trainers: int, spread: float) -> None:
    units = collapsed(answers(seed, sessions=sessions, trainers=trainers, spread=spread))
    found, converged = fit(folded(units), restricted=True)
    dense = reml.fit(units.dense())
    assert converged and dense.converged
    gap = found.deviance + 2 * dense.solved.value
    assert abs(gap) < BIMODAL
    if abs(gap) < 1e-6:
        assert variances(found) == pytest.approx(dense.solved.variances, rel=1e-3, abs=1e-3)
        level = [*found.coefficients]
        level[0] += folded(units).centre
        assert level == pytest.approx(dense.coefficients, abs=1e-4)
        assert found.covariance == pytest.approx(dense.solved.covariance, rel=5e-3, abs=1e-5)


@pytest.mark.parametrize("seed", [146, 181, 230, 391])
def test_a_spread_near_0_does_not_stick_at_0(seed: int) -> None:
    """The slope in theta is 0 at 0 whatever the data: here the climb once ended there."""
    units = collapsed(answers(seed, sessions=8, trainers=4, spread=0.25))
    found, _ = fit(folded(units), restricted=True)
    assert found.theta.max() > 0.03
    assert found.deviance == pytest.approx(-2 * reml.fit(units.dense()).solved.value, abs=1e-7)


@pytest.mark.parametrize("restricted", [True, False])
def test_balanced_groups_have_a_closed_form(restricted: bool) -> None:
    frame = answers(6, sessions=12)
    frame = frame[frame.groupby("session").cumcount() < 2]
    units = collapsed(frame, "mark ~ 1 + (1 | session)")
    means = units.total / 2
    within = float((units.square - units.total**2 / 2).sum()) / 12
    between = 2 * float(((means - means.mean()) ** 2).sum()) / (12 - restricted)
    found, converged = fit(folded(units), restricted)
    assert converged and between > within
    assert variances(found) == pytest.approx([within, (between - within) / 2], rel=1e-6)
    assert found.coefficients[0] + folded(units).centre == pytest.approx(means.mean())


def test_predictions_are_shrunken_means() -> None:
    """``b = n t / (n t + s) (mean - mu)`` with conditional variance ``t s / (n t + s)``."""
    units = collapsed(answers(8), "mark ~ 1 + (1 | session)")
    sums = folded(units)
    found, _ = fit(sums, restricted=True)
    answer, session = variances(found)
    mean = found.coefficients[0] + sums.centre
    known = units.n * session / (units.n * session + answer)
    [modes], [spreads] = posterior(sums, found)
    assert modes == pytest.approx(known * (units.total / units.n - mean))
    assert spreads == pytest.approx(session * (1 - known))


def test_what_cannot_be_told_is_held_at_0() -> None:
    frame = answers(9)
    units = collapsed(frame.assign(again=frame["session"]), "mark ~ arm + (1 | session) + (1 | again)")
    found, converged = fit(folded(units), restricted=True)
    alone, _ = fit(folded(collapsed(frame, "mark ~ arm + (1 | session)")), restricted=True)
    assert converged
    assert variances(found) == pytest.approx([*variances(alone), 0.0], rel=1e-6)
    assert found.deviance == pytest.approx(alone.deviance, abs=1e-8)


def test_sessions_that_each_agree_do_not_settle() -> None:
    frame = answers(2)
    frame["mark"] = frame.groupby("session")["mark"].transform("first")
    found, converged = fit(folded(collapsed(frame, "mark ~ arm + (1 | session)")), restricted=True)
    assert not converged
    assert found.theta.tolist() == [MOST]


def test_the_centre_keeps_the_digits() -> None:
    near = collapsed(answers(3))
    far = collapsed(answers(3).assign(mark=lambda frame: frame["mark"] + 1e5))
    one, two = (fit(folded(units), restricted=True)[0] for units in (near, far))
    assert variances(two) == pytest.approx(variances(one), rel=1e-4)
    assert two.coefficients == pytest.approx(one.coefficients, abs=1e-4)


def test_differences_of_a_polynomial() -> None:
    def cubes(at: Floats) -> Floats:
        return np.array([at[0] ** 2 + at[1], at[1] ** 3 / 3])

    found = differences(cubes, np.array([2.0, 3.0]), np.array([0, 1]))
    assert found == pytest.approx(np.array([[4.0, 0.0], [1.0, 9.0]]), abs=1e-5)
    only = differences(cubes, np.array([2.0, 3.0]), np.array([1]))
    assert only == pytest.approx(np.array([[1.0, 9.0]]), abs=1e-5)
