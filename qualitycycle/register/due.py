"""What runs out, has run out, or is missing among people, per board, as of a day.

A certificate is permanent; how long it counts is a rule of the partnership. So the day until
which it counts is derived, unless the certificate itself says one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from qualitycycle.config import Organisations
from qualitycycle.register.derive import by_id, grouped, is_active, with_periods
from qualitycycle.register.indicators import trainings
from qualitycycle.register.standing import MET, Standing, standings, years_later
from qualitycycle.register.tables import AnyRecords, fold_id
from qualitycycle.vocabulary import TrainingKind

SOON = 90
CERTIFICATE, REQUIREMENT, UNTRAINED = "certificate", "requirement", "untrained"


@dataclass(frozen=True)
class Due:
    """Somebody for whom something must happen.

    ``what``: ``certificate`` (runs out), ``requirement`` (of a trainer: lapses or is missing)
    or ``untrained`` (guides a student without having followed the training). ``state``:
    ``expiring``, ``expired`` or ``missing``. ``until``: the day it runs or ran out.
    ``detail``: the certificate's id or the requirement's code.
    """

    what: str
    state: str
    person: str
    name: str | None
    board: str | None
    until: date | None = None
    detail: str | None = None


def valid_until(
    certificate: Mapping[str, Any], board: str | None, organisations: Organisations
) -> date | None:
    """Until when a certificate counts: the day it says, else its partnership's rule, else for good.

    Of a board in several partnerships with a rule the shortest counts.

    >>> rule = {"name": "A", "boards": ["B"], "certificate_valid_years": 5}
    >>> region = Organisations(partnerships={"A": rule}, boards={"B": {"name": "B"}})
    >>> valid_until({"issued_on": date(2020, 9, 1)}, "B", region)
    datetime.date(2025, 9, 1)
    """
    said, issued = certificate.get("valid_until"), certificate.get("issued_on")
    if said is not None or issued is None or certificate.get("kind") == "attendance_proof":
        day: date | None = said
        return day
    rules = [
        one.certificate_valid_years
        for one in organisations.partnerships.values()
        if board in one.boards and one.certificate_valid_years is not None
    ]
    return years_later(issued, min(rules)) if rules else None


def with_validity(records: AnyRecords, organisations: Organisations) -> dict[str, Any]:
    """The register with the derived ``valid_until`` filled in on every certificate."""
    people = _people(records)
    rows = [
        {**row, "valid_until": valid_until(row, _board(row, people), organisations)}
        for row in records.get("certificates", ())
    ]
    return {**records, "certificates": rows}


def due(records: AnyRecords, organisations: Organisations, as_of: date, within: int = SOON) -> list[Due]:
    """Everything due within so many days of ``as_of``, expired or missing; soonest first.

    Of a person the certificate that counts longest decides; a proof of attendance renews none.
    Who guides a student without having followed the basic training is ``untrained``.
    Requirements are those of trainers who are active on the day.
    """
    found = [
        *_certificates(records, organisations, as_of, within),
        *_untrained(records, as_of),
        *_requirements(records, organisations, as_of, within),
    ]
    return sorted(found, key=lambda one: (one.until or date.max, one.what, one.person))


def tally(found: Iterable[Due]) -> dict[str, int]:
    """How many certificates expire or have expired, how many people guide a student untrained, and
    how many requirements of trainers are missing or run out.

    >>> tally([Due("untrained", "missing", "M1", None, "B")])["untrained"]
    1
    """
    counts = {"expiring": 0, "expired": 0, "untrained": 0, "requirements": 0}
    for one in found:
        counts[{UNTRAINED: "untrained", REQUIREMENT: "requirements"}.get(one.what, one.state)] += 1
    return counts


def state_of(until: date | None, as_of: date, within: int) -> str | None:
    """``expired``, ``expiring`` or None (nothing to do); the last day still counts."""
    if until is None or until > as_of + timedelta(days=within):
        return None
    return "expired" if until < as_of else "expiring"


def _certificates(
    records: AnyRecords, organisations: Organisations, as_of: date, within: int
) -> Iterator[Due]:
    people = _people(records)
    for key, rows in grouped(with_validity(records, organisations)["certificates"], "person").items():
        known = [
            row
            for row in rows
            if (row.get("issued_on") is None or row["issued_on"] <= as_of)
            and (row.get("kind") != "attendance_proof" or row.get("valid_until") is not None)
        ]
        if not known:
            continue
        last = max(known, key=lambda row: row.get("valid_until") or date.max)
        state = state_of(last.get("valid_until"), as_of, within)
        if state is not None:
            yield _about(
                key, people, Due(CERTIFICATE, state, "", None, None, last["valid_until"], str(last["id"]))
            )


def _untrained(records: AnyRecords, as_of: date) -> Iterator[Due]:
    people = _people(records)
    trained = {
        person for person, kind, on in trainings(records) if kind == TrainingKind.BASIC and on <= as_of
    }
    for key, row in by_id(records.get("mentors", ())).items():
        if row.get("mentoring") and key not in trained:
            yield _about(key, people, Due(UNTRAINED, "missing", "", None, None))


def _requirements(
    records: AnyRecords, organisations: Organisations, as_of: date, within: int
) -> Iterator[Due]:
    people, trainers = _people(records), with_periods(records)
    for one in standings(records, organisations, as_of):
        if not is_active(trainers[fold_id(one.trainer)], as_of):
            continue
        state = state_of(one.until, as_of, within) if one.standing in (*MET, Standing.LAPSED) else "missing"
        if one.standing is Standing.LAPSED:
            state = "expired"
        if state is not None:
            key = fold_id(one.trainer)
            yield _about(key, people, Due(REQUIREMENT, state, "", None, None, one.until, one.requirement))


def _about(key: str, people: Mapping[str, Mapping[str, Any]], one: Due) -> Due:
    row = people.get(key, {})
    return replace(one, person=str(row.get("id", key)), name=row.get("name"), board=row.get("board"))


def _people(records: AnyRecords) -> dict[str, Mapping[str, Any]]:
    return {**by_id(records.get("trainers", ())), **by_id(records.get("mentors", ()))}


def _board(row: Mapping[str, Any], people: Mapping[str, Mapping[str, Any]]) -> str | None:
    board: str | None = people.get(fold_id(row.get("person")), {}).get("board")
    return board
