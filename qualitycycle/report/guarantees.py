"""What the figures say about the four guarantees: support or nuance, never a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.document import Block, Bullets, DataTable, Paragraph, Section, Subsection
from qualitycycle.report.model import ItemResult, ReportInput
from qualitycycle.report.phrases import column
from qualitycycle.vocabulary import Guarantee

MAJORITY = 0.5


def guarantees(report: ReportInput, language: str) -> Section:
    """Per guarantee its questions with what they say, and the facts of the register."""
    blocks: list[Block] = [
        Paragraph(wording.text("report.guarantees.lead", language), "lead"),
        Paragraph(wording.text("report.guarantees.reading", language), "note"),
    ]
    for guarantee in Guarantee:
        title = wording.text(f"terms.guarantee.{guarantee}", language)
        heading = wording.text("report.guarantees.heading", language, code=guarantee.value, title=title)
        blocks.append(Subsection(heading, tuple(_evidence(guarantee, report, language))))
    return Section("guarantees", wording.text("report.section.guarantees", language), tuple(blocks))


def weight(item: ItemResult) -> Literal["supports", "nuances", "both_sides", "too_uncertain", "too_few"]:
    """What a question is worth as evidence.

    It supports when the whole interval of the share favourable lies above one half,
    nuances when it lies below, and shows both sides when it contains one half. An
    interval that is too wide to show says nothing.

    >>> from qualitycycle.report.model import Estimate
    >>> question = ItemResult("A", "A?", "", "", "ordinal", 40, 5, 4, favourable=Estimate(0.8, 0.65, 0.9))
    >>> weight(question)
    'supports'
    """
    share = item.favourable
    if share is None or share.low is None or share.high is None:
        return "too_few"
    if numbers.too_uncertain(share, "favourable"):
        return "too_uncertain"
    if share.low > MAJORITY:
        return "supports"
    return "nuances" if share.high < MAJORITY else "both_sides"


def _evidence(guarantee: Guarantee, report: ReportInput, language: str) -> Iterator[Block]:
    items = [item for item in report.items if guarantee.value in item.guarantees]
    facts = report.facts.get(guarantee.value, ())
    if items:
        rows = tuple(
            (
                item.title,
                _share(item, language),
                wording.text(f"report.weight.{weight(item)}", language),
            )
            for item in items
        )
        columns = (
            column("question", language),
            column("favourable", language, "right"),
            column("says", language),
        )
        caption = wording.text("report.guarantees.table", language, code=guarantee.value)
        yield DataTable(caption, columns, rows)
    if facts:
        yield Paragraph(wording.text("report.guarantees.facts", language))
        yield Bullets(tuple(facts))
    if not items and not facts:
        yield Paragraph(wording.text("report.guarantees.none", language))


def _share(item: ItemResult, language: str) -> str:
    """How many answered favourably: the measure that ``weight`` looks at."""
    if item.favourable is None and not item.hidden:
        return wording.text("report.hidden_share", language)
    return numbers.if_certain(item.favourable, "favourable", item.sessions, language)
