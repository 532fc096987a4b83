"""The funnel: what is drawn, what its table and its text alternative say."""

from __future__ import annotations

import json

import pytest

from qualitycycle.figures import alt_text, spread_caption, spread_figure, spread_table
from qualitycycle.figures.spread import Curve, SpreadPlot, SpreadPoint, spread_plot
from qualitycycle.figures.values import Estimate

LEVEL = Estimate(8.1, 7.6, 8.6)
POINTS = (
    SpreadPoint(5, 9, LEVEL, "inside"),
    SpreadPoint(5, 9, LEVEL, "inside"),
    SpreadPoint(5, 9, Estimate(7.2, 6.7, 7.7), "outside_998"),
    SpreadPoint(10, 19, Estimate(8.7, 8.3, 9.1), "outside_95"),
)
CURVES = tuple(
    Curve(n, 8.0, {"95": (8 - 3 / n, 8 + 3 / n), "998": (8 - 5 / n, 8 + 5 / n)}) for n in (5, 12, 19)
)
PLOT = SpreadPlot("Welk cijfer?", "session", "mean", POINTS, CURVES)


def test_points_of_one_level_stand_side_by_side_in_the_middle_of_their_band() -> None:
    made = spread_figure(PLOT, "nl")
    marks = {trace.marker.symbol: trace for trace in made.data if trace.mode == "markers"}
    assert set(marks) == {"circle", "x", "diamond-open", "line-ns"}, "what is outside has a shape of its own"
    assert sum(marks["circle"].x) / 2 == pytest.approx(7) and marks["circle"].x[0] != marks["circle"].x[1]
    assert list(marks["x"].x) == [7] and list(marks["diamond-open"].x) == [14.5]
    assert list(marks["line-ns"].error_y.array) == pytest.approx([0.5, 0.4])


def test_the_limits_are_lines_that_differ_without_colour() -> None:
    made = spread_figure(PLOT, "nl")
    lines = [trace for trace in made.data if trace.mode == "lines"]
    assert [line.line.dash for line in lines] == [None, "dash", "dash", "dot", "dot"]
    assert len({line.line.color for line in lines}) == 1
    assert list(lines[1].y) == [8 - 3 / n for n in (5, 12, 19)]
    assert [line.showlegend for line in lines[1:]] == [True, False, True, False]
    json.dumps(made.to_plotly_json()["layout"], default=str)


def test_the_table_counts_what_is_alike() -> None:
    table = spread_table(PLOT, "nl")
    assert table.caption == spread_caption(PLOT, "nl") == "Verschillen tussen sessies: Welk cijfer?"
    assert table.rows == (
        ("5–9", "8,1", "7,6 en 8,6", "2", "ja"),
        ("5–9", "7,2", "6,7 en 7,7", "1", "buiten de buitenste"),
        ("10–19", "8,7", "8,3 en 9,1", "1", "buiten de binnenste"),
    )
    assert "naar het midden" in table.note


def test_the_text_alternative_says_what_is_seen() -> None:
    alt = alt_text(spread_figure(PLOT, "en"))
    for part in (
        "4 sessions",
        "The region is at 8.0",
        "between 7.2 and 8.7",
        "inner limits: 2",
        "outer ones: 1",
    ):
        assert part in alt


def test_nothing_to_show_is_said() -> None:
    empty = SpreadPlot("Welk cijfer?", "trainer", "favourable", (), ())
    made = spread_figure(empty, "nl")
    assert not made.data and "geen losse trainers" in alt_text(made)
    assert spread_table(empty, "nl").rows == ()


def test_a_result_becomes_a_plot() -> None:
    row = {"first": 5, "last": 9, "estimate": 0.6, "low": 0.4, "high": 0.8}
    rows = [{**row, "inside_95": inner, "inside_998": outer} for inner, outer in ((1, 1), (0, 1), (0, 0))]
    limits = {"n": 5, "middle": 0.6, "low_95": 0.4, "high_95": 0.8, "low_998": 0.2, "high_998": 1.0}
    plot = spread_plot(rows, {"title": "T", "of": "team", "deciding": "top", "limits": [limits]})
    assert [point.place for point in plot.points] == ["inside", "outside_95", "outside_998"]
    assert plot.measure == "favourable" and plot.curves[0].ends["998"] == (0.2, 1.0)
    assert spread_table(plot, "nl").rows[0][:3] == ("5–9", "60%", "40% en 80%")
