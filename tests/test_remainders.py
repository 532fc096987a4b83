"""The attacker has every total and every change that may be shown, and adds and subtracts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.change import STEPS, Change, Matched, Retention, Step
from qualitycycle.analysis.proportions import Interval
from qualitycycle.config import Floors
from qualitycycle.pairs import PATTERN
from qualitycycle.register.derive import SessionFacts
from qualitycycle.vocabulary import Verdict
from qualitycycle.workspace.release import Group, released_groups
from qualitycycle.workspace.remainders import (
    Present,
    gated_change,
    gated_matched,
    gated_retention,
    releases,
    unsafe_steps,
)
from tests.test_privacy import facts_of

FLOORS = Floors()
PRE_POST, POST_LATER, PRE_LATER, RETRO = STEPS
Answer = tuple[str, Present, str]
"""People of one session with the same moments, at one of these."""

People = Mapping[str, Mapping[Present, int]]
"""Per session how many people have which moments."""


def smallest_attack(people: People, rows: Iterable[Mapping[Answer, float]]) -> int:
    """The fewest people whose answers at one moment, or whose change, is a combination of ``rows``.

    A row is a number that is shown: how often the sum of the answers of each kind of people is
    in it. Every group of up to four people is tried, by least squares; 5 when none is found.
    """
    shown = list(rows)
    cells = [(session, who) for session, mine in people.items() for who, n in mine.items() if n]
    answers = [(session, who, moment) for session, who in cells for moment in sorted(who)]
    if not shown:
        return FLOORS.scores
    matrix = np.array([[row.get(answer, 0.0) for row in shown] for answer in answers])
    basis = np.linalg.svd(matrix, full_matrices=False)
    span = basis.U[:, basis.S > 1e-9]
    found = [FLOORS.scores]
    for size in (1, 2, 3, 4):
        for group in combinations(cells, size):
            n = sum(people[session][who] for session, who in group)
            if n < min(found) and any(in_span(span, vector) for vector in _told(group, answers)):
                found.append(n)
    return min(found)


def in_span(span: Any, vector: Any) -> bool:
    return bool(np.allclose(span @ (span.T @ vector), vector, atol=1e-8))


def _told(group: Sequence[tuple[str, Present]], answers: Sequence[Answer]) -> Iterator[Any]:
    """The sums an attacker wants of a group: at a moment they all have, and the change over a step."""
    common = frozenset.intersection(*(who for _, who in group))
    at = {moment: np.array([float(a[:2] in group and a[2] == moment) for a in answers]) for moment in common}
    yield from at.values()
    yield from (at[step.end] - at[step.start] for step in STEPS if set(step) <= common)


def totals(people: People, members: set[str], moment: str) -> dict[Answer, float]:
    return {(session, who, moment): 1.0 for session in members for who in people[session] if moment in who}


def changes(people: People, members: set[str], step: Step) -> dict[Answer, float]:
    paired = [(session, who) for session in members for who in people[session] if set(step) <= who]
    return {(s, who, str(step.end)): 1.0 for s, who in paired} | {
        (s, who, str(step.start)): -1.0 for s, who in paired
    }


def forms_of(people: People) -> pd.DataFrame:
    rows = [
        {
            "collection": session,
            "n": n,
            "ambiguous": False,
            **{name: 1.0 if name in who else np.nan for name in PATTERN},
        }
        for session, mine in people.items()
        for who, n in mine.items()
        if n
    ]
    return pd.DataFrame(rows, columns=["collection", *PATTERN, "ambiguous", "n"])


def levels_of(people: People, facts: list[SessionFacts]) -> dict[str, frozenset[Group]]:
    return {
        moment: released_groups(
            facts,
            {s: sum(n for who, n in mine.items() if moment in who) for s, mine in people.items()},
            FLOORS,
        )
        for moment in PATTERN
    }


def shown_numbers(people: People, facts: list[SessionFacts]) -> list[dict[Answer, float]]:
    """Everything ``counts`` and ``change`` may show of these people."""
    levels = levels_of(people, facts)

    def members(group: Group) -> set[str]:
        return {one.id for one in facts if group.holds(one)}

    shown = [totals(people, members(group), moment) for moment in PATTERN for group in levels[moment]]
    means = releases(facts, forms_of(people), levels, FLOORS).means
    return shown + [changes(people, members(group), step) for step in STEPS for group in means[step]]


WHO = [frozenset(who) for who in (["pre"], ["post"], ["pre", "post"], ["post", "follow_up"], PATTERN[:3])]
SESSIONS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]),
        st.sampled_from(["", "B"]),
        st.sampled_from(["2024", "2025"]),
        st.sampled_from(["a", "b", "c", "d", "x", "y", "z", "a+x", "b+y"]),
    ),
    min_size=3,
    max_size=7,
)
SIZES = st.lists(st.sampled_from([0, 0, 1, 2, 3, 6, 9]), min_size=35, max_size=35)


@settings(max_examples=25, deadline=None)
@given(SESSIONS, SIZES)
def test_no_few_people_can_be_worked_out_from_changes_and_totals(
    sessions: list[tuple[str, str, str, str]], sizes: list[int]
) -> None:
    facts = facts_of(sessions)
    people = {
        one.id: {who: sizes[len(WHO) * i + j] for j, who in enumerate(WHO)} for i, one in enumerate(facts)
    }
    assert smallest_attack(people, shown_numbers(people, facts)) >= FLOORS.scores


def region(left: Mapping[Present, int]) -> tuple[People, list[SessionFacts]]:
    """Six sessions by six trainers with ten people who have all three; some more in the first two."""
    facts = facts_of([("A", "", "2025", trainer) for trainer in "abcxyz"])
    everywhere = frozenset(PATTERN[:3])
    return {one.id: {everywhere: 10, **(left if i == 0 else {})} for i, one in enumerate(facts)}, facts


def means_of(people: People, facts: list[SessionFacts]) -> dict[Step, frozenset[Group]]:
    return dict(releases(facts, forms_of(people), levels_of(people, facts), FLOORS).means)


@pytest.mark.parametrize(
    ("left", "hidden"),
    [
        ({}, set()),
        ({frozenset(["pre"]): 1}, {PRE_POST, PRE_LATER}),
        ({frozenset(["pre"]): 4}, {PRE_POST, PRE_LATER}),
        ({frozenset(["pre"]): 9, frozenset(["post"]): 2}, {PRE_POST, POST_LATER}),
        ({frozenset(["pre", "post"]): 1}, {POST_LATER, PRE_LATER}),
        ({frozenset(["pre", "post"]): 9}, set()),
    ],
)
def test_who_is_left_out_is_nobody_or_enough(left: Mapping[Present, int], hidden: set[Step]) -> None:
    people, facts = region(left)
    whole = {
        who: sum(mine.get(who, 0) for mine in people.values()) for who in {*left, frozenset(PATTERN[:3])}
    }
    assert unsafe_steps(whole, STEPS[:3], FLOORS.scores) == hidden
    spread = {id: {who: 60 for who in mine} for id, mine in people.items()}
    means = means_of({**spread, facts[0].id: people[facts[0].id]}, facts)
    assert {step for step in STEPS[:3] if Group() not in means[step]} >= hidden


def test_who_is_left_out_is_not_one_session_or_few_trainers() -> None:
    people, facts = region({})
    missed = {one.id: {frozenset(["post"]): 10} for one in facts[:1]}
    assert Group() not in means_of({**people, **missed}, facts)[PRE_POST]
    three = {one.id: {frozenset(["post"]): 10} for one in facts[:3]}
    assert Group() in means_of({**people, **three}, facts)[PRE_POST]
    steps = releases(
        facts, forms_of({**people, **missed}), levels_of({**people, **missed}, facts), FLOORS
    ).steps
    assert Group() in steps[PRE_POST]


def test_the_attack_finds_a_single_person_when_nothing_is_hidden() -> None:
    people, facts = region({frozenset(["pre"]): 1})
    members = {one.id for one in facts}
    naive = [
        totals(people, members, "pre"),
        totals(people, members, "post"),
        changes(people, members, PRE_POST),
    ]
    assert smallest_attack(people, naive) == 1


def test_the_attack_finds_who_is_in_two_changes_at_once() -> None:
    """Nobody is left out of either change, yet one person is in both: the totals tell her answer."""
    both, later, all_three = (frozenset(PATTERN[a:b]) for a, b in ((0, 2), (1, 3), (0, 3)))
    facts = facts_of([("A", "", "2025", trainer) for trainer in "abcxyz"])
    people = {one.id: {both: 5, later: 5} for one in facts}
    people[facts[0].id][all_three] = 1
    members = {one.id for one in facts}
    naive = [totals(people, members, moment) for moment in PATTERN[:3]]
    naive += [changes(people, members, step) for step in (PRE_POST, POST_LATER)]
    assert smallest_attack(people, naive) == 1
    means = means_of(people, facts)
    assert [Group() in means[step] for step in STEPS[:3]] == [True, False, False]
    assert smallest_attack(people, shown_numbers(people, facts)) >= FLOORS.scores


def test_a_partnership_is_not_given_away_by_the_region() -> None:
    """One partnership leaves out two people, the other many: neither by itself nor the difference."""
    facts = facts_of([("A", "", "2025", t) for t in "abcd"] + [("B", "", "2025", t) for t in "wxyz"])
    both, only = frozenset(["pre", "post"]), frozenset(["post"])
    people = {one.id: {both: 10, only: 5 * (one.lead == "B")} for one in facts}
    people[facts[0].id][only] = 2
    shown = means_of(people, facts)[PRE_POST]
    assert shown and Group("A") not in shown
    assert not {Group(), Group("B")} <= shown


# --- one change ---------------------------------------------------------------------

SHOWN = Change(
    "ZEL1",
    PRE_POST,
    Matched(28, 37, 35, 2, 4, 0),
    "mean",
    relevant=0.3,
    teams=4,
    mean=Interval(0.5, 0.3, 0.7),
    srm=Interval(0.9, 0.5, 1.3),
    improved=20,
    same=6,
    declined=2,
    everyone=Interval(0.4, 0.2, 0.6),
    verdict=Verdict.BETTER,
)
EVERYBODY = {frozenset(["pre", "post"]): 28, frozenset(["pre"]): 9, frozenset(["post"]): 7}


def test_a_change_that_may_be_shown_keeps_its_numbers_but_not_a_small_remainder() -> None:
    shown = gated_change(SHOWN, EVERYBODY, [PRE_POST], [PRE_POST], FLOORS)
    assert shown == SHOWN
    few = gated_change(
        replace(SHOWN, matched=Matched(28, 31, 35)),
        {**EVERYBODY, frozenset(["pre"]): 3},
        [PRE_POST],
        [PRE_POST],
        FLOORS,
    )
    assert (few.matched.paired, few.matched.start, few.matched.end) == (28, None, 35)
    assert few.as_json()["match_rate"] == {"from": None, "to": 0.8}
    whole = gated_matched(Matched(28, 28, 33), FLOORS)
    assert (whole.start, whole.end) == (28, 33)


@pytest.mark.parametrize(
    ("changes_", "people", "released", "reason"),
    [
        ({"matched": Matched(4, 20, 20)}, {frozenset(["pre", "post"]): 4}, [PRE_POST], "few_pairs"),
        ({}, EVERYBODY, [], "small_group"),
    ],
)
def test_a_refused_change_has_a_reason_and_no_number(
    changes_: dict[str, Any], people: dict[Present, int], released: list[Step], reason: str
) -> None:
    found = gated_change(replace(SHOWN, **changes_), people, released, released, FLOORS)
    assert (found.verdict, found.reasons) == (Verdict.TOO_FEW, (reason,))
    left = found.as_json()
    for name in ("paired", "from_n", "to_n", "ambiguous", "improved", "same", "declined", "agrees"):
        assert left[name] is None, name
    for name in ("mean_change", "srm", "everyone"):
        assert left[name] == {"estimate": None, "low": None, "high": None}, name


@pytest.mark.parametrize(
    ("people", "means"), [(EVERYBODY, []), ({**EVERYBODY, frozenset(["post"]): 1}, [PRE_POST])]
)
def test_where_few_are_left_out_there_are_counts_and_a_verdict_but_no_size(
    people: dict[Present, int], means: list[Step]
) -> None:
    found = gated_change(SHOWN, people, [PRE_POST], means, FLOORS)
    assert (found.matched.paired, found.improved, found.verdict) == (28, 20, Verdict.BETTER)
    assert found.reasons == ("few_left_out",)
    for name in ("mean_change", "srm", "everyone"):
        assert found.as_json()[name] == {"estimate": None, "low": None, "high": None}, name


def test_a_change_of_shares_needs_ten_and_below_that_counts() -> None:
    few = replace(SHOWN, deciding="favourable", matched=Matched(8, 20, 20), improved=6, same=1, declined=1)
    people = {frozenset(["pre", "post"]): 8, frozenset(["pre"]): 12, frozenset(["post"]): 12}
    found = gated_change(few, people, [PRE_POST], [PRE_POST], FLOORS)
    assert (found.improved, found.mean, found.everyone) == (6, Interval(), Interval())
    assert found.reasons == ("few_for_shares",)
    assert (
        gated_change(replace(few, deciding="mean"), people, [PRE_POST], [PRE_POST], FLOORS).mean == SHOWN.mean
    )


def test_what_is_left_needs_enough_people_and_a_group_that_may_be_shown() -> None:
    kept = Retention("ZEL1", 9, Interval(0.7, 0.5, 0.9))
    assert gated_retention(kept, "mean", True, FLOORS) == kept
    for refused in (
        gated_retention(kept, "favourable", True, FLOORS),
        gated_retention(kept, "mean", False, FLOORS),
        gated_retention(Retention("ZEL1", 4, kept.kept), "mean", True, FLOORS),
    ):
        assert (refused.paired, refused.kept, refused.reason) == (None, Interval(), "few_pairs")
