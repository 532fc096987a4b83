"""The register workbook in and out, and the register as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, fold, has_errors
from qualitycycle.register.checks import check
from qualitycycle.register.cycle_changes import moved_promises, promise_log
from qualitycycle.register.due import SOON, with_validity
from qualitycycle.register.overview import OVERVIEWS, Looked
from qualitycycle.register.tables import MERGES, PROMISES, STORED, Records, complete_all
from qualitycycle.register.upsert import Change, guard, merge
from qualitycycle.workspace.choices import check_choice, day_of
from qualitycycle.workspace.measured import measured_in, spelled
from qualitycycle.workspace.typed_names import codes_of, names_typed

if TYPE_CHECKING:
    from qualitycycle.analysis.result import Result
    from qualitycycle.workspace.core import Workspace


@dataclass(frozen=True)
class RegisterImport:
    """What became of a register workbook: imported, unchanged, checked or rejected."""

    status: str
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """1 when the workbook was rejected, else 0."""
        return int(self.status == "rejected")

    @property
    def effective(self) -> list[Change]:
        """The changes that change something."""
        return [change for change in self.changes if change.kind != "unchanged"]

    def tally(self) -> list[tuple[str, int, int, int]]:
        """Per table that changes: its name, rows added, rows changed, rows removed."""
        kinds = Counter((change.table, change.kind) for change in self.effective)
        tables = dict.fromkeys(change.table for change in self.effective)
        return [
            (name, kinds[name, "added"], kinds[name, "changed"], kinds[name, "removed"]) for name in tables
        ]

    def differences(self) -> Iterable[str]:
        """One line per row that changes, as a person reads it."""
        for change in self.effective:
            mark = {"added": "+", "removed": "-"}.get(change.kind, "~")
            fields = "; ".join(f"{name}: {old} -> {new}" for name, (old, new) in change.fields.items())
            yield f"{mark} {change.table} {change.key}{' (' + fields + ')' if fields else ''}"

    def changes_json(self) -> list[dict[str, Any]]:
        """The effective changes as plain values."""
        return [
            {
                "table": change.table,
                "key": change.key,
                "kind": change.kind,
                "fields": {name: [old, new] for name, (old, new) in change.fields.items()},
            }
            for change in self.effective
        ]


def import_register(workspace: Workspace, path: Path, dry_run: bool) -> RegisterImport:
    """Upsert every row of a workbook in one commit, or refuse it with every finding.

    An id that went up in another since the workbook was made is read as that other one.
    """
    from qualitycycle.register.merged_ids import follow_merges
    from qualitycycle.register.workbook import read_workbook

    organisations = workspace.config.organisations
    try:
        incoming, findings = read_workbook(path, organisations)
    except Refused as refused:
        return RegisterImport("rejected", findings=fold(refused.findings))

    def as_they_are_now(current: Records) -> tuple[Records, list[Finding]]:
        rows, told = follow_merges(incoming, current, current[MERGES.name])
        return rows, [*findings, *told]

    return upsert_register(workspace, as_they_are_now, dry_run)


def upsert_register(
    workspace: Workspace, propose: Callable[[Records], tuple[Records, list[Finding]]], dry_run: bool
) -> RegisterImport:
    """Upsert what ``propose`` makes of the register as it stands, in one commit or not at all.

    ``propose`` gives rows and what is to be said of them; it runs again when somebody else
    changed the register meanwhile.
    """
    organisations = workspace.config.organisations
    measured = measured_in(workspace)
    answered = measured.answered
    codes = [*codes_of(organisations), *measured.ranges]
    start = workspace.config.settings.cycle.start
    changes: list[Change] = []
    found: list[Finding] = []

    def change(current: Records) -> Records:
        incoming, findings = propose(current)
        merged, changed = merge(current, spelled(incoming, measured), organisations)
        problems = [
            *findings,
            *check(merged, organisations, start, measured),
            *guard(current, merged, answered, start),
            *names_typed(current, merged, codes),
        ]
        if has_errors(problems):
            raise Refused([found for found in problems if found.file or found.is_error])
        changes[:], found[:] = changed, problems
        moved = list(moved_promises(current, merged, answered, start))
        if not moved:
            return merged
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return {**merged, PROMISES.name: promise_log(current[PROMISES.name], moved, now)}

    try:
        current = workspace.records.load(names=tuple(STORED))
        merged = change(current)
        if not dry_run and merged != complete_all(current):
            workspace.records.update(change)
    except Refused as refused:
        return RegisterImport("rejected", findings=fold(refused.findings))
    different = any(one.kind != "unchanged" for one in changes)
    status = "checked" if dry_run else "imported" if different else "unchanged"
    return RegisterImport(status, changes, fold(found))


def export_register(workspace: Workspace, path: Path, empty: bool, force: bool) -> Path:
    """Write the register (or an empty one with examples) as a workbook at ``path``.

    A file that is already there holds somebody's work: it is left alone unless ``force``.
    """
    if path.exists() and not force:
        raise Refused(Finding("workspace.file_exists", file=str(path)))
    from qualitycycle.register.workbook import write_workbook

    records = {} if empty else workspace.records.load()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(path, records, workspace.config.organisations, workspace.language, with_examples=empty)
    except OSError as problem:
        found = Finding(
            "workspace.cannot_write", file=str(path), details={"problem": problem.strerror or str(problem)}
        )
        raise Refused(found) from problem
    return path


def show_register(
    workspace: Workspace,
    what: str,
    as_of: str | date | None = None,
    within: int = SOON,
    board: str | None = None,
) -> Result:
    """The register as rows a person reads: the derived variant, cycle and validity are in it.

    ``as_of`` is a day (today); ``within`` how many days ahead something is due, ``board``
    whose people are shown, both for ``due`` and ``requirements``. Raises UsageProblem for a
    board or day that does not exist.
    """
    import pandas as pd

    from qualitycycle.analysis.result import Result
    from qualitycycle.register.show import SHOWN, in_words

    settings, organisations = workspace.config.settings, workspace.config.organisations
    check_choice("board", board, organisations.boards)
    day = day_of(as_of)
    records = with_validity(workspace.records.load(), organisations)
    if what in OVERVIEWS:
        looked = Looked(
            organisations,
            day,
            within,
            board,
            settings.cycle.start,
            settings.floors.scores,
            settings.floors.shares,
        )
        rows = in_words(OVERVIEWS[what](records, looked), workspace.language)
    else:
        rows = SHOWN[what](records, settings.cycle.start, workspace.language, day)
    asked = {"what": what, "as_of": day.isoformat(), "within": within, "board": board}
    return Result("register", pd.DataFrame(rows), asked, payload={what: rows}, language=workspace.language)
