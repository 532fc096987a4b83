"""Points in periods: no chart, nor two charts together, tells which session a point is."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.register.derive import SessionFacts, sessions_overview
from qualitycycle.workspace.periods import TOGETHER, Period, periods

TRAINERS = 3
SESSIONS = st.lists(
    st.tuples(
        st.sampled_from(["A", "A", "B", "C"]),
        st.sampled_from(["", "", "", "B"]),
        st.sampled_from(["basis", "basis", "extra"]),
        st.sampled_from(["a", "b", "c", "d", "e", "f|g", "h|i", "a|f"]),
        st.integers(0, 700),
    ),
    max_size=40,
)


def facts_of(rows: list[tuple[str, str, str, str, int]]) -> list[SessionFacts]:
    """Sessions as (lead, shared with, series, team, days after the first of September 2024)."""
    records: dict[str, list[dict[str, object]]] = {"sessions": [], "meetings": [], "session_trainers": []}
    for number, (lead, shared, series, team, days) in enumerate(rows):
        id = f"S{number}"
        with_whom = (shared,) if shared and shared != lead else ()
        records["sessions"].append(
            {"id": id, "kind": "basic", "lead": lead, "shared_with": with_whom, "series": series}
        )
        records["meetings"].append({"session": id, "date": date(2024, 9, 1) + timedelta(days)})
        records["session_trainers"] += [{"session": id, "trainer": one} for one in team.split("|")]
    return list(sessions_overview(records).values())


@settings(max_examples=150, deadline=None)
@given(SESSIONS, st.sets(st.sampled_from("ABC")))
def test_who_lays_all_charts_side_by_side_finds_no_fewer_than_three(
    rows: list[tuple[str, str, str, str, int]], shown: set[str]
) -> None:
    """In every period the sessions that are in exactly the same charts are several people's."""
    facts = {one.id: one for one in facts_of(rows)}
    known = periods(facts.values(), {}, shown, TRAINERS)
    assert set(known) == set(facts)
    charts = {name: {id for id, f in facts.items() if name in (f.lead, *f.shared_with)} for name in shown}
    charts |= {one: {id for id, f in facts.items() if f.series == one} for one in ("basis", "extra")}
    told_apart: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for id, period in known.items():
        if period is not None:
            told_apart[period, *(id in members for members in charts.values()), facts[id].cycle].add(id)
    for members in told_apart.values():
        assert len(members) >= TOGETHER
        assert len({trainer for id in members for trainer in facts[id].trainers}) >= TRAINERS


@settings(max_examples=50, deadline=None)
@given(SESSIONS)
def test_periods_follow_each_other(rows: list[tuple[str, str, str, str, int]]) -> None:
    facts = facts_of(rows)
    known = periods(facts, {}, "ABC", TRAINERS)
    placed = sorted((one.first_date, one.id) for one in facts if known[one.id] and one.first_date)
    found = [known[id] for _, id in placed]
    assert all(a.start <= b.start and a.end <= b.end for a, b in pairwise(found) if a and b)


def test_a_period_is_as_short_as_it_may_be() -> None:
    rows = [("A", "", "basis", "abcdef"[i % 6], 30 * i) for i in range(7)]
    known = periods(facts_of(rows), {}, "A", TRAINERS)
    first, second = Period(date(2024, 9, 1), date(2024, 10, 1)), Period(date(2024, 11, 1), date(2025, 2, 1))
    assert [known[f"S{i}"] for i in range(7)] == [first] * 3 + [second] * 4


def test_periods_do_not_mix_years_or_questionnaires() -> None:
    rows = [("A", "", "basis", "abcdef"[i % 6], 55 * i) for i in range(12)]
    facts = facts_of(rows)
    versions = {f"S{i}": "old" if i < 3 else "new" for i in range(12)}
    known = periods(facts, versions, "A", TRAINERS)
    by_period = defaultdict(set)
    for one in facts:
        by_period[known[one.id]].add((one.cycle, versions[one.id]))
    assert all(len(mixed) == 1 for mixed in by_period.values())


def test_one_persons_sessions_are_no_points() -> None:
    alone = [("A", "", "basis", "a", 10 * i) for i in range(9)]
    assert set(periods(facts_of(alone), {}, "A", TRAINERS).values()) == {None}
    beside = [*alone, *(("B", "", "basis", "bcdefg"[i % 6], 10 * i) for i in range(9))]
    known = periods(facts_of(beside), {}, "AB", TRAINERS)
    assert [known[f"S{i}"] is None for i in range(18)] == [True] * 9 + [False] * 9
