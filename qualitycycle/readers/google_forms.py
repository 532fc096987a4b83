"""Google Forms: its CSV, or the workbook or CSV of the sheet behind it.

The first column says when, in the language of whoever made the form; dates follow the
sheet's country, which may be another one. A form that was edited leaves the old column
of a question beside the new one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header
from qualitycycle.readers.grid import Grid, is_blank, named_rows
from qualitycycle.readers.headers import GOOGLE_TIMESTAMPS, RESPONSE_ID_HEADERS, is_tool_header
from qualitycycle.readers.raw import Options, RawExport, assemble

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "google_forms"

_SCORES = frozenset(
    {
        "score",
        "total score",
        # from here on unverified
        "totale score",
        "gesamtpunktzahl",
        "punktzahl",
        "note",
        "puntuación",
        "pontuação",
        "punteggio",
    }
)
_POINTS = re.compile(r"(\d+([.,]\d+)?|--) / \d+([.,]\d+)?")
_MOMENT = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\D.*\d{1,2}[:.]\d{2}.*")
_BESIDE = (" [score]", " [feedback]")


def recognises(peek: Peek) -> bool:
    """Whether one column has Google's name for the time and holds times, and none a tool's id."""
    if peek.kind == "":
        return False
    positions = peek.grid.positions()
    at = next((positions[name] for name in GOOGLE_TIMESTAMPS if name in positions), None)
    if at is None or not positions.keys().isdisjoint(RESPONSE_ID_HEADERS):
        return False
    cells = [cell for cell in peek.grid.columns[at] if cell is not None]
    return all(_is_moment(cell) for cell in cells)


def read(peek: Peek, options: Options) -> RawExport:
    """The answers of a Google form; the timestamp is the day of submission, there is no id."""
    grid = _merged(peek, options)
    return assemble(
        peek,
        FORMAT,
        options,
        response_id=(),
        submitted=GOOGLE_TIMESTAMPS,
        ignore=_scores(grid),
        grid=grid,
    )


def _is_moment(cell: Any) -> bool:
    if isinstance(cell, str):
        return _MOMENT.fullmatch(cell.strip()) is not None
    return isinstance(cell, datetime | float)


def _scores(grid: Grid) -> set[int]:
    """Positions of what a quiz adds: the total, and points and feedback beside a question."""
    names = [normalise_header(header) for header in grid.headers]
    own = set()
    for at, name in enumerate(names):
        beside = next((mark for mark in _BESIDE if name.endswith(mark)), None)
        if beside is not None and name.removesuffix(beside) in names:
            own.add(at)
        if name in _SCORES and (_leads(names, at) or _holds_points(grid.columns[at])):
            own.add(at)
    return own


def _leads(names: Sequence[str], at: int) -> bool:
    """Whether only the tool's own columns stand before this one, the time among them."""
    before = names[:at]
    return not set(before).isdisjoint(GOOGLE_TIMESTAMPS) and all(map(is_tool_header, before))


def _holds_points(column: Iterable[Any]) -> bool:
    """Whether every filled cell is like ``5 / 10``."""
    filled = [str(cell).strip() for cell in column if cell is not None]
    return bool(filled) and all(_POINTS.fullmatch(cell) for cell in filled)


# --- a form that was edited ----------------------------------------------------------


def _merged(peek: Peek, options: Options) -> Grid:
    """The grid with the columns of one question merged where no row has more than one answer.

    A column that a mapping names under its own address (``Vraag#2``) is left alone.
    """
    grid = peek.grid
    named = {normalise_header(header) for header in options.keep}
    columns = list(grid.columns)
    findings: list[Finding] = []
    gone: set[int] = set()
    for positions in [*_repeated(peek), *_moved_out(grid)]:
        first, *later = positions
        if any(normalise_header(grid.headers[at]) in named for at in later):
            continue
        both = _rows_with_both(grid, positions)
        findings.append(_told(grid, positions, both))
        if not both:
            columns[first] = _first_filled(grid.columns[at] for at in positions)
            gone.update(later)
    stay = [at for at in range(len(columns)) if at not in gone]
    return replace(
        grid,
        headers=tuple(grid.headers[at] for at in stay),
        columns=tuple(columns[at] for at in stay),
        findings=(*grid.findings, *findings),
    )


def _repeated(peek: Peek) -> list[list[int]]:
    """Positions of the columns whose headers in the file are the same text, question by question."""
    header = next(record for record in peek.table.records if not is_blank(record))
    texts = [normalise_header(str(cell)) for cell in header if cell is not None]
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(peek.grid.positions()):
        base = normalise_header(re.sub(r"#\d+$", "", name))
        if base and base != name and texts.count(name):
            base = name  # the form itself has this number
        places[base].append(at)
    return [at for base, at in places.items() if len(at) > 1 and texts.count(base) > 1]


def _moved_out(grid: Grid) -> Iterator[list[int]]:
    """Positions of a row of a grid and the question with just its words that took over from it.

    Such a pair may also be two questions; so all answers of one must stand above the other's.
    """
    names = list(grid.positions())
    rows = [_row_of_grid(name) for name in names]
    for at, row in enumerate(rows):
        if row in names and rows.count(row) == 1:
            other = names.index(row)
            if _follow(grid.columns[at], grid.columns[other]):
                yield sorted((at, other))


def _row_of_grid(name: str) -> str:
    """The text of the row in ``question [row]``, else ""."""
    return normalise_header(name.rpartition("[")[2].removesuffix("]")) if name.endswith("]") else ""


def _follow(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether both columns have answers, those of one below all of the other's."""
    first, second = ([at for at, cell in enumerate(column) if cell is not None] for column in (one, other))
    return bool(first and second) and (max(first) < min(second) or max(second) < min(first))


def _rows_with_both(grid: Grid, positions: Sequence[int]) -> list[int]:
    cells = zip(*(grid.columns[at] for at in positions), strict=True)
    return [
        row for row, same in zip(grid.rows, cells, strict=True) if sum(cell is not None for cell in same) > 1
    ]


def _first_filled(columns: Iterable[Sequence[Any]]) -> list[Any]:
    rows = zip(*columns, strict=True)
    return [next((cell for cell in row if cell is not None), None) for row in rows]


def _told(grid: Grid, positions: Sequence[int], both: Sequence[int]) -> Finding:
    first, second = (grid.headers[at] for at in positions[:2])
    details = {"second": second, "rows": named_rows(both)}
    code, level, row = "reading.merged_columns", Level.INFO, None
    if both:
        code, level, row = "reading.repeated_question", Level.WARNING, both[0]
    return Finding(code, level, grid.file, row, first, count=len(positions), details=details)
