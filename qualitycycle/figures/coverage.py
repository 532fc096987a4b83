"""How many of the sessions that were held have an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import numbers, style, tones
from qualitycycle.figures.values import CoverageRow, DataTable

By = Literal["variant", "kind", "format"]

HEIGHT = 22


def coverage_figure(rows: Sequence[CoverageRow], language: str, by: By = "variant") -> go.Figure:
    """Draw, per group, the sessions held as a frame and the evaluated ones as its filling."""
    tops = style.stack([style.LINE + HEIGHT] * len(rows), gap=14)
    middles = [top + style.LINE + HEIGHT / 2 for top in tops]
    total = tops[-1] + style.LINE + HEIGHT + 4 if rows else 40
    kinds = (("held", tones.MIDDLE), ("evaluated", tones.STRONGLY_FAVOURABLE))
    names = [wording.text(f"figures.coverage.{kind}", language) for kind, _ in kinds]
    top = style.legend_height(names)
    figure = style.blank(language, total, _alt(rows, language, by), top=top, bottom=46)
    for (kind, tone), name in zip(kinds, names, strict=True):
        figure.add_bar(
            x=[getattr(row, kind) or 0 for row in rows],
            y=middles,
            orientation="h",
            width=HEIGHT if kind == "held" else HEIGHT - 8,
            name=name,
            marker=tones.marker(tone),
            hovertemplate=f"{name}: %{{x}}<extra></extra>",
        )
    for row, middle in zip(rows, middles, strict=True):
        style.row_label(figure, _label(row, language, by, "row"), middle - HEIGHT / 2)
    most = max((row.held or 0 for row in rows), default=0)
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(
        range=[0, max(most, 1) * 1.02],
        dtick=max(1, round(most / 6)),
        title={"text": wording.text("figures.axis.sessions", language), "standoff": 6},
    )
    figure.update_yaxes(range=[total, 0], visible=False)
    return figure


def coverage_table(rows: Sequence[CoverageRow], language: str, by: By = "variant") -> DataTable:
    """The numbers behind ``coverage_figure``, with every denominator in its own column."""
    names = ("held", "evaluated", "attended", "completed", "response_rate")
    columns = (
        style.column(by, language),
        *(style.column(name, language, "right") for name in names),
    )
    cells = tuple(
        (
            group_name(row.group, by, language),
            numbers.whole(row.held, language),
            numbers.whole(row.evaluated, language),
            _known(row.attended, language),
            numbers.whole(row.completed, language),
            _rate(row, language),
        )
        for row in rows
    )
    return DataTable(wording.text(f"figures.caption.coverage.{by}", language), columns, cells)


def group_name(group: str, by: By, language: str) -> str:
    """The words for a variant, kind or format; an unknown code as it is.

    >>> group_name("school_only", "variant", "nl"), group_name("blended", "format", "en")
    ('alleen school', 'blended')
    """
    key = f"terms.{by}.{group}"
    return wording.text(key, language) if wording.has(key, language) else group


def _known(count: int | None, language: str) -> str:
    return wording.text("figures.unknown", language) if count is None else numbers.whole(count, language)


def _rate(row: CoverageRow, language: str) -> str:
    if row.attended is None:
        return wording.text("figures.unknown", language)
    if row.response_rate is None:
        return wording.text("figures.hidden", language)
    return numbers.percent(row.response_rate, language)


def _label(row: CoverageRow, language: str, by: By, form: str) -> str:
    return wording.text(
        f"figures.coverage.{form}",
        language,
        group=group_name(row.group, by, language),
        held=numbers.whole(row.held, language),
        evaluated=numbers.whole(row.evaluated, language),
    )


def _alt(rows: Sequence[CoverageRow], language: str, by: By) -> str:
    parts = [_label(row, language, by, "sentence") for row in rows]
    return " ".join([wording.text("figures.alt.coverage", language), *parts])
