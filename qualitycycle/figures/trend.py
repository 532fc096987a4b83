"""Sessions in time as points without a name, between the limits of ordinary variation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, cast

import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import numbers, style
from qualitycycle.figures.values import Column, DataTable, Measure

HEIGHT = 320
GAP = 0.8
"""Between two periods stands so much of the room of a point."""
ROW, LETTER, WIDTH = 18, 7, 620
"""A row of words above the plot, a letter, and the plot of a page, in pixels."""
MARKS = {
    "ordinary": ("circle", style.ACCENT),
    "signal_row": ("diamond-open", style.CONTRAST),
    "signal_beyond": ("x", style.CONTRAST),
}
"""How a point is marked: shapes differ, not only colours."""
Dates = tuple[date, date]


@dataclass(frozen=True)
class TrendPoint:
    """One session without a name: the months of its period, its value, limits and signals."""

    period: Dates
    segment: int
    n: int
    value: float
    lower: float | None
    upper: float | None
    signals: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """Which of ``MARKS`` it carries."""
        if "beyond" in self.signals:
            return "signal_beyond"
        return "signal_row" if self.signals else "ordinary"


@dataclass(frozen=True)
class TrendAction:
    """An action on the indicator, in the month it was done or is due."""

    id: str
    day: date
    done: bool


@dataclass(frozen=True)
class TrendPlot:
    """The points of one series with the centre of every segment, a norm and actions."""

    title: str
    where: str
    measure: Measure
    points: tuple[TrendPoint, ...]
    centres: tuple[float | None, ...]
    trial: tuple[bool, ...]
    norm: float | None = None
    actions: tuple[TrendAction, ...] = ()


def trend_figure(plot: TrendPlot, language: str) -> go.Figure:
    """Draw the points period by period; the middle as a line, the limits as steps around it."""
    marks = [name for name in MARKS if any(point.mark == name for point in plot.points)]
    names = [wording.text(f"trend.figure.{name}", language) for name in marks]
    lines = [wording.text(f"trend.figure.{name}", language) for name in _lines(plot)]
    places = _places(plot)
    marked = _marks(plot, places, language) if plot.points else []
    rows = _rows(marked, places)
    above = ROW * (max(rows) + 1) if rows else 0
    top = style.legend_height([*names, *lines]) + above if plot.points else 6
    figure = style.blank(language, HEIGHT if plot.points else 40, _alt(plot, language), top=top, bottom=52)
    if not plot.points:
        style.row_note(figure, wording.text("trend.figure.empty", language), 0)
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False)
        return figure
    _add_lines(figure, plot, places, lines)
    _add_points(figure, plot, places, dict(zip(marks, names, strict=True)), language)
    _add_norm(figure, plot, language)
    for mark, row in zip(marked, rows, strict=True):
        _add_mark(figure, mark, row)
    _set_axes(figure, plot, places, language)
    figure.update_layout(showlegend=True)
    return figure


def trend_table(plot: TrendPlot, language: str) -> DataTable:
    """The numbers behind ``trend_figure``."""
    heads = (("period", "left"), ("n", "right"), ("value", "right"), ("limits", "right"), ("signal", "left"))
    columns = tuple(
        Column(wording.text(f"trend.column.{name}", language), cast(Any, align)) for name, align in heads
    )
    rows = tuple(
        (
            period_text(point.period, language),
            str(point.n),
            numbers.amount(point.value, plot.measure, language),
            _between(point, plot.measure, language),
            ", ".join(wording.text(f"trend.rule.{name}", language) for name in point.signals) or "–",
        )
        for point in plot.points
    )
    note = wording.text("trend.figure.note", language) if rows else ""
    return DataTable(trend_caption(plot, language), columns, rows, note)


def trend_caption(plot: TrendPlot, language: str) -> str:
    """What the figure shows."""
    return wording.text("trend.figure.caption", language, title=plot.title, where=plot.where)


def trend_plot(series: Mapping[str, Any]) -> TrendPlot:
    """The JSON of one series of ``trend`` as what is drawn."""
    points = tuple(
        TrendPoint(
            (date.fromisoformat(one["date"]), date.fromisoformat(one["until"])),
            one["segment"],
            one["n"],
            one["value"],
            one["lower"],
            one["upper"],
            tuple(one["signals"]),
        )
        for one in series["points"]
    )
    measure = "mean" if series["deciding"] == "mean" else "favourable"
    return TrendPlot(
        series["title"],
        series["where"],
        cast(Measure, measure),
        points,
        tuple(one["centre"] for one in series["segments"]),
        tuple(one["trial_limits"] for one in series["segments"]),
        series["norm"],
        tuple(
            TrendAction(one["id"], date.fromisoformat(one["date"]), one["done"]) for one in series["actions"]
        ),
    )


def period_text(period: Dates, language: str) -> str:
    """The months of a period.

    >>> period_text((date(2025, 9, 1), date(2025, 9, 1)), "nl")
    'sep 2025'
    """
    start, end = (numbers.month(day, language) for day in period)
    if start == end:
        return start
    return wording.text("trend.period", language, start=start, end=end)


def _lines(plot: TrendPlot) -> list[str]:
    """The names of the lines there are, in the order they are drawn."""
    known = any(point.lower is not None for point in plot.points)
    limits = ["trial" if plot.trial[-1] else "limits"] if known else []
    return ["middle", *limits]


def _between(point: TrendPoint, measure: Measure, language: str) -> str:
    if point.lower is None or point.upper is None:
        return "–"
    low, high = (numbers.amount(end, measure, language) for end in (point.lower, point.upper))
    return wording.text("trend.between", language, low=low, high=high)


def _places(plot: TrendPlot) -> list[float]:
    """Where every point stands: one after the other, with a gap between periods."""
    places, at = [0.0], 0.0
    for before, after in pairwise(plot.points):
        same = (before.period, before.segment) == (after.period, after.segment)
        at += 1.0 if same else 1.0 + GAP
        places.append(at)
    return places


def _blocks(plot: TrendPlot, places: Sequence[float]) -> Iterator[tuple[TrendPoint, float, float]]:
    """Every period: one of its points, and where it begins and ends."""
    start = 0
    for i in range(1, len(places) + 1):
        here = plot.points[start]
        if i == len(places) or (plot.points[i].period, plot.points[i].segment) != (here.period, here.segment):
            yield here, places[start] - 0.5, places[i - 1] + 0.5
            start = i


def _add_lines(figure: go.Figure, plot: TrendPlot, places: Sequence[float], names: Sequence[str]) -> None:
    blocks = list(_blocks(plot, places))
    x = [edge for _, start, end in blocks for edge in (start, end, None)]
    middles = [plot.centres[point.segment] for point, *_ in blocks]
    rows: list[tuple[str, list[float | None], str, bool]] = [(names[0], middles, "solid", True)]
    if len(names) > 1:
        dash = "dot" if plot.trial[-1] else "dash"
        rows += [(names[1], [point.upper for point, *_ in blocks], dash, True)]
        rows += [(names[1], [point.lower for point, *_ in blocks], dash, False)]
    for name, levels, dash, shown in rows:
        figure.add_scatter(
            x=x,
            y=[value for level in levels for value in (level, level, None)],
            mode="lines",
            line={"color": style.OUTLINE, "width": 1.5, "dash": dash},
            name=name,
            legendgroup=name,
            showlegend=shown,
            hoverinfo="skip",
        )


def _add_points(
    figure: go.Figure, plot: TrendPlot, places: Sequence[float], names: Mapping[str, str], language: str
) -> None:
    for mark, name in names.items():
        symbol, colour = MARKS[mark]
        mine = [(point, x) for point, x in zip(plot.points, places, strict=True) if point.mark == mark]
        figure.add_scatter(
            x=[x for _, x in mine],
            y=[point.value for point, _ in mine],
            mode="markers",
            marker={"symbol": symbol, "size": 9, "color": colour, "line": {"width": 1.5, "color": colour}},
            name=name,
            text=[
                wording.text(
                    "trend.figure.point",
                    language,
                    period=period_text(point.period, language),
                    value=numbers.amount(point.value, plot.measure, language),
                )
                for point, _ in mine
            ],
            hovertemplate="%{text}<extra></extra>",
        )


def _add_norm(figure: go.Figure, plot: TrendPlot, language: str) -> None:
    if plot.norm is None:
        return
    figure.add_hline(y=plot.norm, line={"color": style.CONTRAST, "width": 1.5, "dash": "longdashdot"})
    text = wording.text("trend.figure.norm", language, norm=numbers.amount(plot.norm, plot.measure, language))
    figure.add_annotation(
        text=text,
        xref="paper",
        x=1,
        xanchor="right",
        y=plot.norm,
        yanchor="bottom",
        showarrow=False,
        bgcolor="rgba(255,255,255,0.8)",
        font={"color": style.CONTRAST, "size": 12},
    )


@dataclass(frozen=True)
class _Mark:
    """A line through the chart with words above it."""

    at: float
    text: str
    line: Mapping[str, Any]
    layer: str


def _marks(plot: TrendPlot, places: Sequence[float], language: str) -> list[_Mark]:
    return [*_break_marks(plot, places, language), *_action_marks(plot, places, language)]


def _break_marks(plot: TrendPlot, places: Sequence[float], language: str) -> Iterator[_Mark]:
    for (before, x), (after, _) in pairwise(zip(plot.points, places, strict=True)):
        if before.segment != after.segment:
            text = wording.text("trend.figure.break", language)
            yield _Mark(x + (1 + GAP) / 2, text, {"color": style.INK, "width": 2}, "above")


def _action_marks(plot: TrendPlot, places: Sequence[float], language: str) -> Iterator[_Mark]:
    """A line before the first period that begins in the month of the action or later."""
    for action in plot.actions:
        month = action.day.replace(day=1)
        later = [x for point, x in zip(plot.points, places, strict=True) if point.period[0] >= month]
        if not later and month > plot.points[-1].period[1] and not action.done:
            continue
        at = min(later) - (1 + GAP) / 2 if later else places[-1] + 0.9
        line = {"color": style.MUTED, "width": 1.5, "dash": "solid" if action.done else "dot"}
        yield _Mark(at, wording.text("trend.figure.action", language, id=action.id), line, "below")


def _rows(marks: Sequence[_Mark], places: Sequence[float]) -> list[int]:
    """Which row above the plot the words of every mark stand on, so that none lie over each other."""
    letter = LETTER / WIDTH * (places[-1] + 2)
    ends: list[list[tuple[float, float]]] = []
    rows = []
    for mark in marks:
        half = letter * len(mark.text) / 2
        span = (mark.at - half, mark.at + half)
        free = [n for n, row in enumerate(ends) if all(span[1] < a or b < span[0] for a, b in row)]
        rows.append(free[0] if free else len(ends))
        if not free:
            ends.append([])
        ends[rows[-1]].append(span)
    return rows


def _add_mark(figure: go.Figure, mark: _Mark, row: int) -> None:
    figure.add_vline(x=mark.at, line=dict(mark.line), layer=mark.layer)
    figure.add_annotation(
        text=mark.text,
        x=mark.at,
        yref="paper",
        y=1,
        yanchor="bottom",
        yshift=row * ROW,
        showarrow=False,
        font={"color": style.MUTED, "size": 12},
    )


def _set_axes(figure: go.Figure, plot: TrendPlot, places: Sequence[float], language: str) -> None:
    """The first month of a period stands under its first point."""
    blocks = list(_blocks(plot, places))
    shown = blocks[:: max(1, -(-len(blocks) // 6))]
    figure.update_xaxes(
        range=[-1, places[-1] + 1.2],
        tickvals=[start + 0.5 for _, start, _ in shown],
        ticktext=[numbers.month(point.period[0], language).replace(" ", "<br>") for point, *_ in shown],
        showgrid=False,
    )
    for _, start, end in blocks[::2]:
        figure.add_vrect(x0=start, x1=end, fillcolor=style.BAND, line_width=0, layer="below")
    form = ".0%" if plot.measure == "favourable" else ".1f"
    figure.update_yaxes(tickformat=form, showgrid=True)


def _alt(plot: TrendPlot, language: str) -> str:
    caption = trend_caption(plot, language)
    if not plot.points:
        return f"{caption} {wording.text('trend.figure.empty', language)}"
    values = [point.value for point in plot.points]
    last = plot.points[-1]
    middle = ""
    if last.lower is not None and last.upper is not None and plot.centres[-1] is not None:
        ends = {"centre": plot.centres[-1], "lower": last.lower, "upper": last.upper}
        said = {name: numbers.amount(value, plot.measure, language) for name, value in ends.items()}
        middle = wording.text("trend.figure.alt_middle", language, **said)
    low, high = (numbers.amount(value, plot.measure, language) for value in (min(values), max(values)))
    marked = sum(bool(point.signals) for point in plot.points)
    told = wording.text(
        "trend.figure.alt", language, n=len(values), low=low, high=high, middle=middle, signals=marked
    )
    return f"{caption} {told}"
