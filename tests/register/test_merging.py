"""Two ids of one person become one, and back again exactly."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.findings import Level
from qualitycycle.register.derive import sessions_overview
from qualitycycle.register.merging import former, merge_people, steps_of, steps_text, unmerge_people
from qualitycycle.register.tables import TABLES, complete_all
from tests.register.region import Rows, sound

PEOPLE = ["P1", "p1 ", "P2", "P3", "P4"]


def codes(findings: Any) -> list[str]:
    return [found.code.removeprefix("people.") for found in findings]


def twice() -> Rows:
    """Noor stands in the register as a school trainer and as a mentor of another board."""
    records = sound()
    records["trainers"].append(
        {"id": "T3", "name": "N. v.d. Wilg", "affiliation": "institute", "institute": "KUST"}
    )
    records["sessions"].append({"id": "S2", "kind": "basic", "lead": "DUIN"})
    records["meetings"].append({"session": "S2", "date": date(2024, 9, 10)})
    records["session_trainers"].append({"session": "S2", "trainer": "T3"})
    records["certificates"].append(
        {"id": "C2", "person": "T3", "kind": "certificate", "issued_on": date(2023, 1, 1)}
    )
    records["requirements"] = [
        {"trainer": "T3", "requirement": "brlo", "state": "passed", "on": date(2023, 1, 1)},
        {"trainer": "T1", "requirement": "brlo", "state": "passed", "on": date(2023, 1, 1), "evidence": "x"},
    ]
    records["followed"] = [{"person": "T3", "kind": "basic", "on": date(2020, 1, 1)}]
    records["active_periods"] = [{"trainer": "T3", "active_from": date(2020, 1, 1)}]
    return records


def test_everything_goes_to_the_one_that_stays() -> None:
    made = merge_people(twice(), "t1", "T3")
    assert [row["id"] for row in made.records["trainers"]] == ["T1", "T2"]
    for table, column in (
        ("session_trainers", "trainer"),
        ("certificates", "person"),
        ("requirements", "trainer"),
        ("followed", "person"),
        ("active_periods", "trainer"),
    ):
        assert "T3" not in {row[column] for row in made.records[table]}, table
    assert len(made.records["requirements"]) == 1
    assert made.records["requirements"][0]["evidence"] == "x"
    assert made.records["trainers"][0]["institute"] == "KUST"
    assert set(codes(made.findings)) == {"merge_overrules", "merge_certificate"}
    assert {found.value for found in made.findings} == {"N. v.d. Wilg", "institute", "C2"}


def test_a_list_of_people_names_each_once() -> None:
    before = twice()
    before["practices"][0] |= {"trainers": ("T1", "t3", "T2"), "agreed": ("T3",)}
    before["replies"] = [{"id": "R1", "signed_school": "T3", "signed_institute": "T2"}]
    merged = merge_people(before, "T1", "T3")
    [practice], [reply] = merged.records["practices"], merged.records["replies"]
    assert (practice["trainers"], practice["agreed"]) == (("T1", "T2"), ("T1",))
    assert (reply["signed_school"], reply["signed_institute"]) == ("T1", "T2")
    undone = unmerge_people(merged.records, steps_of(steps_text(merged.steps)))
    assert undone.records == complete_all(before)


def test_on_whose_behalf_a_session_was_given_stays() -> None:
    """T3 gave S2 for the institute; T1 is a school trainer: S2 remains institute only."""
    made = merge_people(twice(), "T1", "T3")
    assert made.records["session_trainers"][-1]["affiliation"] == "institute"
    before, after = sessions_overview(twice()), sessions_overview(made.records)
    assert {id: facts.variant for id, facts in before.items()} == {
        id: facts.variant for id, facts in after.items()
    }


def test_a_session_with_answers_keeps_its_team() -> None:
    made = merge_people(twice(), "T1", "T3", answered={"s2"})
    assert codes(made.findings)[0] == "merge_moves_team"
    assert made.findings[0].level is Level.ERROR
    assert (made.findings[0].details["old"], made.findings[0].details["new"]) == ("T3", "T1")
    assert "merge_moves_team" not in codes(merge_people(twice(), "T1", "T3", {"S1", "E1"}).findings)


def test_a_session_with_answers_keeps_its_variant() -> None:
    """The two trainers of a tandem turn out to be one person."""
    found = merge_people(twice(), "T1", "T2", {"S1"}).findings
    assert codes(found)[:2] == ["merge_moves_team", "merge_moves_variant"]
    assert "merge_moves_variant" not in codes(merge_people(twice(), "T1", "T2").findings)


def test_undoing_is_refused_when_it_would_move_answers() -> None:
    made = merge_people(twice(), "T1", "T3")
    undone = unmerge_people(made.records, made.steps, {"S2"})
    assert codes(undone.findings) == ["merge_moves_team"]


def test_a_mentor_and_a_trainer_get_one_id() -> None:
    made = merge_people(twice(), "T1", "M1")
    assert made.records["mentors"][0]["id"] == "T1"
    assert made.records["certificates"][0]["person"] == "T1"


@pytest.mark.parametrize(
    ("keep", "gone", "code"), [("T1", "X9", "no_such_person"), ("T1", " t1", "merge_with_itself")]
)
def test_what_cannot_be_merged(keep: str, gone: str, code: str) -> None:
    made = merge_people(twice(), keep, gone)
    assert (codes(made.findings), made.records) == ([code], complete_all(twice()))


def test_later_changes_to_those_rows_are_named() -> None:
    made = merge_people(twice(), "T1", "T3")
    changed = deepcopy(made.records)
    changed["certificates"][1]["issued_on"] = date(2023, 1, 2)
    changed["trainers"][1]["name"] = "Sem P."
    undone = unmerge_people(changed, made.steps)
    assert [(found.code, found.value) for found in undone.findings] == [("people.changed_since", "C2")]
    assert undone.records == complete_all(changed)


def test_a_row_that_took_the_old_place_is_named() -> None:
    made = merge_people(twice(), "T1", "T3")
    again = deepcopy(made.records)
    again["trainers"].append({"id": "t3", "name": "Somebody new"})
    assert [found.value for found in unmerge_people(again, made.steps).findings] == ["T3"]


def test_rows_added_since_stay() -> None:
    made = merge_people(twice(), "T1", "T3")
    later = deepcopy(made.records)
    later["mentors"].append({"id": "M7"})
    undone = unmerge_people(later, made.steps)
    assert undone.records["trainers"] == complete_all(twice())["trainers"]
    assert [row["id"] for row in undone.records["mentors"]] == ["M1", "M7"]


def test_a_merge_of_a_merge_is_undone_in_order() -> None:
    first = merge_people(twice(), "T1", "T3")
    second = merge_people(first.records, "T2", "T1")
    assert codes(unmerge_people(second.records, first.steps).findings)[0] == "changed_since"
    back = unmerge_people(unmerge_people(second.records, second.steps).records, first.steps)
    assert back.records == complete_all(twice())


def test_who_went_up_in_whom() -> None:
    first = merge_people(twice(), "T1", "T3")
    second = merge_people(first.records, "T2", "T1")
    log: list[dict[str, Any]] = [
        {"number": number, "kept": kept, "gone": gone, "steps": steps_text(made.steps), "undone_at": None}
        for number, (kept, gone, made) in enumerate((("T1", "T3", first), ("T2", "T1", second)), start=1)
    ]
    assert [(row["id"], row["now"]) for row in former(log)] == [("T3", "T2"), ("T1", "T2")]
    log[1]["undone_at"] = "2026-01-01"
    assert [(row["id"], row["now"]) for row in former(log)] == [("T3", "T1")]


def test_neither_side_is_changed() -> None:
    records = twice()
    merge_people(records, "T1", "T3")
    assert records == twice()


def cells(column: Any) -> st.SearchStrategy[Any]:
    if column.name in ("person", "trainer"):
        return st.sampled_from(["P1", "P2", "P3", "P4"])
    if column.name == "session":
        return st.sampled_from(["S1", "S2", None])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "date": st.sampled_from([date(2024, 9, 1), date(2025, 9, 1)]),
        "yes_no": st.sampled_from([True, False, None]),
        "list": st.sampled_from([(), ("A",), ("A", "B")]),
        "integer": st.sampled_from([None, 3]),
        "number": st.sampled_from([None, 2.5]),
    }
    if column.kind == "choice":
        return st.sampled_from([*column.choices, *([] if column.required else [None])])
    return kinds.get(column.kind, st.sampled_from([None, "x", "Noor é"]))


def rows(name: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    table = TABLES[name]
    row = st.fixed_dictionaries({column.name: cells(column) for column in table.columns})
    unique = st.lists(row, max_size=5, unique_by=lambda one: tuple(one[key] for key in table.key))
    if not table.owns_itself:
        return unique
    return st.lists(row, min_size=2, max_size=4).map(
        lambda found: [{**one, "id": f"{name[0]}{at}"} for at, one in enumerate(found)]
    )


@st.composite
def registers(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Random registers in which four people have rows everywhere."""
    records = {
        name: draw(rows(name))
        for name in ("certificates", "requirements", "followed", "active_periods", "session_trainers")
    }
    records["session_trainers"] = [row for row in records["session_trainers"] if row["session"]]
    records["sessions"] = [{"id": "S1", "kind": "basic"}, {"id": "S2", "kind": "basic"}]
    records["meetings"] = [{"session": "S1", "date": date(2024, 9, 1)}]
    for sheet in ("trainers", "mentors"):
        found = draw(rows(sheet))
        records[sheet] = [
            {**row, "id": id} for row, id in zip(found, draw(st.permutations(PEOPLE[2:])), strict=False)
        ]
    records["mentors"].insert(0, {"id": "P1"})
    return records


@settings(max_examples=60, deadline=None)
@given(registers(), st.sampled_from(["P2", "P3", "P4"]), st.booleans())
def test_undoing_restores_the_same_records(records: Any, other: str, other_stays: bool) -> None:
    keep, gone = (other, "P1") if other_stays else ("p1", other)
    known = {row["id"] for sheet in ("trainers", "mentors") for row in records[sheet]}
    before = complete_all(records)
    made = merge_people(records, keep, gone)
    if other not in known:
        assert codes(made.findings) == ["no_such_person"]
        return
    held = {str(cell) for rows in made.records.values() for row in rows for cell in row.values()}
    assert gone not in held
    undone = unmerge_people(made.records, steps_of(steps_text(made.steps)))
    assert undone.findings == []
    assert undone.records == before
