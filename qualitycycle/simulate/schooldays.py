"""When sessions take place: school weeks, away from the holidays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np

TERM = ((9, 9), (4, 3))
"""First meetings start between these days (month, day) of a school year."""

HOLIDAYS = (((10, 11), (10, 26)), ((12, 19), (1, 6)), ((2, 13), (3, 1)), ((4, 24), (5, 5)))
"""School holidays (month, day), wide enough for any year of the plan."""

WEEKDAYS = (1, 2, 3)
"""Tuesday to Thursday."""


def is_school_day(day: date) -> bool:
    """Whether a meeting can be on ``day``.

    >>> is_school_day(date(2025, 12, 30)), is_school_day(date(2025, 11, 18))
    (False, True)
    """
    spot = (day.month, day.day)
    for first, last in HOLIDAYS:
        inside = first <= spot <= last if first <= last else spot >= first or spot <= last
        if inside:
            return False
    return day.weekday() in WEEKDAYS


def draw_meetings(rng: np.random.Generator, first_year: int, count: int) -> tuple[date, ...]:
    """The dates of ``count`` meetings, about two weeks apart, in the school year of ``first_year``."""
    start = date(first_year, *TERM[0])
    span = (date(first_year + 1, *TERM[1]) - start).days
    days = [_next_school_day(start + timedelta(days=int(rng.integers(span))))]
    while len(days) < count:
        days.append(_next_school_day(days[-1] + timedelta(days=14)))
    return tuple(days)


def draw_submission(rng: np.random.Generator, day: date) -> tuple[datetime, datetime]:
    """When a form was opened and sent: most at the end of the last meeting, some days later."""
    later = rng.random() < 0.15
    opening = time(19, 0) if later else time(16, 40)
    delay = timedelta(days=int(rng.integers(1, 6)) if later else 0, seconds=int(rng.integers(0, 1500)))
    started = datetime.combine(day, opening) + delay
    return started, started + timedelta(seconds=int(rng.integers(150, 600)))


def _next_school_day(day: date) -> date:
    while not is_school_day(day):
        day += timedelta(days=1)
    return day
