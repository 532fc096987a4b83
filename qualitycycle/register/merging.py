"""Two ids of one person become one, and back.

A merge is a list of steps, each a row before and after; the log keeps them, so that undoing
restores exactly what was there, or refuses when somebody changed those rows since.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qualitycycle.findings import Finding, Level
from qualitycycle.register.cells import shown
from qualitycycle.register.derive import CYCLE_START, SessionFacts, sessions_overview
from qualitycycle.register.duplicates import SHEETS
from qualitycycle.register.subject import key_text
from qualitycycle.register.tables import (
    TABLES,
    AnyRecords,
    Column,
    Records,
    Table,
    complete,
    complete_all,
    fold_id,
    key_of,
)

_PEOPLE = frozenset(f"{sheet}.id" for sheet in SHEETS)


@dataclass(frozen=True)
class Step:
    """What happens to one row: its place in the table, the row before, and after (None: gone)."""

    table: str
    at: int
    before: Mapping[str, Any]
    after: Mapping[str, Any] | None


@dataclass(frozen=True)
class Merged:
    """The register afterwards, the steps that led there, and what must be said of it."""

    records: Records
    steps: list[Step]
    findings: list[Finding]


def merge_people(
    records: AnyRecords,
    keep: str,
    gone: str,
    answered: Collection[str] = (),
    cycle_start: str = CYCLE_START,
) -> Merged:
    """Give everything of ``gone`` to ``keep``.

    Every reference is re-keyed. Where both have a row that can stand only once, it becomes one
    row: ``keep`` decides, what it leaves blank comes from ``gone``, and what differs is a
    finding. On whose behalf a session was given stays as it was: where that followed from
    ``gone``'s own affiliation it is written down with the session. Errors: an id nobody has,
    the same id twice, and a session with answers (its id in ``answered``) whose team or
    variant would become another.

    >>> before = {"mentors": [{"id": "M1"}, {"id": "M2", "name": "Noor"}],
    ...           "certificates": [{"id": "C1", "person": "M2"}]}
    >>> merged = merge_people(before, "M1", "M2")
    >>> merged.records["mentors"][0]["name"], merged.records["certificates"][0]["person"]
    ('Noor', 'M1')
    >>> undone = unmerge_people(merged.records, merged.steps)
    >>> undone.records == complete_all(before)
    True
    """
    whole = complete_all(records)
    problems = list(_unknown(whole, keep, gone))
    if problems:
        return Merged(whole, [], problems)
    kept, lost = spelled(whole, keep), fold_id(gone)
    steps: list[Step] = []
    findings: list[Finding] = []
    for table in TABLES.values():
        made, found = _table_steps(table, whole[table.name], kept, lost)
        steps += made
        findings += found
    after = _forward(whole, steps)
    steps = _with_affiliations(whole, after, steps, {fold_id(kept), lost}, cycle_start)
    after = _forward(whole, steps)
    findings += _moved(whole, after, answered, cycle_start)
    return Merged(after, steps, sorted(findings, key=lambda one: not one.is_error))


def unmerge_people(
    records: AnyRecords,
    steps: Sequence[Step],
    answered: Collection[str] = (),
    cycle_start: str = CYCLE_START,
) -> Merged:
    """Put every row of a merge back as it was; an error per row that changed since.

    Rows that were added later stay with the person they name. A session that has answers by
    now keeps its team and variant: that is an error too.
    """
    whole = complete_all(records)
    problems = list(_changed_since(whole, steps))
    if problems:
        return Merged(whole, [], problems)
    by_table: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_table[step.table].append(step)
    back = {name: _back(TABLES[name], whole[name], made) for name, made in by_table.items()}
    restored = {**whole, **back}
    return Merged(restored, list(steps), list(_moved(whole, restored, answered, cycle_start)))


def spelled(records: AnyRecords, id: str) -> str:
    """A person's id as the register spells it; as given when nobody has it.

    >>> spelled({"mentors": [{"id": "M1"}]}, " m1")
    'M1'
    """
    rows = (row for sheet in SHEETS for row in records.get(sheet, ()))
    return next((str(row["id"]) for row in rows if fold_id(row["id"]) == fold_id(id)), id)


def steps_text(steps: Sequence[Step]) -> str:
    """The steps as JSON, for the log; ``steps_of`` reads them back."""
    plain = [{"table": one.table, "at": one.at, "before": one.before, "after": one.after} for one in steps]
    return json.dumps(plain, ensure_ascii=False, default=lambda day: day.isoformat())


def steps_of(text: str) -> list[Step]:
    """The steps from the log."""
    return [
        Step(one["table"], one["at"], _typed(one["table"], one["before"]), _typed(one["table"], one["after"]))
        for one in json.loads(text)
    ]


def former(log: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The people that went up in others, by merges that stand: their rows of before, with more.

    ``now`` is the id they have become, whoever that was merged with later included; ``number``
    is that of the merge in the log.

    >>> made = merge_people({"mentors": [{"id": "M1"}, {"id": "M2", "name": "Noor"}]}, "M1", "M2")
    >>> line = {"kept": "M1", "gone": "M2", "steps": steps_text(made.steps), "number": 1}
    >>> [(row["id"], row["name"], row["now"]) for row in former([line])]
    [('M2', 'Noor', 'M1')]
    """
    standing = [line for line in log if not line.get("undone_at")]
    became = {fold_id(line["gone"]): str(line["kept"]) for line in standing}

    def now(id: str) -> str:
        return now(became[fold_id(id)]) if fold_id(id) in became else id

    return [
        {**step.before, "now": now(str(line["kept"])), "number": line["number"]}
        for line in standing
        for step in steps_of(str(line["steps"]))
        if step.table in SHEETS and fold_id(step.before["id"]) == fold_id(line["gone"])
    ]


def _typed(table: str, row: Mapping[str, Any] | None) -> Any:
    if row is None:
        return None
    dates = {column.name for column in TABLES[table].columns if column.kind == "date"}
    values = {
        name: date.fromisoformat(cell) if cell and name in dates else cell for name, cell in row.items()
    }
    return complete(TABLES[table], values)


def _unknown(records: Records, keep: str, gone: str) -> Iterator[Finding]:
    known = {fold_id(row["id"]) for sheet in SHEETS for row in records[sheet]}
    for id in (keep, gone):
        if fold_id(id) not in known:
            yield Finding("people.no_such_person", value=id)
    if fold_id(keep) == fold_id(gone):
        yield Finding("people.merge_with_itself", value=keep)


def people_columns(table: Table) -> list[Column]:
    """The columns that hold a person's id.

    >>> [column.name for column in people_columns(TABLES["followed"])]
    ['person']
    """
    own = [table.column("id")] if table.name in SHEETS else []
    return own + [column for column in table.columns if _PEOPLE & set(column.refers_to)]


def _people(cell: Any) -> set[str]:
    """The people a cell names, as compared."""
    return {fold_id(one) for one in (cell if isinstance(cell, tuple) else (cell,))}


def _passed_on(cell: Any, kept: str, lost: str) -> Any:
    """The cell with ``kept`` in the place of ``lost``, once."""
    if isinstance(cell, tuple):
        return tuple(dict.fromkeys(kept if fold_id(one) == lost else one for one in cell))
    return kept if fold_id(cell) == lost else cell


def _table_steps(
    table: Table, rows: Sequence[Mapping[str, Any]], kept: str, lost: str
) -> tuple[list[Step], list[Finding]]:
    names = [column.name for column in people_columns(table)]
    moving = [at for at, row in enumerate(rows) if any(lost in _people(row[name]) for name in names)]
    staying = {key_of(table, row): at for at, row in enumerate(rows) if at not in set(moving)}
    now: dict[int, Mapping[str, Any] | None] = {}
    findings: list[Finding] = []
    for at in moving:
        row = {
            name: _passed_on(cell, kept, lost) if name in names else cell for name, cell in rows[at].items()
        }
        twin = staying.get(key_of(table, row))
        if twin is None:
            now[at] = complete(table, row)
            continue
        base = now.get(twin) or rows[twin]
        now[twin], now[at] = _joined(table, base, row), None
        findings += _overruled(table, base, row)
    certificates = [at for at in moving if table.name == "certificates"]
    findings += [_reprint(rows[at]) for at in certificates]
    return [Step(table.name, at, rows[at], now[at]) for at in sorted(now) if now[at] != rows[at]], findings


def _joined(table: Table, base: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    filled = {
        column.name: base[column.name] if base[column.name] != column.blank else other[column.name]
        for column in table.columns
    }
    return complete(table, filled)


def _overruled(table: Table, base: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Finding]:
    """What is said differently of the two, and is therefore not taken over."""
    for column in table.columns:
        ours, theirs = base[column.name], other[column.name]
        if column.name in table.key or column.blank in (ours, theirs) or ours == theirs:
            continue
        details = {"sheet": table.name, "at": key_text(table, base), "kept": shown(ours)}
        yield Finding(
            "people.merge_overrules", Level.WARNING, column=column.name, value=shown(theirs), details=details
        )


def _reprint(row: Mapping[str, Any]) -> Finding:
    return Finding(
        "people.merge_certificate", Level.WARNING, value=str(row["id"]), details={"sheet": "certificates"}
    )


def _forward(records: Records, steps: Sequence[Step]) -> Records:
    changed = {(step.table, step.at): step.after for step in steps}
    after: Records = {}
    for name, rows in records.items():
        now = (changed.get((name, at), row) for at, row in enumerate(rows))
        after[name] = [dict(row) for row in now if row is not None]
    return after


def _with_affiliations(
    before: Records, after: Records, steps: list[Step], people: set[str], cycle_start: str
) -> list[Step]:
    """The steps, with the affiliation written down where it would become another one."""
    was, now = (_affiliations(records, cycle_start) for records in (before, after))
    rows = before["session_trainers"]
    made = {step.at: step for step in steps if step.table == "session_trainers"}
    for at, row in enumerate(rows):
        if fold_id(row["trainer"]) not in people or row["affiliation"]:
            continue
        step = made.get(at, Step("session_trainers", at, row, row))
        if step.after is None or step.after["affiliation"]:
            continue
        old = was.get((fold_id(row["session"]), fold_id(row["trainer"])))
        new = now.get((fold_id(row["session"]), fold_id(step.after["trainer"])))
        if old and old != new:
            made[at] = Step(step.table, at, row, {**step.after, "affiliation": old})
    others = [step for step in steps if step.table != "session_trainers"]
    return others + [made[at] for at in sorted(made)]


def _affiliations(records: Records, cycle_start: str) -> dict[tuple[str, str], str | None]:
    return {
        (fold_id(id), fold_id(trainer)): str(affiliation) if affiliation else None
        for id, facts in sessions_overview(records, cycle_start).items()
        for trainer, affiliation in zip(facts.trainers, facts.affiliations, strict=True)
    }


def _moved(before: Records, after: Records, answered: Collection[str], cycle_start: str) -> Iterator[Finding]:
    """Sessions with answers that would get another team or variant."""
    protected = {fold_id(id) for id in answered}
    later = sessions_overview(after, cycle_start)
    for id, was in sessions_overview(before, cycle_start).items():
        if fold_id(id) in protected and id in later:
            yield from _moves(id, was, later[id])


def _moves(id: str, was: SessionFacts, now: SessionFacts) -> Iterator[Finding]:
    for what, old, new in (("team", was.team, now.team), ("variant", was.variant, now.variant)):
        if old != new:
            details = {"sheet": "session_trainers", "old": _words(old), "new": _words(new)}
            yield Finding(f"people.merge_moves_{what}", value=id, details=details)


def _words(team: str) -> str:
    return str(team).replace("|", ", ") or "-"


def _changed_since(records: Records, steps: Sequence[Step]) -> Iterator[Finding]:
    for name in dict.fromkeys(step.table for step in steps):
        table = TABLES[name]
        made = [step for step in steps if step.table == name]
        now = {key_of(table, row): row for row in records[name]}
        taken = {key_of(table, step.after) for step in made if step.after is not None}
        for step in made:
            row = step.before if step.after is None else step.after
            there = now.get(key_of(table, row))
            free = key_of(table, step.before) in taken or key_of(table, step.before) not in now
            if not free or (step.after is not None and there != step.after):
                details = {"sheet": name}
                yield Finding("people.changed_since", value=key_text(table, row), details=details)


def _back(table: Table, rows: Sequence[dict[str, Any]], steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The rows of one table with its steps undone, every row at its own place again."""
    before = {key_of(table, step.after): step.before for step in steps if step.after is not None}
    restored = [dict(before.get(key_of(table, row), row)) for row in rows]
    for step in sorted((one for one in steps if one.after is None), key=lambda one: one.at):
        restored.insert(step.at, dict(step.before))
    return restored
