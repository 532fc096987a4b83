"""Offering a good practice to others, and logging that others used it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.register.derive import by_id
from qualitycycle.register.tables import fold_id
from qualitycycle.workspace.choices import day_of
from qualitycycle.workspace.planning import Recorded, record
from qualitycycle.workspace.practice_cards import OFFERED, asked_still, may_be_offered

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace


def offer(
    workspace: Workspace, practice: str, *, on: str | date | None = None, dry_run: bool = False
) -> Recorded:
    """Offer a practice to partnerships that may need it.

    Refused while a trainer whose practice it is has not agreed. Raises UsageProblem for a practice
    that does not exist.
    """
    row = _row(workspace, practice)
    count = asked_still(row)
    if count:
        code = "practice.still_to_ask" if row.get("trainers") else "practice.nobodys"
        raise Refused(Finding(code, value=str(row["id"]), count=count))
    values = {"id": row["id"], "status": OFFERED, "shared_on": day_of(on)}
    return record(workspace, "practices", values, edit=True, dry_run=dry_run)


def reuse(
    workspace: Workspace,
    practice: str,
    partnership: str,
    *,
    owner: str,
    on: str | date | None = None,
    result: str | None = None,
    dry_run: bool = False,
) -> Recorded:
    """Log that another partnership used a practice, or (same day) what came of it.

    Refused for the partnership it comes from and for a practice that is not offered.
    """
    row = _row(workspace, practice)
    problems = []
    if fold_id(row["partnership"]) == fold_id(partnership):
        problems.append(Finding("practice.own_reuse", value=str(row["id"])))
    if not may_be_offered(row):
        problems.append(Finding("practice.not_offered", value=str(row["id"])))
    if problems:
        raise Refused(problems)
    day = day_of(on)
    values = {"practice": row["id"], "partnership": partnership, "on": day, "owner": owner}
    if result is not None:
        values["result"] = result
    known = any(
        (fold_id(one["practice"]), fold_id(one["partnership"]), one["on"])
        == (fold_id(row["id"]), fold_id(partnership), day)
        for one in workspace.records.load(names=("reuses",))["reuses"]
    )
    return record(workspace, "reuses", values, edit=known, dry_run=dry_run)


def _row(workspace: Workspace, practice: str) -> Mapping[str, Any]:
    known = by_id(workspace.records.load(names=("practices",))["practices"])
    if fold_id(practice) not in known:
        raise UsageProblem(Finding("practice.unknown", value=practice))
    return known[fold_id(practice)]
