"""What ``spread`` gives back, kind by kind of unit."""

from __future__ import annotations

import numpy as np
import pytest

from qualitycycle.analysis.spread import Of, spread
from qualitycycle.analysis.teams import trainers_of
from tests.analysis.spread.regions import ALONE, PAIRS, SWAPPED, Sizes, draw, sums_of


@pytest.mark.parametrize(("of", "units"), [("session", 40), ("trainer", 16), ("team", 16)])
def test_every_unit_with_its_own_answers_sessions_and_people(of: Of, units: int) -> None:
    sums = draw(SWAPPED, Sizes(), np.random.default_rng(1)).sums
    found = spread(sums, of)
    assert found is not None and len(found.units) == units
    for one in found.units:
        if of == "session":
            mine = sums[sums["session"] == one.id]
        elif of == "team":
            mine = sums[sums["team"] == one.id]
        else:
            mine = sums[[one.id in trainers_of(team) for team in sums["team"]]]
        assert (one.n, one.sessions) == (mine["n"].sum(), len(mine))
        people = {person for team in mine["team"] for person in trainers_of(team)}
        assert one.people == (people if of != "trainer" else {one.id})


def test_a_team_is_what_its_trainers_are_and_what_it_is_together() -> None:
    region = draw(
        SWAPPED, Sizes(session=0.0, trainer=0.6, team=0.0, answers=(400, 401)), np.random.default_rng(2)
    )
    found = spread(region.sums, "team")
    assert found is not None
    for one in found.units:
        truth = region.middle + np.mean([region.trainers[person] for person in trainers_of(str(one.id))])
        assert one.level == pytest.approx(truth, abs=4 * one.sd)


def test_units_the_model_cannot_tell_apart_are_not_there() -> None:
    found = spread(draw(PAIRS, Sizes(), np.random.default_rng(3)).sums, "trainer")
    assert found is not None
    assert (found.units, found.reliability, found.limits) == ((), None, None)
    assert [(left.term, left.reason) for left in found.left_out] == [("trainer", "together")]
    nobody_together = spread(draw(ALONE, Sizes(), np.random.default_rng(3)).sums, "team")
    assert nobody_together is not None and nobody_together.units == ()


def test_too_few_sessions_give_nothing() -> None:
    assert spread(sums_of(sessions=4)) is None


def test_a_shift_of_all_answers_moves_the_levels_and_nothing_else() -> None:
    sums = draw(SWAPPED, Sizes(), np.random.default_rng(4)).sums
    moved = sums.assign(
        total=sums["total"] + 3 * sums["n"], total_sq=sums["total_sq"] + 6 * sums["total"] + 9 * sums["n"]
    )
    plain, higher = spread(sums), spread(moved)
    assert plain is not None and higher is not None
    assert plain.split.of("session") == pytest.approx(higher.split.of("session"), abs=1e-6)
    for a, b in zip(plain.units, higher.units, strict=True):
        assert (b.level - 3, b.sd, b.reliability, b.z) == pytest.approx(
            (a.level, a.sd, a.reliability, a.z), abs=1e-5
        )


def test_random_partnerships_are_no_part_of_a_level() -> None:
    """Partnerships that differ by points move no unit beyond its own partnership."""
    sums = draw(SWAPPED, Sizes(), np.random.default_rng(5)).sums
    sums["partnership"] = [f"P{i % 6}" for i in range(len(sums))]
    shift = sums["partnership"].str[1].astype(float)
    moved = sums.assign(
        total=sums["total"] + shift * sums["n"],
        total_sq=sums["total_sq"] + 2 * shift * sums["total"] + shift**2 * sums["n"],
    )
    plain, apart = spread(sums), spread(moved)
    assert plain is not None and apart is not None
    assert apart.split.of("partnership") > 0.5 and apart.split.beside is None
    levels = [[unit.level for unit in one.units] for one in (plain, apart)]
    assert np.std(levels[1]) < 1.5 * np.std(levels[0])
    assert max(abs(unit.z) for unit in apart.units) < 3.5
    assert plain.reliability is not None and apart.reliability is not None
    assert apart.reliability.icc1 == pytest.approx(plain.reliability.icc1, abs=0.05)
