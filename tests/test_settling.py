"""Prints of one cycle on several days: what an attacker subtracts is never about too few."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from qualitycycle.config import Floors
from qualitycycle.report.model import Estimate
from qualitycycle.report.model_evidence import Evidence
from qualitycycle.workspace.settling import FEW_MORE, GONE, Earlier, Touched, settle

FLOORS = Floors()
MANY = Touched(sessions=6, trainers=9)
BEFORE = date(2026, 7, 1)


def question(n: int | None, value: float = 0.7, item: str = "TRN1") -> Evidence:
    figure = None if n is None else Estimate(value, value - 0.1, value + 0.1)
    code, side = ("few", "gap") if n is None else ("measured", "supports")
    return Evidence(("W2",), side, code, "2025-2026", item, "", item, "favourable", figure, n, 6, 9)  # type: ignore[arg-type]


def goal(n: int | None, value: float = 7.6) -> Evidence:
    figure = None if n is None else Estimate(value)
    code = "goal_yes" if n else "goal_unmeasured"
    return Evidence(("W4",), "supports", code, "2025-2026", "D1", "", "TRN1", "mean", figure, n)


def earlier(*evidence: Evidence, touched: Touched = MANY) -> Earlier:
    return Earlier(tuple(replace(one, taken_on=BEFORE) for one in evidence), touched)


def test_the_first_print_is_as_it_is() -> None:
    assert settle([question(40)], [], FLOORS) == (question(40),)


@pytest.mark.parametrize("n", [36, 39, 41, 44])
def test_a_difference_of_too_few_answers_is_not_printed(n: int) -> None:
    (one,) = settle([question(n, 0.5)], [earlier(question(40))], FLOORS)
    assert (one.n, one.value, one.held, one.taken_on) == (40, question(40).value, FEW_MORE, BEFORE)


@pytest.mark.parametrize("n", [35, 45, 90])
def test_a_difference_of_enough_answers_is(n: int) -> None:
    assert settle([question(n, 0.5)], [earlier(question(40))], FLOORS) == (question(n, 0.5),)


@pytest.mark.parametrize("touched", [Touched(0, 0), Touched(1, 9), Touched(3, 2)])
def test_many_answers_of_one_training_or_two_trainers_are_not(touched: Touched) -> None:
    (one,) = settle([question(60)], [earlier(question(40), touched=touched)], FLOORS)
    assert (one.n, one.held) == (40, FEW_MORE)


def test_every_earlier_print_counts_not_only_the_last() -> None:
    prints = [earlier(question(40)), earlier(question(50))]
    (one,) = settle([question(42)], prints, FLOORS)
    assert one.n == 50
    assert settle([question(45)], prints, FLOORS)[0].n == 45


def test_a_figure_that_stood_again_counts_from_the_day_it_was_taken() -> None:
    again = replace(question(40), held=FEW_MORE)
    prints = [earlier(question(40)), earlier(again, touched=Touched(1, 2))]
    assert settle([question(60)], prints, FLOORS) == (question(60),)


@pytest.mark.parametrize("now", [[question(None)], []])
def test_what_was_printed_stays_when_the_answers_are_gone(now: list[Evidence]) -> None:
    (one,) = settle(now, [earlier(question(40))], FLOORS)
    assert (one.n, one.side, one.held, one.taken_on) == (40, "supports", GONE, BEFORE)


def test_a_goal_follows_its_question() -> None:
    old = earlier(question(40), goal(40))
    held = settle([question(42), goal(42, 7.9)], [old], FLOORS)[1]
    assert (held.n, held.value, held.held) == (40, Estimate(7.6), FEW_MORE)
    moved = settle([question(60), goal(60, 7.9)], [old], FLOORS)[1]
    assert (moved.n, moved.held) == (60, "")


def test_a_goal_that_is_new_gives_the_new_answers_not_away() -> None:
    found = settle([question(42), goal(42)], [earlier(question(40))], FLOORS)[1]
    assert (found.code, found.side, found.value, found.n) == ("goal_held", "gap", None, None)


def test_an_effect_on_a_question_that_stands_loses_its_figure() -> None:
    effect = replace(goal(None), code="effect_effective", value=Estimate(0.3, 0.1, 0.5), sessions=4)
    found = settle([question(42), effect], [earlier(question(40))], FLOORS)[1]
    assert (found.code, found.value, found.sessions) == ("effect_effective", None, None)


def test_mentors_are_people_too() -> None:
    def mentors(count: int, total: int) -> Evidence:
        return Evidence(("W3",), "nuances", "mentors", "2025-2026", count=count, total=total)

    old = earlier(mentors(30, 80))
    for now in (mentors(32, 80), mentors(30, 83)):
        assert settle([now], [old], FLOORS)[0].count == 30
    assert settle([mentors(40, 90)], [old], FLOORS)[0].count == 40


def test_an_attacker_with_every_print_of_a_cycle_never_gets_below_the_floor() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        n, prints, printed = 30, [], []
        for _ in range(8):
            n = max(5, n + int(rng.integers(-7, 8)))
            (one,) = settle([question(n)], prints, FLOORS)
            prints.append(earlier(one))
            printed.append(one.n)
            held += one.held == FEW_MORE
        steps = {abs(a - b) for a in printed for b in printed if a is not None and b is not None}
        assert not any(0 < step < FLOORS.scores for step in steps), printed
    assert held > 100
