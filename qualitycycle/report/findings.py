"""Check: what people found this cycle, and every source it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.document import ActionItem, ActionList, Block, Callout, Paragraph, Section
from qualitycycle.report.model import Finding, ReportInput
from qualitycycle.report.model_cycle import Source
from qualitycycle.report.phrases import indicator_name
from qualitycycle.report.trail import trail_of


def findings(report: ReportInput, language: str) -> Section:
    """The findings of the cycle, or that nobody recorded one."""
    blocks: list[Block] = [Paragraph(wording.text("pdca.findings.lead", language), "lead")]
    if report.findings:
        blocks.append(ActionList(tuple(finding_item(one, report, language) for one in report.findings)))
    else:
        title = wording.text("pdca.findings.none_title", language)
        blocks.append(Callout(title, wording.text("pdca.findings.none", language)))
    return Section("findings", wording.text("report.section.findings", language), tuple(blocks))


def finding_item(one: Finding, report: ReportInput, language: str) -> ActionItem:
    """A finding, in its own place in the report, with its sources."""
    facts = [("owner", one.owner or wording.text("report.unknown", language))]
    facts.append(("found_on", numbers.day(one.found_on, language)))
    if one.indicator:
        facts.append(("indicator", indicator_name(report, one.indicator, language)))
    return ActionItem(
        title=one.what,
        facts=tuple((wording.text(f"report.fact.{name}", language), value) for name, value in facts),
        mark=wording.text(f"register.finding_kind.{one.kind}", language),
        urgent=one.kind == "concern",
        id=one.id,
        lines=tuple(" ".join(_source(source, language)) for source in one.sources),
        trail=trail_of(one, report, language),
    )


def _source(source: Source, language: str) -> Iterator[str]:
    kind = wording.text(f"register.source_kind.{source.kind}", language)
    dated = "dated" if source.on else "undated"
    day = numbers.day(source.on, language)
    yield wording.text(f"pdca.source.{dated}", language, kind=kind, reference=source.reference, day=day)
    if source.said:
        yield wording.text("pdca.source.said", language, said=source.said)
    if source.since:
        yield source.since
