"""What checking needs of a file that was read, and what it decides about its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from qualitycycle.cells import distinct
from qualitycycle.checking.similarity import without_number
from qualitycycle.findings import Finding
from qualitycycle.instrument import Instrument, Item, Scale
from qualitycycle.labels import normalise_header
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import OWN_COLUMNS

HEADER_SHOWN = 40
"""So much of a header is shown in a list of headers."""

LINK_CODE_HEADERS = ("koppelcode", "link code")
"""A header that starts like this holds the self-made code that pairs moments."""


class Export(Protocol):
    """What checking needs of a file that was read (``readers.RawExport``)."""

    @property
    def path(self) -> Path: ...
    @property
    def format(self) -> str: ...
    @property
    def headers(self) -> tuple[str, ...]: ...
    @property
    def columns(self) -> tuple[Sequence[Any], ...]: ...
    @property
    def rows(self) -> tuple[int, ...]: ...
    @property
    def response_ids(self) -> list[str] | None: ...
    @property
    def submitted(self) -> list[date | None] | None: ...
    @property
    def completed(self) -> list[bool] | None: ...
    @property
    def seconds(self) -> list[float | None] | None: ...
    @property
    def languages(self) -> list[str | None] | None: ...
    def title(self, at: int) -> str: ...


@dataclass(frozen=True)
class ItemColumn:
    """A column that answers an item."""

    index: int
    header: str
    item: Item
    scale: Scale


@dataclass(frozen=True)
class ColumnPlan:
    """What each column of a file is; ``unmapped`` hold answers, are listed and not stored.

    ``findings`` are remarks about the columns that refuse nothing.
    """

    instrument: Instrument
    items: tuple[ItemColumn, ...]
    unmapped: tuple[str, ...]
    mapping: SurveyMapping | None = None
    mapping_name: str | None = None
    link_code: int | None = None
    findings: tuple[Finding, ...] = ()


def column_index(export: Export, header: str) -> int | None:
    """The position of a header in the file, compared after normalisation."""
    wanted = normalise_header(header)
    for index, known in enumerate(export.headers):
        if known == header or normalise_header(known) == wanted:
            return index
    return None


def is_link_code_header(header: str) -> bool:
    """Whether a column with this header holds the self-made code that pairs moments.

    >>> is_link_code_header("1. Koppelcode: zes tekens"), is_link_code_header("Code")
    (True, False)
    """
    return without_number(normalise_header(header)).startswith(LINK_CODE_HEADERS)


def own_column(export: Export, name: str) -> int | None:
    """The position of a hidden column of a form we made, whatever a tool made of its name."""
    wanted = bare(name)
    for index, header in enumerate(export.headers):
        spellings = (header, header.rpartition("/")[2], header.partition(". ")[0], export.title(index))
        if wanted in map(bare, spellings):
            return index
    return None


@lru_cache(maxsize=1000)
def bare(text: str) -> str:
    """Letters and digits only: what is left of a name where a tool allows nothing else."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def own_columns(export: Export) -> set[int]:
    """The positions of the hidden columns of a form we made."""
    found = (own_column(export, name) for name in OWN_COLUMNS)
    return {at for at in found if at is not None}


def is_filled(cells: Sequence[Any]) -> bool:
    """Whether anybody answered anything in a column.

    >>> is_filled([None, " "]), is_filled([None, 0])
    (False, True)
    """
    return any(cell is not None and str(cell).strip() for cell in distinct(cells))


def shortened(header: str) -> str:
    """A header on one line, cut where it is long."""
    text = " ".join(header.split())
    return text if len(text) <= HEADER_SHOWN else f"{text[: HEADER_SHOWN - 1]}…"
