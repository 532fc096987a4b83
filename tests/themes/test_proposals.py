"""Proposals: words of the codebook in any form, and what was decided on comments alike."""

from __future__ import annotations

from qualitycycle.codebook import Codebook, Theme
from qualitycycle.themes.proposals import Example, language_of, propose

BOOK = Codebook(
    themes={
        "form": Theme(
            name={"nl": "Vorm"},
            description={"nl": "Hoe"},
            terms={"nl": ["oefening"], "en": ["exercise"]},
        ),
        "time": Theme(name={"nl": "Tijd"}, description={"nl": "Duur"}, terms={"nl": ["tijd"]}),
    }
)


def test_a_term_counts_in_every_form_and_language() -> None:
    assert [one.theme for one in propose("Goede oefeningen", BOOK)] == ["form"]
    assert [one.theme for one in propose("the exercises were good", BOOK)] == ["form"]


def test_a_comment_like_a_decided_one_gets_its_theme() -> None:
    text = "De lunchpauze duurde eindeloos"
    assert propose(text, BOOK) == []
    others = [Example("De lunchpauze duurde eindeloos lang", ("time",)), Example("Koude ruimte", ("form",))]
    assert [one.theme for one in propose(text, BOOK, others)] == ["time"]


def test_small_words_propose_nothing() -> None:
    assert propose("Het was goed", BOOK, [Example("De ruimte was goed", ("form",))]) == []


def test_a_placeholder_is_no_word() -> None:
    assert language_of("[naam] and the [telefoon]") == "en"
    assert propose("[naam]", BOOK, [Example("[naam]", ("time",))]) == []
