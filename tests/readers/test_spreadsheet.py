"""Workbooks: cells, sheets, and what only looks like a workbook."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from qualitycycle.errors import Refused
from qualitycycle.readers import read, spreadsheet
from tests.readers.conftest import Refusal, Workbook, Write

ROWS = [["Vraag", "Cijfer"], ["ja", 8]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_cells_keep_their_kind(workbook: Workbook) -> None:
    moment = datetime(2026, 5, 4, 13, 29, 55)
    row = ["tekst ", 8.0, 7.5, True, moment, date(2026, 5, 4), time(9, 30), None]
    export = read(workbook([[f"Vraag {letter}" for letter in "abcdefgh"], row, ["x"] * 8]))
    first = [column[0] for column in export.columns]
    assert first == ["tekst ", 8, 7.5, True, moment, datetime(2026, 5, 4), "09:30:00", None]
    assert [type(cell) for cell in first[1:4]] == [int, float, bool]
    assert export.format == "xlsx"


def test_one_and_true_in_one_column_stay_apart(workbook: Workbook) -> None:
    (column,) = read(workbook([["Vraag"], [True], [1], [1.0], [0], [False]])).columns
    assert [repr(cell) for cell in column] == ["True", "1", "1", "0", "False"]


def test_rows_keep_the_numbers_of_the_sheet(workbook: Workbook) -> None:
    export = read(workbook([[], ["Vraag", "Cijfer"], ["ja", 8], [], ["nee", 7]]))
    assert export.rows == (3, 5)


def test_an_open_document_reads_the_same(open_document: Workbook, workbook: Workbook) -> None:
    rows = [["ID", "Vraag & waarom", "Cijfer"], [1, "één", 7.5], [2, None, 8]]
    ods, xlsx = read(open_document(rows)), read(workbook(rows))
    assert ods.format == "ods"
    assert (ods.headers, ods.columns, ods.response_ids) == (xlsx.headers, xlsx.columns, xlsx.response_ids)


def test_the_content_decides_and_not_the_name(workbook: Workbook, write: Write) -> None:
    assert read(workbook(ROWS, name="export.csv")).format == "xlsx"
    assert read(write("Vraag;Cijfer\nja;8\n", name="export.xlsx")).format == "csv"


def test_empty_sheets_do_not_count(workbook: Workbook) -> None:
    assert read(workbook([], sheet="Leeg", Blad2=ROWS, Blad3=[[" "]])).headers == ("Vraag", "Cijfer")


def test_several_sheets_are_listed(workbook: Workbook, refusal: Refusal) -> None:
    (found,) = refusal(workbook(ROWS, Blad2=ROWS, Uitleg=[["Lees dit eerst"]]))
    assert (found.code, found.details["sheets"]) == ("reading.several_sheets", "Sheet1, Blad2, Uitleg")
    assert found.details["sheets"] == "Sheet1, Blad2, Uitleg"


def test_a_sheet_can_be_asked_for(workbook: Workbook, refusal: Refusal) -> None:
    path = workbook(ROWS, Blad2=[["Waarom"], ["sfeer"]])
    assert read(path, sheet="Blad2").headers == ("Waarom",)
    (found,) = refusal(path, sheet="Blad3")
    assert (found.code, found.details["expected"]) == ("reading.no_such_sheet", "Sheet1, Blad2")


@pytest.mark.parametrize("name", ["Form Responses 1", "Form Responses ", "Formulierreacties 1"])
def test_a_sheet_named_by_a_form_tool_is_taken(workbook: Workbook, name: str) -> None:
    export = read(
        workbook(ROWS, sheet="Draaitabel", **{name: [["Tijdstempel", "V"], [datetime(2026, 5, 4), "x"]]})
    )
    assert (export.headers, export.submitted) == (("V",), [date(2026, 5, 4)])
    assert [(found.code, found.value) for found in export.findings] == [("reading.sheet_chosen", name)]


def test_a_sheet_with_the_headers_of_a_form_tool_is_taken(workbook: Workbook) -> None:
    rows = [["ID", "Begintijd", "Vraag"], [1, datetime(2026, 5, 4, 9), "x"]]
    assert read(workbook(ROWS, Antwoorden=rows)).format == "ms_forms"


def test_a_hidden_sheet_does_not_count(workbook: Workbook) -> None:
    path = workbook(ROWS, Lijstjes=[["ja"], ["nee"]])
    book = openpyxl.load_workbook(path)
    book["Lijstjes"].sheet_state = "hidden"
    book.save(path)
    assert read(path).headers == ("Vraag", "Cijfer")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OLE + bytes(504), "reading.password"),
        (OLE + bytes(504) + "EncryptedPackage\0".encode("utf-16-le"), "reading.password"),
        (OLE + bytes(504) + "Workbook\0".encode("utf-16-le"), "reading.old_excel"),
        (b"<html><body><table><tr><td>Vraag</td></tr></table></body></html>", "reading.web_page"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>\n<html lang='nl'>", "reading.web_page"),
        (b"%PDF-1.7 ...", "reading.wrong_kind"),
        (b'{"answers": []}', "reading.wrong_kind"),
        (b"PK\x03\x04 and nothing more", "reading.broken_workbook"),
    ],
)
def test_what_only_looks_like_a_workbook(write: Write, refusal: Refusal, content: bytes, code: str) -> None:
    (found,) = refusal(write(content, name="export.xlsx"))
    assert found.code == code


def test_a_protected_open_document(open_document: Workbook, refusal: Refusal) -> None:
    (found,) = refusal(open_document(ROWS, encrypted=True))
    assert found.code == "reading.password"


@pytest.mark.parametrize(
    ("part", "code"), [("word/document.xml", "reading.wrong_kind"), ("antwoorden.csv", "reading.zip_archive")]
)
def test_another_package(tmp_path: Path, refusal: Refusal, part: str, code: str) -> None:
    path = tmp_path / "export.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(part, "x")
    (found,) = refusal(path)
    assert found.code == code


def test_a_damaged_workbook_never_ends_in_a_traceback(workbook: Workbook, refusal: Refusal) -> None:
    """Cut at every tenth of its length, the workbook is refused as damaged."""
    path = workbook(ROWS)
    whole = path.read_bytes()
    for tenth in range(1, 10):
        path.write_bytes(whole[: len(whole) * tenth // 10])
        (found,) = refusal(path)
        assert found.code == "reading.broken_workbook"


def test_a_flipped_bit_is_never_another_answer(workbook: Workbook) -> None:
    rows = [["Vraag", "Cijfer"], *[[f"antwoord {number}", number % 10] for number in range(300)]]
    path = workbook(rows)
    whole, columns = path.read_bytes(), read(path).columns
    refused = 0
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert read(path).columns == columns
        except Refused:
            refused += 1
    assert refused > 20


def test_a_workbook_without_cells(workbook: Workbook, refusal: Refusal) -> None:
    (found,) = refusal(workbook([]))
    assert found.code == "reading.blank_file"


def test_a_stray_cell_in_the_last_corner(workbook: Workbook, refusal: Refusal) -> None:
    path = workbook(ROWS)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(1_048_576, 16_384, "x")
    book.save(path)
    (found,) = refusal(path)
    assert found.code == "reading.too_large"


@pytest.mark.parametrize("place", ["xfd1048576", "XFD1048576", "ZZ1048576", "XFD9999", "aa1048576"])
@pytest.mark.parametrize("reference", ['r="{}"', "r='{}'", 'r = "{}"'])
def test_a_stray_cell_in_any_notation(
    workbook: Workbook, refusal: Refusal, reference: str, place: str
) -> None:
    """What the reader takes for a cell far away would make it ask for all memory there is."""
    path = workbook([["Vraag", "Cijfer"], *[["ja", 1]] * 3000])
    replace_in_sheet(path, b'r="B2"', reference.format(place).encode())
    (found,) = refusal(path)
    assert found.code == "reading.too_large"


def test_a_large_sheet_that_is_full_is_read(workbook: Workbook) -> None:
    path = workbook([["Vraag"], *[["ja"]] * 25_000])
    assert len(read(path).rows) == 25_000


def test_a_sheet_under_another_name_is_looked_at_too(workbook: Workbook, refusal: Refusal) -> None:
    path = workbook(ROWS)
    replace_in_sheet(path, b'r="B2"', b'r="XFD1048576"', "xl/other/sheet1.xml")
    (found,) = refusal(path)
    assert found.code == "reading.too_large"


@given(
    st.integers(1, 18_278),
    st.one_of(st.integers(1, 30_000), st.integers(1, 1_048_576)),
    st.integers(0, 40),
    st.sampled_from(['"', "'"]),
)
def test_far_cells_are_found_wherever_a_block_ends(column: int, row: int, shift: int, quote: str) -> None:
    cell = f"<c r={quote}{get_column_letter(column)}{row}{quote}><v>1</v></c>"
    far = column > 702 or row >= 20_000
    sheet = b"<sheetData>".ljust(spreadsheet._BLOCK - shift) + cell.encode() + b"</sheetData>"
    assert spreadsheet._reaches_far(sheet) is far


def test_an_ordinary_sheet_holds_no_far_cell_however_it_is_cut() -> None:
    cells = (f'<c r="{letters}{row}" s="1"><v>4</v></c>' for row in (7, 19999) for letters in ("B", "AB"))
    sheet = "".join(cells).encode()
    cuts = [sheet[start:end] for start in range(len(sheet)) for end in range(start + 2, len(sheet))]
    assert not any(map(spreadsheet._holds_far, cuts))


def replace_in_sheet(path: Path, old: bytes, new: bytes, name: str = "xl/worksheets/sheet1.xml") -> None:
    """Change the XML of the first sheet, and its place in the package."""
    first = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    parts[name] = parts.pop(first).replace(old, new)
    for part, text in parts.items():
        parts[part] = text.replace(b"/" + first.encode(), b"/" + name.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part, text in parts.items():
            package.writestr(part, text)
