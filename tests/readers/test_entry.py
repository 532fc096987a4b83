"""The workbook in which paper forms are typed over twice."""

from __future__ import annotations

from typing import Any

import pytest

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level
from qualitycycle.readers import RawExport, read
from tests.readers.conftest import Refusal, Workbook

FIRST, SECOND = "eerste invoer", "tweede invoer"
TITLES = ["Nummer", "Duidelijk?", "Cijfer", "Tips", "Wat? [pen]", "Wat? [bord]", "Koppelcode"]
CODES = ["qc_form", "V1", "M1", "O1", "W1[opt1]", "W1[opt2]", "koppelcode"]
ROWS = [
    [1, "4 - mee eens", 7.5, "meer tijd", "x", "x", "07ma03"],
    [2, "2 - mee oneens", 8, None, None, "x", None],
]


@pytest.fixture
def typed(workbook: Workbook) -> Any:
    """Read a workbook with these rows on its two sheets."""

    def _typed(first: list[list[Any]], second: list[list[Any]] | None = None, **others: Any) -> RawExport:
        sheets = {} if second is None else {SECOND: [TITLES, CODES, *second]}
        return read(workbook([TITLES, CODES, *first], sheet=FIRST, **sheets, **others))

    return _typed


def by_code(export: RawExport, code: str) -> list[Any]:
    return export.columns[export.headers.index(code)]


def changed(row: int, column: int, value: Any) -> list[list[Any]]:
    rows = [list(cells) for cells in ROWS]
    rows[row][column] = value
    return rows


def test_forms_typed_alike_are_responses_under_their_number(typed: Any) -> None:
    export = typed(ROWS, ROWS[::-1])
    assert (export.format, export.response_ids, export.rows) == ("entry", ["1", "2"], (3, 4))
    assert by_code(export, "V1") == ["4 - mee eens", "2 - mee oneens"]
    assert by_code(export, "W1") == ["opt1; opt2", "opt2"]
    assert export.title(export.headers.index("W1")) == "Wat?"
    assert not export.findings


@pytest.mark.parametrize(
    ("column", "value"), [(1, 4), (1, "4"), (1, "4 - MEE  eens"), (2, "7,5"), (2, "7.5"), (6, "07MA03")]
)
def test_the_same_answer_typed_otherwise_is_the_same(typed: Any, column: int, value: Any) -> None:
    export = typed(ROWS, changed(0, column, value))
    assert export.response_ids == ["1", "2"]
    assert not export.findings


@pytest.mark.parametrize(
    ("column", "value"),
    [(1, 3), (1, "4 - neutraal"), (1, None), (2, 7), (4, None), (3, "minder tijd"), (6, "07ma04")],
)
def test_a_form_that_differs_waits_and_both_cells_are_named(typed: Any, column: int, value: Any) -> None:
    export = typed(ROWS, changed(0, column, value))
    assert export.response_ids == ["2"]
    [found] = export.findings
    letter = "ABCDEFG"[column]
    assert (found.code, found.level) == ("instrument_out.entry_differs", Level.WARNING)
    assert (found.row, found.column) == (3, CODES[column])
    assert found.details["form"] == "1"
    assert found.details["first_cell"] == f"'{FIRST}'!{letter}3"
    assert found.details["second_cell"] == f"'{SECOND}'!{letter}3"
    secret = column == 6
    assert (found.details["second"] == "•••") == secret


def test_every_difference_is_told_at_once(typed: Any) -> None:
    third = [3, 1, 1, None, None, None, None]
    differing = [[1, 3, 7, "meer tijd", "x", "x", "07ma03"], [2, 1, 8, None, None, "x", None], third]
    export = typed([*ROWS, third], differing)
    assert export.response_ids == ["3"]
    assert [(one.details["form"], one.column) for one in export.findings if one.code.endswith("differs")] == [
        *(("1", "V1"), ("1", "M1")),
        ("2", "V1"),
    ]


def test_a_question_on_one_sheet_only_is_taken_from_there(workbook: Workbook) -> None:
    short = [[cell for at, cell in enumerate(row) if at != 3] for row in (TITLES, CODES, *ROWS)]
    export = read(workbook([TITLES, CODES, *ROWS], sheet=FIRST, **{SECOND: short}))
    assert by_code(export, "O1") == ["meer tijd", None]
    assert not export.findings


@pytest.mark.parametrize("second", [None, []])
def test_typed_once_is_taken_with_a_warning(typed: Any, second: list[list[Any]] | None) -> None:
    export = typed(ROWS, second)
    assert export.response_ids == ["1", "2"]
    [found] = export.findings
    assert (found.code, found.level, found.count) == ("instrument_out.entry_once", Level.WARNING, 2)


def test_forms_on_one_sheet_only_are_taken_and_named(typed: Any) -> None:
    export = typed(ROWS[:1], ROWS)
    assert export.response_ids == ["1", "2"]
    [found] = export.findings
    assert (found.code, found.details["forms"]) == ("instrument_out.entry_one_sheet", "2")
    assert (found.details["sheet"], found.details["other"]) == (SECOND, FIRST)


def test_the_sheet_that_explains_says_where_the_forms_belong(typed: Any) -> None:
    about = [["Uitleg"], [], ["qc_session", "DUIN-1"], ["qc_moment", "post"], ["anders", "x"]]
    export = typed(ROWS, ROWS, **{"lees mij": about})
    assert by_code(export, "qc_session") == ["DUIN-1", "DUIN-1"]
    assert by_code(export, "qc_moment") == ["post", "post"]
    assert "anders" not in export.headers


def test_a_form_without_number_and_a_number_twice_are_refused(typed: Any, refusal: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        typed([*ROWS, [2, 1, 1, None, None, None, None], [None, 3, 3, None, None, None, None]], ROWS)
    found: dict[str, Finding] = {one.code: one for one in refused.value.findings}
    assert found["instrument_out.entry_number_twice"].details["rows"] == "4, 5"
    assert found["instrument_out.entry_no_number"].row == 6


def test_without_the_row_of_codes_it_is_refused(workbook: Workbook) -> None:
    with pytest.raises(Refused) as refused:
        read(workbook([TITLES, *ROWS], sheet=FIRST, **{SECOND: [TITLES, CODES, *ROWS]}))
    assert [one.code for one in refused.value.findings] == ["instrument_out.entry_no_codes"]


def test_a_column_somebody_added_is_told_and_not_read(workbook: Workbook) -> None:
    wider = [[*TITLES, "Opmerking"], [*CODES, None], *([*row, "kladje"] for row in ROWS)]
    export = read(workbook(wider, sheet=FIRST, **{SECOND: [TITLES, CODES, *ROWS]}))
    assert export.headers == ("V1", "M1", "O1", "W1", "koppelcode")
    [found] = export.findings
    assert (found.code, found.column) == ("instrument_out.entry_own_column", "Opmerking")
    assert found.level is Level.INFO


def test_all_forms_waiting_leaves_nothing_to_import(typed: Any) -> None:
    with pytest.raises(Refused) as refused:
        typed(ROWS[:1], changed(0, 1, 1)[:1])
    codes = [one.code for one in refused.value.findings]
    assert codes == ["reading.no_rows", "instrument_out.entry_differs"]


def test_a_workbook_with_other_sheets_is_not_ours(workbook: Workbook) -> None:
    assert read(workbook([["Vraag"], ["ja"]])).format == "xlsx"
