"""The same people before and later: who they are, what they gain, and how well their codes pair."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from qualitycycle.config import load_config, shipped
from qualitycycle.linking import normalise_code
from qualitycycle.register.derive import sessions_overview
from qualitycycle.simulate import DEMO, SimulatedRegion, scenario_plan, simulate_region, truth_of
from qualitycycle.simulate.repeats import repeated_sessions
from qualitycycle.vocabulary import Moment

CONFIG = load_config(shipped("config").parent)
SEEDS = range(3)


@pytest.fixture(scope="module")
def regions() -> list[SimulatedRegion]:
    return [simulate_region(seed, scenario_plan("null")) for seed in SEEDS]


def codes(region: SimulatedRegion, moment: Moment) -> dict[str, list[str]]:
    found = defaultdict(list)
    for session in (*region.forms, *region.repeats):
        if session.moment is moment:
            found[session.session] += [normalise_code(form.link_code) for form in session.forms]
    return found


def test_forms_afterwards_do_not_depend_on_the_others() -> None:
    plan = scenario_plan("tandem")
    assert simulate_region(3, plan).forms == simulate_region(3, replace(plan, repeat=None)).forms


def test_the_sessions_of_one_partnership_ask_before_and_later(regions: list[SimulatedRegion]) -> None:
    for region in regions:
        evaluated = [one.session for one in region.forms if one.session.startswith("MEER")]
        for moment in (Moment.PRE, Moment.FOLLOW_UP):
            assert [one.session for one in region.repeats if one.moment is moment] == evaluated
        assert len(region.repeats) == 2 * sum(repeated_sessions(scenario_plan("null")))
    assert sum(repeated_sessions(DEMO)) * 2 == len(simulate_region(1).repeats)


def test_every_question_of_the_moment_is_answered(regions: list[SimulatedRegion]) -> None:
    for one in regions[0].repeats:
        asked = {item.id for item in CONFIG.instrument.asked_at(one.moment)}
        assert all(set(form.answers) == asked for form in one.forms)


def test_codes_pair_as_they_do_in_real_evaluations(regions: list[SimulatedRegion]) -> None:
    """A public set pairs 59 % of the forms afterwards and 30 % of those before."""
    before, after, both = 0, 0, 0
    for region in regions:
        pre, post = codes(region, Moment.PRE), codes(region, Moment.POST)
        for session, given in pre.items():
            before, after = before + len(given), after + len(post[session])
            both += len(set(given) & set(post[session]) - {""})
    assert both / after == pytest.approx(0.59, abs=0.06)
    assert both / before == pytest.approx(0.35, abs=0.06)


def test_people_gain_and_keep_most_of_it(regions: list[SimulatedRegion]) -> None:
    def mean(moment: Moment) -> float:
        return float(
            np.mean(
                [
                    form.answers["ZEL1"]
                    for region in regions
                    for one in (*region.forms, *region.repeats)
                    if one.moment is moment and one.session.startswith("MEER")
                    for form in one.forms
                    if isinstance(form.answers["ZEL1"], float)
                ]
            )
        )

    before, after, later = (mean(moment) for moment in (Moment.PRE, Moment.POST, Moment.FOLLOW_UP))
    assert before + 0.3 < later < after


def test_forms_come_in_on_days_that_fit_their_moment(regions: list[SimulatedRegion]) -> None:
    for region in regions:
        facts = sessions_overview(region.records)
        for one in region.repeats:
            first, last = facts[one.session].first_date, facts[one.session].last_date
            assert first is not None and last is not None
            days = {form.submitted.date() for form in one.forms}
            if one.moment is Moment.PRE:
                assert max(days) < first
            else:
                assert min(days) >= last + timedelta(days=90)
                assert all(not 7 < day.month < 9 for day in days)


def test_the_truth_says_who_gains_what() -> None:
    told = truth_of(scenario_plan("null"), CONFIG.instrument)["change"]
    assert (told["partnerships"], told["cycles"], told["kept"]) == (["MEER"], ["2024-2025", "2025-2026"], 0.7)
    repeated = {item.id for item in CONFIG.instrument.asked_at(Moment.PRE) if not item.background}
    assert set(told["log_odds"]) == repeated
    assert truth_of(replace(DEMO, repeat=None), CONFIG.instrument)["change"] is None
