"""A multiple choice that a platform writes as a column per option, made one column again.

A cell then holds the chosen options, joined as every other tool joins them. A row in which
every option is blank stays blank: nobody answered there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qualitycycle.labels import normalise_label
from qualitycycle.readers.grid import unique_headers
from qualitycycle.readers.option_columns import JOINER

Label = Callable[[int], str]
"""The text of an option in the row at a place: it may be shown in that row's language."""

CHOSEN = frozenset({"y", "yes", "ja", "oui", "sí", "si", "1", "true", "waar", "wahr", "vrai"})
NOT_CHOSEN = frozenset({"n", "no", "nee", "nein", "non", "0", "false", "onwaar", "falsch", "faux", "n/a"})


@dataclass(frozen=True)
class Column:
    """A column on its way to an export: header, question in words ("" if the header says it), cells."""

    header: str
    title: str
    cells: Sequence[Any]


@dataclass(frozen=True)
class Option:
    """One of the columns of a multiple choice; without ``label`` it holds a typed answer."""

    at: int
    label: Label | None


@dataclass(frozen=True)
class Choice:
    """The columns, by position, that are one question."""

    header: str
    title: str
    options: tuple[Option, ...]


def is_chosen(cell: Any) -> bool:
    """Whether a cell of an option's column says that it was chosen.

    >>> is_chosen("Y"), is_chosen(True), is_chosen("0"), is_chosen(None)
    (True, True, False, False)
    """
    return cell is not None and normalise_label(_text(cell)) in CHOSEN


def says_chosen_or_not(cells: Iterable[Any]) -> bool:
    """Whether every filled cell says yes or no, in whatever spelling."""
    return {normalise_label(_text(cell)) for cell in cells if cell is not None} <= CHOSEN | NOT_CHOSEN


def join_choices(columns: Sequence[Column], choices: Sequence[Choice]) -> list[Column]:
    """The columns with each choice as one, in the place of its first; headers made unique."""
    first = {choice.options[0].at: choice for choice in choices}
    gone = {option.at for choice in choices for option in choice.options}
    joined = [
        Column(first[at].header, first[at].title, _joined(columns, first[at])) if at in first else column
        for at, column in enumerate(columns)
        if at in first or at not in gone
    ]
    headers = unique_headers([column.header for column in joined])
    return [
        Column(header, column.title, column.cells) for header, column in zip(headers, joined, strict=True)
    ]


def _joined(columns: Sequence[Column], choice: Choice) -> list[str | None]:
    height = len(columns[choice.options[0].at].cells)
    return [JOINER.join(_chosen(columns, choice, row)) or None for row in range(height)]


def _chosen(columns: Sequence[Column], choice: Choice, row: int) -> Iterable[str]:
    for option in choice.options:
        cell = columns[option.at].cells[row]
        if option.label is None and cell is not None:
            yield _text(cell).strip()
        elif option.label is not None and is_chosen(cell):
            yield option.label(row)


def _text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
