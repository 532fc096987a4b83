"""Google Forms: times in any language and order, quizzes, forms that were edited."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from qualitycycle.readers import RawExport, read
from qualitycycle.readers.headers import GOOGLE_TIMESTAMPS
from tests.readers.conftest import Refusal, Workbook, Write
from tests.readers.twins import OFFICE, TWINS


def by_header(export: RawExport) -> dict[str, list[Any]]:
    return dict(zip(export.headers, export.columns, strict=True))


def test_the_twin(tmp_path: Path) -> None:
    export = read(TWINS["google_forms"].write(tmp_path / "export.csv"))
    assert by_header(export) == {
        "Wat doe je?": [f"{OFFICE}, Ik begeleid", "Ik begeleid", f"{OFFICE}, iets anders"],
        "Hoe vond je [De sfeer]": ["goed", None, "best\ngoed"],
        "Hoe vond je [De zaal]": [None, None, None],
        "Zou je ons aanraden?": ["ja", "nee", "ja"],
        "Hoe vaak doe je [Lezen]": ["vaak", "nooit", "vaak"],
        "Waarom?": ["a", "b", None],
        "Waarom?#2": [None, "c", "d"],
    }
    assert export.submitted == [date(2019, 9, 5), date(2019, 9, 13), date(2019, 9, 14)]
    assert export.response_ids is None
    assert {(found.code, found.column, found.row) for found in export.findings} == {
        ("reading.repeated_question", "Waarom?", 4),
        ("reading.merged_columns", "Zou je ons aanraden?", None),
        ("reading.merged_columns", "Hoe vaak doe je [Lezen]", None),
        ("reading.identity_dropped", None, None),
    }


def test_the_sheet_behind_it(tmp_path: Path) -> None:
    export = read(TWINS["google_forms sheet"].write(tmp_path / "export.xlsx"))
    assert by_header(export) == {
        " What is your major? ": ["Education ", "Computer Science"],
        " How many items? [Screen]": [4, "about 5"],
    }
    assert export.submitted == [date(2020, 4, 2), date(2020, 4, 13)]


@pytest.mark.parametrize("name", GOOGLE_TIMESTAMPS)
@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["9/5/2019 13:29:55", "9/13/2019 8:02:11"], [date(2019, 9, 5), date(2019, 9, 13)]),
        (["4-5-2026 10:59:37", "5-5-2026 9:00:00"], [date(2026, 5, 4), date(2026, 5, 5)]),
        (["04.05.2026 10:59:37"], [date(2026, 5, 4)]),
        (["2020/04/02 2:51:32 PM GMT+2"], [date(2020, 4, 2)]),
        (["4/5/2026 10:59:37", "13/5/2026 10:59:37"], [date(2026, 5, 4), date(2026, 5, 13)]),
    ],
)
def test_the_language_of_the_header_says_nothing_about_the_date(
    write: Write, name: str, cells: list[str], days: list[date]
) -> None:
    export = read(write(f'"{name}","Cijfer"\n' + "".join(f'"{cell}","8"\n' for cell in cells)))
    assert (export.format, export.submitted, export.findings) == ("google_forms", days, ())


def test_a_date_that_can_be_read_two_ways_is_asked_about(write: Write) -> None:
    export = read(write("Timestamp,Cijfer\n4/5/2026 10:59:37,8\n5/6/2026 11:00:00,7\n"))
    assert export.submitted == [None, None]
    (found,) = export.findings
    assert (found.code, found.value, found.count) == ("reading.ambiguous_days", "4/5/2026 10:59:37", 2)


def test_a_table_with_an_id_or_without_times_is_not_of_google(write: Write) -> None:
    assert read(write("Timestamp,id,Cijfer\n4-5-2026 10:59,1,8\n")).format == "csv"
    assert read(write("Timestamp,Cijfer\nmaandag,8\n")).format == "csv"


def test_the_scores_of_a_quiz_go(write: Write) -> None:
    text = (
        '"Timestamp","Total score","1 + 1?","1 + 1? [Score]","1 + 1? [Feedback]","Score"\n'
        '"2026/05/04 10:59:37 AM GMT+2","1.00 / 1","2","1.00 / 1","goed zo","1 / 2"\n'
    )
    assert by_header(read(write(text))) == {"1 + 1?": ["2"]}


def test_a_question_about_scores_is_a_question(write: Write) -> None:
    text = "Timestamp,Vraag,Score,Hoe was [Score],Les [Feedback]\n4-5-2026 10:59,a,7,8,9\n"
    assert by_header(read(write(text))) == {
        "Vraag": ["a"],
        "Score": ["7"],
        "Hoe was [Score]": ["8"],
        "Les [Feedback]": ["9"],
    }


EDITED = "Timestamp,Vraag,Cijfer,vraag :\n4-5-2026 10:59,ja,7,\n5-5-2026 10:59,,8,nee\n6-5-2026 9:00,,6,\n"


def test_an_edited_form_is_one_question(write: Write) -> None:
    export = read(write(EDITED))
    assert by_header(export) == {"Vraag": ["ja", "nee", None], "Cijfer": ["7", "8", "6"]}
    assert [(found.code, found.details["second"]) for found in export.findings] == [
        ("reading.merged_columns", "vraag :#2")
    ]


def test_a_mapping_that_names_the_second_column_keeps_them_apart(write: Write) -> None:
    export = read(write(EDITED), keep=["Vraag :#2"])
    assert by_header(export)["Vraag"] == ["ja", None, None]
    assert by_header(export)["vraag :#2"] == [None, "nee", None]
    assert export.findings == ()


def test_a_row_of_a_grid_and_a_question_with_its_words_may_be_two(write: Write) -> None:
    text = "Timestamp,Hoe was [De sfeer],De sfeer\n4-5-2026 9:00,goed,\n5-5-2026 9:00,,warm\n"
    assert read(write(text)).headers == ("Hoe was [De sfeer]",)
    assert len(read(write(text + "6-5-2026 9:00,goed,\n")).headers) == 2
    assert len(read(write(text), keep=["De sfeer"]).headers) == 2


def test_a_number_that_the_form_itself_has_is_no_repetition(write: Write) -> None:
    export = read(write("Timestamp,Les,Les#2\n4-5-2026 10:59,a,\n5-5-2026 10:59,,b\n"))
    assert by_header(export) == {"Les": ["a", None], "Les#2": [None, "b"]}


def test_a_sheet_with_notes_beside_the_answers(workbook: Workbook, refusal: Refusal) -> None:
    rows = [["Tijdstempel", "Cijfer"], [datetime(2026, 5, 4, 10, 59), 8]]
    export = read(workbook(rows, sheet="Formulierreacties 1", Notities=[["zelf", "gemaakt"], ["x", "y"]]))
    assert (export.format, export.columns) == ("google_forms", ([8],))
    assert [found.code for found in export.findings] == ["reading.sheet_chosen"]
