"""Points without a label: who knows everything else still cannot say which unit a point is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.spread import Unit
from qualitycycle.config import Floors
from qualitycycle.workspace.unlabelled import RELIABLE, UNITS, Point, large_enough, points

FLOORS = Floors()
ENDS = (1.0, 10.0)


def unit(n: int, level: float = 8.0, *, team: str = "", sessions: int = 1, number: int = 0) -> Unit:
    people = frozenset(team.split("|")) if team else frozenset([f"t{number}"])
    return Unit(f"S{number}", people, sessions, n, level, 2 / n**0.5, 0.6, 0.5)


def units(*sizes: int) -> list[Unit]:
    return [unit(n, 7 + number / 7, number=number) for number, n in enumerate(sizes)]


def shown(some: list[Unit]) -> list[Point]:
    return points(some, "session", "mean", FLOORS, ENDS)


MANY = st.lists(
    st.builds(
        lambda n, level, who, z: replace(unit(n, level, team=f"t{who}"), z=z),
        st.integers(1, 60),
        st.floats(1, 10),
        st.integers(0, 6),
        st.floats(-4, 4),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(MANY)
def test_who_knows_every_number_of_answers_is_left_with_five(some: list[Unit]) -> None:
    """Within a band nothing but the rounded level differs, and a band holds units and people enough."""
    found = shown(some)
    large = [one for one in some if one.n >= FLOORS.scores]
    bands = {(one.first, one.last) for one in found}
    assert len({first for first, _ in bands}) == len(bands)
    for first, last in bands:
        inside = [one for one in large if first <= one.n <= last]
        mine = [one for one in found if one.first == first]
        assert len(mine) == len(inside) >= UNITS
        assert len(frozenset().union(*(one.people for one in inside))) >= FLOORS.arm_trainers
        free = [one for one in mine if one.low > ENDS[0] and one.high < ENDS[1]]
        assert len({round(one.high - one.low, 6) for one in free}) <= 1, "a width would tell the number"
        assert first % 5 == 0 and last % 5 == 4
    for one in found:
        assert round(one.estimate * 10, 6) == round(one.estimate * 10)
        assert ENDS[0] <= one.low <= one.estimate <= one.high <= ENDS[1]


@settings(max_examples=60, deadline=None)
@given(MANY, st.randoms())
def test_the_order_of_points_tells_nothing_of_the_order_of_units(some: list[Unit], chance: object) -> None:
    mixed = list(some)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert shown(mixed) == shown(some)


def test_the_one_large_session_hides_among_others() -> None:
    found = shown(units(*[8] * 7, *[12] * 6, 57))
    assert {one.band for one in found} == {"5-9", "10-59"}
    assert len(found) == 14


def test_a_last_band_that_is_too_small_joins_the_one_before() -> None:
    assert {one.band for one in shown(units(*[7] * 5, *[11] * 5, *[16] * 3))} == {"5-9", "10-19"}
    assert {one.band for one in shown(units(*[7] * 3, *[11] * 3, *[16] * 3))} == {"5-19"}


def test_fewer_than_five_or_of_too_few_people_are_not_shown() -> None:
    assert shown(units(*[9] * 4)) == []
    assert len(shown(units(*[9] * 5))) == 5
    assert shown([unit(9, team="a|b", number=number) for number in range(9)]) == []


def test_a_small_or_unreliable_unit_is_not_shown() -> None:
    some = units(*[9] * 6, 4, 3)
    assert len(shown(some)) == 6
    weak = [replace(one, reliability=RELIABLE - 0.01) for one in some[:2]]
    assert shown([*weak, *some[2:6]]) == []


@pytest.mark.parametrize(("of", "least"), [("session", 5), ("trainer", 10), ("team", 10)])
def test_trainers_and_teams_need_ten_answers_over_two_sessions(of: str, least: int) -> None:
    some = [unit(n, sessions=sessions) for n in (4, 5, 9, 10, 30) for sessions in (1, 2)]
    kept = large_enough(some, of, "mean", FLOORS)  # type: ignore[arg-type]
    assert min(one.n for one in kept) == least
    assert min(one.sessions for one in kept) == (1 if of == "session" else 2)
    shares = large_enough(some, of, "favourable", FLOORS)  # type: ignore[arg-type]
    assert min(one.n for one in shares) == FLOORS.shares


def test_shares_are_rounded_to_five_points_and_stay_shares() -> None:
    some = [replace(one, level=0.6 + 0.02 * number) for number, one in enumerate(units(*[20] * 12))]
    found = points(some, "session", "top", FLOORS, (0.0, 1.0))
    assert {round(one.estimate * 20, 6) % 1 for one in found} == {0.0}
    assert max(one.high for one in found) == 1.0
