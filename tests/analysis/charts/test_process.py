"""What so many sessions can carry, and which chart they get."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis import mean_chart, p_chart, xmr
from qualitycycle.analysis.charts.process import BASELINE, assurance, process
from tests.analysis.charts.sessions import counted, sessions

WAVE = [8.0, 7.6, 8.2, 7.9, 8.3, 7.7, 8.1, 7.8, 8.0, 7.5, 8.2, 7.9, 8.1, 7.7, 8.2, 7.8]


@pytest.mark.parametrize(
    ("k", "stage", "baseline"), [(1, "run", 0), (4, "run", 0), (5, "trial", 5), (11, "trial", 11)]
)
def test_fewer_sessions_carry_less(k: int, stage: str, baseline: int) -> None:
    found = process(sessions(WAVE[:k]), share=False)
    assert (found.stage, found.baseline, found.signals) == (stage, baseline, ())
    assert (found.limits is None) is (stage == "run")
    assert found.centre == pytest.approx(np.median(WAVE[:k]) if stage == "run" else np.mean(WAVE[:k]))


def test_from_twelve_the_first_twelve_settle_the_limits() -> None:
    twelve, more = (process(sessions(values), share=False) for values in (WAVE[:12], [*WAVE[:12], 5.0, 5.0]))
    assert twelve.stage == more.stage == "full" and more.baseline == BASELINE == 12
    assert twelve.limits is not None and more.limits is not None
    assert more.limits.centre == twelve.limits.centre == pytest.approx(np.mean(WAVE[:12]))
    assert more.limits.sigma[0] == twelve.limits.sigma[0] == pytest.approx(xmr(WAVE[:12]).sigma[0])
    assert [(one.rule, one.side, one.points) for one in more.signals] == [
        ("beyond", "low", (12,)),
        ("beyond", "low", (13,)),
    ]


def test_no_sessions() -> None:
    assert process([], share=False).centre is None


def test_the_chart_follows_the_sizes() -> None:
    alike, twofold = [10] * 16, [10, 20] * 8
    for sizes in (alike, twofold):
        assert process(sessions(WAVE, sizes), share=False).kind == "xmr"
    uneven = [10, 21] * 8
    found = process(sessions(WAVE, uneven), share=False)
    points = sessions(WAVE, uneven)
    own = mean_chart([p.total for p in points], [p.total_sq for p in points], uneven, range(12), laney=True)
    assert found.kind == "means" and found.limits is not None
    assert found.limits.sigma.tolist() == pytest.approx(own.sigma.tolist())
    assert found.limits.sigma[1] < found.limits.sigma[0]


def test_shares_have_limits_per_size_that_hold_differences_between_sessions() -> None:
    successes, sizes = [8, 14, 9, 13, 8, 15, 7, 14, 9, 12, 8, 13], [12, 20] * 6
    found = process(counted(successes, sizes), share=True)
    own = p_chart(successes, sizes, range(12), laney=True)
    assert found.kind == "shares" and found.limits is not None
    assert found.limits.sigma.tolist() == pytest.approx(own.sigma.tolist())


def test_sessions_that_do_not_differ_are_no_failure() -> None:
    for points, share in ((sessions([8.0] * 14), False), (counted([10] * 14, [10] * 14), True)):
        found = process(points, share=share)
        assert found.still and found.limits is None and found.signals == () and found.stage == "full"


def test_the_chart_of_a_still_baseline_that_later_moves_is_silent() -> None:
    """No variation to judge by: nothing is told, instead of everything."""
    found = process(sessions([8.0] * 12 + [7.9, 8.1]), share=False)
    assert found.still and found.signals == ()


def test_a_known_step_is_found() -> None:
    """Two standard deviations down after the baseline, 12 more sessions: nearly always."""
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(60):
        values = 7 + 0.4 * rng.standard_normal(24) - np.repeat([0.0, 0.8], 12)
        found = process(sessions(values.tolist()), share=False)
        hits += any(one.side == "low" and one.points[-1] >= 12 for one in found.signals)
    assert hits >= 54


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(1, 10), min_size=5, max_size=20), st.randoms())
def test_the_order_of_rows_is_irrelevant(values: list[float], shuffler: random.Random) -> None:
    points = sessions(
        values, [5 + i % 9 for i in range(len(values))], [f"t{i % 4}" for i in range(len(values))]
    )
    mixed = points.copy()
    shuffler.shuffle(mixed)
    ours, theirs = process(points, share=False), process(mixed, share=False)
    assert (ours.points, ours.signals, ours.runs) == (theirs.points, theirs.signals, theirs.runs)
    if ours.limits is not None and theirs.limits is not None:
        assert ours.limits.sigma.tolist() == theirs.limits.sigma.tolist()


def test_a_norm_is_met_always_sometimes_or_never() -> None:
    chart = xmr(WAVE)
    reach = 3 * chart.sigma[0]
    low, high = chart.centre - reach, chart.centre + reach
    said = [assurance(chart, norm) for norm in (low, low + 0.01, high, high + 0.01)]
    assert said == ["always", "sometimes", "sometimes", "never"]
    turned = [assurance(chart, norm, higher=False) for norm in (high, high - 0.01, low, low - 0.01)]
    assert turned == ["always", "sometimes", "sometimes", "never"]
