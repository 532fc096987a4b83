"""One cell of a calibration: who gives what, and a truth that drawn answers agree with."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from qualitycycle.simulate.answers import category_shares, thresholds
from qualitycycle.simulate.cell import ANSWERS, SHARES, Cell, Shared, roster

RUNS = 4000
ERRORS = 4.0
"""How many standard errors the drawn answers may be away."""


@pytest.mark.parametrize(("shared", "common"), [("none", 0), ("half", 3), ("all", 5)])
def test_who_gives_what(shared: Shared, common: int) -> None:
    found = roster((12, 30), (5, 8), shared)
    tandems = [team for team, alone in zip(found.teams, found.in_arm, strict=True) if not alone]
    alone = [team for team, alone in zip(found.teams, found.in_arm, strict=True) if alone]
    assert (len(tandems), len(set(tandems))) == (30, 12)
    assert (len(alone), len(set(alone))) == (8, 5)
    assert set(Counter(tandems).values()) == {2, 3} and set(Counter(alone).values()) == {1, 2}
    assert all(len(team.split("|")) == 2 for team in tandems)
    both = set(alone) & {person for team in tandems for person in team.split("|")}
    assert len(both) == common
    assert all(team.startswith("I") for team in both)


def test_members_weigh_one_over_the_size_of_the_team() -> None:
    found = roster((2, 3), (2, 2), "half")
    assert found.teams == ("S0|I0", "S1|I1", "S0|I0", "I0", "X1")
    people = sorted({"S0", "S1", "I0", "I1", "X1"})
    expected = np.zeros((5, 5))
    for row, team in enumerate(found.teams):
        for person in team.split("|"):
            expected[row, people.index(person)] = 1 / len(team.split("|"))
    np.testing.assert_array_equal(found.members, expected)


@pytest.mark.parametrize("ceiling", [False, True])
def test_without_differences_the_shares_are_those_of_the_plan(ceiling: bool) -> None:
    cell = Cell(roster((2, 2), (2, 2), "none"), 0.0, 0.0, ceiling)
    shares = np.array(list(SHARES[ceiling].values())) / 100
    counts = cell.draw(np.random.default_rng(1), 0.0, RUNS).sum(axis=(0, 1))
    errors = np.sqrt(shares * (1 - shares) / counts.sum())
    assert (np.abs(counts / counts.sum() - shares) < ERRORS * errors).all()
    assert cell.difference(0.0) == 0
    assert (shares[-1] > 0.6) is np.bool_(ceiling)


@pytest.mark.parametrize("ceiling", [False, True])
@pytest.mark.parametrize(("session", "trainer"), [(0.8, 0.0), (0.0, 0.8), (0.4, 0.8)])
def test_drawn_answers_agree_with_the_truth(session: float, trainer: float, ceiling: bool) -> None:
    """The mean of sessions' means, arm less reference, over thousands of runs with people of their own."""
    cell = Cell(roster((3, 4), (3, 4), "half"), session, trainer, ceiling)
    effect = -0.5
    counts = cell.draw(np.random.default_rng(2), effect, RUNS)
    means = (counts @ cell.values) / counts.sum(axis=2)
    arm = cell.roster.in_arm
    drawn = means[:, arm].mean(axis=1) - means[:, ~arm].mean(axis=1)
    error = drawn.std(ddof=1) / RUNS**0.5
    assert abs(drawn.mean() - cell.difference(effect)) < ERRORS * error


@pytest.mark.parametrize("ceiling", [False, True])
@pytest.mark.parametrize("difference", [-0.3, -0.1, 0.0, 0.1])
def test_an_effect_gives_its_difference(difference: float, ceiling: bool) -> None:
    cell = Cell(roster((8, 12), (3, 4), "all"), 0.4, 0.8, ceiling)
    assert cell.difference(cell.effect(difference)) == pytest.approx(difference, abs=1e-10)


def test_trainers_alone_vary_more_so_that_no_effect_is_a_little_difference() -> None:
    flat, steep = (Cell(roster((8, 12), (3, 4), "none"), 0.4, sd) for sd in (0.0, 0.8))
    assert flat.difference(0.0) == pytest.approx(0, abs=1e-12)
    assert -0.05 < steep.difference(0.0) < -0.001
    assert steep.effect(0.0) > 0


def test_the_expectation_is_that_of_the_latent_curve() -> None:
    """By a fine sum over the normal curve in place of Gauss-Hermite nodes."""
    cell = Cell(roster((2, 4), (2, 4), "none"), 0.6, 0.7)
    z = np.linspace(-9, 9, 4001)
    weight = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()

    def mean(effect: float, size: float) -> float:
        sd = (0.6**2 + 0.7**2 * size) ** 0.5
        shares = category_shares(thresholds(SHARES[False]), effect + sd * z)
        return float(weight @ shares @ np.arange(1, 6))

    assert cell.difference(-0.4) == pytest.approx(mean(-0.4, 1.0) - mean(0.0, 0.5), abs=1e-8)


def test_a_draw_holds_six_to_twenty_answers_a_session_and_is_repeatable() -> None:
    cell = Cell(roster((3, 4), (2, 2), "none"), 0.4, 0.4)
    one, two = (cell.draw(np.random.default_rng(5), 0.0, 50) for _ in range(2))
    assert one.shape == (50, 6, 5)
    np.testing.assert_array_equal(one, two)
    sizes = one.sum(axis=2)
    assert (sizes.min(), sizes.max()) == ANSWERS


def test_what_decides_at_the_ceiling_is_the_best_answer() -> None:
    plain, full = (Cell(roster((2, 2), (2, 2), "none"), 0, 0, ceiling) for ceiling in (False, True))
    assert plain.values.tolist() == [1, 2, 3, 4, 5]
    assert full.values.tolist() == [0, 0, 0, 0, 1]
