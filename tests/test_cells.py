"""A column kept as its distinct cells is the same column."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qualitycycle.cells import Cells, distinct, is_blank_column

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 2),
    st.sampled_from([0.0, 0.5, 1.0, 2.5]),
    st.sampled_from(["", " ", "ja", "Ja", "1", "True"]),
    st.sampled_from([date(2026, 5, 4), datetime(2026, 5, 4), datetime(2026, 5, 4, 9)]),
)
COLUMNS = st.lists(CELLS, max_size=40)


def kinds(cells: Any) -> list[tuple[bool, Any]]:
    return [(isinstance(cell, bool), cell) for cell in cells]


@given(COLUMNS)
def test_the_cells_are_those_of_the_file(column: list[Any]) -> None:
    cells = Cells.of(column)
    assert kinds(cells) == kinds(column)
    assert kinds(cells.values) == kinds([cells[at] for at in range(len(cells))]) == kinds(cells[:])
    assert len(cells) == len(column)


@given(COLUMNS)
def test_every_distinct_cell_is_there_once_and_in_order(column: list[Any]) -> None:
    assert kinds(Cells.of(column).distinct) == list(dict.fromkeys(kinds(column)))


@given(COLUMNS)
def test_each_is_map(column: list[Any]) -> None:
    def read(cell: Any) -> Any:
        return cell in (1, "1", "True", "ja", "Ja") or None

    assert kinds(Cells.of(column).each(read)) == kinds(map(read, column))
    assert len(Cells.of(column).each(read).distinct) <= 2


@given(COLUMNS, st.data())
def test_what_is_taken_keeps_only_what_occurs(column: list[Any], data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(column) - 1)) if column else st.just([]))
    taken = Cells.of(column).take(np.array(places, dtype=np.intp))
    assert kinds(taken) == kinds(column[at] for at in places)
    assert set(kinds(taken.distinct)) == set(kinds(taken))


def test_more_distinct_cells_than_fit_in_a_byte() -> None:
    column = [*range(1000), *range(999, -1, -1)]
    assert list(Cells.of(column)) == column
    assert list(Cells.of(range(257))) == list(range(257))


def test_a_column_is_equal_to_the_list_it_stands_for() -> None:
    assert Cells.of(["a", "b", "a"]) == ["a", "b", "a"] != Cells.of(["a", "b"])
    assert (Cells.of(["a"]), Cells.of(["b"])) == (["a"], ["b"])


def test_what_occurs_in_a_list_or_in_cells() -> None:
    column = ["a", None, "a"]
    assert set(distinct(column)) == set(distinct(Cells.of(column))) == {"a", None}
    assert is_blank_column([None, None]) and is_blank_column(Cells.of([None]))
    assert not is_blank_column(column) and not is_blank_column(Cells.of(column))
