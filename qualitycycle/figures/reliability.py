"""How well the questions of a score measure together, and how well without each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.analysis.scores import NORM
from qualitycycle.figures import numbers, style
from qualitycycle.figures.values import Column, DataTable, Estimate

TRACK = 16
"""Height of one interval, in pixels."""


@dataclass(frozen=True)
class ScoreItem:
    """One question: ``fits`` is its correlation with the others, ``without`` alpha without it."""

    id: str
    title: str
    fits: float | None
    without: float | None


@dataclass(frozen=True)
class ScoreLine:
    """One score; ``alpha`` None when it has no numbers, for the ``reason`` given."""

    id: str
    title: str
    alpha: Estimate | None
    items: tuple[ScoreItem, ...] = ()
    reason: str = ""


def reliability_figure(scores: Sequence[ScoreLine], language: str) -> go.Figure:
    """Draw per score a dot with its interval, and under it an open diamond without each question.

    The band is where a score is good enough to show as one number. A score without numbers
    stays in words.
    """
    rows = [row for score in scores for row in _rows(score, language)]
    tops = style.stack([row.height for row in rows], gap=0)
    total = tops[-1] + rows[-1].height + 4 if rows else 40
    figure = style.blank(language, total, _alt(scores, language), top=24, bottom=46)
    figure.add_vrect(x0=NORM, x1=1, fillcolor=style.BAND, line_width=0, layer="below")
    figure.add_annotation(
        text=wording.text("reliability.figure.norm", language),
        x=(1 + NORM) / 2,
        y=1,
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        font={"color": style.MUTED},
    )
    for row, top in zip(rows, tops, strict=True):
        base = top + row.space + style.lines(row.label) * style.LINE
        style.row_label(figure, row.label, base, background=None)
        _add_mark(figure, row, base + TRACK / 2)
    lowest = min((row.low for row in rows if row.estimate), default=0.0)
    axis = {"text": wording.text("reliability.figure.axis", language), "standoff": 6}
    figure.update_xaxes(range=[min(lowest, 0.0), 1], title=axis, tickvals=[0, 0.5, NORM, 1], tickformat=".1f")
    figure.update_yaxes(range=[total, 0], visible=False)
    figure.update_layout(showlegend=False)
    return figure


def reliability_table(scores: Sequence[ScoreLine], language: str) -> DataTable:
    """The numbers behind ``reliability_figure``."""
    names = ("measure", "alpha", "item_rest", "without")
    columns = tuple(
        Column(wording.text(f"reliability.column.{name}", language), "left" if name == "measure" else "right")
        for name in names
    )
    rows: list[tuple[str, ...]] = []
    for score in scores:
        rows.append((score.title, _value(score, language), "–", "–"))
        for item in score.items:
            cells = (_two(value, language) for value in (item.fits, item.without))
            rows.append((item.title, "–", *cells))
    return DataTable(wording.text("reliability.figure.caption", language), columns, tuple(rows))


def score_lines(records: Iterable[Mapping[str, Any]]) -> list[ScoreLine]:
    """The rows of the table of ``reliability`` as scores with their questions."""
    lines: dict[str, ScoreLine] = {}
    items: dict[str, list[ScoreItem]] = {}
    for row in records:
        name, title = str(row["score"]), str(row["title"])
        if not pd.isna(row["item"]):
            fits, without = (_number(row[column]) for column in ("item_rest", "alpha_if_dropped"))
            items[name].append(ScoreItem(str(row["item"]), title, fits, without))
            continue
        alpha = _number(row["alpha"])
        found = (
            None if alpha is None else Estimate(alpha, *map(_number, (row["likely_low"], row["likely_high"])))
        )
        items[name] = []
        lines[name] = ScoreLine(name, title, found, (), "" if found else str(row["reasons"][0]))
    return [
        ScoreLine(line.id, line.title, line.alpha, tuple(items[name]), line.reason)
        for name, line in lines.items()
    ]


@dataclass(frozen=True)
class Row:
    """One line of the figure: its label, white space above it, and what is drawn under it."""

    label: str
    space: int
    estimate: Estimate | None = None
    whole: bool = False

    @property
    def height(self) -> int:
        """In pixels, with the space above."""
        drawn = TRACK if self.estimate else 0
        return self.space + style.lines(self.label) * style.LINE + drawn + 4

    @property
    def low(self) -> float:
        """The leftmost point of what is drawn."""
        ends = () if self.estimate is None else (self.estimate.value, self.estimate.low)
        return min((end for end in ends if end is not None), default=0.0)


def _rows(score: ScoreLine, language: str) -> list[Row]:
    heading = f"<b>{style.wrapped(score.title, style.BOLD_WIDTH)}</b><br>"
    said = style.wrapped(_said(score, language))
    rows = [Row(heading + said, 14, score.alpha, whole=True)]
    for item in score.items:
        if item.without is not None:
            label = wording.text(
                "reliability.figure.without", language, item=item.id, value=_two(item.without, language)
            )
            rows.append(Row(style.wrapped(label), 0, Estimate(item.without)))
    return rows


def _add_mark(figure: go.Figure, row: Row, y: float) -> None:
    if row.estimate is None:
        return
    low, high = row.estimate.low, row.estimate.high
    if low is not None and high is not None:
        figure.add_scatter(
            x=[low, high],
            y=[y, y],
            mode="lines+markers",
            line={"color": style.ACCENT, "width": 2.5},
            marker={"symbol": "line-ns", "size": 10, "line": {"color": style.ACCENT, "width": 2.5}},
            hoverinfo="skip",
        )
    colour = style.ACCENT if row.whole else style.CONTRAST
    figure.add_scatter(
        x=[row.estimate.value],
        y=[y],
        mode="markers",
        marker={
            "symbol": "circle" if row.whole else "diamond-open",
            "size": 12,
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        hovertemplate=f"{row.label}<extra></extra>",
    )


def _said(score: ScoreLine, language: str) -> str:
    if score.alpha is None:
        reason = wording.text(f"reliability.word.{score.reason}", language)
        return wording.text("reliability.figure.refused", language, reason=reason)
    return wording.text("reliability.figure.all", language, value=_value(score, language))


def _value(score: ScoreLine, language: str) -> str:
    if score.alpha is None:
        return wording.text(f"reliability.word.{score.reason}", language)
    return numbers.with_interval(score.alpha, "mean", language, 2)


def _two(value: float | None, language: str) -> str:
    return "–" if value is None else numbers.decimal(value, language, 2)


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _alt(scores: Sequence[ScoreLine], language: str) -> str:
    told = [f"{score.title}: {_said(score, language)}." for score in scores]
    norm = numbers.decimal(NORM, language, 1)
    return " ".join([wording.text("reliability.figure.alt", language, norm=norm), *told])
