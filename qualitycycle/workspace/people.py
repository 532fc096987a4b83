"""People in the register: a board's own sheet in, duplicates proposed, merged and taken apart."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding, fold, has_errors
from qualitycycle.register.board_people import in_their_words, rows_of
from qualitycycle.register.board_sheet import Mapped, Sheet, header_at, mapping_of
from qualitycycle.register.checks import check
from qualitycycle.register.duplicates import Proposal, propose
from qualitycycle.register.merging import (
    Merged,
    former,
    merge_people,
    spelled,
    steps_of,
    steps_text,
    unmerge_people,
)
from qualitycycle.register.tables import MERGES, STORED, Records
from qualitycycle.register.upsert import Change, differences
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.registry import RegisterImport, upsert_register

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace


@dataclass(frozen=True)
class MergeReport(RegisterImport):
    """What became of a merge, or of taking one apart; ``number`` is the one in the log."""

    number: int | None = None


def import_board(
    workspace: Workspace, path: Path, board: str, mapping: Path | None, dry_run: bool
) -> RegisterImport:
    """Bring a board's own sheet of mentors into the register, in one commit or not at all.

    ``mapping`` is a small TOML for what the headers do not say (``board_sheet``). Raises
    UsageProblem for a board that is not in the config.
    """
    check_choice("board", board, workspace.config.organisations.boards)
    try:
        mapped = _mapping(mapping)
        sheet = _sheet(path, mapped)
    except Refused as refused:
        return RegisterImport("rejected", findings=fold(refused.findings))

    def propose_rows(current: Records) -> tuple[Records, list[Finding]]:
        return rows_of(sheet, board, current, mapped, former(current[MERGES.name]))

    outcome = upsert_register(workspace, propose_rows, dry_run)
    return replace(outcome, findings=in_their_words(outcome.findings, sheet, mapped))


def duplicates(workspace: Workspace, board: str | None = None) -> list[Proposal]:
    """Pairs of ids that may be one person; with ``board`` only those in which it has a part."""
    check_choice("board", board, workspace.config.organisations.boards)
    return [
        pair
        for pair in propose(workspace.records.load())
        if board is None or board in (*pair.one.boards, *pair.other.boards)
    ]


def merge_ids(workspace: Workspace, keep: str, gone: str, dry_run: bool, by: str | None) -> MergeReport:
    """Give everything of one id to another, with a line in the log that can be undone."""
    answered = workspace.evaluations.collections()
    start = workspace.config.settings.cycle.start

    def merge(records: Records) -> tuple[Merged, Records]:
        made = merge_people(records, keep, gone, answered, start)
        line = {
            "number": len(records[MERGES.name]) + 1,
            "at": _now(),
            "by": by or _somebody(),
            "kept": spelled(records, keep),
            "gone": spelled(records, gone),
            "steps": steps_text(made.steps),
        }
        return made, {**made.records, MERGES.name: [*records[MERGES.name], line]}

    return _decide(workspace, merge, dry_run, "merged")


def unmerge(workspace: Workspace, number: int, dry_run: bool, by: str | None) -> MergeReport:
    """Undo a merge of the log: every row it touched is as it was before, or nothing is."""
    answered = workspace.evaluations.collections()
    start = workspace.config.settings.cycle.start

    def undo(records: Records) -> tuple[Merged, Records]:
        log = records[MERGES.name]
        line = next((one for one in log if one["number"] == number), None)
        if line is None or line["undone_at"]:
            code = "people.merge_undone" if line else "people.no_such_merge"
            raise UsageProblem(Finding(code, value=str(number)))
        made = unmerge_people(records, steps_of(line["steps"]), answered, start)
        done = {**line, "undone_at": _now(), "undone_by": by or _somebody()}
        return made, {**made.records, MERGES.name: [done if one is line else one for one in log]}

    return _decide(workspace, undo, dry_run, "unmerged", number)


def merges(workspace: Workspace) -> list[dict[str, Any]]:
    """The log of merges, oldest first, without the rows themselves."""
    shown = [name for name in MERGES.names if name != "steps"]
    log = workspace.records.load(names=(MERGES.name,))[MERGES.name]
    return [
        {**{name: line[name] for name in shown}, "rows": len(steps_of(line["steps"]))}
        for line in sorted(log, key=lambda one: one["number"])
    ]


def _decide(
    workspace: Workspace,
    decide: Callable[[Records], tuple[Merged, Records]],
    dry_run: bool,
    done: str,
    number: int | None = None,
) -> MergeReport:
    """Carry a decision out on the register and its log together, unless something is wrong."""
    organisations = workspace.config.organisations
    start = workspace.config.settings.cycle.start
    told: list[tuple[list[Change], list[Finding], int]] = []

    def change(records: Records) -> Records:
        made, after = decide(records)
        known = set(map(_said, check(records, organisations, start)))
        new = [found for found in check(made.records, organisations, start) if _said(found) not in known]
        findings = [*made.findings, *new]
        if has_errors(findings):
            raise Refused([found for found in findings if found.is_error])
        told[:] = [(list(differences(records, made.records)), findings, len(after[MERGES.name]))]
        return after

    try:
        if dry_run:
            change(workspace.records.load(names=tuple(STORED)))
        else:
            workspace.records.update(change)
    except Refused as refused:
        return MergeReport("rejected", findings=fold(refused.findings), number=number)
    [(changes, findings, last)] = told
    logged = number or (None if dry_run else last)
    return MergeReport("checked" if dry_run else done, changes, fold(findings), logged)


def _mapping(path: Path | None) -> Mapped:
    if path is None:
        return Mapped()
    try:
        return mapping_of(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as problem:
        details = {"problem": str(problem.args[-1])}
        raise Refused(Finding("people.bad_toml", file=path.name, details=details)) from problem


def _said(found: Finding) -> tuple[str, str | None, str]:
    return found.code, found.value, str(found.details.get("at"))


def _sheet(path: Path, mapped: Mapped) -> Sheet:
    """The table in the file under the row that names its columns; a title above it is skipped."""
    from qualitycycle.readers.grid import tabulate
    from qualitycycle.readers.peek import peek

    file = peek(path, mapped.sheet)
    records = [list(record) for record in file.table.records]
    top = header_at(records, mapped)
    records[:top] = [[] for _ in range(top)]
    grid = tabulate(file.file, file.kind, records, file.table.findings)
    return Sheet(grid.file, grid.headers, grid.columns, grid.rows, grid.findings)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _somebody() -> str:
    """The name under which this computer knows who is working."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "-"
