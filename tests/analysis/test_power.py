"""What it would take: against statsmodels, and laws that a plan must obey."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestIndPower

from qualitycycle.analysis.power import Needed, Range, needed

SD, TEAMS, SESSIONS = (0.5, 0.5), (6, 4), (12, 8)


def plan(**changed: object) -> Needed:
    given = {"sd": SD, "teams": TEAMS, "sessions": SESSIONS, "relevant": 0.5} | changed
    found = needed(**given)  # type: ignore[arg-type]
    assert found is not None
    return found


def numbers(found: Range) -> list[float]:
    return [float("inf") if n is None else n for n in (found.low, found.estimate, found.high)]


@pytest.mark.parametrize("sd", [0.2, 0.5, 0.9, 2.0])
def test_it_is_the_least_number_with_the_power(sd: float) -> None:
    teams = plan(sd=(sd, sd)).teams.estimate
    assert teams is not None
    power = TTestIndPower().power
    assert power(0.5 / sd, teams, 0.05, ratio=1) >= 0.8
    assert teams == 2 or power(0.5 / sd, teams - 1, 0.05, ratio=1) < 0.8


def test_the_range_is_that_of_the_variance() -> None:
    found = plan(df=9.0).teams
    low, high = (9.0 * 0.25 / stats.chi2.ppf(q, 9.0) for q in (0.975, 0.025))
    assert found.low == plan(sd=(low**0.5, low**0.5)).teams.estimate
    assert found.high == plan(sd=(high**0.5, high**0.5)).teams.estimate


def test_without_degrees_of_freedom_they_are_those_of_two_sets_of_teams() -> None:
    df = (0.16 + 0.36) ** 2 / (0.16**2 / 5 + 0.36**2 / 3)
    assert plan(sd=(0.4, 0.6)).teams == plan(sd=(0.4, 0.6), df=df).teams
    assert plan(sd=(0.4, 0.6), df=df).teams != plan(sd=(0.4, 0.6), df=4 * df).teams


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.floats(1e-4, 5), st.floats(1.01, 5), st.floats(2, 500), st.floats(0.05, 2))
def test_laws(sd: float, factor: float, df: float, relevant: float) -> None:
    base = plan(sd=(sd, sd), df=df, relevant=relevant)
    low, estimate, high = numbers(base.teams)
    assert 2 <= low <= estimate <= high
    wider = numbers(plan(sd=(factor * sd, factor * sd), df=df, relevant=relevant).teams)
    assert all(more >= now for more, now in zip(wider, (low, estimate, high), strict=True))
    easier = numbers(plan(sd=(sd, sd), df=df, relevant=factor * relevant).teams)
    assert all(less <= now for less, now in zip(easier, (low, estimate, high), strict=True))
    surer = numbers(plan(sd=(sd, sd), df=df, relevant=relevant, power=0.9).teams)
    assert all(more >= now for more, now in zip(surer, (low, estimate, high), strict=True))
    known = numbers(plan(sd=(sd, sd), df=factor * df, relevant=relevant).teams)
    assert low <= known[0] <= known[1] == estimate and known[2] <= high


def test_the_order_of_the_arms_does_not_matter() -> None:
    one, two = plan(sd=(0.3, 0.7)), plan(sd=(0.7, 0.3), teams=(4, 6), sessions=(8, 12))
    assert asdict(one) == asdict(two)


def test_sessions_follow_from_how_many_a_team_gives_now() -> None:
    """11 sessions of 5 teams: 2.2 a team, so 25 teams give 55, no rounding on top."""
    for sd in (0.3, 0.5, 0.62, 0.8, 1.1):
        found = plan(sd=(sd, sd), teams=(3, 2), sessions=(6, 5))
        for teams, sessions in zip(numbers(found.teams), numbers(found.sessions), strict=True):
            assert sessions == -(-teams * 11 // 5) or teams == sessions == float("inf")
    assert plan(sd=(0.62, 0.62), teams=(3, 2), sessions=(6, 5)).teams.estimate == 26


def test_what_cannot_be_planned() -> None:
    for changed in ({"sd": (0.0, 0.0)}, {"teams": (6, 1)}, {"relevant": 0.0}):
        assert needed(**{"sd": SD, "teams": TEAMS, "sessions": SESSIONS, "relevant": 0.5} | changed) is None  # type: ignore[arg-type]
    far = plan(relevant=0.001)
    assert (far.teams.estimate, far.teams.high) == (None, None)
    assert (far.sessions.estimate, far.sessions.high) == (None, None)


def test_as_json() -> None:
    assert plan().as_json() == {
        "relevant": 0.5,
        "power": 0.8,
        "teams_per_arm": {"estimate": 17, "low": 9, "high": 62},
        "sessions_per_arm": {"estimate": 34, "low": 18, "high": 124},
        "teams_now": 4,
    }
