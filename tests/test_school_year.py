"""Days of the school year: settings that are refused, and the nearest day somebody is at school."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitycycle.config import load_config
from qualitycycle.register.derive import cycle_of
from qualitycycle.school_year import (
    CalendarSettings,
    Holiday,
    cycle_ends,
    cycle_later,
    cycle_starts,
    first_on_or_after,
    is_school_day,
    months_later,
    nearest_school_day,
)
from tests.test_config import edit, refused, root

__all__ = ["root"]

SUMMER = Holiday(name="zomer", first=date(2026, 7, 4), last=date(2026, 8, 16))
OWN = Holiday(name="studieweek", first=date(2026, 3, 2), last=date(2026, 3, 6), partnerships=("DUIN",))


def test_the_shipped_days_are_the_defaults(root: Path) -> None:
    assert load_config(root).settings.calendar == CalendarSettings()


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ('goals = "09-01"', 'goals = "02-30"', "calendar.goals"),
        ('decisions = "09-30"', 'decisions = "30 september"', "calendar.decisions"),
        ("pre_days = 7", "pre_days = 0", "calendar.pre_days"),
        ("follow_up_from_months = 3", "follow_up_from_months = 9", "calendar"),
        ("post_reminder_days = 5", "post_reminder_days = 40", "calendar"),
        ("pre_days", "pre_day", "calendar.pre_day"),
        (
            "holidays = []",
            'holidays = [{ name = "zomer", first = 2026-08-16, last = 2026-07-04 }]',
            "calendar.holidays.0",
        ),
        (
            "holidays = []",
            'holidays = [{ first = 2026-07-04, last = 2026-08-16, partnerships = ["DUINN"] }]',
            "calendar.holidays.1",
        ),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_its_key(root: Path, old: str, new: str, column: str) -> None:
    edit(root, "settings.toml", old, new)
    [found] = refused(root)
    assert (found.file, found.column) == ("config/settings.toml", column)


def test_a_holiday_is_read_and_concerns_whom_it_names(root: Path) -> None:
    edit(
        root,
        "settings.toml",
        "holidays = []",
        'holidays = [{ first = 2026-03-02, last = 2026-03-06, partnerships = ["DUIN"] }]',
    )
    [holiday] = load_config(root).settings.calendar.holidays
    day = date(2026, 3, 4)
    assert not is_school_day(day, [holiday], "DUIN") and is_school_day(day, [holiday], "VELD")
    assert not is_school_day(day, [holiday])


def test_the_nearest_school_day() -> None:
    saturday = date(2026, 3, 7)
    assert nearest_school_day(saturday, []) == date(2026, 3, 6)
    assert nearest_school_day(saturday, [], earliest=saturday) == date(2026, 3, 9)
    assert nearest_school_day(saturday, [OWN], "DUIN") == date(2026, 3, 9)
    assert nearest_school_day(date(2026, 8, 14), [SUMMER]) == date(2026, 8, 17)
    endless = Holiday(first=date(2020, 1, 1), last=date(2030, 1, 1))
    assert nearest_school_day(saturday, [endless]) == saturday


@given(st.dates(date(2025, 8, 1), date(2027, 7, 31)))
def test_the_nearest_school_day_is_one_and_none_is_nearer(day: date) -> None:
    found = nearest_school_day(day, [SUMMER, OWN], "DUIN")
    assert is_school_day(found, [SUMMER, OWN], "DUIN")
    away = abs((found - day).days)
    assert not any(
        is_school_day(day + timedelta(days=step), [SUMMER, OWN], "DUIN") for step in range(-away + 1, away)
    )


@given(st.dates(date(2000, 1, 1), date(2079, 1, 1)), st.integers(0, 30))
def test_months_later_is_in_that_month(day: date, months: int) -> None:
    found = months_later(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1


def test_a_yearly_day_comes_round() -> None:
    assert first_on_or_after("08-01", date(2025, 8, 1)) == date(2025, 8, 1)
    assert first_on_or_after("07-31", date(2025, 8, 1)) == date(2026, 7, 31)


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.sampled_from(["01-01", "08-01", "09-01", "12-31"]))
def test_a_cycle_holds_its_days_and_the_next_begins_the_day_after(day: date, start: str) -> None:
    cycle = cycle_of(day, start)
    assert cycle_starts(cycle, start) <= day <= cycle_ends(cycle, start)
    last = cycle_ends(cycle, start)
    assert (cycle_of(last, start), cycle_of(last + timedelta(days=1), start)) == (cycle, cycle_later(cycle))
