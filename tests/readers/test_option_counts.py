"""Surveys of which only the counts are left."""

from __future__ import annotations

import pytest

from qualitycycle.readers import read
from tests.readers.conftest import Refusal, Workbook, Write

FOUNDING = "vraag;antwoord;aantal\n12;Nee;196\n12;Ja; 35 \n"


def test_dutch_and_english_columns_in_any_order(write: Write, workbook: Workbook) -> None:
    expected = (["12", "12"], ["Nee", "Ja"], [196, 35])
    for path in (
        write(FOUNDING),
        write("Count,Item,Option\n196,12,Nee\n35,12,Ja\n", name="english.csv"),
    ):
        export = read(path)
        assert export.format == "option_counts"
        assert export.headers == ("item", "option", "count")
        assert export.columns == expected
        assert (export.response_ids, export.submitted, export.rows) == (None, None, (2, 3))
    rows = [["vraag", "antwoord", "aantal"], ["a", "Nee", 196], ["a", "Ja", 35.0]]
    assert read(workbook(rows)).columns == (["a", "a"], ["Nee", "Ja"], [196, 35])


def test_a_fourth_column_is_another_layout(write: Write) -> None:
    assert read(write("item,option,count,note\na,b,1,x\n")).format == "csv"


@pytest.mark.parametrize("count", ["7,5", "-1", "veel", "1e3", "²"])
def test_a_count_is_a_whole_number(write: Write, refusal: Refusal, count: str) -> None:
    (found,) = refusal(write(f'item;option;count\na;ja;"{count}"\na;nee;3\n'))
    assert (found.code, found.row, found.column, found.value) == ("reading.not_a_count", 2, "count", count)


def test_everything_wrong_at_once(write: Write, refusal: Refusal) -> None:
    findings = refusal(write("vraag;antwoord;aantal\na;ja;3\na; JA;4\n;nee;x\na;;5\na;;5\na;nee;\n"))
    assert [(found.code, found.row, found.column, found.value) for found in findings] == [
        ("reading.blank_cell", 4, "vraag", None),
        ("reading.not_a_count", 4, "aantal", "x"),
        ("reading.blank_cell", 5, "antwoord", None),
        ("reading.blank_cell", 7, "aantal", None),
        ("reading.repeated_option", 2, "antwoord", "ja"),
    ]


def test_no_counts_at_all(write: Write, refusal: Refusal) -> None:
    (found,) = refusal(write("item,option,count\n"))
    assert found.code == "reading.no_rows"
