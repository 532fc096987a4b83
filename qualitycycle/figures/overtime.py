"""One measure through time: a dot per few sessions, larger where more people answered."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import numbers, style
from qualitycycle.figures.values import DataTable, OverTime, SessionPoint


def over_time_figure(series: OverTime, language: str) -> go.Figure:
    """Draw one dot per few sessions, in the month of the first; the dashed line is the mean of
    the answers.

    Dots of one month stand side by side in their order, not on their day, and carry no name.
    """
    figure = style.blank(language, 230, _alt(series, language), top=4, bottom=40)
    if series.points:
        _add_sessions(figure, series, language)
        _add_mean(figure, series, language)
    _set_axes(figure, series, language)
    return figure


def _add_sessions(figure: go.Figure, series: OverTime, language: str) -> None:
    figure.add_scatter(
        x=_places(series.points),
        y=[point.value for point in series.points],
        mode="markers",
        marker={
            "color": style.ACCENT,
            "size": [_size(point.n) for point in series.points],
            "opacity": 0.85,
        },
        text=[_hover(point, series, language) for point in series.points],
        hovertemplate="%{text}<extra></extra>",
    )


def over_time_table(series: OverTime, language: str) -> DataTable:
    """The numbers behind ``over_time_figure``."""
    columns = (
        style.column("session", language),
        style.column("month", language),
        style.column("answers", language, "right"),
        style.column(series.kind, language, "right"),
    )
    rows = tuple(
        (
            str(point.order),
            numbers.month(point.month, language),
            numbers.whole(point.n, language),
            numbers.amount(point.value, series.kind, language),
        )
        for point in series.points
    )
    return DataTable(over_time_caption(series, language), columns, rows)


def over_time_caption(series: OverTime, language: str) -> str:
    """What the figure shows: the question, through time."""
    return wording.text("figures.caption.over_time", language, title=series.title)


def weighted_mean(series: OverTime) -> float:
    """The mean over all answers shown."""
    return sum(point.n * point.value for point in series.points) / sum(point.n for point in series.points)


def _places(points: tuple[SessionPoint, ...]) -> list[date]:
    """Spread the dots of a month evenly over it, in their order."""
    total, seen = Counter(point.month for point in points), Counter[date]()
    places = []
    for point in points:
        seen[point.month] += 1
        days = round(30 * seen[point.month] / (total[point.month] + 1))
        places.append(point.month + timedelta(days=days))
    return places


def _size(n: int) -> float:
    """Area grows with the number of answers."""
    return float(max(9.0, min(30.0, 3.6 * n**0.5)))


def _add_mean(figure: go.Figure, series: OverTime, language: str) -> None:
    mean = weighted_mean(series)
    text = wording.text("figures.mean_line", language, value=numbers.amount(mean, series.kind, language))
    figure.add_hline(y=mean, line={"color": style.MUTED, "width": 1.5, "dash": "dash"}, layer="below")
    figure.add_annotation(
        text=text,
        xref="paper",
        x=1,
        xanchor="right",
        y=mean,
        yanchor="bottom",
        showarrow=False,
        bgcolor="rgba(255,255,255,0.8)",
        font={"color": style.MUTED, "size": 12},
    )


def _set_axes(figure: go.Figure, series: OverTime, language: str) -> None:
    months = _months(series.points)
    step = max(1, -(-len(months) // 6))
    figure.update_xaxes(
        type="date",
        tickvals=[month + timedelta(days=15) for month in months[::step]],
        ticktext=[numbers.month(month, language).replace(" ", "<br>") for month in months[::step]],
        tickangle=0,
        showgrid=False,
        showline=True,
        range=[months[0], months[-1] + timedelta(days=31)] if months else None,
    )
    values = [point.value for point in series.points] or [0, 1]
    space = max((max(values) - min(values)) * 0.25, 0.25 if series.kind == "mean" else 0.05)
    low, high = min(values) - space, max(values) + space
    if series.kind == "favourable":
        ticks = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
        labels = [numbers.percent(tick, language) for tick in ticks]
        figure.update_yaxes(range=[0, 1.04], tickvals=ticks, ticktext=labels, showgrid=True)
    else:
        figure.update_yaxes(range=[low, high], tickformat=".1f", nticks=5, showgrid=True)


def _months(points: tuple[SessionPoint, ...]) -> list[date]:
    if not points:
        return []
    months, last = [min(point.month for point in points).replace(day=1)], max(p.month for p in points)
    while months[-1] < last.replace(day=1):
        months.append((months[-1] + timedelta(days=32)).replace(day=1))
    return months


def _hover(point: SessionPoint, series: OverTime, language: str) -> str:
    return wording.text(
        "figures.point",
        language,
        month=numbers.month(point.month, language),
        value=numbers.amount(point.value, series.kind, language),
        answers=wording.plural("terms.answers", point.n, language),
    )


def _alt(series: OverTime, language: str) -> str:
    head = wording.text("figures.alt.over_time", language, title=series.title)
    if not series.points:
        return head
    values = [point.value for point in series.points]
    low, high, mean = (
        numbers.amount(value, series.kind, language)
        for value in (min(values), max(values), weighted_mean(series))
    )
    dots = wording.plural("figures.dots", len(values), language)
    spread = wording.text("figures.alt.spread", language, dots=dots, low=low, high=high, mean=mean)
    return f"{head} {spread}"
