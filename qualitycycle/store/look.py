"""What the store holds at one moment, as far as an import needs it to decide.

Taken while a file is still being read. Whoever commits does so against ``imports`` as it was
found: had anything happened since, that commit loses and the import looks again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable

from qualitycycle import arrow
from qualitycycle.store import delta, snapshot
from qualitycycle.store.identity import ImportBatch, Known
from qualitycycle.store.ledger import Ledger, read_ledger
from qualitycycle.store.pairing import Content, Place, Seen, strange_places
from qualitycycle.store.schemas import RESPONSES, WITHDRAWN

SEEN = ("response_id", "row_hash", "collection", "moment", "import_id", "instrument")
KEPT = ("response_id", "row_hash", "collection", "moment", "completed", "link_code", "import_id")
SAID = ("response_id", "import_id", "item", "state", "score", "option", "text")
LOOKED = tuple(dict.fromkeys((*SEEN, *KEPT)))


@dataclass(frozen=True)
class Look:
    """The ``tables`` as they were opened (None: not there yet), the ``ledger``, every stored response
    (the columns of ``LOOKED``), and the pairs (response_id, import_id) that a later import replaced."""

    where: str
    tables: Mapping[str, DeltaTable | None]
    ledger: Ledger
    rows: pa.Table
    hidden: frozenset[tuple[str, str]]

    def responses_in(self, collections: Collection[str]) -> list[dict[str, Any]]:
        """The visible responses of these collections: the columns of ``KEPT``."""
        import pyarrow.compute as pc

        wanted = sorted(set(collections) & set(self.ledger.collections))
        if not wanted:
            return []
        there = self.rows.filter(pc.is_in(self.rows["collection"], arrow.column(wanted, pa.string())))
        visible = set(self.ledger.visible_ids)
        return [
            row
            for row in there.select(KEPT).to_pylist()
            if row["import_id"] in visible
            and (row["response_id"], row["import_id"]) not in self.hidden
            and row["row_hash"] != WITHDRAWN
        ]

    def known(self, batch: ImportBatch) -> Known:
        """The visible responses that concern ``batch``."""
        if not self.rows.num_rows or not batch.responses.num_rows:
            return Known()
        found = _concerning(self.rows, batch)
        same = {
            event["import_id"]: tuple(event["collections"])
            for event in self.ledger.visible
            if event["fingerprint"] == batch.fingerprint
        }
        if not found.num_rows:
            return Known(same_content=same)
        visible = set(self.ledger.visible_ids)
        shown = [
            seen
            for seen in map(Seen, *(found[name].to_pylist() for name in SEEN))
            if seen.import_id in visible and (seen.response_id, seen.import_id) not in self.hidden
        ]
        responses = [seen for seen in shown if seen.row_hash != WITHDRAWN]
        withdrawn = frozenset(seen.response_id for seen in shown if seen.row_hash == WITHDRAWN)
        apart = strange_places(batch.seen, responses) if batch.keyed else set()
        return Known(responses, same, withdrawn, self._given(batch, responses, apart) if apart else {})

    def _given(self, batch: ImportBatch, stored: Sequence[Seen], places: set[Place]) -> Mapping[str, Content]:
        """What the file and the stored responses say in ``places``, on the items both have."""
        table = delta.open_table(delta.place(self.where, "answers"))
        if table is None:
            return {}
        there = {(seen.response_id, seen.import_id) for seen in stored if seen.place in places}
        rows = delta.read(table, SAID, delta.one_of("collection", sorted({name for name, _ in places})))
        before = [row for row in rows.to_pylist() if (row["response_id"], row["import_id"]) in there]
        now = [row for row in batch.answers.to_pylist() if (row["collection"], row["moment"]) in places]
        return _said(before, now)


def take_look(where: str) -> Look:
    """The store as it is now."""
    imports = delta.open_table(delta.place(where, "imports"))
    ledger = read_ledger(imports)
    tables = {name: delta.open_table(delta.place(where, name)) for name in snapshot.DATA}
    there, responses = {"imports": imports, **tables}, tables["responses"]
    if responses is None or not ledger.visible:
        nothing = arrow.from_rows([], pa.schema([RESPONSES.field(name) for name in LOOKED]))
        return Look(where, there, ledger, nothing, frozenset())
    rows = delta.read(responses, LOOKED)
    return Look(where, there, ledger, rows, snapshot.superseded(responses, ledger))


def _said(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> dict[str, Content]:
    """Per response what it answers to the items that both have."""
    shared = {row["item"] for row in before} & {row["item"] for row in now}
    said: dict[str, set[tuple[str, str]]] = {}
    for row in (*before, *now):
        if row["item"] in shared and row["state"] == "answered":
            answer = f"{row['score']}|{row['option']}|{row['text']}"
            said.setdefault(row["response_id"], set()).add((row["item"], answer))
    return {response_id: frozenset(answers) for response_id, answers in said.items()}


def _concerning(rows: pa.Table, batch: ImportBatch) -> pa.Table:
    """The rows that share an id, a row hash or a collection with ``batch``."""
    import pyarrow.compute as pc

    shared = [
        pc.is_in(rows[column], batch.responses[column].combine_chunks())
        for column in ("response_id", "row_hash", "collection")
    ]
    return rows.filter(pc.or_(pc.or_(shared[0], shared[1]), shared[2]))
