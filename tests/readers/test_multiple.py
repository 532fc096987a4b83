"""Several columns that are one multiple choice, made one column."""

from __future__ import annotations

from typing import Any

import pytest

from qualitycycle.readers.multiple import Choice, Column, Option, is_chosen, join_choices, says_chosen_or_not


def option(at: int, *labels: str) -> Option:
    return Option(at, lambda row: labels[row % len(labels)])


def columns(**cells: list[Any]) -> list[Column]:
    return [Column(header, "", column) for header, column in cells.items()]


@pytest.mark.parametrize("cell", ["Y", " ja ", "Yes", "1", 1, 1.0, True, "TRUE", "waar"])
def test_what_says_chosen(cell: Any) -> None:
    assert is_chosen(cell)


@pytest.mark.parametrize("cell", ["N", "nee", "0", 0, 0.0, False, None, "misschien", "n/a", 2])
def test_what_does_not(cell: Any) -> None:
    assert not is_chosen(cell)


def test_only_yes_and_no() -> None:
    assert says_chosen_or_not(["Ja", None, "nee", 1.0, False])
    assert not says_chosen_or_not(["Ja", "misschien"])


def test_chosen_options_in_the_words_of_their_row() -> None:
    found = join_choices(
        columns(
            before=["x", "y", "z"], a=["1", "1", None], b=[None, True, None], other=[None, "een boek ", None]
        ),
        [
            Choice(
                "seen", "Wat zag je?", (option(1, "Filmpjes", "Videos"), option(2, "Dia's"), Option(3, None))
            )
        ],
    )
    assert found == [
        Column("before", "", ["x", "y", "z"]),
        Column("seen", "Wat zag je?", ["Filmpjes", "Videos; Dia's; een boek", None]),
    ]


def test_columns_apart_from_each_other_and_a_header_that_exists() -> None:
    found = join_choices(
        columns(a=["1"], seen=["x"], b=["1"]), [Choice("seen", "", (option(0, "A"), option(2, "B")))]
    )
    assert [(column.header, list(column.cells)) for column in found] == [
        ("seen", ["A; B"]),
        ("seen#2", ["x"]),
    ]


def test_nothing_is_changed_in_place() -> None:
    given = columns(a=["1"], b=["0"])
    join_choices(given, [Choice("seen", "", (option(0, "A"), option(1, "B")))])
    assert given == columns(a=["1"], b=["0"])
