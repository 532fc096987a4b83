"""Variant, cycle, team: what follows from the register."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitycycle.register.derive import (
    affiliation_on,
    cycle_of,
    givers_of,
    sessions_overview,
    surveys_overview,
)
from qualitycycle.vocabulary import Affiliation, Variant, variant_of
from tests.register.region import sound, with_extra, with_row

S, I, X = Affiliation.SCHOOL, Affiliation.INSTITUTE, Affiliation.EXTERNAL  # noqa: E741


@pytest.mark.parametrize(
    ("affiliations", "variant"),
    [
        ([], Variant.UNKNOWN),
        ([S], Variant.SCHOOL_ONLY),
        ([S, S], Variant.SCHOOL_ONLY),
        ([S, S, S], Variant.SCHOOL_ONLY),
        ([I], Variant.INSTITUTE_ONLY),
        ([I, I], Variant.INSTITUTE_ONLY),
        ([S, I], Variant.TANDEM),
        ([I, S], Variant.TANDEM),
        ([S, S, I], Variant.TANDEM),
        ([X], Variant.OTHER),
        ([S, X], Variant.OTHER),
        ([I, X], Variant.OTHER),
        ([S, I, X], Variant.OTHER),
        ([None], Variant.UNKNOWN),
        ([S, None], Variant.UNKNOWN),
        ([X, None], Variant.OTHER),
    ],
)
def test_variant(affiliations: list[Affiliation | None], variant: Variant) -> None:
    assert variant_of(affiliations) is variant
    assert variant_of(iter(affiliations)) is variant


def test_variant_ignores_order_and_number() -> None:
    for team in product([S, I, X, None], repeat=3):
        assert variant_of(team) is variant_of(reversed(team)) is variant_of(set(team))


@pytest.mark.parametrize(
    ("day", "start", "cycle"),
    [
        (date(2025, 7, 31), "08-01", "2024-2025"),
        (date(2025, 8, 1), "08-01", "2025-2026"),
        (date(2025, 12, 31), "08-01", "2025-2026"),
        (date(2026, 1, 1), "08-01", "2025-2026"),
        (date(2025, 8, 31), "09-01", "2024-2025"),
        (date(2025, 9, 1), "09-01", "2025-2026"),
        (date(2025, 1, 1), "01-01", "2025-2026"),
        (date(2024, 2, 29), "02-29", "2024-2025"),
        (date(2025, 2, 28), "02-29", "2024-2025"),
        (date(2025, 3, 1), "02-29", "2025-2026"),
    ],
)
def test_cycle_boundaries(day: date, start: str, cycle: str) -> None:
    assert cycle_of(day, start) == cycle


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_a_cycle_changes_once_a_year(day: date) -> None:
    year = [cycle_of(day + timedelta(days)) for days in range(365)]
    assert year == sorted(year)
    assert len(set(year)) in (1, 2)


def test_recorded_affiliation_decides() -> None:
    trainer = {"affiliation": "school", "active_from": date(2024, 8, 1), "active_to": date(2025, 7, 31)}
    assert affiliation_on("institute", trainer, date(2030, 1, 1)) is I
    assert affiliation_on(None, trainer, date(2024, 8, 1)) is S
    assert affiliation_on("", trainer, date(2025, 7, 31)) is S


def test_outside_the_active_period_nothing_is_assumed() -> None:
    trainer = {"affiliation": "school", "active_from": date(2024, 8, 1), "active_to": date(2025, 7, 31)}
    assert affiliation_on(None, trainer, date(2024, 7, 31)) is None
    assert affiliation_on(None, trainer, date(2025, 8, 1)) is None
    assert affiliation_on(None, trainer, None) is S
    assert affiliation_on(None, None, date(2025, 1, 1)) is None


def test_session_overview() -> None:
    facts = sessions_overview(sound())["S1"]
    assert (facts.variant, facts.cycle, facts.team) == (Variant.TANDEM, "2025-2026", "T1|T2")
    assert (facts.first_date, facts.last_date) == (date(2025, 9, 10), date(2025, 10, 8))
    assert facts.trainers == ("T1", "T2")
    assert facts.affiliations == (S, I)
    assert facts.contact_hours == 5.5
    assert facts.shared_with == ()
    assert facts.cancelled is False


def test_cycle_follows_the_first_meeting_whatever_the_order_of_rows() -> None:
    records = with_extra("meetings", session="S1", date=date(2025, 7, 30), hours=1.0)
    assert sessions_overview(records)["S1"].cycle == "2024-2025"
    assert sessions_overview(records, "07-01")["S1"].cycle == "2025-2026"


def test_references_are_followed_without_case_and_spelled_as_registered() -> None:
    records = sound()
    records["session_trainers"] = [{"session": "s1", "trainer": "t2"}, {"session": "S1", "trainer": "T2"}]
    records["meetings"] = [{"session": "s1", "date": date(2025, 9, 10)}]
    facts = sessions_overview(records)["S1"]
    assert facts.trainers == ("T2",)
    assert facts.variant is Variant.INSTITUTE_ONLY
    assert facts.cycle == "2025-2026"


def test_affiliation_of_the_day_beats_the_trainers_own() -> None:
    records = with_row("session_trainers", 1, affiliation="school")
    assert sessions_overview(records)["S1"].variant is Variant.SCHOOL_ONLY


def test_a_session_without_anything_is_unknown_and_has_no_cycle() -> None:
    facts = sessions_overview({"sessions": [{"id": "S9"}]})["S9"]
    assert (facts.variant, facts.cycle, facts.team, facts.trainers) == (Variant.UNKNOWN, None, "", ())


def test_a_session_is_of_all_its_partnerships_and_of_none_that_is_blank() -> None:
    shared = sessions_overview({"sessions": [{"id": "S9", "lead": "DUIN", "shared_with": ("VELD",)}]})["S9"]
    assert shared.partnerships == ("DUIN", "VELD")
    assert sessions_overview({"sessions": [{"id": "S9"}]})["S9"].partnerships == ()


def test_sessions_without_trainers_are_each_given_by_somebody_else() -> None:
    records = sound()
    records["sessions"] += [{"id": "S8", "kind": "basic"}, {"id": "S9", "kind": "basic"}]
    facts = sessions_overview(records)
    assert givers_of(facts[id] for id in ("S1", "S8", "S9")) == {"T1", "T2", "/S8", "/S9"}


def test_own_contact_hours_beat_the_meetings() -> None:
    assert sessions_overview(with_row("sessions", contact_hours=12.0))["S1"].contact_hours == 12.0


def test_surveys_overview() -> None:
    survey = surveys_overview({"surveys": [{"id": "E1", "cycle": "2024-2025", "partnership": "DUIN"}]})["E1"]
    assert (survey.partnership, survey.cycle, survey.invited) == ("DUIN", "2024-2025", None)
