"""Actions as a list: who does what by when, how far it is, where it came from and what it led to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.document import ActionItem, ActionList
from qualitycycle.report.model import Action, ReportInput
from qualitycycle.report.phrases import indicator_name
from qualitycycle.report.trail import trail_of


def action_list(actions: Iterable[Action], report: ReportInput, language: str) -> ActionList:
    """The actions, those past their day first."""
    ranked = sorted(actions, key=lambda action: not action.overdue)
    return ActionList(tuple(action_item(action, report, language) for action in ranked))


def action_item(action: Action, report: ReportInput, language: str) -> ActionItem:
    """One action, in its own place in the report."""
    status = "overdue" if action.overdue else action.status
    return ActionItem(
        title=action.what,
        facts=tuple(
            (wording.text(f"report.fact.{name}", language), value)
            for name, value in _facts(action, report, language)
        ),
        text=action.result,
        mark=wording.text(f"report.action.{status}", language),
        urgent=action.overdue,
        id=action.id,
        trail=trail_of(action, report, language),
    )


def _facts(action: Action, report: ReportInput, language: str) -> Iterator[tuple[str, str]]:
    yield "owner", action.owner or wording.text("report.unknown", language)
    yield "due", numbers.day(action.due, language)
    if action.indicator:
        yield "indicator", indicator_name(report, action.indicator, language)
    if action.predicted:
        yield "predicted", action.predicted
    if action.reached is not None:
        yield "reached", reached_text(action, language)
    if action.closed_on:
        yield "closed_on", numbers.day(action.closed_on, language)


def reached_text(action: Action, language: str) -> str:
    """On how many of the trainings given the action was in force."""
    reached = action.reached
    if reached is None or reached.sessions is None:
        return wording.text("pdca.reached.few", language)
    held = numbers.whole(reached.held, language)
    return wording.plural("pdca.reached.of", reached.sessions, language, held=held)
