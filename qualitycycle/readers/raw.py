"""The answers of one file, without identities: what every reader returns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qualitycycle.cells import distinct, is_blank_column
from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header
from qualitycycle.readers.days import read_days, seconds_between
from qualitycycle.readers.grid import Grid, named_rows
from qualitycycle.readers.headers import (
    DUTCH_FORMS_HEADERS,
    RESPONSE_ID_HEADERS,
    SUBMITTED_HEADERS,
    TOOL_HEADERS,
    holds_identity,
    is_identity,
)

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

DUPLICATES_LISTED = 100
"""How many duplicated response ids a file's findings list one by one."""


@dataclass(frozen=True)
class RawExport:
    """One file's answers as they stand there, without the columns that say who somebody is.

    ``headers`` and ``columns`` are parallel and hold questions only; a header that
    occurs again carries ``#2``, ``#3``, a column without a header is called by its place
    (``#1`` for the first). Cells are None (blank), str (not stripped), int, float, bool
    or datetime; a text file gives only None and str. ``rows`` are the row numbers a
    spreadsheet shows (header = 1). ``response_ids`` and ``submitted`` come from the
    tool's own columns, which are not among the headers; None when the file has none.
    ``dropped`` names the identity columns. ``titles``, parallel to ``headers``, is the
    question in words where the header is only a code ("" where the header says it).
    What the tool says of each record, parallel to ``rows``, None when it says nothing:
    ``completed`` (the form was sent in), ``seconds`` (time taken), ``languages`` (two
    letters, of the form that was shown).
    """

    path: Path
    format: str
    sha256: str
    headers: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]
    rows: tuple[int, ...]
    response_ids: list[str] | None
    submitted: list[date | None] | None
    dropped: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    titles: tuple[str, ...] = ()
    completed: list[bool] | None = None
    seconds: list[float | None] | None = None
    languages: list[str | None] | None = None

    def title(self, at: int) -> str:
        """The question of a column in words, else its header."""
        return (self.titles[at] if self.titles else "") or self.headers[at]


@dataclass(frozen=True)
class About:
    """What a tool says beyond the cells: ``titles`` parallel to a grid's headers, the rest to its rows."""

    titles: Sequence[str] = ()
    completed: Sequence[bool] | None = None
    seconds: Sequence[float | None] | None = None
    languages: Sequence[str | None] | None = None


@dataclass(frozen=True)
class Options:
    """What a mapping or a person says about a file, beyond what it shows itself.

    ``sheet``: the sheet of a workbook. ``response_id``: the column with the tool's id;
    False when there is none, whatever the headers say. ``submitted``: the column with
    the day of submission. ``keep``: headers that mappings name; among them a column that
    looks like the tool's own is content, and an ambiguous header no identity.
    ``structure``: the questionnaire that says what codes mean, instead of those in the folder.
    ``day_first``: the order of days and months where the dates do not show it.
    """

    sheet: str | None = None
    response_id: str | Literal[False] | None = None
    submitted: str | None = None
    keep: tuple[str, ...] = ()
    structure: Path | None = None
    day_first: bool | None = None


def assemble(
    peek: Peek,
    format: str,
    options: Options,
    *,
    response_id: Sequence[str] = RESPONSE_ID_HEADERS,
    submitted: Sequence[str] = SUBMITTED_HEADERS,
    ignore: Collection[int] | None = None,
    grid: Grid | None = None,
    about: About | None = None,
) -> RawExport:
    """The answers in a grid: the tool's own columns read and taken out, identities dropped.

    ``grid``: the peek's own unless a reader made one (of several header records, say).
    ``response_id`` and ``submitted`` are the tool's names for these columns, normalised,
    the best first. ``ignore`` are the positions of its other columns; None stands for
    every column that only a tool writes. The export may carry errors: ``read`` refuses.
    """
    grid = peek.grid if grid is None else grid
    about = about or About()
    findings = list(grid.findings)
    if not grid.rows:
        findings.append(Finding("reading.no_rows", file=grid.file))
    id_at = _locate(grid, options.response_id, response_id, findings)
    submitted_at = _locate(grid, options.submitted, submitted, findings)
    others = [at for at in range(len(grid.headers)) if at not in (id_at, submitted_at)]
    titles = about.titles or [""] * len(grid.headers)
    dropped = [at for at in others if _identifies(grid, at, options.keep, titles[at])]
    own = _tool_columns(grid) if ignore is None else ignore
    kept = {normalise_header(header) for header in options.keep}
    own = {at for at in own if normalise_header(grid.headers[at]) not in kept}
    content = [at for at in others if at not in own and at not in dropped]
    findings += _collected_identities(grid, dropped)
    response_ids = _response_ids(grid, id_at, findings)
    days = _submitted(grid, submitted_at, options.day_first, findings)
    return RawExport(
        path=peek.path,
        format=format,
        sha256=peek.sha256,
        headers=tuple(grid.headers[at] for at in content),
        columns=tuple(grid.columns[at] for at in content),
        rows=grid.rows,
        response_ids=response_ids,
        submitted=days,
        dropped=tuple(grid.headers[at] for at in dropped),
        findings=tuple(findings),
        titles=tuple(about.titles[at] for at in content) if about.titles else (),
        completed=None if about.completed is None else list(about.completed),
        seconds=None if about.seconds is None else list(about.seconds),
        languages=None if about.languages is None else list(about.languages),
    )


def seconds_taken(
    grid: Grid, starts: Sequence[str], ends: Sequence[str], options: Options
) -> list[float | None] | None:
    """How long each form took, from the first of these columns (normalised names) that are there.

    None when there is no start or no end.
    """
    positions = grid.positions()
    found = [next((positions[name] for name in names if name in positions), None) for names in (starts, ends)]
    columns = [grid.columns[at] for at in found if at is not None]
    return seconds_between(columns[0], columns[1], options.day_first) if len(columns) == 2 else None


def _locate(
    grid: Grid, asked: str | Literal[False] | None, names: Sequence[str], findings: list[Finding]
) -> int | None:
    """The position of the column that was asked for, else of the first of ``names``; never an identity."""
    if asked is False:
        return None
    positions = grid.positions()
    wanted = names if asked is None else [normalise_header(asked)]
    at = next((positions[name] for name in wanted if name in positions), None)
    identifies = at is not None and _identifies(grid, at, ())
    if asked is not None and (at is None or identifies):
        code = "reading.identity_asked" if identifies else "reading.no_such_column"
        findings.append(Finding(code, file=grid.file, column=asked))
    return None if identifies else at


def _tool_columns(grid: Grid) -> set[int]:
    return {at for name, at in grid.positions().items() if name in TOOL_HEADERS}


def _identifies(grid: Grid, at: int, keep: Collection[str], title: str = "") -> bool:
    """Whether a column says who somebody is: by its header, its question in words, or its cells."""
    header, column = grid.headers[at], grid.columns[at]
    named = normalise_header(header) in {normalise_header(name) for name in keep}
    asks = bool(title) and is_identity(title, (title,) if named else ())
    return is_identity(header, keep) or asks or _typed_identity(title, column) or holds_identity(column)


def _typed_identity(title: str, column: Sequence[Any]) -> bool:
    """Whether a field of a question (``Contact [Name]``) asks for an identity and holds one answer each.

    ``How often do you use [E-mail]`` on a scale is a question: its answers repeat.
    """
    field = title.rpartition("[")[2].removesuffix("]") if title.endswith("]") else ""
    if not field or not is_identity(field, (field,)):
        return False
    filled = [cell for cell in column if cell is not None]
    return len({*filled}) > len(filled) / 2


def _collected_identities(grid: Grid, dropped: Sequence[int]) -> list[Finding]:
    """Which dropped columns really held something, so that the form can stop asking."""
    anonymous = {"anonymous", "anoniem", "anonym", "anonyme"}
    filled = [
        grid.headers[at]
        for at in dropped
        if any(
            cell is not None and str(cell).strip().casefold() not in anonymous
            for cell in distinct(grid.columns[at])
        )
    ]
    if not filled:
        return []
    details = {"columns": ", ".join(filled)}
    return [Finding("reading.identity_dropped", Level.INFO, grid.file, details=details)]


def _response_ids(grid: Grid, at: int | None, findings: list[Finding]) -> list[str] | None:
    """The tool's id of each record; a blank or repeated one is an error."""
    if at is None or is_blank_column(grid.columns[at]):
        return None
    ids = ["" if cell is None else str(cell).strip() for cell in grid.columns[at]]
    findings += _id_problems(grid, grid.headers[at], ids)
    return ids


def _id_problems(grid: Grid, header: str, ids: Sequence[str]) -> Iterator[Finding]:
    blank = [row for row, text in zip(grid.rows, ids, strict=True) if not text]
    if blank:
        details = {"rows": named_rows(blank)}
        yield Finding(
            "reading.blank_response_id",
            file=grid.file,
            row=blank[0],
            column=header,
            count=len(blank),
            details=details,
        )
    repeated = {text: count for text, count in Counter(ids).items() if count > 1 and text}
    if not repeated:
        return
    first = {text: row for row, text in zip(reversed(grid.rows), reversed(ids), strict=True)}
    for text in islice(repeated, DUPLICATES_LISTED):
        yield Finding(
            "reading.duplicate_response_id",
            file=grid.file,
            row=first[text],
            column=header,
            value=text,
            count=repeated[text],
        )
    unlisted = len(repeated) - DUPLICATES_LISTED
    if unlisted > 0:
        yield Finding("reading.more_duplicate_response_ids", file=grid.file, column=header, count=unlisted)


def _submitted(
    grid: Grid, at: int | None, told: bool | None, findings: list[Finding]
) -> list[date | None] | None:
    if at is None:
        return None
    here = grid.day_first or not DUTCH_FORMS_HEADERS.isdisjoint(grid.positions())
    day_first = (here or None) if told is None else told
    days, odd = read_days(grid.columns[at], grid.rows, grid.headers[at], grid.file, day_first)
    findings += odd
    return days
