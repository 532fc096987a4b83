"""SurveyMonkey: all individual responses, with two header records.

The first names the question, and stays blank where a question goes on; the second names
the option or the statement, or says that the column holds the answer itself. Option
columns become one column; statements become ``Question [statement]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from qualitycycle.cells import is_blank_column
from qualitycycle.labels import normalise_header
from qualitycycle.readers.days import infer_order
from qualitycycle.readers.grid import Grid, Records, Table, is_blank, tabulate
from qualitycycle.readers.headers import is_identity
from qualitycycle.readers.option_columns import Joining, is_other, join, repeats
from qualitycycle.readers.raw import About, Options, RawExport, assemble, seconds_taken

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "surveymonkey"

_ID = ("respondent id", "respondent-id", "teilnehmer-id", "id du répondant")  # all but the first unverified
_COLLECTOR = ("collector id", "collector-id", "collectornummer", "collecteur")  # likewise
_START = ("start date", "begindatum", "startdatum", "anfangsdatum", "date de début")
_END = ("end date", "einddatum", "enddatum", "date de fin")
_OWN = (*_COLLECTOR, *_START, *_END, "date created", "date modified")
_CUSTOM = ("custom data", "aangepaste gegevens")
_ITSELF = frozenset(
    {"response", "open-ended response", "antwoord", "open antwoord", "antwort", "offene antwort", "réponse"}
)
_AMERICAN = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p")


def recognises(peek: Peek) -> bool:
    """Whether the first record holds SurveyMonkey's ids of respondent and collector."""
    if peek.kind == "":
        return False
    top = _top(peek.table)
    names = set() if top is None else {_normal(cell) for cell in peek.table.records[top]}
    return not names.isdisjoint(_ID) and not names.isdisjoint(_COLLECTOR)


def read(peek: Peek, options: Options) -> RawExport:
    """The answers of a SurveyMonkey survey, each question in one column or one per statement."""
    raw, questions = _under_one_header(peek)
    grid = join(raw, list(_joinings(raw, questions)))
    columns = [
        _american_column(header, column, options.day_first)
        for header, column in zip(grid.headers, grid.columns, strict=True)
    ]
    grid = replace(grid, columns=tuple(columns))
    return assemble(
        peek,
        FORMAT,
        options,
        response_id=_ID,
        submitted=(*_END, *_START),
        ignore=_own_columns(grid),
        grid=grid,
        about=About(seconds=seconds_taken(grid, _START, _END, options)),
    )


@dataclass(frozen=True)
class _Asked:
    """What a column asks: the question, which one it is, and the option or statement in it.

    ``part`` is "" when the column holds the answer itself.
    """

    number: int
    question: str
    part: str

    @property
    def header(self) -> str:
        """Of the column; a part that says who somebody is stands alone, so that it is dropped."""
        if not self.part or is_identity(self.part):
            return self.part or self.question
        return f"{self.question} [{self.part}]"


def _top(table: Table) -> int | None:
    return next((at for at, record in enumerate(table.records) if not is_blank(record)), None)


def _normal(cell: Any) -> str:
    return "" if cell is None else normalise_header(str(cell))


def _text(record: Sequence[Any], at: int) -> str:
    return "" if at >= len(record) or is_blank([record[at]]) else str(record[at]).strip()


def _under_one_header(peek: Peek) -> tuple[Grid, list[_Asked]]:
    """The grid with both header records in one, and what each of its columns asks."""
    table = peek.table
    top = _top(table) or 0
    two = _has_second_header(table.records, top)
    asked = _asked(table.records[top], table.records[top + 1] if two else [])
    records: list[Sequence[Any]] = [*table.records]
    records[top] = [of.header for of in asked]
    if two:
        records[top + 1] = []
    grid = tabulate(peek.file, peek.kind, records, table.findings, table.day_first)
    body = records[top + 1 :]
    return grid, [of for at, of in enumerate(asked) if of.header or any(_text(row, at) for row in body)]


def _has_second_header(records: Records, top: int) -> bool:
    """Whether the next record is not an answer: it has no id of a respondent."""
    if len(records) < top + 2 or is_blank(records[top + 1]):
        return False
    at = next(at for at, cell in enumerate(records[top]) if _normal(cell) in _ID)
    return not _text(records[top + 1], at)


def _asked(questions: Sequence[Any], parts: Sequence[Any]) -> list[_Asked]:
    asked: list[_Asked] = []
    for at in range(max(len(questions), len(parts))):
        question, part = _text(questions, at), _text(parts, at)
        goes_on = bool(asked) and not question and bool(part)
        if goes_on:
            question = asked[-1].question
        number = asked[-1].number if goes_on else at
        asked.append(_Asked(number, question, "" if _normal(part) in _ITSELF else part))
    return asked


def _joinings(grid: Grid, asked: Sequence[_Asked]) -> Iterator[Joining]:
    """The questions of which every column but a typed answer repeats its option."""
    for _, group in groupby(range(len(asked)), key=lambda at: asked[at].number):
        positions = [at for at in group if asked[at].part]
        if len(positions) > 1 and _are_options([(asked[at].part, grid.columns[at]) for at in positions]):
            yield Joining(tuple(positions), asked[positions[0]].question)


def _are_options(columns: Sequence[tuple[str, Sequence[Any]]]) -> bool:
    closed = [
        (part, column) for part, column in columns if not is_blank_column(column) and not is_other(part)
    ]
    return bool(closed) and all(repeats(column, part) for part, column in closed)


# --- the tool's own columns ----------------------------------------------------------


def _own_columns(grid: Grid) -> set[int]:
    positions = grid.positions()
    return {at for name, at in positions.items() if name in _OWN or name.startswith(_CUSTOM)}


def _american_column(header: str, column: Sequence[Any], day_first: bool | None) -> Sequence[Any]:
    """Times as moments, unless the column itself or a mapping says that the day comes first."""
    if normalise_header(header) not in (*_START, *_END) or infer_order(column, day_first) == "day_first":
        return column
    return [_american(cell) for cell in column]


def _american(cell: Any) -> Any:
    for pattern in _AMERICAN if isinstance(cell, str) else ():
        try:
            return datetime.strptime(cell.strip(), pattern)
        except ValueError:
            continue
    return cell
