"""The day of submission, from whatever a tool or a spreadsheet made of it.

The order (day first or month first) is inferred from the whole column. A part above 12
settles it; else the mapping may say it; else hyphens, dots or the rest of the file may show
that the day stands first. When nothing does, there are no days rather than wrong ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from qualitycycle.cells import distinct
from qualitycycle.findings import Finding, Level

Order = Literal["day_first", "month_first"]

ANONYMISED = date(1980, 1, 1)
"""What LimeSurvey writes when date stamps are anonymised: not a day."""

_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_SERIAL = re.compile(r"(\d{5})([.,]\d+)?")
_CLOCK = re.compile(r"(?<=[ T])(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([AP]M)?", re.IGNORECASE)


def read_days(
    cells: Sequence[Any], rows: Sequence[int], column: str, file: str, day_first: bool | None = None
) -> tuple[list[date | None], list[Finding]]:
    """The day in each cell of one column, and what could not be read.

    Reads datetimes, dates, year-first text, Excel's serial numbers (also as text) and
    text with the year last in the order the whole column agrees on. ``day_first`` decides
    when the column itself does not: what a mapping says, or True when the rest of the file
    shows a country that writes the day first.

    >>> read_days(["4-5-2026 10:59", "13-5-2026 9:00"], [2, 3], "Tijd", "a.csv")[0]
    [datetime.date(2026, 5, 4), datetime.date(2026, 5, 13)]
    >>> days, findings = read_days(["4/5/2026"], [2], "Tijd", "a.csv")
    >>> days, findings[0].code
    ([None], 'reading.ambiguous_days')
    """
    order = infer_order(cells, day_first)
    parsed = {cell: _day(cell, order) for cell in distinct(cells)}
    days = [parsed[cell] for cell in cells]
    findings = []

    def report(code: str, wrong: list[int]) -> None:
        if wrong:
            first = wrong[0]
            findings.append(
                Finding(code, Level.INFO, file, rows[first], column, str(cells[first]), len(wrong))
            )

    missing = [at for at, day in enumerate(days) if day is None and cells[at] is not None]
    unsettled = [at for at in missing if order is None and _parts(cells[at]) is not None]
    mixed = {*map(_shown_order, distinct(cells))} >= {"day_first", "month_first"}
    report("reading.mixed_days" if mixed else "reading.ambiguous_days", unsettled)
    report("reading.unreadable_days", sorted(set(missing) - set(unsettled)))
    report("reading.anonymised_days", [at for at, day in enumerate(days) if day == ANONYMISED])
    return [None if day == ANONYMISED else day for day in days], findings


def seconds_between(
    starts: Sequence[Any], ends: Sequence[Any], day_first: bool | None = None
) -> list[float | None]:
    """How long each form took; None where a moment is missing, unclear or the wrong way round.

    Both columns are written by one tool, so they agree on the order of day and month
    (``day_first`` when they do not show it); where that is not known, start and end must be
    of one day.

    >>> seconds_between(["12/22/2025 11:59:30 AM"], ["12/22/2025 12:01:00 PM"])
    [90.0]
    >>> seconds_between([datetime(2026, 5, 4, 9, 0)], [None])
    [None]
    """
    cells = (cell for column in (starts, ends) for cell in distinct(column))
    texts = {cell for cell in cells if not isinstance(cell, datetime)}
    if not texts:
        return list(map(_seconds, starts, ends))
    order = infer_order(list(texts), day_first)
    moments = {cell: _moment(cell, order or "day_first") for cell in texts}
    written_days = {cell: _parts(cell) for cell in texts} if order is None else {}
    return [
        _seconds(moments.get(start, start), moments.get(end, end))
        if written_days.get(start) == written_days.get(end)
        else None
        for start, end in zip(starts, ends, strict=True)
    ]


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()


def _moment(cell: Any, order: Order) -> datetime | None:
    """The moment in a text; None in anything else."""
    clock = _CLOCK.search(cell) if isinstance(cell, str) else None
    day = _day(cell, order)
    if clock is None or day is None:
        return None
    hour, minute, second = (int(part or 0) for part in clock.groups()[:3])
    if half := clock.group(4):
        hour = hour % 12 + (12 if half.casefold() == "pm" else 0)
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second)
    except ValueError:
        return None


def infer_order(cells: Sequence[Any], day_first: bool | None = None) -> Order | None:
    """Whether the year-last days of a column stand day first or month first.

    A part above 12 settles it; else ``day_first`` does; else dots or hyphens between the
    parts mean day first. None when nothing settles it, or when cells contradict each other.

    >>> infer_order(["4/2/2020 14:51", "5/26/2020 13:30"])
    'month_first'
    >>> infer_order(["4/2/2020", "5/6/2020"]) is None
    True
    >>> infer_order(["4-2-2020", "5-6-2020"])
    'day_first'
    >>> infer_order(["4-2-2020", "5-6-2020"], False)
    'month_first'
    """
    shown: set[Order] = {order for cell in distinct(cells) if (order := _shown_order(cell))}
    if shown:
        return shown.pop() if len(shown) == 1 else None
    if day_first is not None:
        return "day_first" if day_first else "month_first"
    marks = {parts[1] for cell in distinct(cells) if (parts := _parts(cell))}
    return "day_first" if marks and marks <= {".", "-"} else None


def _shown_order(cell: Any) -> Order | None:
    """The order that a cell shows by itself: no month is above 12."""
    parts = _parts(cell)
    if parts is None or (parts[0] > 12) == (parts[2] > 12):
        return None
    return "day_first" if parts[0] > 12 else "month_first"


def _parts(cell: Any) -> tuple[int, str, int, int] | None:
    match = _YEAR_LAST.match(cell.strip()) if isinstance(cell, str) else None
    if match is None:
        return None
    first, mark, second, year = match.groups()
    century = 0 if len(year) == 4 else 2000
    return int(first), mark, int(second), century + int(year)


def _day(cell: Any, order: Order | None) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_serial(int(cell))
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if match := _YEAR_FIRST.match(text):
        return _valid(*(int(part) for part in match.groups()))
    if match := _SERIAL.fullmatch(text):
        return _from_serial(int(match.group(1)))
    parts = _parts(text)
    return None if parts is None else _from_parts(parts, order)


def _from_parts(parts: tuple[int, str, int, int], order: Order | None) -> date | None:
    first, _, second, year = parts
    if order == "day_first" or first == second:
        return _valid(year, second, first)
    return _valid(year, first, second) if order == "month_first" else None


def _from_serial(days: int) -> date | None:
    return _EXCEL_ZERO + timedelta(days=days) if days in _EXCEL_DAYS else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
