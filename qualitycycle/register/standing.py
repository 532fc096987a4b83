"""Whether a trainer has what the role asks: derived from the register on a day, never typed.

"Assumed" and "evidenced" are different: the first is that somebody wrote it down, the second
that somebody assessed it and it can be looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from qualitycycle.config import Organisations
from qualitycycle.register.derive import by_id, grouped
from qualitycycle.register.tables import AnyRecords, fold_id


class Standing(StrEnum):
    """How a trainer stands with one requirement."""

    EVIDENCED = "evidenced"
    ASSUMED = "assumed"
    REQUESTED = "requested"
    ASKED_TO_REPEAT = "asked_to_repeat"
    LAPSED = "lapsed"
    MISSING = "missing"


MET = (Standing.EVIDENCED, Standing.ASSUMED)
"""The standings with which a trainer may give a training."""


@dataclass(frozen=True)
class Stand:
    """One requirement of one trainer on a day; ``until`` is the day it lapses or lapsed."""

    trainer: str
    requirement: str
    standing: Standing
    on: date | None = None
    until: date | None = None


def years_later(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 28.

    >>> years_later(date(2024, 2, 29), 1)
    datetime.date(2025, 2, 28)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def standings(
    records: AnyRecords, organisations: Organisations, as_of: date, role: str | None = None
) -> Iterator[Stand]:
    """Every requirement of every trainer on ``as_of``, for the role in the register (or ``role``).

    The last row on or before that day counts. "Passed" is evidenced with an assessor and
    evidence, else assumed; it lapses on ``valid_until``, else after the requirement's years. The
    columns ``train_the_trainer_on``, ``brlo`` and ``brlo_until`` of a trainer count as assumed.

    >>> region = Organisations(partnerships={"A": {"name": "A"}}, roles={"any": ["brlo"]},
    ...                        requirements={"brlo": {"title": {"en": "BRLO"}}})
    >>> row = {"trainer": "T1", "requirement": "brlo", "state": "passed", "on": date(2024, 1, 1),
    ...        "assessed_by": "VELON", "evidence": "dossier 12"}
    >>> records = {"trainers": [{"id": "T1"}, {"id": "T2"}], "requirements": [row]}
    >>> [one.standing.value for one in standings(records, region, date(2025, 1, 1))]
    ['evidenced', 'missing']
    """
    recorded = grouped(records.get("requirements", ()), "trainer")
    for key, trainer in by_id(records.get("trainers", ())).items():
        for code in organisations.needed(role or trainer.get("role")):
            own = [row for row in recorded.get(key, []) if fold_id(row.get("requirement")) == fold_id(code)]
            yield _stand(trainer, code, own, organisations, as_of)


def _stand(
    trainer: Mapping[str, Any],
    code: str,
    rows: list[Mapping[str, Any]],
    organisations: Organisations,
    as_of: date,
) -> Stand:
    id = str(trainer["id"])
    known = [row for row in rows if row.get("on") and row["on"] <= as_of]
    if not known:
        return _told(trainer, code, as_of)
    last = max(known, key=lambda row: row["on"])
    state, on = str(last.get("state") or "requested"), last["on"]
    if state != "passed":
        return Stand(id, code, Standing(state), on)
    years = organisations.requirements[code].renewal_years
    until = last.get("valid_until") or (years_later(on, years) if years else None)
    if until is not None and until < as_of:
        return Stand(id, code, Standing.LAPSED, on, until)
    evident = bool(last.get("assessed_by") and last.get("evidence"))
    return Stand(id, code, Standing.EVIDENCED if evident else Standing.ASSUMED, on, until)


def _told(trainer: Mapping[str, Any], code: str, as_of: date) -> Stand:
    """What the trainer's own columns say: somebody wrote it down."""
    id, on = str(trainer["id"]), trainer.get("train_the_trainer_on")
    if code == "train_the_trainer" and on is not None and on <= as_of:
        return Stand(id, code, Standing.ASSUMED, on)
    if code == "brlo" and trainer.get("brlo"):
        until = trainer.get("brlo_until")
        lapsed = until is not None and until < as_of
        return Stand(id, code, Standing.LAPSED if lapsed else Standing.ASSUMED, None, until)
    return Stand(id, code, Standing.MISSING)
