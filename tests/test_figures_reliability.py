"""The figure of ``reliability``: what is drawn, what stays in words."""

from __future__ import annotations

import json

from qualitycycle.figures import alt_text, reliability_figure, reliability_table
from qualitycycle.figures.reliability import ScoreItem, ScoreLine, score_lines
from qualitycycle.figures.values import Estimate

ITEMS = (ScoreItem("ZEL1", "Eerste vraag?", 0.51, 0.62), ScoreItem("ZEL2", "Tweede vraag?", None, None))
LINE = ScoreLine("ZEL", "Bekwaamheidsgevoel", Estimate(0.67, 0.61, 0.72), ITEMS)
REFUSED = ScoreLine("STU", "Student over de mentor", None, (), "too_few_respondents")


def test_a_score_is_a_dot_with_its_interval_and_a_question_an_open_diamond() -> None:
    made = reliability_figure([LINE, REFUSED], "nl")
    marks = {trace.marker.symbol: list(trace.x) for trace in made.data if trace.mode == "markers"}
    assert marks == {"circle": [0.67], "diamond-open": [0.62]}
    (interval,) = [trace for trace in made.data if trace.mode == "lines+markers"]
    assert list(interval.x) == [0.61, 0.72]
    (band,) = made.layout.shapes
    assert (band.x0, band.x1) == (0.7, 1)
    json.dumps(made.to_plotly_json()["layout"], default=str)


def test_what_has_no_numbers_stays_in_words() -> None:
    made = reliability_figure([REFUSED], "nl")
    assert not made.data
    assert "te weinig gegevens" in alt_text(made)
    assert reliability_table([REFUSED], "en").rows == (("Student over de mentor", "too few data", "–", "–"),)
    assert reliability_figure([], "nl").layout.meta["alt"]


def test_the_text_alternative_and_the_table_say_the_numbers() -> None:
    alt = alt_text(reliability_figure([LINE], "nl")).replace("\u00a0", " ")
    assert "Bekwaamheidsgevoel: alle vragen samen: 0,67 (0,61 tot 0,72)." in alt
    table = reliability_table([LINE], "nl")
    assert table.rows[1:] == (
        ("Eerste vraag?", "–", "0,51", "0,62"),
        ("Tweede vraag?", "–", "–", "–"),
    )


def test_a_negative_value_is_on_the_axis() -> None:
    below = ScoreLine("ZEL", "Bekwaamheidsgevoel", Estimate(-0.1, -0.4, 0.2))
    assert reliability_figure([below], "nl").layout.xaxis.range[0] == -0.4
    assert reliability_figure([LINE], "nl").layout.xaxis.range[0] == 0


def test_the_rows_of_a_result_become_scores_with_their_questions() -> None:
    nothing = {"item": None, "item_rest": None, "alpha_if_dropped": None}
    rows = [
        {"score": "ZEL", "title": "T", "alpha": 0.67, "likely_low": 0.61, "likely_high": 0.72, **nothing},
        {"score": "ZEL", "title": "Q", "item": "ZEL1", "item_rest": 0.5, "alpha_if_dropped": 0.6},
        {"score": "STU", "title": "U", "alpha": float("nan"), "reasons": ["hidden"], **nothing},
    ]
    first, second = score_lines(rows)
    assert first == ScoreLine("ZEL", "T", Estimate(0.67, 0.61, 0.72), (ScoreItem("ZEL1", "Q", 0.5, 0.6),))
    assert second == ScoreLine("STU", "U", None, (), "hidden")
