"""The figure of effects: predicted against measured, in units of what matters, in words too."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from qualitycycle.analysis.result import Result
from qualitycycle.figures import (
    alt_text,
    effect_figure,
    effect_lines,
    effect_table,
    figure,
    figure_table,
    keys,
)
from qualitycycle.figures.effect import EffectLine
from qualitycycle.figures.values import Estimate

WORKED = EffectLine(
    action="A-DUIN-1",
    title="Welk cijfer geef je de trainer(s) samen?",
    what="Samen voorbereiden",
    deciding="mean",
    predicted=0.5,
    effect=Estimate(0.6, 0.2, 1.0),
    relevant=0.5,
    verdict="effective",
    proposal="adopt",
    before=7.1,
    after=7.7,
    rests=(8, 9, 65),
)
HIDDEN = replace(
    WORKED,
    action="A-DUIN-2",
    effect=None,
    verdict="too_few",
    proposal="cannot_tell",
    rests=(None, None, None),
    before=None,
    after=None,
)
SHARE = replace(
    WORKED,
    deciding="favourable",
    predicted=0.2,
    effect=Estimate(0.1, -0.05, 0.25),
    relevant=0.1,
    before=0.7,
    after=0.8,
)


def test_an_effect_is_drawn_in_units_of_what_matters_beside_its_prediction() -> None:
    made = effect_figure([WORKED], "nl")
    bar, measured, predicted = (trace for trace in made.data if trace.x[0] is not None)
    assert list(bar.x) == pytest.approx([0.4, 2.0])
    assert (measured.x[0], predicted.x[0]) == pytest.approx((1.2, 1.0))
    assert measured.marker.symbol != predicted.marker.symbol
    band = next(shape for shape in made.layout.shapes if shape.type == "rect")
    assert (band.x0, band.x1) == (-1, 1)
    assert {key.name for key in keys(made)} == {"gemeten, met 95%-interval", "voorspeld"}


def test_what_is_hidden_stays_in_words_and_its_prediction_is_drawn() -> None:
    made = effect_figure([HIDDEN], "nl")
    assert [trace.x[0] for trace in made.data if trace.x[0] is not None] == [1.0]
    assert "te weinig gegevens" in made.layout.annotations[0].text
    assert effect_figure([replace(HIDDEN, predicted=None)], "nl").layout.annotations
    assert not effect_figure([], "nl").layout.annotations


def test_the_axis_holds_every_end() -> None:
    far = replace(WORKED, predicted=-4.0)
    low, high = effect_figure([far, SHARE], "nl").layout.xaxis.range
    assert low < -8 and high > 8


def test_the_text_alternative_and_the_table_say_every_number() -> None:
    alt = alt_text(effect_figure([WORKED, SHARE], "nl")).replace("\u00a0", " ")
    assert (
        "A-DUIN-1" in alt
        and "lijkt te werken" in alt
        and "0,6 (0,2 tot 1,0)" in alt
        and "voorspeld 0,5" in alt
    )
    rows = [
        [cell.replace("\u00a0", " ") for cell in row]
        for row in effect_table([WORKED, SHARE, HIDDEN], "nl").rows
    ]
    assert rows[0][2:7] == ["0,5 punt", "7,1", "7,7", "0,6 (0,2 tot 1,0) punt", "8 / 9 / 65"]
    assert "80%" in rows[1][4].replace(" ", "")
    assert rows[2][3:6] == ["–", "–", "–"] and "niet getoond" in rows[2][6]
    assert rows[0][7:] == ["lijkt te werken", "zo houden"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_result_is_drawn_with_its_table(language: str) -> None:
    row = {"id": "A-1", "partnership": "P", "indicator": "X", "title": "Vraag", "what": "Iets", "due": None}
    row |= {
        "unit": "mean",
        "predicted": 0.5,
        "relevant": 0.5,
        "design": "before_after",
        "before": 7.0,
        "after": 7.6,
    }
    row |= {"sessions": 6, "trainers": 4, "n": 60, "effect": 0.6, "low": 0.1, "high": 1.1}
    row |= {"verdict": "effective", "proposal": "adopt", "sentence": ""}
    empty = {
        **row,
        **dict.fromkeys(("before", "after", "effect", "low", "high", "sessions", "trainers", "n")),
    }
    result = Result("effects", pd.DataFrame([row, empty]), language=language)
    assert "A-1" in alt_text(figure(result))
    assert len(figure_table(result).rows) == 2
    assert effect_lines(result.table.to_dict("records"))[1].effect is None
