"""A workbook from before a merge does not bring back who went up in somebody else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qualitycycle import wording
from qualitycycle.register.checks import check
from qualitycycle.register.merged_ids import follow_merges
from qualitycycle.register.merging import merge_people, steps_of, steps_text, unmerge_people
from qualitycycle.register.tables import Records, Row, complete_all
from qualitycycle.register.upsert import merge
from tests.register.region import ORGANISATIONS, Rows
from tests.register.test_merging import twice

Log = list[dict[str, Any]]


def merged(records: Any, *pairs: tuple[str, str]) -> tuple[Records, Log]:
    """The register after merges, and their log."""
    log: Log = []
    for number, (kept, gone) in enumerate(pairs, start=1):
        made = merge_people(records, kept, gone)
        records = made.records
        line = {"number": number, "kept": kept, "gone": gone, "steps": steps_text(made.steps)}
        log.append({**line, "undone_at": None})
    return records, log


def brought_in(incoming: Records, current: Records, log: Log) -> Records:
    """The register after the import of these rows, which must not put anything out of order."""
    rows, findings = follow_merges(incoming, current, log)
    assert not [found for found in findings if found.is_error]
    after, _ = merge(current, rows, ORGANISATIONS)
    assert errors(after) <= errors(current)
    return after


def errors(records: Records) -> set[tuple[str, str | None]]:
    return {(found.code, found.value) for found in check(records, ORGANISATIONS) if found.is_error}


@pytest.mark.parametrize("pairs", [[("T1", "T3")], [("T3", "T1")], [("T1", "T3"), ("T2", "T1")]])
def test_the_workbook_of_before_changes_nothing(pairs: list[tuple[str, str]]) -> None:
    current, log = merged(twice(), *pairs)
    after = brought_in(complete_all(twice()), current, log)
    for name, rows in after.items():
        assert sorted(map(repr, rows)) == sorted(map(repr, current[name])), name
    last = unmerge_people(after, steps_of(log[-1]["steps"]))
    assert not [found for found in last.findings if found.is_error]


def test_rows_of_the_merged_id_alone_take_nothing_away() -> None:
    records = twice()
    records["followed"].append({"person": "T1", "kind": "refresher", "on": date(2024, 1, 1)})
    current, log = merged(records, ("T1", "T3"))
    only = {
        "trainers": [
            Row({"id": "T3", "name": "N. v.d. Wilg", "board": "DUIN-B", "role": "x"}, "old.xlsx", 4)
        ],
        "followed": [{"person": "t3", "kind": "deepening", "on": date(2021, 1, 1)}],
    }
    after = brought_in(only, current, log)
    [noor] = [row for row in after["trainers"] if row["id"] == "T1"]
    assert (noor["name"], noor["board"], noor["role"]) == ("Noor van der Wilg", "DUIN-A", "x")
    followed = {(row["person"], row["kind"]) for row in after["followed"]}
    assert followed == {("T1", "basic"), ("T1", "refresher"), ("T1", "deepening")}
    _, (told,) = follow_merges(only, current, log)
    assert (told.code, told.value, told.file, told.row, told.count) == (
        "people.merged_before",
        "T3",
        "old.xlsx",
        4,
        2,
    )
    for language in ("nl", "en"):
        assert "register unmerge 1" in wording.message(told, language)


def test_on_whose_behalf_a_session_was_given_stays() -> None:
    current, log = merged(twice(), ("T1", "T3"))
    session = {"session_trainers": [{"session": "S2", "trainer": "T3", "affiliation": None}]}
    after = brought_in(session, current, log)
    assert after["session_trainers"] == current["session_trainers"]


def test_a_session_keeps_only_the_trainers_that_come_in() -> None:
    records = twice()
    records["session_trainers"].append({"session": "S2", "trainer": "T2"})
    current, log = merged(records, ("T1", "T3"))
    after = brought_in({"session_trainers": [{"session": "S2", "trainer": "T3"}]}, current, log)
    assert [row["trainer"] for row in after["session_trainers"] if row["session"] == "S2"] == ["T1"]


def test_a_merged_id_under_another_name_is_somebody_else() -> None:
    current, log = merged(twice(), ("T1", "T3"))
    other = {"trainers": [{"id": "T3", "name": "Karel Beuk"}]}
    _, findings = follow_merges(other, current, log)
    assert [found.code for found in findings if found.is_error] == ["people.merged_id_of_another"]
    spelled = {"trainers": [{"id": "T3", "name": "Noor v.d. Wilg"}]}
    _, findings = follow_merges(spelled, current, log)
    assert not [found for found in findings if found.is_error]


def test_what_no_merge_concerns_is_left_alone() -> None:
    current, log = merged(twice(), ("T1", "T3"))
    rows: Rows = {"trainers": [{"id": "T1"}, {"id": "T9"}]}
    assert follow_merges(rows, current, log) == (rows, [])
    old: Rows = {"trainers": [{"id": "T3", "name": "N. v.d. Wilg"}]}
    assert follow_merges(old, current, [{**log[0], "undone_at": "2026-01-01"}]) == (old, [])
    again = {**current, "trainers": [*current["trainers"], {"id": "T3"}]}
    assert follow_merges(old, again, log) == (old, [])
