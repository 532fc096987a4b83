"""Typeform: its CSV or workbook of responses.

Headers may hold HTML. A multiple choice is one column per option, named by the option
alone: the question is not in the file. Where the layout shows which columns belong
together they become one column, named after its first options.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qualitycycle.cells import is_blank_column
from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header, normalise_label
from qualitycycle.readers.grid import Grid
from qualitycycle.readers.headers import is_tool_header
from qualitycycle.readers.option_columns import Joining, is_other, join, repeats
from qualitycycle.readers.raw import About, Options, RawExport, assemble, seconds_taken

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "typeform"

_START = "start date (utc)"
_SUBMIT = "submit date (utc)"
_ID = "#"
_STATE = "response type"
_COMPLETED = "completed"
_OWN = frozenset({_START, _SUBMIT, "stage date (utc)", _STATE, "tags", "ending"})
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_NUMBER = re.compile(r"#\d+$")
_NAMED = 3


def recognises(peek: Peek) -> bool:
    """Whether the table has Typeform's column for the moment of sending in."""
    return peek.kind != "" and _SUBMIT in peek.grid.positions()


def read(peek: Peek, options: Options) -> RawExport:
    """The answers of a typeform; option columns joined, HTML taken out of the titles.

    A run of option columns of which a mapping names one option is left as it is.
    """
    named = {normalise_header(header) for header in options.keep}
    runs = [run for run in _runs(peek.grid) if named.isdisjoint(_names(peek.grid, run))]
    joinings = [Joining(tuple(run), _joined_header(peek.grid, run)) for run in runs]
    grid = join(peek.grid, joinings)
    grid = replace(grid, findings=(*grid.findings, *_told(peek.grid, joinings)))
    positions = grid.positions()
    return assemble(
        peek,
        FORMAT,
        options,
        response_id=(_ID,),
        submitted=(_SUBMIT, _START),
        ignore={at for name, at in positions.items() if name in _OWN},
        grid=grid,
        about=About(
            titles=_titles(grid),
            completed=_completed(grid),
            seconds=seconds_taken(grid, (_START,), (_SUBMIT,), options),
        ),
    )


def _names(grid: Grid, run: Sequence[int]) -> set[str]:
    """The options of a run; ``Other`` is not one, since every question may have it."""
    return {normalise_header(grid.headers[at]) for at in run if not is_other(grid.headers[at])}


# --- which columns are the options of one question -----------------------------------


def _runs(grid: Grid) -> Iterator[list[int]]:
    """Positions of at least two columns side by side that are the options of one question.

    An option column repeats its header; one that nobody chose stands between two that were
    chosen, in front of them, or before the column of the typed answer. That column, ``Other``,
    closes a question, and so does an option that occurs again.
    """
    run: list[int] = []
    for at, header in enumerate(grid.headers):
        if _may_be_option(grid, at) and _text(header) not in [_text(grid.headers[of]) for of in run]:
            run.append(at)
            continue
        closes = bool(run) and is_other(header)
        yield from _settled(grid, [*run, at] if closes else run, closes)
        run = [at] if not closes and _may_be_option(grid, at) else []
    yield from _settled(grid, run, False)


def _may_be_option(grid: Grid, at: int) -> bool:
    header, column = grid.headers[at], grid.columns[at]
    if is_other(header) or normalise_header(header) in _OWN:
        return False
    if is_blank_column(column):
        return not is_tool_header(header) and "?" not in header and _TAG.search(header) is None
    return repeats(column, header)


def _settled(grid: Grid, run: list[int], closed: bool) -> Iterator[list[int]]:
    """The run without the blank columns at its end, unless ``Other`` shows that they are options."""
    chosen = [at for at in run if repeats(grid.columns[at], grid.headers[at])]
    if not chosen:
        return
    settled = run if closed else [at for at in run if at <= chosen[-1]]
    if len(settled) > 1:
        yield settled


def _text(header: str) -> str:
    return normalise_label(_NUMBER.sub("", header))


def _joined_header(grid: Grid, run: Sequence[int]) -> str:
    """The first options of a question as its name: what it asked is not in the file."""
    options = [_plain(_NUMBER.sub("", grid.headers[at])) for at in run]
    return " / ".join([*options[:_NAMED], *(["..."] if len(options) > _NAMED else [])])


def _told(grid: Grid, joinings: Sequence[Joining]) -> Iterator[Finding]:
    for joining in joinings:
        options = "; ".join(_plain(_NUMBER.sub("", grid.headers[at])) for at in joining.positions)
        yield Finding(
            "reading.joined_options",
            Level.INFO,
            grid.file,
            column=joining.header,
            count=len(joining.positions),
            details={"options": options},
        )


# --- what the tool says beside the answers -------------------------------------------


def _plain(header: str) -> str:
    return " ".join(_TAG.sub("", html.unescape(header)).split())


def _titles(grid: Grid) -> list[str]:
    """Headers without HTML; a typed answer beside a single choice also names its question."""
    plain = [_plain(header) for header in grid.headers]
    titles = [
        "" if text == header.strip() else text for text, header in zip(plain, grid.headers, strict=True)
    ]
    for at in range(1, len(plain)):
        before = grid.headers[at - 1]
        if is_other(grid.headers[at]) and not is_other(before) and not is_tool_header(before):
            titles[at] = f"{plain[at - 1]} [{_NUMBER.sub('', plain[at])}]"
    return titles


def _completed(grid: Grid) -> list[bool] | None:
    at = grid.positions().get(_STATE)
    if at is None:
        return None
    return [cell is None or normalise_label(str(cell)) == _COMPLETED for cell in grid.columns[at]]
