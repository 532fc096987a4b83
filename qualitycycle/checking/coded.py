"""What the cells of a column say: worked out for the distinct ones, kept with where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from qualitycycle.cells import Cells, objects
from qualitycycle.vocabulary import AnswerState

Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Scored:
    """What one cell says. ``options`` are option codes; ``problem`` is a finding code."""

    state: AnswerState
    score: float | None = None
    options: tuple[str, ...] = ()
    text: str | None = None
    problem: str | None = None


@dataclass(frozen=True, eq=False)
class Coded(Sequence[Scored]):
    """The answers to one item: a sequence of ``Scored``, one per response.

    ``cells`` are the distinct cells as they were read, ``distinct`` what each of them says,
    ``at`` which of them every response has. Ask the distinct ones (``each``, ``where``,
    ``scores``) rather than every response.

    >>> good, blank = Scored(AnswerState.ANSWERED, score=4.0), Scored(AnswerState.NOT_ANSWERED)
    >>> column = Coded(("eens", ""), (good, blank), np.array([0, 1, 0]))
    >>> column.scores().tolist(), column[1] is blank, len(column)
    ([4.0, nan, 4.0], True, 3)
    """

    cells: tuple[Any, ...]
    distinct: tuple[Scored, ...]
    at: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.at)

    @overload
    def __getitem__(self, position: int) -> Scored: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Scored]: ...
    def __getitem__(self, position: int | slice) -> Scored | Sequence[Scored]:
        if isinstance(position, slice):
            return [self.distinct[at] for at in self.at[position].tolist()]
        return self.distinct[int(self.at[position])]

    def each(self, function: Callable[[Scored], Any]) -> NDArray[np.object_]:
        """``function`` of the answer of every response, worked out once per distinct answer."""
        return objects(map(function, self.distinct))[self.at]

    def each_cell(self, function: Callable[[Any], Any]) -> NDArray[np.object_]:
        """``function`` of the cell of every response, as it was read."""
        return objects(map(function, self.cells))[self.at]

    def where(self, holds: Callable[[Scored], bool]) -> Truths:
        """For which responses ``holds`` is true of the answer."""
        found: Truths = np.fromiter(map(holds, self.distinct), np.bool_, len(self.distinct))[self.at]
        return found

    def is_in(self, *states: AnswerState) -> Truths:
        """Which responses have an answer in one of these states."""
        return self.where(lambda cell: cell.state in states)

    def scores(self) -> NDArray[np.float64]:
        """The score of every response; nan where there is none."""
        known = (np.nan if cell.score is None else cell.score for cell in self.distinct)
        found: NDArray[np.float64] = np.fromiter(known, np.float64, len(self.distinct))[self.at]
        return found

    def instead(self, there: Truths, answer: Scored) -> Coded:
        """The same column with ``answer`` where ``there`` is true."""
        if not there.any():
            return self
        at = np.where(there, len(self.distinct), self.at)
        return Coded((*self.cells, None), (*self.distinct, answer), at)


def coded(values: Sequence[Any], read: Callable[[Any], Scored]) -> Coded:
    """The cells of a column, each distinct one read once; 1 and True are different cells.

    >>> column = coded([1, True, 1], lambda cell: Scored(AnswerState.ANSWERED, text=str(cell)))
    >>> [cell.text for cell in column]
    ['1', 'True', '1']
    """
    column = Cells.of(values)
    return Coded(column.distinct, tuple(map(read, column.distinct)), column.at)
