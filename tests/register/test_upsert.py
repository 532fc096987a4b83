"""Upserting: absent rows stay, first spellings stay, sessions with answers are protected."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from qualitycycle import wording
from qualitycycle.findings import Level
from qualitycycle.register.checks import check
from qualitycycle.register.derive import sessions_overview
from qualitycycle.register.tables import Row, complete_all
from qualitycycle.register.upsert import guard, merge, respell
from tests.register.region import ORGANISATIONS, Rows, sound, unfilled, with_row


def test_into_an_empty_register() -> None:
    merged, changes = merge({}, sound())
    assert merged == complete_all(sound())
    assert {change.kind for change in changes} == {"added"}


def test_again_changes_nothing() -> None:
    merged, changes = merge(complete_all(sound()), sound())
    assert merged == complete_all(sound())
    assert {change.kind for change in changes} == {"unchanged"}


def test_lists_from_the_store_equal_tuples_from_the_workbook() -> None:
    stored = complete_all(sound())
    stored["actions"][0] = {**stored["actions"][0], "sessions": ["S1"]}
    _, changes = merge(stored, sound())
    assert {change.kind for change in changes} == {"unchanged"}


def test_absent_rows_and_tables_stay() -> None:
    merged, changes = merge(sound(), {"trainers": [{"id": "T3", "affiliation": "external"}]})
    assert [row["id"] for row in merged["trainers"]] == ["T1", "T2", "T3"]
    assert merged["sessions"] == complete_all(sound())["sessions"]
    assert Counter(change.kind for change in changes)["added"] == 1


def test_a_changed_row_says_what_changed() -> None:
    _, changes = merge(sound(), {"sessions": [{"id": "S1", "attended": 18, "invited": 20}]})
    [change] = [change for change in changes if change.kind != "unchanged"]
    assert (change.table, change.key, change.kind) == ("sessions", "S1", "changed")
    assert change.fields == {"attended": (16, 18)}


def test_a_blank_cell_clears_and_an_absent_column_does_not() -> None:
    merged, _ = merge(sound(), {"sessions": [{"id": "S1", "attended": None}]})
    assert (merged["sessions"][0]["attended"], merged["sessions"][0]["invited"]) == (None, 20)


def test_first_spelling_stays_in_ids_and_references() -> None:
    incoming: Rows = {
        "trainers": [{"id": "t1", "name": "Noor Wilg"}],
        "session_trainers": [{"session": "s1", "trainer": "T1"}, {"session": "S1", "trainer": "t2"}],
        "actions": [{"id": "a1", "sessions": ("s1",)}],
    }
    merged, changes = merge(sound(), incoming)
    assert [row["id"] for row in merged["trainers"]] == ["T1", "T2"]
    assert [tuple(row.values())[:2] for row in merged["session_trainers"]] == [("S1", "T1"), ("S1", "T2")]
    assert merged["actions"][0]["sessions"] == ("S1",)
    assert [change.key for change in changes if change.kind == "changed"] == ["T1"]


def test_codes_get_the_spelling_of_the_config() -> None:
    merged, _ = merge({}, with_row("sessions", lead="duin", boards=("meer-a",)), ORGANISATIONS)
    assert (merged["sessions"][0]["lead"], merged["sessions"][0]["boards"]) == ("DUIN", ("MEER-A",))
    assert check(merged, ORGANISATIONS) == []
    assert respell({"sessions": [{"id": "S1", "lead": "XX"}]}, ORGANISATIONS)["sessions"][0]["lead"] == "XX"


def test_a_wrong_meeting_or_trainer_can_be_corrected() -> None:
    """Meetings and trainers are parts of a session: what the import says of it replaces them."""
    incoming: Rows = {
        "meetings": [{"session": "S1", "date": date(2025, 9, 17), "hours": 3.0}],
        "session_trainers": [{"session": "S1", "trainer": "T2"}],
    }
    merged, changes = merge(sound(), incoming)
    facts = sessions_overview(merged)["S1"]
    assert (facts.first_date, facts.trainers) == (date(2025, 9, 17), ("T2",))
    kinds = Counter((change.table, change.kind) for change in changes)
    assert (kinds["meetings", "removed"], kinds["meetings", "added"]) == (2, 1)
    assert kinds["session_trainers", "removed"] == 1


def test_parts_of_other_sessions_stay() -> None:
    current = sound()
    current["sessions"].append({"id": "S2", "kind": "basic", "lead": "DUIN"})
    current["meetings"].append({"session": "S2", "date": date(2026, 1, 10)})
    merged, _ = merge(current, {"meetings": [{"session": "S2", "date": date(2026, 1, 17)}]})
    assert [(row["session"], row["date"].day) for row in merged["meetings"]] == [
        ("S1", 10),
        ("S1", 8),
        ("S2", 17),
    ]


def test_one_id_twice_in_one_import_is_left_for_the_checks() -> None:
    merged, _ = merge(sound(), {"trainers": [{"id": "T1", "board": "DUIN-A"}, {"id": "t1"}]})
    assert "register.duplicate" in [found.code for found in check(merged, ORGANISATIONS)]


def test_rows_keep_their_place() -> None:
    row = Row({"id": "S1", "lead": "XX"}, "register.xlsx", 5, unread=["kind"])
    merged, _ = merge(sound(), {"sessions": [row]})
    [found] = check(merged, ORGANISATIONS)
    assert (found.code, found.file, found.row) == ("register.unknown_code.several", "register.xlsx", 5)
    kept: Any = merged["sessions"][0]
    assert kept.unread == {"kind"}


def test_neither_side_is_changed() -> None:
    current, incoming = sound(), with_row("sessions", lead="MEER")
    merge(current, incoming, ORGANISATIONS)
    assert current == sound()
    assert incoming == with_row("sessions", lead="MEER")


def findings(current: Any, incoming: Any, answered: set[str]) -> list[tuple[str, Level]]:
    merged, _ = merge(current, incoming)
    return [(found.code[9:], found.level) for found in guard(current, merged, answered)]


def test_nothing_to_guard_without_answers() -> None:
    assert findings(sound(), with_row("sessions", lead="MEER"), set()) == []
    assert findings(sound(), sound(), {"S1", "E1"}) == []


def test_losing_a_session_with_answers_is_an_error() -> None:
    for table, id in (("sessions", "s1"), ("surveys", "E1")):
        without = sound() | {table: []}
        [found] = guard(sound(), without, {id})
        assert (found.code, found.level) == ("register.lost_with_answers", Level.ERROR)


def test_a_new_id_for_a_session_with_answers_is_an_error() -> None:
    """Renaming in the workbook looks like a new session that says exactly the same."""
    renamed = sound()
    renamed["sessions"][0]["id"] = "S1-NEW"
    for table in ("meetings", "session_trainers"):
        for row in renamed[table]:
            row["session"] = "S1-NEW"
    merged, _ = merge(sound(), renamed)
    [found] = guard(sound(), merged, {"S1"})
    assert (found.code, found.level) == ("register.renamed_with_answers", Level.ERROR)
    assert (found.value, found.details["old"]) == ("S1-NEW", "S1")
    assert guard(sound(), merged, set()) == []
    renamed["sessions"][0]["notes"] = "the afternoon group"
    assert findings(sound(), renamed, {"S1"}) == []


def test_a_new_id_for_a_survey_with_answers_is_an_error() -> None:
    assert findings(sound(), with_row("surveys", id="E2"), {"e1"}) == [("renamed_with_answers", Level.ERROR)]


def test_moving_answers_is_a_warning() -> None:
    warning = Level.WARNING
    assert findings(sound(), with_row("sessions", lead="MEER"), {"s1"}) == [("moves_lead", warning)]
    assert findings(sound(), with_row("surveys", cycle="2024-2025"), {"E1"}) == [("moves_cycle", warning)]
    from_region = findings(sound(), with_row("surveys", partnership="DUIN"), {"E1"})
    assert from_region == [("moves_lead.from_nothing", warning)]
    assert findings(sound(), with_row("meetings", date=date(2025, 7, 1)), {"S1"}) == [
        ("moves_cycle", warning)
    ]


def test_another_variant_or_team_for_answers_is_a_warning() -> None:
    alone = {"session_trainers": [{"session": "S1", "trainer": "T2"}]}
    assert findings(sound(), alone, {"S1"}) == [
        ("moves_team", Level.WARNING),
        ("becomes.institute_only", Level.WARNING),
    ]
    moved = {"trainers": [{"id": "T1", "affiliation": "institute"}]}
    assert findings(sound(), moved, {"S1"}) == [("becomes.institute_only", Level.WARNING)]


@pytest.mark.parametrize("language", wording.languages())
def test_sentences(language: str) -> None:
    renamed = with_row("surveys", id="E2")
    renamed["sessions"][0]["lead"] = "MEER"
    renamed["session_trainers"] = [{"session": "S1", "trainer": "T2"}]
    renamed["meetings"] = [{"session": "S1", "date": date(2024, 9, 10)}]
    merged, _ = merge(sound(), renamed)
    found = [*guard(sound(), merged, {"S1", "E1"}), *guard(sound(), {}, {"S1"})]
    assert len({one.code for one in found}) == 6
    for one in found:
        sentence = wording.message(one, language)
        assert sentence != one.code
        assert "{" not in sentence
        assert unfilled(one, language) == set()
        assert str(one.value) in sentence


@pytest.mark.parametrize("language", wording.languages())
def test_what_comes_from_nothing_or_goes_there(language: str) -> None:
    whole, bare = sound(), sound()
    whole["surveys"][0]["partnership"] = "DUIN"
    bare["session_trainers"], bare["meetings"] = [], []
    for before, after, side in ((bare, whole, "from_nothing"), (whole, bare, "to_nothing")):
        found = guard(before, after, {"S1", "E1"})
        assert {one.code for one in found if one.code.endswith(side)} == {
            f"register.moves_{what}.{side}" for what in ("cycle", "team", "lead")
        }
        for one in found:
            assert wording.message(one, language) != one.code
            assert unfilled(one, language) == set()
