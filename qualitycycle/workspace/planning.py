"""Recording an object of the cycle: a goal, finding, source, decision, action, practice or reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from qualitycycle.findings import Finding
from qualitycycle.register.checks import check
from qualitycycle.register.cycle_tables import CYCLE_TABLES
from qualitycycle.register.entry import beside, new_key, read_values
from qualitycycle.register.nearby import nearest
from qualitycycle.register.subject import key_text, known_values
from qualitycycle.register.tables import TABLES, Records, Row, Table, fold_id, key_of
from qualitycycle.register.upsert import Change
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.measured import measured_in
from qualitycycle.workspace.registry import RegisterImport, upsert_register
from qualitycycle.workspace.unnamed import changes_unnamed

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

NAMES = tuple(table.name for table in CYCLE_TABLES)
"""The tables that hold objects of the cycle."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Recorded:
    """What became of an object: ``recorded``, ``unchanged``, ``checked`` (dry run) or ``rejected``.

    ``id`` is its id (of a part, like a source: its key in words; None when rejected), ``changes``
    what changes in the register, ``findings`` what is to be said of it. ``proposed`` are the
    columns an analysis filled in.
    """

    status: str
    id: str | None
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    proposed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """1 when it was rejected, else 0."""
        return int(self.status == "rejected")


def record(
    workspace: Workspace, table: str, values: Values, *, edit: bool = False, dry_run: bool = False
) -> Recorded:
    """Add a row to a table of the cycle, or change the given columns of one (``edit``).

    ``values`` are typed or as somebody writes them (``1-9-2025``, ``0,3``, ``A; B``). Without an
    id one is made, and for a source the next number. Every rule of the register holds, and
    everything that is wrong is said at once; of a row that lands only what is new is said.

    Raises UsageProblem for a table that is none of the cycle.
    """
    return record_with(workspace, table, values, {}, edit=edit, dry_run=dry_run)


def record_with(
    workspace: Workspace,
    table: str,
    values: Values,
    parts: Mapping[str, Sequence[Values]],
    *,
    edit: bool = False,
    dry_run: bool = False,
) -> Recorded:
    """As ``record``, with new rows of other tables that belong to this one, in the same commit.

    The first column of a part's key (the ``finding`` of a source) is the id of the row.
    """
    check_choice("table", table, NAMES)
    made: dict[str, str] = {}
    known: list[tuple[Any, ...]] = []

    def propose(current: Records) -> tuple[Records, list[Finding]]:
        known[:] = [_mark(one) for one in _checked(workspace, current)]
        incoming, findings, made["id"] = _proposal(workspace, current, TABLES[table], values, edit)
        for name, one in ((name, one) for name, rows in parts.items() for one in rows if incoming):
            whole = {TABLES[name].key[0]: made["id"], **one}
            findings += _added_part(workspace, current, incoming, TABLES[name], whole)
        return incoming, findings

    outcome = upsert_register(workspace, propose, dry_run)
    told = _recorded(outcome, made.get("id") or None, known)
    return replace(told, changes=changes_unnamed(workspace, told.changes))


def _recorded(outcome: RegisterImport, id: str | None, known: Sequence[tuple[Any, ...]]) -> Recorded:
    status = "recorded" if outcome.status == "imported" else outcome.status
    touched = {(one.table, one.key) for one in outcome.effective}
    told = [
        one
        for one in outcome.findings
        if one.is_error
        or _mark(one) not in known
        or (one.details.get("sheet"), one.details.get("at")) in touched
    ]
    return Recorded(status, None if status == "rejected" else id, outcome.effective, told)


def _checked(workspace: Workspace, records: Records) -> list[Finding]:
    settings, organisations = workspace.config.settings, workspace.config.organisations
    return check(records, organisations, settings.cycle.start, measured_in(workspace))


def _mark(one: Finding) -> tuple[Any, ...]:
    return (
        one.code,
        one.column,
        one.value,
        tuple(sorted((name, repr(it)) for name, it in one.details.items())),
    )


def _proposal(
    workspace: Workspace, current: Records, table: Table, values: Values, edit: bool
) -> tuple[Records, list[Finding], str]:
    """The rows to bring in, what is wrong with what was typed, and the key in words."""
    row, findings = read_values(table, values)
    if not edit:
        row = _with_key(workspace, current, table, row)
    there = [one for one in current[table.name] if key_of(table, one) == key_of(table, row)]
    findings += _misplaced(table, row, current, bool(there), edit)
    named = key_text(table, there[0] if there else row)
    if bool(there) != edit:
        return {}, findings, named
    return {table.name: _rows(table, row, current, there)}, findings, named


def _with_key(workspace: Workspace, current: Records, table: Table, row: Row) -> Row:
    """The row with the id the tool makes; without a partnership there is none, and that is said already."""
    codes = {fold_id(code): code for code in workspace.config.organisations.partnerships}
    spelled = {**known_values(current), "partnerships.code": codes}
    for name in {"partnership", *table.key}.intersection(row):
        for target in table.column(name).refers_to:
            row[name] = spelled.get(target, {}).get(fold_id(row[name]), row[name])
    key = new_key(table, row, current, date.today(), workspace.config.settings.cycle.start)
    unread = row.unread if key or not table.owns_itself else row.unread | {"id"}
    return Row({**row, **key}, unread=unread)


def _rows(table: Table, row: Row, current: Records, there: Sequence[Values]) -> list[dict[str, Any]]:
    return beside(table, row.having({**there[0], **row}) if there else row, current)


def _misplaced(table: Table, row: Row, current: Records, there: bool, edit: bool) -> list[Finding]:
    """An id that exists already, or one to change that does not exist."""
    missing = [name for name in table.key if row.get(name) is None and name not in row.unread]
    details = {"sheet": table.name}
    if edit and missing:
        return [Finding("register.missing", column=name, details=details) for name in missing]
    if there and not edit:
        return [Finding("cycle.exists", value=key_text(table, row), details=details)]
    if edit and not there:
        known = [key_text(table, one) for one in current[table.name]]
        near = ", ".join(nearest(key_text(table, row), known))
        code = "cycle.no_such" if near else "cycle.none_yet"
        return [Finding(code, value=key_text(table, row), details={**details, "expected": near})]
    return []


def _added_part(
    workspace: Workspace, current: Records, incoming: Records, table: Table, values: Values
) -> list[Finding]:
    """Put one more part among the incoming rows; gives what is wrong with it."""
    sofar = {**current, table.name: incoming.get(table.name) or current[table.name]}
    rows, findings, _ = _proposal(workspace, sofar, table, values, edit=False)
    incoming[table.name] = rows.get(table.name, incoming.get(table.name, []))
    return findings
