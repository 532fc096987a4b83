"""Sessions, trainers or teams as points without a name, between the limits of a funnel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import numbers, style
from qualitycycle.figures.values import Column, DataTable, Estimate, Measure

HEIGHT = 360
SIDE = 0.022
"""How far apart points of the same level and band stand, in widths of the axis."""
PLACES = ("inside", "outside_95", "outside_998")
MARKS = {
    "inside": ("circle", style.ACCENT),
    "outside_95": ("diamond-open", style.CONTRAST),
    "outside_998": ("x", style.CONTRAST),
}
"""How a point is marked, by where its own result lies."""
LINES = {"inner": ("95", "dash"), "outer": ("998", "dot")}


@dataclass(frozen=True)
class SpreadPoint:
    """One unit without a name: a band of answers, its level with margin, and its place (``PLACES``)."""

    first: int
    last: int
    level: Estimate
    place: str

    @property
    def middle(self) -> float:
        """Where the band stands on the axis."""
        return (self.first + self.last) / 2

    @property
    def margin(self) -> float:
        """How far the level may be off; less at an end of the scale."""
        return max((self.level.high or 0.0) - self.level.value, self.level.value - (self.level.low or 0.0))


@dataclass(frozen=True)
class Curve:
    """The limits at ``n`` answers."""

    n: int
    middle: float
    ends: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class SpreadPlot:
    """Points of one kind (``of``) on one measure, with the limits around the region."""

    title: str
    of: str
    measure: Measure
    points: tuple[SpreadPoint, ...]
    curves: tuple[Curve, ...]


def spread_figure(plot: SpreadPlot, language: str) -> go.Figure:
    """Draw the points beside each other per band, the region as a line and the limits around it."""
    shown = [place for place in PLACES if any(point.place == place for point in plot.points)]
    names = [wording.text(f"spread.figure.{place}.{plot.of}", language) for place in shown]
    lines = [wording.text(f"spread.figure.{name}", language) for name in ("middle", *LINES, "margin")]
    top = style.legend_height([*names, *lines]) if plot.points else 6
    figure = style.blank(language, HEIGHT if plot.points else 40, _alt(plot, language), top=top, bottom=48)
    if not plot.points:
        style.row_note(figure, wording.text(f"spread.figure.empty.{plot.of}", language), 0)
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False)
        return figure
    _add_limits(figure, plot.curves, lines[:-1])
    _add_margins(figure, plot, lines[-1])
    _add_points(figure, plot, dict(zip(shown, names, strict=True)), language)
    _set_axes(figure, plot, language)
    figure.update_layout(showlegend=True)
    return figure


def spread_table(plot: SpreadPlot, language: str) -> DataTable:
    """The numbers behind ``spread_figure``: how many units share a band and a level."""
    heads = ("answers", "level", "margin", f"units.{plot.of}", "limits")
    columns = tuple(
        Column(wording.text(f"spread.column.{name}", language), "left" if name == "limits" else "right")
        for name in heads
    )
    rows = tuple(
        (
            f"{point.first}–{point.last}",
            numbers.amount(point.level.value, plot.measure, language),
            between(point.level, plot.measure, language),
            str(n),
            wording.text(f"spread.limits.{point.place}", language),
        )
        for point, n in Counter(plot.points).items()
    )
    note = wording.text("spread.figure.note", language) if rows else ""
    return DataTable(spread_caption(plot, language), columns, rows, note)


def spread_caption(plot: SpreadPlot, language: str) -> str:
    """What the figure shows."""
    return wording.text(f"spread.figure.caption.{plot.of}", language, title=plot.title)


def between(level: Estimate, measure: Measure, language: str) -> str:
    """The margin of a level in words.

    >>> between(Estimate(8.1, 7.7, 8.5), "mean", "nl")
    '7,7 en 8,5'
    """
    low, high = (numbers.amount(end or 0.0, measure, language) for end in (level.low, level.high))
    return wording.text("spread.between", language, low=low, high=high)


def spread_plot(records: Iterable[Mapping[str, Any]], payload: Mapping[str, Any]) -> SpreadPlot:
    """The table and JSON of ``spread`` as what is drawn."""
    points = tuple(
        SpreadPoint(
            int(row["first"]),
            int(row["last"]),
            Estimate(float(row["estimate"]), float(row["low"]), float(row["high"])),
            PLACES[0] if row["inside_95"] else PLACES[1] if row["inside_998"] else PLACES[2],
        )
        for row in records
    )
    curves = tuple(
        Curve(
            one["n"],
            one["middle"],
            {end: (one[f"low_{end}"], one[f"high_{end}"]) for end, _ in LINES.values()},
        )
        for one in payload["limits"]
    )
    measure = "mean" if payload["deciding"] == "mean" else "favourable"
    return SpreadPlot(str(payload["title"]), str(payload["of"]), cast(Measure, measure), points, curves)


def _add_limits(figure: go.Figure, curves: Sequence[Curve], names: Sequence[str]) -> None:
    n = [curve.n for curve in curves]
    middle = [curve.middle for curve in curves]
    line = {"color": style.OUTLINE, "width": 1.5}
    figure.add_scatter(x=n, y=middle, mode="lines", line=line, name=names[0], hoverinfo="skip")
    for (end, dash), name in zip(LINES.values(), names[1:], strict=True):
        for side in (0, 1):
            figure.add_scatter(
                x=n,
                y=[curve.ends[end][side] for curve in curves],
                mode="lines",
                line={"color": style.OUTLINE, "width": 1.5, "dash": dash},
                name=name,
                legendgroup=name,
                showlegend=side == 0,
                hoverinfo="skip",
            )


def _add_margins(figure: go.Figure, plot: SpreadPlot, name: str) -> None:
    """Per band, at its edge, how far each of its points may be off."""
    bands = {
        point.first: max(p.margin for p in plot.points if p.first == point.first) for point in plot.points
    }
    line = {"color": style.ACCENT, "width": 1.5}
    edge = SIDE / 2 * (plot.curves[-1].n - plot.curves[0].n)
    figure.add_scatter(
        x=[first + edge for first in bands],
        y=[plot.curves[0].middle] * len(bands),
        mode="markers",
        marker={"symbol": "line-ns", "size": 8, "line": line},
        error_y={"array": list(bands.values()), "thickness": 1.5, "width": 5, "color": style.ACCENT},
        name=name,
        hoverinfo="skip",
    )


def _add_points(figure: go.Figure, plot: SpreadPlot, names: Mapping[str, str], language: str) -> None:
    across = _places(plot.points)
    for place, name in names.items():
        symbol, colour = MARKS[place]
        mine = [(point, x) for point, x in zip(plot.points, across, strict=True) if point.place == place]
        told = [
            f"{point.first}–{point.last}: {numbers.with_interval(point.level, plot.measure, language)}"
            for point, _ in mine
        ]
        figure.add_scatter(
            x=[x for _, x in mine],
            y=[point.level.value for point, _ in mine],
            mode="markers",
            marker={"symbol": symbol, "size": 9, "color": colour, "line": {"width": 1.5, "color": colour}},
            name=name,
            text=told,
            hovertemplate="%{text}<extra></extra>",
        )


def _places(points: Sequence[SpreadPoint]) -> list[float]:
    """Points of one band and level side by side around the middle of the band."""
    width = (max(point.last for point in points) - min(point.first for point in points)) * SIDE
    many = Counter((point.first, point.level.value) for point in points)
    seen: Counter[tuple[int, float]] = Counter()
    places = []
    for point in points:
        key = (point.first, point.level.value)
        places.append(point.middle + width * (seen[key] - (many[key] - 1) / 2))
        seen[key] += 1
    return places


def _set_axes(figure: go.Figure, plot: SpreadPlot, language: str) -> None:
    first, last = min(point.first for point in plot.points), max(point.last for point in plot.points)
    bands = sorted({(point.first, point.last, point.middle) for point in plot.points})
    figure.update_xaxes(
        range=[first - 0.5, last + 0.5],
        title={"text": wording.text("spread.figure.answers", language), "standoff": 6},
        tickvals=[middle for *_, middle in bands],
        ticktext=[f"{low}–{high}" for low, high, _ in bands],
        showgrid=False,
    )
    for low, *_ in bands[1:]:
        figure.add_vline(x=low - 0.5, line={"color": style.GRID, "width": 1}, layer="below")
    form = ".0%" if plot.measure == "favourable" else ".1f"
    figure.update_yaxes(tickformat=form, showgrid=True)


def _alt(plot: SpreadPlot, language: str) -> str:
    caption = spread_caption(plot, language)
    if not plot.points:
        return f"{caption} {wording.text(f'spread.figure.empty.{plot.of}', language)}"
    values = [point.level.value for point in plot.points]
    low, high, middle = (
        numbers.amount(value, plot.measure, language)
        for value in (min(values), max(values), plot.curves[0].middle)
    )
    places = Counter(point.place for point in plot.points)
    told = wording.text(
        f"spread.figure.alt.{plot.of}",
        language,
        shown=len(plot.points),
        middle=middle,
        low=low,
        high=high,
        inner=places["outside_95"] + places["outside_998"],
        outer=places["outside_998"],
    )
    return f"{caption} {told}"
