"""What runs out, has run out or is missing, and the yearly figures, counted by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from qualitycycle.config import Organisations
from qualitycycle.register.due import due, tally, valid_until, with_validity
from qualitycycle.register.indicators import indicators

DAY = date(2026, 1, 15)
REGION = Organisations.model_validate(
    {
        "partnerships": {
            "P": {"name": "P", "boards": ["B1"], "certificate_valid_years": 5},
            "Q": {"name": "Q", "boards": ["B2"]},
        },
        "boards": {"B1": {"name": "B1"}, "B2": {"name": "B2"}},
        "requirements": {"practice": {"title": {"nl": "ervaring"}}},
        "roles": {"any": ["practice"]},
    }
)


def mentor(id: str, board: str = "B1", mentoring: bool = True) -> dict[str, Any]:
    return {"id": id, "name": f"Naam {id}", "board": board, "mentoring": mentoring}


def certificate(person: str, issued: date, **more: Any) -> dict[str, Any]:
    return {
        "id": f"C-{person}-{issued}",
        "person": person,
        "kind": "certificate",
        "issued_on": issued,
        **more,
    }


def test_validity_is_a_rule_of_the_partnership_and_a_typed_day_goes_before_it() -> None:
    issued = date(2021, 1, 15)
    assert valid_until(certificate("M1", issued), "B1", REGION) == DAY
    assert valid_until(certificate("M1", issued), "B2", REGION) is None
    typed = certificate("M1", issued, valid_until=date(2022, 1, 1))
    assert valid_until(typed, "B1", REGION) == date(2022, 1, 1)
    assert valid_until({**certificate("M1", issued), "kind": "attendance_proof"}, "B1", REGION) is None
    assert valid_until(certificate("M1", date(2020, 2, 29)), "B1", REGION) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("days", "within", "state"),
    [(-1, 90, "expired"), (0, 90, "expiring"), (90, 90, "expiring"), (91, 90, None), (31, 30, None)],
)
def test_the_last_day_still_counts(days: int, within: int, state: str | None) -> None:
    row = certificate("M1", date(2020, 1, 1), valid_until=DAY + timedelta(days=days))
    found = due({"mentors": [mentor("M1")], "certificates": [row]}, REGION, DAY, within)
    assert [one.state for one in found] == ([state] if state else [])


def test_the_newest_certificate_decides() -> None:
    rows = [certificate("M1", date(2015, 1, 1)), certificate("m1", date(2025, 1, 1))]
    assert due({"mentors": [mentor("M1")], "certificates": rows}, REGION, DAY) == []
    assert [one.state for one in due({"mentors": [mentor("M1")], "certificates": rows[:1]}, REGION, DAY)] == [
        "expired"
    ]


def test_who_guides_without_having_followed_anything_is_named_per_board() -> None:
    records = {
        "mentors": [mentor("M1"), mentor("M2", "B2"), mentor("M3", mentoring=False), mentor("M4")],
        "followed": [{"person": "M4", "kind": "basic", "on": date(2025, 10, 1)}],
        "trainers": [{"id": "T1", "board": "B1"}, {"id": "T2", "active_to": date(2025, 1, 1)}],
    }
    found = due(records, REGION, DAY)
    assert [(one.what, one.person, one.board) for one in found] == [
        ("requirement", "T1", "B1"),
        ("untrained", "M1", "B1"),
        ("untrained", "M2", "B2"),
    ]
    assert tally(found) == {"expiring": 0, "expired": 0, "untrained": 2, "requirements": 1}
    assert tally(due(records, REGION, date(2025, 9, 30)))["untrained"] == 3


def test_a_period_of_activity_decides_whose_requirements_are_due() -> None:
    records = {
        "trainers": [{"id": "T1", "active_from": date(2020, 1, 1)}],
        "active_periods": [
            {"trainer": "T1", "active_from": date(2020, 1, 1), "active_to": date(2025, 12, 31)}
        ],
    }
    assert due(records, REGION, DAY) == []
    assert [one.person for one in due(records, REGION, date(2025, 12, 31))] == ["T1"]


def test_derived_days_are_shown_and_nothing_else_changes() -> None:
    records = {"mentors": [mentor("M1")], "certificates": [certificate("M1", date(2021, 1, 15))]}
    shown = with_validity(records, REGION)
    assert shown["certificates"] == [{**records["certificates"][0], "valid_until": DAY}]
    assert shown["mentors"] is records["mentors"] and "valid_until" not in records["certificates"][0]


def test_the_yearly_figures_by_hand() -> None:
    people = [mentor(f"M{i}") for i in range(12)] + [mentor("M90", mentoring=False), mentor("M91", "B2")]
    records = {
        "mentors": people,
        "meetings": [{"session": "S1", "date": date(2024, 9, 1)}],
        "sessions": [{"id": "S2", "kind": "refresher"}],
        "followed": [{"person": f"M{i}", "kind": "basic", "on": date(2024, 10, 1)} for i in range(8)]
        + [{"person": f"M{i}", "kind": "basic", "on": date(2025, 8, 1)} for i in (8, 9)]
        + [{"person": "M0", "kind": "deepening", "on": date(2025, 9, 1)}],
        "certificates": [
            certificate("M1", date(2025, 11, 1), session="s2"),
            certificate("M10", date(2020, 1, 1)),
        ],
    }
    found = {
        (one.name, one.cycle): (one.part, one.whole, one.share)
        for one in indicators(records, REGION, DAY)
        if one.partnership == "P"
    }
    assert found == {
        ("basic", "2024-2025"): (9, 12, 0.75),
        ("further", "2024-2025"): (None, 9, None),
        ("basic", "2025-2026"): (11, 12, 11 / 12),
        ("further", "2025-2026"): (2, 11, 2 / 11),
    }
    [basic, further] = [one for one in indicators(records, REGION, DAY) if one.partnership == "Q"][2:]
    assert (
        (basic.part, basic.whole, basic.share)
        == (None, None, None)
        == (further.part, further.whole, further.share)
    )


def test_a_proof_of_attendance_does_not_renew_a_certificate() -> None:
    rows = [certificate("M1", date(2015, 1, 1)), certificate("M1", date(2016, 1, 1), kind="attendance_proof")]
    assert [one.state for one in due({"mentors": [mentor("M1")], "certificates": rows}, REGION, DAY)] == [
        "expired"
    ]
    assert due({"mentors": [mentor("M1")], "certificates": rows[1:]}, REGION, DAY) == []


def test_what_one_yearly_figure_hides_the_other_does_not_tell() -> None:
    records = {
        "mentors": [mentor(f"M{i}") for i in range(13)],
        "followed": [{"person": f"M{i}", "kind": "basic", "on": date(2025, 10, 1)} for i in range(4)],
    }
    found = [one for one in indicators(records, REGION, DAY) if one.partnership == "P"]
    assert [(one.part, one.whole, one.share) for one in found] == [(None, 13, None), (None, None, None)]
