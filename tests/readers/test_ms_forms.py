"""Microsoft Forms in every layout that was seen: languages, quiz, moved and missing columns."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from qualitycycle.labels import split_options
from qualitycycle.readers import read
from tests.readers.conftest import Refusal, Workbook
from tests.readers.twins import SCRIPTING, TWINS

START, END = datetime(2026, 5, 3, 23, 58), datetime(2026, 5, 4, 0, 7)
QUESTION = "Wat vond je van de trainer?\u00a0"
LAYOUTS = {
    "nl": ("ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", "Tijd van laatste wijziging", "Taal"),
    "en": ("ID", "Start time", "Completion time", "Email", "Name", "Last modified time", "Language"),
    "de": ("ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name"),
    "fr": ("ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom"),
    "ja": ("ID", "開始時刻", "完了時刻", "メール", "名前"),
    "es": ("ID", "Hora de inicio", "Hora de finalización", "Correo electrónico", "Nombre"),
    "it": ("ID", "Ora di inizio", "Ora di completamento", "Posta elettronica", "Nome"),
    "pt": ("ID", "Hora de início", "Hora de conclusão", "Email", "Nome"),
}


def form(language: str) -> list[list[Any]]:
    headers = LAYOUTS[language]
    own = [START, END, "anonymous", None, None, "Nederlands"][: len(headers) - 1]
    return [[*headers, QUESTION, "Taal"], *[[number, *own, "goed", "rekenen"] for number in (3, 7)]]


@pytest.mark.parametrize("language", LAYOUTS)
def test_every_language(workbook: Workbook, language: str) -> None:
    export = read(workbook(form(language)))
    assert export.format == "ms_forms"
    assert export.headers[0] == QUESTION
    assert normalised(export.headers[1:]) == ["taal"]
    assert export.columns == (["goed", "goed"], ["rekenen", "rekenen"])
    assert export.response_ids == ["3", "7"]
    assert export.submitted == [date(2026, 5, 4)] * 2
    assert export.dropped == (LAYOUTS[language][3], LAYOUTS[language][4])
    assert export.seconds == [540.0, 540.0]
    assert export.languages == (["nl", "nl"] if "Taal" in LAYOUTS[language] else export.languages)
    assert export.findings == ()


def normalised(headers: tuple[str, ...]) -> list[str]:
    return [header.partition("#")[0].casefold() for header in headers]


def test_the_columns_are_known_by_name_and_not_by_place(workbook: Workbook) -> None:
    rows = [
        [QUESTION, "Naam", "Tijd van voltooien", "ID", "E-mail"],
        ["goed", "Piet de Boer", END, 4, "piet@example.org"],
    ]
    export = read(workbook(rows))
    assert (export.format, export.headers, export.response_ids) == ("ms_forms", (QUESTION,), ["4"])
    assert export.dropped == ("Naam", "E-mail")


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_text_file_resaved_from_it(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "Evaluatie(1-2).csv"
    rows = [["ID", "Start time", "Completion time", "Email", "Name", "Cijfer"]]
    rows += [["1", "9/17/25 13:12:00", "9/17/25 13:16:00", "anonymous", "", "7,5"]]
    rows += [["2", "9/18/25 13:12:00", "9/18/25 13:16:00", "anonymous", "", "8"]]
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle, delimiter=delimiter).writerows(rows)
    export = read(path)
    assert (export.format, export.headers, export.columns) == ("ms_forms", ("Cijfer",), (["7,5", "8"],))
    assert export.submitted == [date(2025, 9, 17), date(2025, 9, 18)]


def test_the_columns_of_a_quiz_go(workbook: Workbook) -> None:
    headers = ["ID", "Start time", "Completion time", "Email", "Total points", "Quiz feedback"]
    headers += [
        "Last modified time",
        "Name",
        "Points - Please add your name",
        "Feedback - Please add your name",
    ]
    headers += ["Wat is 1 + 1?", "Points - Wat is 1 + 1?", "Feedback - Wat is 1 + 1?"]
    row = [1, START, END, "a@example.org", 3, "x", END, "Piet", 1, "x", "2", 1, "x"]
    export = read(workbook([headers, row]))
    assert (export.headers, export.columns) == (("Wat is 1 + 1?",), (["2"],))
    assert export.dropped == ("Email", "Name")


def test_without_a_quiz_a_question_about_feedback_is_a_question(workbook: Workbook) -> None:
    headers = ["ID", "Begintijd", "Tijd van voltooien", "Feedback - geven", "Punten - verdelen", "Taal"]
    export = read(workbook([headers, [1, START, END, "ja", "nee", "ja"]]))
    assert export.headers == ("Feedback - geven", "Punten - verdelen", "Taal")


def test_repeated_questions_get_a_number(workbook: Workbook) -> None:
    headers = ["ID", "Begintijd", "Tijd van voltooien", "Vader", "Moeder", "Vader", "Vader2", "Naam2"]
    export = read(workbook([headers, [1, START, END, "a", "b", "c", "d", "Piet"]]))
    assert export.headers == ("Vader", "Moeder", "Vader#2", "Vader2")
    assert export.dropped == ("Naam2",)


def test_a_personal_column_with_answers_is_reported(workbook: Workbook) -> None:
    rows = form("nl")
    rows[1][3] = "piet@example.org"
    (found,) = read(workbook(rows)).findings
    assert (found.code, found.details["columns"]) == ("reading.identity_dropped", "E-mail")


def test_every_duplicate_id_is_named(workbook: Workbook, refusal: Refusal) -> None:
    rows: list[list[Any]] = [["ID", "Begintijd", "Tijd van voltooien", QUESTION]]
    rows += [[number, START, END, "goed"] for number in (1, 2, 1, 3, 2, 1)]
    findings = refusal(workbook(rows))
    assert [(found.code, found.row, found.value, found.count) for found in findings] == [
        ("reading.duplicate_response_id", 2, "1", 3),
        ("reading.duplicate_response_id", 3, "2", 2),
    ]


def test_a_form_nobody_answered(workbook: Workbook, refusal: Refusal) -> None:
    (found,) = refusal(workbook(form("nl")[:1]))
    assert found.code == "reading.no_rows"


def test_a_response_without_content_stays(workbook: Workbook) -> None:
    rows = [
        ["ID", "Begintijd", "Tijd van voltooien", QUESTION],
        [1, START, END, None],
        [2, START, END, "goed"],
    ]
    export = read(workbook(rows))
    assert (export.rows, export.columns) == ((2, 3), ([None, "goed"],))


def test_the_twin(tmp_path: Path) -> None:
    export = read(TWINS["ms_forms"].write(tmp_path / "Evaluatie(1-3).xlsx"))
    assert dict(zip(export.headers, export.columns, strict=True)) == {
        "Wat kun je al?\u00a0": ["Modelling;", f"{SCRIPTING};Modelling;", "breien (wol; katoen);"],
        "Vader": ["eens ", "oneens", "eens"],
        "Moeder": ["eens", "eens\u00a0", "oneens"],
        "Vader2": ["oneens", "eens", None],
        "Moeder2": ["eens", None, "eens"],
        "tweede keuze": ["a", "b", "c"],
        "tweede keuze 2": ["d", "e", "f"],
        "Cijfer": [8, 7, 10],
        "Taal2": ["rekenen", "lezen", "rekenen"],
    }
    assert export.response_ids == ["4", "6", "9"]
    assert export.submitted == [date(2026, 5, 4)] * 3
    assert export.seconds == [540.0] * 3
    assert export.languages == ["nl", "en", "nl"]
    assert export.dropped == ("E-mail", "Naam")


def test_options_that_hold_the_joiner(tmp_path: Path) -> None:
    """Split against the known options; else outside parentheses, and never without a word."""
    column = read(TWINS["ms_forms"].write(tmp_path / "export.xlsx")).columns[0]
    known = ["Modelling", SCRIPTING]
    assert [split_options(cell, known) for cell in column] == [
        (["Modelling"], []),
        ([SCRIPTING, "Modelling"], []),
        ([], ["breien (wol; katoen)"]),
    ]


def test_the_text_file_resaved_from_it_in_dutch_excel(tmp_path: Path) -> None:
    export = read(TWINS["ms_forms resaved"].write(tmp_path / "export.csv"))
    assert export.submitted == [date(2019, 12, 24), date(2020, 1, 2)]
    assert export.seconds == [480.0, 240.0]
    assert export.columns == (["good;\nvery good", "fine, really"],)


def test_a_repeated_question_keeps_its_address_when_others_come_and_go(workbook: Workbook) -> None:
    own = ["ID", "Begintijd", "Tijd van voltooien"]
    for questions in (["Vader", "Vader2", "tweede keuze", "tweede keuze 2"], ["Vader2", "tweede keuze 2"]):
        row = [1, START, END, *questions]
        export = read(workbook([[*own, *questions], row]))
        assert dict(zip(export.headers, export.columns, strict=True)) == {name: [name] for name in questions}
