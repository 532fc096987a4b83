"""The legend of a figure as values, for a page that writes it in text that can wrap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

PLOT_TOP = 8
ROW_ABOVE = 18
"""Room for a row of words above the plot, besides ``PLOT_TOP``."""


@dataclass(frozen=True)
class Key:
    """One entry: its name and colour, and a pattern (bars), a symbol (markers) or a ``dash`` (lines)."""

    name: str
    colour: str
    pattern: str = ""
    symbol: str = ""
    lined: bool = False
    dash: str = ""


def keys(figure: go.Figure) -> tuple[Key, ...]:
    """The entries of a figure's legend, in order; none when there is nothing to tell apart.

    >>> figure = go.Figure([go.Bar(name="gegeven", marker_color="#fff"), go.Bar(name="gedaan")])
    >>> [key.name for key in keys(figure)]
    ['gegeven', 'gedaan']
    """
    traces = [trace for trace in figure.data if trace.name and trace.showlegend is not False]
    if len(traces) < 2 and not figure.layout.showlegend:
        return ()
    return tuple(_key(trace) for trace in traces)


def without_legend(figure: dict[str, Any]) -> dict[str, Any]:
    """The same figure (as plain values) without its legend and the room it took."""
    layout = dict(figure["layout"])
    margin = dict(layout["margin"])
    spare = max(0, margin["t"] - PLOT_TOP - _room_above(layout.get("annotations", ())))
    margin["t"] -= spare
    layout.update(showlegend=False, margin=margin, height=layout["height"] - spare)
    return {**figure, "layout": layout}


def _room_above(notes: Iterable[Mapping[str, Any]]) -> float:
    """The room that words above the plot take."""
    rows = [
        note.get("yshift", 0) + ROW_ABOVE for note in notes if note.get("yref") == "paper" and note["y"] >= 1
    ]
    return max(rows, default=0)


def _key(trace: Any) -> Key:
    marker = trace.marker
    if trace.type == "bar":
        return Key(trace.name, str(marker.color or "#ffffff"), pattern=str(marker.pattern.shape or ""))
    if trace.mode == "lines":
        return Key(trace.name, str(trace.line.color), dash=str(trace.line.dash or "solid"))
    return Key(
        trace.name, str(marker.color), symbol=str(marker.symbol or "circle"), lined="lines" in trace.mode
    )
