"""Records as a table: row numbers, headers, blank and uneven records."""

from __future__ import annotations

from typing import Any

import pytest

from qualitycycle.errors import Refused
from qualitycycle.readers.grid import Grid, tabulate


def table(*records: list[Any]) -> Grid:
    return tabulate("export.csv", "csv", records)


def codes(grid: Grid) -> list[tuple[str, int | None, int]]:
    return [(found.code, found.row, found.count) for found in grid.findings]


def refused(*records: list[Any]) -> list[str]:
    with pytest.raises(Refused) as refusal:
        table(*records)
    return [found.code for found in refusal.value.findings]


def test_blank_records_go_and_row_numbers_stay() -> None:
    grid = table([], ["", " "], ["Vraag", "Waarom"], ["ja", ""], ["", "\u00a0"], [], ["nee", "sfeer"])
    assert grid.headers == ("Vraag", "Waarom")
    assert grid.columns == (["ja", "nee"], [None, "sfeer"])
    assert grid.rows == (4, 7)
    assert grid.findings == ()


def test_a_delimiter_at_the_end_of_every_line_is_no_column() -> None:
    assert table(["V", "W", ""], ["a", "b", ""]).headers == ("V", "W")
    assert table(["V", "W"], ["a", "b", ""], ["c", "d", "", ""]).findings == ()
    assert table(["V", "W", ""], ["a", "b"]).findings == ()


def test_repeated_and_missing_headers_get_a_name_of_their_own() -> None:
    grid = table(
        ["Other", "", "Other ", "other", "Other#2", None],
        ["a", "b", "c", "d", "e", ""],
    )
    assert grid.headers == ("Other", "#2", "Other#3", "other#4", "Other#2")
    assert codes(grid) == [("reading.unnamed_column", 1, 1)]
    assert len(grid.positions()) == len(grid.headers)


def test_the_number_of_a_repeated_header_does_not_depend_on_the_answers() -> None:
    assert table(["Other"] * 3, ["", "x", ""]).headers == ("Other", "Other#2", "Other#3")


def test_a_record_that_is_too_long_is_an_error_and_too_short_a_warning() -> None:
    grid = table(
        ["V", "W", "X"], ["a"], ["a", "b", "c", "d"], ["a", "b", "c"], ["a", "b", "c", "", "e"], ["b"]
    )
    assert codes(grid) == [
        ("reading.long_row", 3, 1),
        ("reading.long_row", 5, 1),
        ("reading.short_row", 2, 2),
    ]
    assert [found.is_error for found in grid.findings] == [True, True, False]
    assert grid.findings[2].details == {"cells": 1, "expected": 3, "rows": "2, 6"}
    assert grid.columns[2] == [None, "c", "c", "c", None]


def test_no_findings_hold_a_value() -> None:
    grid = table(["V", "W"], ["a", "b", "piet@example.org"])
    assert "piet" not in repr(grid.findings)


@pytest.mark.parametrize(
    "first",
    [
        ["1", "1002", "2,5"],
        [1, 2.5, True],
        ["12", "2026-05-04 13:29", "helemaal mee eens", "ja", "nee", "ja"],
        ["ja", "nee", "piet@example.org"],
    ],
)
def test_a_first_row_of_answers_is_no_header(first: list[Any]) -> None:
    assert refused(first, ["2", "7", "ja"]) == ["reading.no_header"]


def test_a_number_among_the_headers_is_a_header() -> None:
    assert table(["ID", "Vraag", 2025], ["1", "ja", "7"]).headers == ("ID", "Vraag", "2025")


def test_a_title_above_the_table_is_named() -> None:
    assert refused(["Evaluatie"], ["ID", "Vraag"], ["1", "ja"]) == ["reading.title_row"]
    assert refused(["Evaluatie", None, None], ["ID", "Vraag", "Cijfer"], [1, "ja", 8]) == [
        "reading.title_row"
    ]


def test_a_second_row_of_headers_is_named() -> None:
    ids = ["StartDate", "IPAddress", "ResponseId", "Q1"]
    texts = ["Start Date", "IP Address", "Response ID", "Wat vond je ervan?"]
    imports = [f'{{"ImportId":"{name}"}}' for name in ids]
    assert refused(ids, texts, ["2026-05-04", "192.0.2.7", "R_1", "goed"]) == ["reading.more_headers"]
    assert refused(ids, imports) == ["reading.more_headers"]
    assert refused(["V1", "V2", "Q1"], ["ResponseID", "Name", "Wat?"], ["R_1", "Piet", "goed"]) == [
        "reading.more_headers"
    ]


@pytest.mark.parametrize(
    "records",
    [
        [["ID;Vraag;Cijfer"], ["1;ja;7,5"], ["2;nee;8"]],
        [["ID^Vraag^Cijfer"], ["1^ja^7"]],
        [["ID", "Vraag", "Cijfer"], ["1;ja;7"], ["2;nee;8"]],
    ],
)
def test_cells_that_stand_together_are_named(records: list[list[Any]]) -> None:
    assert refused(*records) == ["reading.wrong_delimiter"]


def test_one_question_with_sentences_is_fine() -> None:
    grid = table(["Wat viel op, en waarom?"], ["de sfeer, echt"], ["niets"], ["de zaal, het eten, de tijd"])
    assert grid.findings == ()
    assert table(["Opmerkingen:"], ["geen"], ["les: goed"]).findings == ()


def test_nothing_but_blanks() -> None:
    assert refused([], ["", None], [" "]) == ["reading.blank_file"]
