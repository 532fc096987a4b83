"""People who may stand in the register twice: proposed, never merged.

The same person at two boards, as trainer and as mentor, or spelled differently. What is
done about it is a decision (``merging``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from qualitycycle.findings import Finding, Level
from qualitycycle.register.names import first_letters, likeness
from qualitycycle.register.tables import AnyRecords, fold_id

SHEETS = ("trainers", "mentors")
"""The sheets of people."""


@dataclass(frozen=True)
class Person:
    """One id with what tells people apart; ``boards`` and ``sheets`` as the register has them."""

    id: str
    name: str
    boards: tuple[str, ...]
    school: str | None
    sheets: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """Two ids that may be one person; ``names`` are ``same`` or ``near``."""

    one: Person
    other: Person
    names: Literal["same", "near"]


def people(records: AnyRecords) -> dict[str, Person]:
    """Everybody in the register by id as compared; trainers first."""
    rows: dict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    for sheet in SHEETS:
        for row in records.get(sheet, ()):
            if key := fold_id(row.get("id")):
                rows[key].append((sheet, row))
    return {key: _person(found) for key, found in rows.items()}


def propose(records: AnyRecords, only: Iterable[str] | None = None) -> list[Proposal]:
    """Every pair of ids whose names are the same or nearly so, the surest first.

    ``only`` are ids of which one must be in the pair.

    >>> found = propose({"mentors": [{"id": "M1", "name": "Noor van der Wilg", "board": "A"},
    ...                              {"id": "M2", "name": "N. v.d. Wilg", "board": "B"}]})
    >>> [(pair.one.id, pair.other.id, pair.names) for pair in found]
    [('M1', 'M2', 'same')]
    """
    everybody = people(records)
    asked = None if only is None else {fold_id(id) for id in only}
    found = []
    for one, other in sorted(_candidates(everybody)):
        if asked is not None and asked.isdisjoint((one, other)):
            continue
        first, second = everybody[one], everybody[other]
        names = likeness(first.name, second.name)
        if names is not None:
            found.append(Proposal(first, second, names))
    return sorted(found, key=lambda pair: pair.names != "same")


def as_findings(proposals: Iterable[Proposal], rows: Mapping[str, int], file: str) -> Iterator[Finding]:
    """Proposals at the rows of a file that brought them; ``rows`` by id as compared."""
    for pair in proposals:
        mine, known = pair.one, pair.other
        if fold_id(mine.id) not in rows:
            mine, known = known, mine
        details = {"id": mine.id, "other": known.id, "other_name": known.name, "where": where(known)}
        code = f"people.duplicate.{pair.names}"
        row = rows.get(fold_id(mine.id))
        yield Finding(code, Level.WARNING, file=file, row=row, value=mine.name, details=details)


def where(person: Person) -> str:
    """Where somebody works, for a sentence."""
    return ", ".join((*person.boards, *([person.school] if person.school else []))) or "-"


def _person(found: list[tuple[str, Mapping[str, Any]]]) -> Person:
    rows = [row for _, row in found]

    def first(column: str) -> str | None:
        return next((str(row[column]) for row in rows if row.get(column)), None)

    boards = dict.fromkeys(str(row["board"]) for row in rows if row.get("board"))
    sheets = tuple(dict.fromkeys(sheet for sheet, _ in found))
    return Person(str(rows[0]["id"]), first("name") or "", tuple(boards), first("school"), sheets)


def _candidates(everybody: Mapping[str, Person]) -> set[tuple[str, str]]:
    """Pairs that share two first letters, or whose name is one word: only these can be alike."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, person in everybody.items():
        letters = sorted(first_letters(person.name))
        for group in combinations(letters, 2) if len(letters) > 1 else [tuple(letters)]:
            if group:
                groups[group].append(key)
    return {(min(pair), max(pair)) for keys in groups.values() for pair in combinations(keys, 2)}
