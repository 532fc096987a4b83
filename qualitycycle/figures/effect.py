"""The effect of actions: what was measured with its interval, beside what was predicted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import intervals, numbers, style
from qualitycycle.figures.change import value_text
from qualitycycle.figures.values import Column, DataTable, Estimate, Measure

TRACK = 18
"""Height of what is drawn for one action, in pixels."""

MEASURED, PREDICTED = intervals.FIRST, intervals.SECOND


@dataclass(frozen=True)
class EffectLine:
    """One action: ``title`` of its indicator, ``what`` is done; numbers are None when hidden.

    ``effect`` and ``predicted`` are positive when better, in points or (``deciding`` is
    ``favourable``) fractions; ``before`` and ``after`` are levels.
    """

    action: str
    title: str
    what: str
    deciding: Measure
    predicted: float | None
    effect: Estimate | None
    relevant: float | None
    verdict: str
    proposal: str
    before: float | None = None
    after: float | None = None
    rests: tuple[int | None, int | None, int | None] = (None, None, None)

    @property
    def scale(self) -> float | None:
        """What the axis is in units of; None when the line cannot be drawn."""
        return self.relevant or None


def effect_figure(lines: Sequence[EffectLine], language: str) -> go.Figure:
    """Draw every action's effect with its 95 % interval and, with another marker, its prediction.

    The axis is in differences that matter in practice; the band is where it does not matter.
    What is hidden or cannot be told stays in words.
    """
    labels = [_label(line, language) for line in lines]
    heights = [
        style.lines(label) * style.LINE + (TRACK if _drawn(line) else 0) + 12
        for label, line in zip(labels, lines, strict=True)
    ]
    tops = style.stack(heights, gap=6)
    total = tops[-1] + heights[-1] + 4 if lines else 40
    names = [wording.text(f"effect.figure.{name}", language) for name in ("measured", "predicted")]
    figure = style.blank(language, total, _alt(lines, language), top=style.legend_height(names), bottom=34)
    intervals.add_band(figure)
    for line, label, top in zip(lines, labels, tops, strict=True):
        base = top + style.lines(label) * style.LINE
        style.row_label(figure, label, base, background=None)
        _add_line(figure, line, base + TRACK / 2, language)
    for mark, name, mode in zip((MEASURED, PREDICTED), names, ("lines+markers", "markers"), strict=True):
        intervals.add_key(figure, mark, name, mode)
    _set_axes(figure, total, lines, language)
    figure.update_layout(showlegend=True)
    return figure


def effect_table(lines: Sequence[EffectLine], language: str) -> DataTable:
    """The numbers behind ``effect_figure``."""
    heads = ("action", "indicator", "predicted", "before", "after", "effect", "on", "verdict", "proposal")
    right = {"predicted", "before", "after", "effect", "on"}
    columns = tuple(
        Column(wording.text(f"effect.column.{name}", language), "right" if name in right else "left")
        for name in heads
    )
    rows = tuple(
        (
            line.action,
            line.title,
            value_text(_plain(line.predicted), line.deciding, language),
            _level(line.before, line, language),
            _level(line.after, line, language),
            value_text(line.effect, line.deciding, language),
            " / ".join(numbers.whole(one, language) for one in line.rests),
            wording.text(f"effect.short.{line.verdict}", language),
            wording.text(f"effect.proposed.{line.proposal}", language),
        )
        for line in lines
    )
    return DataTable(effect_caption(language), columns, rows, wording.text("effect.figure.note", language))


def effect_caption(language: str) -> str:
    """What the figure shows."""
    return wording.text("effect.figure.caption", language)


def effect_lines(records: Iterable[Mapping[str, Any]]) -> list[EffectLine]:
    """The rows of the table of ``effects``."""
    return [
        EffectLine(
            action=str(row["id"]),
            title=str(row["title"]),
            what=str(row["what"]),
            deciding=cast(Measure, row["unit"]),
            predicted=_number(row["predicted"]),
            effect=_estimate(row),
            relevant=_number(row["relevant"]),
            verdict=str(row["verdict"]),
            proposal=str(row["proposal"]),
            before=_number(row["before"]),
            after=_number(row["after"]),
            rests=(_whole(row["sessions"]), _whole(row["trainers"]), _whole(row["n"])),
        )
        for row in records
    ]


def _label(line: EffectLine, language: str) -> str:
    verdict = wording.text(f"effect.short.{line.verdict}", language)
    head = style.wrapped(f"{line.action}: {line.title}", style.BOLD_WIDTH)
    return f"<b>{head}</b><br>{style.wrapped(verdict)}"


def _drawn(line: EffectLine) -> bool:
    return line.scale is not None and (line.effect is not None or line.predicted is not None)


def _add_line(figure: go.Figure, line: EffectLine, y: float, language: str) -> None:
    """The interval and the estimate, and the prediction."""
    if line.scale is None:
        return
    if drawn := intervals.scaled(line.effect, line.scale):
        value, low, high = drawn
        hover = f"{value_text(line.effect, line.deciding, language)}<extra></extra>"
        intervals.add_interval(figure, y, value, (low, high), MEASURED, hover)
    if line.predicted is not None:
        hover = f"{value_text(_plain(line.predicted), line.deciding, language)}<extra></extra>"
        intervals.add_dot(figure, y, line.predicted / line.scale, PREDICTED, hover)


def _set_axes(figure: go.Figure, total: float, lines: Sequence[EffectLine], language: str) -> None:
    reaches = [abs(x) / line.scale for line in lines if line.scale for x in _places(line)]
    worse, same, better = (
        wording.text(f"effect.figure.{word}", language) for word in ("worse", "same", "better")
    )
    limit = max([*reaches, intervals.NARROWEST])
    intervals.set_axes(figure, total, limit, (worse, same, better), margin=0.06)


def _places(line: EffectLine) -> list[float]:
    measured = [] if line.effect is None else list(intervals.ends_of(line.effect))
    return measured if line.predicted is None else [*measured, line.predicted]


def _alt(lines: Sequence[EffectLine], language: str) -> str:
    told = []
    for line in lines:
        verdict = wording.text(f"effect.short.{line.verdict}", language)
        words = [wording.text(f"effect.figure.{name}", language) for name in ("predicted", "measured")]
        values = (_plain(line.predicted), line.effect)
        said = [value_text(one, line.deciding, language) for one in values]
        shown = ", ".join(f"{word} {value}" for word, value in zip(words, said, strict=True))
        told.append(f"{line.action}, {line.title} {verdict}; {shown}.")
    return " ".join([wording.text("effect.figure.alt", language), *told])


def _plain(value: float | None) -> Estimate | None:
    return None if value is None else Estimate(value)


def _level(value: float | None, line: EffectLine, language: str) -> str:
    if value is None:
        return "–"
    return (
        numbers.decimal(value, language, 1) if line.deciding == "mean" else numbers.percent(value, language)
    )


def _estimate(row: Mapping[str, Any]) -> Estimate | None:
    if pd.isna(row["effect"]):
        return None
    return Estimate(float(row["effect"]), _number(row["low"]), _number(row["high"]))


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else round(float(value))
