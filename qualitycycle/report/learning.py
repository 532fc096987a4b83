"""Check: what mentors learned and use (leeropbrengst en toepassing), on the same people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualitycycle import wording
from qualitycycle.figures import (
    change_caption,
    change_figure,
    change_table,
    distribution_caption,
    distribution_figure,
    distribution_groups,
    distribution_table,
)
from qualitycycle.figures.change import ChangeLine
from qualitycycle.report.document import (
    Block,
    Bullets,
    Callout,
    DataTable,
    Details,
    Paragraph,
    Section,
    Subsection,
)
from qualitycycle.report.model import ItemResult, Learning, ReportInput
from qualitycycle.report.phrases import drawn, outcome

FIRST = ("pre", "post")
"""The step that is drawn for every question; the scores are drawn over every step."""


def learning(report: ReportInput, language: str) -> Section:
    """Who was paired, how they changed, what is left of it later, and what they put into practice."""
    found = report.learning
    blocks: list[Block] = [Paragraph(wording.text("change.report.lead", language), "lead")]
    if not found.changes:
        title = wording.text("change.report.none_title", language)
        blocks.append(Callout(title, wording.text("change.report.none", language)))
    blocks += [Paragraph(sentence) for sentence in found.paired]
    measured = [line for line in found.changes if not line.retrospective]
    blocks += _changes(measured, found, language)
    blocks += _applied(found.applied, language)
    blocks += _look_back([line for line in found.changes if line.retrospective], language)
    blocks += [Paragraph(sentence, "note") for sentence in found.caveats]
    return Section("learning", wording.text("change.report.heading", language), tuple(blocks))


def _changes(lines: Sequence[ChangeLine], found: Learning, language: str) -> Iterator[Block]:
    if not lines:
        return
    told = [line for line in lines if line.score]
    yield Bullets(tuple(_about(line, language) for line in told or lines))
    yield from (Paragraph(sentence) for sentence in found.kept)
    shown = [line for line in lines if line.score or (line.start, line.end) == FIRST]
    yield drawn(change_caption(language), change_figure(shown, language), change_table(shown, language))
    others = [line for line in lines if line not in shown]
    if others:
        summary = wording.text("change.report.others", language)
        yield Details(summary, (change_table(others, language),))


def _about(line: ChangeLine, language: str) -> str:
    """The step and what changed, after the question it is about."""
    values = {"title": line.title, "step": line.step(language), "sentence": line.sentence}
    return wording.text("change.report.about", language, **values)


def _applied(items: Sequence[ItemResult], language: str) -> Iterator[Block]:
    """What is asked later only: how often people put the training into practice."""
    if not items:
        return
    said = tuple(
        wording.text(
            "change.report.applied_item", language, title=item.title, outcome=outcome(item, language)
        )
        for item in items
    )
    blocks: list[Block] = [Bullets(said)]
    for group in distribution_groups([item for item in items if not item.hidden]):
        table = distribution_table(group, language)
        blocks.append(
            drawn(distribution_caption(group, language), distribution_figure(group, language), table)
        )
    yield Subsection(wording.text("change.report.applied", language), tuple(blocks))


def _look_back(lines: Sequence[ChangeLine], language: str) -> Iterator[Block]:
    """What people said afterwards of before: a part of its own, never beside what was measured."""
    if not lines:
        return
    table: DataTable = change_table(lines, language)
    blocks = (Bullets(tuple(_about(line, language) for line in lines)), table)
    yield Subsection(wording.text("change.retrospective", language), blocks)
