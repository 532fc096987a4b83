"""Where this cycle comes from: goals, findings, decisions and actions of the cycles before it."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from qualitycycle import wording
from qualitycycle.report.actions import action_item
from qualitycycle.report.decided import decision_item
from qualitycycle.report.document import ActionItem, ActionList, Block, Paragraph, Section, Subsection
from qualitycycle.report.findings import finding_item
from qualitycycle.report.model import Action, Decision, Finding, ReportInput
from qualitycycle.report.model_cycle import Stage
from qualitycycle.report.plan import goal_item

ORDER = ("Goal", "Finding", "Decision", "Action")


def earlier(report: ReportInput, language: str) -> Section:
    """What this cycle goes back to, the latest cycle first; or that nothing was recorded before it."""
    ranked = sorted(report.earlier, key=lambda one: ORDER.index(type(one).__name__))
    ranked.sort(key=lambda one: one.cycle, reverse=True)
    parts = tuple(
        Subsection(
            wording.text("report.earlier.cycle", language, cycle=cycle),
            (ActionList(tuple(_item(one, report, language) for one in stages)),),
        )
        for cycle, stages in groupby(ranked, key=lambda one: one.cycle)
    )
    key = "lead" if parts else "none"
    lead: Block = Paragraph(wording.text(f"report.earlier.{key}", language), "lead")
    return Section("earlier", wording.text("report.section.earlier", language), (lead, *parts))


def _item(one: Stage, report: ReportInput, language: str) -> ActionItem:
    if isinstance(one, Finding):
        return finding_item(one, report, language)
    if isinstance(one, Decision):
        return decision_item(one, report, language)
    if isinstance(one, Action):
        return action_item(one, report, language)
    return replace(goal_item(one, report, language), mark=wording.text("pdca.stage.goal", language))
