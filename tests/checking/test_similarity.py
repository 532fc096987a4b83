from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.checking.similarity import header_texts, nearly_label, similarities

WORDS = st.text(alphabet="abcdeéïstno ", min_size=1, max_size=30).filter(lambda text: text.strip())
AGREE = ["Strongly agree", "Agree", "Disagree", "Strongly disagree", "mee eens", "mee oneens"]


@pytest.mark.parametrize(
    ("label", "known", "expected"),
    [
        ("Veri satisfied", ["Very satisfied", "Satisfied"], "Very satisfied"),
        ("SomewhatDisagree", ["Somewhat disagree", "Somewhat agree"], "Somewhat disagree"),
        ("Neither Agree\nor  Disagree\n", ["Neither agree or disagree"], "Neither agree or disagree"),
        ("helemaal meeeens", ["helemaal mee eens"], "helemaal mee eens"),
        ("Stongly agree", AGREE, "Strongly agree"),
    ],
)
def test_a_slip_of_the_pen_is_seen(label: str, known: list[str], expected: str) -> None:
    assert nearly_label(label, known) == expected


@pytest.mark.parametrize(
    ("label", "known"),
    [
        ("oneens", ["eens"]),
        ("ontevreden", ["tevreden"]),
        ("onvoldoende", ["voldoende"]),
        ("Disagree", ["Agree"]),
        ("unlikely", ["likely"]),
        ("niet mee eens", ["mee eens"]),
        ("Strongly agree", ["Strongly disagree"]),
        ("Year 2", ["Year 1"]),
        ("stimme zu", AGREE),
    ],
)
def test_a_word_that_means_something_else_is_no_slip(label: str, known: list[str]) -> None:
    assert nearly_label(label, known) is None


def test_between_two_labels_nothing_is_chosen() -> None:
    assert nearly_label("langzaan", ["langzaam", "langzaak"]) is None


def test_likeness_is_of_the_same_words_whatever_their_order() -> None:
    same, turned, part, other = similarities(
        [["de zaal was goed"]],
        [["de zaal was goed"], ["goed was de zaal"], ["de zaal was goed en ruim en licht"], ["cijfer"]],
    )[0]
    assert same == 1.0 > turned > part >= 0.8 > other


def test_a_column_without_text_is_like_nothing() -> None:
    found = similarities([[], ["de zaal"]], [["de zaal"], ["het eten"]])
    assert found.shape == (2, 2)
    assert found[0].max() == 0 and found[1, 0] == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, min_size=1, max_size=4))
def test_likeness_is_symmetric_and_between_0_and_1(ours: list[str], theirs: list[str]) -> None:
    there = similarities([header_texts(text) for text in ours], [header_texts(text) for text in theirs])
    back = similarities([header_texts(text) for text in theirs], [header_texts(text) for text in ours])
    assert np.allclose(there, back.T, atol=0.02)
    assert there.min() >= 0 and there.max() <= 1


def test_the_texts_of_a_header() -> None:
    assert "de zaal" in header_texts("Q3", "Vraag 3. Hoe was het? [De zaal]")
    assert "hoe was de zaal?" in header_texts("Evaluatie: Hoe was de zaal?")
    assert header_texts("", "") == []
