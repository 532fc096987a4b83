"""What a file is by its content, whatever its name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from qualitycycle.errors import Refused
from qualitycycle.readers.peek import peek
from tests.readers.conftest import Workbook, Write


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in names:
            package.writestr(name, "<document/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"Vraag;Cijfer\nja;8\n", "csv"),
        (b"$FL2@(#) SPSS DATA FILE", "sav"),
        (b"$FL3@(#) SPSS DATA FILE", "sav"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><document/>', "xml"),
        (zipped("survey_1.lss", "survey_1.lsr", "survey_1.lst"), "lsa"),
        (zipped("xl/workbook.xml"), "xlsx"),
        (zipped("word/document.xml"), ""),
        (zipped("answers.csv"), ""),
        (b"%PDF-1.7", ""),
        (b"PK\x03\x04 broken", "xlsx"),
    ],
)
def test_the_kind_of_a_file(write: Write, content: bytes, kind: str) -> None:
    for name in ("export.csv", "export.xlsx", "export"):
        assert peek(write(content, name)).kind == kind


@pytest.mark.parametrize("content", [b"$FL2@(#)", b'<?xml version="1.0"?><a/>', zipped("survey_1.lss")])
def test_what_only_its_own_reader_knows_is_no_table(write: Write, content: bytes) -> None:
    with pytest.raises(Refused):
        _ = peek(write(content)).table


def test_every_sheet_of_a_workbook(workbook: Workbook) -> None:
    found = peek(workbook([["a"], ["b"]], sheet="form", children=[["c"]]))
    assert found.sheets == {"form": [["a"], ["b"]], "children": [["c"]]}


def test_the_bytes_are_read_once(write: Write) -> None:
    path: Path = write("Vraag\nja\n")
    found = peek(path)
    path.unlink()
    assert found.grid.columns == (["ja"],)
