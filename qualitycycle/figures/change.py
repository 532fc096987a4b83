"""Change of the same people: one interval per question and step, beside what matters in practice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import intervals, numbers, style
from qualitycycle.figures.values import Column, DataTable, Estimate, Measure

TRACK = 16
"""Height of one interval, in pixels."""

MARKS = {False: intervals.FIRST, True: intervals.SECOND}
"""How a change is marked, by whether people looked back."""


@dataclass(frozen=True)
class ChangeLine:
    """The change on one measure over one step, of ``paired`` people out of those at either moment.

    ``start`` and ``end`` are moments, ``group`` the reader's name of a split. ``change`` and
    ``everyone`` are points, or a difference of shares when ``deciding`` is ``favourable``;
    None when hidden. ``score``: a declared score, not one question. ``sentence`` tells it in
    words, for the report.
    """

    measure: str
    title: str
    start: str
    end: str
    paired: int | None
    of: tuple[int | None, int | None] = (None, None)
    deciding: Measure = "mean"
    change: Estimate | None = None
    relevant: float | None = None
    moved: tuple[int | None, int | None, int | None] = (None, None, None)
    everyone: Estimate | None = None
    verdict: str = "too_few"
    group: str = ""
    score: bool = False
    sentence: str = ""

    @property
    def retrospective(self) -> bool:
        """Whether people said afterwards how it had been before."""
        return self.start == "retro_pre"

    def step(self, language: str) -> str:
        """From which moment to which, in words."""
        moments = (wording.text(f"terms.moment.{moment}", language) for moment in (self.start, self.end))
        return " → ".join(moments)


def change_figure(lines: Sequence[ChangeLine], language: str) -> go.Figure:
    """Draw changes with their 95 % intervals, a block per measure and a line per step.

    The axis is the change divided by the change that matters in practice; the band is where
    it does not matter. A look back has another marker; a change that is hidden stays in words.
    """
    rows = _rows(lines, language)
    tops = style.stack([row.height for row in rows], gap=0)
    total = tops[-1] + rows[-1].height + 4 if rows else 40
    kinds = sorted({line.retrospective for line in lines if _scaled(line)})
    names = [wording.text(f"change.figure.{_kind(kind)}", language) for kind in kinds]
    figure = style.blank(language, total, _alt(lines, language), top=style.legend_height(names), bottom=34)
    intervals.add_band(figure)
    for row, top in zip(rows, tops, strict=True):
        base = top + row.space + style.lines(row.label) * style.LINE
        style.row_label(figure, row.label, base, background=None)
        _add_interval(figure, row.line, base + TRACK / 2, language)
    for kind, name in zip(kinds, names, strict=True):
        intervals.add_key(figure, MARKS[kind], name)
    _set_axes(figure, total, lines, language)
    figure.update_layout(showlegend=True)
    return figure


def change_table(lines: Sequence[ChangeLine], language: str) -> DataTable:
    """The numbers behind ``change_figure``; who was paired comes first."""
    heads = ("question", "step", "paired", "of", "change", "moved", "everyone", "verdict")
    columns = tuple(
        Column(
            wording.text(f"change.column.{name}", language),
            "left" if name in ("question", "step", "verdict") else "right",
        )
        for name in heads
    )
    rows = tuple(
        (
            line.title,
            line.step(language),
            numbers.whole(line.paired, language),
            " / ".join(numbers.whole(n, language) for n in line.of),
            value_text(line.change, line.deciding, language),
            " / ".join(numbers.whole(n, language) for n in line.moved) if line.moved[0] is not None else "–",
            value_text(line.everyone, line.deciding, language),
            wording.text(f"change.verdict.{line.verdict}", language),
        )
        for line in lines
    )
    return DataTable(change_caption(language), columns, rows, wording.text("change.figure.note", language))


def change_caption(language: str) -> str:
    """What the figure shows."""
    return wording.text("change.figure.caption", language)


def value_text(estimate: Estimate | None, deciding: Measure, language: str) -> str:
    """A change with its unit and interval, or a dash when there is none.

    >>> value_text(Estimate(0.52, 0.3, 0.74), "mean", "nl").replace(chr(160), " ")
    '0,5 (0,3 tot 0,7) punt'
    """
    if estimate is None:
        return "–"
    factor, digits = (1, 1) if deciding == "mean" else (100, 0)
    value = numbers.decimal(estimate.value * factor, language, digits)
    if estimate.low is not None and estimate.high is not None:
        low, high = (numbers.decimal(end * factor, language, digits) for end in (estimate.low, estimate.high))
        value = wording.text("figures.interval", language, value=value, low=low, high=high)
    return wording.text(f"figures.unit.{deciding}", language, value=value)


def change_lines(records: Iterable[Mapping[str, Any]]) -> list[ChangeLine]:
    """The rows of the table of ``change``."""
    return [
        ChangeLine(
            measure=str(row["measure"]),
            title=str(row["title"]),
            start=str(row["from"]),
            end=str(row["to"]),
            paired=_whole(row["paired"]),
            of=(_whole(row["from_n"]), _whole(row["to_n"])),
            deciding=cast(Measure, row["deciding"]),
            change=_estimate(row, "change", "low", "high"),
            relevant=None if pd.isna(row["relevant"]) else float(row["relevant"]),
            moved=(_whole(row["improved"]), _whole(row["same"]), _whole(row["declined"])),
            everyone=_estimate(row, "everyone", "everyone_low", "everyone_high"),
            verdict=str(row["verdict"]),
            group=str(row["group_title"]),
            score=row["kind"] == "score",
            sentence=str(row["sentence"]),
        )
        for row in records
    ]


@dataclass(frozen=True)
class Row:
    """One line of the figure: its label, white space above it, and what is drawn under it."""

    label: str
    space: int
    line: ChangeLine

    @property
    def height(self) -> int:
        """In pixels, with the space above."""
        drawn = TRACK if _scaled(self.line) else 0
        return self.space + style.lines(self.label) * style.LINE + drawn + 4


def _rows(lines: Sequence[ChangeLine], language: str) -> list[Row]:
    order = list(dict.fromkeys(line.measure for line in lines))
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: order.index(line.measure)):
        label = style.wrapped(_said(line, language))
        first = not rows or rows[-1].line.measure != line.measure
        if first:
            label = f"<b>{style.wrapped(line.title, style.BOLD_WIDTH)}</b><br>{label}"
        rows.append(Row(label, 14 if first and rows else 5, line))
    return rows


def _said(line: ChangeLine, language: str) -> str:
    """The step, or the group and the step, with the verdict in words."""
    step = line.step(language)
    verdict = wording.text(f"change.verdict.{line.verdict}", language)
    return f"{line.group}, {step}: {verdict}" if line.group else f"{step}: {verdict}"


def _scaled(line: ChangeLine) -> tuple[float, float, float] | None:
    """Value, low and high in changes that matter; None when it cannot be drawn."""
    return intervals.scaled(line.change, line.relevant)


def _add_interval(figure: go.Figure, line: ChangeLine, y: float, language: str) -> None:
    if drawn := _scaled(line):
        value, low, high = drawn
        hover = f"{value_text(line.change, line.deciding, language)}<extra></extra>"
        intervals.add_interval(figure, y, value, (low, high), MARKS[line.retrospective], hover)


def _kind(retrospective: bool) -> str:
    return "retrospective" if retrospective else "measured"


def _set_axes(figure: go.Figure, total: float, lines: Sequence[ChangeLine], language: str) -> None:
    reaches = [abs(end) for line in lines for end in _scaled(line) or ()]
    lower, same, higher = (
        wording.text(f"change.figure.{word}", language) for word in ("lower", "same", "higher")
    )
    intervals.set_axes(figure, total, max([*reaches, intervals.NARROWEST]), (lower, same, higher))


def _alt(lines: Sequence[ChangeLine], language: str) -> str:
    told = [
        f"{line.title} {_said(line, language)}, {value_text(line.change, line.deciding, language)}."
        for line in lines
    ]
    return " ".join([wording.text("change.figure.alt", language), *told])


def _estimate(row: Mapping[str, Any], value: str, low: str, high: str) -> Estimate | None:
    if pd.isna(row[value]):
        return None
    ends = (None if pd.isna(row[end]) else float(row[end]) for end in (low, high))
    return Estimate(float(row[value]), *ends)


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else round(float(value))
