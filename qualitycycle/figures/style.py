"""How every figure looks: one accent, a colour-blind safe pair, patterns beside colour."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from typing import Any, Literal

import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.figures.values import Column

INK = "#1d2733"
MUTED = "#56616d"
GRID = "#dfe3e8"
OUTLINE = "#46525e"
ACCENT = "#1b5e82"
ACCENT_LIGHT = "#a9d0e4"
CONTRAST = "#b8560f"
CONTRAST_LIGHT = "#f4c99d"
NEUTRAL = "#e9ecef"
BAND = "#eef3f6"

FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif'
FONT_SIZE = 13
LABEL_WIDTH = 35
BOLD_WIDTH = 31
"""How many characters of a label fit on one line of a telephone."""

LEGEND_WIDTH = 560
LINE = 17
"""Height of one line of text, in pixels."""

CONFIG = {"displayModeBar": False, "responsive": True, "showTips": False, "doubleClick": False}
"""How a figure behaves in a page: no tool bar, as wide as its column."""

_SEPARATORS = {"nl": ",.", "en": ".,"}


def blank(language: str, plot_height: float, alt: str, top: int, bottom: int) -> go.Figure:
    """A figure without traces in the house style; ``alt`` is its text alternative.

    ``plot_height`` is the height between the margins ``top`` and ``bottom``, in pixels.
    """
    figure = go.Figure()
    figure.update_layout(
        template=go.layout.Template(),
        font={"family": FONT, "size": FONT_SIZE, "color": INK},
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
        height=round(plot_height) + top + bottom,
        margin={"l": 6, "r": 20, "t": top, "b": bottom, "pad": 0},
        separators=_SEPARATORS.get(language, ".,"),
        dragmode=False,
        hoverlabel={"font": {"family": FONT, "size": FONT_SIZE}, "bgcolor": "#ffffff"},
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
            "font": {"size": FONT_SIZE},
            "traceorder": "normal",
        },
        meta={"alt": alt},
    )
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "automargin": True,
        "gridcolor": GRID,
        "linecolor": OUTLINE,
        "ticklabeloverflow": "allow",
        "tickangle": 0,
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis, showgrid=False)
    return figure


def alt_text(figure: go.Figure) -> str:
    """The text alternative of a figure made here; empty for any other figure."""
    meta = figure.layout.meta
    return str(meta.get("alt", "")) if isinstance(meta, dict) else ""


def column(name: str, language: str, align: Literal["left", "right"] = "left") -> Column:
    """The column ``figures.column.<name>`` of a figure's table.

    >>> column("answers", "nl", "right")
    Column(header='antwoorden', align='right')
    """
    return Column(wording.text(f"figures.column.{name}", language), align)


def legend_height(names: Sequence[str]) -> int:
    """Room above the plot for a legend with these names on a notebook's width, in pixels.

    plotly gives every entry of a legend that does not fit on one line the same width.

    >>> legend_height(["nooit", "zelden", "soms"]), legend_height([])
    (35, 6)
    """
    widths = [44 + 7 * len(name) for name in names]
    fitting = max(1, LEGEND_WIDTH // max(widths, default=1))
    rows = 1 if sum(widths) <= LEGEND_WIDTH else -(-len(names) // fitting)
    return rows * 19 + 16 if names else 6


def wrapped(text: str, width: int = LABEL_WIDTH) -> str:
    """Text broken into lines that fit a telephone.

    >>> wrapped("De opzet paste bij mijn werkweek en bij mijn klas.", 30)
    'De opzet paste bij mijn<br>werkweek en bij mijn klas.'
    """
    return "<br>".join(html.escape(line, quote=False) for line in textwrap.wrap(text, width)) or " "


def lines(text: str) -> int:
    """How many lines a wrapped text takes.

    >>> lines("een<br>twee")
    2
    """
    return text.count("<br>") + 1


def row_label(figure: go.Figure, text: str, y: float, background: str | None = "#ffffff") -> None:
    """Write ``text`` above a row of the figure, from the left edge."""
    figure.add_annotation(
        text=text,
        xref="paper",
        x=0,
        xanchor="left",
        yref="y",
        y=y,
        yanchor="bottom",
        yshift=1,
        align="left",
        showarrow=False,
        borderpad=0,
        bgcolor=background,
        font={"size": FONT_SIZE, "color": INK},
    )


def row_note(figure: go.Figure, text: str, y: float) -> None:
    """Write ``text`` where the bar of a row would be."""
    figure.add_annotation(
        text=text, xref="paper", x=0, xanchor="left", yref="y", y=y, showarrow=False, font={"color": MUTED}
    )


def stack(heights: Sequence[int], gap: int) -> list[float]:
    """The top of each of a column of blocks, from 0 downwards.

    >>> stack([40, 60], gap=10)
    [0.0, 50.0]
    """
    tops, position = [], 0.0
    for height in heights:
        tops.append(position)
        position += height + gap
    return tops


def share_ticks(language: str) -> dict[str, list[Any]]:
    """The ticks of an axis of shares, from none to all."""
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    return {"tickvals": ticks, "ticktext": [numbers.percent(tick, language) for tick in ticks]}
