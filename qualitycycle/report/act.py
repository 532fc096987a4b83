"""Act: what was agreed and is still open, what is proposed, what to look at next year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.document import (
    ActionItem,
    ActionList,
    Block,
    Bullets,
    Callout,
    Paragraph,
    Section,
    Subsection,
)
from qualitycycle.report.model import Action, Decision, ReportInput
from qualitycycle.report.phrases import goal_title, indicator_name, verdict_here
from qualitycycle.vocabulary import Verdict


def act(report: ReportInput, language: str) -> Section:
    """Open and finished actions or their absence, proposed decisions, next year's proof."""
    blocks: list[Block] = [Paragraph(wording.text("report.act.lead", language), "lead")]
    for name, part in (("open", _open(report, language)), ("decisions", _decisions(report, language))):
        blocks.append(Subsection(wording.text(f"report.act.{name}", language), tuple(part)))
    next_year = tuple(_next_year(report, language))
    if next_year:
        lead = Paragraph(wording.text("report.act.next_lead", language))
        heading = wording.text("report.act.next", language)
        blocks.append(Subsection(heading, (lead, Bullets(next_year))))
    return Section("act", wording.text("report.section.act", language), tuple(blocks))


def _open(report: ReportInput, language: str) -> Iterator[Block]:
    still_open = [action for action in report.actions if action.is_open]
    closed = [action for action in report.actions if not action.is_open]
    if not report.actions:
        title = wording.text("report.act.none_title", language)
        yield Callout(title, wording.text("report.act.none", language))
    elif not still_open:
        yield Paragraph(wording.text("report.act.none_open", language))
    if still_open:
        yield _list(still_open, report, language)
    if closed:
        yield Paragraph(wording.plural("report.act.closed", len(closed), language))
        yield _list(closed, report, language)


def _list(actions: Sequence[Action], report: ReportInput, language: str) -> ActionList:
    ranked = sorted(actions, key=lambda action: not action.overdue)
    return ActionList(tuple(_action(action, report, language) for action in ranked))


def _action(action: Action, report: ReportInput, language: str) -> ActionItem:
    facts = [
        ("owner", action.owner or wording.text("report.unknown", language)),
        ("due", numbers.day(action.due, language)),
    ]
    if action.indicator:
        facts.append(("indicator", indicator_name(report, action.indicator, language)))
    if action.closed_on:
        facts.append(("closed_on", numbers.day(action.closed_on, language)))
    status = "overdue" if action.overdue else action.status
    return ActionItem(
        title=action.what,
        facts=tuple((wording.text(f"report.fact.{name}", language), value) for name, value in facts),
        text=action.result,
        mark=wording.text(f"report.action.{status}", language),
        urgent=action.overdue,
    )


def _decisions(report: ReportInput, language: str) -> Iterator[Block]:
    if not report.decisions:
        yield Paragraph(wording.text("report.summary.no_decisions", language))
        return
    title = wording.text("report.act.proposal_title", language)
    yield Callout(title, wording.text("report.act.people_decide", language))
    yield ActionList(tuple(_decision(decision, report, language) for decision in report.decisions))


def _decision(decision: Decision, report: ReportInput, language: str) -> ActionItem:
    name = wording.text("report.fact.evidence", language)
    return ActionItem(
        title=decision.subject,
        facts=tuple((name, indicator_name(report, part, language)) for part in decision.evidence),
        text=decision.why,
        mark=wording.text(f"report.decision.{decision.kind}", language),
    )


def _next_year(report: ReportInput, language: str) -> Iterator[str]:
    for action in report.actions:
        if action.is_open and action.indicator:
            name = indicator_name(report, action.indicator, language)
            yield wording.text("report.act.show_action", language, indicator=name, what=action.what)
    for goal in report.goals:
        if goal.met == "no":
            yield wording.text(
                "report.act.show_goal",
                language,
                goal=goal_title(goal, report, language),
            )
    if not report.goals:
        yield wording.text("report.act.set_goals", language)
    missing = len(report.coverage.not_evaluated)
    if missing:
        yield wording.plural("report.act.evaluate_all", missing, language)
    arms = {c.arm.name for c in report.comparisons if c.measure == report.primary}
    verdicts = {verdict_here(report, report.primary or "", arm) for arm in arms}
    if verdicts & {Verdict.CANNOT_TELL.value, Verdict.TOO_FEW.value}:
        yield wording.text("report.act.compare_again", language)
