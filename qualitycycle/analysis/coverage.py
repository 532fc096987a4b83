"""Coverage: of what was held, how much was evaluated, and by how many of those present."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any


def coverage(
    sessions: Sequence[Mapping[str, Any]],
    responses_by_session: Mapping[str, Mapping[str, int]],
    as_of: date,
) -> dict[str, Any]:
    """How many sessions were held and evaluated, and the response, every denominator named.

    ``sessions``: one mapping per session with id, variant, cancelled, last_date, invited,
    attended (None = unknown). ``responses_by_session``: session id -> ``{"started",
    "completed"}`` post responses. A session is *held* when its last meeting was on or before
    ``as_of`` and it was not cancelled; *evaluated* when it was held and has at least one
    post response. ``response_rate`` is completed post responses over attended, over the held
    sessions whose attendance is known (also those nobody evaluated); None when no
    attendance is known.

    Returns sessions {held, evaluated}, responses, completed, response_rate, by_variant
    {variant: {held, evaluated, responses}}, denominators (what each figure is out of), and
    the ids of sessions that need a look: not_evaluated, not_held_but_answered, undated,
    more_answers_than_attended.

    >>> held = {"id": "S1", "variant": "tandem", "cancelled": False,
    ...         "last_date": date(2026, 3, 1), "invited": 14, "attended": 10}
    >>> found = coverage([held], {"S1": {"started": 8, "completed": 7}}, date(2026, 7, 31))
    >>> found["sessions"], found["response_rate"]
    ({'held': 1, 'evaluated': 1}, 0.7)
    """
    current = [s for s in sessions if not s["cancelled"]]
    held = [s for s in current if s["last_date"] is not None and s["last_date"] <= as_of]
    held_ids = {s["id"] for s in held}
    started = {s["id"]: _count(responses_by_session, s["id"], "started") for s in sessions}
    completed = {s["id"]: _count(responses_by_session, s["id"], "completed") for s in sessions}
    evaluated = [s for s in held if started[s["id"]] > 0]
    known = [s for s in held if s["attended"] is not None]
    attended = sum(int(s["attended"]) for s in known)
    answered = sum(completed[s["id"]] for s in known)
    return {
        "sessions": {"held": len(held), "evaluated": len(evaluated)},
        "responses": sum(started[s["id"]] for s in held),
        "completed": sum(completed[s["id"]] for s in held),
        "response_rate": answered / attended if attended else None,
        "by_variant": _by_variant(held, started),
        "denominators": {
            "evaluated": {"of": "sessions held", "n": len(held)},
            "response_rate": {
                "of": "attended, over held sessions with known attendance",
                "n": attended,
                "completed": answered,
                "sessions": len(known),
                "sessions_unknown": len(held) - len(known),
            },
            "invited": _known_sum(held, "invited"),
            "attended": _known_sum(held, "attended"),
        },
        "not_evaluated": _ids(s for s in held if started[s["id"]] == 0),
        "not_held_but_answered": _ids(
            s for s in sessions if s["id"] not in held_ids and started[s["id"]] > 0
        ),
        "undated": _ids(s for s in current if s["last_date"] is None),
        "more_answers_than_attended": _ids(s for s in known if completed[s["id"]] > s["attended"]),
    }


def _count(responses: Mapping[str, Mapping[str, int]], session: str, which: str) -> int:
    return int(responses.get(session, {}).get(which, 0))


def _by_variant(held: Sequence[Mapping[str, Any]], started: Mapping[str, int]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for session in held:
        row = table.setdefault(str(session["variant"]), {"held": 0, "evaluated": 0, "responses": 0})
        row["held"] += 1
        row["evaluated"] += started[session["id"]] > 0
        row["responses"] += started[session["id"]]
    return dict(sorted(table.items()))


def _known_sum(held: Sequence[Mapping[str, Any]], key: str) -> dict[str, int | None]:
    known = [int(s[key]) for s in held if s[key] is not None]
    return {"n": sum(known) if known else None, "sessions": len(known)}


def _ids(sessions: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(str(s["id"]) for s in sessions)
