"""A board's own headers: what they are taken for, what is left out, and what a mapping decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle import wording
from qualitycycle.errors import Refused
from qualitycycle.register.board_sheet import FIELDS, Mapped, Sheet, header_at, lines_of, mapping_of


def sheet(headers: Sequence[str], *rows: Sequence[Any]) -> Sheet:
    columns = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in headers)
    return Sheet("b.xlsx", tuple(headers), columns, tuple(range(2, 2 + len(rows))))


def placed(*headers: str, mapped: Mapped | None = None) -> dict[str, str]:
    return lines_of(sheet(headers), mapped or Mapped())[1]


def told(*headers: str, mapped: Mapped | None = None) -> list[tuple[str, str | None]]:
    findings = lines_of(sheet(headers), mapped or Mapped())[2]
    return [(found.code.removeprefix("people."), found.column) for found in findings]


def test_dutch_and_english_headers() -> None:
    dutch = placed("Naam leerkracht", "SCHOOL", "Student dit jaar?", "Certificaat", "Datum", "ervaring")
    assert list(dutch) == ["name", "school", "mentoring", "certificate", "date", "stage"]
    english = placed("Full name", "School name", "Mentoring now", "Certified", "Training date")
    assert list(english) == ["name", "school", "mentoring", "certificate", "training_on"]


def test_a_typing_error_in_a_header() -> None:
    assert placed("naam", "certifikaat") == {"name": "naam", "certificate": "certifikaat"}


def test_every_field_is_found_by_every_one_of_its_words() -> None:
    for language in wording.languages():
        for name in FIELDS:
            for word in wording.text(f"people.header.{name}", language).split(";"):
                findings = lines_of(sheet([word, "naam" if name != "name" else "school"]), Mapped())[2]
                said = {found.details.get("field") for found in findings if found.column == word}
                kept = {found.code for found in findings if found.column == word}
                assert said == {name} or kept == {f"people.not_kept.{name}"}, word


def test_what_was_left_out_is_told() -> None:
    found = told("naam", "e-mailadres", "mentor sinds", "opmerkingen", "naam mentor")
    assert set(found) == {
        ("taken_for", "naam"),
        ("not_kept.contact", "e-mailadres"),
        ("not_kept.since", "mentor sinds"),
        ("left_out", "opmerkingen"),
        ("column_twice", "naam mentor"),
    }


def test_a_sheet_without_names_is_refused() -> None:
    assert ("no_name_column", None) in told("school", "certificaat")


def test_cells_become_values() -> None:
    headers = ("naam", "student dit jaar", "certificaat", "training", "datum", "ervaring")
    lines, _, findings = lines_of(
        sheet(
            headers,
            ("Noor", 2, "ja", "opfris", "3-6-2021", "startend"),
            ("Sem", 0, "bewijs van deelname", None, date(2024, 1, 1), None),
            ("An", "x", "12 mei 2023", "basistraining", " ", "EXPERIENCED"),
        ),
        Mapped(),
    )
    assert [line.cells for line in lines] == [
        {
            "name": "Noor",
            "mentoring": True,
            "certificate": True,
            "training": "refresher",
            "date": date(2021, 6, 3),
            "stage": "novice",
        },
        {"name": "Sem", "mentoring": False, "certificate": "attendance_proof", "date": date(2024, 1, 1)},
        {
            "name": "An",
            "mentoring": True,
            "certificate": date(2023, 5, 12),
            "training": "basic",
            "stage": "experienced",
        },
    ]
    assert not [found for found in findings if found.is_error]


def test_every_unreadable_cell_at_once() -> None:
    _, _, findings = lines_of(
        sheet(("naam", "begeleidt nu", "datum"), ("Noor", "misschien", "ooit"), ("Sem", "Piet", None)),
        Mapped(),
    )
    errors = [(found.row, found.column, found.value) for found in findings if found.is_error]
    assert errors == [(2, "begeleidt nu", "misschien"), (2, "datum", "ooit"), (3, "begeleidt nu", "Piet")]


def test_a_mapping_decides() -> None:
    mapped = mapping_of(
        'sheet = "Mentoren"\nkind = "refresher"\n'
        '[columns]\n"Wie" = "name"\n"naam" = ""\n[values.stage]\n"Vos" = "experienced"\n',
        "b.toml",
    )
    assert (mapped.sheet, mapped.kind) == ("Mentoren", "refresher")
    lines, headers, findings = lines_of(sheet(("wie", "naam", "fase"), ("Noor", "x", "vos")), mapped)
    assert headers == {"name": "wie", "stage": "fase"}
    assert lines[0].cells == {"name": "Noor", "stage": "experienced"}
    assert [found.column for found in findings if found.code != "people.taken_for"] == []


def test_a_mapping_for_another_file() -> None:
    mapped = mapping_of('[columns]\n"Wie" = "name"', "b.toml")
    assert ("no_such_column", None) in told("naam", "school", mapped=mapped)


def test_everything_wrong_with_a_mapping_at_once() -> None:
    with pytest.raises(Refused) as refused:
        mapping_of('kind = "x"\nwhat = 1\n[columns]\n"A" = "nam"\n[values]\nstage = "y"\n', "b.toml")
    assert [found.code for found in refused.value.findings] == [
        "people.bad_key",
        "people.not_one_of",
        "people.not_one_of",
        "people.not_one_of",
    ]
    with pytest.raises(Refused) as broken:
        mapping_of("[columns", "b.toml")
    assert broken.value.findings[0].code == "people.bad_toml"


def test_the_header_is_under_a_title() -> None:
    rows = [["Mentoren 2025"], [None, "versie", 3], ["Naam", "School", "x"], ["Noor", "De Wilg", 1]]
    assert header_at(rows, Mapped()) == 2
    assert header_at([["a", "b"], ["c", "d"]], Mapped()) == 0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=6, unique_by=str.casefold))
def test_every_column_is_told_of(headers: list[str]) -> None:
    findings = lines_of(sheet(headers), Mapped())[2]
    assert {found.column for found in findings} - {None} == set(headers)
