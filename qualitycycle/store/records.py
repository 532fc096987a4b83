"""The register and the cycle on disk: several Delta tables that change together.

A changed table is rewritten whole; then one commit to ``register/commits`` lists the version
of every table, and that commit is what readers follow. Killed in between, the previous list
still stands. Of two writers at once one wins and the other works out its change again on
what the winner left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable

from qualitycycle import arrow
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from qualitycycle.register.tables import STORED, TABLES, Column, Table
from qualitycycle.store import delta
from qualitycycle.store.delta import TableSpec

Records = dict[str, list[dict[str, Any]]]
"""Rows per table name."""

Versions = dict[str, int | None]
"""The Delta version per table, and under ``commits`` that of the list itself (None: nothing yet)."""

COMMITS = TableSpec(
    pa.schema(
        [
            ("table", pa.string()),
            ("version", pa.int64()),
            ("rows", pa.int64()),
            ("committed_at", pa.timestamp("us", tz="UTC")),
        ]
    )
)
COUNTER = "register"

TYPES = {
    "text": pa.string(),
    "choice": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "yes_no": pa.bool_(),
    "list": pa.list_(pa.field("element", pa.string())),
}


@dataclass(frozen=True)
class RecordStore:
    """The tables of ``register.tables.STORED`` under ``root``, as one.

    Every method raises Refused when the folder cannot be reached or other writers keep it
    busy. Nothing is made before the first change.
    """

    root: str | Path

    @property
    def where(self) -> str:
        """The folder as a place."""
        return delta.place(self.root)

    def load(self, at: Mapping[str, int | None] | None = None, names: Sequence[str] | None = None) -> Records:
        """The rows of every sheet (or of ``names``), now or at the versions of an earlier moment.

        Dates are ``date``, lists tuples, blanks None; a table that nobody filled is empty.
        """
        with delta.reachable(self.where):
            commits = _commits(self.where, at)
            return _load(self.where, _listed(commits), names or tuple(TABLES))

    def versions(self) -> Versions:
        """The versions to put in a manifest; ``load(at=...)`` gives these rows again."""
        with delta.reachable(self.where):
            commits = _commits(self.where, None)
            return _versions(commits, _listed(commits))

    def update(self, change: Callable[[Records], Mapping[str, Sequence[Mapping[str, Any]]]]) -> Versions:
        """Put what ``change`` makes of the rows in their place, all tables at once.

        ``change`` gets the current rows and gives back those of the tables it touched; it
        runs again when another writer was first, so it must depend on its argument only.
        What it raises comes through and nothing is written. Gives the new versions.
        """
        with delta.reachable(self.where):
            return _update(self.where, change)


def _update(where: str, change: Callable[[Records], Mapping[str, Sequence[Mapping[str, Any]]]]) -> Versions:
    for pause in delta.pauses():
        commits = _commits(where, None)
        listed = _listed(commits)
        before = _load(where, listed, tuple(STORED))
        after = {
            name: [_row(STORED[name], row) for row in rows] for name, rows in change(_copy(before)).items()
        }
        changed = [name for name, rows in after.items() if rows != before[name]]
        if not changed:
            return _versions(commits, listed)
        if commits is None:
            delta.open_or_create(_place(where, "commits"), COMMITS)
            continue
        written = {name: _rewrite(where, STORED[name], after[name]) for name in changed}
        sizes = {name: len(after.get(name, before[name])) for name in STORED}
        version = _list(commits, {**listed, **written}, sizes)
        if version is not None:
            return {**listed, **written, "commits": version}
        sleep(pause)
    raise delta.busy(where)


def _rewrite(where: str, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Write all rows of one table; the version that holds them."""
    spec = TableSpec(_schema(table))
    content = arrow.from_rows(rows, spec.schema)
    for pause in delta.pauses():
        handle = delta.open_or_create(_place(where, table.name), spec)
        version = delta.replace(handle, content)
        if version is not None:
            return version
        sleep(pause)
    raise delta.busy(where)


def _list(commits: DeltaTable, versions: Mapping[str, int], sizes: Mapping[str, int]) -> int | None:
    """Commit the list of versions; None when another writer was first."""
    now = datetime.now(UTC)
    rows = [
        {"table": name, "version": versions[name], "rows": sizes[name], "committed_at": now}
        for name in STORED
        if name in versions
    ]
    number = (commits.transaction_version(COUNTER) or 0) + 1
    return delta.replace(commits, arrow.from_rows(rows, COMMITS.schema), {COUNTER: number})


def _load(where: str, listed: Mapping[str, int], names: Sequence[str]) -> Records:
    return {name: _rows(where, STORED[name], listed.get(name)) for name in names}


def _rows(where: str, table: Table, version: int | None) -> list[dict[str, Any]]:
    if version is None:
        return []
    handle = delta.open_table(_place(where, table.name), version)
    if handle is None:
        raise Refused(Finding("store.register_incomplete", file=where, value=table.name))
    present = {field.name for field in handle.schema().fields}
    rows = delta.read(handle, [name for name in table.names if name in present]).to_pylist()
    return [_row(table, row) for row in rows]


def _row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: _value(column, row.get(column.name)) for column in table.columns}


def _value(column: Column, value: Any) -> Any:
    if column.kind == "list":
        return tuple(str(part) for part in value or ())
    if value is None or value == "":
        return None
    if column.kind in ("text", "choice"):
        return str(value)
    if column.kind == "date" and isinstance(value, datetime):
        return value.date()
    return float(value) if column.kind == "number" else value


def _copy(records: Records) -> Records:
    return {name: [dict(row) for row in rows] for name, rows in records.items()}


def _schema(table: Table) -> pa.Schema:
    return pa.schema([(column.name, TYPES[column.kind]) for column in table.columns])


def _commits(where: str, at: Mapping[str, int | None] | None) -> DeltaTable | None:
    if at is None:
        return delta.open_table(_place(where, "commits"))
    version = at.get("commits")
    return None if version is None else delta.open_table(_place(where, "commits"), version)


def _listed(commits: DeltaTable | None) -> dict[str, int]:
    if commits is None:
        return {}
    rows = delta.read(commits, ("table", "version")).to_pylist()
    return {row["table"]: row["version"] for row in rows}


def _versions(commits: DeltaTable | None, listed: Mapping[str, int]) -> Versions:
    return {**listed, "commits": commits.version() if commits is not None else None}


def _place(where: str, name: str) -> str:
    folder = STORED[name].folder if name in STORED else "register"
    return delta.place(where, folder, name)
