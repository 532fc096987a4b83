"""Per theme the share of the people who wrote something, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import numbers, style
from qualitycycle.figures.values import Column, DataTable, Estimate

STEP = 20


def themes_figure(rows: Sequence[Mapping[str, Any]], language: str) -> go.Figure:
    """Draw a marker with its interval per theme (and group); ``rows`` have been through the gate."""
    labels = [style.wrapped(_label(row, language)) for row in rows]
    heights = [style.lines(label) * style.LINE + 8 + STEP for label in labels]
    tops = style.stack(heights, gap=8)
    total = tops[-1] + heights[-1] if labels else 40
    figure = style.blank(language, total, _alt(rows, language), top=10, bottom=34)
    starts = [top + style.lines(label) * style.LINE for top, label in zip(tops, labels, strict=True)]
    for label, start in zip(labels, starts, strict=True):
        style.row_label(figure, label, start)
    figure.add_scatter(
        x=[row["share"] for row in rows],
        y=[start + 12 for start in starts],
        mode="markers",
        marker={"symbol": "circle", "size": 11, "color": style.ACCENT},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [row["high"] - row["share"] for row in rows],
            "arrayminus": [row["share"] - row["low"] for row in rows],
            "color": style.ACCENT,
            "thickness": 2,
            "width": 4,
        },
        hovertext=[_share(row, language) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.update_xaxes(range=[-0.02, 1.02], **style.share_ticks(language))
    figure.update_yaxes(range=[total, 0], visible=False)
    figure.update_layout(showlegend=False)
    return figure


def themes_table(rows: Sequence[Mapping[str, Any]], language: str) -> DataTable:
    """The numbers behind ``themes_figure``."""
    heads = ("theme", "n", "written", "share")
    columns = tuple(
        Column(wording.text(f"themes.column.{name}", language), "left" if name == "theme" else "right")
        for name in heads
    )
    cells = tuple(
        (
            _label(row, language),
            numbers.whole(row["n"], language),
            numbers.whole(row["written"], language),
            _share(row, language),
        )
        for row in rows
    )
    return DataTable(wording.text("themes.title", language), columns, cells)


def _label(row: Mapping[str, Any], language: str) -> str:
    if row["group"] is None:
        return str(row["title"])
    key = f"terms.variant.{row['group']}"
    group = wording.text(key, language) if wording.has(key, language) else row["group"]
    return f"{row['title']} ({group})"


def _share(row: Mapping[str, Any], language: str) -> str:
    share = Estimate(row["share"], row["low"], row["high"])
    return numbers.with_interval(share, "favourable", language, digits=0)


def _alt(rows: Sequence[Mapping[str, Any]], language: str) -> str:
    lines = [
        wording.text("themes.alt.row", language, title=_label(row, language), share=_share(row, language))
        for row in rows
    ]
    return " ".join([wording.text("themes.alt", language), *lines])
