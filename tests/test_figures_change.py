"""The figure of a change: what it draws, what it hides, and that a look back stands apart."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from qualitycycle import wording
from qualitycycle.analysis.result import Result
from qualitycycle.errors import UsageProblem
from qualitycycle.figures import alt_text, change_figure, change_table, figure, figure_table, keys
from qualitycycle.figures.change import ChangeLine, value_text
from qualitycycle.figures.values import Estimate

GAIN = ChangeLine(
    measure="ZEL",
    title="Bekwaamheidsgevoel (vier vragen samen)",
    start="pre",
    end="post",
    paired=28,
    of=(41, 35),
    change=Estimate(0.6, 0.3, 0.9),
    relevant=0.3,
    moved=(19, 6, 3),
    everyone=Estimate(0.5, 0.2, 0.8),
    verdict="better",
)
BACK = replace(GAIN, start="retro_pre", change=Estimate(1.2, 0.9, 1.5))
HIDDEN = ChangeLine("ZEL", GAIN.title, "post", "follow_up", None)


def test_a_change_is_drawn_in_units_of_what_matters() -> None:
    made = change_figure([GAIN], "nl")
    line, dot = (trace for trace in made.data if trace.x[0] is not None)
    assert list(line.x) == pytest.approx([1.0, 3.0])
    assert list(dot.x) == pytest.approx([2.0])
    band = next(shape for shape in made.layout.shapes if shape.type == "rect")
    assert (band.x0, band.x1) == (-1, 1)
    assert made.layout.xaxis.range[1] > 3.0
    assert "voormeting → nameting: hoger" in made.layout.annotations[0].text.replace("<br>", " ")


def test_a_look_back_has_another_marker_and_name() -> None:
    entries = {key.name: key for key in keys(change_figure([GAIN, BACK], "nl"))}
    assert entries["gemeten op beide momenten"].symbol == "circle"
    assert entries["terugblik achteraf"].symbol == "diamond-open"
    assert [key.name for key in keys(change_figure([GAIN], "nl"))] == ["gemeten op beide momenten"]


def test_what_is_hidden_stays_in_words() -> None:
    made = change_figure([HIDDEN], "nl")
    assert not made.data
    assert "te weinig gegevens" in made.layout.annotations[0].text.replace("<br>", " ")
    row = change_table([HIDDEN], "nl").rows[0]
    assert row[2:] == (
        "niet getoond",
        "niet getoond / niet getoond",
        "–",
        "–",
        "–",
        "te weinig gegevens",
    )


def test_the_table_has_the_paired_first_and_every_number() -> None:
    table = change_table([GAIN], "nl")
    assert [column.header for column in table.columns][:4] == ["vraag", "van → naar", "gekoppeld", "van"]
    cells = [cell.replace("\u00a0", " ") for cell in table.rows[0]]
    assert cells[2:] == [
        "28",
        "41 / 35",
        "0,6 (0,3 tot 0,9) punt",
        "19 / 6 / 3",
        "0,5 (0,2 tot 0,8) punt",
        "hoger",
    ]


@pytest.mark.parametrize("language", wording.languages())
def test_the_figure_tells_itself_in_words(language: str) -> None:
    told = alt_text(change_figure([GAIN, HIDDEN, replace(GAIN, group="tandem")], language))
    assert "change." not in told and "None" not in told
    assert GAIN.title in told and "tandem, " in told


def test_a_change_of_shares_is_in_percentage_points() -> None:
    assert value_text(Estimate(0.1234), "favourable", "nl").replace("\u00a0", " ") == "12 procentpunt"


def test_a_result_is_drawn_and_an_empty_one_refused() -> None:
    row = {
        "measure": "ZEL1",
        "title": "Feedback geven.",
        "kind": "item",
        "group_title": "",
        "from": "pre",
        "to": "post",
        "retrospective": False,
        "paired": 28,
        "from_n": 41,
        "to_n": pd.NA,
        "deciding": "mean",
        "change": 0.5,
        "low": 0.2,
        "high": 0.8,
        "relevant": 0.3,
        "improved": 20,
        "same": 5,
        "declined": 3,
        "everyone": None,
        "everyone_low": None,
        "everyone_high": None,
        "verdict": "better",
        "sentence": "",
    }
    result = Result("change", pd.DataFrame([row]))
    assert figure(result).layout.title.text == "Verandering van dezelfde mentoren"
    assert figure_table(result).rows[0][3] == "41 / niet getoond"
    with pytest.raises(UsageProblem) as refused:
        figure(Result("change", pd.DataFrame(columns=list(row))))
    assert refused.value.findings[0].code == "figures.nothing_to_draw"
