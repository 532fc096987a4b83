"""LimeSurvey: its response export (CSV or workbook) and its archive (``.lsa``).

Headers are codes, full texts or both; answers are codes or texts. Codes get their texts
from the questionnaire that lies beside the file (``.lss`` or its tab-separated structure),
in the language in which the respondent saw the form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header
from qualitycycle.readers import limesurvey_archive
from qualitycycle.readers.beside import Beside, beside
from qualitycycle.readers.days import ANONYMISED, seconds_between
from qualitycycle.readers.grid import Grid, is_blank, tabulate
from qualitycycle.readers.limesurvey_columns import Places, has_part, heading
from qualitycycle.readers.limesurvey_questions import Source, questions
from qualitycycle.readers.multiple import Column
from qualitycycle.readers.raw import About, Options, RawExport, assemble
from qualitycycle.readers.structure import structure_of

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "limesurvey"

_OWN = {
    **dict.fromkeys(("id", "response id"), "id"),
    **dict.fromkeys(("submitdate", "date submitted"), "submitdate"),
    **dict.fromkeys(("lastpage", "last page"), "lastpage"),
    **dict.fromkeys(("startlanguage", "start language"), "startlanguage"),
    "seed": "seed",
    **dict.fromkeys(("token", "access code"), "token"),
    **dict.fromkeys(("startdate", "date started"), "startdate"),
    **dict.fromkeys(("datestamp", "date last action"), "datestamp"),
    **dict.fromkeys(("ipaddr", "ip address"), "ipaddr"),
    **dict.fromkeys(("refurl", "referrer url"), "refurl"),
    **dict.fromkeys(("interviewtime", "total time"), "interviewtime"),
    # from here on unverified
    **dict.fromkeys(("antwoord-id", "antwoord id", "antwort id", "antwort-id"), "id"),
    **dict.fromkeys(("datum verzonden", "datum ingestuurd", "datum abgeschickt"), "submitdate"),
    **dict.fromkeys(("laatste pagina", "letzte seite"), "lastpage"),
    **dict.fromkeys(("starttaal", "begintaal", "start-sprache", "startsprache"), "startlanguage"),
    **dict.fromkeys(("startwaarde", "zufallsstartwert"), "seed"),
}
"""The tool's own columns, by code and by their names in words."""

_TELLING = frozenset({"submitdate", "lastpage", "startlanguage", "seed"})
_TIMES = re.compile(r"grouptime\d+|group time: .*|question time: .*")
_MOST = 0.9


def recognises(peek: Peek) -> bool:
    """Whether it is LimeSurvey's archive, or a table with two of its own columns or its double headers."""
    if peek.kind not in ("csv", "xlsx", "ods"):
        return peek.kind == "lsa"
    record = next((record for record in peek.table.records if not is_blank(record)), [])
    headers = [cell.strip() for cell in record if isinstance(cell, str) and cell.strip()]
    if len(_TELLING & {_own(header) for header in headers}) >= 2:
        return True
    both = sum(bool(heading(header).code and heading(header).text) for header in headers)
    return any(map(has_part, headers)) and both >= _MOST * len(headers)


def read(peek: Peek, options: Options) -> RawExport:
    """The answers of a LimeSurvey survey; a response that was not submitted is not completed."""
    grid = _without_index(_grid(peek))
    own = _own_columns(grid)
    source = _source(grid, own, options)
    asked, findings = questions(source, _questionnaires(peek, source, options))
    made = [Column(grid.headers[at], "", grid.columns[at]) for at in own.values()]
    columns = [*made, *asked]
    told = replace(
        grid,
        headers=tuple(column.header for column in columns),
        columns=tuple(list(column.cells) for column in columns),
        findings=(*grid.findings, *findings, *_incomplete(grid, own)),
    )
    titles = [column.title for column in columns]
    return assemble(
        peek,
        FORMAT,
        options,
        response_id=_named(grid, own, "id"),
        submitted=_named(grid, own, "submitdate", "datestamp", "startdate"),
        ignore=range(len(made)),
        grid=told,
        about=About(titles, _completed(grid, own), _seconds(grid, own, options), source.languages),
    )


def _source(grid: Grid, own: Mapping[str, int], options: Options) -> Source:
    """The columns that are questions: not the tool's own, no times."""
    asked = [at for at in range(len(grid.headers)) if at not in own.values() and not _is_timing(grid, at)]
    columns = [Column(grid.headers[at], "", grid.columns[at]) for at in asked]
    named = frozenset(map(normalise_header, options.keep))
    return Source(grid.file, tuple(columns), grid.rows, tuple(_languages(grid, own)), named)


def _questionnaires(peek: Peek, source: Source, options: Options) -> list[Beside]:
    """The questionnaire in the archive, else the one stated, else those in the folder that fit best."""
    own = structure_of(peek) if peek.kind == "lsa" else None
    if own is not None:
        return [Beside(peek.file, own)]
    return beside(
        peek.path, FORMAT, lambda structure: Places(structure).share(source.heads), options.structure
    )


# --- the tool's own columns -----------------------------------------------------------


def _grid(peek: Peek) -> Grid:
    if peek.kind == "lsa":
        return tabulate(peek.file, peek.kind, limesurvey_archive.records(peek))
    return peek.grid


def _without_index(grid: Grid) -> Grid:
    """The grid without a first column that has no name and only numbers the rows."""
    if grid.headers[:1] != ("#1",) or not _numbers_rows([str(cell) for cell in grid.columns[0]]):
        return grid
    about_it = ("reading.unnamed_column", "#1")
    others = tuple(found for found in grid.findings if (found.code, found.column) != about_it)
    return replace(grid, headers=grid.headers[1:], columns=grid.columns[1:], findings=others)


def _numbers_rows(cells: list[str]) -> bool:
    """Whether these are rising whole numbers; rows taken out leave gaps."""
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    return len(numbers) == len(cells) and all(low < high for low, high in pairwise(numbers))


def _own(header: str) -> str | None:
    """Which of the tool's columns a header is; None for a question."""
    head = heading(header)
    words = head.code if head.code and head.text else header
    return _OWN.get(normalise_header(words))


def _own_columns(grid: Grid) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, header in enumerate(grid.headers):
        name = _own(header)
        if name is not None:
            found.setdefault(name, at)
    return found


def _is_timing(grid: Grid, at: int) -> bool:
    """Whether a column holds how long a group or question was looked at (``E2Time``)."""
    name = normalise_header(grid.headers[at])
    asked = {normalise_header(heading(header).stem) for header in grid.headers}
    return _TIMES.fullmatch(name) is not None or (
        name.endswith("time") and name.removesuffix("time") in asked
    )


def _named(grid: Grid, own: Mapping[str, int], *names: str) -> tuple[str, ...]:
    return tuple(normalise_header(grid.headers[own[name]]) for name in names if name in own)


def _languages(grid: Grid, own: Mapping[str, int]) -> list[str | None]:
    if "startlanguage" not in own:
        return [None] * len(grid.rows)
    return [str(cell).strip()[:2].casefold() if cell else None for cell in grid.columns[own["startlanguage"]]]


def _completed(grid: Grid, own: Mapping[str, int]) -> list[bool] | None:
    return [cell is not None for cell in grid.columns[own["submitdate"]]] if "submitdate" in own else None


def _incomplete(grid: Grid, own: Mapping[str, int]) -> list[Finding]:
    count = (_completed(grid, own) or []).count(False)
    return [Finding("platforms.incomplete", Level.INFO, grid.file, count=count)] if count else []


def _seconds(grid: Grid, own: Mapping[str, int], options: Options) -> list[float | None] | None:
    """The time the tool measured, else from start to the last action; nothing when dates are hidden."""
    if "interviewtime" in own:
        return [_number(cell) for cell in grid.columns[own["interviewtime"]]]
    last = own.get("datestamp", own.get("submitdate"))
    if last is None or "startdate" not in own:
        return None
    hidden = str(ANONYMISED)
    starts = [None if str(cell).startswith(hidden) else cell for cell in grid.columns[own["startdate"]]]
    return seconds_between(starts, grid.columns[last], options.day_first)


def _number(cell: Any) -> float | None:
    try:
        return float(str(cell).replace(",", "."))
    except ValueError:
        return None
