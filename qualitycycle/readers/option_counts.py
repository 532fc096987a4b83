"""A survey of which only the counts are left: one row per question and option, with how many chose it.

Our own small layout (CSV or workbook), for results printed in a report: the columns
``item``, ``option`` and ``count`` (Dutch: ``vraag``, ``antwoord``, ``aantal``) in any
order. The counts of different questions are never crossed with each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qualitycycle.findings import Finding
from qualitycycle.labels import normalise_header, normalise_label
from qualitycycle.readers.grid import Grid
from qualitycycle.readers.raw import Options, RawExport

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "option_counts"
HEADERS = ("item", "option", "count")

_NAMES = {
    "item": "item",
    "vraag": "item",
    "question": "item",
    "option": "option",
    "antwoord": "option",
    "answer": "option",
    "count": "count",
    "aantal": "count",
}


def recognises(peek: Peek) -> bool:
    """Whether the file is a table of exactly these three columns."""
    if peek.kind == "":
        return False
    return sorted(_NAMES.get(normalise_header(header), "") for header in peek.grid.headers) == sorted(HEADERS)


def read(peek: Peek, options: Options) -> RawExport:
    """The counts, with the headers ``item``, ``option`` and ``count``; a count is a whole number."""
    grid = peek.grid
    findings = list(grid.findings)
    if not grid.rows:
        findings.append(Finding("reading.no_rows", file=grid.file))
    columns: list[Sequence[Any]] = [grid.columns[_position(grid, name)] for name in HEADERS]
    columns[2] = [_whole(cell) for cell in columns[2]]
    findings += _problems(grid, columns)
    return RawExport(
        path=peek.path,
        format=FORMAT,
        sha256=peek.sha256,
        headers=HEADERS,
        columns=tuple(columns),
        rows=grid.rows,
        response_ids=None,
        submitted=None,
        dropped=(),
        findings=tuple(findings),
    )


def _position(grid: Grid, name: str) -> int:
    return next(at for at, header in enumerate(grid.headers) if _NAMES.get(normalise_header(header)) == name)


def _whole(cell: Any) -> int | None:
    """The count a cell holds, None when it is no whole number of at least 0."""
    if isinstance(cell, int) and not isinstance(cell, bool) and cell >= 0:
        return cell
    text = cell.strip() if isinstance(cell, str) else ""
    return int(text) if text.isascii() and text.isdigit() else None


def _problems(grid: Grid, columns: Sequence[Sequence[Any]]) -> Iterator[Finding]:
    raw_counts = grid.columns[_position(grid, "count")]
    for at, row in enumerate(grid.rows):
        for name, column in zip(HEADERS[:2], columns, strict=False):
            if column[at] is None:
                yield Finding("reading.blank_cell", file=grid.file, row=row, column=_raw(grid, name))
        if raw_counts[at] is None:
            yield Finding("reading.blank_cell", file=grid.file, row=row, column=_raw(grid, "count"))
        elif columns[2][at] is None:
            value = str(raw_counts[at])
            yield Finding(
                "reading.not_a_count", file=grid.file, row=row, column=_raw(grid, "count"), value=value
            )
    pairs = [
        (normalise_label(str(item)), normalise_label(str(option)))
        for item, option in zip(columns[0], columns[1], strict=True)
    ]
    seen = Counter(pairs)
    for pair, count in seen.items():
        if count > 1 and None not in (columns[0][pairs.index(pair)], columns[1][pairs.index(pair)]):
            at = pairs.index(pair)
            yield Finding(
                "reading.repeated_option",
                file=grid.file,
                row=grid.rows[at],
                column=_raw(grid, "option"),
                value=str(columns[1][at]),
                count=count,
                details={"item": columns[0][at]},
            )


def _raw(grid: Grid, name: str) -> str:
    return grid.headers[_position(grid, name)]
