"""The store of answers: exactly-once imports, retractions and consistent views.

One import is: responses and answers appended (nobody sees them yet), then one row in
``imports``, which makes them visible. Killed anywhere, the store reads as before or after.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from qualitycycle import arrow
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level
from qualitycycle.store import delta, snapshot, upkeep
from qualitycycle.store.identity import Decision, ImportBatch, Outcome, answered, decide
from qualitycycle.store.ledger import CLAIMED, Ledger, event_row, new_id, next_number, read_ledger
from qualitycycle.store.look import Look, take_look
from qualitycycle.store.pairing import Seen
from qualitycycle.store.schemas import EVALUATIONS, RESPONSES, WITHDRAWN, without
from qualitycycle.store.snapshot import DATA, Snapshot

__all__ = ["EvaluationStore", "ImportBatch", "Outcome", "Snapshot"]


@dataclass(frozen=True)
class EvaluationStore:
    """The answers in ``folder``: Delta tables ``responses``, ``answers`` and ``imports``.

    Nothing is made before the first import. Every method raises Refused when the folder
    cannot be reached or other writers keep it busy.
    """

    folder: str | Path

    @property
    def where(self) -> str:
        """The folder as a place."""
        return delta.place(self.folder)

    def write(
        self, batch: ImportBatch, *, replace: bool = False, dry_run: bool = False, look: Look | None = None
    ) -> Outcome:
        """Import ``batch`` exactly once, or not at all.

        Only new responses are written; ``replace`` accepts changed ones, and withdraws the
        stored ones that the file replaces (see ``identity.decide``). ``dry_run`` gives
        the same findings with status ``checked``. A dry run, a refusal and a file that is
        already here leave the folder byte for byte as it was. ``look``: the store as it was
        found a moment ago, so that it need not be read again.
        """
        with delta.reachable(self.where):
            return _write(self.where, batch, replace, dry_run, look)

    def snapshot(self, at: Mapping[str, int | None] | None = None) -> Snapshot:
        """What is visible now, or was at the ``versions`` of an earlier snapshot."""
        with delta.reachable(self.where):
            return snapshot.take(self.where, at)

    def collections(self) -> tuple[str, ...]:
        """The sessions and surveys that have visible answers."""
        with delta.reachable(self.where):
            return read_ledger(delta.open_table(delta.place(self.where, "imports"))).collections

    def look(self) -> Look:
        """What is stored now, for an import to decide by."""
        with delta.reachable(self.where):
            return take_look(self.where)

    def has_link_codes(self) -> bool:
        """Whether any visible response carries a link code."""
        found = self.look()
        return any(row["link_code"] is not None for row in found.responses_in(found.ledger.collections))

    def history(self) -> list[dict[str, Any]]:
        """Every import and retraction, oldest first: the columns of ``imports`` and ``state``.

        ``state`` is ``imported`` (visible), ``retracted`` (undone) or ``retraction``.
        """
        with delta.reachable(self.where):
            return read_ledger(delta.open_table(delta.place(self.where, "imports"))).history()

    def retract(self, import_id: str) -> Outcome:
        """Undo an import in one commit; what it replaced becomes visible again."""
        with delta.reachable(self.where):
            return _retract(self.where, import_id)

    def sweep(self, older_than: timedelta = upkeep.A_DAY) -> tuple[str, ...]:
        """Delete the rows of killed and of retracted imports older than ``older_than``.

        Gives the ids that were cleared. Files stay on the disk for readers until
        ``compact(vacuum=True)``.
        """
        with delta.reachable(self.where):
            return upkeep.sweep(self.where, older_than)

    def compact(self, *, vacuum: bool = False, keep: timedelta = upkeep.A_WEEK) -> None:
        """Merge small files; with ``vacuum`` also remove rows and files nobody needs for good.

        ``keep`` is how long removed rows stay on the disk; zero takes the ground from under
        whoever is reading at this moment.
        """
        with delta.reachable(self.where):
            upkeep.compact(self.where, vacuum, keep)


@dataclass(frozen=True)
class Pending:
    """Rows that have been written and are not visible yet."""

    import_id: str
    decision: Decision


def _write(where: str, batch: ImportBatch, replace: bool, dry_run: bool, look: Look | None) -> Outcome:
    pending: Pending | None = None
    for _ in delta.pauses():
        found, look = look or take_look(where), None
        imports, ledger = found.tables["imports"], found.ledger
        if pending is not None and ledger.find(pending.import_id) is not None:
            return _outcome(pending.decision, batch, "imported", pending.import_id)
        decision = decide(found.known(batch), batch, replace)
        if decision.status != "imported" or dry_run:
            discard(where, pending)
            return _outcome(decision, batch, "checked" if decision.status == "imported" else None)
        if imports is None:
            delta.open_or_create(delta.place(where, "imports"), EVALUATIONS["imports"])
            continue
        if pending is not None and not _still_ours(pending, decision, imports):
            discard(where, pending)
            pending = None
        if pending is None:
            pending = append_rows(where, batch, decision, new_id(ledger.now()), found.tables)
        if make_visible(imports, ledger, batch, decision, pending.import_id):
            _look_around(where, ledger)
            return _outcome(decision, batch, "imported", pending.import_id)
    discard(where, pending)
    raise delta.busy(where)


def _look_around(where: str, ledger: Ledger) -> None:
    """Upkeep; an import that has landed does not fail for it."""
    with contextlib.suppress(Refused, DeltaError, OSError):
        upkeep.now_and_then(where, ledger)


def append_rows(
    where: str,
    batch: ImportBatch,
    decision: Decision,
    import_id: str,
    opened: Mapping[str, DeltaTable | None] = MappingProxyType({}),
) -> Pending:
    """Write the rows of ``decision`` under ``import_id``; nobody sees them yet.

    The responses are described and written while the answers are being written. ``opened``:
    the tables as they were a moment ago.
    """
    answers = stamped("answers", _chosen_answers(batch, decision), import_id)
    with ThreadPoolExecutor(max_workers=1) as beside:
        written = beside.submit(append_to, where, "answers", answers, import_id, opened.get("answers"))
        responses = _with_withdrawals(_chosen_responses(batch.whole(), decision), decision.withdrawn)
        rows = stamped("responses", responses, import_id)
        append_to(where, "responses", rows, import_id, opened.get("responses"))
        written.result()
    return Pending(import_id, decision)


def stamped(name: str, rows: pa.Table, import_id: str) -> pa.Table:
    """The rows as ``responses`` or ``answers`` keeps them."""
    schema = EVALUATIONS[name].schema
    marked = rows.append_column("import_id", arrow.repeat(import_id, pa.string(), rows.num_rows))
    return marked.select(schema.names).cast(schema)


def append_to(
    where: str, name: str, rows: pa.Table, import_id: str, opened: DeltaTable | None = None
) -> None:
    """Write ``rows`` to ``responses`` or ``answers`` under ``import_id``, exactly once."""
    if rows.num_rows:
        delta.append(delta.place(where, name), EVALUATIONS[name], rows, import_id, opened)


def make_visible(
    imports: DeltaTable, ledger: Ledger, batch: ImportBatch, decision: Decision, import_id: str
) -> bool:
    """Commit the row in ``imports``; False when anything happened since ``imports`` was read."""
    responses, answers = _chosen_responses(batch.responses, decision), _chosen_answers(batch, decision)
    row = event_row(
        import_id=import_id,
        event="import",
        imported_at=ledger.now(),
        file=batch.file,
        sha256=batch.sha256,
        fingerprint=batch.fingerprint,
        format=batch.format,
        mapping=batch.mapping,
        instrument=batch.instrument,
        moments=list(batch.moments),
        collections=list(batch.collections),
        responses=sum(responses["n"].to_pylist()),
        answers=batch.answered if answers is batch.answers else answered(answers),
        response_rows=responses.num_rows + len(decision.withdrawn),
        answer_rows=answers.num_rows,
        replaced=decision.replaces,
        tool_version=_tool_version(),
    )
    return delta.commit(imports, row, {**next_number(imports), import_id: CLAIMED})


def discard(where: str, pending: Pending | None) -> None:
    """Delete the rows of an import that will not become visible."""
    if pending is None:
        return
    for name in reversed(DATA):
        delta.delete(delta.place(where, name), "import_id", [pending.import_id])


def _still_ours(pending: Pending, decision: Decision, imports: DeltaTable) -> bool:
    """Whether the rows that were written are the rows to make visible, and no sweep took them."""
    untouched = imports.transaction_version(pending.import_id) is None
    before = pending.decision
    return untouched and (before.to_write, before.withdrawn, before.replaces) == (
        decision.to_write,
        decision.withdrawn,
        decision.replaces,
    )


def _retract(where: str, import_id: str) -> Outcome:
    for _ in delta.pauses():
        imports = delta.open_table(delta.place(where, "imports"))
        ledger = read_ledger(imports)
        undone = ledger.find(import_id)
        if imports is None or undone is None:
            return Outcome("rejected", findings=(Finding("store.unknown_import", value=import_id),))
        if import_id in ledger.retracted:
            already = Finding("store.already_retracted", Level.INFO, value=import_id)
            return Outcome("already_retracted", import_id, findings=(already,))
        at = ledger.now()
        copied = (
            "file",
            "sha256",
            "fingerprint",
            "format",
            "mapping",
            "instrument",
            "moments",
            "collections",
        )
        row = event_row(
            **{name: undone[name] for name in copied},
            import_id=new_id(at),
            event="retract",
            imported_at=at,
            responses=undone["responses"],
            answers=undone["answers"],
            response_rows=0,
            answer_rows=0,
            retracts=import_id,
            replaced=False,
            tool_version=_tool_version(),
        )
        if delta.commit(imports, row, next_number(imports)):
            return Outcome("retracted", import_id, responses=undone["responses"], answers=undone["answers"])
    raise delta.busy(where)


def _outcome(
    decision: Decision, batch: ImportBatch, status: Any = None, import_id: str | None = None
) -> Outcome:
    findings = tuple(replace(found, file=batch.file) for found in decision.findings)
    return Outcome(
        status or decision.status,
        import_id or decision.import_id,
        len(decision.new),
        len(decision.changed),
        decision.unchanged,
        batch.weight,
        batch.answered,
        findings,
        len(decision.withdrawn),
    )


def _chosen_responses(responses: pa.Table, decision: Decision) -> pa.Table:
    """The responses to write."""
    if len(decision.to_write) == responses.num_rows:
        return responses
    return responses.take(arrow.column(decision.to_write, pa.int64()))


def _chosen_answers(batch: ImportBatch, decision: Decision) -> pa.Table:
    """The answers of the responses to write."""
    if len(decision.to_write) == batch.responses.num_rows:
        return batch.answers
    import pyarrow.compute as pc

    ids = _chosen_responses(batch.responses, decision)["response_id"].combine_chunks()
    return batch.answers.filter(pc.is_in(batch.answers["response_id"], ids))


def _with_withdrawals(responses: pa.Table, withdrawn: Sequence[Seen]) -> pa.Table:
    """The responses, and per withdrawn one a row that covers it while it is visible and counts nothing."""
    if not withdrawn:
        return responses
    schema = without(RESPONSES, "import_id")
    rows = [
        {
            "response_id": seen.response_id,
            "collection": seen.collection,
            "moment": seen.moment,
            "instrument": seen.instrument,
            "row_hash": WITHDRAWN,
            "completed": False,
            "n": 0,
            "link_masks": [],
            "flags": [],
        }
        for seen in withdrawn
    ]
    kept = responses.select(schema.names).cast(schema)
    return pa.concat_tables([kept, arrow.from_rows(rows, schema)])


@cache
def _tool_version() -> str:
    try:
        return version("qualitycycle")
    except PackageNotFoundError:
        return ""
