"""One consistent view of the evaluation tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deltalake import DeltaTable

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from qualitycycle.store import delta
from qualitycycle.store.ledger import Ledger, read_ledger
from qualitycycle.versions import Wordings

DATA = ("responses", "answers")


@dataclass(frozen=True)
class Snapshot:
    """What a reader sees of the store, and keeps seeing while others import.

    ``versions`` are the Delta versions of the three tables (None: not there yet);
    ``visible`` the ids of the imports that count, oldest first; ``superseded`` the pairs
    (response_id, import_id) that a later import replaced. ``responses`` and ``answers``
    are the addresses of the Parquet files; ``exact`` says that they hold rows of visible
    imports only, so that a query need not look. An empty store has no files. ``wordings`` says
    which answers a query may take together; the store itself knows nothing of questions.
    """

    versions: Mapping[str, int | None] = field(default_factory=dict)
    visible: tuple[str, ...] = ()
    superseded: frozenset[tuple[str, str]] = frozenset()
    responses: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    exact: bool = True
    wordings: Wordings = field(default_factory=Wordings)

    def as_dict(self) -> dict[str, Any]:
        """What a manifest needs to say which answers were counted."""
        return {
            "versions": dict(self.versions),
            "imports": list(self.visible),
            "superseded": len(self.superseded),
        }


def take(folder: str, at: Mapping[str, int | None] | None = None) -> Snapshot:
    """The view of now, or of the ``versions`` of an earlier snapshot.

    The rows of an import never change, so an earlier view is the imports that were visible
    then, read from the files of now; that survives compaction. It is refused when an
    import that was visible then has been removed for good.
    """
    where = delta.place(folder, "imports")
    for _ in delta.pauses():
        ledger = read_ledger(delta.open_table(where) if at is None else _opened_at(where, at.get("imports")))
        data = {name: delta.open_table(delta.place(folder, name)) for name in DATA}
        gone = _removed(where, ledger)
        if at is not None and gone:
            raise Refused(
                Finding("store.snapshot_gone", count=len(gone), details={"imports": ", ".join(gone)})
            )
        if not gone:
            return _assembled(folder, ledger, data)
    raise delta.busy(where)


def superseded(responses: DeltaTable | None, ledger: Ledger) -> frozenset[tuple[str, str]]:
    """The pairs (response_id, import_id) of visible imports that a later visible one replaced.

    Only an import that replaced, withdrew or brought back something can supersede: all
    others add ids nobody has.
    """
    order = {import_id: position for position, import_id in enumerate(ledger.visible_ids)}
    replacing = {event["import_id"] for event in ledger.visible if event["replaced"]}
    if responses is None or not replacing:
        return frozenset()
    import pyarrow.compute as pc

    columns = ("response_id", "import_id")
    again = delta.read(responses, columns, delta.one_of("import_id", sorted(replacing)))
    rows = delta.read(responses, columns)
    rows = rows.filter(pc.is_in(rows["response_id"], again["response_id"].combine_chunks()))
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows.to_pylist():
        if row["import_id"] in order:
            holders[row["response_id"]].append(row["import_id"])
    return frozenset(
        (response_id, import_id)
        for response_id, imports in holders.items()
        for import_id in set(imports) - {max(imports, key=order.__getitem__)}
    )


def is_exact(table: DeltaTable | None, name: str, ledger: Ledger) -> bool:
    """Whether ``responses`` or ``answers`` holds rows of visible imports only.

    All rows of a visible import are there before it becomes visible, so equal totals
    leave room for no others.
    """
    present = sum(file["num_records"] for file in delta.files(table)) if table is not None else 0
    return present == ledger.rows(name, ledger.visible)


def _opened_at(where: str, version: int | None) -> DeltaTable | None:
    if version is None:
        return None
    return delta.open_table(where, version)


def _removed(where: str, ledger: Ledger) -> list[str]:
    """The visible imports of ``ledger`` whose rows have since been removed."""
    newest = delta.open_table(where)
    if newest is None or newest.version() == ledger.version:
        return []
    return sorted(read_ledger(newest).purged & set(ledger.visible_ids))


def _assembled(folder: str, ledger: Ledger, data: Mapping[str, DeltaTable | None]) -> Snapshot:
    uris = {
        name: delta.addresses(delta.place(folder, name), table)
        if table is not None and ledger.visible
        else ()
        for name, table in data.items()
    }
    versions = {name: None if table is None else table.version() for name, table in data.items()}
    return Snapshot(
        versions={**versions, "imports": ledger.version},
        visible=ledger.visible_ids,
        superseded=superseded(data["responses"], ledger),
        responses=uris["responses"],
        answers=uris["answers"],
        collections=ledger.collections,
        exact=all(is_exact(table, name, ledger) for name, table in data.items()),
    )
