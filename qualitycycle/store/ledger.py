"""The ``imports`` table as a ledger: which imports are visible, and which were undone.

Answers and responses are written first; the row in ``imports`` is committed last and makes
them visible. Every commit to the ledger carries the next number of one counter, read from
the same table handle that commits: of two imports at once one wins, and the other looks
again. Each import's own name carries what became of it: ``CLAIMED`` (by its own commit, or
by a sweep that removed its rows as left over, never by both) or ``PURGED`` (retracted and
its rows removed).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable

from qualitycycle import arrow
from qualitycycle.store import delta
from qualitycycle.store.schemas import IMPORTS

COUNTER = "ledger"
CLAIMED, PURGED = 1, 2
STAMP = "%Y%m%d-%H%M%S"


@dataclass(frozen=True)
class Ledger:
    """The events of one version, in the order in which they were committed.

    ``purged`` are the retracted imports whose rows have been removed.
    """

    version: int | None = None
    events: tuple[Mapping[str, Any], ...] = ()
    purged: frozenset[str] = frozenset()

    @property
    def imports(self) -> tuple[Mapping[str, Any], ...]:
        """Every import, visible or not."""
        return tuple(event for event in self.events if event["event"] == "import")

    @property
    def retracted(self) -> frozenset[str]:
        """The ids of the imports that were undone."""
        return frozenset(event["retracts"] for event in self.events if event["event"] == "retract")

    @property
    def visible(self) -> tuple[Mapping[str, Any], ...]:
        """The imports that count, oldest first."""
        retracted = self.retracted
        return tuple(event for event in self.imports if event["import_id"] not in retracted)

    @property
    def visible_ids(self) -> tuple[str, ...]:
        """The ids of the visible imports, oldest first."""
        return tuple(event["import_id"] for event in self.visible)

    @property
    def collections(self) -> tuple[str, ...]:
        """The sessions and surveys of the visible imports."""
        return tuple(dict.fromkeys(name for event in self.visible for name in event["collections"]))

    @property
    def stored(self) -> tuple[Mapping[str, Any], ...]:
        """The imports whose rows should be on the disk."""
        return tuple(event for event in self.imports if event["import_id"] not in self.purged)

    def find(self, import_id: str) -> Mapping[str, Any] | None:
        """The import with this id, if there is one."""
        return next((event for event in self.imports if event["import_id"] == import_id), None)

    def rows(self, table: str, imports: Sequence[Mapping[str, Any]]) -> int:
        """How many rows ``imports`` wrote to ``responses`` or ``answers``."""
        column = {"responses": "response_rows", "answers": "answer_rows"}[table]
        return sum(event[column] for event in imports)

    def history(self) -> list[dict[str, Any]]:
        """The events, oldest first, each with its ``state``.

        ``imported`` (visible), ``retracted`` (undone) or ``retraction`` (the undoing).
        """
        retracted = self.retracted
        return [
            {
                **event,
                "state": "retraction"
                if event["event"] == "retract"
                else "retracted"
                if event["import_id"] in retracted
                else "imported",
            }
            for event in self.events
        ]

    def now(self) -> datetime:
        """The time of the next event: the clock, but never before the last event."""
        last = max((event["imported_at"] for event in self.events), default=None)
        clock = datetime.now(UTC)
        return clock if last is None else max(clock, last + timedelta(microseconds=1))


def read_ledger(table: DeltaTable | None) -> Ledger:
    """The ledger as ``table`` has it."""
    if table is None:
        return Ledger()
    events = _events(delta.read(table, IMPORTS.names))
    events.sort(key=lambda event: (event["imported_at"], event["import_id"]))
    undone = [event["retracts"] for event in events if event["event"] == "retract"]
    purged = frozenset(id for id in undone if table.transaction_version(id) == PURGED)
    return Ledger(table.version(), tuple(events), purged)


def _events(rows: pa.Table) -> list[dict[str, Any]]:
    """The rows as dictionaries; a moment by hand, since Arrow would look for pandas."""
    stamps = rows["imported_at"].cast(pa.int64()).to_pylist()
    events = rows.drop_columns("imported_at").to_pylist()
    return [
        {**event, "imported_at": arrow.EPOCH + timedelta(microseconds=stamp)}
        for event, stamp in zip(events, stamps, strict=True)
    ]


def next_number(table: DeltaTable) -> dict[str, int]:
    """The counter's next value, for the commit that uses this handle."""
    return {COUNTER: (table.transaction_version(COUNTER) or 0) + 1}


def new_id(at: datetime) -> str:
    """An id for an import: the moment (UTC) and something nobody else has.

    >>> new_id(datetime(2026, 1, 31, 9, 30, tzinfo=UTC))[:16]
    '20260131-093000-'
    """
    return f"{at.astimezone(UTC):{STAMP}}-{secrets.token_hex(4)}"


def made_at(import_id: str) -> datetime:
    """When an import with this id began; the beginning of time when the id does not say.

    >>> made_at("20260131-093000-0f3c77aa").isoformat()
    '2026-01-31T09:30:00+00:00'
    """
    try:
        return datetime.strptime(import_id[: len("20260131-093000")], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def event_row(**values: Any) -> pa.Table:
    """One row of the imports table; columns that are not given are null."""
    return arrow.from_rows([values], IMPORTS)
