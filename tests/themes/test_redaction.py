"""One planted name in many spellings, and everything else that leads to a person."""

from __future__ import annotations

import pytest

from qualitycycle.themes.names import folded, names_of
from qualitycycle.themes.redaction import redact

NAMES = names_of(["Marieke van der Zandström", "Piet de Groot"])

SPELLINGS = [
    "Marieke van der Zandström",
    "M. van der Zandström",
    "van der Zandstrom, M.",
    "Zandström",
    "ZANDSTRÖM",
    "zandstro\u0308m",
    "marieke",
    "Mariekes uitleg",
    "Marieke's uitleg",
    "MvdZ",
    "M.v.d.Z.",
    "Z-a-n-d-s-t-r-ö-m",
    "MariekevanderZandström",
    "Marieke-Zandström",
    "Zandstörm",
    "Zand\u200bström",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_a_planted_name_is_left(spelling: str) -> None:
    text = redact(f"De uitleg van {spelling} was goed, meer oefenen.", NAMES).text
    assert "[naam]" in text
    for part in ("zand", "marieke", "mvdz", "m.v"):
        assert part not in folded(text)
    assert text.startswith("De uitleg") and text.endswith("was goed, meer oefenen.")


HARD = names_of(["Joëlle van den Berg-Çelik"])
"""A first surname that is a word, with two particles, and a second one behind a hyphen."""


@pytest.mark.parametrize(
    "spelling",
    [
        *("van den Berg", "vd Berg", "v.d. Berg", "v/d Berg", "van den bergs", "vd berg", "VAN DEN BERG"),
        *("Joëlle vd Berg", "J. v.d. Berg", "J van den Berg", "j_vandenberg", "J.vandenBerg", "joellevdberg"),
        *("van den Berg, Joëlle", "Berg, J. van den", "berg joelle", "Berg-Çelik", "Çelik-van den Berg"),
        *("Joëlle B.", "J.v.d.B.", "J. v.d. B.", "JvdB", "JvdBC", "vdBerg", "vandenbergs", "j berg"),
    ],
)
def test_every_part_and_spelling_of_a_double_name_goes(spelling: str) -> None:
    text = redact(f"Ik leerde veel, dankzij {spelling} en de groep.", HARD).text
    left = folded(text.replace("[naam]", "").removeprefix("Ik leerde veel, dankzij"))
    assert left.replace("'s", "").split() in (["en", "de", "groep."], ["van", "en", "de", "groep."])


@pytest.mark.parametrize("text", ["over de berg en in het dal", "in de winter", "een berg werk"])
def test_a_word_that_is_also_a_surname_stays_where_it_is_a_word(text: str) -> None:
    assert redact(text, names_of(["Joëlle van den Berg-Çelik", "Daan de Winter"])).text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail a.b@school.nl even", "Mail [e-mail] even"),
        ("Bel 06-12345678 of +31 6 1234 5678", "Bel [telefoon] of [telefoon]"),
        ("BSN 123456782 en NL91 ABNA 0417 1643 00", "BSN [nummer] en [nummer]"),
        ("be68 5390 0754 7034 of FR76 3000 6000 0112 3456 7890 189", "[nummer] of [nummer]"),
        ("We deden dit op 12 juni voor iedereen", "We deden dit op 12 juni voor iedereen"),
        ("Klaar op 12 juni 2026 voor alle mentoren", "Klaar op 12 juni 2026 voor alle mentoren"),
        ("zie https://x.example/piet", "zie [link]"),
        ("volg @pietje88", "volg [naam]"),
        ("Vraag het A. Onbekend", "Vraag het [naam]"),
        ("mevrouw Onbekend", "[naam]"),
    ],
)
def test_what_leads_to_anybody_goes(text: str, expected: str) -> None:
    assert redact(text, NAMES).text == expected


@pytest.mark.parametrize("text", ["een groot verschil", "de groep was te groot, 25 mensen in 2025", "ICT"])
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text, NAMES).text == text


@pytest.mark.parametrize("text", ["Groot", "meneer groot", "p. groot", "piet groot"])
def test_an_ordinary_word_that_stands_as_a_name_goes(text: str) -> None:
    assert "groot" not in redact(f"Het was {text} die hielp", NAMES).text.lower()


def test_what_may_be_too_much_is_counted() -> None:
    found = redact("Groot was de winst. Marieke ook.", NAMES)
    assert found.counts == {"[naam]": 2} and found.doubtful == 1
