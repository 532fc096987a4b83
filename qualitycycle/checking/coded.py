"""What the cells of a column say: worked out for the distinct ones, kept with where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qualitycycle.cells import Cells
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
class Coded(Cells[Scored]):
    """The answers to one item, one per response, each distinct one kept once.

    ``cells`` are the cells as they were read, parallel to ``distinct``. Ask the distinct ones
    (``each``, ``where``, ``scores``) rather than every response.

    >>> good, blank = Scored(AnswerState.ANSWERED, score=4.0), Scored(AnswerState.NOT_ANSWERED)
    >>> column = Coded((good, blank), np.array([0, 1, 0]), ("eens", ""))
    >>> column.scores().tolist(), column[1] is blank, len(column)
    ([4.0, nan, 4.0], True, 3)
    """

    cells: tuple[Any, ...]

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
        return Coded((*self.distinct, answer), at, (*self.cells, None))


def coded(values: Sequence[Any], read: Callable[[Any], Scored]) -> Coded:
    """The cells of a column, each distinct one read once; 1 and True are different cells.

    >>> column = coded([1, True, 1], lambda cell: Scored(AnswerState.ANSWERED, text=str(cell)))
    >>> [cell.text for cell in column]
    ['1', 'True', '1']
    """
    column = Cells.of(values)
    return Coded(tuple(map(read, column.distinct)), column.at, column.distinct)
