"""One object of the cycle as somebody types it: values read, an id made, what it says put in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qualitycycle.findings import Finding
from qualitycycle.register.cells import Unreadable, read_cell, shown
from qualitycycle.register.chain import DAYS
from qualitycycle.register.derive import CYCLE_START, cycle_of
from qualitycycle.register.nearby import nearest
from qualitycycle.register.tables import AnyRecords, Row, Table, fold_id, key_of

LETTERS = {
    "goals": "D",
    "findings": "BEV",
    "decisions": "BES",
    "actions": "A",
    "practices": "GP",
    "replies": "T",
}
"""How an id that the tool makes begins, per table."""

_YEARLESS = ("practices",)


def read_values(table: Table, values: Mapping[str, Any]) -> tuple[Row, list[Finding]]:
    """Typed values for the columns that are given, and everything that cannot be read.

    >>> from qualitycycle.register.tables import TABLES
    >>> row, found = read_values(TABLES["goals"], {"norm": "4,0", "agreed_on": "gisteren", "doel": "x"})
    >>> dict(row), [one.code for one in found]
    ({'norm': 4.0}, ['register.not_a_date', 'cycle.unknown_column'])
    """
    row, findings = {}, []
    for name, value in values.items():
        if name not in table.names:
            expected = ", ".join(nearest(name, table.names))
            details = {"sheet": table.name, "expected": expected}
            findings.append(Finding("cycle.unknown_column", column=name, details=details))
            continue
        try:
            row[name] = read_cell(table.column(name), _joined(value))
        except Unreadable as problem:
            details = {"sheet": table.name}
            findings.append(Finding(problem.code, column=name, value=shown(value), details=details))
    return Row(row, unread=[one.column for one in findings if one.column]), findings


def new_key(
    table: Table, row: Mapping[str, Any], records: AnyRecords, today: date, cycle_start: str = CYCLE_START
) -> dict[str, Any]:
    """What the tool fills in of a row's key: the next id, or the next number of a source.

    The year in an id is the first one of the row's cycle, else of the school year of its day.

    >>> from qualitycycle.register.tables import TABLES
    >>> row = {"partnership": "DUIN", "cycle": "2025-2026"}
    >>> new_key(TABLES["goals"], row, {"goals": [{"id": "d-duin-2025-3"}]}, date(2026, 1, 1))
    {'id': 'D-DUIN-2025-4'}
    """
    rows = records.get(table.name, ())
    if table.name == "sources" and row.get("number") is None:
        own = [one["number"] for one in rows if fold_id(one["finding"]) == fold_id(row.get("finding"))]
        return {"number": 1 + max(own, default=0)}
    if not table.owns_itself or row.get("id") is not None or not row.get("partnership"):
        return {}
    start = "-".join([LETTERS[table.name], row["partnership"], *_year(table, row, today, cycle_start)])
    return {"id": f"{start}-{1 + _highest(rows, start)}"}


def beside(table: Table, row: Row, records: AnyRecords) -> list[dict[str, Any]]:
    """The row with the others that must come along: parts of one thing replace all its parts."""
    if table.owns_itself:
        return [row]
    key, owner = key_of(table, row), table.key[0]
    same = [dict(one) for one in records[table.name] if fold_id(one[owner]) == fold_id(row.get(owner))]
    if key not in {key_of(table, one) for one in same}:
        return [*same, row]
    return [row if key_of(table, one) == key else one for one in same]


def _joined(value: Any) -> Any:
    """A list as its cell shows it."""
    return "; ".join(str(one) for one in value) if isinstance(value, list | tuple | set) else value


def _year(table: Table, row: Mapping[str, Any], today: date, cycle_start: str) -> list[str]:
    if table.name in _YEARLESS:
        return []
    day = next((row[name] for name in DAYS if row.get(name)), today)
    return [str(row.get("cycle") or cycle_of(day, cycle_start))[:4]]


def _highest(rows: Sequence[Mapping[str, Any]], start: str) -> int:
    """The highest number among ids that begin like this."""
    before = f"{fold_id(start)}-"
    numbers = [
        fold_id(row["id"]).removeprefix(before) for row in rows if fold_id(row["id"]).startswith(before)
    ]
    return max((int(one) for one in numbers if one.isascii() and one.isdigit()), default=0)
