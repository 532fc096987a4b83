"""The records of any container (text, workbook) as one table, with everything odd about it.

Row numbers are those a spreadsheet shows: the first record is row 1, blank or not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import compress
from typing import Any

import numpy as np

from qualitycycle.cells import Cells, is_blank_cell
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header
from qualitycycle.readers.headers import is_tool_header
from qualitycycle.readers.sheet import Sheet

DELIMITERS = {"\t": "tab", "|": "|", ";": ";", ",": ","}
"""The delimiters that are read, the rarest in a sentence first, and their names in a finding."""

_OTHER_DELIMITERS = {"^": "^", "~": "~", "¦": "¦", "§": "§"}
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)*")
_TIMESTAMP = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T]\d{1,2}:\d{2}.*")
_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_IMPORT_ID = re.compile(r"\{\W*ImportId\W")
_MOST = 0.9
_ROWS_NAMED = 10


Records = Sequence[Sequence[Any]]
"""The cells of a table, record by record, as they stand in the file."""


@dataclass(frozen=True)
class Table:
    """The records of a file before anything is taken for a header.

    A reader whose tool writes more than one header record blanks the others (``[]``), so that
    the rows keep their numbers, and gives the result to ``tabulate``. Identities are in it.
    """

    records: Records
    findings: tuple[Finding, ...] = ()
    day_first: bool = False


@dataclass(frozen=True)
class Grid:
    """A table as it stands in the file. Identities are still in it: it never leaves the readers.

    ``headers`` are the raw texts, made unique: a repeated one carries ``#2``, a column
    without one is called by its place (``#3``). ``columns`` are parallel to them; a
    blank cell is None. ``rows`` number the records that are not blank. ``day_first``: the
    file is written as in a country where a date starts with the day.
    """

    file: str
    kind: str
    headers: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]
    rows: tuple[int, ...]
    findings: tuple[Finding, ...] = ()
    day_first: bool = False

    def positions(self) -> dict[str, int]:
        """Where each normalised header stands."""
        return {normalise_header(header): at for at, header in enumerate(self.headers)}


def tabulate(
    file: str,
    kind: str,
    records: Sequence[Sequence[Any]],
    findings: Iterable[Finding] = (),
    day_first: bool = False,
) -> Grid:
    """The table in ``records``; its header is the first record that is not blank.

    Blank records go, and columns without header and cells. Raises Refused when
    everything is blank or the header does not name the columns.

    >>> grid = tabulate("a.csv", "csv", [["Vraag", "Vraag", ""], [], ["ja", " ", ""]])
    >>> grid.headers, [list(column) for column in grid.columns], grid.rows
    (('Vraag', 'Vraag#2'), [['ja'], [None]], (3,))
    """
    top = next((at for at, record in enumerate(records) if not is_blank(record)), None)
    if top is None:
        raise Refused([*findings, Finding("reading.blank_file", file=file)])
    raw = [_header_text(cell) for cell in records[top]]
    _refuse_if(findings, _header_problems(file, top + 1, records[top], records[top + 1 :]))
    found, rows, uneven = _below(file, raw, records, top)
    columns = [_blanked(column) for column in found]
    used = [
        bool(text) or any(cell is not None for cell in column.distinct)
        for text, column in zip(raw, columns, strict=True)
    ]
    headers = list(compress(unique_headers(raw), used))
    columns = list(compress(columns, used))
    _refuse_if(findings, _stuck_together(file, top + 1, headers, records[top + 1 :]))
    _refuse_if(findings, _second_header(file, headers, columns, rows))
    unnamed = _unnamed(file, top + 1, raw, used)
    told = (*findings, *uneven, *unnamed)
    return Grid(file, kind, tuple(headers), tuple(columns), tuple(rows), told, day_first)


def _refuse_if(before: Iterable[Finding], problems: list[Finding]) -> None:
    """Refuse a table whose shape is wrong: what else it shows would make no sense."""
    if problems:
        raise Refused([*before, *problems])


def is_blank(record: Iterable[Any]) -> bool:
    """Whether no cell of a record holds anything.

    >>> is_blank(["", None, " \\u00a0"]), is_blank(["", 0])
    (True, False)
    """
    return all(map(is_blank_cell, record))


def named_rows(rows: Sequence[int]) -> str:
    """Row numbers for a sentence: the first ten.

    >>> named_rows([3, 7]), named_rows(range(1, 20))
    ('3, 7', '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...')
    """
    shown = ", ".join(str(row) for row in rows[:_ROWS_NAMED])
    return f"{shown}, ..." if len(rows) > _ROWS_NAMED else shown


def _below(
    file: str, headers: list[str], records: Sequence[Sequence[Any]], top: int
) -> tuple[list[Cells[Any]], list[int], list[Finding]]:
    """The columns under the header, the row numbers of what is not blank, and what is uneven."""
    if isinstance(records, Sheet):
        kept = np.flatnonzero(records.filled()[top + 1 :]) + top + 1
        return [column.take(kept) for column in records.columns], (kept + 1).tolist(), []
    body, rows, uneven = _rectangle(file, headers, records, top)
    columns = [Cells.of(column) for column in zip(*body, strict=True)]
    return columns or [Cells.of(()) for _ in headers], rows, uneven


def _rectangle(
    file: str, headers: list[str], records: Sequence[Sequence[Any]], top: int
) -> tuple[list[Sequence[Any]], list[int], list[Finding]]:
    """The body with every record as wide as the header; too long is an error, too short a warning."""
    width = len(headers)
    needed = max(at for at, header in enumerate(headers, start=1) if header)
    body: list[Sequence[Any]] = []
    rows: list[int] = []
    long: dict[int, list[int]] = defaultdict(list)
    short: dict[int, list[int]] = defaultdict(list)
    for row, record in enumerate(records[top + 1 :], start=top + 2):
        if is_blank(record):
            continue
        if len(record) > width:
            if not is_blank(record[width:]):
                long[len(record)].append(row)
            record = record[:width]
        elif len(record) < width:
            if len(record) < needed:
                short[len(record)].append(row)
            record = [*record, *[None] * (width - len(record))]
        body.append(record)
        rows.append(row)
    uneven = [*_uneven(file, "reading.long_row", Level.ERROR, needed, long)]
    uneven += _uneven(file, "reading.short_row", Level.WARNING, needed, short)
    return body, rows, uneven


def _uneven(
    file: str, code: str, level: Level, expected: int, found: dict[int, list[int]]
) -> Iterator[Finding]:
    for cells, rows in sorted(found.items()):
        details = {"cells": cells, "expected": expected, "rows": named_rows(rows)}
        yield Finding(code, level, file, rows[0], count=len(rows), details=details)


def _header_text(cell: Any) -> str:
    if is_blank([cell]):
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _blanked(column: Cells[Any]) -> Cells[Any]:
    """The column with None for every cell that holds nothing."""
    blank = any(is_blank_cell(cell) for cell in column.distinct)
    return column.each(lambda cell: None if is_blank_cell(cell) else cell) if blank else column


def unique_headers(headers: Sequence[str]) -> list[str]:
    """Headers that differ when normalised: repeated ones get ``#2``, empty ones their place.

    >>> unique_headers(["Vraag", "vraag ", ""])
    ['Vraag', 'vraag#2', '#3']
    """
    taken = {normalise_header(header) for header in headers}
    seen: Counter[str] = Counter()
    unique = []
    for place, header in enumerate(headers, start=1):
        name = normalise_header(header)
        seen[name] += 1
        number = place if not header else seen[name]
        if header and number == 1:
            unique.append(header)
            continue
        while normalise_header(f"{header.rstrip()}#{number}") in taken:
            number += 1
        unique.append(f"{header.rstrip()}#{number}")
        taken.add(normalise_header(unique[-1]))
    return unique


# --- what can be wrong with the header ----------------------------------------------


def _header_problems(
    file: str, row: int, header: Sequence[Any], below: Sequence[Sequence[Any]]
) -> list[Finding]:
    filled = [cell for cell in header if not is_blank([cell])]
    if any(_is_surely_data(cell) for cell in filled) or 2 * sum(map(_is_data, filled)) >= len(filled):
        return [Finding("reading.no_header", file=file, row=row)]
    if len(filled) == 1:
        wide = 2 if len(header) == 1 else 3
        counts = [sum(not is_blank([cell]) for cell in record) for record in below]
        records = [count for count in counts if count]
        if records and 2 * sum(count >= wide for count in records) >= len(records):
            return [Finding("reading.title_row", file=file, row=row, details={"cells": max(records)})]
    return []


def _is_surely_data(cell: Any) -> bool:
    if isinstance(cell, str):
        text = cell.strip()
        return bool(_TIMESTAMP.fullmatch(text) or _MAIL.fullmatch(text))
    return isinstance(cell, datetime) and bool(cell.time())


def _is_data(cell: Any) -> bool:
    if isinstance(cell, str):
        text = cell.strip()
        return bool(_NUMBER.fullmatch(text) or _DAY.fullmatch(text))
    return True


def _unnamed(file: str, row: int, headers: Sequence[str], used: Sequence[bool]) -> Iterator[Finding]:
    for place, (header, filled) in enumerate(zip(headers, used, strict=True), start=1):
        if filled and not header:
            yield Finding("reading.unnamed_column", Level.WARNING, file, row, f"#{place}")


def _second_header(
    file: str, headers: Sequence[str], columns: Sequence[Sequence[Any]], rows: Sequence[int]
) -> list[Finding]:
    """A record below the header that names columns instead of answering (Qualtrics, SurveyMonkey)."""
    for at, row in enumerate(rows[:2]):
        texts = [(header, column[at]) for header, column in zip(headers, columns, strict=True)]
        names = [
            text
            for header, text in texts
            if isinstance(text, str)
            and (
                _IMPORT_ID.match(text)
                or (normalise_header(text) != normalise_header(header) and is_tool_header(text))
            )
        ]
        if len(names) >= 2:
            return [Finding("reading.more_headers", file=file, row=row)]
    return []


def _stuck_together(
    file: str, row: int, headers: Sequence[str], below: Sequence[Sequence[Any]]
) -> list[Finding]:
    """Whole records in one cell: what should be cells stands together behind another delimiter."""
    if any(len(record) > 1 and not is_blank(record) for record in below):
        return []
    records = [record for record in below if not is_blank(record)]
    cells = [record[0] for record in records if len(record) == 1 and isinstance(record[0], str)]
    if not cells or len(cells) < len(records):
        return []
    for mark, name in (DELIMITERS | _OTHER_DELIMITERS).items():
        marks = len(headers) - 1
        if len(headers) == 1:
            marks = headers[0].count(mark)
            in_a_sentence = len(re.findall(re.escape(mark) + r"(?!\S)", headers[0])) == marks
            if in_a_sentence or (marks < 2 and len(cells) < 3):
                continue
        if sum(cell.count(mark) == marks for cell in cells) >= _MOST * len(cells):
            details = {"delimiter": name, "cells": marks + 1, "expected": len(headers)}
            return [Finding("reading.wrong_delimiter", file=file, row=row, details=details)]
    return []
