"""The attacker asks for every change with nearly equal codes and without, and subtracts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from qualitycycle.analysis.change import STEPS, Step
from qualitycycle.pairs import BITS, PATTERN, split
from qualitycycle.register.derive import SessionFacts
from qualitycycle.workspace.near import near_steps, unsafe_near_steps
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.remainders import Present, Releases, releases
from tests.test_privacy import facts_of
from tests.test_remainders import (
    FLOORS,
    SESSIONS,
    SIZES,
    Answer,
    People,
    changes,
    levels_of,
    smallest_attack,
    totals,
)

PRE_POST, POST_LATER, PRE_LATER, _ = STEPS
ONE, TWO = frozenset(["pre", "post"]), frozenset(["pre", "post", "~pre"])
"""Before and afterwards with one code, and with two that are nearly equal ("~": the other code)."""

KINDS = [ONE, TWO, frozenset(["pre"]), frozenset(["post"]), frozenset([*PATTERN[:3], "~follow_up"])]


def patterns_of(people: People) -> pd.DataFrame:
    rows = [
        {
            "session": session,
            "collection": session,
            "ambiguous": False,
            "apart": sum(BITS[name] for name in PATTERN if f"~{name}" in kind),
            "n": n,
            **{name: 1.0 if name in kind else np.nan for name in PATTERN},
        }
        for session, mine in people.items()
        for kind, n in mine.items()
        if n
    ]
    return pd.DataFrame(rows, columns=["session", "collection", *PATTERN, "ambiguous", "apart", "n"])


def code_of(kind: Present, moment: str) -> Present:
    """The moments of the code that was used at a moment."""
    other = {name for name in PATTERN if f"~{name}" in kind}
    return frozenset(name for name in PATTERN if name in kind and (name in other) == (moment in other))


def exact_changes(people: People, members: set[str], step: Step) -> dict[Answer, float]:
    mine = {s: {k: n for k, n in people[s].items() if set(step) <= code_of(k, step.start)} for s in people}
    return changes(mine, members, step)


def shown(people: People, facts: list[SessionFacts]) -> tuple[Releases, dict[Step, frozenset[Group]]]:
    frame, levels = patterns_of(people), levels_of(people, facts)
    exact = releases(facts, split(frame), levels, FLOORS)
    return exact, dict(near_steps(facts, frame, levels, exact, FLOORS))


def numbers(people: People, facts: list[SessionFacts]) -> Iterator[dict[Answer, float]]:
    """Everything that may be shown: totals, changes by equal codes, and by nearly equal ones too."""
    exact, near = shown(people, facts)
    levels = levels_of(people, facts)

    def members(group: Group) -> set[str]:
        return {one.id for one in facts if group.holds(one)}

    yield from (totals(people, members(g), moment) for moment in PATTERN for g in levels[moment])
    yield from (exact_changes(people, members(g), step) for step in STEPS for g in exact.means[step])
    yield from (changes(people, members(g), step) for step in STEPS for g in near[step])


@settings(max_examples=25, deadline=None)
@given(SESSIONS, SIZES)
def test_no_few_people_can_be_worked_out_with_and_without(
    sessions: list[tuple[str, str, str, str]], sizes: list[int]
) -> None:
    facts = facts_of(sessions)
    people = {
        one.id: {kind: sizes[len(KINDS) * i + j] for j, kind in enumerate(KINDS)}
        for i, one in enumerate(facts)
    }
    assert smallest_attack(people, numbers(people, facts)) >= FLOORS.scores


def region(mistyped: list[int]) -> tuple[People, list[SessionFacts]]:
    """Six sessions by six trainers with ten people each, and so many more who mistyped their code."""
    facts = facts_of([("A", "", "2025", trainer) for trainer in "abcxyz"])
    return {one.id: {ONE: 10, TWO: n} for one, n in zip(facts, mistyped, strict=True)}, facts


def test_the_attack_finds_who_mistyped_when_nothing_is_hidden() -> None:
    people, facts = region([1, 0, 0, 0, 0, 0])
    everybody = {one.id for one in facts}
    naive = [exact_changes(people, everybody, PRE_POST), changes(people, everybody, PRE_POST)]
    assert smallest_attack(people, naive) == 1


@pytest.mark.parametrize(
    ("mistyped", "may"),
    [
        ([0, 0, 0, 0, 0, 0], True),
        ([1, 1, 1, 0, 0, 0], False),
        ([2, 2, 2, 0, 0, 0], True),
        ([6, 0, 0, 0, 0, 0], False),
    ],
    ids=["nobody", "three people", "six people", "six people of one session"],
)
def test_figures_with_near_codes_add_nobody_or_enough(mistyped: list[int], may: bool) -> None:
    people, facts = region(mistyped)
    _, near = shown(people, facts)
    assert (Group() in near[PRE_POST]) == may


@pytest.mark.parametrize(("added", "unsafe"), [(0, set()), (3, {PRE_POST}), (5, set())])
def test_the_same_holds_for_one_question(added: int, unsafe: set[Step]) -> None:
    frame = patterns_of({"S1": {ONE: 20, TWO: added}})
    assert unsafe_near_steps(frame, [PRE_POST], FLOORS.scores) == unsafe
