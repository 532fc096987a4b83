"""Which terms say something that the terms before them do not."""

from __future__ import annotations

import numpy as np
import pytest

from qualitycycle.analysis.ordinal.design import Grouping
from qualitycycle.analysis.ordinal.formula import Term
from qualitycycle.analysis.ordinal.separable import told_apart


def groups(*members: list[int], share: list[list[float]] | None = None) -> Grouping:
    """A term by its member columns, with equal shares unless they are given."""
    table = np.array(members).T
    equal = np.full(table.shape, 1 / table.shape[1])
    return Grouping(
        Term("g", ("g",)),
        tuple(range(int(table.max()) + 1)),
        table,
        equal if share is None else np.array(share),
    )


SESSIONS = groups([0, 0, 1, 1, 2, 2])


@pytest.mark.parametrize(
    ("terms", "apart"),
    [
        ([SESSIONS], [True]),
        ([groups([0] * 6)], [False]),
        ([SESSIONS, groups([2, 2, 0, 0, 1, 1])], [True, False]),
        ([SESSIONS, groups([0, 0, 0, 0, 1, 1])], [True, True]),
        ([SESSIONS, groups([0, 1, 0, 1, 0, 1])], [True, True]),
        # pairs that never mix are groups too, with half the variance
        ([SESSIONS, groups([0, 0, 2, 2, 4, 4], [1, 1, 3, 3, 5, 5])], [True, False]),
        # one person of each pair alone in one row
        (
            [SESSIONS, groups([0, 0, 2, 2, 4, 4], [1, 1, 3, 3, 5, 5], share=[[1, 0]] + [[0.5, 0.5]] * 5)],
            [True] * 2,
        ),
        ([groups([0] * 6), SESSIONS, SESSIONS], [False, True, False]),
    ],
)
def test_told_apart(terms: list[Grouping], apart: list[bool]) -> None:
    assert told_apart(terms) == apart
