"""Columns that are the options of one question, made one."""

from __future__ import annotations

import pytest

from qualitycycle.cells import is_blank_column
from qualitycycle.readers.grid import tabulate
from qualitycycle.readers.option_columns import Joining, is_other, join, repeats

GRID = tabulate(
    "a.csv",
    "csv",
    [
        ["Wie", "lezen", "rekenen", "Anders", "Waarom", "Anders", "Les#2"],
        ["a", "lezen", "rekenen ", "", "om", "nog iets", "x"],
        ["b", "", "", "", "", "", ""],
        ["c", "", "", "sporten", "", "", "y"],
    ],
)


def test_a_group_becomes_one_column_in_the_place_of_its_first() -> None:
    joined = join(GRID, [Joining((1, 2, 3), "Vakken")])
    assert joined.headers == ("Wie", "Vakken", "Waarom", "Anders", "Les#2")
    assert joined.columns[1] == ["lezen; rekenen", None, "sporten"]
    assert joined.rows == GRID.rows
    assert GRID.headers == ("Wie", "lezen", "rekenen", "Anders", "Waarom", "Anders#2", "Les#2")


def test_two_groups_under_one_name_get_a_number() -> None:
    joined = join(GRID, [Joining((1, 2), "Vakken"), Joining((3, 4), "Vakken")])
    assert joined.headers == ("Wie", "Vakken", "Vakken#2", "Anders", "Les#2")


def test_nothing_to_join_changes_nothing() -> None:
    assert join(GRID, []) == GRID


@pytest.mark.parametrize(
    ("column", "option", "expected"),
    [
        (["Git", None, "git\u00a0"], "Git", True),
        (["Git"], "Git#2", True),
        ([5, None], "5", True),
        (["Git", "yes"], "Git", False),
        ([None], "Git", False),
    ],
)
def test_an_option_column_repeats_its_option(column: list[object], option: str, expected: bool) -> None:
    assert repeats(column, option) is expected
    assert is_blank_column(column) is (column == [None])


@pytest.mark.parametrize(
    "header", ["Other", "other:", "Other#3", "Anders, namelijk:", "Other (please specify)"]
)
def test_a_typed_answer_beside_the_options(header: str) -> None:
    assert is_other(header)


@pytest.mark.parametrize("header", ["Otherwise", "Any other remarks?", "Iets anders", ""])
def test_another_question_is_no_typed_answer(header: str) -> None:
    assert not is_other(header)
