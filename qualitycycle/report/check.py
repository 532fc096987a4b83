"""Check per dimension: every question with its denominators, interval and distribution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from qualitycycle import wording
from qualitycycle.figures import (
    distribution_caption,
    distribution_figure,
    distribution_groups,
    distribution_table,
    numbers,
)
from qualitycycle.figures.differences import arm_name
from qualitycycle.pdca import COVERAGE_NORM
from qualitycycle.report.document import (
    Block,
    Bullets,
    Callout,
    Column,
    DataTable,
    Paragraph,
    Section,
    Subsection,
)
from qualitycycle.report.model import CoverageRow, ItemResult, ReportInput
from qualitycycle.report.phrases import column, drawn


def check(report: ReportInput, language: str) -> Section:
    """One part per dimension of the questionnaire, in its order."""
    blocks: list[Block] = [Paragraph(wording.text("report.check.lead", language), "lead")]
    if not report.coverage.total.evaluated or not report.measures:
        title = wording.text("report.check.none_title", language)
        blocks.append(Callout(title, wording.text("report.check.none", language)))
    else:
        blocks += _partial(report.coverage.total, language)
        blocks.append(Paragraph(wording.text("report.check.reading", language), "note"))
        blocks += [
            Subsection(title, tuple(_dimension(items, report, language)))
            for title, items in _dimensions(report)
        ]
    return Section("check", wording.text("report.section.check", language), tuple(blocks))


def _partial(total: CoverageRow, language: str) -> Iterator[Block]:
    """A warning when the figures speak for too few of the trainings held."""
    held, evaluated = total.held or 0, total.evaluated or 0
    if evaluated < COVERAGE_NORM * held:
        values = {"held": numbers.whole(held, language)}
        text = wording.plural("report.check.partial", evaluated, language, **values)
        yield Callout(wording.text("report.check.partial_title", language), text, "warning")


def _dimensions(report: ReportInput) -> list[tuple[str, list[ItemResult]]]:
    order = list(dict.fromkeys(item.dimension for item in report.measures))
    ranked = sorted(report.measures, key=lambda item: order.index(item.dimension))
    groups = [list(group) for _, group in groupby(ranked, key=lambda item: item.dimension)]
    return [(group[0].dimension_title or group[0].dimension, group) for group in groups]


def _dimension(items: Sequence[ItemResult], report: ReportInput, language: str) -> Iterator[Block]:
    yield _numbers(items, language)
    remarks = [remark for item in items for remark in _remarks(item, language)]
    if remarks:
        yield Bullets(tuple(remarks))
    if any(item.hidden for item in items):
        yield Paragraph(wording.text("report.check.hidden", language, floor=report.floors.scores), "note")
    for group in distribution_groups(items):
        figure = distribution_figure(group, language)
        yield drawn(distribution_caption(group, language), figure, distribution_table(group, language))


def _numbers(items: Sequence[ItemResult], language: str) -> DataTable:
    cycles = [item.previous_cycle for item in items if item.previous is not None and item.previous_cycle]
    columns = [
        column("question", language),
        column("answers", language, "right"),
        column("sessions", language, "right"),
        column("trainers", language, "right"),
        column("mean", language, "right"),
        column("favourable", language, "right"),
    ]
    if cycles:
        columns.append(Column(wording.text("report.column.in_cycle", language, cycle=cycles[0]), "right"))
    rows = tuple((*_row(item, language), *[_previous(item, language)] * bool(cycles)) for item in items)
    return DataTable(wording.text("report.check.table", language), tuple(columns), rows)


def _row(item: ItemResult, language: str) -> tuple[str, ...]:
    if item.hidden:
        return (item.title, wording.text("report.hidden", language), *["–"] * 4)
    return (
        item.title,
        numbers.whole(item.n, language),
        numbers.whole(item.sessions, language),
        numbers.whole(item.trainers, language),
        "–" if item.mean is None else numbers.with_interval(item.mean, "mean", language),
        _favourable(item, language),
    )


def _favourable(item: ItemResult, language: str) -> str:
    if item.favourable is None and item.kind == "score":
        return "–"
    return numbers.if_certain(item.favourable, "favourable", item.sessions, language)


def _previous(item: ItemResult, language: str) -> str:
    return (
        "–" if item.previous is None else numbers.if_certain(item.previous, item.decides_on, None, language)
    )


def _remarks(item: ItemResult, language: str) -> Iterator[str]:
    """What the numbers of one question do not say by themselves."""
    if item.hidden:
        return
    if item.only_variants:
        variants = ", ".join(arm_name(variant, language) for variant in item.only_variants)
        yield wording.text("report.check.only", language, title=item.title, variants=variants)
    if item.kind == "balanced" and item.categories:
        yield from _balance(item, language)
    if item.insufficient is not None and item.insufficient_below is not None:
        yield wording.text(
            "report.check.insufficient",
            language,
            title=item.title,
            share=numbers.percent(item.insufficient, language),
            below=numbers.decimal(item.insufficient_below, language),
        )
    if item.not_applicable:
        yield wording.plural("report.check.not_applicable", item.not_applicable, language, title=item.title)


def _balance(item: ItemResult, language: str) -> Iterator[str]:
    """On which side of the best answer the other answers are."""
    categories = item.categories or ()
    best = [position for position, category in enumerate(categories) if category.favourable]
    counts = [category.count for category in categories]
    if not best or None in counts:
        return
    sides = (categories[: best[0]], categories[best[-1] + 1 :])
    parts = [
        wording.text(
            "report.check.side",
            language,
            labels=wording.text("report.or", language).join(category.label for category in side),
            count=numbers.whole(sum(category.count or 0 for category in side), language),
        )
        for side in sides
    ]
    yield wording.text("report.check.balance", language, title=item.title, below=parts[0], above=parts[1])
