"""The answers follow the model: with large samples the truth comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qualitycycle.simulate import DEMO, Answer, ItemPlan, RegionPlan
from qualitycycle.simulate.answers import draw_answers, expected_mean, thresholds
from qualitycycle.vocabulary import Variant

MANY = 40_000
ITEMS = {item.id: item for item in DEMO.items}


def draw(
    plan: RegionPlan, variant: Variant, seed: int = 1, year: int = DEMO.cycles[0], **effects: float
) -> list[dict[str, Answer]]:
    rng = np.random.default_rng(seed)
    return draw_answers(
        rng,
        plan,
        partnership="DUIN",
        variant=variant,
        year=year,
        people=rng.standard_normal(MANY),
        session_effect=effects.get("session", 0.0),
        trainer_effect=effects.get("trainer", 0.0),
    )


def mean(answers: list[dict[str, Answer]], item: str) -> float:
    given = [row[item] for row in answers]
    return float(np.mean([score for score in given if isinstance(score, float)]))


def steady(**changes: object) -> RegionPlan:
    """The demo plan without a session's own deviation per item."""
    items = tuple(replace(item, own_sd=0.0) for item in DEMO.items)
    return replace(DEMO, items=items, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("item", ["TRN3", "TRN1", "INH3", "VRM1"])
def test_shares_of_a_tandem_are_those_of_the_plan(item: str) -> None:
    answers = draw(steady(person_sd=0.0), Variant.TANDEM)
    given = [row[item] for row in answers if isinstance(row[item], float)]
    weights = ITEMS[item].shares
    for score, weight in weights.items():
        share = given.count(float(score)) / len(given)
        assert share == pytest.approx(weight / sum(weights.values()), abs=0.01)


@pytest.mark.parametrize("item", ["TRN3", "TRN1", "INH3", "ALG1"])
@pytest.mark.parametrize("variant", [Variant.TANDEM, Variant.INSTITUTE_ONLY])
def test_means_follow_the_effects(item: str, variant: Variant) -> None:
    effect = ITEMS[item].effects.get(("DUIN", variant), 0.0)
    expected = expected_mean(ITEMS[item], effect, ITEMS[item].halo * DEMO.person_sd)
    assert mean(draw(steady(), variant), item) == pytest.approx(expected, abs=0.02)


def test_session_and_trainer_effects_shift_by_the_halo() -> None:
    plan = steady()
    for item in ("TRN3", "TRF2"):
        expected = expected_mean(ITEMS[item], ITEMS[item].halo * 1.5, ITEMS[item].halo * DEMO.person_sd)
        drawn = mean(draw(plan, Variant.TANDEM, session=1.0, trainer=0.5), item)
        assert drawn == pytest.approx(expected, abs=0.03)


def test_an_effect_is_a_shift_in_log_odds() -> None:
    """Without people who differ, every cumulative logit moves by exactly the effect."""
    plan = steady(person_sd=0.0)
    effect = ITEMS["TRN1"].effects["DUIN", Variant.INSTITUTE_ONLY]
    given = [row["TRN1"] for row in draw(plan, Variant.INSTITUTE_ONLY)]
    scores = np.array([score for score in given if isinstance(score, float)])
    below = np.array([(scores <= k).mean() for k in (1, 2, 3, 4)])
    logits = np.log(below / (1 - below))
    assert logits == pytest.approx(thresholds(ITEMS["TRN1"].shares) - effect, abs=0.06)


def test_an_action_works_from_its_cycle_on_where_it_applies() -> None:
    """TRN1 in institute-only sessions of DUIN: low in the first cycle, less so from the second on."""
    item = ITEMS["TRN1"]
    before, after = (item.level("DUIN", Variant.INSTITUTE_ONLY, year) for year in DEMO.cycles)
    assert after > before + 1
    for year, effect in zip(DEMO.cycles, (before, after), strict=True):
        expected = expected_mean(item, effect, item.halo * DEMO.person_sd)
        drawn = draw(steady(), Variant.INSTITUTE_ONLY, year=year)
        assert mean(drawn, "TRN1") == pytest.approx(expected, abs=0.02)
    first, second = (draw(steady(), Variant.TANDEM, year=year) for year in DEMO.cycles)
    assert first == second


def test_thresholds_are_the_logits_of_the_shares() -> None:
    found = thresholds({1: 10, 2: 40, 3: 50})
    assert found == pytest.approx([np.log(0.1 / 0.9), 0.0])


def test_expected_mean_without_spread_is_the_plain_mean() -> None:
    item = ItemPlan("X", {1: 1, 2: 1, 3: 2})
    assert expected_mean(item, 0.0, 0.0) == pytest.approx(2.25)
    assert expected_mean(item, 9.0, 0.0) == pytest.approx(3.0, abs=0.001)
