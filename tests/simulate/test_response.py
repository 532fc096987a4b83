"""Who answers: pure chance, or more chance for some; on average as many as the plan says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qualitycycle.simulate import RegionPlan, scenario_plan
from qualitycycle.simulate.response import draw_people, intercept
from qualitycycle.vocabulary import Variant

PLAN = scenario_plan("null")
HOME = PLAN.partnerships[0]
MANY = 60_000
ARM = Variant.INSTITUTE_ONLY


def drawn(plan: RegionPlan, variant: Variant = ARM, attended: int = MANY) -> tuple[np.ndarray, int]:
    crowded = replace(plan, responses=(0, attended))
    return draw_people(np.random.default_rng(5), crowded, HOME, variant, attended)


def willing(slope: float) -> RegionPlan:
    return replace(PLAN, willingness={ARM: slope})


@pytest.mark.parametrize("slope", [-3.0, -0.5, 0.0, 1.0])
def test_as_many_answer_as_the_plan_says(slope: float) -> None:
    """The intercept uses an approximation that is off by less than two points."""
    people, n = drawn(willing(slope))
    assert len(people) == MANY
    assert n / MANY == pytest.approx(HOME.response, abs=0.02)


@pytest.mark.parametrize("slope", [-2.0, 0.0, 1.0])
def test_everybody_present_is_an_ordinary_crowd(slope: float) -> None:
    people, _ = drawn(willing(slope))
    assert np.mean(people) == pytest.approx(0.0, abs=4 / np.sqrt(MANY))
    assert np.std(people) == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize("slope", [-2.0, 0.0, 1.0])
def test_the_log_odds_of_answering_rise_with_the_willingness(slope: float) -> None:
    people, n = drawn(willing(slope))
    answered = np.arange(MANY) < n
    for content in (-1.5, 0.0, 1.5):
        near = np.abs(people - content) < 0.1
        rate = answered[near].mean()
        expected = intercept(HOME.response, slope) + slope * content
        assert np.log(rate / (1 - rate)) == pytest.approx(expected, abs=0.3)


def test_without_willingness_only_those_who_answer_are_drawn() -> None:
    people, n = drawn(replace(PLAN, willingness={}))
    assert len(people) == n
    assert n / MANY == pytest.approx(HOME.response, abs=0.01)


@pytest.mark.parametrize("slope", [None, -2.0, 0.0])
@pytest.mark.parametrize(("attended", "bounds"), [(4, (4, 4)), (30, (6, 20)), (300, (20, 20))])
def test_the_number_of_answers_keeps_its_bounds(
    slope: float | None, attended: int, bounds: tuple[int, int]
) -> None:
    plan = replace(PLAN, willingness={} if slope is None else {ARM: slope})
    low, high = bounds
    for seed in range(20):
        _, n = draw_people(np.random.default_rng(seed), plan, HOME, ARM, attended)
        assert low <= n <= high
