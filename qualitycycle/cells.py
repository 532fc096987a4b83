"""A column as its distinct cells and where they stand: ten thousand people give a handful of answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, count
from operator import itemgetter
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
C = TypeVar("C", covariant=True)
Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Cells(Sequence[C], Generic[C]):
    """The cells of a column, one per record, each distinct one kept once.

    ``distinct`` are the cells that occur, ``at`` says which of them every record has. Whatever
    a cell says is worked out once per distinct cell; who asks for the cells themselves gets
    them as of any sequence. 1 and True are different cells, 1 and 1.0 are one.

    >>> column = Cells.of(["eens", None, "eens"])
    >>> column.distinct, column.at.tolist(), list(column)
    (('eens', None), [0, 1, 0], ['eens', None, 'eens'])
    """

    distinct: tuple[C, ...]
    at: Places

    @staticmethod
    def of(values: Sequence[Made]) -> Cells[Made]:
        """The cells in order.

        >>> Cells.of([7.5, 7, 7.5]).distinct
        (7.5, 7)
        """
        return values if isinstance(values, Cells) else Cells(*_placed(values))

    @cached_property
    def values(self) -> list[C]:
        """Every cell, in order."""
        found: list[C] = objects(self.distinct)[self.at].tolist()
        return found

    def each(self, read: Callable[[C], Made]) -> Cells[Made]:
        """The column with every cell as ``read`` makes it; cells that become one are one.

        >>> Cells.of(["a", " ", ""]).each(lambda cell: cell.strip() or None).distinct
        ('a', None)
        """
        made = [read(cell) for cell in self.distinct]
        if len(set(made)) == len(made):
            return Cells(tuple(made), self.at)
        distinct, moved = _placed(made)
        return Cells(distinct, moved[self.at])

    def take(self, records: Places) -> Cells[C]:
        """The cells of these records; ``distinct`` keeps what still occurs.

        >>> Cells.of(["Vraag", "ja", "ja"]).take(np.array([1, 2])).distinct
        ('ja',)
        """
        at = self.at[records]
        occurs = np.zeros(len(self.distinct), dtype=bool)
        occurs[at] = True
        if occurs.all():
            return Cells(self.distinct, at)
        moved = np.cumsum(occurs) - 1
        return Cells(tuple(compress(self.distinct, occurs.tolist())), moved[at])

    def __len__(self) -> int:
        return len(self.at)

    @overload
    def __getitem__(self, place: int) -> C: ...
    @overload
    def __getitem__(self, place: slice) -> list[C]: ...
    def __getitem__(self, place: int | slice) -> C | list[C]:
        if isinstance(place, slice):
            return [self.distinct[at] for at in self.at[place].tolist()]
        return self.distinct[int(self.at[place])]

    def __iter__(self) -> Iterator[C]:
        return iter(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cells | list) and self.values == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Cells.of({self.values!r})"


def distinct(values: Sequence[Any]) -> Iterable[Any]:
    """The cells that occur in a column, whether or not it is kept as ``Cells``.

    >>> sorted(distinct(["b", "a", "b"])), distinct(Cells.of(["b", "b"]))
    (['a', 'b'], ('b',))
    """
    return values.distinct if isinstance(values, Cells) else set(values)


def is_blank_column(values: Sequence[Any]) -> bool:
    """Whether nobody filled in anything: every cell is None."""
    return all(cell is None for cell in (values.distinct if isinstance(values, Cells) else values))


def is_blank_cell(cell: Any) -> bool:
    """Whether a cell holds nothing.

    >>> is_blank_cell(" \\u00a0"), is_blank_cell(0)
    (True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def objects(values: Iterable[Any]) -> NDArray[np.object_]:
    """An array that holds the values as they are, whatever they are.

    >>> objects([[1, 2], [3, 4]]).tolist()
    [[1, 2], [3, 4]]
    """
    return np.fromiter(values, dtype=object)


def _placed(values: Sequence[Any]) -> tuple[tuple[Any, ...], Places]:
    """The distinct values in order of appearance, and which of them each value is."""
    distinct, at = _numbered(values)
    if not {0, 1}.isdisjoint(distinct) and bool in set(map(type, values)):
        keys, at = _numbered([(isinstance(value, bool), value) for value in values])
        distinct = tuple(value for _, value in keys)
    return distinct, at


def _numbered(keys: Sequence[Any]) -> tuple[tuple[Any, ...], Places]:
    """The distinct keys in order of appearance, each looked up once, and the number of each key."""
    numbers: defaultdict[Any, int] = defaultdict(count().__next__)
    if len(keys) < 2:
        found: tuple[int, ...] = tuple(numbers[key] for key in keys)
    else:
        found = itemgetter(*keys)(numbers)
    if len(numbers) > 256:
        return tuple(numbers), np.array(found, dtype=np.intp)
    return tuple(numbers), np.frombuffer(bytes(found), np.uint8).astype(np.intp)
