"""Who is known, who is new, and nothing silently overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from qualitycycle import wording
from qualitycycle.findings import Finding, Level
from qualitycycle.register.board_people import in_their_words, rows_of
from qualitycycle.register.board_sheet import Mapped
from qualitycycle.register.merging import merge_people, unmerge_people
from qualitycycle.register.tables import Records, complete_all
from qualitycycle.register.upsert import merge
from tests.register.region import unfilled
from tests.register.test_board_sheet import sheet
from tests.register.test_merging import twice

HEADERS = ("code", "naam", "school", "begeleidt nu", "training gevolgd op", "certificaat")
KNOWN: Records = complete_all(
    {
        "mentors": [
            {"id": "M1", "name": "Noor van der Wilg", "board": "A", "school": "De Linde", "mentoring": True},
            {"id": "M2", "name": "Sem Populier", "board": "B"},
        ],
        "followed": [{"person": "M1", "kind": "refresher", "on": date(2024, 3, 1), "proof": True}],
        "certificates": [{"id": "C1", "person": "M1", "kind": "certificate", "issued_on": date(2021, 6, 3)}],
    }
)


def brought(
    *rows: Sequence[Any], mapped: Mapped | None = None, merged: Any = ()
) -> tuple[Any, list[Finding]]:
    incoming, findings = rows_of(sheet(HEADERS, *rows), "A", KNOWN, mapped or Mapped(), merged)
    after, _ = merge(KNOWN, incoming)
    return after, findings


def codes(findings: list[Finding]) -> list[str]:
    return [found.code.removeprefix("people.") for found in findings if found.code != "people.taken_for"]


def test_known_by_name_however_it_is_written() -> None:
    after, findings = brought((None, "Wilg, N. v.d.", "De Linde", "ja", None, date(2021, 6, 3)))
    assert after == KNOWN
    assert codes(findings) == ["known_as"]


def test_known_by_id_is_renamed_as_the_dry_run_lists() -> None:
    after, _ = brought(("m1", "Noor Wilg", "De Beuk", None, None, None))
    assert after["mentors"][0] | {"mentoring": True} == {
        **KNOWN["mentors"][0],
        "name": "Noor Wilg",
        "school": "De Beuk",
    }


def test_a_blank_cell_says_nothing() -> None:
    after, _ = brought((None, "Noor van der Wilg", None, None, None, None))
    assert after == KNOWN


def test_new_people_get_the_next_number() -> None:
    after, findings = brought(
        (None, "An Spar", "De Linde", "nee", None, None), ("X7", "Jo Beuk", None, None, None, None)
    )
    assert [row["id"] for row in after["mentors"]] == ["M1", "M2", "A-001", "X7"]
    assert after["mentors"][2]["board"] == "A"
    assert codes(findings) == []


def test_trainings_and_certificates_are_added_once() -> None:
    row = (None, "Noor van der Wilg", None, None, date(2023, 1, 1), date(2022, 2, 2))
    after, findings = brought(row)
    assert [(one["kind"], one["on"]) for one in after["followed"]] == [
        ("refresher", date(2024, 3, 1)),
        ("basic", date(2023, 1, 1)),
    ]
    assert [one["id"] for one in after["certificates"]] == ["C1", "M1-C20220202"]
    assert codes(findings) == ["kind_assumed"]
    incoming, _ = rows_of(sheet(HEADERS, row), "A", after, Mapped(kind="basic"))
    assert merge(after, incoming)[0] == after


def test_several_rows_of_one_person() -> None:
    after, findings = brought(
        (None, "An Spar", "De Linde", "ja", date(2020, 1, 1), None),
        (None, "an spar", "De Linde", None, date(2021, 1, 1), None),
        (None, "An Spar", "De Beuk", None, None, None),
        mapped=Mapped(kind="basic"),
    )
    assert len([row for row in after["followed"] if row["person"] == "A-001"]) == 2
    [found] = [one for one in findings if one.is_error]
    assert (found.code, found.row, found.column) == ("people.says_two_things", 4, "school")


def test_a_duplicate_is_proposed_and_not_merged() -> None:
    after, findings = brought((None, "S. Populier", None, None, None, None))
    assert [row["id"] for row in after["mentors"]] == ["M1", "M2", "A-001"]
    [found] = [one for one in findings if one.code == "people.duplicate.same"]
    assert (found.row, found.level, found.details["other"]) == (2, Level.WARNING, "M2")


def test_every_problem_at_once() -> None:
    _, findings = brought(
        ("M2", "Sem Populier", None, None, None, None),
        (None, None, "De Linde", None, None, None),
        (None, "An Spar", None, None, None, "ja"),
    )
    assert codes(findings) == ["other_board", "nameless", "certificate_without_date"]


def test_a_name_that_fits_two_people() -> None:
    records = complete_all(KNOWN)
    records["mentors"].append({**KNOWN["mentors"][0], "id": "M9", "name": "Nina van der Wilg"})
    _, findings = rows_of(sheet(HEADERS, (None, "N. van der Wilg", *[None] * 4)), "A", records, Mapped())
    [found] = [one for one in findings if one.is_error]
    assert (found.code, found.details["candidates"]) == ("people.several", "M1, M9")


def test_who_went_up_in_somebody_of_another_board_stays_so() -> None:
    merged = [{"id": "A-001", "name": "S. Populier", "board": "A", "now": "M2", "number": 1}]
    after, _ = brought((None, "S. Populier", "De Linde", None, None, None), merged=merged)
    assert [row["id"] for row in after["mentors"]] == ["M1", "M2"]
    assert (after["mentors"][1]["board"], after["mentors"][1]["school"]) == ("B", "De Linde")
    again, told = brought(("a-001", "An Ander", None, None, None, None), merged=merged)
    assert again == KNOWN
    assert ("people.merged_before", "a-001") in {(found.code, found.value) for found in told}
    new, _ = brought((None, "Jo Beuk", None, None, None, None), merged=merged)
    assert new["mentors"][-1]["id"] == "A-002"


def test_findings_speak_of_the_sheets_own_headers() -> None:
    one = sheet(HEADERS, (None, "An Spar", None, None, date(1900, 1, 1), None))
    found = Finding("x", file="b.xlsx", row=2, column="on", details={"sheet": "followed", "at": "A-001"})
    [said] = in_their_words([found], one, Mapped())
    assert (said.column, said.details) == ("training gevolgd op", {"at": "A-001"})


@pytest.mark.parametrize("language", wording.languages())
def test_sentences(language: str) -> None:
    bare = Mapped(columns={"wat": "name"})
    odd = sheet(("naam", "naam mentor", "opm", "cursussen", "sinds", "email", "certificaat", "training"))
    findings = [*rows_of(odd, "A", KNOWN, bare)[1], *rows_of(sheet(("school",)), "A", KNOWN, Mapped())[1]]
    lines = (
        (None, "Wilg, N. v.d.", None, None, None, "ja"),
        (None, "S. Populier", "De Linde", None, date(2020, 1, 1), None),
        (None, "S. Populier", "De Beuk", None, None, None),
        (None, "Sam Populir", None, None, None, None),
        ("M2", None, None, None, None, None),
        (None, None, "De Linde", None, None, None),
    )
    findings += brought(*lines)[1]
    findings += rows_of(sheet(("naam", "training"), ("Jo Beuk", "ja")), "A", KNOWN, Mapped())[1]
    assert len({found.code for found in findings}) >= 15
    for found in findings:
        assert wording.message(found, language) != found.code
        assert unfilled(found, language) == set(), found.code


@pytest.mark.parametrize("language", wording.languages())
def test_sentences_of_merging(language: str) -> None:
    made = merge_people(twice(), "T1", "T3")
    found = [*made.findings, *merge_people(twice(), "T1", "T2", {"S1"}).findings]
    found += [*merge_people(twice(), "X", "X").findings, *unmerge_people(twice(), made.steps).findings]
    assert len({one.code for one in found}) == 7
    for one in found:
        assert wording.message(one, language) != one.code
        assert unfilled(one, language) == set(), one.code
