"""Keeping the evaluation tables tidy without disturbing imports or readers."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from deltalake import DeltaTable

from qualitycycle import arrow
from qualitycycle.store import delta
from qualitycycle.store.ledger import CLAIMED, PURGED, Ledger, made_at, next_number, read_ledger
from qualitycycle.store.schemas import EVALUATIONS, IMPORTS
from qualitycycle.store.snapshot import DATA

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)

EVERY = 10
"""An import looks around after so many imports and retractions."""

MANY_FILES = 40
"""The tables are compacted when one of them has more data files."""


def now_and_then(where: str, ledger: Ledger) -> None:
    """After every ``EVERY`` imports: clear what killed imports left, merge many small files.

    ``ledger`` is as the import found it.
    """
    if (len(ledger.events) + 1) % EVERY:
        return
    tables = {name: delta.open_table(delta.place(where, name)) for name in EVALUATIONS}
    files = {name: delta.files(table) if table is not None else [] for name, table in tables.items()}
    present = {name: sum(file["num_records"] for file in files[name]) for name in DATA}
    now = read_ledger(tables["imports"])
    if present != {name: now.rows(name, now.stored) for name in DATA}:
        sweep(where, A_DAY)
    if max(len(found) for found in files.values()) > MANY_FILES:
        for name in EVALUATIONS:
            delta.compact(delta.place(where, name))


def sweep(where: str, older_than: timedelta) -> tuple[str, ...]:
    """Delete the rows of killed and retracted imports; see ``EvaluationStore.sweep``.

    Each killed import is claimed in the ledger first. Should it turn out to be alive, its
    own commit then loses and it writes its rows again under another id; an import that is
    visible is never touched.
    """
    before = datetime.now(UTC) - older_than
    for pause in delta.pauses():
        tables = {name: delta.open_table(delta.place(where, name)) for name in DATA}
        present = {import_id for table in tables.values() for import_id in _imports_in(table)}
        if not present:
            return ()
        imports = delta.open_or_create(delta.place(where, "imports"), EVALUATIONS["imports"])
        ledger = read_ledger(imports)
        known = {event["import_id"] for event in ledger.imports}
        orphans = {id for id in present - known if made_at(id) <= before}
        undone = {id for id in present & _retracted_before(ledger, before)}
        claims = _claims(imports, orphans, undone)
        if claims and not delta.commit(
            imports, arrow.from_rows([], IMPORTS), {**next_number(imports), **claims}
        ):
            time.sleep(pause)
            continue
        cleared = tuple(sorted(orphans | undone))
        for name in reversed(DATA):
            if cleared:
                delta.delete(delta.place(where, name), "import_id", cleared)
        return cleared
    raise delta.busy(where)


def compact(where: str, vacuum: bool, keep: timedelta) -> None:
    """See ``EvaluationStore.compact``. The ledger is never vacuumed: old views are read from it."""
    if vacuum:
        sweep(where, keep)
    for name in EVALUATIONS:
        delta.compact(delta.place(where, name))
    if vacuum:
        for name in DATA:
            delta.vacuum(delta.place(where, name), keep)


def _claims(imports: DeltaTable, orphans: set[str], undone: set[str]) -> dict[str, int]:
    fresh = {id: CLAIMED for id in orphans if imports.transaction_version(id) is None}
    return fresh | {id: PURGED for id in undone if imports.transaction_version(id) != PURGED}


def _retracted_before(ledger: Ledger, moment: datetime) -> set[str]:
    return {
        event["retracts"]
        for event in ledger.events
        if event["event"] == "retract" and event["imported_at"] <= moment
    }


def _imports_in(table: DeltaTable | None) -> set[str]:
    """The ids of the imports that have rows in ``table``; reads only files of several imports."""
    if table is None:
        return set()
    spans = [(file.get("min.import_id"), file.get("max.import_id")) for file in delta.files(table)]
    single = {low for low, high in spans if low is not None and low == high}
    if all(low in single and low == high for low, high in spans):
        return single
    return set(delta.read(table, ("import_id",))["import_id"].to_pylist())
