"""A sheet of a workbook: a rectangle of cells, kept by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from qualitycycle.cells import Cells, is_blank_cell

_LOOKED_AT = 10
"""So many records are made one by one: whoever looks for a header needs no more."""

_PLAIN = {str, int, bool, datetime, type(None)}


@dataclass(frozen=True, eq=False)
class Sheet(Sequence[list[Any]]):
    """The records of a sheet, all equally wide; each is made when it is asked for.

    ``columns`` hold the same cells, and ``height`` says how many records there are. A cell is
    None, text, a number, a truth value or a datetime.

    >>> sheet = Sheet.of([["Cijfer", "Dag"], [7.0, date(2025, 9, 1)], ["", None]])
    >>> sheet[1], len(sheet), sheet.filled().tolist()
    ([7, datetime.datetime(2025, 9, 1, 0, 0)], 3, [True, True, False])
    """

    columns: tuple[Cells[Any], ...]
    height: int

    @classmethod
    def of(cls, records: Sequence[Sequence[Any]]) -> Sheet:
        """The sheet with these records, its cells made plain."""
        return cls(tuple(map(_plain, zip(*records, strict=True))), len(records))

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return all(map(is_blank_cell, (cell for column in self.columns for cell in column.distinct)))

    def filled(self) -> NDArray[np.bool_]:
        """Which records hold anything."""
        found = np.zeros(self.height, dtype=bool)
        for column in self.columns:
            if found.all():
                break
            filled = np.array([not is_blank_cell(cell) for cell in column.distinct], dtype=bool)
            found |= filled[column.at]
        return found

    def __len__(self) -> int:
        return self.height

    @overload
    def __getitem__(self, place: int) -> list[Any]: ...
    @overload
    def __getitem__(self, place: slice) -> Sheet: ...
    def __getitem__(self, place: int | slice) -> list[Any] | Sheet:
        if isinstance(place, slice):
            part = tuple(Cells(column.distinct, column.at[place]) for column in self.columns)
            return Sheet(part, len(range(*place.indices(self.height))))
        return [column[place] for column in self.columns]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sheet | list) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[list[Any]]:
        first = min(self.height, _LOOKED_AT)
        yield from (self[at] for at in range(first))
        for record in zip(*(column[first:] for column in self.columns), strict=True):
            yield list(record)


def _plain(column: Sequence[Any]) -> Cells[Any]:
    """The cells of a column as None, text, number, truth value or datetime.

    >>> _plain([7.0, 7.5, date(2025, 9, 1), "ja", time(9, 30)]).distinct
    (7, 7.5, datetime.datetime(2025, 9, 1, 0, 0), 'ja', '09:30:00')
    """
    cells = Cells.of(column)
    return cells if set(map(type, cells.distinct)) <= _PLAIN else cells.each(_plain_cell)


def _plain_cell(cell: Any) -> Any:
    if type(cell) in _PLAIN:
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    return cell.isoformat() if isinstance(cell, time) else str(cell)
