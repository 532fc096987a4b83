"""The truth is worked out, not drawn: many drawn regions agree with it, and so do other ways to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qualitycycle.analysis.ordinal import clm
from qualitycycle.config import load_config
from qualitycycle.simulate import (
    DEMO,
    SCENARIOS,
    RegionPlan,
    SessionForms,
    SimulatedRegion,
    scenario_plan,
    simulate_region,
    true_answers,
    truth_of,
)
from qualitycycle.simulate.answers import draw_answers
from qualitycycle.simulate.scenarios import DOMINANT_EFFECT, DOMINANT_TRAINER, TANDEM_EFFECT
from qualitycycle.vocabulary import Variant

INSTRUMENT = load_config(Path(__file__).parents[2]).instrument
SEEDS = range(40)
ITEMS = ("TRN1", "TRN3", "INH3", "VRM2")
MEASURES = ("mean", "favourable", "top")
REGIONS = 4.0
"""How many standard errors of the mean over regions the truth may be away."""


def truth(plan: RegionPlan, item: str, arm: Variant = Variant.INSTITUTE_ONLY) -> Any:
    [found] = [one for one in true_answers(plan, INSTRUMENT) if (one.item, one.arm) == (item, arm)]
    return found


@cache
def regions(scenario: str) -> list[SimulatedRegion]:
    plan = scenario_plan(scenario)
    return [simulate_region(seed, plan) for seed in SEEDS]


def reading(item: str, measure: str, answers: Iterable[Mapping[str, Any]]) -> float:
    """One session's mean score, share of favourable or share of top answers."""
    scale = INSTRUMENT.scale_of(item)
    scores = [row[item] for row in answers if isinstance(row.get(item), float)]
    top = 3.0 if scale.kind == "balanced" else scale.scores()[-1]
    read = {"mean": float, "favourable": scale.is_favourable, "top": lambda score: score == top}[measure]
    return float(np.mean([read(score) for score in scores]))


def difference(
    region: SimulatedRegion,
    item: str,
    measure: str,
    *,
    everybody: bool = False,
    without: frozenset[str] = frozenset(),
) -> float:
    """Institute-only minus tandem, every session counting once; ``everybody``: the silent too."""
    means: dict[Variant, list[float]] = {Variant.INSTITUTE_ONLY: [], Variant.TANDEM: []}
    for session in region.forms:
        if session.variant in means and session.session not in without:
            answers = [form.answers for form in session.forms] + [*session.silent] * everybody
            means[session.variant].append(reading(item, measure, answers))
    return float(np.mean(means[Variant.INSTITUTE_ONLY]) - np.mean(means[Variant.TANDEM]))


def given_by(region: SimulatedRegion, trainer: str) -> frozenset[str]:
    rows = region.records["session_trainers"]
    return frozenset(row["session"] for row in rows if row["trainer"] == trainer)


def agree(drawn: list[float], expected: float) -> None:
    error = np.std(drawn, ddof=1) / np.sqrt(len(drawn))
    assert abs(np.mean(drawn) - expected) < REGIONS * error, (np.mean(drawn), expected, error)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_many_regions_show_what_the_truth_says_is_seen(scenario: str) -> None:
    plan = scenario_plan(scenario)
    for item in ITEMS:
        seen = truth(plan, item).seen
        for measure in MEASURES:
            if getattr(seen, measure) is not None:
                drawn = [difference(region, item, measure) for region in regions(scenario)]
                agree(drawn, getattr(seen, measure))


@pytest.mark.parametrize("scenario", ["null", "tandem", "ceiling", "selective_response"])
def test_the_true_difference_is_that_of_everybody_present(scenario: str) -> None:
    plan = scenario_plan(scenario)
    for item in ("TRN1", "TRN3", "INH3"):
        for measure in MEASURES:
            drawn = [difference(region, item, measure, everybody=True) for region in regions(scenario)]
            agree(drawn, getattr(truth(plan, item).true, measure))


def test_without_the_dominant_trainer_there_is_no_difference() -> None:
    drawn = [
        difference(one, "TRN3", "mean", without=given_by(one, DOMINANT_TRAINER))
        for one in regions("dominant_trainer")
    ]
    agree(drawn, 0.0)


@pytest.mark.parametrize("scenario", ["null", "dominant_trainer", "selective_response"])
def test_no_effect_is_exactly_no_difference(scenario: str) -> None:
    for one in true_answers(scenario_plan(scenario), INSTRUMENT):
        assert {one.true.mean, one.true.favourable, one.true.top} <= {0.0, None}
        assert one.odds_ratio in (1.0, None)


@pytest.mark.parametrize("scenario", ["dominant_trainer", "selective_response"])
def test_where_counting_misleads_it_shows_institute_only_as_worse(scenario: str) -> None:
    for item in ("TRN1", "TRN3", "ZEL1", "ZEL"):
        assert truth(scenario_plan(scenario), item).seen.mean < -0.1


def test_the_naive_difference_is_biased_among_those_who_answer_only() -> None:
    """Of the same people: those who answered show a difference, everybody present does not."""
    answered, everybody = (
        [difference(one, "TRN3", "mean", everybody=silent) for one in regions("selective_response")]
        for silent in (False, True)
    )
    gap = np.subtract(answered, everybody)
    assert np.mean(gap) < -4 * np.std(gap, ddof=1) / np.sqrt(len(gap))
    agree(everybody, 0.0)


def test_the_tandem_effect_is_large_enough_to_matter() -> None:
    for scenario in ("tandem", "ceiling"):
        for item in ("TRN1", "TRN3"):
            one = truth(scenario_plan(scenario), item)
            assert one.log_odds == TANDEM_EFFECT
            assert one.true.mean < -(INSTRUMENT.scale_of(item).relevant_mean or 0)
            assert truth(scenario_plan(scenario), item, Variant.SCHOOL_ONLY).true.mean == pytest.approx(0)


def test_the_odds_ratio_is_what_a_model_finds_in_many_answers() -> None:
    """Without sessions and trainers that differ, 80,000 people, and a cumulative logit model."""
    plan = scenario_plan("tandem")
    plan = replace(plan, items=tuple(replace(item, own_sd=0.0) for item in plan.items))
    rng = np.random.default_rng(6)
    counts = []
    for variant in (Variant.INSTITUTE_ONLY, Variant.TANDEM):
        drawn = draw_answers(
            rng,
            plan,
            partnership="DUIN",
            variant=variant,
            year=2025,
            people=rng.standard_normal(40_000),
            session_effect=0.0,
            trainer_effect=0.0,
        )
        counts += [(row[item], item, str(variant)) for row in drawn for item in ("TRN1", "TRN3")]
    frame = pd.DataFrame(counts, columns=["score", "item", "variant"]).dropna()
    frame = frame.value_counts().rename("n").reset_index()
    frame["institute"] = (frame["variant"] == Variant.INSTITUTE_ONLY).astype(float)
    for item in ("TRN1", "TRN3"):
        model = clm("score ~ institute", frame[frame["item"] == item], weights="n")
        away = model.coefficients["institute"] - np.log(truth(plan, item).odds_ratio)
        assert abs(away) < 4 * model.standard_errors["institute"] < 0.1


def test_without_people_who_differ_the_odds_ratio_is_the_effect() -> None:
    plan = replace(scenario_plan("tandem"), person_sd=0.0)
    one = truth(plan, "TRN3")
    assert one.odds_ratio == pytest.approx(np.exp(TANDEM_EFFECT))
    assert one.trainer_sd == pytest.approx(0.5)
    assert one.session_sd == pytest.approx(np.hypot(0.5, 0.15))


def test_sessions_and_trainers_differ_by_about_four_tenths() -> None:
    for item in ("TRN1", "TRN3"):
        one = truth(scenario_plan("null"), item)
        assert (one.session_sd, one.trainer_sd) == pytest.approx((0.4, 0.4), abs=0.02)


def test_a_reversed_question_turns_its_difference_around() -> None:
    items = tuple(
        item.model_copy(update={"direction": "lower"}) if item.id == "TRN1" else item
        for item in INSTRUMENT.items
    )
    plan = scenario_plan("tandem")
    turned = [
        one
        for one in true_answers(plan, INSTRUMENT.model_copy(update={"items": items}))
        if (one.item, one.arm) == ("TRN1", Variant.INSTITUTE_ONLY)
    ]
    assert turned[0].true.mean == pytest.approx(-truth(plan, "TRN1").true.mean)
    assert turned[0].true.favourable > 0 and turned[0].true.top > 0


def test_a_score_is_the_mean_of_its_items() -> None:
    plan = scenario_plan("dominant_trainer")
    items = [truth(plan, f"ZEL{number}").seen.mean for number in (1, 2, 3, 4)]
    assert truth(plan, "ZEL").seen.mean == pytest.approx(np.mean(items))
    assert truth(plan, "ZEL").odds_ratio is None


def test_the_keys_of_the_truth_are_fixed() -> None:
    told = truth_of(scenario_plan("dominant_trainer"), INSTRUMENT)
    assert set(told) == {
        *("cycles", "reference", "sessions", "latent_sd", "items", "known_trainers", "response", "change"),
        "actions",
    }
    assert set(told["items"][0]) == {
        *("item", "arm", "reference", "log_odds", "odds_ratio", "session_sd", "trainer_sd", "seen"),
        *("mean_difference", "favourable_difference", "top_difference"),
    }
    assert set(told["items"][0]["seen"]) == {
        *("mean_difference", "favourable_difference", "top_difference"),
    }
    assert set(told["response"][0]) == {"partnership", "arm", "intercept", "willingness", "rate"}


def test_the_truth_names_the_dominant_trainer_and_what_he_gives() -> None:
    [known] = truth_of(scenario_plan("dominant_trainer"), INSTRUMENT)["known_trainers"]
    assert known == {
        "trainer": DOMINANT_TRAINER,
        "log_odds": DOMINANT_EFFECT,
        "sessions": {"tandem": [2, 30], "school_only": [0, 6], "institute_only": [9, 12]},
    }
    assert truth_of(scenario_plan("null"), INSTRUMENT)["known_trainers"] == []


def test_the_truth_says_who_answers() -> None:
    response = truth_of(scenario_plan("selective_response"), INSTRUMENT)["response"]
    willing = {one["arm"]: one["willingness"] for one in response}
    assert willing["institute_only"] < 0 == willing["tandem"] == willing["school_only"]
    assert all(one["rate"] == pytest.approx(0.6, abs=0.02) for one in response)


def test_an_action_moves_its_question_where_it_works_and_nothing_else() -> None:
    """The demo drawn twice, with and without what actions do; over regions as the truth says."""
    still = replace(DEMO, items=tuple(replace(item, changes=()) for item in DEMO.items))
    told = {one["item"]: one for one in truth_of(DEMO, INSTRUMENT)["actions"]}
    moved: dict[str, list[float]] = {item: [] for item, one in told.items() if one["log_odds"]}
    assert set(moved) == {"TRN1", "INH1", "INH3"} and told["TRN3"]["mean_difference"] == 0.0
    for seed in range(12):
        pairs = zip(simulate_region(seed, DEMO).forms, simulate_region(seed, still).forms, strict=True)
        shifts: dict[str, list[float]] = {item: [] for item in moved}
        for changed, plain in pairs:
            forms = list(zip(changed.forms, plain.forms, strict=True))
            differing = {
                id for one, other in forms for id in one.answers if one.answers[id] != other.answers[id]
            }
            assert differing <= set(working(changed, told)), changed.session
            for item in working(changed, told):
                readings = [reading(item, "mean", (pair[k].answers for pair in forms)) for k in (0, 1)]
                shifts[item].append(readings[0] - readings[1])
        for item, found in shifts.items():
            moved[item].append(float(np.mean(found)))
    for item, drawn in moved.items():
        agree(drawn, told[item]["mean_difference"])


def working(session: SessionForms, told: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The questions that an action changes in a session of the second cycle."""
    partnership, years, _ = session.session.split("-")
    return [
        id
        for id, one in told.items()
        if one["log_odds"]
        and (one["partnership"], one["since"][2:4] + one["since"][7:]) == (partnership, years)
        and one["variant"] in (None, str(session.variant))
    ]


def test_effects_that_differ_by_partnership_are_averaged_over_sessions() -> None:
    """The demo: institute-only lower in DUIN (-3.6), none in MEER, lower in VELD (-2.0)."""
    plan = replace(DEMO, items=tuple(item for item in DEMO.items if item.id == "TRN3"))
    [one] = [one for one in true_answers(plan, INSTRUMENT) if one.arm is Variant.INSTITUTE_ONLY]
    held = {
        code: sum(
            team.evaluated_in(cycle)
            for team in plan.teams
            for cycle in (0, 1)
            if team.partnership == code and plan.variant(team, cycle) is Variant.INSTITUTE_ONLY
        )
        for code in ("DUIN", "MEER", "VELD")
    }
    expected = -(3.6 * held["DUIN"] + 2.0 * held["VELD"]) / sum(held.values())
    assert one.log_odds == pytest.approx(expected)
