"""A tiny export, written in code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class TinyExport:
    headers: tuple[str, ...]
    columns: tuple[list[Any], ...]
    rows: tuple[int, ...]
    response_ids: list[str] | None = None
    submitted: list[date | None] | None = None
    path: Path = Path("tiny.xlsx")
    format: str = "xlsx"
    titles: tuple[str, ...] = ()
    completed: list[bool] | None = None
    seconds: list[float | None] | None = None
    languages: list[str | None] | None = None

    def title(self, at: int) -> str:
        return (self.titles[at] if self.titles else "") or self.headers[at]


def tiny(columns: Mapping[str, Sequence[Any]], ids: Sequence[str] | None = None) -> TinyExport:
    size = len(next(iter(columns.values())))
    return TinyExport(
        tuple(columns),
        tuple(list(cells) for cells in columns.values()),
        tuple(range(2, size + 2)),
        list(ids) if ids is not None else None,
    )
