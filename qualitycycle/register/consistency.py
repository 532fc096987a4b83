"""Rules that compare one part of the register with another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from qualitycycle.findings import Finding, Level
from qualitycycle.register.derive import SessionFacts, is_active, with_periods
from qualitycycle.register.names import same_names
from qualitycycle.register.subject import Subject, oddity, problem
from qualitycycle.register.tables import EARLIEST, LATEST, TABLES, Row, fold_id
from qualitycycle.vocabulary import Affiliation, Variant

_TRAINERS, _SESSIONS = TABLES["trainers"], TABLES["sessions"]
_GIVEN, _MEETINGS = TABLES["session_trainers"], TABLES["meetings"]
_HOMES = ((Affiliation.SCHOOL, "board"), (Affiliation.INSTITUTE, "institute"))
_LONGEST_SESSION_DAYS = 400


def one_code_per_trainer(subject: Subject) -> Iterator[Finding]:
    """A trainer has one code: under two, a team of one person would look like a tandem."""
    named = [row for row in subject.rows("trainers") if row["id"] and row["name"]]
    for at, first in same_names([row["name"] for row in named]).items():
        one, other = named[first], named[at]
        if fold_id(one["id"]) != fold_id(other["id"]):
            codes = ", ".join(sorted((one["id"], other["id"])))
            yield oddity(_TRAINERS, other, "register.same_name", "name", codes=codes)


def homes_of_trainers(subject: Subject) -> Iterator[Finding]:
    """A school trainer belongs to a board, an institute trainer to an institute."""
    for row in _with_id(subject, "trainers"):
        for affiliation, home in _HOMES:
            if row["affiliation"] == affiliation and row[home] is None and home not in row.unread:
                code = f"register.{affiliation}_without_{home}"
                yield oddity(_TRAINERS, row, code, home)


def sessions_have_meetings(subject: Subject) -> Iterator[Finding]:
    """Without a date a session falls in no cycle."""
    planned = {fold_id(row["session"]) for row in subject.rows("meetings")}
    for row, facts in _sessions(subject):
        if fold_id(facts.id) not in planned:
            yield problem(_SESSIONS, row, "register.session_without_meeting", "id")


def meetings_in_order(subject: Subject) -> Iterator[Finding]:
    """The meetings of a session stand in order of date and close together; a slip in a year shows here."""
    for rows in _meetings_by_session(subject).values():
        listed = [row for row in rows if row.line is not None] or rows
        listed.sort(key=lambda row: row.line or 0)
        for before, after in pairwise(listed):
            if after["date"] < before["date"]:
                details = {"session": after["session"], "before": before["date"]}
                yield oddity(_MEETINGS, after, "register.meeting_order", "date", **details)
        first, last = min(row["date"] for row in rows), max(row["date"] for row in rows)
        if (last - first).days > _LONGEST_SESSION_DAYS:
            row = next(row for row in rows if row["date"] == last)
            details = {"session": row["session"], "first": first}
            yield oddity(_MEETINGS, row, "register.meeting_span", "date", **details)


def declared_variants(subject: Subject) -> Iterator[Finding]:
    """A declared variant does not contradict the one that follows from the trainers."""
    for row, facts in _sessions(subject):
        declared = row["declared_variant"]
        if declared is None or declared == facts.variant:
            continue
        if facts.variant is Variant.UNKNOWN:
            code, level = "register.declared_without_trainers", Level.WARNING
        else:
            code, level = f"register.contradicts.{facts.variant}", Level.ERROR
        yield problem(_SESSIONS, row, code, "declared_variant", level=level)


def attendance(subject: Subject) -> Iterator[Finding]:
    """Nobody attends who was not invited, and nobody attends a cancelled session."""
    for row, facts in _sessions(subject):
        if facts.attended is not None and facts.invited is not None and facts.attended > facts.invited:
            code = "register.more_attended_than_invited"
            yield oddity(_SESSIONS, row, code, "attended", invited=facts.invited)
        if facts.cancelled and facts.attended:
            yield oddity(_SESSIONS, row, "register.cancelled_with_attendance", "attended")


def lead_is_not_a_guest(subject: Subject) -> Iterator[Finding]:
    """``shared_with`` names the other partnerships, not the lead."""
    for row, facts in _sessions(subject):
        if facts.lead in facts.shared_with:
            yield oddity(_SESSIONS, row, "register.lead_in_shared", "shared_with")


def trainers_on_their_day(subject: Subject) -> Iterator[Finding]:
    """A trainer was active on the day of the session, and it is known on whose behalf."""
    trainers = with_periods(subject.records)
    sessions = {fold_id(id): facts for id, facts in subject.sessions.items()}
    for row in subject.rows("session_trainers"):
        trainer, facts = trainers.get(fold_id(row["trainer"])), sessions.get(fold_id(row["session"]))
        if trainer is None or facts is None:
            continue
        day = facts.first_date
        inactive = day is not None and not is_active(trainer, day)
        if row["affiliation"] is None and "affiliation" not in row.unread:
            if inactive or trainer["affiliation"] is None:
                yield oddity(_GIVEN, row, "register.affiliation_unknown", "affiliation")
        elif inactive:
            yield oddity(_GIVEN, row, "register.trainer_inactive", "trainer", day=day)


def collections_apart(subject: Subject) -> Iterator[Finding]:
    """An id names a session or a survey, never both: answers belong to exactly one of them."""
    sessions = {fold_id(id) for id in subject.sessions}
    for row in subject.rows("surveys"):
        if row["id"] and fold_id(row["id"]) in sessions:
            yield problem(TABLES["surveys"], row, "register.session_and_survey", "id")


RULES: tuple[Callable[[Subject], Iterable[Finding]], ...] = (
    one_code_per_trainer,
    homes_of_trainers,
    sessions_have_meetings,
    meetings_in_order,
    declared_variants,
    attendance,
    lead_is_not_a_guest,
    trainers_on_their_day,
    collections_apart,
)


def _with_id(subject: Subject, table: str) -> Iterator[Row]:
    """Rows that a sentence can call by their id; a missing id is an error of its own."""
    return (row for row in subject.rows(table) if row["id"] is not None)


def _sessions(subject: Subject) -> Iterator[tuple[Row, SessionFacts]]:
    for row in subject.rows("sessions"):
        if row["id"] in subject.sessions:
            yield row, subject.sessions[row["id"]]


def _meetings_by_session(subject: Subject) -> dict[str, list[Row]]:
    """Meetings whose date makes sense, by session."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in subject.rows("meetings"):
        day: date | None = row["date"]
        if row["session"] and day is not None and EARLIEST <= day <= LATEST:
            found[fold_id(row["session"])].append(row)
    return found
