"""Who may stand in the register twice: proposed, with the surest first."""

from __future__ import annotations

from typing import Any

import pytest

from qualitycycle.register.duplicates import people, propose


def mentors(*names: str) -> dict[str, list[dict[str, Any]]]:
    return {"mentors": [{"id": f"M{at}", "name": name, "board": "A"} for at, name in enumerate(names)]}


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ("Noor van der Wilg", "Wilg, N. v.d.", "same"),
        ("Noor van der Wilg", "noor wilg", "same"),
        ("Karin Esdoorn", "Carin Esdoorn", "near"),
        ("Karin Esdoorn", "K. Esdorn", "near"),
        ("Marieke de Vries", "Marijke de Vries", "near"),
        ("Noor van der Wilg", "Noor Wilgh", "near"),
    ],
)
def test_spelled_differently(one: str, other: str, names: str) -> None:
    [found] = propose(mentors(one, other))
    assert (found.one.id, found.other.id, found.names) == ("M0", "M1", names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jan Bakker", "Piet Bakker"),
        ("J. Bos", "J. Berg"),
        ("Anna de Wit", "Anna de Groot"),
        ("Karin Esdoorn", "Karel Esdoorn"),
        ("", ""),
        ("-", "Noor"),
    ],
)
def test_other_people(one: str, other: str) -> None:
    assert propose(mentors(one, other)) == []


def test_a_trainer_who_also_mentors_and_somebody_at_two_boards() -> None:
    records: dict[str, list[dict[str, Any]]] = {
        "trainers": [{"id": "T1", "name": "Noor Wilg", "board": "A"}],
        "mentors": [
            {"id": "M1", "name": "Noor Wilgg", "board": "B", "school": "De Linde"},
            {"id": "M2", "name": "N. Wilg", "board": "C"},
        ],
    }
    found = propose(records)
    assert [pair.names for pair in found] == ["same", "near", "near"]
    assert {found[0].one.id, found[0].other.id} == {"T1", "M2"}


def test_one_id_on_both_sheets_is_one_person() -> None:
    records = mentors("Noor Wilg") | {"trainers": [{"id": "m0", "name": "Noor Wilg", "board": "B"}]}
    assert propose(records) == []
    assert people(records)["m0"].boards == ("B", "A")


def test_only_those_asked_for() -> None:
    records = mentors("Noor Wilg", "N. Wilg", "Jan Bakker", "Jan Backer")
    assert len(propose(records)) == 2
    assert [pair.one.id for pair in propose(records, ["m3"])] == ["M2"]
