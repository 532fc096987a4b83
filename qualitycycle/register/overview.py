"""What the register shows of people and agreements: due lists, requirements, yearly figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from qualitycycle.config import Organisations
from qualitycycle.register.derive import CYCLE_START, by_id
from qualitycycle.register.due import SOON, due
from qualitycycle.register.indicators import indicators
from qualitycycle.register.standing import standings
from qualitycycle.register.tables import AnyRecords, fold_id


@dataclass(frozen=True)
class Looked:
    """How somebody looks: on which day (today), how far ahead, at which board, above which floors."""

    organisations: Organisations
    as_of: date
    within: int = SOON
    board: str | None = None
    cycle_start: str = CYCLE_START
    counts_from: int = 5
    shares_from: int = 10


def due_shown(records: AnyRecords, looked: Looked) -> list[dict[str, Any]]:
    """What is due, as rows: what, state, person, name, board, until, detail."""
    found = due(records, looked.organisations, looked.as_of, looked.within)
    return [
        {
            "what": one.what,
            "state": one.state,
            "person": one.person,
            "name": one.name,
            "board": one.board,
            "until": one.until,
            "detail": one.detail,
        }
        for one in found
        if looked.board in (None, one.board)
    ]


def requirements_shown(records: AnyRecords, looked: Looked) -> list[dict[str, Any]]:
    """Every requirement of every trainer: trainer, name, board, requirement, standing, on, until."""
    people = by_id(records.get("trainers", ()))
    rows = []
    for one in standings(records, looked.organisations, looked.as_of):
        trainer = people[fold_id(one.trainer)]
        if looked.board in (None, trainer.get("board")):
            rows.append(
                {
                    "trainer": one.trainer,
                    "name": trainer.get("name"),
                    "board": trainer.get("board"),
                    "requirement": one.requirement,
                    "standing": str(one.standing),
                    "on": one.on,
                    "until": one.until,
                }
            )
    return rows


def indicators_shown(records: AnyRecords, looked: Looked) -> list[dict[str, Any]]:
    """The yearly figures: indicator, cycle, partnership, part, whole, share; None below the floors."""
    found = indicators(
        records,
        looked.organisations,
        looked.as_of,
        cycle_start=looked.cycle_start,
        counts_from=looked.counts_from,
        shares_from=looked.shares_from,
    )
    return [
        {
            "indicator": one.name,
            "cycle": one.cycle,
            "partnership": one.partnership,
            "part": one.part,
            "whole": one.whole,
            "share": one.share,
        }
        for one in found
    ]


OVERVIEWS: dict[str, Callable[[AnyRecords, Looked], list[dict[str, Any]]]] = {
    "due": due_shown,
    "requirements": requirements_shown,
    "indicators": indicators_shown,
}
"""What can be shown besides the plain tables: name -> rows."""
