"""What was recorded about a chart: decisions to begin anew, and actions in force."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from qualitycycle.workspace.trend_decisions import in_force, rebased

DECISION = {
    "id": "B1",
    "partnership": "DUIN",
    "kind": "rebase",
    "what": "Nieuwe opzet",
    "indicator": "TRN3",
    "holds_from": date(2026, 9, 1),
    "decided_on": date(2026, 6, 24),
}
ACTION = {
    "id": "A1",
    "partnership": "DUIN",
    "indicator": "TRN3",
    "what": "Samen oefenen",
    "status": "open",
    "starts_on": date(2026, 9, 1),
    "agreed_on": None,
    "decision": None,
    "closed_on": None,
    "due": date(2027, 6, 30),
}


def view(decisions: list[dict[str, Any]], actions: list[dict[str, Any]]) -> Any:
    return SimpleNamespace(records={"decisions": decisions, "actions": actions})


def test_only_a_decision_of_this_kind_partnership_and_figure() -> None:
    others = [
        {**DECISION, "kind": "adapt"},
        {**DECISION, "partnership": "MEER"},
        {**DECISION, "indicator": "TRN1"},
        {**DECISION, "holds_from": None},
    ]
    looked = view([*others, DECISION, {**DECISION, "id": "B0", "holds_from": date(2025, 9, 1)}], [])
    assert rebased(looked, "TRN3", "DUIN") == (
        (date(2025, 9, 1), "Nieuwe opzet (B0)"),
        (date(2026, 9, 1), "Nieuwe opzet (B1)"),
    )
    assert rebased(looked, "TRN3", None) == ()


def test_an_action_is_in_force_from_its_start_until_it_is_closed_or_due() -> None:
    rows = [
        ACTION,
        {**ACTION, "id": "A2", "status": "done", "closed_on": date(2027, 2, 1)},
        {**ACTION, "id": "A3", "starts_on": None, "decision": "b1", "due": None},
        {**ACTION, "id": "A4", "starts_on": None},
        {**ACTION, "id": "A5", "starts_on": None, "due": None},
        {**ACTION, "id": "A6", "status": "dropped"},
        {**ACTION, "id": "A7", "indicator": "TRN1"},
        {**ACTION, "id": "A8", "partnership": "MEER"},
    ]
    looked = view([DECISION], rows)
    found = [(one.id, one.day, one.until, one.done, one.starts) for one in in_force(looked, "TRN3", "DUIN")]
    assert found == [
        ("A3", date(2026, 6, 25), None, False, True),
        ("A1", date(2026, 9, 1), date(2027, 6, 30), False, True),
        ("A2", date(2026, 9, 1), date(2027, 2, 1), True, True),
        ("A4", date(2027, 6, 30), None, False, False),
    ]
    assert {one.id for one in in_force(looked, "TRN3", None)} == {"A1", "A2", "A3", "A4", "A8"}
