"""A workbook from before a merge: the ids that went up in others are read as what they became."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from qualitycycle.findings import Finding, Level
from qualitycycle.register.derive import by_id, grouped
from qualitycycle.register.duplicates import SHEETS
from qualitycycle.register.merging import former, people_columns
from qualitycycle.register.names import match_name
from qualitycycle.register.subject import problem
from qualitycycle.register.tables import TABLES, AnyRecords, Records, Row, Table, complete, fold_id, key_of

Gone = Mapping[str, Mapping[str, Any]]
"""Per id that nobody has any more, as compared: the row of before, with ``now``, the id it became."""


def follow_merges(
    incoming: Records, current: AnyRecords, log: Sequence[Mapping[str, Any]]
) -> tuple[Records, list[Finding]]:
    """The rows of a workbook with every merged id as the id it became, and a warning per such id.

    As when two people are merged, a row that can stand only once becomes one with what is there:
    it fills blanks and overrules nothing. ``log`` holds the merges; those undone do not count, nor
    does an id that somebody has again. An id under which somebody else stands is an error.

    >>> line = {"number": 1, "kept": "M1", "gone": "M2", "undone_at": None, "steps": "[]"}
    >>> line["steps"] = '[{"table": "mentors", "at": 1, "before": {"id": "M2"}, "after": null}]'
    >>> old = {"mentors": [{"id": "M2"}], "certificates": [{"id": "C1", "person": "M2"}]}
    >>> rows, found = follow_merges(old, {"mentors": [{"id": "M1", "name": "Noor"}]}, [line])
    >>> rows["mentors"][0]["name"], rows["certificates"][0]["person"], found[0].code
    ('Noor', 'M1', 'people.merged_before')
    """
    people = {key for sheet in SHEETS for key in by_id(current.get(sheet, ()))}
    gone = {key: row for row in former(log) if (key := fold_id(row["id"])) not in people}
    named = {name: _naming(TABLES[name], rows, gone) for name, rows in incoming.items()}
    if not any(named.values()):
        return incoming, []
    passed = {
        name: _passed_on(TABLES[name], rows, current.get(name, ()), gone) if named[name] else rows
        for name, rows in incoming.items()
    }
    return passed, [*_others(incoming, current, gone), *_told(named, gone)]


def _naming(table: Table, rows: Sequence[Mapping[str, Any]], gone: Gone) -> list[tuple[str, Row]]:
    """The merged ids that rows name, each with the row."""
    columns = [column.name for column in people_columns(table)]
    return [
        (id, row if isinstance(row, Row) else Row(row))
        for row in rows
        for id in dict.fromkeys(fold_id(one) for name in columns for one in _each(row.get(name)))
        if id in gone
    ]


def _each(cell: Any) -> Sequence[Any]:
    return cell if isinstance(cell, tuple) else (cell,)


def _passed_on(
    table: Table, rows: Sequence[Mapping[str, Any]], current: Sequence[Mapping[str, Any]], gone: Gone
) -> list[dict[str, Any]]:
    """The rows of a table with the ids of now, each key once where a merged id would repeat it."""
    columns = [column.name for column in people_columns(table)]
    now = [_renamed(row, columns, gone) for row in rows]
    moved = [key_of(table, row) != key_of(table, was) for row, was in zip(now, rows, strict=True)]
    made = [row for row, elsewhere in zip(now, moved, strict=True) if not elsewhere]
    places = {key_of(table, row): at for at, row in enumerate(made)}
    owners = set(grouped(made, table.key[0]))
    there = {key_of(table, row): row for row in current}
    for row in (row for row, elsewhere in zip(now, moved, strict=True) if elsewhere):
        key = key_of(table, row)
        if key in places:
            made[places[key]] = _filled(table, made[places[key]], row)
            continue
        places[key] = len(made)
        made.append(_filled(table, row.having(there[key]), row) if key in there else row)
    return [*made, *_beside(table, made, owners, current)]


def _renamed(row: Mapping[str, Any], columns: Sequence[str], gone: Gone) -> Row:
    values = {**row, **{name: _now(row[name], gone) for name in columns if name in row}}
    return row.having(values) if isinstance(row, Row) else Row(values)


def _now(cell: Any, gone: Gone) -> Any:
    known = [gone[fold_id(one)]["now"] if fold_id(one) in gone else one for one in _each(cell)]
    return tuple(dict.fromkeys(known)) if isinstance(cell, tuple) else known[0]


def _filled(table: Table, base: Row, other: Row) -> Row:
    """The base, with what it leaves blank from the other row."""
    blank = {column.name for column in table.columns if base.get(column.name, ...) == column.blank}
    return base.having({**base, **{name: other[name] for name in blank if name in other}})


def _beside(
    table: Table, made: Sequence[Row], owners: set[str], current: Sequence[Mapping[str, Any]]
) -> Iterator[Row]:
    """What is there of those who come in under a merged id only: an import has all of somebody's rows."""
    if len(table.key) == 1 or table.key[0] not in {column.name for column in people_columns(table)}:
        return
    found = {key_of(table, row) for row in made}
    others = set(grouped(made, table.key[0])) - owners
    for row in current:
        if fold_id(row[table.key[0]]) in others and key_of(table, row) not in found:
            yield complete(table, row)


def _others(incoming: Records, current: AnyRecords, gone: Gone) -> Iterator[Finding]:
    """Merged ids under which somebody with another name stands."""
    for sheet in SHEETS:
        known = by_id(current.get(sheet, ()))
        for row in incoming.get(sheet, ()):
            before = gone.get(fold_id(row.get("id")))
            if before is None or not row.get("name"):
                continue
            same = [one for one in (before, known.get(fold_id(before["now"]), {})) if one.get("name")]
            if same and not match_name(str(row["name"]), same).candidates:
                yield _finding(TABLES[sheet], row, "people.merged_id_of_another", before, Level.ERROR)


def _told(named: Mapping[str, Sequence[tuple[str, Row]]], gone: Gone) -> Iterator[Finding]:
    for id, before in gone.items():
        found = [(name, row) for name, pairs in named.items() for one, row in pairs if one == id]
        if found:
            name, row = found[0]
            made = _finding(TABLES[name], row, "people.merged_before", before, Level.WARNING)
            yield replace(made, count=len(found))


def _finding(
    table: Table, row: Mapping[str, Any], code: str, before: Mapping[str, Any], level: Level
) -> Finding:
    column = next(
        one.name
        for one in people_columns(table)
        if fold_id(before["id"]) in map(fold_id, _each(row.get(one.name)))
    )
    about = row if isinstance(row, Row) else Row(row)
    said = {"now": before["now"], "number": before["number"]}
    return problem(table, about, code, column, value=before["id"], level=level, **said)
