"""What must hold of every chart, whatever the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis import mean_chart, p_chart, signals, xmr
from qualitycycle.analysis.charts.limits import Limits

VALUES = st.lists(st.floats(1, 10, allow_nan=False), min_size=4, max_size=30).filter(
    lambda values: np.abs(np.diff(values)).max() > 1e-3
)
FEW = settings(max_examples=40, deadline=None)


def alike(chart: Limits, other: Limits, factor: float = 1.0, shift: float = 0.0) -> None:
    """Limits moved and stretched, and the same signals but for those on the very edge."""
    for ours, theirs in (
        (chart.centre, other.centre),
        (chart.lower, other.lower),
        (chart.upper, other.upper),
    ):
        assert np.asarray(theirs) == pytest.approx(np.asarray(ours) * factor + shift, rel=1e-9, abs=1e-9)
    edges = np.abs(chart.z)[:, None] - np.array([0, 2, 3])
    if np.abs(edges).min() > 1e-6 and np.abs(np.diff(chart.values)).min() > 1e-6:
        assert signals(chart.z) == signals(other.z)


@FEW
@given(VALUES, st.floats(-50, 50))
def test_shifting_all_values_shifts_the_limits_and_nothing_else(values: list[float], shift: float) -> None:
    alike(xmr(values), xmr(np.array(values) + shift), shift=shift)


@FEW
@given(VALUES, st.floats(0.01, 100))
def test_scaling_all_values_scales_the_limits(values: list[float], factor: float) -> None:
    alike(xmr(values), xmr(np.array(values) * factor), factor)


@FEW
@given(VALUES, st.integers(2, 20))
def test_with_equal_sizes_a_chart_of_means_is_that_of_single_values(values: list[float], n: int) -> None:
    """Chance within groups cancels out: what neighbours differ by is left."""
    means = np.array(values)
    groups = mean_chart(means * n, (means**2 + 1) * n, np.full(len(values), n), laney=True)
    alike(xmr(values), groups)


def test_laney_widens_where_sessions_differ_more_than_chance() -> None:
    rng = np.random.default_rng(4)
    n = np.full(200, 30)
    steady = rng.binomial(30, 0.6, 200)
    moving = rng.binomial(30, rng.choice([0.4, 0.8], 200))
    assert p_chart(steady, n, laney=True).sigma_z == pytest.approx(1, abs=0.15)
    assert (p_chart(moving, n, laney=True).sigma_z or 0) > 2


def test_a_baseline_judges_what_comes_after() -> None:
    first = [8.0, 7.6, 8.2, 7.9]
    chart = xmr([*first, 3.0], range(4))
    assert chart.centre == xmr(first).centre
    assert [one.points for one in signals(chart.z)] == [(4,)]
    masked = xmr([*first, 3.0], np.array([True] * 4 + [False]))
    assert masked.sigma.tolist() == chart.sigma.tolist()


def test_limits_cut_off_at_the_ends_of_the_scale() -> None:
    low, high = xmr([9.0, 10.0, 9.0, 10.0]).within(1, 10)
    assert high.tolist() == [10.0] * 4 and low.min() < 9


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: xmr([]), "at least one value"),
        (lambda: xmr([8.0]), "two neighbouring"),
        (lambda: p_chart([5, 5], [5, 5], laney=True), "do not differ"),
        (lambda: mean_chart([8, 7], [64, 49], [1, 1]), "two answers or more"),
    ],
)
def test_what_has_no_limits_is_refused(call: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()  # type: ignore[operator]
