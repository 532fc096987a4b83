"""The published cells: what a report printed, kept after the answers under it are gone.

One append-only table in ``cycle/``. Every report adds one *print*: the cells of a partnership
over a cycle, in one commit. Cells hold codes, ids and numbers that passed the gate; no words of
people and no key to a response.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable

from qualitycycle import arrow
from qualitycycle.store import delta
from qualitycycle.store.delta import TableSpec

TEXTS = pa.list_(pa.field("element", pa.string()))

CELL = pa.schema(
    [
        ("guarantees", TEXTS),
        ("side", pa.string()),
        ("code", pa.string()),
        ("reference", pa.string()),
        ("indicator", pa.string()),
        ("measure", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("n", pa.int64()),
        ("sessions", pa.int64()),
        ("trainers", pa.int64()),
        ("count", pa.int64()),
        ("total", pa.int64()),
        ("against", pa.float64()),
        ("instrument", pa.string()),
        ("proposed", pa.bool_()),
        ("taken_on", pa.date32()),
        ("held", pa.string()),
    ]
)
"""What was printed of one question, score, register fact, goal, finding or action: its figures,
the number it was held against, and on which side of which guarantee the report put it."""

PRINT = pa.schema(
    [
        ("partnership", pa.string()),
        ("cycle", pa.string()),
        ("number", pa.int64()),
        ("position", pa.int64()),
        ("kept_on", pa.date32()),
        ("imports", TEXTS),
        ("collections", TEXTS),
        ("snapshot", pa.string()),
    ]
)
"""``number`` counts the prints of the store; ``imports`` are those the figures rest on and
``collections`` the sessions with answers, of this partnership and cycle; ``snapshot`` has the
versions of every table and the hash of the config."""

KEPT = TableSpec(pa.schema([*PRINT, *CELL]))
COUNTER = "kept"

STANDS = "stands"
"""Under this name the snapshot of a print says which answers it counted (see ``workspace.waiting``)."""


def cell(values: Mapping[str, Any]) -> dict[str, Any]:
    """A cell as it is stored and read: every column, lists as tuples.

    >>> cell({"code": "tandem", "count": 6, "guarantees": ["W2"]})["guarantees"]
    ('W2',)
    """
    row = {name: values.get(name) for name in CELL.names}
    return {**row, "guarantees": tuple(row["guarantees"] or ())}


@dataclass(frozen=True)
class Print:
    """The cells of one report: of which partnership and cycle, kept on which day, resting on what."""

    partnership: str
    cycle: str
    kept_on: date
    imports: tuple[str, ...]
    collections: tuple[str, ...]
    snapshot: Mapping[str, Any]
    cells: tuple[Mapping[str, Any], ...]
    number: int = 0

    def says_the_same(self, other: Print) -> bool:
        """Whether another print has the same cells from the same answers."""
        mine, theirs = (
            (one.cells, one.imports, one.collections, one.snapshot.get(STANDS)) for one in (self, other)
        )
        return mine == theirs


@dataclass(frozen=True)
class KeptStore:
    """The published cells of a workspace, in ``cycle/kept`` under ``root``.

    Nothing is made before the first report. Every method raises Refused when the folder cannot
    be reached or other writers keep it busy.
    """

    root: str | Path

    @property
    def where(self) -> str:
        """The folder of the table as a place."""
        return delta.place(self.root, "cycle", "kept")

    def prints(self, partnership: str) -> tuple[Print, ...]:
        """Every print of a partnership, oldest first."""
        with delta.reachable(self.where):
            table = delta.open_table(self.where)
            return () if table is None else tuple(_prints(table, partnership))

    def stamps(self) -> tuple[tuple[date, Mapping[str, Any]], ...]:
        """The day and the snapshot of every print of every partnership, oldest first."""
        with delta.reachable(self.where):
            table = delta.open_table(self.where)
            columns = ("number", "kept_on", "snapshot")
            rows = [] if table is None else delta.read(table, columns, "position = 0").to_pylist()
        rows.sort(key=lambda row: int(row["number"]))
        return tuple((row["kept_on"], json.loads(row["snapshot"])) for row in rows)

    def keep(self, partnership: str, make: Callable[[tuple[Print, ...]], Print]) -> Print:
        """Add the print that ``make`` gives, knowing the earlier ones of the partnership.

        When the last print of that cycle says the same, nothing is written and that one is given
        back. ``make`` runs again when another writer was first: it must depend on its argument only.
        """
        with delta.reachable(self.where):
            return _keep(self.where, partnership, make)


def _keep(where: str, partnership: str, make: Callable[[tuple[Print, ...]], Print]) -> Print:
    for pause in delta.pauses():
        table = delta.open_or_create(where, KEPT)
        known = tuple(_prints(table, partnership))
        fresh = make(known)
        last = next((one for one in reversed(known) if one.cycle == fresh.cycle), None)
        if last is not None and fresh.says_the_same(last):
            return last
        number = (table.transaction_version(COUNTER) or 0) + 1
        rows = arrow.from_rows(list(_rows(fresh, number)), KEPT.schema)
        if delta.commit(table, rows, {COUNTER: number}):
            return replace(fresh, number=number)
        time.sleep(pause)
    raise delta.busy(where)


def _rows(made: Print, number: int) -> Iterator[dict[str, Any]]:
    for position, cell in enumerate(made.cells):
        yield {
            "partnership": made.partnership,
            "cycle": made.cycle,
            "number": number,
            "position": position,
            "kept_on": made.kept_on,
            "imports": list(made.imports),
            "collections": list(made.collections),
            "snapshot": json.dumps(made.snapshot, sort_keys=True, default=str),
            **cell,
        }


def _prints(table: DeltaTable, partnership: str) -> Iterator[Print]:
    """The prints of a partnership in the order in which they were kept."""
    rows = delta.read(table, KEPT.schema.names, delta.one_of("partnership", [partnership])).to_pylist()
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["number"], []).append(row)
    for number in sorted(found):
        yield _print(sorted(found[number], key=lambda row: int(row["position"])))


def _print(rows: Sequence[Mapping[str, Any]]) -> Print:
    first = rows[0]
    return Print(
        partnership=first["partnership"],
        cycle=first["cycle"],
        kept_on=first["kept_on"],
        imports=tuple(first["imports"] or ()),
        collections=tuple(first["collections"] or ()),
        snapshot=json.loads(first["snapshot"]),
        cells=tuple(cell(row) for row in rows),
        number=first["number"],
    )
