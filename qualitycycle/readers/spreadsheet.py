"""Workbooks: XLSX and ODS, read through python-calamine."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

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
_FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["'][^>/]*>""")
_LETTER, _OTHER, _DIGIT = 0, 1, 7
_KINDS = bytes(
    _LETTER if chr(byte).isascii() and chr(byte).isalpha() else _DIGIT if 48 <= byte < 58 else _OTHER
    for byte in range(256)
)
"""Of every byte its kind; no other two kinds differ as much as a digit from a letter."""
_FAR_ROW = re.compile(rb"[2-9][0-9]{4}|[0-9]{6}")
_BLOCK, _LONGEST = 1 << 18, 16
"""So many bytes fit in the memory nearest to the processor; a reference is not longer than sixteen."""
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

    Raises Refused when the workbook is broken, protected or blank. ``data`` must have been
    inspected: what is too large would exhaust the memory.
    """
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

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


def inspect(data: bytes) -> str | None:
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
    large = any(_reaches_far(text) and _extent(text) > _MOST_CELLS for text in texts.values())
    return "reading.too_large" if large else None


def _whole(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part in one go, which costs half of what reading it in pieces does; its checksum is compared."""
    with package.open(part) as opened:
        return opened.read(part.file_size) + opened.read()


def _is_text(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _reaches_far(sheet: bytes) -> bool:
    """Whether a cell in a sheet's XML may be in a column of three letters or from row 20,000 on.

    Without one a sheet is small. The reference of a cell (``"AB12"``) is found by a letter that
    a digit follows, those of a block at once: a pattern takes three times as long.

    >>> [_reaches_far(b'<c r="%s"><v>1</v></c>' % cell) for cell in (b"ZZ19999", b"A20000", b"xfd1")]
    [False, True, True]
    """
    blocks = (sheet[start : start + _BLOCK + _LONGEST] for start in range(0, len(sheet), _BLOCK))
    return any(map(_holds_far, blocks))


def _holds_far(block: bytes) -> bool:
    text, kinds = (np.frombuffer(found, np.uint8) for found in (block, block.translate(_KINDS)))
    letters = np.flatnonzero(kinds[1:] - kinds[:-1] == _DIGIT - _LETTER)
    letters = letters[letters > 2]
    right = letters[kinds.take(letters - 2, mode="clip") == _LETTER]
    below = letters[kinds.take(letters + 5, mode="clip") == _DIGIT]
    longer = kinds.take(below + 6, mode="clip") == _DIGIT
    below = below[longer | (text[below + 1] >= ord("2"))]
    return any(block[at - 3 : at - 2] in (b'"', b"'") for at in right.tolist()) or any(
        _FAR_ROW.match(block, at + 1) for at in below.tolist()
    )


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
        for letter in letters.upper():
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
