"""Small twins of real exports, made in code, and what a refusal must look like."""

from __future__ import annotations

import io
import string
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest

from qualitycycle import readers, wording
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding

Rows = Sequence[Sequence[Any]]
Write = Callable[..., Path]
Workbook = Callable[..., Path]
Refusal = Callable[..., list[Finding]]


def unfilled(found: Finding, language: str) -> set[str]:
    """The places in a finding's sentence that stay empty, or hold a stand-in."""
    template = wording.text(found.code, language)
    places = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    own = {"file": found.file, "row": found.row, "column": found.column, "value": found.value}
    values = {**own, "count": found.count, **found.details}
    return {name for name in places if values.get(name) in (None, "", "?", "-", "None")}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text or bytes under a name; text as UTF-8 without touching its line ends."""

    def _write(content: str | bytes, name: str = "export.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    """Write an XLSX with these rows on ``Sheet1``, and perhaps other sheets."""

    def _workbook(rows: Rows, name: str = "export.xlsx", sheet: str = "Sheet1", **others: Rows) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, lines in {sheet: rows, **others}.items():
            page = book.create_sheet(title)
            for line in lines:
                page.append(list(line))
        path = tmp_path / name
        book.save(path)
        return path

    return _workbook


@pytest.fixture
def open_document(tmp_path: Path) -> Workbook:
    """Write an ODS with these rows, by hand: numbers as numbers, the rest as text."""

    def _open_document(rows: Rows, name: str = "export.ods", encrypted: bool = False) -> Path:
        def cell(value: Any) -> str:
            if value is None:
                return "<table:table-cell/>"
            if isinstance(value, int | float):
                return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
            text = escape(str(value))
            return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

        body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        spaces = " ".join(
            f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
            for name in ("office", "table", "text")
        )
        content = (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="Blad1">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        )
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        secret = "<manifest:encryption-data/>" if encrypted else ""
        manifest = (
            '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
            f"{secret}</manifest:file-entry></manifest:manifest>"
        )
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            package.writestr("mimetype", kind)
            package.writestr("content.xml", content[::-1] if encrypted else content)
            package.writestr("META-INF/manifest.xml", manifest)
        path = tmp_path / name
        path.write_bytes(buffer.getvalue())
        return path

    return _open_document


@pytest.fixture
def refusal() -> Refusal:
    """Read a file that must be refused; every finding names the file and reads in both languages."""

    def _refusal(path: Path, **options: Any) -> list[Finding]:
        with pytest.raises(Refused) as refused:
            readers.read(path, **options)
        for found in refused.value.findings:
            assert found.file == path.name
            for language in wording.languages():
                sentence = wording.message(found, language)
                assert sentence != found.code
                assert len(sentence.split()) > 8  # what is wrong and what to do
                assert unfilled(found, language) == set()
        return refused.value.findings

    return _refusal
