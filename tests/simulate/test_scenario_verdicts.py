"""What the comparison says where the truth is known: over seeds, on answers drawn from the plan."""

from __future__ import annotations

from collections import Counter

import pytest

from qualitycycle.analysis.compare import Options, compare_measure
from qualitycycle.analysis.comparison import Comparison
from qualitycycle.analysis.measure import Measure, at_ceiling
from qualitycycle.simulate import scenario_plan, simulate_region, truth_of
from qualitycycle.vocabulary import Verdict
from tests.simulate.test_verdicts import CONFIG, counts

SEEDS = range(1, 13)
OPTIONS = Options(ordinal=False)


def told(scenario: str, item: str, seed: int) -> Comparison:
    answers = counts(simulate_region(seed, scenario_plan(scenario)), item)
    measure = Measure(item, CONFIG.scale_of(item))
    full = Measure(item, CONFIG.scale_of(item), ceiling=at_ceiling(answers, measure))
    found = {one.arm: one for one in compare_measure(answers, measure=full, options=OPTIONS)}
    return found["institute_only"]


def verdicts(scenario: str, item: str) -> Counter[Verdict]:
    return Counter(told(scenario, item, seed).verdict for seed in SEEDS)


def test_nothing_is_found_where_nothing_is() -> None:
    found = verdicts("null", "TRN3")
    assert found[Verdict.WORSE] + found[Verdict.BETTER] <= 2
    assert found[Verdict.EQUIVALENT] >= 6


def test_a_large_effect_is_found() -> None:
    assert verdicts("tandem", "TRN3")[Verdict.WORSE] >= 10


def test_one_weak_trainer_is_not_told_as_the_variant() -> None:
    found = verdicts("dominant_trainer", "TRN3")
    assert found[Verdict.WORSE] <= 1


def test_at_the_ceiling_the_effect_is_found_on_the_best_answer() -> None:
    found = [told("ceiling", "TRN1", seed) for seed in SEEDS]
    assert {one.deciding for one in found} == {"top"}
    assert sum(one.verdict is Verdict.WORSE for one in found) >= 10


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_difference_within_trainers_is_near_the_truth(seed: int) -> None:
    rows = truth_of(scenario_plan("tandem"), CONFIG.instrument)["items"]
    [mean] = [r["mean_difference"] for r in rows if (r["item"], r["arm"]) == ("TRN3", "institute_only")]
    within = told("tandem", "TRN3", seed).within_trainers
    assert within is not None and within.units == 3
    assert within.difference.low is not None and within.difference.high is not None
    assert within.difference.low < mean < within.difference.high
