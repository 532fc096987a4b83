"""Every action in the best comparison that may be told, as of a cycle; internal, before the gate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

import numpy as np

from qualitycycle.analysis.effect.model import WITH, Effect, effect_of
from qualitycycle.analysis.effect.shrink import shrunken_by
from qualitycycle.register.derive import SessionFacts, cycle_of
from qualitycycle.register.tables import fold_id
from qualitycycle.school_year import cycle_ends
from qualitycycle.workspace.effect_figures import COVERAGE, Figure, figure_of, together, with_relevant
from qualitycycle.workspace.effect_gate import Attacker, Open, Signed, attacker_of
from qualitycycle.workspace.effect_promises import promise_of
from qualitycycle.workspace.effect_sessions import (
    Applied,
    Arrangement,
    applied,
    arrangements,
    counted,
    held,
    is_due,
)
from qualitycycle.workspace.view import View

LEAST = 3
"""So many sessions, by as many trainers, or a group is not looked at."""

Attackers = Mapping[str, Attacker]
"""Per kind of training who knows what was told of it."""


@dataclass(frozen=True)
class Looked:
    """An action with the figure it is about, the best comparison that is possible, and its effect.

    ``beside``: other actions that may have done it. Internal: it has not been through the gate.
    """

    action: Applied
    figure: Figure | None
    sessions: Mapping[str, SessionFacts]
    arranged: Arrangement | None = None
    effect: Effect | None = None
    beside: tuple[str, ...] = ()


def looked_at(view: View, day: date) -> tuple[list[Looked], dict[str, Open]]:
    """Every action as of a day's cycle, and what may be told of it after all that could be asked
    as of the cycles before (the same at every day of a cycle)."""
    start = view.config.settings.cycle.start
    rows = [row for row in view.records.get("actions", ()) if row.get("status") != "dropped"]
    kept = [applied(view, row) for row in rows]
    kept.sort(key=lambda one: (one.start or date.max, one.row["id"]))
    now = cycle_of(day, start)
    attackers: Attackers = {}
    looked, said = list[Looked](), dict[str, Open]()
    for cycle in [*(cycle for cycle in view.cycles() if cycle < now), now]:
        last = cycle_ends(cycle, start)
        looked = _best(view, kept, min(last, day), last, attackers)
        said, attackers = _opened(view, looked, attackers)
    return looked, said


def _best(
    view: View,
    actions: Sequence[Applied],
    day: date,
    due_by: date,
    attackers: Attackers,
) -> list[Looked]:
    """Every action in the best comparison that may be told; in the best one when none may."""
    found = {one.row["id"]: _looked(view, one, actions, day, due_by) for one in actions}
    for passed_over in (1, 2):
        said, _ = _opened(view, found.values(), attackers)
        for one in (one for one in actions if said.get(one.row["id"]) == "nothing"):
            other = _looked(view, one, actions, day, due_by, passed_over)
            if other.arranged is not None:
                found[one.row["id"]] = other
    return list(found.values())


def _looked(
    view: View,
    action: Applied,
    actions: Iterable[Applied],
    day: date,
    due_by: date,
    passed_over: int = 0,
) -> Looked:
    """An action in the best comparison that has an effect, some of the best ones passed over.

    As of the cycle of ``day`` (coverage: of what was held by then), when it is due by ``due_by``.
    """
    indicator = str(action.row["indicator"])
    cycle = cycle_of(day, view.config.settings.cycle.start)
    by_day = held(view, action.kind, day)
    sessions = by_day if indicator == COVERAGE else counted(view, action.kind, cycle)
    figure = figure_of(view, indicator, sessions, action.kind)
    if figure is None or not is_due(view, action, due_by):
        return Looked(action, figure, sessions)
    figure = with_relevant(figure, _relevant(view, action.row))
    known = set(figure.sums.loc[figure.sums["n"] > 0, "session"])
    mine = {id: one for id, one in sessions.items() if id in known}
    same = [other for other in actions if other.row["indicator"] == indicator]
    treated = {id for other in same for id in other.sessions}

    def may_stand(ids: Collection[str]) -> bool:
        return enough(view, [mine[id] for id in set(ids)])

    one = found = Looked(action, figure, mine)
    for arranged in islice(arrangements(mine, action, treated, may_stand), passed_over, None):
        effect = _effect(one, figure, arranged)
        found = replace(one, arranged=arranged, effect=effect)
        if effect is not None:
            break
    return replace(found, beside=_beside(found, same))


def _beside(one: Looked, same: Iterable[Applied]) -> tuple[str, ...]:
    """Other actions on the same figure that apply to some of its sessions and not to its whole baseline."""
    if one.arranged is None:
        return ()
    with_it, before = one.arranged.of(WITH), one.arranged.baseline
    ids = (str(other.row["id"]) for other in same if other.sessions & with_it and before - other.sessions)
    return tuple(id for id in ids if id != one.action.row["id"])


def enough(view: View, sessions: Collection[SessionFacts]) -> bool:
    """Whether these are sessions and trainers enough for a figure."""
    people = {trainer for one in sessions for trainer in one.trainers}
    trainers = max(LEAST, view.config.settings.floors.arm_trainers)
    return len(sessions) >= LEAST and len(people) >= trainers


def _relevant(view: View, row: Mapping[str, Any]) -> float | None:
    """The difference that matters as the action's goal first had it, when that is about the same figure."""
    for goal in view.records.get("goals", ()):
        if fold_id(goal["id"]) == fold_id(row.get("goal")) and goal["indicator"] == row["indicator"]:
            return promise_of(view, "goals", goal, "relevant_difference").first
    return None


def _opened(view: View, looked: Iterable[Looked], attackers: Attackers) -> tuple[dict[str, Open], Attackers]:
    """What may be told of every action, and who knows that; coverage tells nothing of anybody."""
    groups: dict[str, dict[str, Signed]] = {}
    for one in looked:
        if one.arranged and one.figure and one.figure.id != COVERAGE:
            groups.setdefault(one.action.kind, {})[str(one.action.row["id"])] = one.arranged.signed
    said, wiser = dict[str, Open](), dict(attackers)
    for kind, mine in groups.items():
        found, wiser[kind] = (attackers.get(kind) or attacker_of(view, kind)).opened(mine)
        said |= found
    return said, wiser


def _effect(one: Looked, figure: Figure, arranged: Arrangement) -> Effect | None:
    """The effect in one arrangement, against a baseline that allows for how the action was chosen."""
    sums = figure.sums.assign(arm=figure.sums["session"].map(arranged.cells))
    triggering = figure.sums[figure.sums["session"].isin(arranged.triggering)]
    chosen_from = figure.all * _parts(one, arranged)
    found = effect_of(sums.dropna(subset="arm"), triggering, chosen_from=chosen_from)
    if found is None or arranged.how != "shrunken":
        return found
    alike = together(figure, arranged.triggering)
    if alike is None:
        return found
    figures, sessions, at = alike
    own = np.array([id in arranged.own for id in sessions])
    part = len(arranged.triggering & arranged.own) / len(arranged.baseline)
    return found.with_baseline_raised(part * shrunken_by(figures, own, at))


def _parts(one: Looked, arranged: Arrangement) -> int:
    """Among how many kinds of session the action's could have been chosen: 1 when it is for all."""
    if not one.action.is_for_part:
        return 1
    mine = {
        one.sessions[id].variant
        for id in one.sessions
        if one.sessions[id].cycle == one.action.trigger and one.sessions[id].lead == one.action.partnership
    }
    return max(1, len(mine))
