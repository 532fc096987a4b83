"""What may no longer change in the cycle: what is closed, what was promised, what was measured."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from qualitycycle.findings import Finding
from qualitycycle.register.cells import shown
from qualitycycle.register.cycle_rules import CLOSED
from qualitycycle.register.derive import by_id, sessions_overview
from qualitycycle.register.reach import reach
from qualitycycle.register.subject import oddity, problem
from qualitycycle.register.tables import TABLES, AnyRecords, Row, Table, complete, fold_id, key_of

_ACTIONS, _GOALS, _SOURCES = TABLES["actions"], TABLES["goals"], TABLES["sources"]
_REOPENING = frozenset({"status", "closed_on", "result"})
_PROMISES = (
    (_GOALS, ("norm", "relevant_difference", "indicator")),
    (_ACTIONS, ("predicted_effect", "indicator", "agreed_on", "starts_on", "sessions", "variant")),
)

Change = tuple[Row, dict[str, tuple[Any, Any]]]


def frozen(
    current: AnyRecords, merged: AnyRecords, answered: Collection[str], cycle_start: str
) -> Iterator[Finding]:
    """Everything an import would change in the cycle that it should not; ``answered`` as compared.

    >>> now = {"actions": [{"id": "A1", "status": "done", "result": "It helped"}]}
    >>> after = {"actions": [{"id": "A1", "status": "done", "result": "It did not"}]}
    >>> [one.code for one in frozen(now, after, (), "08-01")]
    ['cycle.edited_when_closed']
    """
    yield from _closed(current, merged)
    yield from _kept_figures(current, merged)
    for table, row, column, old in moved_promises(current, merged, answered, cycle_start):
        yield oddity(table, row, "cycle.promise_changed", column, old=old)
    yield from _lost(current, merged)


def _closed(current: AnyRecords, merged: AnyRecords) -> Iterator[Finding]:
    """A closed action only changes by opening it again."""
    before = by_id(current.get("actions", ()))
    for row, fields in _changed(_ACTIONS, current, merged):
        if before[fold_id(row["id"])].get("status") not in CLOSED:
            continue
        reopened = row["status"] not in CLOSED
        content = [name for name in fields if not (reopened and name in _REOPENING)]
        if content:
            code = "cycle.reopen_first" if reopened else "cycle.edited_when_closed"
            yield problem(_ACTIONS, row, code, content[0], columns=", ".join(content))


def _kept_figures(current: AnyRecords, merged: AnyRecords) -> Iterator[Finding]:
    """What an analysis found is kept as it was."""
    for row, fields in _changed(_SOURCES, current, merged):
        for column in ("figures", "snapshot"):
            if column in fields and fields[column][0] is not None:
                yield problem(_SOURCES, row, "cycle.figures_changed", column, value="...")


def moved_promises(
    current: AnyRecords, merged: AnyRecords, answered: Collection[str], cycle_start: str
) -> Iterator[tuple[Table, Row, str, str]]:
    """Every norm, prediction or reach that changes when the answers it is held against are there.

    ``answered`` as compared. Each with its table, its row as it becomes, its column and what it was.
    """
    for table, promised in _PROMISES:
        for row, fields in _changed(table, current, merged):
            moved = [name for name in promised if name in fields and fields[name][0] not in (None, ())]
            if moved and any(fold_id(id) in answered for id in _judged_by(table, row, merged, cycle_start)):
                for name in moved:
                    yield table, row, name, shown(fields[name][0])


def promise_log(
    log: Sequence[Mapping[str, Any]], moved: Iterable[tuple[Table, Row, str, str]], at: str
) -> list[dict[str, Any]]:
    """The log with what moves now, so that what was promised first can always be shown."""
    rows = [dict(row) for row in log]
    for table, row, column, old in moved:
        new = None if row[column] is None else shown(row[column])
        what = {"table": table.name, "id": row["id"], "column": column, "old": old, "new": new}
        rows.append({"number": len(rows) + 1, "at": at, **what})
    return rows


def _judged_by(table: Table, row: Row, merged: AnyRecords, cycle_start: str) -> tuple[str, ...]:
    """The sessions whose answers a goal or an action is held against."""
    sessions = sessions_overview(merged, cycle_start)
    if table.name == "actions":
        return reach(row, sessions, by_id(merged.get("decisions", ())))
    mine = fold_id(row["partnership"])
    return tuple(
        id for id, one in sessions.items() if fold_id(one.lead) == mine and one.cycle == row["cycle"]
    )


def _lost(current: AnyRecords, merged: AnyRecords) -> Iterator[Finding]:
    """A source that a finding rests on."""
    kept = {key_of(_SOURCES, row) for row in merged.get("sources", ())}
    findings = by_id(merged.get("findings", ()))
    for row in current.get("sources", ()):
        if fold_id(row["finding"]) in findings and key_of(_SOURCES, row) not in kept:
            yield oddity(_SOURCES, Row(row), "cycle.source_removed", "finding")


def _changed(table: Table, current: AnyRecords, merged: AnyRecords) -> Iterator[Change]:
    """The rows that were there before and now say something else, with what differs."""
    before = {key_of(table, row): complete(table, row) for row in current.get(table.name, ())}
    for row in merged.get(table.name, ()):
        now = complete(table, row)
        old = before.get(key_of(table, now))
        if old is None:
            continue
        fields = {name: (old[name], now[name]) for name in table.names if old[name] != now[name]}
        if fields:
            yield now, fields
