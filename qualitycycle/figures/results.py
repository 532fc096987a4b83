"""Results of an analysis as figures: one function per analysis, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import pandas as pd
import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.analysis.result import Result
from qualitycycle.errors import UsageProblem
from qualitycycle.figures import style
from qualitycycle.figures.change import change_caption, change_figure, change_lines, change_table
from qualitycycle.figures.coverage import coverage_figure, coverage_table
from qualitycycle.figures.differences import arm_name, difference_figure, difference_table
from qualitycycle.figures.distribution import (
    distribution_caption,
    distribution_figure,
    distribution_groups,
    distribution_table,
)
from qualitycycle.figures.effect import effect_caption, effect_figure, effect_lines, effect_table
from qualitycycle.figures.reliability import reliability_figure, reliability_table, score_lines
from qualitycycle.figures.spread import spread_caption, spread_figure, spread_plot, spread_table
from qualitycycle.figures.themes import themes_figure, themes_table
from qualitycycle.figures.trend import trend_caption, trend_figure, trend_plot, trend_table
from qualitycycle.figures.values import (
    Arm,
    Category,
    Comparison,
    CoverageRow,
    DataTable,
    Estimate,
    ItemResult,
    Measure,
    Scope,
)
from qualitycycle.findings import Finding

Drawn = tuple[go.Figure, DataTable, str]
"""A figure, the table behind it, and its title."""

_COUNT_COLUMNS = {
    "instrument",
    "item",
    "title",
    "kind",
    "state",
    "score",
    "option",
    "label",
    "favourable",
    "n",
    "share",
}


def figure(result: Result, language: str | None = None) -> go.Figure:
    """Draw the result of an analysis named in ``FIGURES``; hidden cells stay hidden.

    The language is that of the result unless given. The text alternative is in
    ``figure.layout.meta["alt"]``; ``figure_table`` gives the table to put beside it.
    Raises UsageProblem when there is no figure for the result, or when ``counts`` holds
    questions that cannot share a figure.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"variant": ["tandem"], "held": [9], "evaluated": [7], "responses": [80]})
    >>> figure(Result("status", table)).layout.meta["alt"].split(". ")[1]
    'tandem: 7 van 9 sessies geëvalueerd.'
    """
    drawn, _, title = _draw(result, language)
    height = drawn.layout.height + 44
    drawn.update_layout(
        height=height,
        margin={"t": drawn.layout.margin.t + 44},
        title={"text": style.wrapped(title, 60), "x": 0, "xanchor": "left", "font": {"size": 15}},
        title_y=1 - 14 / height,
        title_yanchor="top",
        legend_y=1 - 44 / height,
    )
    return drawn


def figure_table(result: Result, language: str | None = None) -> DataTable:
    """The table with the numbers that ``figure`` draws.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"variant": ["tandem"], "held": [9], "evaluated": [7], "responses": [80]})
    >>> figure_table(Result("status", table)).rows[0][:3]
    ('tandem', '9', '7')
    """
    return _draw(result, language)[1]


def _draw(result: Result, language: str | None) -> Drawn:
    draw = FIGURES.get(result.name)
    if draw is None:
        expected = ", ".join(FIGURES)
        raise UsageProblem(Finding("figures.no_figure", value=result.name, details={"expected": expected}))
    return draw(result, language or result.language)


def _compare(result: Result, language: str) -> Drawn:
    comparisons = [_comparison(row) for row in _records(result)]
    if not comparisons:
        raise UsageProblem(Finding("figures.nothing_to_draw", value=result.name))
    table = difference_table(comparisons, language)
    return difference_figure(comparisons, language), table, table.caption


def _status(result: Result, language: str) -> Drawn:
    rows = [
        CoverageRow(
            group=str(row["variant"]),
            held=_whole(row.get("held")),
            evaluated=_whole(row.get("evaluated")),
            attended=_whole(row.get("attended")),
            responses=_whole(row.get("responses")),
            completed=_whole(row.get("completed")),
            response_rate=_number(row.get("response_rate")),
        )
        for row in _records(result)
    ]
    if not rows:
        raise UsageProblem(Finding("figures.nothing_to_draw", value=result.name))
    table = coverage_table(rows, language)
    return coverage_figure(rows, language), table, table.caption


def _counts(result: Result, language: str) -> Drawn:
    items = _items(_records(result), language)
    groups = distribution_groups(items)
    if not groups:
        raise UsageProblem(Finding("figures.nothing_to_draw", value=result.name))
    if len(groups) > 1:
        found = ", ".join(dict.fromkeys(item.id for item in items))
        raise UsageProblem(Finding("figures.mixed_scales", value=found))
    shown = [*groups[0], *(item for item in items if not item.categories)]
    table = distribution_table(shown, language)
    questions = {_question(row) for row in _records(result)}
    one = len(shown) > 1 and len(questions) == 1
    title = questions.pop() if one else distribution_caption(shown, language)
    return distribution_figure(shown, language), table, title


def _reliability(result: Result, language: str) -> Drawn:
    scores = score_lines(_records(result))
    if not scores:
        raise UsageProblem(Finding("figures.nothing_to_draw", value=result.name))
    table = reliability_table(scores, language)
    return reliability_figure(scores, language), table, table.caption


def _themes(result: Result, language: str) -> Drawn:
    rows = [row for row in result.payload.get("themes", ()) if row["theme"] is not None]
    if not rows:
        raise UsageProblem(Finding("figures.nothing_to_draw", value=result.name))
    table = themes_table(rows, language)
    return themes_figure(rows, language), table, table.caption


def _change(result: Result, language: str) -> Drawn:
    lines = change_lines(_records(result))
    if not lines:
        raise UsageProblem(Finding("figures.nothing_to_draw", value=result.name))
    return change_figure(lines, language), change_table(lines, language), change_caption(language)


def _effects(result: Result, language: str) -> Drawn:
    lines = effect_lines(_records(result))
    return effect_figure(lines, language), effect_table(lines, language), effect_caption(language)


def _spread(result: Result, language: str) -> Drawn:
    plot = spread_plot(_records(result), result.payload)
    return spread_figure(plot, language), spread_table(plot, language), spread_caption(plot, language)


def _trend(result: Result, language: str) -> Drawn:
    series = result.payload.get("series", [])
    if not series:
        raise UsageProblem(Finding("figures.nothing_to_draw", value=result.name))
    if len(series) > 1:
        found = ", ".join(f"{one['item']} ({one['where']})" for one in series)
        raise UsageProblem(Finding("trend.one_figure", value=found))
    plot = trend_plot(series[0])
    return trend_figure(plot, language), trend_table(plot, language), trend_caption(plot, language)


FIGURES: dict[str, Callable[[Result, str], Drawn]] = {
    "change": _change,
    "effects": _effects,
    "compare": _compare,
    "counts": _counts,
    "reliability": _reliability,
    "spread": _spread,
    "status": _status,
    "themes": _themes,
    "trend": _trend,
}
"""Name of an analysis -> how its result is drawn."""


def _comparison(row: Mapping[str, Any]) -> Comparison:
    return Comparison(
        measure=str(row["measure"]),
        title=str(row["title"]),
        verdict=str(row["verdict"]),
        scope=cast(Scope, row.get("scope") or "region"),
        arm=_arm(row, "arm"),
        reference=_arm(row, "reference"),
        deciding=cast(Measure, row["deciding"]),
        difference=_estimate(row.get("difference"), row.get("low"), row.get("high")),
        relevant=_number(row.get("relevant")),
    )


def _arm(row: Mapping[str, Any], side: str) -> Arm:
    n, sessions, trainers = (_whole(row.get(f"{name}_{side}")) for name in ("n", "sessions", "trainers"))
    return Arm(_arm_name(str(row[side]), row.get(f"{side}_title")), n, sessions, trainers)


def _arm_name(code: str, title: Any) -> str:
    """The code of a variant or format, which has words in every language; else its title."""
    known = any(wording.has(f"terms.{kind}.{code}", wording.FALLBACK) for kind in ("variant", "format"))
    return code if known or _missing(title) else str(title)


def _items(rows: list[Mapping[str, Any]], language: str) -> list[ItemResult]:
    """One item result per question and group; answers that are not scored are left out."""
    grouped: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        if row.get("state") in (None, "answered"):
            grouped.setdefault(_group(row), []).append(row)
    asked, groups = ({key[part] for key in grouped} for part in (slice(1), slice(1, None)))
    return [_item(key, cells, len(asked) > 1, len(groups) > 1, language) for key, cells in grouped.items()]


def _group(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["item"], *(value for name, value in row.items() if name not in _COUNT_COLUMNS))


def _item(
    key: tuple[Any, ...], cells: list[Mapping[str, Any]], many_items: bool, many_groups: bool, language: str
) -> ItemResult:
    """A row of the figure, named by its question, its group, or both when both differ."""
    title = _question(cells[0])
    group = ", ".join(arm_name(str(part), language) for part in key[1:] if not _missing(part))
    if many_groups and many_items:
        title = wording.text("figures.grouped", language, title=title, group=group)
    elif many_groups:
        title = group
    categories = tuple(_category(cell) for cell in cells)
    counts = [category.count for category in categories if category.count is not None]
    hidden = len(counts) < len(categories)
    shares = [c.share for c in categories if c.favourable and c.share is not None]
    known = any("favourable" in cell for cell in cells) and all(c.share is not None for c in categories)
    return ItemResult(
        id=str(key[0]),
        title=title,
        dimension="",
        dimension_title="",
        kind=_kind(cells),
        n=None if hidden else sum(counts),
        sessions=None,
        trainers=None,
        favourable=Estimate(sum(shares)) if known and shares else None,
        categories=None if hidden else categories,
    )


def _question(row: Mapping[str, Any]) -> str:
    return str(row["item"] if _missing(row.get("title")) else row["title"])


def _kind(cells: list[Mapping[str, Any]]) -> str:
    kind = cells[0].get("kind")
    if not _missing(kind):
        return str(kind)
    return "single" if _missing(cells[0].get("score")) else "ordinal"


def _category(cell: Mapping[str, Any]) -> Category:
    label = next((cell[name] for name in ("label", "option", "score") if not _missing(cell.get(name))), "–")
    return Category(
        label=str(label),
        count=_whole(cell.get("n")),
        share=_number(cell.get("share")),
        favourable=cell.get("favourable") is True,
        score=_number(cell.get("score")),
    )


def _records(result: Result) -> list[Mapping[str, Any]]:
    return cast(list[Mapping[str, Any]], result.table.to_dict("records"))


def _estimate(value: Any, low: Any, high: Any) -> Estimate | None:
    number = _number(value)
    return None if number is None else Estimate(number, _number(low), _number(high))


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else round(number)


def _number(value: Any) -> float | None:
    return None if _missing(value) else float(value)


def _missing(value: Any) -> bool:
    """Whether a cell of a frame is empty: None, NaN or pandas' NA."""
    return value is None or bool(pd.isna(value))
