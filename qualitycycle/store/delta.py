"""Delta tables in a folder: opening, appending, replacing, reading and tidying.

The only module that knows how Delta Lake is called. A place is a ``str`` (a folder, or
later the address of an object store); ``place`` builds it.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    QueryBuilder,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding

ATTEMPTS = 60
"""How often a commit that lost a race is tried again before giving up."""

COMMIT_RETRIES = 200
"""How often Delta itself moves an append one version up when another writer was first."""

LONGEST_PAUSE = 0.25
"""Seconds; the pauses between attempts grow to this, with jitter."""

IMPOSSIBLE = re.compile(r"[\[\]^|\\\t\n]|%[0-9A-Fa-f]{2}")
"""What Delta cannot handle in the name of a folder."""


@dataclass(frozen=True)
class TableSpec:
    """A table's columns, and those whose smallest and largest value may stand in the log."""

    schema: pa.Schema
    statistics: tuple[str, ...] = ()

    @property
    def configuration(self) -> dict[str, str | None]:
        """Delta's table properties; the log is kept, so that an old version can be read."""
        chosen: dict[str, str | None] = {"delta.enableExpiredLogCleanup": "false"}
        if self.statistics:
            chosen["delta.dataSkippingStatsColumns"] = ",".join(self.statistics)
        else:
            chosen["delta.dataSkippingNumIndexedCols"] = "0"
        return chosen


def place(folder: str | Path, *parts: str) -> str:
    """The place of a table under ``folder``.

    >>> place("region/", "evaluations", "answers")
    'region/evaluations/answers'
    """
    root = str(folder).rstrip("/") if _is_remote(folder) else Path(folder).as_posix()
    return "/".join([root, *parts])


def open_table(where: str, version: int | None = None) -> DeltaTable | None:
    """The table at ``where``, or None when nothing has been written there yet."""
    try:
        return DeltaTable(where, version=version)
    except TableNotFoundError:
        return None


def open_or_create(where: str, spec: TableSpec) -> DeltaTable:
    """The table at ``where``, made first when it is not there; safe when others do the same."""
    for pause in pauses():
        table = open_table(where)
        if table is not None:
            return table
        try:
            return DeltaTable.create(where, spec.schema, mode="ignore", configuration=spec.configuration)
        except CommitFailedError:
            time.sleep(pause)
    raise busy(where)


def append(where: str, spec: TableSpec, rows: pa.Table, once: str, opened: DeltaTable | None = None) -> None:
    """Append ``rows``, exactly once for the transaction name ``once``.

    ``opened``: the table as it was a moment ago, so that it need not be opened again.
    """
    for pause in pauses():
        table, opened = opened or open_or_create(where, spec), None
        if table.transaction_version(once) is not None:
            return
        if commit(table, rows, {once: 1}, spec.statistics):
            return
        time.sleep(pause)
    raise busy(where)


def commit(
    table: DeltaTable, rows: pa.Table, transactions: Mapping[str, int], statistics: Sequence[str] = ()
) -> bool:
    """Append ``rows`` in one commit; False when it lost a race.

    It loses when, since ``table`` was read, another commit used one of the names in
    ``transactions`` or removed rows. ``rows`` may be empty: a commit of names only.
    ``statistics``: the columns whose smallest and largest value are kept beside the rows.
    """
    try:
        write_deltalake(
            table,
            rows,
            mode="append",
            writer_properties=_written(statistics),
            commit_properties=CommitProperties(
                max_commit_retries=COMMIT_RETRIES, app_transactions=_named(transactions)
            ),
        )
    except CommitFailedError:
        return False
    return True


def replace(table: DeltaTable, rows: pa.Table, transactions: Mapping[str, int] | None = None) -> int | None:
    """Put ``rows`` in place of everything in the table; the new version, or None on a lost race.

    It loses whenever anybody committed since ``table`` was read.
    """
    version = table.version()
    try:
        write_deltalake(
            table,
            rows,
            mode="overwrite",
            schema_mode="overwrite",
            writer_properties=WriterProperties(compression="ZSTD"),
            commit_properties=CommitProperties(
                max_commit_retries=0, app_transactions=_named(transactions or {})
            ),
        )
    except CommitFailedError:
        return None
    return version + 1


def delete(where: str, column: str, values: Sequence[str]) -> None:
    """Delete the rows whose ``column`` is one of ``values``; gone from the disk after ``compact``."""
    for pause in pauses():
        table = open_table(where)
        if table is None:
            return
        try:
            table.delete(one_of(column, values))
            return
        except CommitFailedError:
            time.sleep(pause)
    raise busy(where)


def read(table: DeltaTable, columns: Sequence[str], where: str | None = None) -> pa.Table:
    """The rows of ``columns`` that fulfil the condition ``where`` (SQL), in no particular order."""
    condition = f" WHERE {where}" if where else ""
    query = f"SELECT {', '.join(quoted(column) for column in columns)} FROM rows{condition}"
    batches = QueryBuilder().register("rows", table).execute(query)
    rows = pa.RecordBatchReader.from_stream(batches).read_all()
    plain = pa.schema(table.schema().to_arrow())
    return rows.cast(pa.schema([plain.field(column) for column in columns]))


def files(table: DeltaTable) -> list[dict[str, Any]]:
    """The data files: ``path``, ``num_records`` and, where kept, ``min.`` and ``max.`` of a column."""
    actions = pa.RecordBatchReader.from_stream(table.get_add_actions(flatten=True))
    found: list[dict[str, Any]] = actions.read_all().to_pylist()
    return found


def addresses(where: str, table: DeltaTable) -> tuple[str, ...]:
    """Where the data files of the table at ``where`` are, as any reader of Parquet opens them.

    Not Delta's own ``file_uris``: these write a space or an accent in a folder as ``%20``.
    """
    root = where if _is_remote(where) else Path(where).absolute().as_posix()
    return tuple(f"{root}/{file['path']}" for file in files(table))


def compact(where: str) -> bool:
    """Merge small files into large ones; False when another writer was in the way."""
    table = open_table(where)
    if table is None:
        return True
    try:
        table.optimize.compact(writer_properties=WriterProperties(compression="ZSTD"))
    except CommitFailedError:
        return False
    return True


def vacuum(where: str, keep: timedelta) -> None:
    """Remove from the disk what no version of the last ``keep`` needs.

    Whoever is reading has opened files that were current less than ``keep`` ago. Files that
    no commit mentions (of a killed import) go only when ``keep`` is a day or more: a
    younger one may belong to an import under way.
    """
    table = open_table(where)
    if table is not None:
        table.vacuum(
            retention_hours=int(keep / timedelta(hours=1)),
            dry_run=False,
            enforce_retention_duration=False,
            full=keep >= timedelta(days=1),
        )


def one_of(column: str, values: Sequence[str]) -> str:
    """The SQL condition that ``column`` is one of ``values``.

    >>> one_of("import_id", ["a", "b's"])
    '"import_id" IN (\\'a\\', \\'b\\'\\'s\\')'
    """
    texts = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"{quoted(column)} IN ({texts})" if values else "FALSE"


def quoted(column: str) -> str:
    """The name of a column in SQL."""
    return '"' + column.replace('"', '""') + '"'


def pauses() -> Iterator[float]:
    """Seconds to wait between attempts: growing, with jitter, ``ATTEMPTS`` of them."""
    for attempt in range(ATTEMPTS):
        yield random.uniform(0.2, 1.0) * min(LONGEST_PAUSE, 0.005 * 2**attempt)


def busy(where: str) -> Refused:
    """The refusal when other writers would not let us in."""
    return Refused(Finding("store.busy", file=where))


@contextmanager
def reachable(where: str) -> Iterator[None]:
    """Turn what a disk or share can do wrong into a finding.

    Also a folder name that Delta cannot handle: it stops the whole program at some
    characters and reads a folder ``a%20b`` as ``a b``.
    """
    found = None if _is_remote(where) else IMPOSSIBLE.search(Path(where).absolute().as_posix())
    if found:
        raise Refused(Finding("store.folder_name", file=where, value=found.group()))
    try:
        yield
    except (OSError, DeltaError) as problem:
        first_line = (str(problem).splitlines() or [type(problem).__name__])[0]
        raise Refused(Finding("store.unreachable", file=where, details={"problem": first_line})) from problem


def _is_remote(where: str | Path) -> bool:
    return "://" in str(where)


def _named(transactions: Mapping[str, int]) -> list[Transaction]:
    return [Transaction(name, version) for name, version in transactions.items()]


def _written(statistics: Sequence[str]) -> WriterProperties:
    return WriterProperties(
        compression="ZSTD",
        default_column_properties=ColumnProperties(statistics_enabled="NONE"),
        column_properties={name: ColumnProperties(statistics_enabled="CHUNK") for name in statistics},
    )
