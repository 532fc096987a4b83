"""For a board that reads one page: what was decided last year and what that did, and what is asked now."""

from __future__ import annotations

from collections.abc import Iterator

from qualitycycle import wording
from qualitycycle.report.decided import decision_mark
from qualitycycle.report.document import ActionItem, ActionList, Block, Link, Paragraph
from qualitycycle.report.effects import effect_line, effect_mark
from qualitycycle.report.model import Action, Decision, Effect, Proposal, ReportInput
from qualitycycle.report.opens import open_item, still_open
from qualitycycle.report.trail import links

MOST_BACK, MOST_ASKED = 2, 3
"""So many earlier decisions, and so many things to decide, fit on the first page."""


def looked_back(report: ReportInput, language: str) -> Iterator[Block]:
    """The decisions of the cycle before with what they did, or that none was recorded."""
    told = [_decided(one, report, language) for one in _last_decisions(report)]
    loose = [one for one in report.actions if one.in_force and not one.decision]
    told += [_acted(one, report, language) for one in loose]
    if told:
        yield ActionList(tuple(told[:MOST_BACK]))
    else:
        yield Paragraph(wording.text("report.summary.nothing_decided", language))
    more = len(told) - MOST_BACK
    if more > 0:
        yield Paragraph(wording.plural("report.summary.more_decided", more, language), "note")


def asked(report: ReportInput, language: str) -> Iterator[Block]:
    """What the board is asked, the most pressing first, as far as it fits on the page."""
    items = [*_asked(report, language)]
    if items:
        yield ActionList(tuple(items[:MOST_ASKED]))
        yield Paragraph(wording.text("report.summary.proposals", language), "note")
    else:
        yield Paragraph(wording.text("report.summary.no_decisions", language))


def _last_decisions(report: ReportInput) -> list[Decision]:
    """The decisions of the latest cycle before this one; those with a measured effect first."""
    decisions = [one for one in report.earlier if isinstance(one, Decision)]
    last = max((one.cycle for one in decisions), default="")
    mine = [one for one in decisions if one.cycle == last]
    return sorted(mine, key=lambda one: not any(_effect(action, report) for action in _actions(one, report)))


def _actions(decision: Decision, report: ReportInput) -> list[Action]:
    return [one for one in report.stages if isinstance(one, Action) and one.decision == decision.id]


def _effect(action: Action, report: ReportInput) -> Effect | None:
    return next((one for one in report.effects if one.action == action.id), None)


def _decided(decision: Decision, report: ReportInput, language: str) -> ActionItem:
    """A decision with the effect of the action that followed from it, or how far that is."""
    actions = _actions(decision, report)
    shown = next((one for one in actions if _effect(one, report)), next(iter(actions), None))
    ids = [decision.id, *(one.id for one in actions)]
    if shown is None:
        mark, text = decision_mark(decision, language), ""
    else:
        mark, text = _did(shown, report, language)
    return ActionItem(decision.what, text=text, mark=mark, trail=_about(ids, report, language))


def _acted(action: Action, report: ReportInput, language: str) -> ActionItem:
    mark, text = _did(action, report, language)
    return ActionItem(action.what, text=text, mark=mark, trail=_about([action.id], report, language))


def _did(action: Action, report: ReportInput, language: str) -> tuple[str, str]:
    """What an action did in a word and a sentence; without an effect how far it is."""
    effect = _effect(action, report)
    if effect is not None:
        return effect_mark(effect, language), effect_line(effect, language)
    status = "overdue" if action.overdue else action.status
    text = action.result or wording.text(f"pdca.unmeasured.{status}", language)
    return wording.text(f"report.action.{status}", language), text


def _about(ids: list[str], report: ReportInput, language: str) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    return ((wording.text("pdca.trail.about", language), links(ids, report)),)


def _asked(report: ReportInput, language: str) -> Iterator[ActionItem]:
    """Effects to judge, the most pressing proposal of the figures, what waits, the other proposals."""
    waiting = still_open(report)
    yield from (open_item(one, report, language) for one in waiting if one.kind == "undecided")
    yield from (_proposal(one, language) for one in report.proposals[:1])
    yield from (open_item(one, report, language) for one in waiting if one.kind != "undecided")
    yield from (_proposal(one, language) for one in report.proposals[1:])


def _proposal(proposal: Proposal, language: str) -> ActionItem:
    mark = wording.text(f"report.decision.{proposal.kind}", language)
    return ActionItem(proposal.subject, text=proposal.why, mark=mark)
