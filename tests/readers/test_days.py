"""The day of submission, in every spelling a tool or a spreadsheet leaves behind."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitycycle.readers.days import infer_order, read_days, seconds_between

MAY_4 = date(2026, 5, 4)


def days_of(cells: list[Any]) -> tuple[list[date | None], dict[str, int]]:
    days, findings = read_days(cells, range(2, 2 + len(cells)), "Tijd", "export.csv")
    return days, {found.code: found.count for found in findings}


@pytest.mark.parametrize(
    "cell",
    [
        datetime(2026, 5, 4, 13, 29),
        MAY_4,
        46146,
        46146.561,
        "46146",
        "46146,561",
        "2026-05-04",
        " 2026-05-04 13:29:55 ",
        "2026-05-04T13:29:55.123+02:00",
        "2026/05/04 1:12:00 PM GMT+2",
        "4.5.2026 13:29",
    ],
)
def test_one_cell_is_enough(cell: Any) -> None:
    assert days_of([cell]) == ([MAY_4], {})


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["4-5-2026 10:59:37", "13-5-2026 9:00"], [MAY_4, date(2026, 5, 13)]),
        (["5/4/2026 8:41", "5/26/2026"], [MAY_4, date(2026, 5, 26)]),
        (["5/4/26 13:12:00", "12/24/25 8:41"], [MAY_4, date(2025, 12, 24)]),
        (["5/4/2026 07:33:13 AM", "12/22/2025 07:33:13 AM"], [MAY_4, date(2025, 12, 22)]),
        (["5/5/2026", None], [date(2026, 5, 5), None]),
        (["4-5-2026 10:59", "5-5-2026"], [MAY_4, date(2026, 5, 5)]),
        (["04-05-2026"], [MAY_4]),
        (["05-04-2026", "05-26-2026"], [MAY_4, date(2026, 5, 26)]),
    ],
)
def test_the_column_settles_the_order(cells: list[Any], expected: list[date | None]) -> None:
    assert days_of(cells) == (expected, {})


def test_no_day_rather_than_a_wrong_one() -> None:
    assert days_of(["4/5/2026", "5/4/2026", "6/6/2026"]) == (
        [None, None, date(2026, 6, 6)],
        {"reading.ambiguous_days": 2},
    )


def test_the_rest_of_the_file_decides_when_the_column_does_not() -> None:
    assert read_days(["4/5/2026"], [2], "Tijd", "a.csv", day_first=True) == ([MAY_4], [])
    assert read_days(["5/4/2026", "5/26/2026"], [2, 3], "Tijd", "a.csv", day_first=True)[0][0] == MAY_4
    assert infer_order(["13-5-2026", "5-26-2026"], True) is None


def test_what_a_mapping_says_decides_when_the_column_does_not() -> None:
    assert read_days(["4/5/2026"], [2], "Tijd", "a.csv", day_first=False) == ([date(2026, 4, 5)], [])
    assert read_days(["4-5-2026"], [2], "Tijd", "a.csv", day_first=False) == ([date(2026, 4, 5)], [])
    assert read_days(["4/5/2026", "13/5/2026"], [2, 3], "Tijd", "a.csv", day_first=False)[0][0] == MAY_4


def test_cells_that_contradict_each_other_settle_nothing() -> None:
    cells = ["13/5/2026", "5/26/2026", "4/5/2026"]
    for told in (None, True, False):
        assert infer_order(cells, told) is None
    days, (found,) = read_days(cells, [2, 3, 4], "Tijd", "a.csv", day_first=True)
    assert days == [None] * 3
    assert (found.code, found.count) == ("reading.mixed_days", 3)


def test_what_is_no_day() -> None:
    days, codes = days_of(["morgen", "2026-13-45", True, 7, "2026-05-04", None])
    assert days == [None, None, None, None, MAY_4, None]
    assert codes == {"reading.unreadable_days": 4}


def test_an_anonymised_date_stamp_is_no_day() -> None:
    assert days_of(["1980-01-01 00:00:00"] * 3) == ([None] * 3, {"reading.anonymised_days": 3})


def test_findings_name_the_first_row_and_value() -> None:
    _, (found,) = read_days([None, "4/5/2026", "5/4/2026"], [2, 3, 9], "Tijd", "a.csv")
    assert (found.row, found.column, found.value, found.count) == (3, "Tijd", "4/5/2026", 2)
    assert not found.is_error


@given(
    st.lists(st.dates(date(1990, 1, 1), date(2060, 12, 31)), min_size=1),
    st.sampled_from(["%d-%m-%Y", "%d/%m/%Y %H:%M", "%d.%m.%Y"]),
)
def test_day_first_columns_come_back_or_stay_blank(days: list[date], pattern: str) -> None:
    read, _ = days_of([day.strftime(pattern) for day in days])
    settled = any(day.day > 12 for day in days) or "/" not in pattern
    for day, found in zip(days, read, strict=True):
        assert found == (day if settled or day.day == day.month else None)


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        (datetime(2026, 5, 3, 23, 58), datetime(2026, 5, 4, 0, 7), 540.0),
        ("2018-05-11 07:25:02", "2018-05-11 07:28:33", 211.0),
        ("2026-05-03T23:59:59.5+02:00", "2026-05-04T00:00:09+02:00", 10.0),
        ("12/22/2025 11:59:30 AM", "12/22/2025 12:00:30 PM", 60.0),
        ("12/22/2025 12:00:30 AM", "12/22/2025 1:00:30 AM", 3600.0),
        ("4/5/2026 9:00", "4/5/2026 9:05", 300.0),
        ("4/5/2026 23:59", "5/5/2026 0:05", None),  # a day or a month
        ("13-5-2026 23:59", "14-5-2026 0:05", 360.0),
        ("13-5-2026 10:00", "13-5-2026 9:00", None),
        ("13-5-2026", "13-5-2026", None),
        ("13-5-2026 10:00", None, None),
        ("13-5-2026 99:00", "13-5-2026 99:10", None),
    ],
)
def test_how_long_it_took(start: Any, end: Any, seconds: float | None) -> None:
    assert seconds_between([start], [end]) == [seconds]


@pytest.mark.parametrize(("day_first", "seconds"), [(None, None), (True, 360.0), (False, 29 * 86400 + 360.0)])
def test_what_a_mapping_says_measures_over_midnight(day_first: bool | None, seconds: float | None) -> None:
    assert seconds_between(["4/5/2026 23:59"], ["5/5/2026 0:05"], day_first) == [seconds]
