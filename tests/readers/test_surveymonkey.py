"""SurveyMonkey: two header records, options and statements."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qualitycycle.readers import RawExport, read
from tests.readers.conftest import Refusal, Workbook, Write
from tests.readers.twins import TWINS


def by_header(export: RawExport) -> dict[str, list[Any]]:
    return dict(zip(export.headers, export.columns, strict=True))


@pytest.mark.parametrize("name", ["surveymonkey", "surveymonkey workbook"])
def test_the_twin(tmp_path: Path, name: str) -> None:
    export = read(TWINS[name].write(tmp_path / "export.data"))
    assert by_header(export) == {
        "Which school do you work at?": ["De Wilg", "De Eik", None],
        "What did you learn?": ["a lot,\nreally", None, "little"],
        "What hinders you? (Select up to 3)": [
            "Too little time",
            "the travel",
            "Too little time; No help; no plan",
        ],
        "How content are you with: [The trainer]": ["Very", "Hardly", None],
        "How content are you with: [The room]": [None, "Very", "Very"],
        "Which day suits you?": ["Monday", "Other", None],
        "Which day suits you? [Other]": [None, "any day", None],
    }
    assert export.response_ids == ["118001", "118002", "118003"]
    assert export.submitted == [date(2025, 12, 2), date(2025, 12, 5), date(2025, 12, 6)]
    assert export.seconds == [600.0, 120.0, 600.0]
    assert {"IP Address", "Email Address", "First Name", "Last Name", "Name"} < set(export.dropped)


OWN = "Respondent ID,Collector ID,Start Date,End Date"


def test_the_day_may_come_first_after_all(write: Write) -> None:
    rows = "1,9,4/5/2026 9:00,4/5/2026 9:05,8\n2,9,13/5/2026 9:00,13/5/2026 9:05,7\n"
    export = read(write(f"{OWN},Cijfer\n,,,,Response\n{rows}"))
    assert export.submitted == [date(2026, 5, 4), date(2026, 5, 13)]
    assert export.seconds == [300.0, 300.0]


def test_the_metadata_can_be_kept_by_a_mapping(write: Write) -> None:
    text = f"{OWN},Custom Data 1,Cijfer\n,,,,,Response\n1,9,,,S-25-01,8\n"
    assert read(write(text)).headers == ("Cijfer",)
    assert by_header(read(write(text), keep=["Custom Data 1"]))["Custom Data 1"] == ["S-25-01"]


def test_one_header_record_is_enough(write: Write) -> None:
    export = read(write(f"{OWN},Cijfer,Waarom\n1,9,,,8,sfeer\n2,9,,,7,\n"))
    assert export.format == "surveymonkey"
    assert (export.rows, by_header(export)) == ((2, 3), {"Cijfer": ["8", "7"], "Waarom": ["sfeer", None]})


def test_two_questions_with_the_same_words_stay_two(write: Write) -> None:
    text = f"{OWN},Welke?,,Welke?,\n,,,,a,b,a,b\n1,9,,,a,,,b\n2,9,,,a,b,a,b\n"
    assert by_header(read(write(text))) == {"Welke?": ["a", "a; b"], "Welke?#2": ["b", "a; b"]}


def test_blank_header_cells_that_a_workbook_left_out(workbook: Workbook) -> None:
    rows = [
        ["Respondent ID", "Collector ID", "Wat past bij je?"],
        [None, None, "lezen", "rekenen", "E-mail"],
        [1, 9, "lezen", "rekenen", None],
        [2, 9, None, "rekenen", "E-mail"],
    ]
    export = read(workbook(rows))
    assert by_header(export) == {"Wat past bij je?": ["lezen; rekenen", "rekenen; E-mail"]}
    assert export.rows == (3, 4)


def test_answers_without_any_header_are_named(write: Write) -> None:
    export = read(write(f"{OWN},Cijfer,\n,,,,Response,\n1,9,,,8,x\n"))
    assert export.headers == ("Cijfer", "#6")
    assert [found.code for found in export.findings] == ["reading.unnamed_column"]


def test_a_repeated_respondent_is_an_error(write: Write, refusal: Refusal) -> None:
    (found,) = refusal(write(f"{OWN},Cijfer\n,,,,Response\n1,9,,,8\n1,9,,,8\n"))
    assert (found.code, found.row, found.value) == ("reading.duplicate_response_id", 3, "1")
