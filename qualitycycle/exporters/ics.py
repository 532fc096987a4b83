"""A calendar file (RFC 5545) that any calendar program imports, and imports again.

An event keeps its identity for ever: importing a later file moves or finishes the event that is
there instead of adding a second one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    import icalendar

PRODUCT = "-//qualitycycle//school year//{language}"
NAMESPACE = uuid5(NAMESPACE_URL, "qualitycycle/calendar")


@dataclass(frozen=True)
class Event:
    """A day with something to do. ``key`` makes it the same event in every file.

    ``cancelled`` takes an event away that an earlier file put in somebody's calendar.
    """

    key: str
    day: date
    summary: str
    description: str
    category: str
    cancelled: bool = False

    @property
    def uid(self) -> str:
        """The event's identity: the same for the same key, and it does not show the key.

        >>> Event("pre/S1", date(2025, 9, 1), "", "", "").uid
        '9a5dcdc4-b277-5762-9253-b05ee58d44a7'
        """
        return str(uuid5(NAMESPACE, self.key))


def calendar_file(events: Iterable[Event], title: str, language: str, stamp: datetime) -> bytes:
    """The events as one calendar of whole days that keep nobody's day occupied.

    ``stamp`` (UTC) is when it was made: of two files the later one holds.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT.format(language=language.upper()))
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title, parameters={"language": language})
    calendar.add("x-wr-calname", title)
    for event in events:
        calendar.add_component(_component(event, stamp))
    return bytes(calendar.to_ical())


def _component(event: Event, stamp: datetime) -> icalendar.Event:
    from icalendar import Event as Component

    component = Component()
    component.add("uid", event.uid)
    component.add("dtstamp", stamp)
    component.add("dtstart", event.day)
    component.add("dtend", event.day + timedelta(days=1))
    component.add("summary", event.summary)
    component.add("description", event.description)
    component.add("categories", [event.category])
    component.add("transp", "TRANSPARENT")
    component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    return component
