"""The school year as people set it: what is done when, and on which days nobody is at school.

Everything here is a setting (``[calendar]`` in ``config/settings.toml``) or a rule about days;
what is due for which session is ``register.calendar_rules``.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from qualitycycle.instrument import Frozen

WEEKEND = (5, 6)
SOME_YEAR = 2025
"""A year without a leap day: a yearly day must exist in every year."""


def _month_day(text: str) -> str:
    try:
        day_in(text, SOME_YEAR)
    except ValueError:
        raise ValueError("a day of the year as month-day, such as 05-15") from None
    return text


MonthDay = Annotated[str, AfterValidator(_month_day)]
"""A day of every year, as ``05-15``."""


class Holiday(Frozen):
    """Days without school, both included; of these ``partnerships`` (none named: of all)."""

    name: str = ""
    first: date
    last: date
    partnerships: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"{self.name or 'holiday'}: 'last' lies before 'first'")
        return self

    def holds(self, day: date, partnership: str | None) -> bool:
        """Whether a partnership has this holiday on ``day``."""
        return self.first <= day <= self.last and (
            not self.partnerships or partnership is None or partnership in self.partnerships
        )


class CalendarSettings(Frozen):
    """When things are done in the school year (``[calendar]``), and the school holidays.

    ``pre_days`` before the first meeting the pre form goes out; ``post_reminder_days`` after the
    last one a reminder, and ``post_open_days`` after it the form closes. The follow-up goes out
    ``follow_up_months`` after the last meeting (a holiday moves it, never to before
    ``follow_up_from_months``) and stays open ``follow_up_open_days``. The others are days of the
    year: ``goals`` before the cycle, ``student_survey`` and ``draft_report`` in it, ``decisions``
    after it.
    """

    pre_days: int = Field(default=7, ge=1, le=60)
    post_reminder_days: int = Field(default=5, ge=1, le=60)
    post_open_days: int = Field(default=21, ge=1, le=120)
    follow_up_months: int = Field(default=4, ge=1, le=18)
    follow_up_from_months: int = Field(default=3, ge=1, le=18)
    follow_up_open_days: int = Field(default=42, ge=1, le=180)
    goals: MonthDay = "09-01"
    student_survey: MonthDay = "05-15"
    draft_report: MonthDay = "06-15"
    decisions: MonthDay = "09-30"
    holidays: tuple[Holiday, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.follow_up_from_months > self.follow_up_months:
            raise ValueError("'follow_up_from_months' is more than 'follow_up_months'")
        if self.post_reminder_days >= self.post_open_days:
            raise ValueError("'post_reminder_days' must be less than 'post_open_days'")
        return self


def day_in(month_day: str, year: int) -> date:
    """A yearly day in one year; ValueError when it is no such day.

    >>> day_in("05-15", 2026)
    datetime.date(2026, 5, 15)
    """
    month, day = month_day.split("-")
    return date(year, int(month), int(day))


def first_on_or_after(month_day: str, start: date) -> date:
    """The first time a yearly day comes round from ``start`` on.

    >>> first_on_or_after("05-15", date(2025, 8, 1)), first_on_or_after("09-30", date(2026, 8, 1))
    (datetime.date(2026, 5, 15), datetime.date(2026, 9, 30))
    """
    day = day_in(month_day, start.year)
    return day if day >= start else day_in(month_day, start.year + 1)


def cycle_later(cycle: str, cycles: int = 1) -> str:
    """The cycle so many later than one; a negative number is earlier.

    >>> cycle_later("2025-2026"), cycle_later("2025-2026", -3)
    ('2026-2027', '2022-2023')
    """
    year = int(cycle[:4]) + cycles
    return f"{year}-{year + 1}"


def cycle_starts(cycle: str, month_day: str) -> date:
    """The first day of a cycle, when a cycle starts on ``month_day``.

    >>> cycle_starts("2025-2026", "08-01")
    datetime.date(2025, 8, 1)
    """
    return day_in(month_day, int(cycle[:4]))


def cycle_ends(cycle: str, month_day: str) -> date:
    """The last day of a cycle, when a cycle starts on ``month_day``.

    >>> cycle_ends("2025-2026", "08-01")
    datetime.date(2026, 7, 31)
    """
    return cycle_starts(cycle_later(cycle), month_day) - timedelta(days=1)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day when that month is shorter.

    >>> months_later(date(2025, 10, 31), 4)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_school_day(day: date, holidays: Iterable[Holiday], partnership: str | None = None) -> bool:
    """Whether a partnership has people at school on ``day``."""
    return day.weekday() not in WEEKEND and not any(one.holds(day, partnership) for one in holidays)


def nearest_school_day(
    day: date,
    holidays: Sequence[Holiday],
    partnership: str | None = None,
    *,
    earliest: date = date.min,
    latest: date = date.max,
) -> date:
    """The school day nearest to ``day`` between two days; the earlier one of two as near.

    ``day`` itself when there is none within half a year.

    >>> summer = Holiday(first=date(2026, 7, 4), last=date(2026, 8, 16))
    >>> nearest_school_day(date(2026, 7, 20), [summer])
    datetime.date(2026, 7, 3)
    >>> nearest_school_day(date(2026, 7, 20), [summer], earliest=date(2026, 7, 10))
    datetime.date(2026, 8, 17)
    """
    for distance in range(183):
        for step in (-distance, distance):
            there = day + timedelta(days=step)
            if earliest <= there <= latest and is_school_day(there, holidays, partnership):
                return there
    return day
