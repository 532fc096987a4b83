"""Findings: everything that is wrong or odd with an input, all at once.

A finding names the place as the person sees it (file, row as the spreadsheet
numbers it, column header, value) and carries a code. The sentence a reader sees
is looked up in the catalogues by that code (``wording.message``), so the same
finding reads in Dutch or English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """``ERROR`` refuses the input; ``WARNING`` and ``INFO`` do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One thing found, with its place and what fills the sentence.

    ``code`` is ``room.what`` (for example ``checking.unknown_label``); it is the key
    of the sentence in the catalogues. ``details`` fills the sentence's placeholders,
    beside ``file``, ``row``, ``column``, ``value`` and ``count``, which every
    sentence may use. ``row`` is the row number a spreadsheet shows (header = 1).
    ``count`` is how many places share this finding; ``row`` is then the first.
    """

    code: str
    level: Level = Level.ERROR
    file: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    count: int = 1
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether this finding refuses the input."""
        return self.level is Level.ERROR

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain values, without its sentence."""
        return {
            "level": str(self.level),
            "code": self.code,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "count": self.count,
        }


def fold(findings: Iterable[Finding]) -> list[Finding]:
    """Fold findings that differ only in row into the first one, with a count.

    Errors come first, then warnings, then information; within a level the order of
    arrival is kept.

    >>> fold([Finding("checking.x", row=3, value="a"), Finding("checking.x", row=2, value="a")])[0].count
    2
    """
    first: dict[tuple[Any, ...], Finding] = {}
    for found in findings:
        key = (found.code, found.level, found.file, found.column, found.value, _frozen(found.details))
        seen = first.get(key)
        if seen is None:
            first[key] = found
            continue
        rows = [row for row in (seen.row, found.row) if row is not None]
        first[key] = replace(seen, count=seen.count + found.count, row=min(rows) if rows else None)
    order = list(Level)
    return sorted(first.values(), key=lambda found: order.index(found.level))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding refuses the input."""
    return any(found.is_error for found in findings)


def _frozen(details: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key, repr(value)) for key, value in details.items()))
