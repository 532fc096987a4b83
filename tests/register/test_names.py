"""Names in files: exact confirms, near asks, another trainer is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitycycle import wording
from qualitycycle.findings import Level
from qualitycycle.register.names import confirm_names, likeness, match_name, same_names, split_names
from tests.register.region import unfilled

PEOPLE: list[dict[str, Any]] = [
    {"id": "T1", "name": "Marieke de Vries"},
    {"id": "T2", "name": "Jan Bakker"},
    {"id": "T3", "name": "Martijn van den Berg"},
    {"id": "T4", "name": "Zoë Çelik-Smit"},
    {"id": "T5", "name": "Anouk 't Hart"},
    {"id": "T6", "name": "T. Jansen"},
    {"id": "T7", "name": None},
]


@pytest.mark.parametrize(
    ("text", "trainer"),
    [
        ("Marieke de Vries", "T1"),
        ("MARIEKE DE VRIES", "T1"),
        ("  marieke   vries ", "T1"),
        ("M. de Vries", "T1"),
        ("de Vries, Marieke", "T1"),
        ("Vries, M. de", "T1"),
        ("mw. drs. M.A. de Vries", "T1"),
        ("v.d. Berg, Martijn", "T3"),
        ("M. v/d Berg", "T3"),
        ("Zoe Celik Smit", "T4"),
        ("zoë çelik-smit", "T4"),
        ("Anouk het Hart", "T5"),
        ("A. ’t Hart", "T5"),
        ("Tom Jansen", "T6"),
        ("t7", "T7"),
    ],
)
def test_exact(text: str, trainer: str) -> None:
    assert match_name(text, PEOPLE) == (trainer, 100.0, (trainer,))


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        ("Marieke de Fries", "T1"),
        ("Marieke", "T1"),
        ("de Vries", "T1"),
        ("Jan Backer", "T2"),
        ("K. Bakker", "T2"),
        ("Martijn van der Berg", "T3"),
        ("Zoë Smit", "T4"),
    ],
)
def test_near_is_never_silent(text: str, candidate: str) -> None:
    found = match_name(text, PEOPLE)
    assert found.trainer is None
    assert found.candidates[0] == candidate
    assert 80 <= found.score < 100


@pytest.mark.parametrize("text", ["", "-", "Kees Pot", "?"])
def test_nobody(text: str) -> None:
    assert match_name(text, PEOPLE) == (None, 0.0, ())


def test_two_who_fit_are_candidates_not_a_match() -> None:
    people = [*PEOPLE, {"id": "T8", "name": "Mark de Vries"}]
    found = match_name("M. de Vries", people)
    assert (found.trainer, set(found.candidates)) == (None, {"T1", "T8"})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Marieke de Vries en Jan Bakker", ["Marieke de Vries", "Jan Bakker"]),
        ("Marieke de Vries & Jan Bakker", ["Marieke de Vries", "Jan Bakker"]),
        ("Marieke de Vries/Jan Bakker", ["Marieke de Vries", "Jan Bakker"]),
        ("Marieke de Vries; Jan Bakker;", ["Marieke de Vries", "Jan Bakker"]),
        ("Marieke de Vries, Jan Bakker", ["Marieke de Vries", "Jan Bakker"]),
        ("Jan Bakker, M. v/d Berg en Kees Pot", ["Jan Bakker", "M. v/d Berg", "Kees Pot"]),
        ("de Vries, Marieke", ["de Vries, Marieke"]),
        ("de Vries, Marieke; Bakker, Jan", ["de Vries, Marieke", "Bakker, Jan"]),
        ("P. v/d Berg", ["P. v/d Berg"]),
        (" ; ", []),
    ],
)
def test_split(text: str, names: list[str]) -> None:
    assert split_names(text, PEOPLE) == names


def test_a_comma_inside_one_registered_name_does_not_split() -> None:
    people: list[dict[str, Any]] = [{"id": "T9", "name": "Anna Maria Smit Bos"}]
    assert split_names("Smit Bos, Anna Maria", people) == ["Smit Bos, Anna Maria"]
    assert split_names("Smit Bos, Anna Maria", []) == ["Smit Bos", "Anna Maria"]


@given(st.text(max_size=40))
def test_any_text_is_survived(text: str) -> None:
    for name in split_names(text, PEOPLE):
        assert match_name(name, PEOPLE).trainer in {None, *(str(row["id"]) for row in PEOPLE)}


def confirm(
    *cells: str | None, registered: tuple[str, ...] = ("T1", "T2")
) -> list[tuple[str, Level, str | None]]:
    found = confirm_names(cells, registered, PEOPLE, session="S1", rows=range(2, 2 + len(cells)))
    return [(one.code[9:], one.level, one.value) for one in found]


def test_registered_names_confirm() -> None:
    assert confirm("M. de Vries en Jan Bakker", "Bakker, Jan", None, "  ") == []


def test_a_near_name_is_a_warning_with_candidates() -> None:
    assert confirm("Jan Bakker", "Marieke de Fries") == [("name_alike", Level.WARNING, "Marieke de Fries")]


def test_an_initial_that_fits_two_confirms_the_one_who_is_registered() -> None:
    people = [*PEOPLE, {"id": "T8", "name": "Mark de Vries"}]
    assert confirm_names(["M. de Vries"], ["T1"], people, session="S1") == []


def test_another_trainer_is_an_error_unless_the_file_confirms_someone() -> None:
    assert confirm("Martijn van den Berg") == [("other_trainer", Level.ERROR, "Martijn van den Berg")]
    assert confirm("Martijn van den Berg", "Jan Bakker") == [
        ("other_trainer", Level.WARNING, "Martijn van den Berg")
    ]


def test_unknown_names_and_sessions_without_trainers() -> None:
    assert confirm("Kees Pot") == [("name_unknown", Level.WARNING, "Kees Pot")]
    assert confirm("Jan Bakker", registered=()) == [("no_trainers_registered", Level.WARNING, "Jan Bakker")]


def test_repeats_are_one_finding_with_the_first_row_and_a_count() -> None:
    cells = ["Jan Bakker", "Kees Pot", "kees pot", "Kees Pot"]
    [found] = confirm_names(
        cells, ["T2"], PEOPLE, session="S1", rows=[5, 6, 7, 9], file="a.csv", column="Trainer"
    )
    assert (found.row, found.count, found.file, found.column) == (6, 3, "a.csv", "Trainer")


@pytest.mark.parametrize("language", wording.languages())
def test_sentences(language: str) -> None:
    cells = ["Kees Pot", "Marieke de Fries", "Martijn van den Berg"]
    found = [
        *confirm_names(cells, ["T1"], PEOPLE, session="S1"),
        *confirm_names(["Jan Bakker"], [], PEOPLE, session="S1"),
    ]
    assert len({one.code for one in found}) == 4
    for one in found:
        sentence = wording.message(one, language)
        assert sentence != one.code
        assert "{" not in sentence
        assert unfilled(one, language) == set()
        assert str(one.value) in sentence


def test_names_that_are_one_persons() -> None:
    names = ["Marieke Jansen", "Jan Bakker", "Jansen, M.", "Marieke Janssen", "Mw. Marieke Jansen"]
    assert same_names(names) == {2: 0, 4: 0}


def test_without_registered_trainers_every_name_says_so() -> None:
    found = confirm_names(["Kees Pot", "Marieke de Fries"], [], PEOPLE, session="S1")
    assert [one.code for one in found] == ["register.no_trainers_registered"] * 2


@pytest.mark.parametrize("one", ["Noor van der Wilg", "K. Esdoorn", "", "de", "Sem Populier-Bos"])
def test_likeness_is_the_same_both_ways(one: str) -> None:
    for other in ("N. Wilg", "Karin Esdorn", "Sem Bos", "", "Noor Wilgh"):
        assert likeness(one, other) == likeness(other, one)


def test_a_second_initial_and_a_typing_error() -> None:
    assert likeness("Noor J. Wilg", "Noor Wilg") == "same"
    assert likeness("Noor Wilg", "Nora Eik") is None
