"""Bringing a workbook into the register: what is new, what changes, what must not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from qualitycycle.config import Organisations
from qualitycycle.findings import Finding, Level
from qualitycycle.register.cycle_changes import frozen
from qualitycycle.register.derive import CYCLE_START, by_id, grouped, sessions_overview, surveys_overview
from qualitycycle.register.subject import key_text, known_values, organisation_codes, problem
from qualitycycle.register.tables import (
    TABLES,
    AnyRecords,
    Column,
    Records,
    Row,
    Table,
    complete,
    complete_all,
    fold_id,
    key_of,
)


@dataclass(frozen=True)
class Change:
    """What an import does to one row.

    ``key`` is the row's key for a reader. ``fields`` holds, for a changed row, the columns
    that differ with the value before and after.
    """

    table: str
    key: str
    kind: Literal["added", "changed", "unchanged", "removed"]
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def merge(
    current: AnyRecords, incoming: AnyRecords, organisations: Organisations | None = None
) -> tuple[Records, list[Change]]:
    """The register after an import, and what that changes.

    Rows are matched by key without regard to case; the first spelling of an id stays, also
    where other rows refer to it. Absent rows stay as they are, and so does a column that an
    incoming row does not have. Meetings and session_trainers are parts of a session: when
    the import has rows for a session, they are that session's meetings (or trainers) from
    then on, so that a wrong date or a wrong trainer can be corrected; sessions it does not
    mention keep theirs. Two incoming rows with one id both remain, for ``check`` to refuse.
    With ``organisations`` codes get the spelling of the config too.

    >>> now = {"sessions": [{"id": "S1", "kind": "basic", "attended": 12}]}
    >>> merged, changes = merge(now, {"sessions": [{"id": "s1", "attended": 14}, {"id": "S2"}]})
    >>> [(row["id"], row["kind"], row["attended"]) for row in merged["sessions"]]
    [('S1', 'basic', 14), ('S2', None, None)]
    >>> [(change.key, change.kind, dict(change.fields)) for change in changes]
    [('S1', 'changed', {'attended': (12, 14)}), ('S2', 'added', {})]
    """
    combined = {
        name: _combine(table, current.get(name, ()), incoming.get(name, ())) for name, table in TABLES.items()
    }
    merged = respell(combined, organisations)
    return merged, list(differences(respell(current, organisations), merged))


def respell(records: AnyRecords, organisations: Organisations | None = None) -> Records:
    """The register with every reference spelled as the id (and code) it refers to.

    >>> respell({"sessions": [{"id": "S1"}], "meetings": [{"session": "s1"}]})["meetings"][0]["session"]
    'S1'
    """
    spellings = known_values(records)
    if organisations is not None:
        for target, codes in organisation_codes(organisations).items():
            spellings[target] = {fold_id(code): code for code in codes}
    whole = complete_all(records)
    return {
        name: [_respelled(table, row, spellings) for row in whole[name]] for name, table in TABLES.items()
    }


def differences(before: AnyRecords, after: AnyRecords) -> Iterator[Change]:
    """What happened to every row, in the order of the tables; removed rows last in theirs."""
    for name, table in TABLES.items():
        old = {key_of(table, row): complete(table, row) for row in before.get(name, ())}
        new = {key_of(table, row): complete(table, row) for row in after.get(name, ())}
        for key, row in new.items():
            if key not in old:
                yield Change(name, key_text(table, row), "added")
                continue
            fields = {c: (old[key][c], row[c]) for c in table.names if old[key][c] != row[c]}
            yield Change(name, key_text(table, row), "changed" if fields else "unchanged", fields)
        for key, row in old.items():
            if key not in new:
                yield Change(name, key_text(table, row), "removed")


def guard(
    current: AnyRecords,
    merged: AnyRecords,
    collections_with_answers: Collection[str],
    cycle_start: str = CYCLE_START,
) -> list[Finding]:
    """What an import would do to sessions and surveys with answers, and to what the cycle keeps.

    Losing one, or giving it a new id (a new row that says exactly the same), is an error;
    moving its answers to another cycle, lead, variant or team is a warning. What may no longer
    change in the cycle is in ``cycle_changes``.

    >>> now = {"sessions": [{"id": "S1", "lead": "DUIN"}]}
    >>> [found.code for found in guard(now, {"sessions": [{"id": "S1", "lead": "MEER"}]}, {"S1"})]
    ['register.moves_lead']
    """
    answered = {fold_id(id) for id in collections_with_answers}
    found = [
        *_lost(current, merged, answered),
        *_renamed(current, merged, answered),
        *_moved_sessions(current, merged, answered, cycle_start),
        *_moved_surveys(current, merged, answered),
        *frozen(current, merged, answered, cycle_start),
    ]
    return sorted(found, key=lambda one: not one.is_error)


def _combine(
    table: Table, current: Sequence[Mapping[str, Any]], incoming: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    owner = table.key[0]
    groups = grouped(current, owner)
    for key, rows in grouped(incoming, owner).items():
        known = {key_of(table, row): row for row in groups.get(key, ())}
        groups[key] = [_overlaid(table, known.get(key_of(table, row)), row) for row in rows]
    return [dict(row) if not isinstance(row, Row) else row for rows in groups.values() for row in rows]


def _overlaid(table: Table, known: Mapping[str, Any] | None, row: Mapping[str, Any]) -> Row:
    """The incoming row over the known one: same key spelling, columns it lacks filled from there."""
    values = {**(known or {}), **row}
    values |= {name: known[name] for name in table.key if known and name in known}
    return complete(table, row.having(values) if isinstance(row, Row) else values)


def _respelled(table: Table, row: dict[str, Any], spellings: Mapping[str, Mapping[str, str]]) -> Row:
    values = dict(row)
    for column in table.columns:
        if column.refers_to and row[column.name]:
            values[column.name] = _spelled(column, row[column.name], spellings)
    return row.having(values) if isinstance(row, Row) else Row(values)


def _spelled(column: Column, value: Any, spellings: Mapping[str, Mapping[str, str]]) -> Any:
    known = [spellings.get(target, {}) for target in column.refers_to]

    def one(text: str) -> str:
        return next((ids[fold_id(text)] for ids in known if fold_id(text) in ids), text)

    return tuple(one(part) for part in value) if column.kind == "list" else one(value)


def _lost(current: AnyRecords, merged: AnyRecords, answered: Collection[str]) -> Iterator[Finding]:
    for name in ("sessions", "surveys"):
        kept = by_id(merged.get(name, ()))
        for key, row in by_id(current.get(name, ())).items():
            if key in answered and key not in kept:
                yield problem(TABLES[name], Row(row), "register.lost_with_answers", "id")


def _renamed(current: AnyRecords, merged: AnyRecords, answered: Collection[str]) -> Iterator[Finding]:
    """New rows that are, apart from the id, a session or survey with answers."""
    for name in ("sessions", "surveys"):
        table, before, after = TABLES[name], by_id(current.get(name, ())), by_id(merged.get(name, ()))
        added = after.keys() - before.keys()
        if not added:
            continue
        said = _apart_from_id(current, table)
        twins = {said[key]: row["id"] for key, row in before.items() if key in answered}
        for key, content in _apart_from_id(merged, table).items():
            if key in added and content in twins:
                row = complete(table, after[key])
                yield problem(table, row, "register.renamed_with_answers", "id", old=twins[content])


def _apart_from_id(records: AnyRecords, table: Table) -> dict[str, tuple[Any, ...]]:
    """Per id everything a row says except its id, its meetings and trainers included."""
    parts = [(part, grouped(records.get(part, ()), "session")) for part in ("meetings", "session_trainers")]
    return {
        key: (
            *tuple(complete(table, row).values())[1:],
            *(frozenset(_without_owner(part, row) for row in rows.get(key, ())) for part, rows in parts),
        )
        for key, row in by_id(records.get(table.name, ())).items()
    }


def _without_owner(part: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(complete(TABLES[part], row).values())[1:]


def _moved_sessions(
    current: AnyRecords, merged: AnyRecords, answered: Collection[str], cycle_start: str
) -> Iterator[Finding]:
    before = {fold_id(id): facts for id, facts in sessions_overview(current, cycle_start).items()}
    rows = by_id(merged.get("sessions", ()))
    for id, now in sessions_overview(merged, cycle_start).items():
        key = fold_id(id)
        if key not in answered or key not in before:
            continue
        was, row = before[key], complete(TABLES["sessions"], rows[key])
        moves = [
            ("register.moves_cycle", was.cycle, now.cycle),
            ("register.moves_lead", was.lead, now.lead),
            ("register.moves_team", was.team, now.team),
        ]
        for code, old, new in moves:
            if old != new:
                yield _moved(TABLES["sessions"], row, code, old, new)
        if was.variant != now.variant:
            yield _moved(TABLES["sessions"], row, f"register.becomes.{now.variant}", was.variant, now.variant)


def _moved_surveys(current: AnyRecords, merged: AnyRecords, answered: Collection[str]) -> Iterator[Finding]:
    before = {fold_id(id): facts for id, facts in surveys_overview(current).items()}
    rows = by_id(merged.get("surveys", ()))
    for id, now in surveys_overview(merged).items():
        was = before.get(fold_id(id))
        if was is None or fold_id(id) not in answered:
            continue
        row = complete(TABLES["surveys"], rows[fold_id(id)])
        if was.cycle != now.cycle:
            yield _moved(TABLES["surveys"], row, "register.moves_cycle", was.cycle, now.cycle)
        if was.partnership != now.partnership:
            yield _moved(TABLES["surveys"], row, "register.moves_lead", was.partnership, now.partnership)


def _moved(table: Table, row: Row, code: str, old: str | None, new: str | None) -> Finding:
    values = {name: said.replace("|", ", ") for name, said in (("old", old), ("new", new)) if said}
    if not (old and new):
        code = f"{code}.{'to' if old else 'from'}_nothing"
    return problem(table, row, code, "id", level=Level.WARNING, **values)
