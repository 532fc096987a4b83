"""The evidence per guarantee out of one report: what supports, what nuances, what is missing.

A figure is evidence for a discussion, never a verdict. What the interval leaves open is a gap, as
is what nobody measured, agreed or checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from qualitycycle import pdca
from qualitycycle.figures import numbers
from qualitycycle.figures.values import Estimate, Measure
from qualitycycle.report.model import Action, Goal, ItemResult, ReportInput
from qualitycycle.report.model_evidence import Bearings, Evidence, Side
from qualitycycle.vocabulary import Guarantee, Variant

MAJORITY = 0.5
EVERY = tuple(str(one) for one in Guarantee)
OF_REGISTER = {"coverage": ("W4",), "response_rate": ("W4",)}
"""The guarantee of the indicators that are no question."""

EFFECT_SIDES: dict[str, Side] = {
    "effective": "supports",
    "smaller_than_predicted": "supports",
    "no_relevant_effect": "nuances",
    "worse": "nuances",
}
FOUND: dict[str, Side] = {"strength": "supports", "concern": "nuances", "unclear": "gap"}
PROPOSALS = 2
"""So many development points are proposed per guarantee at most."""


def weight(
    item: ItemResult, middle: float | None = None
) -> Literal["supports", "nuances", "both_sides", "too_uncertain", "too_few"]:
    """What a question is worth as evidence.

    It supports when the whole interval of the share favourable lies above one half,
    nuances when it lies below, and shows both sides when it contains one half; of a score
    that has no such share, the mean against the ``middle`` of its scale. An interval that is
    too wide to show says nothing.

    >>> from qualitycycle.report.model import Estimate
    >>> question = ItemResult("A", "A?", "", "", "ordinal", 40, 5, 4, favourable=Estimate(0.8, 0.65, 0.9))
    >>> weight(question)
    'supports'
    """
    measure, figure, limit = _held_against(item, middle)
    if figure is None or figure.low is None or figure.high is None or limit is None:
        return "too_few"
    if numbers.too_uncertain(figure, measure):
        return "too_uncertain"
    if figure.low > limit:
        return "supports"
    return "nuances" if figure.high < limit else "both_sides"


def _held_against(item: ItemResult, middle: float | None) -> tuple[Measure, Estimate | None, float | None]:
    """The measure that is evidence, its figure, and the number it is held against."""
    if item.kind == "score":
        return "mean", item.mean, middle
    return "favourable", item.favourable, MAJORITY


def collect(report: ReportInput, bearings: Bearings) -> tuple[Evidence, ...]:
    """All evidence of a report, in the order in which it is told."""
    told = [
        *_questions(report, bearings),
        *_register(report),
        *_goals(report, bearings),
        *_findings(report, bearings),
        *_actions(report, bearings),
        *_next_goals(report, bearings),
    ]
    return (*told, *_no_goals(told, report), *_once(_proposals(told, report)))


def _questions(report: ReportInput, bearings: Bearings) -> Iterator[Evidence]:
    codes = {"both_sides": "both_sides", "too_uncertain": "uncertain", "too_few": "few"}
    for item in (*report.items, *report.scores, *report.learning.applied):
        middle = bearings.middles.get(item.id)
        said = weight(item, middle)
        measure, figure, limit = _held_against(item, middle)
        shown = said not in ("too_few", "too_uncertain")
        yield Evidence(
            bearings.tags.get(item.id, item.guarantees),
            said if said in ("supports", "nuances") else "gap",
            codes.get(said, "measured"),
            report.cycle,
            item.id,
            item.title,
            item.id,
            measure,
            figure if shown else None,
            item.n if shown else None,
            item.sessions if shown else None,
            item.trainers if shown else None,
            against=limit,
            instrument=bearings.instruments.get(item.id, report.instrument),
        )
    for code, ids in (("elsewhere", bearings.elsewhere), ("not_measured", bearings.not_asked)):
        for id in ids:
            title = bearings.titles.get(id, id)
            yield Evidence(bearings.tags.get(id, ()), "gap", code, report.cycle, id, title, id)


def _register(report: ReportInput) -> Iterator[Evidence]:
    total, cycle = report.coverage.total, report.cycle
    held = total.held or 0
    if not held:
        yield Evidence(EVERY, "gap", "nothing_held", cycle)
        return
    by = {row.group: row.held or 0 for row in report.coverage.by_variant}
    yield _counted("W2", "tandem", cycle, by.get(str(Variant.TANDEM), 0), held)
    if unknown := by.get(str(Variant.UNKNOWN), 0):
        yield Evidence(("W2", "W3"), "gap", "variant_unknown", cycle, count=unknown, total=held)
    yield from _people(report)
    evaluated = total.evaluated or 0
    yield _counted("W4", "coverage", cycle, evaluated, held, pdca.COVERAGE_NORM)
    if evaluated < held:
        yield Evidence(("W4",), "gap", "not_evaluated", cycle, count=held - evaluated, total=held)
    yield _response(report)
    yield from _doing(report)


def _counted(
    guarantee: str, code: str, cycle: str, count: int, total: int, norm: float | None = None
) -> Evidence:
    """A count of the register: it supports from the norm on, without one as more than half."""
    enough = count > MAJORITY * total if norm is None else count >= norm * total
    side: Side = "supports" if enough else "nuances"
    return Evidence((guarantee,), side, code, cycle, count=count, total=total, against=norm)


def _people(report: ReportInput) -> Iterator[Evidence]:
    """What the register says of the trainers and the mentors."""
    cycle, certified = report.cycle, report.coverage.train_the_trainer
    trainers = sum(report.coverage.trainers.values())
    if certified is not None and trainers:
        yield _counted("W3", "train_the_trainer", cycle, certified, trainers)
    else:
        yield Evidence(("W3",), "gap", "train_the_trainer_unknown", cycle)
    mentors = report.mentors
    if mentors is not None and mentors.registered and mentors.valid is not None:
        yield _counted("W3", "mentors", cycle, mentors.valid, mentors.registered)
    else:
        yield Evidence(("W3",), "gap", "mentors_unknown", cycle)


def _response(report: ReportInput) -> Evidence:
    total, cycle = report.coverage.total, report.cycle
    if total.response_rate is None:
        return Evidence(("W4",), "gap", "response_unknown", cycle)
    side: Side = "supports" if total.response_rate >= pdca.RESPONSE_NORM else "nuances"
    answered = total.completed if total.answered is None else total.answered
    return Evidence(
        ("W4",),
        side,
        "response",
        cycle,
        indicator="response_rate",
        measure="favourable",
        value=Estimate(total.response_rate),
        n=answered,
        total=total.attended,
        against=pdca.RESPONSE_NORM,
    )


def _doing(report: ReportInput) -> Iterator[Evidence]:
    """What was done with it: actions closed and checked, practices shared."""
    cycle, actions = report.cycle, report.actions
    if actions:
        closed = sum(not action.is_open for action in actions)
        yield _counted("W4", "actions_closed", cycle, closed, len(actions))
    else:
        yield Evidence(("W4",), "gap", "no_actions", cycle)
    if actions and not {one.id for one in actions} & {one.action for one in report.effects}:
        yield Evidence(("W4",), "gap", "no_action_checked", cycle)
    if shared := [one for one in report.practices if not one.offered]:
        yield Evidence(("W4",), "supports", "practices", cycle, count=len(shared))


def _goals(report: ReportInput, bearings: Bearings) -> Iterator[Evidence]:
    for goal in report.goals:
        met = goal.met
        side: Side = "supports" if met == "yes" else "nuances" if met == "no" else "gap"
        code = f"goal_{met}" if met else "goal_unmeasured"
        shown = goal.value if met else None
        yield Evidence(
            _of_goal(goal, bearings),
            side,
            code,
            report.cycle,
            goal.id,
            goal.text or bearings.titles.get(goal.indicator, goal.indicator),
            goal.indicator,
            goal.measure,
            shown,
            goal.n if shown else None,
            against=goal.norm,
        )


def _of_goal(goal: Goal, bearings: Bearings) -> tuple[str, ...]:
    return (goal.guarantee,) if goal.guarantee else _of_indicator(goal.indicator, bearings)


def _of_indicator(indicator: str, bearings: Bearings) -> tuple[str, ...]:
    return OF_REGISTER.get(indicator) or bearings.tags.get(indicator, ())


def _of_object(goal: str, indicator: str, report: ReportInput, bearings: Bearings) -> tuple[str, ...]:
    """The guarantee of the goal that an object serves, else those of its indicator."""
    goals = [one for one in report.stages if isinstance(one, Goal) and one.id == goal]
    return _of_goal(goals[0], bearings) if goals else _of_indicator(indicator, bearings)


def _findings(report: ReportInput, bearings: Bearings) -> Iterator[Evidence]:
    actions = {one.id: one for one in report.stages if isinstance(one, Action)}
    for one in report.findings:
        action = actions.get(one.action)
        about = one.indicator or (action.indicator if action else "")
        goal = one.goal or (action.goal if action else "")
        tags = _of_object(goal, about, report, bearings)
        side, code = FOUND[one.kind], f"finding_{one.kind}"
        yield Evidence(tags, side, code, report.cycle, one.id, one.what, about)


def _actions(report: ReportInput, bearings: Bearings) -> Iterator[Evidence]:
    effects = {one.action: one for one in report.effects}
    for action in report.actions:
        tags = _of_object(action.goal, action.indicator, report, bearings)
        about = (report.cycle, action.id, action.what, action.indicator)
        effect = effects.get(action.id)
        if effect is not None:
            side = EFFECT_SIDES.get(effect.verdict, "gap")
            after = effect.after
            yield Evidence(
                tags,
                side,
                f"effect_{effect.verdict}",
                *about,
                measure=effect.deciding,
                value=effect.measured,
                sessions=after.sessions if after else None,
                trainers=after.trainers if after else None,
                against=effect.predicted,
            )
        elif not action.is_open:
            yield Evidence(tags, "gap", "action_unchecked", *about)
        if action.is_open:
            yield Evidence(tags, "point", "action", *about)


def _next_goals(report: ReportInput, bearings: Bearings) -> Iterator[Evidence]:
    for id, text, indicator, guarantee in bearings.next_goals:
        tags = (guarantee,) if guarantee else _of_indicator(indicator, bearings)
        title = text or bearings.titles.get(indicator, indicator)
        yield Evidence(tags, "point", "goal", report.cycle, id, title, indicator)


def _no_goals(told: Iterable[Evidence], report: ReportInput) -> Iterator[Evidence]:
    """A guarantee for which nothing was agreed for this cycle."""
    with_goal = {tag for one in told if one.code.startswith("goal_") for tag in one.guarantees}
    without = tuple(tag for tag in EVERY if tag not in with_goal)
    if without:
        yield Evidence(without, "gap", "no_goal", report.cycle)


def _once(proposals: Iterable[Evidence]) -> Iterator[Evidence]:
    """Each proposal once, with every guarantee it serves."""
    found: dict[tuple[str, str], Evidence] = {}
    for one in proposals:
        before = found.get(one.key)
        tags = (*before.guarantees, *one.guarantees) if before else one.guarantees
        found[one.key] = replace(one, guarantees=tags)
    yield from found.values()


def _proposals(told: list[Evidence], report: ReportInput) -> Iterator[Evidence]:
    for guarantee in EVERY:
        mine = [one for one in told if guarantee in one.guarantees]
        points = [one for one in mine if one.side == "point"]
        taken = {one.indicator for one in points}
        open_ends = [one for one in mine if one.side == "nuances" and _needs_a_point(one, taken)]
        asked = sorted(open_ends, key=_how_low)[:PROPOSALS]
        for one in asked:
            yield _proposal(guarantee, "propose_look", one)
        if not points and not asked:
            yield from _about_a_gap(guarantee, mine, report)


def _needs_a_point(one: Evidence, taken: set[str]) -> bool:
    return not one.indicator or one.indicator not in taken


def _how_low(one: Evidence) -> float:
    """The lower a share, the sooner somebody should look; what has no figure comes last."""
    return one.value.value if one.value and one.is_question else float("inf")


def _proposal(guarantee: str, code: str, about: Evidence) -> Evidence:
    """A development point nobody agreed on yet, about what it should answer to."""
    return Evidence(
        (guarantee,),
        "point",
        code if about.text else f"propose_{about.code}",
        about.cycle,
        about.reference,
        about.text,
        about.indicator,
        proposed=True,
    )


def _about_a_gap(guarantee: str, mine: list[Evidence], report: ReportInput) -> Iterator[Evidence]:
    """The first question without an answer; else what holds for the whole guarantee."""
    questions = [one for one in mine if one.side == "gap" and one.is_question]
    if questions:
        yield _proposal(guarantee, "propose_measure", questions[0])
    elif any(one.side == "gap" for one in mine):
        yield Evidence((guarantee,), "point", "propose_goal", report.cycle, proposed=True)
