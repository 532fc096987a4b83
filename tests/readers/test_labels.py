"""Comparing texts, and splitting the options in one cell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.labels import normalise_header, normalise_label, split_options

TECHNICAL = [
    "Procedural Content Generation (Houdini)",
    "Tools & Pipeline Scripting (Python for VFX; Python/C# for Games)",
    "Technical Artist (Games) ",
]


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_label(text)
    assert normalise_label(once) == once


@given(st.text(st.characters(exclude_characters="&<>")))
def test_normalising_a_header_twice_changes_nothing(text: str) -> None:
    once = normalise_header(text)
    assert normalise_header(once) == once


def test_headers_meet_across_tools() -> None:
    plain = normalise_header("Which version of operating system are you using?")
    assert (
        normalise_header("Which <strong>version</strong> of&nbsp;operating system\nare you using? *") == plain
    )
    assert normalise_header("Cijfer <5 of hoger") == "cijfer <5 of hoger"
    assert normalise_header("**") == ""


def test_typed_and_typeset_marks_are_the_same() -> None:
    assert normalise_label("Ik ’t wél – “ja”") == normalise_label('ik \'t wél - "ja"')


def test_an_option_that_holds_the_separator_stays_whole() -> None:
    cell = f"{TECHNICAL[0]};{TECHNICAL[1]};"
    assert split_options(cell, TECHNICAL) == (TECHNICAL[:2], [])


def test_options_return_in_their_own_spelling_and_once() -> None:
    cell = "technical artist\u00a0(games);Technical Artist (Games) ;"
    assert split_options(cell, TECHNICAL) == ([TECHNICAL[2]], [])


def test_the_longest_option_wins() -> None:
    assert split_options("A;B;C", ["A", "B", "A;B"]) == (["A;B"], ["C"])


def test_what_is_no_option_is_an_other_value() -> None:
    cell = f"knitting (wool; cotton);{TECHNICAL[0]};sewing"
    assert split_options(cell, TECHNICAL) == ([TECHNICAL[0]], ["knitting (wool; cotton)", "sewing"])


def test_without_known_options_the_separator_between_parentheses_does_not_count() -> None:
    assert split_options(";".join(TECHNICAL) + ";", []) == ([], [option.strip() for option in TECHNICAL])


def test_an_unclosed_parenthesis_swallows_nothing() -> None:
    assert split_options("ja :(;nee;", []) == ([], ["ja :(", "nee"])
    assert split_options("a );b (;c", []) == ([], ["a )", "b (", "c"])


def test_another_separator() -> None:
    options = ["I conduct research, I manage others", "I teach"]
    assert split_options("I conduct research, I manage others, I teach", options, ",") == (options, [])


def test_blank_cells_hold_nothing() -> None:
    assert split_options("", TECHNICAL) == ([], [])
    assert split_options(" ; ;", TECHNICAL) == ([], [])


GOOGLE = ["Ik doe onderzoek, en ik geef les", "Ik geef les", "Ik begeleid (1, 2; 3)"]


@pytest.mark.parametrize("joiner", [";", "; ", ", ", ",", "\n", "\r\n", ";\u00a0"])
def test_every_joiner_with_options_that_hold_it(joiner: str) -> None:
    assert split_options(joiner.join(GOOGLE), GOOGLE) == (GOOGLE, [])
    assert split_options(joiner.join(reversed(GOOGLE)), GOOGLE) == (GOOGLE[::-1], [])


def test_a_typed_answer_keeps_its_commas() -> None:
    cell = f"{GOOGLE[1]}, iets anders, namelijk dit"
    assert split_options(cell, GOOGLE) == ([GOOGLE[1]], ["iets anders, namelijk dit"])
    assert split_options(f"{GOOGLE[1]};rust, ruimte;tijd;", GOOGLE) == ([GOOGLE[1]], ["rust, ruimte", "tijd"])
    assert split_options("rust, ruimte", GOOGLE) == ([], ["rust, ruimte"])


def test_an_option_inside_a_typed_answer_is_not_chosen() -> None:
    assert split_options("A;spel, muziek;", ["A", "muziek"]) == (["A"], ["spel, muziek"])


def test_the_reading_that_leaves_least_over_wins() -> None:
    assert split_options("a;b;c", ["a", "a;b", "b;c"]) == (["a", "b;c"], [])


def test_the_mark_that_leaves_least_over_wins() -> None:
    assert split_options("a\n\n;)", ["a\n", ";)"]) == (["a\n", ";)"], [])


def test_options_in_several_languages() -> None:
    options = ["Lezen, schrijven", "Rekenen", "Reading, writing", "Maths", "読み、書き", "算数"]
    assert split_options("Reading, writing, Maths", options) == (["Reading, writing", "Maths"], [])
    assert split_options("読み、書き;算数;", options) == (options[4:], [])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.text("ab ,;()\né", min_size=1, max_size=8).filter(lambda text: text.strip(" ,;\n")),
        min_size=1,
        max_size=6,
        unique_by=normalise_label,
    ),
    st.sampled_from([";", "; ", ", ", "\n"]),
    st.data(),
)
def test_whatever_the_options_hold_nothing_is_left_over(
    options: list[str], joiner: str, data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(options), unique=True, min_size=1))
    found, others = split_options(joiner.join(chosen), options)
    assert others == []
    assert set(found) <= set(options)


@given(
    st.lists(st.sampled_from([*"abcdef", "x (1; 2)", "y; z"]), unique=True),
)
def test_joined_options_come_back(chosen: list[str]) -> None:
    options = [*"abcdef", "x (1; 2)", "y; z"]
    assert split_options("".join(f"{option};" for option in chosen), options) == (chosen, [])
