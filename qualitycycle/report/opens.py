"""What is still open in the cycle: something to decide, something late, something not followed up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qualitycycle import wording
from qualitycycle.report.document import ActionItem
from qualitycycle.report.effects import effect_line
from qualitycycle.report.model import ReportInput
from qualitycycle.report.trail import links
from qualitycycle.vocabulary import JUDGING

Kind = Literal["undecided", "overdue", "without_action", "without_decision"]


TO_BE_DONE = ("adapt", "investigate")
"""Decisions that need an action."""


@dataclass(frozen=True)
class Open:
    """One thing that waits for people: the object it is about and what that says."""

    kind: Kind
    id: str
    what: str


def still_open(report: ReportInput) -> list[Open]:
    """Everything that waits, the most pressing first.

    A proposal on an action nobody decided on; an action past its day; a decision to change or to find
    out that no action follows from; a concern without a decision.
    """
    return [*_undecided(report), *_overdue(report), *_without_action(report), *_without_decision(report)]


def open_item(one: Open, report: ReportInput, language: str) -> ActionItem:
    """Something that waits for people: why, what they can do, and a link to it."""
    text = wording.text(f"pdca.open.{one.kind}.do", language)
    mark = wording.text(f"pdca.open.{one.kind}", language)
    effect = next((effect for effect in report.effects if effect.action == one.id), None)
    if one.kind == "undecided" and effect is not None:
        mark = wording.text(f"report.decision.{effect.proposal}", language)
        text = f"{effect_line(effect, language)} {text}"
    trail = ((wording.text("pdca.trail.about", language), links([one.id], report)),)
    return ActionItem(one.what, text=text, mark=mark, urgent=True, trail=trail)


def _undecided(report: ReportInput) -> Iterator[Open]:
    for one in report.effects:
        if one.proposal in JUDGING and not one.decision:
            yield Open("undecided", one.action, one.what)


def _overdue(report: ReportInput) -> Iterator[Open]:
    for one in report.actions:
        if one.overdue:
            yield Open("overdue", one.id, one.what)


def _without_action(report: ReportInput) -> Iterator[Open]:
    followed = {one.decision for one in report.actions}
    for one in report.decisions:
        if one.kind in TO_BE_DONE and one.id not in followed:
            yield Open("without_action", one.id, one.what)


def _without_decision(report: ReportInput) -> Iterator[Open]:
    decided = {id for one in report.decisions for id in one.findings}
    for one in report.findings:
        if one.kind == "concern" and one.id not in decided:
            yield Open("without_decision", one.id, one.what)
