"""Decisions people took as a list: what, by whom, when, on which findings, and what followed."""

from __future__ import annotations

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.document import ActionItem
from qualitycycle.report.model import Decision, ReportInput
from qualitycycle.report.phrases import indicator_name
from qualitycycle.report.trail import trail_of


def decision_mark(decision: Decision, language: str) -> str:
    """What was decided, in a word or two."""
    kind = wording.text(f"register.decision_kind.{decision.kind}", language)
    return wording.text("pdca.decided", language, kind=kind)


def decision_item(decision: Decision, report: ReportInput, language: str) -> ActionItem:
    """A decision people took, in its own place in the report."""
    facts = [
        ("decided_by", decision.owner or wording.text("report.unknown", language)),
        ("decided_on", numbers.day(decision.decided_on, language)),
    ]
    if decision.holds_from is not None:
        facts.append(("indicator", indicator_name(report, decision.indicator, language)))
        facts.append(("holds_from", numbers.day(decision.holds_from, language)))
    return ActionItem(
        title=decision.what,
        facts=tuple((wording.text(f"report.fact.{name}", language), value) for name, value in facts),
        mark=decision_mark(decision, language),
        id=decision.id,
        trail=trail_of(decision, report, language),
    )
