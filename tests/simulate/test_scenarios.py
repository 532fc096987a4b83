"""Scenarios differ from the region they share in what their name says, and in nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qualitycycle.config import load_config
from qualitycycle.register.checks import check
from qualitycycle.register.derive import sessions_overview
from qualitycycle.simulate import MOST_CYCLES, SCENARIOS, RegionPlan, scenario_plan, simulate_region
from qualitycycle.simulate.scenarios import AGREEMENT_ITEMS, DOMINANT_TRAINER, TRAINER_ITEMS
from qualitycycle.vocabulary import ARMS, Moment, Variant

CONFIG = load_config(Path(__file__).parents[2])
SEEDS = range(8)
BASE = scenario_plan("null")


def changed(plan: RegionPlan) -> set[str]:
    return {name for name in vars(BASE) if getattr(plan, name) != getattr(BASE, name)}


@pytest.mark.parametrize(
    ("scenario", "fields"),
    [
        ("null", set()),
        ("tandem", {"items"}),
        ("ceiling", {"items"}),
        ("dominant_trainer", {"trainers", "teams"}),
        ("selective_response", {"willingness"}),
    ],
)
def test_only_what_the_name_says_differs(scenario: str, fields: set[str]) -> None:
    assert changed(scenario_plan(scenario)) == fields


def test_the_tandem_effect_is_on_the_trainer_items_only() -> None:
    items = scenario_plan("tandem").items
    assert {item.id for item in items if item.effects} == set(TRAINER_ITEMS)
    assert tuple(replace(item, effects={}) for item in items) == BASE.items


def test_the_ceiling_is_on_every_agreement_question_of_the_form_and_no_other() -> None:
    asked = CONFIG.instrument.asked_at(Moment.POST)
    assert {item.id for item in asked if item.scale == "E5"} == set(AGREEMENT_ITEMS)
    pairs = zip(scenario_plan("ceiling").items, scenario_plan("tandem").items, strict=True)
    assert {one.id for one, other in pairs if one != other} == set(AGREEMENT_ITEMS)


@pytest.mark.parametrize("seed", SEEDS)
def test_at_the_ceiling_over_60_percent_tick_the_top_answer(seed: int) -> None:
    region = simulate_region(seed, scenario_plan("ceiling"))
    for item in AGREEMENT_ITEMS:
        given = [form.answers.get(item) for session in region.forms for form in session.forms]
        scores = [score for score in given if isinstance(score, float)]
        assert scores.count(5.0) / len(scores) > 0.6, item


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_sizes_are_those_of_a_region(scenario: str) -> None:
    region = simulate_region(3, scenario_plan(scenario))
    sessions = Counter(session.variant for session in region.forms)
    assert sessions == {Variant.TANDEM: 30, Variant.INSTITUTE_ONLY: 12, Variant.SCHOOL_ONLY: 6}
    sizes = [len(session.forms) for session in region.forms]
    assert 6 <= min(sizes) <= np.median(sizes) <= max(sizes) <= 20
    assert 10 <= np.median(sizes) <= 14


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("cycles", [1, 2, 5])
def test_the_register_is_sound_and_derives_the_planned_variants(scenario: str, cycles: int) -> None:
    plan = scenario_plan(scenario, cycles)
    region = simulate_region(1, plan)
    assert {one.code for one in check(region.records, CONFIG.organisations)} <= {"register.assumed"}
    facts = sessions_overview(region.records)
    assert {fact.cycle for fact in facts.values()} == {f"{year}-{year + 1}" for year in plan.cycles}
    planned = Counter(
        (team.partnership, plan.variant(team, cycle))
        for team in plan.teams
        for cycle in range(cycles)
        for _ in range(team.held[cycle])
    )
    assert Counter((fact.lead, fact.variant) for fact in facts.values()) == planned
    assert all(facts[session.session].variant is session.variant for session in region.forms)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_institute_trainers_are_partly_in_both_arms_and_every_arm_has_three_teams(scenario: str) -> None:
    plan = scenario_plan(scenario)
    teams = {arm: {team.trainers for team in plan.teams if plan.variant(team, 0) is arm} for arm in ARMS}
    alone, tandem = (
        {trainer for team in teams[arm] for trainer in team}
        for arm in (Variant.INSTITUTE_ONLY, Variant.TANDEM)
    )
    assert alone & tandem and alone - tandem
    assert all(len(teams[arm]) >= 3 for arm in ARMS)


def test_the_dominant_trainer_gives_most_institute_only_sessions() -> None:
    plan = scenario_plan("dominant_trainer")
    given = Counter(
        (team.trainers == (DOMINANT_TRAINER,))
        for team in plan.teams
        if plan.variant(team, 0) is Variant.INSTITUTE_ONLY
        for _ in range(sum(team.held))
    )
    assert given[True] > 2 * given[False] > 0
    assert [trainer.id for trainer in plan.trainers if trainer.effect is not None] == [DOMINANT_TRAINER]


def test_a_trainer_is_as_good_as_the_plan_says() -> None:
    """Every session of the dominant trainer shifts by the effect, whatever the seed draws."""
    plan = scenario_plan("dominant_trainer")
    flat = replace(
        plan,
        partnerships=tuple(replace(one, session_sd=0.0, trainer_sd=0.0) for one in plan.partnerships),
    )
    region = simulate_region(1, flat)
    facts = sessions_overview(region.records)
    marks: dict[bool, list[float]] = {True: [], False: []}
    for session in region.forms:
        alone = tuple(facts[session.session].trainers) == (DOMINANT_TRAINER,)
        given = [form.answers["TRN3"] for form in session.forms]
        marks[alone] += [mark for mark in given if isinstance(mark, float)]
    assert np.mean(marks[True]) < np.mean(marks[False]) - 0.3


def test_the_same_seed_draws_the_same_region_whatever_is_true() -> None:
    """Sessions, dates, people and who they are do not depend on the scenario."""
    one, other = (simulate_region(4, scenario_plan(name)) for name in ("null", "tandem"))
    assert one.records == other.records
    pairs = list(zip(one.forms, other.forms, strict=True))
    assert all(a.forms == b.forms for a, b in pairs if a.variant is not Variant.INSTITUTE_ONLY)
    assert any(a.forms != b.forms for a, b in pairs if a.variant is Variant.INSTITUTE_ONLY)


def test_silent_people_are_kept_apart() -> None:
    region = simulate_region(2, scenario_plan("selective_response"))
    attended = {row["id"]: row["attended"] for row in region.records["sessions"]}
    for session in region.forms:
        assert len(session.forms) + len(session.silent) == attended[session.session]


def test_a_region_grows_with_the_cycles() -> None:
    sizes = [len(simulate_region(1, scenario_plan("null", cycles)).forms) for cycles in (1, 2, MOST_CYCLES)]
    assert sizes == [24, 48, 24 * MOST_CYCLES]
