"""Estimates with their intervals on one axis, in units of what matters in practice."""

from __future__ import annotations

import plotly.graph_objects as go

from qualitycycle.figures import style
from qualitycycle.figures.values import Estimate

Mark = tuple[str, str]
"""Symbol and colour of an estimate."""

FIRST: Mark = ("circle", style.ACCENT)
SECOND: Mark = ("diamond-open", style.CONTRAST)
"""The marks of the two kinds of estimate a figure tells apart."""

NARROWEST = 2.2
"""Half the width of the axis at least, in what matters in practice."""

BAR = "line-ns"
"""How an interval ends."""


def ends_of(estimate: Estimate) -> tuple[float, float]:
    """The ends of an interval; an estimate without one is its own.

    >>> ends_of(Estimate(0.5, 0.25, 0.75)), ends_of(Estimate(0.5))
    ((0.25, 0.75), (0.5, 0.5))
    """
    low = estimate.value if estimate.low is None else estimate.low
    high = estimate.value if estimate.high is None else estimate.high
    return low, high


def scaled(estimate: Estimate | None, relevant: float | None) -> tuple[float, float, float] | None:
    """Value, low and high in units of what is ``relevant``; None when it cannot be drawn.

    >>> scaled(Estimate(0.5, 0.25, 0.75), 0.25), scaled(Estimate(0.5), None)
    ((2.0, 1.0, 3.0), None)
    """
    if estimate is None or not relevant:
        return None
    low, high = ends_of(estimate)
    return estimate.value / relevant, low / relevant, high / relevant


def add_band(figure: go.Figure) -> None:
    """The band in which nothing matters, and the line of no difference."""
    figure.add_vrect(x0=-1, x1=1, fillcolor=style.BAND, line_width=0, layer="below")
    figure.add_vline(x=0, line={"color": style.OUTLINE, "width": 1, "dash": "dot"}, layer="below")


def add_interval(
    figure: go.Figure,
    y: float,
    value: float,
    ends: tuple[float, float],
    mark: Mark,
    hover: str,
    bars: str | list[str] = BAR,
) -> None:
    """An estimate at height ``y`` with its interval, which ends in ``bars``."""
    line = {"color": mark[1], "width": 2.5}
    bar = {"symbol": bars, "size": 10, "color": mark[1], "line": line}
    figure.add_scatter(
        x=list(ends),
        y=[y, y],
        mode="lines+markers",
        line=line,
        marker=bar,
        hovertemplate=hover,
        showlegend=False,
    )
    add_dot(figure, y, value, mark, hover)


def add_dot(figure: go.Figure, y: float, value: float, mark: Mark, hover: str) -> None:
    """An estimate at height ``y`` without an interval."""
    figure.add_scatter(
        x=[value], y=[y], mode="markers", marker=_dot(mark), hovertemplate=hover, showlegend=False
    )


def add_key(figure: go.Figure, mark: Mark, name: str, mode: str = "lines+markers") -> None:
    """What a mark means, in the legend."""
    line = {"color": mark[1], "width": 2.5}
    figure.add_scatter(
        x=[None], y=[None], mode=mode, name=name, line=line, marker=_dot(mark), showlegend=True
    )


def set_axes(
    figure: go.Figure, total: float, limit: float, sides: tuple[str, str, str], margin: float = 0.04
) -> None:
    """The axis from ``-limit`` to ``limit``; ``sides`` say what lies to the left, at 0 and to the right."""
    reach, side = limit * (1 + margin), 0.75 * limit
    figure.update_xaxes(
        range=[-reach, reach], showgrid=False, tickvals=[-side, 0, side], ticktext=list(sides)
    )
    figure.update_yaxes(range=[total, 0], visible=False)


def _dot(mark: Mark) -> dict[str, object]:
    symbol, colour = mark
    return {"symbol": symbol, "size": 12, "color": colour, "line": {"width": 2, "color": colour}}
