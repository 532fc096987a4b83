"""What is due when, on a school year small enough to work out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qualitycycle.config import Organisations
from qualitycycle.register.calendar_rules import (
    KINDS,
    Happened,
    Rules,
    Task,
    action_tasks,
    cycle_tasks,
    expiry_tasks,
    session_tasks,
)
from qualitycycle.register.derive import SurveyFacts, sessions_overview
from qualitycycle.school_year import CalendarSettings, Holiday

AUTUMN = Holiday(first=date(2025, 10, 18), last=date(2025, 10, 26))
SUMMER = Holiday(first=date(2026, 7, 4), last=date(2026, 8, 16))
SETTINGS = CalendarSettings(holidays=(AUTUMN, SUMMER))


def rules(as_of: date, settings: CalendarSettings = SETTINGS) -> Rules:
    return Rules(settings, as_of)


def facts(*rows: tuple[str, str, date, date], **more: Any) -> list[Any]:
    return list(
        sessions_overview(
            {
                "sessions": [{"id": id, "kind": "basic", "lead": lead, **more} for id, lead, *_ in rows],
                "meetings": [
                    {"session": id, "date": day} for id, _, first, last in rows for day in (first, last)
                ],
            }
        ).values()
    )


def by_kind(found: Any) -> dict[str, Task]:
    tasks = list(found)
    assert len({task.kind for task in tasks}) == len(tasks)
    return {task.kind: task for task in tasks}


# Wednesday 5 November to Wednesday 3 December 2025
SESSION = ("S1", "DUIN", date(2025, 11, 5), date(2025, 12, 3))


def test_the_days_of_a_session() -> None:
    found = by_kind(session_tasks(facts(SESSION), Happened(), rules(date(2025, 10, 1))))
    assert {kind: (task.on, task.until) for kind, task in found.items()} == {
        "pre": (date(2025, 10, 29), date(2025, 11, 5)),
        "post": (date(2025, 12, 3), date(2025, 12, 24)),
        "post_reminder": (date(2025, 12, 8), date(2025, 12, 15)),
        "follow_up": (date(2026, 4, 3), date(2026, 5, 15)),
    }
    assert {task.state for task in found.values()} == {"coming"}
    assert {(task.partnership, task.cycle, task.subject) for task in found.values()} == {
        ("DUIN", "2025-2026", "S1")
    }


@pytest.mark.parametrize(
    ("as_of", "states"),
    [
        (date(2025, 10, 28), ("coming", "coming", "coming")),
        (date(2025, 10, 29), ("now", "coming", "coming")),
        (date(2025, 11, 5), ("now", "coming", "coming")),
        (date(2025, 11, 6), ("too_late", "coming", "coming")),
        (date(2025, 12, 24), ("too_late", "now", "coming")),
        (date(2025, 12, 25), ("too_late", "too_late", "coming")),
        (date(2026, 5, 15), ("too_late", "too_late", "now")),
        (date(2026, 5, 16), ("too_late", "too_late", "too_late")),
    ],
)
def test_what_was_not_done_becomes_too_late(as_of: date, states: tuple[str, ...]) -> None:
    found = by_kind(session_tasks(facts(SESSION), Happened(), rules(as_of)))
    assert tuple(found[kind].state for kind in ("pre", "post", "follow_up")) == states


@pytest.mark.parametrize(
    ("moment", "kind"),
    [("pre", "pre"), ("retro_pre", "pre"), ("post", "post"), ("follow_up", "follow_up")],
)
def test_any_response_of_the_moment_makes_it_done(moment: str, kind: str) -> None:
    answered = frozenset({("S1", moment), ("S2", "pre"), ("S2", "post"), ("S2", "follow_up")})
    found = by_kind(session_tasks(facts(SESSION), Happened(answered), rules(date(2026, 7, 1))))
    assert {name for name, task in found.items() if task.state == "done"} == {kind}


def test_a_reminder_is_not_mentioned_after_its_week() -> None:
    before = by_kind(session_tasks(facts(SESSION), Happened(), rules(date(2025, 12, 15))))
    after = by_kind(session_tasks(facts(SESSION), Happened(), rules(date(2025, 12, 16))))
    assert before["post_reminder"].state == "now" and "post_reminder" not in after


def test_an_invitation_moves_out_of_a_holiday_and_stays_before_the_meeting() -> None:
    right_after = ("S2", "DUIN", date(2025, 10, 28), date(2025, 10, 28))
    found = by_kind(session_tasks(facts(right_after), Happened(), rules(date(2025, 9, 1))))
    assert found["pre"].on == date(2025, 10, 17)


def test_a_follow_up_in_summer_comes_before_it_when_three_months_have_passed() -> None:
    early, late = (
        ("S3", "DUIN", date(2026, 3, 4), date(2026, 3, 18)),
        ("S4", "DUIN", *[date(2026, 4, 15)] * 2),
    )
    found = {
        task.subject: task.on
        for task in session_tasks(facts(early, late), Happened(), rules(date(2026, 1, 1)))
        if task.kind == "follow_up"
    }
    assert found == {"S3": date(2026, 7, 3), "S4": date(2026, 8, 17)}


def test_only_what_the_questionnaires_ask() -> None:
    happened = Happened(asked=frozenset({"post"}))
    found = by_kind(session_tasks(facts(SESSION), happened, rules(date(2025, 10, 1))))
    assert set(found) == {"post", "post_reminder"}


def test_a_cancelled_session_keeps_its_tasks_so_that_a_calendar_can_drop_them() -> None:
    found = list(session_tasks(facts(SESSION, cancelled=True), Happened(), rules(date(2025, 10, 1))))
    assert {task.state for task in found} == {"cancelled"}


def test_sessions_of_long_ago_are_left_alone() -> None:
    old = ("S0", "DUIN", date(2023, 11, 1), date(2023, 11, 1))
    assert not list(session_tasks(facts(old), Happened(), rules(date(2025, 10, 1))))


def cycle_states(as_of: date, records: dict[str, Any], happened: Happened | None = None) -> dict[Any, Task]:
    surveys = [SurveyFacts("ST", "DUIN", "2025-2026", None, None)]
    found = cycle_tasks(facts(SESSION), surveys, records, happened or Happened(), rules(as_of))
    return {(task.kind, task.cycle): task for task in found}


def test_the_days_of_a_cycle() -> None:
    found = cycle_states(date(2025, 8, 15), {})
    assert {kind: task.on for (kind, cycle), task in found.items() if cycle == "2025-2026"} == {
        "goals": date(2025, 9, 1),
        "student_survey": date(2026, 5, 15),
        "draft_report": date(2026, 6, 15),
        "decisions": date(2026, 9, 30),
    }
    assert found["goals", "2026-2027"].on == date(2026, 9, 1)
    assert not [key for key in found if key[1] == "2024-2025"], "no session, nothing to look back on"


def test_goals_come_before_the_first_invitation() -> None:
    early = ("S9", "DUIN", date(2025, 9, 3), date(2025, 9, 3))
    found = cycle_tasks(facts(early), [], {}, Happened(), rules(date(2025, 8, 15), CalendarSettings()))
    [goals] = [task for task in found if (task.kind, task.cycle) == ("goals", "2025-2026")]
    assert goals.on == date(2025, 8, 26)


def test_what_makes_the_tasks_of_a_cycle_done() -> None:
    records = {
        "goals": [{"id": "D1", "partnership": "duin", "cycle": "2025-2026"}],
        "findings": [{"id": "B1", "partnership": "DUIN", "cycle": "2025-2026"}],
        "decisions": [{"id": "N1", "partnership": "DUIN", "findings": ("b1",)}],
    }
    happened = Happened(frozenset({("ST", "student")}), frozenset({("DUIN", "2025-2026")}))
    found = cycle_states(date(2026, 7, 1), records, happened)
    done = {kind for (kind, cycle), task in found.items() if task.state == "done" and cycle == "2025-2026"}
    assert done == {"goals", "student_survey", "draft_report", "decisions"}
    undone = cycle_states(date(2026, 10, 1), {})
    assert undone["decisions", "2025-2026"].state == "overdue"
    assert undone["student_survey", "2025-2026"].state == "too_late"
    assert ("goals", "2025-2026") not in undone


def test_a_survey_of_the_region_is_everybodys() -> None:
    surveys = [SurveyFacts("ST", None, "2025-2026", None, None)]
    happened = Happened(frozenset({("ST", "student")}))
    found = cycle_tasks(facts(SESSION), surveys, {}, happened, rules(date(2026, 6, 1)))
    assert next(task.state for task in found if task.kind == "student_survey") == "done"


def action(**values: Any) -> dict[str, Any]:
    return {"id": "A1", "partnership": "DUIN", "what": "meer oefenen", "due": date(2026, 3, 1), **values}


def test_an_action_is_due_and_then_looked_at() -> None:
    found = by_kind(action_tasks({"actions": [action()]}, rules(date(2026, 4, 1))))
    assert (found["action"].on, found["action"].state) == (date(2026, 3, 1), "overdue")
    assert (found["act_check"].on, found["act_check"].state) == (date(2026, 6, 15), "coming")


def test_a_closed_action_that_was_judged_is_done_and_a_dropped_one_is_nothing() -> None:
    judged = {"decisions": [{"id": "N1", "action": "a1", "kind": "adopt"}]}
    found = by_kind(action_tasks({"actions": [action(status="done")], **judged}, rules(date(2026, 7, 1))))
    assert {task.state for task in found.values()} == {"done"}
    assert not list(action_tasks({"actions": [action(status="dropped")]}, rules(date(2026, 7, 1))))
    assert not list(action_tasks({"actions": [action(due=None)]}, rules(date(2026, 7, 1))))


def test_an_action_due_after_the_draft_report_is_looked_at_before_the_decisions() -> None:
    late = action(due=date(2026, 7, 1))
    found = by_kind(action_tasks({"actions": [late]}, rules(date(2026, 7, 1))))
    assert found["act_check"].on == date(2026, 9, 30)


@pytest.mark.parametrize("kind", ["investigate", "rebase"])
def test_a_decision_to_look_further_does_not_judge_an_action(kind: str) -> None:
    decisions = [{"id": "N1", "action": "A1", "kind": kind}]
    found = by_kind(action_tasks({"actions": [action()], "decisions": decisions}, rules(date(2026, 7, 1))))
    assert found["act_check"].state == "overdue"


def test_an_old_open_action_is_still_due_and_an_old_closed_one_is_forgotten() -> None:
    old = action(due=date(2020, 3, 1))
    assert [task.kind for task in action_tasks({"actions": [old]}, rules(date(2026, 7, 1)))] == ["action"]
    assert not list(action_tasks({"actions": [{**old, "status": "done"}]}, rules(date(2026, 7, 1))))


def test_what_runs_out_is_a_month_of_a_board_and_nobody() -> None:
    region = Organisations.model_validate(
        {
            "partnerships": {"DUIN": {"name": "Duin", "boards": ["B1"], "certificate_valid_years": 2}},
            "boards": {"B1": {"name": "B1"}},
        }
    )
    people = [{"id": f"M{n}", "name": f"Jan {n}", "board": "B1"} for n in range(3)]
    papers = [
        {"id": f"C{n}", "person": f"M{n}", "kind": "certificate", "issued_on": day}
        for n, day in enumerate([date(2023, 11, 3), date(2023, 11, 28), date(2024, 2, 1)])
    ]
    found = list(
        expiry_tasks({"mentors": people, "certificates": papers}, region, rules(date(2025, 11, 10)), 90)
    )
    assert [(task.on, task.until, task.state, task.subject) for task in found] == [
        (date(2025, 11, 3), date(2025, 11, 30), "now", "B1"),
        (date(2026, 2, 2), date(2026, 2, 28), "coming", "B1"),
    ]
    assert len({task.key for task in found}) == 2
    assert "Jan" not in str(found) and "M0" not in str(found)


def test_the_key_of_a_task_stays_the_same_while_its_state_changes() -> None:
    days = [date(2025, 9, 1), date(2025, 12, 4), date(2026, 5, 1)]
    keys = [
        {task.key for task in session_tasks(facts(SESSION), Happened(), rules(day)) if task.kind in KINDS}
        for day in days
    ]
    assert keys[0] >= keys[1] >= keys[2] and len(keys[2]) == 3
