"""Coverage with every denominator named."""

from __future__ import annotations

from datetime import date
from typing import Any

from qualitycycle.analysis.coverage import coverage

AS_OF = date(2026, 7, 31)


def session(id: str, variant: str = "tandem", **facts: Any) -> dict[str, Any]:
    known = {"cancelled": False, "last_date": date(2026, 3, 1), "invited": 14, "attended": 10}
    return {"id": id, "variant": variant, **known, **facts}


SESSIONS = [
    session("S1"),
    session("S2", "institute_only", attended=None),
    session("S3", "institute_only", attended=8),
    session("S4", cancelled=True),
    session("S5", last_date=date(2026, 8, 1)),
    session("S6", last_date=AS_OF, attended=5),
    session("S7", last_date=None),
]
RESPONSES = {
    "S1": {"started": 9, "completed": 7},
    "S2": {"started": 4, "completed": 4},
    "S5": {"started": 3, "completed": 3},
    "S6": {"started": 6, "completed": 6},
}


def test_held_is_past_and_not_cancelled() -> None:
    found = coverage(SESSIONS, RESPONSES, AS_OF)
    assert found["sessions"] == {"held": 4, "evaluated": 3}
    assert found["not_evaluated"] == ["S3"]
    assert found["undated"] == ["S7"]


def test_responses_of_held_sessions_only_and_the_others_listed() -> None:
    found = coverage(SESSIONS, RESPONSES, AS_OF)
    assert (found["responses"], found["completed"]) == (19, 17)
    assert found["not_held_but_answered"] == ["S5"]
    later = coverage(SESSIONS, RESPONSES, date(2026, 8, 1))
    assert (later["sessions"]["held"], later["responses"]) == (5, 22)


def test_response_rate_over_sessions_with_known_attendance() -> None:
    found = coverage(SESSIONS, RESPONSES, AS_OF)
    assert found["response_rate"] == (7 + 0 + 6) / (10 + 8 + 5)
    named = found["denominators"]["response_rate"]
    assert (named["n"], named["completed"], named["sessions"], named["sessions_unknown"]) == (23, 13, 3, 1)
    assert found["more_answers_than_attended"] == ["S6"]


def test_unknown_attendance_has_no_rate() -> None:
    found = coverage([session("S1", attended=None, invited=None)], RESPONSES, AS_OF)
    assert found["response_rate"] is None
    assert found["denominators"]["attended"] == {"n": None, "sessions": 0}
    assert coverage([session("S1", attended=0)], {}, AS_OF)["response_rate"] is None


def test_per_variant_adds_up() -> None:
    found = coverage(SESSIONS, RESPONSES, AS_OF)
    assert found["by_variant"] == {
        "institute_only": {"held": 2, "evaluated": 1, "responses": 4},
        "tandem": {"held": 2, "evaluated": 2, "responses": 15},
    }
    for key in ("held", "evaluated"):
        assert sum(row[key] for row in found["by_variant"].values()) == found["sessions"][key]
    assert sum(row["responses"] for row in found["by_variant"].values()) == found["responses"]


def test_nothing_at_all() -> None:
    found = coverage([], {}, AS_OF)
    assert found["sessions"] == {"held": 0, "evaluated": 0}
    assert found["by_variant"] == {}
    assert found["response_rate"] is None
