"""Which sessions an action applies to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from qualitycycle.register.derive import SessionFacts
from qualitycycle.register.tables import fold_id


def starts_on(action: Mapping[str, Any], decisions: Mapping[str, Mapping[str, Any]]) -> date | None:
    """The day from which an action holds: its own start, else the day after it was agreed or decided.

    ``decisions`` are keyed by id as compared (``derive.by_id``). None: nobody said when.

    >>> starts_on({"agreed_on": date(2026, 6, 24)}, {})
    datetime.date(2026, 6, 25)
    """
    own: date | None = action.get("starts_on")
    if own is not None:
        return own
    decision = decisions.get(fold_id(action.get("decision")), {})
    agreed: date | None = action.get("agreed_on") or decision.get("decided_on")
    return None if agreed is None else agreed + timedelta(days=1)


def reach(
    action: Mapping[str, Any],
    sessions: Mapping[str, SessionFacts],
    decisions: Mapping[str, Mapping[str, Any]],
) -> tuple[str, ...]:
    """The ids of the sessions an action applies to, by first date.

    Its own ``sessions``; else those its partnership leads, of its ``variant`` when it has one,
    whose first meeting is on or after ``starts_on``. Cancelled sessions and sessions without a
    date are none of them.
    """
    named = {fold_id(id) for id in action.get("sessions") or ()}
    start = starts_on(action, decisions)
    held = [one for one in sessions.values() if one.first_date is not None and not one.cancelled]
    found = [one for one in held if (fold_id(one.id) in named if named else _falls_under(action, one, start))]
    return tuple(one.id for one in sorted(found, key=lambda one: (one.first_date or date.max, one.id)))


def _falls_under(action: Mapping[str, Any], session: SessionFacts, start: date | None) -> bool:
    if start is None or session.first_date is None or session.first_date < start:
        return False
    mine = fold_id(session.lead) == fold_id(action.get("partnership"))
    return mine and action.get("variant") in (None, str(session.variant))
