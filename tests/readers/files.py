"""Writing small files by hand: what a tool, a spreadsheet or a person makes of a table."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo

Rows = Sequence[Sequence[Any]]


def save_csv(
    rows: Rows,
    path: Path,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\n",
    quote_all: bool = False,
) -> None:
    """A text file; None is an empty cell."""
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))


def save_xlsx(
    rows: Rows, path: Path, *, sheet: str = "Sheet1", table: str | None = None, **others: Rows
) -> None:
    """A workbook with the rows on ``sheet``, perhaps as an Excel table, and perhaps other sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, lines in {sheet: rows, **others}.items():
        page = book.create_sheet(title)
        for line in lines:
            page.append(list(line))
    if table is not None:
        first = book.worksheets[0]
        filled = sum(any(cell is not None for cell in row) for row in rows)
        reach = f"A1:{get_column_letter(len(rows[0]))}{filled}"
        style = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
        first.add_table(Table(displayName=table, ref=reach, tableStyleInfo=style))
    book.save(path)


def save_ods(rows: Rows, path: Path, *, encrypted: bool = False) -> None:
    """An open document with numbers as numbers and the rest as text."""

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
    path.write_bytes(buffer.getvalue())
