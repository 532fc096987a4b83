"""The verdict rules in their order, on exact small vectors and as laws."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import TTestIndPower

from qualitycycle.analysis.power import Range, needed
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.verdict import Evidence, Minimum, Reason, decide
from qualitycycle.vocabulary import Verdict

ENOUGH = Evidence(sessions=9, trainers=8, teams=6, relevant=0.3, p_value=0.01)


def evidence(inner: tuple[float, float], outer: tuple[float, float], **changes: object) -> Evidence:
    middle = (outer[0] + outer[1]) / 2
    return replace(ENOUGH, inner=Interval(middle, *inner), outer=Interval(middle, *outer), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_", "verdict", "reasons"),
    [
        (evidence((0.4, 0.8), (0.35, 0.85)), "better", ()),
        (evidence((0.2, 0.8), (0.1, 0.9)), "better", ("relevance_unproven",)),
        (evidence((0.3, 0.7), (0.3, 0.75)), "better", ()),
        (evidence((-0.8, -0.4), (-0.85, -0.35)), "worse", ()),
        (evidence((-0.8, -0.2), (-0.9, -0.1)), "worse", ("relevance_unproven",)),
        (evidence((-0.2, 0.1), (-0.25, 0.15)), "equivalent", ()),
        (evidence((-0.3, 0.3), (-0.35, 0.35)), "equivalent", ()),
        (evidence((0.1, 0.2), (0.05, 0.25)), "equivalent", ("demonstrable_but_small",)),
        (evidence((0.1, 0.2), (0.05, 0.25), p_value=0.2), "equivalent", ("demonstrable_but_small",)),
        (evidence((-0.2, 0.6), (-0.3, 0.7)), "cannot_tell", ("interval_includes_zero",)),
        (evidence((0.1, 0.6), (0.0, 0.7)), "cannot_tell", ("interval_includes_zero",)),
        (evidence((0.4, 0.8), (0.3, 0.9), p_value=0.051), "better", ("permutation_disagrees",)),
        (evidence((0.4, 0.8), (0.3, 0.9), p_value=None), "better", ("permutation_disagrees",)),
        (evidence((0.4, 0.8), (0.3, 0.9), p_value=0.05, p_least=0.05), "better", ()),
        (evidence((0.4, 0.8), (0.3, 0.9), p_value=0.1, p_least=0.1), "cannot_tell", ("p_floor_too_high",)),
        (evidence((0.4, 0.8), (0.3, 0.9), relevant=None), "better", ("no_relevant_difference",)),
        (
            evidence((-0.01, 0.01), (-0.02, 0.02), relevant=None),
            "cannot_tell",
            ("interval_includes_zero", "no_relevant_difference"),
        ),
        (ENOUGH, "cannot_tell", ("no_variation",)),
        (replace(ENOUGH, sessions=2), "too_few", ("few_sessions",)),
        (replace(ENOUGH, trainers=2), "too_few", ("few_trainers",)),
        (Evidence(0, 0, 0), "too_few", ("few_sessions", "few_trainers", "few_teams")),
        (evidence((0.4, 0.8), (0.35, 0.85), teams=2), "too_few", ("few_teams",)),
    ],
)
def test_rules_in_order(given_: Evidence, verdict: str, reasons: tuple[str, ...]) -> None:
    found, why = decide(given_)
    assert (str(found), tuple(str(reason) for reason in why)) == (verdict, reasons)


def test_minimum_is_a_setting() -> None:
    clear = evidence((0.4, 0.8), (0.35, 0.85), sessions=4, trainers=4, teams=4)
    assert decide(clear)[0] is Verdict.BETTER
    assert decide(clear, minimum=Minimum(teams=5)) == (Verdict.TOO_FEW, (Reason.FEW_TEAMS,))


numbers = st.floats(-2, 2, allow_nan=False)


@st.composite
def any_evidence(draw: st.DrawFn) -> Evidence:
    """Nested intervals around an estimate, in any position, with any p."""
    middle = draw(numbers)
    narrow, more = draw(st.floats(1e-6, 1)), draw(st.floats(1e-6, 1))
    return Evidence(
        sessions=draw(st.integers(0, 6)),
        trainers=draw(st.integers(0, 6)),
        teams=draw(st.integers(0, 6)),
        inner=Interval(middle, middle - narrow, middle + narrow),
        outer=Interval(middle, middle - narrow - more, middle + narrow + more),
        relevant=draw(st.one_of(st.none(), st.floats(0.01, 1))),
        p_value=draw(st.one_of(st.none(), st.floats(0, 1))),
        p_least=draw(st.floats(0, 0.2)),
    )


def mirrored(interval: Interval) -> Interval:
    assert interval.estimate is not None and interval.low is not None and interval.high is not None
    return Interval(-interval.estimate, -interval.high, -interval.low)


@given(any_evidence())
def test_flipping_the_sign_swaps_better_and_worse(one: Evidence) -> None:
    other = replace(one, inner=mirrored(one.inner), outer=mirrored(one.outer))
    swap = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
    (verdict, reasons), (flipped, same) = decide(one), decide(other)
    assert flipped is swap.get(verdict, verdict)
    assert same == reasons


@given(any_evidence())
def test_inside_the_margin_is_always_equivalent(one: Evidence) -> None:
    low, high = one.inner.low, one.inner.high
    assert low is not None and high is not None
    inside = one.relevant is not None and -one.relevant <= low and high <= one.relevant
    verdict, _ = decide(one)
    few = min(one.sessions, one.trainers, one.teams) < 3
    assert (verdict is Verdict.TOO_FEW) == few
    assert (verdict is Verdict.EQUIVALENT) == (inside and not few)


@given(any_evidence())
def test_better_or_worse_needs_the_interval_and_enough_arrangements(one: Evidence) -> None:
    verdict, reasons = decide(one)
    if verdict in (Verdict.BETTER, Verdict.WORSE):
        assert one.outer.low is not None and one.outer.high is not None
        assert one.outer.low > 0 or one.outer.high < 0
        assert one.p_least <= 0.05
    if verdict is Verdict.CANNOT_TELL:
        assert reasons


@given(any_evidence(), st.floats(0, 1))
def test_a_smaller_p_never_takes_a_finding_away(one: Evidence, p: float) -> None:
    found = {Verdict.BETTER, Verdict.WORSE}
    if decide(one)[0] in found and one.p_value is not None and p <= one.p_value:
        assert decide(replace(one, p_value=p))[0] in found


def test_needed_has_the_power_it_promises() -> None:
    plan = needed(sd=(0.6, 0.4), teams=(6, 8), sessions=(9, 12), relevant=0.5)
    assert plan is not None and plan.teams.estimate is not None and plan.sessions.estimate is not None
    effect = 0.5 / ((0.36 + 0.16) / 2) ** 0.5
    power = [TTestIndPower().power(effect, n, 0.05) for n in (plan.teams.estimate - 1, plan.teams.estimate)]
    assert power[0] < 0.8 <= power[1]
    assert plan.sessions.estimate == pytest.approx(plan.teams.estimate * 1.5, abs=1)
    assert plan.teams.low is not None and plan.teams.high is not None
    assert plan.teams.low <= plan.teams.estimate <= plan.teams.high


def test_needed_does_not_look_at_the_difference_found() -> None:
    """Its arguments have no place for it; more teams narrow the range, not the estimate."""
    few, many = (needed(sd=(0.5, 0.5), teams=(k, k), sessions=(k, k), relevant=0.3) for k in (4, 40))
    assert few is not None and many is not None
    assert few.teams.estimate == many.teams.estimate
    assert few.teams.high is not None and many.teams.high is not None
    assert many.teams.high < few.teams.high


@pytest.mark.parametrize(("sd", "teams"), [((0.0, 0.0), (5, 5)), ((0.5, 0.5), (1, 5))])
def test_needed_says_nothing_without_variation(sd: tuple[float, float], teams: tuple[int, int]) -> None:
    assert needed(sd=sd, teams=teams, sessions=(9, 9), relevant=0.3) is None


def test_needed_beyond_planning() -> None:
    plan = needed(sd=(50.0, 50.0), teams=(3, 3), sessions=(3, 3), relevant=0.01)
    assert plan is not None
    assert plan.teams == Range(None, None, None)
    large = needed(sd=(0.001, 0.0), teams=(9, 9), sessions=(9, 9), relevant=0.5)
    assert large is not None and large.teams.estimate == 2
