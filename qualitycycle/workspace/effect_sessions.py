"""Which sessions an action applies to, which it is compared with, and what it was chosen on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qualitycycle.analysis.effect.model import BEFORE, WITH, WITHOUT
from qualitycycle.analysis.effect.outcome import How, Scope
from qualitycycle.register.derive import SessionFacts, by_id, cycle_of
from qualitycycle.register.reach import reach, starts_on
from qualitycycle.register.tables import fold_id
from qualitycycle.vocabulary import TrainingKind
from qualitycycle.workspace.view import View

Enough = Callable[[Collection[str]], bool]
"""Whether sessions are enough to be looked at together."""


@dataclass(frozen=True)
class Applied:
    """An action in the register: since when, to which sessions, and the cycle it was chosen on.

    ``sessions``: also those still to come; ``judged``: without those that were over before anybody
    agreed on it, whose answers it may have been chosen on; ``kind``: of training.
    """

    row: Mapping[str, Any]
    start: date | None
    sessions: frozenset[str]
    judged: frozenset[str]
    kind: str
    trigger: str | None

    @property
    def partnership(self) -> str:
        """Whose action it is."""
        return str(self.row["partnership"])

    @property
    def is_for_part(self) -> bool:
        """Whether it names sessions or a variant, instead of all its partnership leads."""
        return bool(self.row.get("sessions") or self.row.get("variant"))


@dataclass(frozen=True)
class Arrangement:
    """Sessions in cells, and the triggering ones among them or beside them.

    ``own``: of the baseline and the triggering ones, those of the kind the action is for; the
    others are what the sessions without the action are compared with.
    """

    cells: Mapping[str, str]
    triggering: frozenset[str]
    own: frozenset[str]
    how: How
    scope: Scope | None

    def of(self, cell: str) -> frozenset[str]:
        """The sessions of one cell."""
        return frozenset(id for id, one in self.cells.items() if one == cell)

    @property
    def baseline(self) -> frozenset[str]:
        """The baseline of the sessions with the action."""
        return self.of(BEFORE) & self.own

    @property
    def before_without(self) -> frozenset[str]:
        """The baseline of the sessions without it, as far as it is another one."""
        return self.of(BEFORE) - self.own

    @property
    def groups(self) -> list[frozenset[str]]:
        """The groups of sessions that numbers are told of."""
        return list(self.signed)

    @property
    def signed(self) -> dict[frozenset[str], float]:
        """These groups with the sign each has in the effect."""
        cells = ((self.of(WITH), 1.0), (self.of(WITHOUT), -1.0))
        before = ((self.baseline, -1.0), (self.before_without, 1.0))
        return {ids: sign for ids, sign in (*cells, *before) if ids}


def applied(view: View, row: Mapping[str, Any]) -> Applied:
    """Where an action applies, from when, and what it was chosen on."""
    decisions = by_id(view.records.get("decisions", ()))
    decision = decisions.get(fold_id(row.get("decision")))
    ids = frozenset(reach(row, view.sessions, decisions))
    start = starts_on(row, decisions)
    if start is None and row.get("sessions"):
        start = min((day for id in ids if (day := view.sessions[id].first_date)), default=None)
    kinds = {view.sessions[id].kind for id in ids} - {None}
    kind = kinds.pop() if len(kinds) == 1 else None
    agreed = row.get("agreed_on") or (decision or {}).get("decided_on")
    judged = frozenset(id for id in ids if not _over_before(view.sessions[id], agreed))
    trigger = _trigger(view, row, decision, start)
    return Applied(row, start, ids, judged, str(kind or TrainingKind.BASIC), trigger)


def _over_before(facts: SessionFacts, day: date | None) -> bool:
    return day is not None and facts.last_date is not None and facts.last_date < day


def _trigger(
    view: View, row: Mapping[str, Any], decision: Mapping[str, Any] | None, start: date | None
) -> str | None:
    """The cycle the action was chosen on: the last one with sessions before it began that is not
    later than the latest finding behind its decision, or else than the day it was agreed on. When
    neither is known, one before its own, if there is one."""
    if start is None:
        return None
    wanted = {fold_id(id) for id in (decision or {}).get("findings") or ()}
    found = [one["cycle"] for one in view.records.get("findings", ()) if fold_id(one["id"]) in wanted]
    first = view.config.settings.cycle.start
    agreed = row.get("agreed_on")
    until = max(found, default=None) or (cycle_of(agreed, first) if agreed else None)
    cycles = {
        one.cycle
        for one in view.sessions.values()
        if one.lead == row["partnership"] and one.cycle and one.first_date and one.first_date < start
    }
    now = cycle_of(start, first)
    likely = {cycle for cycle in cycles if (cycle <= until if until else cycle < now)}
    return max(likely or cycles, default=None)


def is_due(view: View, action: Applied, day: date) -> bool:
    """Whether it is time to look: it is due, or the first cycle it applied in is over."""
    due: date | None = action.row.get("due")
    if due is not None and due <= day:
        return True
    start = view.config.settings.cycle.start
    cycles = [view.sessions[id].cycle for id in action.sessions]
    first = min((cycle for cycle in cycles if cycle), default=None)
    return first is not None and first < cycle_of(day, start)


def counted(view: View, kind: str, cycle: str) -> dict[str, SessionFacts]:
    """The sessions of a kind that count as of a cycle: all of it and of those before."""
    return {
        id: one
        for id, one in view.sessions.items()
        if one.kind == kind and not one.cancelled and one.first_date and one.cycle and one.cycle <= cycle
    }


def held(view: View, kind: str, day: date) -> dict[str, SessionFacts]:
    """The sessions of a kind that were held by ``day``."""
    now = cycle_of(day, view.config.settings.cycle.start)
    known = counted(view, kind, now).items()
    return {id: one for id, one in known if one.last_date and one.last_date <= day}


def arrangements(
    sessions: Mapping[str, SessionFacts], action: Applied, treated: Collection[str], enough: Enough
) -> Iterator[Arrangement]:
    """The comparisons that are possible, the best first.

    ``sessions``: those with figures; ``treated``: those some action on the same indicator applies
    to, which are nobody's comparison; what was over before the action was agreed on stands on no side.
    First sessions of the same partnership without the action,
    then those of other partnerships, then only what went before.
    """
    sessions = {id: one for id, one in sessions.items() if id not in action.sessions - action.judged}
    mine = {id for id in action.judged if id in sessions}
    own = {id for id, one in sessions.items() if one.lead == action.partnership}
    variants = {sessions[id].variant for id in mine}
    alike = {id for id, one in sessions.items() if one.variant in variants or not action.is_for_part}
    choices: list[tuple[Scope | None, set[str], str | None]] = [
        ("partnership", own | mine, "variant"),
        ("region", alike | mine, "lead"),
        (None, own & alike | mine, None),
    ]
    for scope, pool, group in choices:
        since = {id for id in pool if _since(sessions[id], action)} - mine
        without = since - set(treated) if scope else set()
        if not enough(mine) or (scope and not enough(without)):
            continue
        before = pool - since - mine
        if found := _arranged(sessions, action.trigger, (mine, without), before, group, enough):
            yield replace(found, scope=scope)


def _since(facts: SessionFacts, action: Applied) -> bool:
    return facts.first_date is not None and action.start is not None and facts.first_date >= action.start


def _arranged(
    sessions: Mapping[str, SessionFacts],
    cycle: str | None,
    since: tuple[Collection[str], Collection[str]],
    before: Collection[str],
    group: str | None,
    enough: Enough,
) -> Arrangement | None:
    """The cells, with the triggering cycle left out of the baseline where enough remains."""
    mine, without = since
    sides = [{_group(sessions[id], group) for id in side} for side in since if side]
    kept = {id for id in before if any(_group(sessions[id], group) in side for side in sides)}
    trigger = frozenset(id for id in kept if sessions[id].cycle == cycle)

    def told(baseline: Collection[str]) -> bool:
        return all(enough([id for id in baseline if _group(sessions[id], group) in side]) for side in sides)

    if not told(kept):
        return None
    left_out = bool(trigger) and told(kept - trigger)
    how: How = "left_out" if left_out else "shrunken" if trigger else "all"
    baseline = kept - trigger if left_out else kept
    cells = {
        **dict.fromkeys(baseline, BEFORE),
        **dict.fromkeys(without, WITHOUT),
        **dict.fromkeys(mine, WITH),
    }
    same = frozenset(id for id in kept if _group(sessions[id], group) in sides[0])
    return Arrangement(cells, trigger, same, how, None)


def _group(facts: SessionFacts, by: str | None) -> Any:
    return getattr(facts, by) if by else None
