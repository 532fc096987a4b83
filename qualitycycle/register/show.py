"""What the register shows on request: plain rows, one list per subject.

Facts about who gave what and who is certified; nothing here comes from answers.
Values are identifiers, numbers and dates; a renderer translates them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from qualitycycle import wording
from qualitycycle.register.derive import CYCLE_START, by_id, sessions_overview
from qualitycycle.register.tables import AnyRecords, fold_id
from qualitycycle.vocabulary import Variant

SOON = 90
"""Days ahead in which something that expires is named."""


def sessions_shown(records: AnyRecords, cycle_start: str = CYCLE_START) -> list[dict[str, Any]]:
    """One row per session, by first date: what was held, by whom and in which variant.

    Columns: session, training, kind, cycle, first_date, last_date, lead, variant, trainers
    (names, else ids), affiliations, invited, attended, cancelled.

    >>> held = [{"session": "S1", "date": date(2025, 9, 1)}]
    >>> row = sessions_shown({"sessions": [{"id": "S1"}], "meetings": held})[0]
    >>> row["cycle"], row["variant"]
    ('2025-2026', 'unknown')
    """
    names = {
        key: str(row.get("name") or row["id"]) for key, row in by_id(records.get("trainers", ())).items()
    }
    facts = sessions_overview(records, cycle_start).values()
    return [
        {
            "session": session.id,
            "training": session.training,
            "kind": session.kind,
            "cycle": session.cycle,
            "first_date": session.first_date,
            "last_date": session.last_date,
            "lead": session.lead,
            "variant": str(session.variant),
            "trainers": tuple(names.get(fold_id(id), id) for id in session.trainers),
            "affiliations": tuple(str(one) if one else None for one in session.affiliations),
            "invited": session.invited,
            "attended": session.attended,
            "cancelled": session.cancelled,
        }
        for session in sorted(facts, key=lambda one: (one.first_date or date.max, one.id))
    ]


def trainers_shown(
    records: AnyRecords, as_of: date, cycle_start: str = CYCLE_START, within_days: int = SOON
) -> list[dict[str, Any]]:
    """One row per trainer: sessions given on or before ``as_of`` per variant, and BRLO.

    Columns: trainer, name, affiliation, sessions (not cancelled), one count per variant,
    train_the_trainer_on, brlo, brlo_until, brlo_state (see ``validity``).

    >>> register = {"trainers": [{"id": "T1", "brlo_until": date(2025, 1, 1)}]}
    >>> trainers_shown(register, date(2025, 6, 1))[0]["brlo_state"]
    'expired'
    """
    given: dict[str, Counter[str]] = defaultdict(Counter)
    for session in sessions_overview(records, cycle_start).values():
        if session.first_date is not None and session.first_date <= as_of and not session.cancelled:
            for id in session.trainers:
                given[fold_id(id)][str(session.variant)] += 1
    return [
        {
            "trainer": str(row["id"]),
            "name": row.get("name"),
            "affiliation": row.get("affiliation"),
            "sessions": given[key].total(),
            **{str(variant): given[key][str(variant)] for variant in Variant},
            "train_the_trainer_on": row.get("train_the_trainer_on"),
            "brlo": row.get("brlo"),
            "brlo_until": row.get("brlo_until"),
            "brlo_state": validity(row["brlo_until"], as_of, within_days) if row.get("brlo_until") else None,
        }
        for key, row in by_id(records.get("trainers", ())).items()
    ]


def mentors_shown(records: AnyRecords, as_of: date) -> list[dict[str, Any]]:
    """One row per board (None: not recorded): how many mentors are trained on that day.

    Columns: board, mentors, trained (a certificate or proof of attendance that is valid),
    expired (only ones that are not), untrained, mentoring_without (guiding a student now
    without a valid one).

    >>> mentors_shown({"mentors": [{"id": "M1", "board": "A", "mentoring": True}]}, date(2025, 6, 1))
    [{'board': 'A', 'mentors': 1, 'trained': 0, 'expired': 0, 'untrained': 1, 'mentoring_without': 1}]
    """
    states = _training_states(records, as_of)
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for key, row in by_id(records.get("mentors", ())).items():
        state = states.get(key, "untrained")
        counts[row.get("board")].update(["mentors", state])
        if row.get("mentoring") and state != "trained":
            counts[row.get("board")]["mentoring_without"] += 1
    columns = ("mentors", "trained", "expired", "untrained", "mentoring_without")
    ordered = sorted(counts.items(), key=lambda pair: (pair[0] is None, pair[0] or ""))
    return [{"board": board, **{name: count[name] for name in columns}} for board, count in ordered]


def certificates_shown(records: AnyRecords, as_of: date, within_days: int = SOON) -> list[dict[str, Any]]:
    """Certificates that have expired or do so within ``within_days``, soonest first.

    Columns: certificate, person, name, board, kind, issued_on, valid_until, state.

    >>> rows = certificates_shown({"certificates": [
    ...     {"id": "C1", "person": "M1", "valid_until": date(2025, 6, 30)}]}, date(2025, 6, 1))
    >>> rows[0]["state"]
    'expiring'
    """
    people = {**by_id(records.get("trainers", ())), **by_id(records.get("mentors", ()))}
    rows = []
    for row in by_id(records.get("certificates", ())).values():
        until = row.get("valid_until")
        if until is None or validity(until, as_of, within_days) == "valid":
            continue
        person: Mapping[str, Any] = people.get(fold_id(row.get("person")), {})
        rows.append(
            {
                "certificate": str(row["id"]),
                "person": row.get("person"),
                "name": person.get("name"),
                "board": person.get("board"),
                "kind": row.get("kind"),
                "issued_on": row.get("issued_on"),
                "valid_until": until,
                "state": validity(until, as_of, within_days),
            }
        )
    return sorted(rows, key=lambda row: (row["valid_until"], row["certificate"]))


def validity(until: date | None, as_of: date, within_days: int = SOON) -> str:
    """``expired``, ``expiring`` (within so many days) or ``valid``; the last day still counts.

    >>> validity(date(2025, 6, 1), date(2025, 6, 1)), validity(None, date(2025, 6, 1))
    ('expiring', 'valid')
    """
    if until is None or until > as_of + timedelta(days=within_days):
        return "valid"
    return "expired" if until < as_of else "expiring"


def in_words(rows: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """The same rows with identifiers in the reader's words and lists as text; keys stay.

    >>> in_words([{"variant": "school_only", "trainers": ("Noor", "Sem"), "cancelled": False}], "nl")
    [{'variant': 'alleen school', 'trainers': 'Noor, Sem', 'cancelled': 'nee'}]
    """
    return [{name: _worded(name, value, language) for name, value in row.items()} for row in rows]


BRIEF: dict[str, tuple[str, ...]] = {
    "sessions": ("session", "last_date", "variant", "trainers", "attended"),
    "trainers": ("trainer", "name", "affiliation", "sessions", "brlo_until"),
    "mentors": ("board", "mentors", "trained", "expired", "untrained", "mentoring_without"),
    "certificates": ("certificate", "person", "name", "valid_until", "state"),
    "due": ("what", "state", "person", "name", "board", "until", "detail"),
    "requirements": ("trainer", "name", "requirement", "standing", "until"),
    "indicators": ("indicator", "cycle", "partnership", "part", "whole", "share"),
}
"""The columns that fit a terminal, per subject."""


def brief(what: str, rows: Sequence[Mapping[str, Any]], language: str) -> tuple[list[str], list[list[str]]]:
    """Headers and cells for a terminal: the columns in ``BRIEF``, everything in the reader's words.

    ``rows`` are those of ``show`` or of the ``*_shown`` functions; a missing value is "".

    >>> row = {"session": "S1", "last_date": date(2025, 9, 1), "variant": "tandem", "trainers": ("Noor",)}
    >>> headers, cells = brief("sessions", [row], "nl")
    >>> headers
    ['sessie', 'laatste bijeenkomst', 'variant', 'trainers', 'aanwezig']
    >>> cells
    [['S1', '1-9-2025', 'tandem', 'Noor', '']]
    """
    names = BRIEF[what]
    headers = [wording.text(f"register.brief.{what}.{name}", language) for name in names]
    worded = in_words([{name: row.get(name) for name in names} for row in rows], language)
    return headers, [[_cell(row[name], language) for name in names] for row in worded]


def _cell(value: Any, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{100 * value:.0f}%"
    if isinstance(value, date):
        return wording.text(
            "register.brief.date", language, day=value.day, month=value.month, year=value.year
        )
    return str(value)


def _worded(name: str, value: Any, language: str) -> Any:
    if isinstance(value, bool):
        return wording.text("terms.yes" if value else "terms.no", language)
    if isinstance(value, tuple):
        return ", ".join("?" if one is None else str(_worded(name, one, language)) for one in value)
    for terms in _TERMS.get(name, ()):
        if value is not None and wording.has(f"{terms}.{value}", language):
            return wording.text(f"{terms}.{value}", language)
    return value


_TERMS = {
    "kind": ("terms.kind", "register.certificate"),
    "variant": ("terms.variant",),
    "affiliation": ("terms.affiliation",),
    "affiliations": ("terms.affiliation",),
    "state": ("register.state",),
    "brlo_state": ("register.state",),
    "what": ("register.due",),
    "standing": ("register.standing",),
    "indicator": ("register.indicator",),
}


def show(
    what: str,
    records: AnyRecords,
    cycle_start: str,
    language: str,
    as_of: date | None = None,
) -> list[dict[str, Any]]:
    """One of ``SHOWN`` in the reader's words, as it stands on ``as_of`` (today when not given).

    >>> show("certificates", {"certificates": []}, "08-01", "nl")
    []
    """
    day = as_of or date.today()
    rows = {
        "sessions": lambda: sessions_shown(records, cycle_start),
        "trainers": lambda: trainers_shown(records, day, cycle_start),
        "mentors": lambda: mentors_shown(records, day),
        "certificates": lambda: certificates_shown(records, day),
    }
    return in_words(rows[what](), language)


SHOWN: dict[str, Callable[..., list[dict[str, Any]]]] = {
    what: partial(show, what) for what in ("sessions", "trainers", "mentors", "certificates")
}
"""What can be shown: name -> function of (records, cycle start, language[, as of])."""


def _training_states(records: AnyRecords, as_of: date) -> dict[str, str]:
    """Per person with a certificate issued by then: ``trained``, or ``expired`` when all have run out.

    A proof of attendance counts for who has nothing else: it renews no certificate.
    """
    own: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in by_id(records.get("certificates", ())).values():
        if row.get("issued_on") is None or row["issued_on"] <= as_of:
            own[fold_id(row.get("person"))].append(row)
    states = {}
    for person, rows in own.items():
        proper = [row for row in rows if row.get("kind") != "attendance_proof" or row.get("valid_until")]
        counts = any(validity(row.get("valid_until"), as_of, 0) != "expired" for row in proper or rows)
        states[person] = "trained" if counts else "expired"
    return states
