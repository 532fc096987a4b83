"""Who meets what a role asks, on a day: assumed and evidenced are different states."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qualitycycle.config import Organisations
from qualitycycle.register.standing import Stand, Standing, standings

REGION = Organisations.model_validate(
    {
        "partnerships": {"A": {"name": "A"}},
        "requirements": {
            "practice": {"title": {"nl": "ervaring"}},
            "brlo": {"title": {"nl": "BRLO"}, "renewal_years": 4},
            "train_the_trainer": {"title": {"nl": "ttt"}},
        },
        "roles": {"any": ["practice"], "Opleider": ["brlo", "train_the_trainer"]},
    }
)
EVIDENT = {"assessed_by": "KUST", "evidence": "portfolio"}
DAY = date(2026, 1, 15)


def stand(
    rows: list[dict[str, Any]], trainer: dict[str, Any] | None = None, role: str | None = None
) -> Stand:
    records = {
        "trainers": [{"id": "T1", **(trainer or {})}],
        "requirements": [{"trainer": "t1", **row} for row in rows],
    }
    return next(iter(standings(records, REGION, DAY, role)))


def practice(state: str = "passed", on: date = date(2024, 9, 1), **more: Any) -> dict[str, Any]:
    return {"requirement": "practice", "state": state, "on": on, **more}


@pytest.mark.parametrize(
    ("rows", "standing"),
    [
        ([], Standing.MISSING),
        ([practice()], Standing.ASSUMED),
        ([practice(assessed_by="KUST")], Standing.ASSUMED),
        ([practice(**EVIDENT)], Standing.EVIDENCED),
        ([practice("requested")], Standing.REQUESTED),
        ([practice("requested"), practice("asked_to_repeat", date(2025, 1, 1))], Standing.ASKED_TO_REPEAT),
        ([practice("asked_to_repeat"), practice(on=date(2025, 1, 1), **EVIDENT)], Standing.EVIDENCED),
        ([practice(**EVIDENT), practice("lapsed", date(2025, 1, 1))], Standing.LAPSED),
        ([practice(on=date(2026, 1, 16), **EVIDENT)], Standing.MISSING),
        ([practice(valid_until=DAY, **EVIDENT)], Standing.EVIDENCED),
        ([practice(valid_until=date(2026, 1, 14), **EVIDENT)], Standing.LAPSED),
    ],
)
def test_the_last_row_on_the_day_decides(rows: list[dict[str, Any]], standing: Standing) -> None:
    assert stand(rows).standing is standing
    assert stand(list(reversed(rows))).standing is standing


def test_what_must_be_renewed_lapses_after_its_years() -> None:
    row = {"requirement": "BRLO", "state": "passed", "on": date(2022, 1, 15), **EVIDENT}
    found = stand([row], role="opleider")
    assert (found.requirement, found.standing, found.until) == ("brlo", Standing.EVIDENCED, DAY)
    row["on"] = date(2022, 1, 14)
    assert stand([row], role="opleider").standing is Standing.LAPSED


def test_the_columns_of_a_trainer_are_assumptions() -> None:
    own = {"brlo": True, "brlo_until": DAY, "train_the_trainer_on": date(2020, 1, 1), "role": "Opleider"}
    records = {"trainers": [{"id": "T1", **own}, {"id": "T2", "role": "Opleider"}]}
    assert [one.standing for one in standings(records, REGION, DAY)] == [
        Standing.ASSUMED,
        Standing.ASSUMED,
        Standing.MISSING,
        Standing.MISSING,
    ]
    assert next(one.standing for one in standings(records, REGION, date(2026, 1, 16))) is Standing.LAPSED


def test_a_role_that_is_not_named_needs_what_any_role_needs() -> None:
    assert stand([]).requirement == "practice"
    assert stand([], {"role": "pabodocent"}).requirement == "practice"
    assert stand([], {"role": " OPLEIDER "}).requirement == "brlo"
