"""Which objects of the cycle a report is about, and where its goals came from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qualitycycle.register.derive import by_id, cycle_of, givers_of
from qualitycycle.register.reach import reach, starts_on
from qualitycycle.report.model import Action, Decision, Finding, Goal
from qualitycycle.report.model_cycle import Reached, Stage
from qualitycycle.vocabulary import TrainingKind
from qualitycycle.workspace.gather.about import About, sessions_of, was_held
from qualitycycle.workspace.gather.stages import stages

BASIC = str(TrainingKind.BASIC)


@dataclass(frozen=True)
class Loop:
    """The objects of a report; see ``ReportInput`` for which these are."""

    goals: tuple[Goal, ...]
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    actions: tuple[Action, ...]
    earlier: tuple[Stage, ...]

    @property
    def here(self) -> set[str]:
        """The ids of everything that has a place in the report."""
        parts = (self.goals, self.findings, self.decisions, self.actions, self.earlier)
        return {one.id for part in parts for one in part}


def loop(about: About, goals: Iterable[Goal]) -> Loop:
    """What belongs to the cycle, what was in force in it, and what all that goes back to."""
    known = stages(about, goals)
    actions = tuple(_actions(about, known))
    known |= {one.id: one for one in actions}
    mine = [one for one in known.values() if one.cycle == about.cycle]
    aims = tuple(
        replace(one, came_from=_came_from(one, known, about.cycle)) for one in mine if isinstance(one, Goal)
    )
    findings = tuple(one for one in mine if isinstance(one, Finding))
    decisions = tuple(one for one in mine if isinstance(one, Decision))
    here: tuple[Stage, ...] = (*aims, *findings, *decisions, *actions)
    return Loop(aims, findings, decisions, actions, tuple(_earlier(here, known, about)))


def _actions(about: About, known: Mapping[str, Stage]) -> Iterator[Action]:
    """The actions that were in force in the cycle, and those that were agreed in it."""
    rows = {row["id"]: row for row in about.view.records["actions"]}
    decisions = by_id(about.view.records["decisions"])
    for one in known.values():
        if not isinstance(one, Action) or _over(one, about):
            continue
        ids = reach(rows[one.id], about.view.sessions, decisions)
        start = starts_on(rows[one.id], decisions) or _first_day(about, ids)
        in_force = one.cycle != about.cycle and _began(start, about)
        if in_force or _agreed(one, rows[one.id], start, about) == about.cycle:
            yield replace(one, in_force=in_force, reached=_reached(about, ids) if in_force else None)


def _agreed(action: Action, row: Mapping[str, Any], start: date | None, about: About) -> str:
    """The cycle an action was agreed in: of its decision, else of its own day; any when it has none."""
    if action.cycle:
        return action.cycle
    day = row["agreed_on"] or start
    return cycle_of(day, about.view.config.settings.cycle.start) if day else about.cycle


def _first_day(about: About, ids: Collection[str]) -> date | None:
    """The first day of the sessions an action names, when nobody said since when it holds."""
    return min((day for id in ids if (day := about.view.sessions[id].first_date)), default=None)


def _over(action: Action, about: About) -> bool:
    """Whether an action was closed before the cycle began."""
    day = action.closed_on
    return day is not None and cycle_of(day, about.view.config.settings.cycle.start) < about.cycle


def _to_begin(action: Action, about: About) -> bool:
    """Whether an action of an earlier decision is not over: not in force, it has yet to begin."""
    return "" < action.cycle < about.cycle and not _over(action, about)


def _began(start: date | None, about: About) -> bool:
    """Whether an action began by the end of the cycle."""
    year = about.view.config.settings.cycle.start
    return start is not None and cycle_of(start, year) <= about.cycle


def _reached(about: About, ids: Collection[str]) -> Reached:
    """On how many of the trainings that were held an action applied; a few trainers are no number."""
    held = [facts for facts in sessions_of(about, _kind(about, ids)) if was_held(facts, about.day)]
    reached = [facts for facts in held if facts.id in ids]
    few = bool(reached) and len(givers_of(reached)) < about.floors.arm_trainers
    return Reached(None if few else len(reached), len(held))


def _kind(about: About, ids: Collection[str]) -> str | None:
    """The kind of training an action is about: basic ones, unless it applies to none of these."""
    kinds = {about.view.sessions[id].kind for id in ids}
    return BASIC if not kinds or BASIC in kinds else None


def _came_from(goal: Goal, known: Mapping[str, Stage], cycle: str) -> tuple[str, ...]:
    """What a goal goes on with: the actions for it, else the nearest earlier object on its indicator."""
    before = [one for one in known.values() if one.cycle and one.cycle < cycle]
    actions = [one for one in before if isinstance(one, Action)]
    if serving := [one.id for one in actions if one.goal == goal.id]:
        return tuple(serving)
    last = max((one.cycle for one in before), default="")
    alike = [one for one in before if one.cycle == last and _about(one, known) == goal.indicator]
    for kind in (Action, Decision, Finding, Goal):
        nearest = [one.id for one in alike if isinstance(one, kind)]
        if nearest:
            return tuple(nearest)
    return ()


def _about(one: Stage, known: Mapping[str, Stage]) -> str:
    """The indicator an object is about; of a decision without one, that of its findings."""
    if one.indicator or not isinstance(one, Decision):
        return one.indicator
    findings = [known[id] for id in one.findings if id in known]
    return next((finding.indicator for finding in findings if finding.indicator), "")


def _earlier(here: Iterable[Stage], known: Mapping[str, Stage], about: About) -> Iterator[Stage]:
    """Everything the objects of a report and the decisions of the cycle before go back to, and what was
    decided earlier but has yet to begin."""
    last = max((one.cycle for one in known.values() if one.cycle < about.cycle), default="")
    told = [one.id for one in here]
    decided = [id for id, one in known.items() if isinstance(one, Decision) and one.cycle == last]
    to_begin = [id for id, one in known.items() if isinstance(one, Action) and _to_begin(one, about)]
    waiting = [*told, *decided, *to_begin]
    came = {one.id: one.before for one in (*known.values(), *here)}
    seen: dict[str, Any] = {}
    while waiting:
        id = waiting.pop()
        if id in known and id not in seen:
            seen[id] = None
            waiting += came[id]
    yield from (known[id] for id in seen if id not in told)
