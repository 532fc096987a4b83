"""The chart of sessions: what is drawn, what its table and its text alternative say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from qualitycycle.figures import alt_text, keys, trend_caption, trend_figure, trend_table, without_legend
from qualitycycle.figures.trend import TrendAction, TrendPlot, TrendPoint, trend_plot

AUTUMN = (date(2025, 9, 1), date(2025, 11, 1))
WINTER = (date(2026, 1, 1), date(2026, 1, 1))
POINTS = (
    TrendPoint(AUTUMN, 0, 8, 8.1, 6.6, 9.2),
    TrendPoint(AUTUMN, 0, 8, 7.9, 6.6, 9.2, ("near",)),
    TrendPoint(AUTUMN, 0, 8, 6.1, 6.6, 9.2, ("beyond", "near")),
    TrendPoint(WINTER, 1, 12, 8.4, 7.0, 9.0),
    TrendPoint(WINTER, 1, 12, 8.3, 7.0, 9.0),
)
PLOT = TrendPlot(
    "Welk cijfer?",
    "Duinrand, alle schooljaren",
    "mean",
    POINTS,
    (7.9, 8.0),
    (False, True),
    7.5,
    (TrendAction("A1", date(2025, 12, 15), True), TrendAction("A2", date(2027, 5, 1), False)),
)


def test_signals_have_a_shape_of_their_own() -> None:
    marks = {trace.marker.symbol: trace for trace in trend_figure(PLOT, "nl").data if trace.mode == "markers"}
    assert set(marks) == {"circle", "diamond-open", "x"}
    assert list(marks["x"].y) == [6.1] and list(marks["diamond-open"].y) == [7.9]


def test_middle_and_limits_are_lines_that_stop_at_a_break() -> None:
    made = trend_figure(PLOT, "nl")
    lines = [trace for trace in made.data if trace.mode == "lines"]
    assert [line.line.dash for line in lines] == ["solid", "dot", "dot"]
    assert list(lines[0].y) == [7.9, 7.9, None, 8.0, 8.0, None]
    assert list(lines[1].y)[:2] == [9.2, 9.2] and list(lines[2].y)[3:5] == [7.0, 7.0]
    assert [line.name for line in lines[1:]] == ["voorlopige grenzen"] * 2
    settled = trend_figure(replace(PLOT, trial=(False, False)), "nl")
    assert [trace.line.dash for trace in settled.data if trace.mode == "lines"][1:] == ["dash", "dash"]


def test_breaks_norm_and_actions_are_written_in_the_figure() -> None:
    made = trend_figure(PLOT, "en")
    notes = [note.text for note in made.layout.annotations]
    assert notes == ["norm 7.5", "begins anew here", "action A1"], "an action due much later is not drawn"
    break_line, action = made.layout.shapes[1], made.layout.shapes[2]
    assert break_line.x0 == 2.9 and action.line.dash == "solid"
    json.dumps(made.to_plotly_json()["layout"], default=str)


def test_points_of_a_period_stand_together() -> None:
    made = trend_figure(PLOT, "nl")
    places = sorted(x for trace in made.data if trace.mode == "markers" for x in trace.x)
    assert places == [0, 1, 2, 3.8, 4.8]
    assert list(made.layout.xaxis.ticktext) == ["sep<br>2025", "jan<br>2026"]


def test_the_table_says_the_same() -> None:
    table = trend_table(PLOT, "nl")
    assert table.caption == trend_caption(PLOT, "nl")
    assert table.rows[2] == (
        "sep 2025 – nov 2025",
        "8",
        "6,1",
        "6,6 tot 9,2",
        "buiten de grenzen, dicht bij een grens",
    )
    assert table.rows[3] == ("jan 2026", "12", "8,4", "7,0 tot 9,0", "–")
    assert "volgorde" in table.note


def test_the_text_alternative_says_what_is_seen() -> None:
    alt = alt_text(trend_figure(PLOT, "en"))
    for part in ("5 sessions, between 6.1 and 8.4", "The middle is 8.0", "With a signal: 2"):
        assert part in alt


def test_few_sessions_have_a_middle_only() -> None:
    bare = tuple(replace(point, lower=None, upper=None, signals=()) for point in POINTS[:3])
    plot = replace(PLOT, points=bare, centres=(7.9,), trial=(False,), norm=None, actions=())
    made = trend_figure(plot, "nl")
    assert [trace.name for trace in made.data] == ["midden", "gewone schommeling"]
    assert "gewone schommeling loopt" not in alt_text(made)
    assert trend_table(plot, "nl").rows[0][3] == "–"


def test_nothing_to_show_is_said() -> None:
    empty = replace(PLOT, points=(), centres=(), trial=())
    made = trend_figure(empty, "nl")
    assert not made.data and "geen losse sessies" in alt_text(made)
    assert trend_table(empty, "nl").rows == ()


def test_a_result_becomes_a_plot() -> None:
    point = {"date": "2025-09-01", "until": "2025-11-01", "segment": 0, "n": 12, "value": 0.6}
    series = {
        "title": "T",
        "where": "W",
        "deciding": "top",
        "norm": None,
        "points": [{**point, "lower": 0.2, "upper": 0.9, "signals": ["shift"]}],
        "segments": [{"centre": 0.5, "trial_limits": True}],
        "actions": [{"id": "A", "date": "2025-10-01", "done": False}],
    }
    plot = trend_plot(series)
    assert plot.points[0].mark == "signal_row" and plot.points[0].period == AUTUMN
    assert trend_table(plot, "nl").rows[0][2:4] == ("60%", "20% tot 90%")


def test_a_page_that_writes_the_legend_itself_draws_lines_as_lines_and_keeps_words_above() -> None:
    made = trend_figure(PLOT, "nl")
    assert [key.dash for key in keys(made)] == ["solid", "dot", "", "", ""]
    plain = made.to_plotly_json()
    one_part = replace(PLOT, actions=(), points=POINTS[:3], centres=(8.0,), trial=(False,))
    bare = trend_figure(one_part, "nl").to_plotly_json()
    assert [without_legend(one)["layout"]["margin"]["t"] for one in (plain, bare)] == [8 + 2 * 18, 8]


def test_words_above_the_plot_do_not_lie_over_each_other() -> None:
    made = trend_figure(PLOT, "nl")
    heights = {note.text: note.yshift for note in made.layout.annotations if note.yref == "paper"}
    assert heights == {"hier opnieuw begonnen": 0, "actie A1": 18}
    room = replace(PLOT, points=POINTS[:3] * 30, centres=(7.9,), trial=(False,), actions=PLOT.actions[:1])
    notes = trend_figure(room, "nl").layout.annotations
    assert [note.yshift for note in notes if note.yref == "paper"] == [0]
