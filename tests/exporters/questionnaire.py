"""A questionnaire with one of everything, and texts that survey tools and spreadsheets trip over."""

from __future__ import annotations

import tomllib
from pathlib import Path

from qualitycycle.exporters.form import Form, Place, build_form
from qualitycycle.instrument import Instrument
from qualitycycle.vocabulary import Moment, Variant

ODD = """
id = "rond-2.0"
title = { nl = "Ronde & vierkante vragen", en = "Round & square questions" }

[stems.K5]
nl = "Hoe goed lukt het je om ..."
en = "How well do you manage to ..."

[scales.E5]
kind = "ordinal"
points = 5
favourable = [4, 5]
uses_mean = true
labels.nl = ["helemaal mee oneens", "mee oneens", "neutraal", "mee eens", "helemaal mee eens"]
labels.en = ["strongly disagree", "disagree", "neutral", "agree", "strongly agree"]

[scales.K5]
kind = "ordinal"
points = 3
favourable = [3]
labels.nl = ["nog niet", "soms, met hulp", "zelfstandig"]
labels.en = ["not yet", "sometimes; with help", "on my own"]

[scales.from_zero]
kind = "ordinal"
points = 4
favourable = [4]
labels.nl = ["0 - vooral ik", "1", "2", "3 - vooral zij"]
labels.en = ["0 - mostly me", "1", "2", "3 - mostly they"]

[scales.middle]
kind = "balanced"
points = 3
favourable = [2]

[scales.mark]
kind = "mark"
minimum = 1
maximum = 10
step = 0.5
favourable_from = 7

[scales.single]
kind = "single"

[scales.multi]
kind = "multi"

[scales.open]
kind = "open"

[[items]]
id = "AG_1"
text.nl = "De uitleg was \\"helder\\"; ook voor mij."
text.en = "The explanation was \\"clear\\"; for me too."
scale = "E5"

[[items]]
id = "AG_2"
text.nl = "Eén voorbeeld was genoeg, twee was beter."
text.en = "One example was enough, two was better."
scale = "E5"

[[items]]
id = "TANDEM"
text.nl = "School en opleiding vulden elkaar aan."
text.en = "School and institute complemented each other."
scale = "E5"
variants = ["tandem"]

[[items]]
id = "K1"
text.nl = "Vragen stellen."
text.en = "Ask questions."
scale = "K5"

[[items]]
id = "K2"
text.nl = "Stiltes laten vallen."
text.en = "Let silences fall."
scale = "K5"

[[items]]
id = "WHO"
text.nl = "Wie was er het meest aan het woord?"
text.en = "Who did most of the talking?"
scale = "from_zero"

[[items]]
id = "TEMPO"
text.nl = "Hoe was het tempo?"
text.en = "How was the pace?"
scale = "middle"
labels.nl = ["te traag", "goed", "te snel"]
labels.en = ["too slow", "good", "too fast"]

[[items]]
id = "MARK"
text.nl = "Welk cijfer geef je?"
text.en = "Which mark do you give?"
scale = "mark"

[[items]]
id = "TOOLS"
text.nl = "Wat gebruik je? (meer antwoorden mogen)"
text.en = "What do you use? (more than one answer)"
scale = "multi"
labels.nl = ["Camera (foto; video)", "Bord, krijt", "Pen & papier", "Niets van dit alles"]
labels.en = ["Camera (photo; video)", "Board, chalk", "Pen & paper", "Nothing of these"]

[[items]]
id = "GROUPS"
text.nl = "Hoeveel groepen heb je?"
text.en = "How many classes do you have?"
scale = "single"
background = true
labels.nl = ["2", "1", "3 of meer"]
labels.en = ["2", "1", "3 or more"]

[[items]]
id = "WHY"
text.nl = "Waarom? Noem geen namen."
text.en = "Why? Please name no one."
scale = "open"
optional = true

[[items]]
id = "LOCAL1"
text.nl = "Was de parkeerplaats < 5 minuten lopen?"
text.en = "Was the car park < 5 minutes away?"
scale = "single"
labels.nl = ["ja", "nee"]
labels.en = ["yes", "no"]

[[local_blocks]]
partnership = "DUIN"
items = ["LOCAL1"]
"""

TANDEM = Place("DUIN-2526-04", "Basistraining", None, "DUIN", "Samen Opleiden Duinrand", Variant.TANDEM)


def odd_instrument() -> Instrument:
    return Instrument.model_validate(tomllib.loads(ODD))


def odd_form(language: str = "nl", place: Place = TANDEM) -> Form:
    return build_form(odd_instrument(), Moment.POST, language=language, place=place)


def put_into(workspace: Path) -> None:
    """Add the questionnaire to a workspace's config."""
    (workspace / "config" / "instruments" / "rond-2.0.toml").write_text(ODD, encoding="utf-8")
