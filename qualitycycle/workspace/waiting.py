"""Answers that wait: two prints of the same cycle, with a few late forms in between, are not subtracted.

Every report is printed from answers that *stand* per session: as they are now, or as they were at an
earlier print. A session moves on when what came and went since every print before is nothing or enough:
per question as many answers as the gate asks, over all sessions of its partnership, cycle and kind
together also of enough trainings and trainers. Until then its answers are read as they were printed,
so that every figure on them, whatever it is made of, is the one that was printed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from qualitycycle.register.derive import givers_of
from qualitycycle.store.kept import STANDS, KeptStore
from qualitycycle.workspace.release import SESSIONS
from qualitycycle.workspace.stored_forms import Form, States, read_states
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

FORM, COMPLETED, PAIRED = "/form", "/completed", "/paired"

What = tuple[str, ...]
"""A moment, then a question or a score, or FORM or COMPLETED; PAIRED: of people who were there before."""

Measured = Mapping[What, int]
"""How many forms there are that answered something."""


@dataclass(frozen=True)
class Stand:
    """Which answers a print counted: those after so many ``events`` of the store (imports and
    retractions), of the sessions in ``held`` after fewer. ``day`` is that of the print."""

    events: int
    held: Mapping[str, int] = field(default_factory=dict)
    day: date = date.min

    def of(self, collection: str) -> int:
        """After how many events a session was counted."""
        return self.held.get(collection, self.events)

    def as_json(self) -> dict[str, Any]:
        """As the stamp of a print keeps it; says nothing of answers or people."""
        return {"events": self.events, "held": dict(sorted(self.held.items()))}


@dataclass(frozen=True)
class Waiting:
    """How a report stands. ``since``: session whose answers wait -> the day of the first print that has
    it as it is counted. ``view`` reads the answers, ``forms`` the forms that came in: these are also
    counted of a session of which nothing was printed."""

    stand: Stand
    view: View
    forms: View
    since: Mapping[str, date] = field(default_factory=dict)


def waiting(workspace: Workspace) -> Waiting:
    """What a print of now counts, given every print of every partnership before."""
    view = take_view(workspace)
    events = workspace.evaluations.history()
    told = [one for one in _told(workspace) if one.events <= len(events)]
    now = Stand(len(events))
    ids = {id for one in told for id in _changed(events, one, now)} & {*view.sessions, *view.surveys}
    if not ids:
        return Waiting(now, view, view)
    groups = {_group(view, id) for id in ids}
    states = read_states(view, events, ids | {id for id in view.sessions if _group(view, id) in groups})
    held = _held(view, states, told, now, ids)
    return _standing(view, states, told, replace(now, held=held))


def on_standing(workspace: Workspace, found: Waiting) -> Workspace:
    """The workspace, seen as a print of now sees it."""
    return replace(workspace, looks={"last": found.view})


def counted(
    events: Sequence[Mapping[str, Any]], stamp: Mapping[str, Any], sessions: Iterable[str]
) -> set[str]:
    """The imports that a print with this stamp counted of these sessions."""
    states, stand = States(events, {}), _stand(stamp[STANDS])
    return {one for id in sessions for one in states.imports(id, stand.of(id))}


def _stand(kept: Mapping[str, Any], day: date = date.min) -> Stand:
    return Stand(kept["events"], kept["held"], day)


def _told(workspace: Workspace) -> list[Stand]:
    """How every print stood, oldest first, each once."""
    found: dict[str, Stand] = {}
    for day, stamp in KeptStore(workspace.root).stamps():
        if (kept := stamp.get(STANDS)) is not None:
            found.setdefault(repr(kept), _stand(kept, day))
    return list(found.values())


def _changed(events: Sequence[Mapping[str, Any]], then: Stand, now: Stand) -> set[str]:
    """The sessions that an import or retraction touched since a print."""
    oldest = min((then.events, *then.held.values()))
    touched = {id for event in events[oldest : now.events] for id in event["collections"]}
    return {id for id in touched if any(id in one["collections"] for one in events[then.of(id) : now.events])}


def _held(
    view: View, states: States, told: Sequence[Stand], now: Stand, ids: Iterable[str]
) -> dict[str, int]:
    """The sessions that stay as they were last printed -> after how many events that was."""
    groups: defaultdict[Hashable, list[str]] = defaultdict(list)
    for id in sorted(ids):
        groups[_group(view, id)].append(id)
    held: dict[str, int] = {}
    for group, members in groups.items():
        if any(_lost(view, states, members, one, now) for one in told):
            held |= {id: 0 for id in view.sessions if _group(view, id) == group}
        else:
            few = _few_in(view, states, members, told, now)
            held |= {id: told[-1].of(id) for id in few if _differs(states, id, told[-1], now)}
    return held


def _group(view: View, id: str) -> Hashable:
    """What is shown together: the sessions of the same partnerships, cycle and kind; a survey alone."""
    facts = view.sessions.get(id)
    if facts is None:
        return id
    return frozenset(facts.partnerships), facts.cycle, facts.kind


def _lost(view: View, states: States, ids: Iterable[str], then: Stand, now: Stand) -> bool:
    """Whether answers under a print are gone for good, and about as many came instead: these could be
    the same ones with a few more, and nothing is left to tell it by."""
    before = {one for id in ids for one in states.imports(id, then.of(id))}
    after = {one for id in ids for one in states.imports(id, now.events)}
    sizes = {one["import_id"]: one["responses"] for one in states.events if one["event"] == "import"}
    gone = sum(sizes[one] for one in before & states.lost)
    step = abs(gone - sum(sizes[one] for one in after - before))
    few: bool = 0 < step < view.config.settings.floors.scores
    return gone > 0 and few


def _differs(states: States, id: str, then: Stand, now: Stand) -> bool:
    return states.forms(id, then.of(id)) != states.forms(id, now.events)


def _few_in(
    view: View, states: States, ids: Iterable[str], told: Iterable[Stand], now: Stand
) -> frozenset[str]:
    """The sessions of a group that may not move on: each by itself, then the others together."""
    steps = [{id: _step(states, id, one, now) for id in ids} for one in told]
    floors = view.config.settings.floors
    few = {id for step in steps for id, one in step.items() if one.shows_few(floors.scores)}
    rest = [{id: one for id, one in step.items() if id not in few} for step in steps]
    if any(_few_together(view, step) for step in rest):
        return frozenset(ids)
    return frozenset(few)


@dataclass(frozen=True)
class Step:
    """Per moment and question how many answers of sessions were printed, came and went since."""

    printed: Measured
    came: Measured
    went: Measured

    @property
    def moments(self) -> frozenset[str]:
        """The moments at which something came or went."""
        return frozenset(what[0] for what in (*self.came, *self.went))

    def few(self, floor: int) -> set[What]:
        """The questions of which something came or went, and too little."""
        return {
            what
            for what in {*self.came, *self.went}
            if max(self.came.get(what, 0), self.went.get(what, 0)) < floor
        }

    def shows_few(self, floor: int) -> bool:
        """Whether a question that was printed would differ by too few answers."""
        return any(self.printed.get(what, 0) >= floor for what in self.few(floor))


def _step(states: States, id: str, then: Stand, now: Stand) -> Step:
    before, after = states.forms(id, then.of(id)), states.forms(id, now.events)
    paired = _paired(before) | _paired(after)
    return Step(*(_measured(forms, paired) for forms in (before, after - before, before - after)))


def _paired(forms: Iterable[Form]) -> set[Form]:
    """The forms of people of whom there is one at another moment as well."""
    moments: defaultdict[str, set[str]] = defaultdict(set)
    coded = [one for one in forms if one.code]
    for one in coded:
        moments[str(one.code)].add(one.moment)
    return {one for one in coded if len(moments[str(one.code)]) > 1}


def _measured(forms: Iterable[Form], paired: Collection[Form]) -> Measured:
    found: Counter[What] = Counter()
    for one in forms:
        for name in (FORM, *one.answers, *([COMPLETED] if one.completed else [])):
            found[one.moment, name] += one.weight
            if one in paired:
                found[one.moment, name, PAIRED] += one.weight
    return found


def _few_together(view: View, steps: Mapping[str, Step]) -> bool:
    """Whether the steps of the sessions of a group are, together, about too few.

    A moment of which nothing was printed needs what a group needs to be shown; what was printed of
    must not differ by too few answers to any question either.
    """
    parts = [(one.printed, one.came, one.went) for one in steps.values()]
    together = Step(*map(_added, zip(*parts, strict=True))) if parts else Step({}, {}, {})
    printed = {what[0] for what in together.printed}
    few = together.few(view.config.settings.floors.scores)
    if any(what[0] in printed or what[1:] == (FORM,) for what in few):
        return True
    return not all(
        _enough_people(view, [id for id, one in steps.items() if moment in one.moments])
        for moment in together.moments
    )


def _added(parts: Iterable[Measured]) -> Measured:
    total: Counter[What] = Counter()
    for one in parts:
        total.update(one)
    return total


def _enough_people(view: View, ids: Iterable[str]) -> bool:
    """Whether these are enough trainings and trainers; a survey has neither."""
    known = [view.sessions[id] for id in ids if id in view.sessions]
    return not known or (
        len(known) >= SESSIONS and len(givers_of(known)) >= view.config.settings.floors.arm_trainers
    )


def _standing(view: View, states: States, told: Sequence[Stand], stand: Stand) -> Waiting:
    """How a report stands on the answers that are held."""
    held = stand.held
    printed = {id: at for id, at in held.items() if any(states.forms(id, one.of(id)) for one in told)}
    since = {id: _first_day(states, told if id in printed else told[-1:], id, at) for id, at in held.items()}
    return Waiting(stand, _read(view, states, held), _read(view, states, printed), since)


def _first_day(states: States, told: Sequence[Stand], id: str, at: int) -> date:
    """The day of the first print that has a session as it was after so many events, else of the last."""
    forms = states.forms(id, at)
    return next((one.day for one in told if states.forms(id, one.of(id)) == forms), told[-1].day)


def _read(view: View, states: States, held: Mapping[str, int]) -> View:
    """The view with these sessions as they were, everything else as it is."""
    if not held:
        return view
    kept = {pair for id, at in held.items() for pair in states.stored(id, at)}
    again = {pair[1] for pair in kept} - {*view.snapshot.visible}
    hidden = {
        pair
        for session, imports in states.rows.items()
        for brought, pairs in imports.items()
        if session in held or brought in again
        for pair in pairs
    }
    return replace(
        view,
        snapshot=replace(
            view.snapshot,
            visible=(*view.snapshot.visible, *sorted(again)),
            superseded=(view.snapshot.superseded | hidden) - kept,
        ),
        memo={},
    )
