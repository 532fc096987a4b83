"""The calendar file, read back with the library that calendar programs are tested with."""

from __future__ import annotations

from datetime import UTC, date, datetime

from icalendar import Calendar

from qualitycycle.exporters.ics import Event, calendar_file

STAMP = datetime(2026, 1, 5, 9, tzinfo=UTC)
LONG = "Uitnodigen voor de voormeting: één, twee; drie \\ vier\nen een nieuwe regel " * 3


def events(*keys: str, **more: object) -> list[Event]:
    return [Event(key, date(2026, 2, 27), LONG, "hoe", "soort", **more) for key in keys]  # type: ignore[arg-type]


def read(made: bytes) -> list[dict[str, object]]:
    calendar = Calendar.from_ical(made)
    return [dict(event) for event in calendar.walk("VEVENT")]


def test_the_file_reads_back_as_whole_days_with_every_sign_in_its_text() -> None:
    [event] = read(calendar_file(events("a"), "Kwaliteit", "nl", STAMP))
    assert event["SUMMARY"] == LONG and event["DESCRIPTION"] == "hoe"
    assert event["DTSTART"].dt == date(2026, 2, 27) and event["DTEND"].dt == date(2026, 2, 28)  # type: ignore[attr-defined]
    assert (event["TRANSP"], event["STATUS"]) == ("TRANSPARENT", "CONFIRMED")


def test_lines_are_as_the_standard_wants_them() -> None:
    made = calendar_file(events("a", "b"), "Kwaliteit", "nl", STAMP)
    lines = made.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 for line in lines) and b"\n" not in made.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(made)
    assert calendar["VERSION"] == "2.0" and "PRODID" in calendar
    for event in calendar.walk("VEVENT"):
        assert not event.errors and {"UID", "DTSTAMP", "DTSTART"} <= set(event)


def test_the_same_task_is_the_same_event_in_a_later_file() -> None:
    first = read(calendar_file(events("a", "b"), "Kwaliteit", "nl", STAMP))
    later = read(calendar_file(events("b", "a"), "Quality", "en", STAMP.replace(month=3)))
    assert {str(one["UID"]) for one in first} == {str(one["UID"]) for one in later}
    assert len({str(one["UID"]) for one in first}) == 2


def test_a_cancelled_task_takes_its_event_away() -> None:
    [event] = read(calendar_file(events("a", cancelled=True), "Kwaliteit", "nl", STAMP))
    assert event["STATUS"] == "CANCELLED"


def test_an_empty_calendar_is_a_calendar() -> None:
    assert read(calendar_file([], "Kwaliteit", "nl", STAMP)) == []
