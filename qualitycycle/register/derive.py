"""What follows from the register and is therefore never typed: variant, cycle, team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qualitycycle.register.tables import TABLES, AnyRecords, complete, fold_id
from qualitycycle.vocabulary import Affiliation, Variant, variant_of

CYCLE_START = "08-01"


@dataclass(frozen=True)
class SessionFacts:
    """One session with everything the register says and implies about it.

    ``trainers`` are sorted ids, ``affiliations`` stand parallel to them (None: not known
    on whose behalf). ``team`` is the trainers as one text, ``t1|t2``. ``contact_hours``
    are the session's own, else the sum of its meetings' hours. ``cycle`` and the dates
    are None while no meeting is known.
    """

    id: str
    training: str | None
    kind: str | None
    series: str | None
    lead: str | None
    shared_with: tuple[str, ...]
    boards: tuple[str, ...]
    format: str | None
    contact_hours: float | None
    invited: int | None
    registered: int | None
    attended: int | None
    cancelled: bool
    first_date: date | None
    last_date: date | None
    cycle: str | None
    trainers: tuple[str, ...]
    affiliations: tuple[Affiliation | None, ...]
    variant: Variant
    team: str

    @property
    def partnerships(self) -> tuple[str, ...]:
        """Whose session it is: the partnership that leads it, and those it is shared with."""
        return tuple(filter(None, (self.lead, *self.shared_with)))

    @property
    def givers(self) -> tuple[str, ...]:
        """Its trainers, to count people by; while none is known, somebody nobody else is."""
        return self.trainers or (f"/{self.id}",)


@dataclass(frozen=True)
class SurveyFacts:
    """A survey that belongs to no session; ``partnership`` None is the whole region."""

    id: str
    partnership: str | None
    cycle: str | None
    title: str | None
    invited: int | None


def cycle_of(day: date, start: str = CYCLE_START) -> str:
    """The cycle (school year) a day falls in; ``start`` is its first day as month-day.

    >>> cycle_of(date(2025, 7, 31)), cycle_of(date(2025, 8, 1)), cycle_of(date(2025, 8, 31), "09-01")
    ('2024-2025', '2025-2026', '2024-2025')
    """
    month, first = (int(part) for part in start.split("-"))
    year = day.year if (day.month, day.day) >= (month, first) else day.year - 1
    return f"{year}-{year + 1}"


def is_active(trainer: Mapping[str, Any], day: date) -> bool:
    """Whether a day lies within an active period of the trainer (open ends are open).

    The periods on the sheet ``active_periods`` (see ``with_periods``) go before the
    trainer's own two columns.

    >>> is_active({"active_from": date(2025, 1, 1), "active_to": None}, date(2024, 12, 31))
    False
    """
    for period in trainer.get("periods") or (trainer,):
        starts, ends = period.get("active_from"), period.get("active_to")
        if (starts is None or starts <= day) and (ends is None or day <= ends):
            return True
    return False


def with_periods(records: AnyRecords) -> dict[str, Mapping[str, Any]]:
    """The trainers by id as compared, each with its rows of ``active_periods`` as ``periods``."""
    periods = grouped(records.get("active_periods", ()), "trainer")
    return {
        key: {**row, "periods": periods.get(key, [])}
        for key, row in by_id(records.get("trainers", ())).items()
    }


def affiliation_on(
    recorded: str | None, trainer: Mapping[str, Any] | None, day: date | None
) -> Affiliation | None:
    """On whose behalf a trainer gave a session whose first meeting was on ``day``.

    What is recorded with the session decides. Left blank, it is the trainer's own, as long
    as the day lies in the trainer's active period: what the trainer was before or after
    that, the register does not say (None).

    >>> affiliation_on(None, {"affiliation": "school"}, date(2025, 9, 1)).value
    'school'
    >>> affiliation_on("institute", {"affiliation": "school"}, date(2025, 9, 1)).value
    'institute'
    """
    if recorded:
        return _affiliation(recorded)
    if trainer is None or (day is not None and not is_active(trainer, day)):
        return None
    return _affiliation(trainer.get("affiliation"))


def sessions_overview(records: AnyRecords, cycle_start: str = CYCLE_START) -> dict[str, SessionFacts]:
    """Every session by its id, as spelled on the sheet of sessions.

    References are followed without regard to case; rows that refer to nothing are left
    to the checks. A session registered twice counts as its first row.

    >>> facts = sessions_overview({
    ...     "trainers": [{"id": "T1", "affiliation": "school"}, {"id": "T2", "affiliation": "institute"}],
    ...     "sessions": [{"id": "S1", "kind": "basic", "lead": "DUIN"}],
    ...     "meetings": [{"session": "S1", "date": date(2025, 9, 10)}],
    ...     "session_trainers": [{"session": "S1", "trainer": "T2"}, {"session": "s1", "trainer": "t1"}],
    ... })["S1"]
    >>> facts.variant.value, facts.cycle, facts.team
    ('tandem', '2025-2026', 'T1|T2')
    """
    trainers = with_periods(records)
    meetings = grouped(records.get("meetings", ()), "session")
    given = grouped(records.get("session_trainers", ()), "session")
    return {
        row["id"]: _session(
            complete(TABLES["sessions"], row),
            meetings.get(key, []),
            given.get(key, []),
            trainers,
            cycle_start,
        )
        for key, row in by_id(records.get("sessions", ())).items()
    }


def givers_of(sessions: Iterable[SessionFacts]) -> set[str]:
    """Everybody who gave these sessions, to count people by."""
    return {giver for session in sessions for giver in session.givers}


def surveys_overview(records: AnyRecords) -> dict[str, SurveyFacts]:
    """Every survey by its id.

    >>> surveys_overview({"surveys": [{"id": "E1", "cycle": "2024-2025", "invited": 231}]})["E1"].invited
    231
    """
    rows = by_id(records.get("surveys", ())).values()
    surveys = (SurveyFacts(**complete(TABLES["surveys"], row)) for row in rows)
    return {survey.id: survey for survey in surveys}


def by_id(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Rows by their id as compared; blank ids are left out, of two equal ids the first stays."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if key := fold_id(row.get("id")):
            found.setdefault(key, row)
    return found


def grouped(rows: Iterable[Mapping[str, Any]], column: str) -> dict[str, list[Mapping[str, Any]]]:
    """Rows by the id in ``column``, as compared."""
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[fold_id(row.get(column))].append(row)
    return groups


def _session(
    row: Mapping[str, Any],
    meetings: list[Mapping[str, Any]],
    given: list[Mapping[str, Any]],
    trainers: Mapping[str, Mapping[str, Any]],
    cycle_start: str,
) -> SessionFacts:
    dates = sorted(meeting["date"] for meeting in meetings if meeting.get("date"))
    first = dates[0] if dates else None
    team = _team(given, trainers, first)
    hours = [meeting["hours"] for meeting in meetings if meeting.get("hours") is not None]
    own_hours = row["contact_hours"]
    return SessionFacts(
        id=row["id"],
        training=row["training"],
        kind=row["kind"],
        series=row["series"],
        lead=row["lead"],
        shared_with=row["shared_with"],
        boards=row["boards"],
        format=row["format"],
        contact_hours=own_hours if own_hours is not None or not hours else float(sum(hours)),
        invited=row["invited"],
        registered=row["registered"],
        attended=row["attended"],
        cancelled=bool(row["cancelled"]),
        first_date=first,
        last_date=dates[-1] if dates else None,
        cycle=cycle_of(first, cycle_start) if first else None,
        trainers=tuple(team),
        affiliations=tuple(team.values()),
        variant=variant_of(team.values()),
        team="|".join(team),
    )


def _team(
    given: list[Mapping[str, Any]], trainers: Mapping[str, Mapping[str, Any]], first: date | None
) -> dict[str, Affiliation | None]:
    """The trainers of a session, sorted, with their affiliation on the day."""
    team: dict[str, Affiliation | None] = {}
    for part in given:
        key = fold_id(part.get("trainer"))
        if key:
            trainer = trainers.get(key)
            spelled = str(trainer["id"] if trainer else part["trainer"])
            team.setdefault(spelled, affiliation_on(part.get("affiliation"), trainer, first))
    return dict(sorted(team.items()))


def _affiliation(text: str | None) -> Affiliation | None:
    return Affiliation(text) if text in set(Affiliation) else None
