"""Act: what people decided, what follows from it, what is offered, and what still waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualitycycle import wording
from qualitycycle.report.actions import action_list
from qualitycycle.report.decided import decision_item
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
from qualitycycle.report.model import Action, Practice, Proposal, Reply, ReportInput
from qualitycycle.report.opens import open_item, still_open
from qualitycycle.report.phrases import goal_title, indicator_name, verdict_here
from qualitycycle.report.trail import trail_of
from qualitycycle.vocabulary import Verdict


def act(report: ReportInput, language: str) -> Section:
    """Decisions, the actions that follow, practices offered, what is open, proposals, next year's proof."""
    blocks: list[Block] = [Paragraph(wording.text("report.act.lead", language), "lead")]
    parts = (
        ("decided", _decided(report, language)),
        ("actions", _following(report, language)),
        ("replies", _replies(report, language)),
        ("practices", _practices(report, language)),
        ("open", _open(report, language)),
        ("decisions", _proposals(report, language)),
    )
    for name, part in parts:
        if inside := tuple(part):
            blocks.append(Subsection(wording.text(f"report.act.{name}", language), inside))
    next_year = tuple(_next_year(report, language))
    if next_year:
        lead = Paragraph(wording.text("report.act.next_lead", language))
        heading = wording.text("report.act.next", language)
        blocks.append(Subsection(heading, (lead, Bullets(next_year))))
    return Section("act", wording.text("report.section.act", language), tuple(blocks))


def _decided(report: ReportInput, language: str) -> Iterator[Block]:
    if report.decisions:
        yield ActionList(tuple(decision_item(one, report, language) for one in report.decisions))
    else:
        title = wording.text("report.act.undecided_title", language)
        yield Callout(title, wording.text("report.act.undecided", language))


def _following(report: ReportInput, language: str) -> Iterator[Block]:
    following = [action for action in report.actions if not action.in_force]
    still = [action for action in following if action.is_open]
    closed = [action for action in following if not action.is_open]
    if report.decisions and not following:
        yield Paragraph(wording.text("report.act.none_follow", language))
    elif not following:
        title = wording.text("report.act.none_title", language)
        yield Callout(title, wording.text("report.act.none", language))
    elif not still:
        yield Paragraph(wording.text("report.act.none_open", language))
    if still:
        yield action_list(still, report, language)
    if closed:
        yield from _closed(closed, report, language)


def _closed(closed: Sequence[Action], report: ReportInput, language: str) -> Iterator[Block]:
    yield Paragraph(wording.plural("report.act.closed", len(closed), language))
    yield action_list(closed, report, language)


def _replies(report: ReportInput, language: str) -> Iterator[Block]:
    """What participants said, and what is done with it or why not now."""
    if report.replies:
        yield ActionList(tuple(_reply(one, report, language) for one in report.replies))


def _reply(one: Reply, report: ReportInput, language: str) -> ActionItem:
    return ActionItem(
        title=wording.text("pdca.source.said", language, said=one.said),
        text=one.what,
        mark=wording.text(f"register.reply_answer.{one.answer}", language),
        id=one.id,
        trail=trail_of(one, report, language),
    )


def _practices(report: ReportInput, language: str) -> Iterator[Block]:
    """The partnership's own good practices, and those of others that may help it."""
    for name, offered in (("own", False), ("offered", True)):
        chosen = [one for one in report.practices if one.offered is offered]
        if chosen:
            yield Paragraph(wording.text(f"report.act.practices_{name}", language))
            yield ActionList(tuple(_practice(one, report, language) for one in chosen))


def _practice(one: Practice, report: ReportInput, language: str) -> ActionItem:
    indicator = indicator_name(report, one.indicator, language) if one.indicator else ""
    facts = (("indicator", indicator), ("context", one.context), ("origin", one.origin))
    return ActionItem(
        title=one.title,
        facts=tuple((wording.text(f"report.fact.{name}", language), value) for name, value in facts if value),
        text=one.what,
        lines=tuple(said for said in (one.evidence, *one.results) if said),
        id=one.id,
        trail=trail_of(one, report, language),
    )


def _open(report: ReportInput, language: str) -> Iterator[Block]:
    waiting = still_open(report)
    if waiting:
        yield ActionList(tuple(open_item(one, report, language) for one in waiting))
    else:
        yield Paragraph(wording.text("pdca.open.nothing", language))


def _proposals(report: ReportInput, language: str) -> Iterator[Block]:
    if not report.proposals:
        yield Paragraph(wording.text("report.summary.no_decisions", language))
        return
    title = wording.text("report.act.proposal_title", language)
    yield Callout(title, wording.text("report.act.people_decide", language))
    yield ActionList(tuple(_proposal(one, report, language) for one in report.proposals))


def _proposal(proposal: Proposal, report: ReportInput, language: str) -> ActionItem:
    name = wording.text("report.fact.evidence", language)
    return ActionItem(
        title=proposal.subject,
        facts=tuple((name, indicator_name(report, part, language)) for part in proposal.evidence),
        text=proposal.why,
        mark=wording.text(f"report.decision.{proposal.kind}", language),
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
