"""H in its sparse layout against the same matrix written out in full."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from qualitycycle.analysis.ordinal import layout
from qualitycycle.analysis.ordinal.design import Grouping
from qualitycycle.analysis.ordinal.formula import Term
from qualitycycle.analysis.ordinal.layout import crossed, factored, layout_of
from qualitycycle.errors import Refused

ROWS = 60
SD = np.array([0.7, 1.3])


def simple(levels: int, name: str = "a") -> Grouping:
    members = (np.arange(ROWS) * 7 % levels)[:, None]
    return Grouping(Term(name, (name,)), tuple(range(levels)), members, np.ones((ROWS, 1)))


def shared(levels: int) -> Grouping:
    """Two members in most rows, one in every third."""
    one, two = np.arange(ROWS) % levels, (np.arange(ROWS) * 3 + 1) % levels
    two = np.where(one == two, (two + 1) % levels, two)
    alone = np.arange(ROWS) % 3 == 0
    members = np.column_stack([one, np.where(alone, 0, two)])
    share = np.where(alone[:, None], [1.0, 0.0], 0.5)
    return Grouping(Term("mm(b, c)", ("b", "c"), membership=True), tuple(range(levels)), members, share)


def full(groupings: list[Grouping], weights: NDArray[np.float64], order: list[int]) -> NDArray[np.float64]:
    parts = []
    for t in order:
        z = np.zeros((ROWS, len(groupings[t].levels)))
        for c in range(groupings[t].members.shape[1]):
            np.add.at(z, (np.arange(ROWS), groupings[t].members[:, c]), groupings[t].share[:, c])
        parts.append(SD[t] * z)
    z = np.hstack(parts)
    return np.eye(z.shape[1]) + z.T @ (weights[:, None] * z)


@pytest.mark.parametrize("cells", [0, layout.SMALL])
@pytest.mark.parametrize(
    ("groupings", "order"),
    [
        ([simple(9), shared(5)], [0, 1]),
        ([shared(5), simple(9)], [1, 0]),
        ([simple(4), simple(11, "b")], [1, 0]),
        ([shared(7)], [0]),
    ],
)
def test_factors_against_the_full_matrix(
    groupings: list[Grouping], order: list[int], cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "SMALL", cells)
    monkeypatch.setattr(layout, "CELLS", 20)
    weights = np.random.default_rng(1).uniform(0.1, 2, ROWS)
    matrix, made = full(groupings, weights, order), layout_of(groupings)
    found = factored(made, crossed(made, weights), SD[made.term_of])
    assert found is not None
    inverse = np.linalg.inv(matrix)
    assert found.log_determinant == pytest.approx(np.linalg.slogdet(matrix)[1], rel=1e-12)
    np.testing.assert_allclose(found.inverse(), inverse[made.above, made.beside], atol=1e-12)
    right = np.random.default_rng(2).normal(size=(len(matrix), 3))
    np.testing.assert_allclose(found.solve(right), inverse @ right, atol=1e-12)
    np.testing.assert_allclose(found.solve(right[:, 0]), inverse @ right[:, 0], atol=1e-12)


def test_the_inverse_of_many_and_of_few_effects_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made, weights = layout_of([simple(9), shared(5)]), np.ones(ROWS)
    few = factored(made, crossed(made, weights), SD[made.term_of])
    assert few is not None
    values = few.inverse()
    monkeypatch.setattr(layout, "FEW", 0)
    np.testing.assert_allclose(few.inverse(), values, atol=1e-13)


def test_a_matrix_that_is_not_positive_definite_has_no_factors() -> None:
    made = layout_of([simple(9), shared(5)])
    assert factored(made, crossed(made, np.full(ROWS, -5.0)), SD[made.term_of]) is None


def test_too_many_groups_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MOST", 4)
    with pytest.raises(Refused) as raised:
        layout_of([simple(9), shared(5)])
    assert raised.value.findings[0].code == "ordinal.too_many_groups"
