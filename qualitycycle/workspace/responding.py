"""Who was invited, attended, started and completed: all four denominators, through the gate."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from qualitycycle.disclosure import Released, hide
from qualitycycle.workspace.view import View

if TYPE_CHECKING:
    from qualitycycle.register.derive import SessionFacts

NAMES = ("invited", "attended", "started", "completed")


@dataclass(frozen=True)
class Denominators:
    """People and forms after a training; None for what is not known or may not be shown.

    ``unknown`` says of how many sessions the register does not say how many were invited and
    how many attended: these are not in the totals.
    """

    invited: int | None
    attended: int | None
    started: int | None
    completed: int | None
    unknown: tuple[int, int] = (0, 0)

    def as_json(self) -> dict[str, int | None]:
        """The four numbers by name."""
        return {name: getattr(self, name) for name in NAMES}


def in_total(view: View, sessions: Iterable[SessionFacts]) -> Denominators:
    """The four numbers of these sessions together."""
    held = list(sessions)
    invited, attended = (
        [n for one in held if (n := getattr(one, name)) is not None] for name in ("invited", "attended")
    )
    started, completed = (sum(_forms(view, one.id, which) for one in held) for which in NAMES[2:])
    enough = started == 0 or started >= view.config.settings.floors.scores
    return Denominators(
        sum(invited) if invited else None,
        sum(attended) if attended else None,
        started if enough else None,
        completed if enough else None,
        (len(held) - len(invited), len(held) - len(attended)),
    )


def per_session(view: View, sessions: Iterable[SessionFacts]) -> dict[str, Denominators]:
    """The four numbers of each session; forms are hidden where few, or where a total gives them away."""
    hidden = _hidden(view)
    return {
        one.id: Denominators(
            one.invited,
            one.attended,
            None if one.id in hidden else _forms(view, one.id, "started"),
            None if one.id in hidden else _forms(view, one.id, "completed"),
        )
        for one in sessions
    }


def _hidden(view: View) -> frozenset[str]:
    """The sessions whose number of forms is never shown, whichever totals somebody asks for."""
    if "hidden sessions" not in view.memo:
        sizes: dict[Hashable, int] = {id: n for id in view.sessions if (n := _forms(view, id, "started"))}
        totals = {frozenset(cell) for cell in _totals([view.sessions[str(id)] for id in sizes])}
        single = [Released(frozenset([id])) for id in sizes]
        cells = single + [
            Released(atoms, fixed=True) for atoms in sorted(totals, key=sorted) if len(atoms) > 1
        ]
        gone = hide(cells, sizes, view.config.settings.floors.scores)
        view.memo["hidden sessions"] = frozenset(str(id) for at, id in enumerate(sizes) if at in gone)
    found: frozenset[str] = view.memo["hidden sessions"]
    return found


def _totals(sessions: list[SessionFacts]) -> Iterable[list[str]]:
    """The sessions behind every total of forms that can be asked for."""
    kinds = {one.kind for one in sessions} | {None}
    cycles = {one.cycle for one in sessions} | {None}
    places = {place for one in sessions for place in one.partnerships} | {None}
    variants = {one.variant for one in sessions} | {None}
    for kind, cycle, place, variant in product(kinds, cycles, places, variants):
        yield [
            one.id
            for one in sessions
            if kind in (None, one.kind)
            and cycle in (None, one.cycle)
            and place in (None, *one.partnerships)
            and variant in (None, one.variant)
        ]


def _forms(view: View, session: str, which: str) -> int:
    return int(view.forms.get(session, {}).get(which, 0))


def as_json(total: Denominators, sessions: dict[str, Denominators]) -> dict[str, Any]:
    """The key ``denominators`` of ``status --json``."""
    return {
        **total.as_json(),
        "invited_unknown": total.unknown[0],
        "attended_unknown": total.unknown[1],
        "by_session": [{"session": id, **one.as_json()} for id, one in sessions.items()],
    }
