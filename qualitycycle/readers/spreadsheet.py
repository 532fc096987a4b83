"""Workbooks: XLSX and ODS, read through python-calamine."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level
from qualitycycle.readers.grid import Records, Table, is_blank
from qualitycycle.readers.headers import is_tool_header
from qualitycycle.readers.raw import Options, RawExport, assemble
from qualitycycle.readers.sheet import Sheet

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError)
"""What opening or reading a damaged zip may raise."""

_MANIFEST = "META-INF/manifest.xml"
_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>/]*>')
_FAR_CELL = re.compile(rb'r="(?:[A-Z]{3}|[A-Z]{1,2}(?:[2-9][0-9]{4}|[0-9]{6}))')
"""A cell in a column of three letters or from row 20,000 on: without one a sheet is small."""
_MOST_CELLS = 20_000_000
_MOST_BYTES = 1_000_000_000
_ANSWER_SHEETS = re.compile(
    r"(form responses|formulierreacties|formularantworten|réponses au formulaire"
    r"|respostas ao formulário) ?\d*"
)


def recognises(peek: Peek) -> bool:
    """Whether the file is a workbook."""
    return peek.kind in ("xlsx", "ods")


def read(peek: Peek, options: Options) -> RawExport:
    """The workbook as a plain table of answers; a tool's own columns are known by their names."""
    return assemble(peek, peek.kind, options)


def table(found: dict[str, Records], file: str, sheet: str | None = None) -> Table:
    """The records on the sheet with the answers, out of a workbook's ``sheets``.

    That is ``sheet``, else the only visible one with data, else the only one of those
    that looks like a survey tool's. Raises Refused when there is more than one such sheet.
    """
    name, findings = _choose(found, sheet, file)
    return Table(found[name], tuple(findings))


def sheets(data: bytes, file: str) -> dict[str, Records]:
    """Every sheet with data, in plain cells; hidden ones only when no visible one has any.

    A cell is None, text, a number, a truth value or a datetime.

    Raises Refused when the workbook is broken, protected, too large or blank.
    """
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    problem = _inspect(data)
    if problem is not None:
        raise Refused(Finding(problem, file=file))
    visible: dict[str, Records] = {}
    hidden: dict[str, Records] = {}
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in workbook.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            found = Sheet.of(workbook.get_sheet_by_name(meta.name).to_python(skip_empty_area=False))
            if not found.is_blank:
                shown = meta.visible == SheetVisibleEnum.Visible
                (visible if shown else hidden)[meta.name] = found
    except PasswordError:
        raise Refused(Finding("reading.password", file=file)) from None
    except CalamineError:
        raise Refused(Finding("reading.broken_workbook", file=file)) from None
    if not visible and not hidden:
        raise Refused(Finding("reading.blank_file", file=file))
    return visible or hidden


def _inspect(data: bytes) -> str | None:
    """The code of what forbids opening a zipped workbook: damage, a password, its size.

    The reader itself does not compare checksums: a flipped bit would be a changed
    answer. And it makes room for everything above and before the last cell: one stray
    cell in the last corner would exhaust the memory.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if any(part.flag_bits & 1 for part in parts):
                return "reading.password"
            if sum(part.file_size for part in parts) > _MOST_BYTES:
                return "reading.too_large"
            texts = {part.filename: _whole(package, part) for part in parts if _is_text(part.filename)}
    except BROKEN_ZIP:
        return "reading.broken_workbook"
    if b"encryption-data" in texts.get(_MANIFEST, b""):
        return "reading.password"
    sheets = [text for name, text in texts.items() if name.startswith("xl/worksheets/")]
    large = any(_FAR_CELL.search(sheet) and _extent(sheet) > _MOST_CELLS for sheet in sheets)
    return "reading.too_large" if large else None


def _whole(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part in one go, which costs half of what reading it in pieces does; its checksum is compared."""
    with package.open(part) as opened:
        return opened.read(part.file_size) + opened.read()


def _is_text(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _extent(sheet: bytes) -> int:
    """Rows times columns up to the last filled cell of a sheet's XML.

    >>> _extent(b'<c r="B3"><v>1</v></c><c r="AA2"><v>1</v></c><c r="XFD9" s="1"/>')
    81
    """
    cells = _FILLED_CELL.findall(sheet)
    last_row = max((int(row) for _, row in cells), default=0)
    last_column = 0
    for letters in {letters for letters, _ in cells}:
        place = 0
        for letter in letters:
            place = 26 * place + letter - ord("A") + 1
        last_column = max(last_column, place)
    return last_row * last_column


def _choose(sheets: dict[str, Records], asked: str | None, file: str) -> tuple[str, list[Finding]]:
    names = ", ".join(sheets)
    if asked is not None:
        if asked not in sheets:
            raise Refused(
                Finding("reading.no_such_sheet", file=file, value=asked, details={"expected": names})
            )
        return asked, []
    if len(sheets) == 1:
        return next(iter(sheets)), []
    known = [name for name, records in sheets.items() if _is_answer_sheet(name, records)]
    if len(known) != 1:
        raise Refused(Finding("reading.several_sheets", file=file, details={"sheets": names}))
    left = ", ".join(name for name in sheets if name != known[0])
    return known[0], [
        Finding("reading.sheet_chosen", Level.INFO, file, value=known[0], details={"sheets": left})
    ]


def _is_answer_sheet(name: str, records: Sequence[Sequence[Any]]) -> bool:
    """Whether a form tool named the sheet, or wrote at least two of its headers."""
    if _ANSWER_SHEETS.fullmatch(name.strip().casefold()):
        return True
    header = next(record for record in records if not is_blank(record))
    return sum(isinstance(cell, str) and is_tool_header(cell) for cell in header) >= 2
