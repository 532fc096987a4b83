"""Rules on what people have: requirements, certificates, active periods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from qualitycycle.findings import Finding, Level
from qualitycycle.register.derive import by_id, grouped
from qualitycycle.register.subject import Subject, oddity, problem
from qualitycycle.register.tables import TABLES, fold_id

_REQUIREMENTS, _CERTIFICATES = TABLES["requirements"], TABLES["certificates"]
_PERIODS = TABLES["active_periods"]


def assumed_requirements(subject: Subject) -> Iterator[Finding]:
    """What was passed without an assessor and evidence is assumed; that is said, not refused."""
    for row in subject.rows("requirements"):
        if row["state"] == "passed" and not (row["assessed_by"] and row["evidence"]):
            yield problem(_REQUIREMENTS, row, "register.assumed", "evidence", level=Level.INFO)


def certificates_of_sessions(subject: Subject) -> Iterator[Finding]:
    """A certificate belongs to a session that was held, and there is one per person and session."""
    sessions = by_id(subject.records["sessions"])
    first: dict[tuple[str, str, str], str] = {}
    for row in subject.rows("certificates"):
        session = sessions.get(fold_id(row["session"]))
        if session is None:
            continue
        if session.get("cancelled"):
            yield oddity(
                _CERTIFICATES, row, "register.certificate_of_cancelled", "session", session=session["id"]
            )
        key = (fold_id(row["person"]), fold_id(row["session"]), str(row["kind"]))
        other = first.setdefault(key, str(row["id"]))
        if other != str(row["id"]):
            yield oddity(_CERTIFICATES, row, "register.certificate_twice", "session", other=other)


def separate_periods(subject: Subject) -> Iterator[Finding]:
    """The active periods of a trainer do not overlap."""
    for rows in grouped(list(subject.rows("active_periods")), "trainer").values():
        dated = sorted((row for row in rows if row["active_from"]), key=lambda row: row["active_from"])
        for before, after in pairwise(dated):
            if after["active_from"] <= (before["active_to"] or date.max):
                found = next(row for row in subject.rows("active_periods") if row == after)
                yield oddity(
                    _PERIODS, found, "register.periods_overlap", "active_from", other=before["active_from"]
                )


RULES = (assumed_requirements, certificates_of_sessions, separate_periods)
