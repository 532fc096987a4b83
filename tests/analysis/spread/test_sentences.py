"""Sentences about differences: what they say, and when they say it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.spread import LeftOut, Split, Spread, spread
from qualitycycle.analysis.spread.reliability import MeanReliability
from qualitycycle.analysis.spread.sentences import Outside, Said, listed, spread_sentences
from tests.analysis.spread.regions import ALONE, PAIRS, SWAPPED, Sizes, draw

SHARES = {
    "answers": Interval(0.82, 0.7, 0.91),
    "session": Interval(0.06, 0.02, 0.15),
    "trainer": Interval(0.12, 0.0, 0.28),
}
FOUND = Spread(
    "session",
    48,
    Split(SHARES),
    ("variant", "cycle"),
    (LeftOut("team", "together"),),
    MeanReliability(0.18, 0.72, 12, 11),
)
SAID = Said("Welk cijfer?", "mean", 40, 48, Outside(48, 2, 0), limits={"fewest": 5})


def told(found: Spread | None = FOUND, said: Said = SAID, language: str = "nl") -> str:
    return " ".join(spread_sentences(found, said, language))


def test_the_split_in_plain_words() -> None:
    said = told()
    assert said.startswith(
        "Welk cijfer? Van de verschillen tussen antwoorden zit ongeveer 6% tussen sessies en "
    )
    assert "12% tussen trainers; de rest (82%) zit tussen mensen in dezelfde sessie." in said
    assert "Bij de gegevens past 2 tot 15% tussen sessies en 0 tot 28% tussen trainers." in said
    assert "Verschillen die samenhangen met de variant en het schooljaar, zijn er eerst afgehaald." in said
    assert "is niet te zeggen: te weinig trainers gaven training in meer dan één team." in said


def test_what_a_mean_needs_with_the_range_that_follows_from_the_split() -> None:
    """Nine per cent in common needs 24 answers, thirty per cent 6."""
    assert "vanaf ongeveer 11 antwoorden (waarschijnlijk tussen 6 en 24)." in told()
    assert (
        "Een gewone sessie heeft er 12: van de verschillen tussen zulke gemiddelden is ongeveer 72% echt"
        in told()
    )
    shares = {**SHARES, "answers": Interval(0.95, 0.8, 1.0)}
    assert "(minstens 10)" in told(replace(FOUND, split=Split(shares)))


def test_when_no_number_of_answers_will_do() -> None:
    for needed in (None, 5000):
        said = told(replace(FOUND, reliability=MeanReliability(0.0, 0.0, 12, needed)))
        assert "Dat sessies van elkaar verschillen, is hier niet te zien." in said
        assert "vanaf ongeveer" not in said


@pytest.mark.parametrize(
    ("outside", "words"),
    [
        (Outside(48, 0, 0), "De schommeling tussen de trainingen is normaal."),
        (Outside(48, 5, 0), "De schommeling tussen de trainingen is normaal."),
        (Outside(48, 6, 0), "6 van de 48 sessies vallen buiten de binnenste grenzen."),
        (Outside(48, 3, 1), "1 sessie valt buiten de buitenste grenzen."),
        (Outside(48, 3, 2), "2 sessies vallen buiten de buitenste grenzen."),
    ],
)
def test_normal_is_what_chance_allows(outside: Outside, words: str) -> None:
    assert words in told(said=replace(SAID, outside=outside))


def test_why_there_are_no_points() -> None:
    for reason, words in (
        ("region_only", "hele regio over alle schooljaren"),
        ("unreliable", "minder dan 5"),
    ):
        assert words in told(said=replace(SAID, reason=reason, outside=None))
    assert "nodig waarin niet iedereen hetzelfde" in told(None, replace(SAID, reason="too_few"))
    assert told(None, replace(SAID, reason="hidden")) == "Welk cijfer?"


def test_partnerships_beside_the_split() -> None:
    much = Split(SHARES, Interval(0.08, 0.01, 0.19))
    little = Split(SHARES, Interval(0.001, 0.0, 0.03))
    assert "hangt ongeveer 8% van alle verschillen samen (waarschijnlijk tussen 1 en 19%)" in told(
        replace(FOUND, split=much)
    )
    assert "bijna niets samen (hoogstens 3% van alle verschillen)" in told(replace(FOUND, split=little))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("of", ["session", "trainer", "team"])
@pytest.mark.parametrize(
    "given", [SWAPPED, PAIRS, ALONE, PAIRS[:4]], ids=["swapped", "pairs", "alone", "few"]
)
def test_every_kind_of_region_has_its_words(
    given: list[tuple[str, str, int]], of: str, language: str
) -> None:
    found = spread(draw(given, Sizes(), np.random.default_rng(1)).sums, of)  # type: ignore[arg-type]
    for reason in ("region_only", "unreliable", "inseparable", None):
        for deciding in ("mean", "favourable", "top"):
            said = told(found, replace(SAID, reason=reason, deciding=deciding, excluded=2), language)
            assert "spread." not in said and "{" not in said


def test_a_list_of_one() -> None:
    assert listed(["a"], "en") == "a"
