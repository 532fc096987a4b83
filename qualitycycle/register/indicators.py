"""The two figures of the founding survey, every year anew, from the register instead of memory.

``basic``: which part of the people who guide students followed the basic training. ``further``:
which part of those followed another training after or apart from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qualitycycle.config import Organisations
from qualitycycle.register.derive import CYCLE_START, by_id, cycle_of
from qualitycycle.register.tables import AnyRecords, fold_id
from qualitycycle.school_year import cycle_ends, cycle_later
from qualitycycle.vocabulary import TrainingKind

FURTHER = (TrainingKind.REFRESHER, TrainingKind.DEEPENING)


@dataclass(frozen=True)
class Indicator:
    """One figure at the end of a cycle (or ``as_of``): ``part`` of ``whole`` people.

    ``whole`` are the people who guide a student now; of ``further`` those among them who
    followed the basic training. Below the floors ``part`` and ``share`` are None, and
    ``whole`` too where that is below the floor of counts.
    """

    name: str
    cycle: str
    partnership: str
    part: int | None
    whole: int | None
    share: float | None


def indicators(
    records: AnyRecords,
    organisations: Organisations,
    as_of: date,
    *,
    cycle_start: str = CYCLE_START,
    counts_from: int = 5,
    shares_from: int = 10,
) -> list[Indicator]:
    """Both figures per partnership and cycle, up to the cycle of ``as_of``.

    The register says who guides a student now, not who did: earlier cycles ask which of
    these people had followed the training by then. The part of ``basic`` is the whole of
    ``further``: where the one is below the floor, the other is not told either.

    >>> partnership = {"name": "P", "boards": ["B"]}
    >>> region = Organisations(partnerships={"P": partnership}, boards={"B": {"name": "B"}})
    >>> mentors = [{"id": f"M{i}", "board": "B", "mentoring": True} for i in range(12)]
    >>> followed = [{"person": f"M{i}", "kind": "basic", "on": date(2025, 10, 1)} for i in range(9)]
    >>> found = indicators({"mentors": mentors, "followed": followed}, region, date(2026, 1, 1))
    >>> [(one.name, one.part, one.whole, one.share) for one in found]
    [('basic', 9, 12, 0.75), ('further', None, 9, None)]
    """
    days = _last_days(records, as_of, cycle_start)
    found = []
    for code, partnership in organisations.partnerships.items():
        people = [
            key
            for key, row in by_id(records.get("mentors", ())).items()
            if row.get("mentoring") and row.get("board") in partnership.boards
        ]
        for cycle, day in days.items():
            basic = _followed(records, day, (TrainingKind.BASIC,))
            further = _followed(records, day, FURTHER)
            trained = [one for one in people if one in basic]
            for name, part, whole in (
                ("basic", len(trained), len(people)),
                ("further", sum(one in further for one in trained), len(trained)),
            ):
                one = _gated(Indicator(name, cycle, code, part, whole, None), counts_from, shares_from)
                hidden = name == "basic" and len(trained) < counts_from
                found.append(replace(one, part=None, share=None) if hidden else one)
    return found


def _gated(one: Indicator, counts_from: int, shares_from: int) -> Indicator:
    whole, part = one.whole or 0, one.part or 0
    if whole < counts_from:
        return Indicator(one.name, one.cycle, one.partnership, None, None, None)
    if whole < shares_from:
        return Indicator(one.name, one.cycle, one.partnership, None, whole, None)
    return Indicator(one.name, one.cycle, one.partnership, part, whole, part / whole)


def _last_days(records: AnyRecords, as_of: date, cycle_start: str) -> dict[str, date]:
    """The last day that counts of every cycle from the first session in the register on."""
    dates = [row["date"] for row in records.get("meetings", ()) if row.get("date")]
    cycle, now = cycle_of(min([*dates, as_of]), cycle_start), cycle_of(as_of, cycle_start)
    days = {}
    while cycle < now:
        days[cycle] = cycle_ends(cycle, cycle_start)
        cycle = cycle_later(cycle)
    return {**days, now: as_of}


def _followed(records: AnyRecords, by: date, kinds: tuple[TrainingKind, ...]) -> set[str]:
    return {person for person, kind, on in trainings(records) if kind in kinds and on <= by}


def trainings(records: AnyRecords) -> Iterator[tuple[str, str, date]]:
    """Everything anybody followed (person as compared, kind, day): the sheet of that name, and what
    certificates prove."""
    kinds = {key: row.get("kind") for key, row in by_id(records.get("sessions", ())).items()}
    for row in records.get("followed", ()):
        if row.get("on"):
            yield fold_id(row.get("person")), str(row.get("kind")), row["on"]
    for row in records.get("certificates", ()):
        if row.get("issued_on"):
            yield fold_id(row.get("person")), _kind_of(row, kinds), row["issued_on"]


def _kind_of(certificate: Mapping[str, Any], kinds: Mapping[str, Any]) -> str:
    """What was followed for a certificate: its session's kind; without a session the basic training."""
    return str(kinds.get(fold_id(certificate.get("session"))) or TrainingKind.BASIC)
