"""Plan and Do: what was agreed beforehand, and what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qualitycycle import wording
from qualitycycle.figures import coverage_table, numbers
from qualitycycle.report.actions import action_list
from qualitycycle.report.document import (
    ActionItem,
    ActionList,
    Block,
    Callout,
    DataTable,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
    Subsection,
)
from qualitycycle.report.model import Goal, Mentors, ReportInput
from qualitycycle.report.phrases import column, goal_title, indicator_name
from qualitycycle.report.trail import trail_of


def plan(report: ReportInput, language: str) -> Section:
    """The goals of the cycle with their outcome, or that there were none."""
    blocks: list[Block] = [Paragraph(wording.text("report.plan.lead", language), "lead")]
    if report.goals:
        blocks.append(ActionList(tuple(goal_item(goal, report, language) for goal in report.goals)))
    else:
        title = wording.text("report.plan.none_title", language)
        blocks.append(Callout(title, wording.text("report.plan.none", language, cycle=report.cycle)))
    return Section("plan", wording.text("report.section.plan", language), tuple(blocks))


def do(report: ReportInput, language: str) -> Section:
    """Sessions by kind and format, actions in force, trainers by affiliation, registered mentors."""
    coverage = report.coverage
    blocks: list[Block] = [Paragraph(wording.text("report.do.lead", language), "lead")]
    if not coverage.total.held:
        blocks.append(Paragraph(wording.text("report.account.no_sessions", language)))
    if coverage.by_kind:
        blocks.append(coverage_table(coverage.by_kind, language, "kind"))
    if coverage.by_format:
        caption = wording.text("report.do.by_format", language)
        blocks.append(replace(coverage_table(coverage.by_format, language, "format"), caption=caption))
    if coverage.total.held:
        blocks.append(Paragraph(wording.text("report.do.variants", language), "note"))
    actions = tuple(_in_force(report, language))
    blocks.append(Subsection(wording.text("report.do.actions", language), actions))
    blocks.append(
        Subsection(wording.text("report.do.trainers", language), tuple(_trainers(report, language)))
    )
    mentors = tuple(_mentors(report.mentors, language))
    blocks.append(Subsection(wording.text("report.do.mentors", language), mentors))
    return Section("do", wording.text("report.section.do", language), tuple(blocks))


def goal_item(goal: Goal, report: ReportInput, language: str) -> ActionItem:
    """A goal, in its own place in the report, with its outcome and whether it was reached."""
    title, indicator = goal_title(goal, report, language), indicator_name(report, goal.indicator, language)
    facts = [("indicator", indicator)] if indicator != title else []
    if goal.norm is not None:
        facts.append(("norm", numbers.amount(goal.norm, goal.measure, language)))
    if goal.value is not None:
        facts.append(("outcome", _goal_value(goal, report, language)))
    if goal.guarantee:
        facts.append(("guarantee", wording.text(f"terms.guarantee.{goal.guarantee}", language)))
    facts.append(("owner", goal.owner or wording.text("report.unknown", language)))
    facts.append(("agreed_on", numbers.day(goal.agreed_on, language)))
    return ActionItem(
        title=title,
        facts=tuple((wording.text(f"report.fact.{name}", language), value) for name, value in facts),
        text=" ".join(_remarks(goal, language)),
        mark=wording.text(f"report.goal.{goal.met or 'not_measured'}", language),
        urgent=goal.met == "no",
        id=goal.id,
        trail=trail_of(goal, report, language),
    )


def _remarks(goal: Goal, language: str) -> Iterator[str]:
    """Why it cannot be told yet, and that it was agreed too late."""
    value, norm = goal.value, goal.norm
    certain = not numbers.too_uncertain(value, goal.measure)
    if goal.met == "cannot_tell" and value and norm is not None and certain:
        ends = {"low": value.low, "norm": norm, "high": value.high}
        said = {
            name: numbers.amount(end, goal.measure, language) for name, end in ends.items() if end is not None
        }
        if len(said) == len(ends):
            yield wording.text("report.goal.between", language, **said)
    if goal.flagged_late:
        yield wording.text("report.goal.late", language)


def _goal_value(goal: Goal, report: ReportInput, language: str) -> str:
    item = report.measure(goal.indicator)
    value = numbers.if_certain(goal.value, goal.measure, item.sessions if item else None, language)
    if goal.n is None:
        return value
    if goal.indicator == "response_rate":
        n = wording.text("report.goal.participants", language, n=numbers.whole(goal.n, language))
    else:
        unit = "report.goal.trainings" if goal.indicator == "coverage" else "terms.answers"
        n = wording.plural(unit, goal.n, language)
    return wording.text("report.goal.value", language, value=value, n=n)


def _in_force(report: ReportInput, language: str) -> Iterator[Block]:
    """The actions agreed before that ran in this cycle, and on how many trainings."""
    in_force = [action for action in report.actions if action.in_force]
    if in_force:
        yield Paragraph(wording.text("report.do.actions_lead", language))
        yield action_list(in_force, report, language)
    else:
        yield Paragraph(wording.text("report.do.no_actions", language))


def _trainers(report: ReportInput, language: str) -> Iterator[Block]:
    coverage = report.coverage
    if not coverage.trainers:
        yield Paragraph(wording.text("report.do.no_trainers", language))
        return
    rows = tuple(
        (wording.text(f"terms.affiliation.{affiliation}", language), numbers.whole(count, language))
        for affiliation, count in coverage.trainers.items()
    )
    columns = (column("affiliation", language), column("trainers", language, "right"))
    note = wording.text("report.do.trainers_note", language)
    yield DataTable(wording.text("report.do.trainers_table", language), columns, rows, note=note)
    if coverage.train_the_trainer is not None:
        yield Paragraph(wording.plural("report.do.train_the_trainer", coverage.train_the_trainer, language))


def _mentors(mentors: Mentors | None, language: str) -> Iterator[Block]:
    if mentors is None:
        yield Paragraph(wording.text("report.do.no_mentors", language))
        return
    names = ("registered", "trained", "valid", "mentoring_untrained")
    yield KeyFigures(
        tuple(
            KeyFigure(
                numbers.whole(getattr(mentors, name), language),
                wording.text(f"report.mentors.{name}", language),
                wording.text(f"report.mentors.{name}.note", language),
            )
            for name in names
        )
    )
