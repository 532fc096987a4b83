"""The four guarantees: what supports, what nuances, what is missing and what to work on."""

from __future__ import annotations

from qualitycycle import wording
from qualitycycle.report.document import Block, Paragraph, Section, Subsection
from qualitycycle.report.evidence_lines import matrix
from qualitycycle.report.model import ReportInput
from qualitycycle.vocabulary import Guarantee


def guarantees(report: ReportInput, language: str) -> Section:
    """Per guarantee the evidence in four columns, never a verdict."""
    blocks: list[Block] = [
        Paragraph(wording.text("guarantees.lead", language), "lead"),
        Paragraph(wording.text("guarantees.reading", language), "note"),
    ]
    for guarantee in Guarantee:
        asks = Paragraph(wording.text(f"guarantees.asks.{guarantee}", language))
        found = matrix(report.evidence, str(guarantee), language)
        blocks.append(Subsection(heading(guarantee, language), (asks, found)))
    return Section("guarantees", wording.text("report.section.guarantees", language), tuple(blocks))


def heading(guarantee: Guarantee, language: str) -> str:
    """The code and the name of a guarantee."""
    title = wording.text(f"terms.guarantee.{guarantee}", language)
    return wording.text("guarantees.heading", language, code=guarantee.value, title=title)
