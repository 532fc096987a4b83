"""How many responses carry each flag, through the gate."""

from __future__ import annotations

from collections.abc import Mapping

from qualitycycle import counts
from qualitycycle.checking import RULES
from qualitycycle.workspace.release import Group, released_groups
from qualitycycle.workspace.view import View


def flag_totals(view: View, kind: str | None, group: Group) -> dict[str, int | None]:
    """Per flag the responses of a group of sessions that carry it, of all moments.

    None where there are some and their number may not be shown: too few, of too few sessions
    or trainers, or to be worked out from what else is shown. Every flag is looked at by itself,
    as answers are.
    """
    found: dict[str, int | None] = {}
    for name in RULES:
        mine = {
            id: n
            for id, n in _per_session(view, kind).get(name, {}).items()
            if group.holds(view.sessions[id])
        }
        n = sum(mine.values())
        found[name] = n if not n or group in _shown(view, kind, name) else None
    return found


def _per_session(view: View, kind: str | None) -> Mapping[str, Mapping[str, int]]:
    key = ("flags", kind)
    if key not in view.memo:
        view.memo[key] = counts.flag_counts(view.snapshot, view.sessions, kind=kind, moment=None)
    found: Mapping[str, Mapping[str, int]] = view.memo[key]
    return found


def _shown(view: View, kind: str | None, name: str) -> frozenset[Group]:
    key = ("flags shown", kind, name)
    if key not in view.memo:
        sessions = [one for one in view.sessions.values() if kind in (None, one.kind)]
        per_session = _per_session(view, kind).get(name, {})
        view.memo[key] = released_groups(sessions, per_session, view.config.settings.floors)
    found: frozenset[Group] = view.memo[key]
    return found
