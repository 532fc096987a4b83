"""How the answers to questions are spread over the categories of their scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import numbers, style, tones
from qualitycycle.figures.values import Category, Column, DataTable, ItemResult

BAR = 22
"""Height of a bar, in pixels."""


def distribution_groups(items: Sequence[ItemResult]) -> list[tuple[ItemResult, ...]]:
    """Split questions into the figures they need: equal answer categories share one.

    A mark gets a figure of its own. Declared scores have no categories and hidden
    questions show none, so both are left out.
    """
    shown = [item for item in items if item.categories]
    keys = {item.id: _group_key(item) for item in shown}
    order = list(dict.fromkeys(keys.values()))
    ranked = sorted(shown, key=lambda item: order.index(keys[item.id]))
    return [tuple(group) for _, group in groupby(ranked, key=lambda item: keys[item.id])]


def distribution_figure(items: Sequence[ItemResult], language: str) -> go.Figure:
    """Draw questions that share their answer categories (see ``distribution_groups``).

    Several questions: one bar each, categories from low to high named in the legend.
    One question: one bar per category, named beside it; a mark: one column per mark.
    Shares are drawn when every question shows them, counts otherwise.
    """
    if len(items) == 1 and items[0].categories:
        draw = _columns if items[0].kind == "mark" else _bars
        return draw(items[0], language)
    return _stacked([_in_short(item, language) for item in items], language)


def distribution_caption(items: Sequence[ItemResult], language: str) -> str:
    """What the figure shows: the question itself, or that it compares several."""
    if len(items) > 1:
        return wording.text("figures.caption.distributions", language)
    return wording.text(
        "figures.caption.distribution", language, title=items[0].title, answers=_answers(items[0], language)
    )


def distribution_table(items: Sequence[ItemResult], language: str) -> DataTable:
    """The numbers behind ``distribution_figure``: a row per question, a column per category.

    A mark has too many categories for that: it gets a row per mark that was given.
    """
    if len(items) == 1 and items[0].kind == "mark" and items[0].categories:
        return _mark_table(items[0], items[0].categories, language)
    items = [_in_short(item, language) for item in items]
    labels = next(([c.label for c in item.categories] for item in items if item.categories), [])
    hidden = (wording.text("figures.hidden", language),) * len(labels)
    rows = tuple(
        (
            item.title,
            numbers.whole(item.n, language),
            *(tuple(_cell(c, language) for c in item.categories) if item.categories else hidden),
        )
        for item in items
    )
    columns = (
        style.column("question", language),
        style.column("answers", language, "right"),
        *(Column(label, "right") for label in labels),
    )
    return DataTable(distribution_caption(items, language), columns, rows)


def _mark_table(item: ItemResult, categories: Sequence[Category], language: str) -> DataTable:
    names = ("mark", "count", "share")
    columns = (
        style.column(names[0], language),
        *(style.column(name, language, "right") for name in names[1:]),
    )
    rows = tuple(
        (_mark(category, language), numbers.whole(category.count, language), _share(category, language))
        for category in categories
        if category.count != 0
    )
    note = wording.text("figures.note.marks", language)
    return DataTable(distribution_caption([item], language), columns, rows, note)


def _mark(category: Category, language: str) -> str:
    """A mark as people write it: whole, or with one decimal."""
    if category.score is None:
        return category.label
    return numbers.decimal(category.score, language, 0 if category.score.is_integer() else 1)


def _group_key(item: ItemResult) -> tuple[str, ...]:
    labels = tuple(category.label for category in item.categories or ())
    return ("mark", item.id) if item.kind == "mark" else (item.kind, *labels)


def _stacked(items: Sequence[ItemResult], language: str) -> go.Figure:
    labels = [_label(item, language) for item in items]
    heights = [style.lines(label) * style.LINE + BAR for label in labels]
    tops = style.stack(heights, gap=16)
    middles = [top + height - BAR / 2 for top, height in zip(tops, heights, strict=True)]
    total = tops[-1] + heights[-1] + 6
    categories = next((item.categories for item in items if item.categories), ())
    legend = style.legend_height([category.label for category in categories])
    figure = style.blank(language, total, _alt(items, language), top=legend, bottom=34)
    _add_segments(figure, items, categories, middles, language)
    for item, label, middle in zip(items, labels, middles, strict=True):
        style.row_label(figure, label, middle - BAR / 2)
        if not item.categories:
            style.row_note(figure, wording.text("figures.hidden_row", language), middle)
    figure.update_layout(barmode="stack", uniformtext={"mode": "hide", "minsize": 12})
    figure.update_xaxes(**_value_axis(_by_share(items), language))
    figure.update_yaxes(range=[total, 0], visible=False)
    return figure


def _label(item: ItemResult, language: str) -> str:
    title = style.wrapped(item.title)
    return f"{title}<br>{_answers(item, language)}" if item.categories else title


def _in_short(item: ItemResult, language: str) -> ItemResult:
    """A mark as two or three categories (fail, pass, favourable); any other question as it is."""
    if item.kind != "mark" or not item.categories:
        return item
    parts = {
        tone: [c for c in item.categories if tones.mark_tone(item, c) == tone] for tone in tones.MARK_TONES
    }
    short = [
        Category(
            _mark_name(item, tone, language), _sum(part, "count"), _sum(part, "share"), tone == "favourable"
        )
        for tone, part in parts.items()
        if part
    ]
    return replace(item, kind="ordinal", categories=tuple(short))


def _sum(categories: Sequence[Category], name: str) -> Any:
    values = [getattr(category, name) for category in categories]
    return None if None in values else sum(values)


def _add_segments(
    figure: go.Figure,
    items: Sequence[ItemResult],
    categories: Sequence[Category],
    middles: Sequence[float],
    language: str,
) -> None:
    by_share = _by_share(items)
    for position, tone in enumerate(tones.tones(categories, items[0].kind)):
        cells = [item.categories[position] if item.categories else None for item in items]
        figure.add_bar(
            x=[_length(cell, by_share) for cell in cells],
            y=list(middles),
            orientation="h",
            width=BAR,
            name=categories[position].label,
            marker=tones.marker(tone),
            text=[_inside(cell, by_share, language) for cell in cells],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"color": tones.text_colour(tone)},
            hovertemplate="%{fullData.name}: %{text}<extra></extra>",
        )


def _bars(item: ItemResult, language: str) -> go.Figure:
    categories = item.categories or ()
    by_share = _by_share([item])
    labels = [style.wrapped(category.label, 22) for category in categories]
    heights = [max(style.lines(label) * style.LINE, BAR) for label in labels]
    tops = style.stack(heights, gap=8)
    total = tops[-1] + heights[-1]
    middles = [top + height / 2 for top, height in zip(tops, heights, strict=True)]
    lengths = [_length(category, by_share) for category in categories]
    figure = style.blank(language, total, _alt([item], language), top=6, bottom=8)
    figure.add_bar(
        x=lengths,
        y=middles,
        orientation="h",
        width=BAR,
        marker=tones.marker(tones.tones(categories, item.kind)),
        text=[_inside(category, by_share, language) for category in categories],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(range=[0, max([*lengths, 1e-9]) * 1.3], visible=False)
    figure.update_yaxes(range=[total, 0], tickvals=middles, ticktext=labels, ticklabelstandoff=6)
    return figure


def _columns(item: ItemResult, language: str) -> go.Figure:
    scored = [category for category in item.categories or () if category.score is not None]
    used = [tone for tone in tones.MARK_TONES if any(tones.mark_tone(item, c) == tone for c in scored)]
    names = [_mark_name(item, tone, language) for tone in used]
    figure = style.blank(language, 170, _alt([item], language), top=style.legend_height(names), bottom=46)
    for tone, name in zip(used, names, strict=True):
        part = [category for category in scored if tones.mark_tone(item, category) == tone]
        figure.add_bar(
            x=[category.score for category in part],
            y=[category.count or 0 for category in part],
            width=0.44,
            name=name,
            marker=tones.marker(tones.MARK_TONES[tone]),
            text=[_above(category, language) for category in part],
            textposition="outside",
            textangle=0,
            constraintext="none",
            textfont={"size": 12},
            cliponaxis=False,
            hovertemplate="%{x}: %{y}<extra></extra>",
        )
    marks = [category.score for category in scored if category.score is not None]
    tallest = max(category.count or 0 for category in scored)
    figure.update_xaxes(
        range=[min(marks) - 0.5, max(marks) + 0.5],
        tickmode="linear",
        tick0=1,
        dtick=1,
        showgrid=False,
        showline=True,
        title={"text": wording.text("figures.axis.mark", language), "standoff": 6},
    )
    figure.update_yaxes(range=[0, max(tallest, 1) * 1.2], visible=False)
    return figure


def _by_share(items: Sequence[ItemResult]) -> bool:
    shown = [item.categories for item in items if item.categories]
    return all(category.share is not None for categories in shown for category in categories)


def _length(category: Category | None, by_share: bool) -> float:
    if category is None:
        return 0
    return (category.share if by_share else category.count) or 0


def _inside(category: Category | None, by_share: bool, language: str) -> str:
    if category is None:
        return ""
    if by_share and category.share is not None:
        return numbers.percent(category.share, language)
    return numbers.whole(category.count, language)


def _above(category: Category, language: str) -> str:
    if category.count is None:
        return wording.text("figures.hidden_mark", language)
    return numbers.whole(category.count, language) if category.count else ""


def _cell(category: Category, language: str) -> str:
    count = numbers.whole(category.count, language)
    if category.share is None:
        return count
    share = numbers.percent(category.share, language)
    return wording.text("figures.count_share", language, count=count, share=share)


def _share(category: Category, language: str) -> str:
    if category.share is None:
        return wording.text("figures.hidden", language)
    return numbers.percent(category.share, language)


def _answers(item: ItemResult, language: str) -> str:
    """How many answers there are. The share favourable stays in the table: it weighs every
    team the same, where a figure counts every answer."""
    if item.n is None:
        return wording.text("figures.hidden_row", language)
    return wording.plural("terms.answers", item.n, language)


def _mark_name(item: ItemResult, tone: str, language: str) -> str:
    """The marks of one tone in words; without a pass mark there is only above and below."""
    favourable = [c.score for c in item.categories or () if c.favourable and c.score is not None]
    if tone == "between" and item.insufficient_below is None:
        tone = "lower"
    return wording.text(
        f"figures.mark.{tone}",
        language,
        below=numbers.decimal(item.insufficient_below or 0, language),
        favourable=numbers.decimal(min(favourable, default=0), language, 0),
    )


def _value_axis(by_share: bool, language: str) -> dict[str, object]:
    if not by_share:
        return {"title": {"text": wording.text("figures.axis.answers", language)}, "rangemode": "tozero"}
    return {"range": [0, 1], **style.share_ticks(language)}


def _alt(items: Sequence[ItemResult], language: str) -> str:
    rows = [
        wording.text("figures.alt.row", language, title=item.title, answers=_answers(item, language))
        for item in items
    ]
    return " ".join([wording.text("figures.alt.distribution", language), *rows])
