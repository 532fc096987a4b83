"""Text files: encodings, delimiters, quotes and line ends."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qualitycycle.readers import read
from qualitycycle.readers.delimited import decode, sniff, table
from qualitycycle.readers.grid import DELIMITERS, tabulate
from qualitycycle.readers.headers import is_tool_header
from tests.readers.conftest import Refusal, Write

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "windows-1252")

letters = st.characters(codec="windows-1252", categories=["L", "N", "P", "S", "Zs"])
cells = st.text(st.one_of(letters, st.sampled_from('",;|\t\n\r7')), max_size=12)
questions = st.text(letters, max_size=8).map(lambda text: f"Vraag {text}")


def written(rows: list[list[str]], delimiter: str, newline: str, quoting: Any) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(rows)
    return buffer.getvalue()


@settings(deadline=None)
@given(data=st.data())
def test_any_table_comes_back(data: st.DataObject) -> None:
    """Delimiter x encoding x line end x quoting: the cells are those that were written."""
    delimiter = data.draw(st.sampled_from(list(DELIMITERS)))
    encoding = data.draw(st.sampled_from(ENCODINGS))
    newline = data.draw(st.sampled_from(["\n", "\r\n"]))
    quoting = data.draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    width = data.draw(st.integers(2, 4))
    headers = data.draw(st.lists(questions, min_size=width, max_size=width, unique_by=str.casefold))
    if quoting == csv.QUOTE_MINIMAL:  # unquoted, another mark in the header could be the delimiter as well
        headers = ["".join(c for c in text if c not in DELIMITERS or c == delimiter) for text in headers]
    rows = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=4))
    if newline == "\n":  # the writer leaves a lone carriage return unquoted
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    assume(not any(is_tool_header(cell) or "ImportId" in cell for row in rows for cell in row))
    data = written([headers, *rows], delimiter, newline, quoting).encode(encoding)
    found = tabulate("export.csv", "csv", table(data, "export.csv").records)
    kept = [(number, row) for number, row in enumerate(rows, start=2) if "".join(row).strip()]
    assert found.rows == tuple(number for number, _ in kept)
    for at, column in enumerate(found.columns):
        assert column == [row[at] if row[at].strip() else None for _, row in kept]


def test_text_is_decoded_in_the_stated_order() -> None:
    text = "één ’s morgens"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
        assert decode(mark + text.encode(encoding), "a.csv") == (text, [])
    decoded, (found,) = decode(text.encode("windows-1252"), "a.csv")
    assert decoded == text
    assert (found.code, found.is_error) == ("reading.assumed_encoding", False)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1;2,3\n", ","),
        ("a;b\n7,5;8,0\n", ";"),
        ("Cijfer, 1 tot 10;Vraag, open\n7,5;8,0\n", ";"),
        ("Cijfer (7,5 of hoger);Waarom\n7,5;sfeer\n8,0;zaal\n", ";"),
        ("Kies a; b; of c,Vraag 2,Vraag 3\nx,y,z\n", ","),
        ('"a;b;c;d",e\n1,2\n', ","),
        ('"a\nb;c,d"\te\n1\t2\n', "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("a\tb, c; d\n1\t2\n", "\t"),
        ("Alleen deze vraag\nja, hoor\n", ","),
    ],
)
def test_the_delimiter_stands_in_the_header_outside_quotes(text: str, delimiter: str) -> None:
    assert sniff(text) == delimiter


def test_a_separator_line_of_excel_is_no_row(write: Write) -> None:
    export = read(write("sep=;\r\nVraag;Waarom\r\nja;sfeer\r\n"))
    assert (export.headers, export.rows) == (("Vraag", "Waarom"), (2,))


def test_line_breaks_inside_quotes_do_not_shift_the_row_numbers(write: Write) -> None:
    export = read(write('Vraag,Waarom\r\n"ja\nhoor\r\nja",x\r\n\r\nnee,"y"\r\n'))
    assert export.rows == (2, 4)
    assert export.columns == (["ja\nhoor\r\nja", "nee"], ["x", "y"])


def test_rows_of_delimiters_go(write: Write) -> None:
    export = read(write("Vraag;Cijfer\r\nja;7,5\r\n" + ";\r\n" * 918))
    assert export.columns == (["ja"], ["7,5"])
    assert export.findings == ()


def test_old_line_ends(write: Write) -> None:
    assert read(write("Vraag,Cijfer\rja,7\rnee,8\r")).columns == (["ja", "nee"], ["7", "8"])


def test_a_long_cell_is_read(write: Write) -> None:
    long = "a" * 300_000
    assert read(write(f"Vraag,Waarom\nja,{long}\n")).columns[1] == [long]


def test_an_unclosed_quote_names_its_row(write: Write, refusal: Refusal) -> None:
    (found,) = refusal(write('Vraag,Waarom\nja,goed\nnee,"de zaal\nja,x\n'))
    assert (found.code, found.row) == ("reading.broken_quotes", 3)


def test_every_kind_of_uneven_row_is_named_at_once(write: Write, refusal: Refusal) -> None:
    findings = refusal(write("ID,Vraag,Cijfer\n1,ja,7,5\n2,nee\n2,nee,8,0,x\n"))
    assert [(found.code, found.row) for found in findings] == [
        ("reading.long_row", 2),
        ("reading.long_row", 4),
        ("reading.duplicate_response_id", 3),
        ("reading.short_row", 3),
    ]
