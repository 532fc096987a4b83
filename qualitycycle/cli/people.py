"""``register duplicates``, ``merge``, ``merges`` and ``unmerge``: one person, one id."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import option, shared_options
from qualitycycle.cli.output import (
    finding_json,
    print_finding,
    print_json,
    print_table,
    print_text,
    workspace_of,
)
from qualitycycle.cli.register import register

if TYPE_CHECKING:
    from qualitycycle.workspace.people import MergeReport


@register.command("duplicates", help="register_duplicates")
@option("--board")
@shared_options
@click.pass_obj
def duplicates(shared: dict[str, Any], /, board: str | None) -> None:
    """Who may stand in the register twice."""
    workspace = workspace_of(shared)
    pairs = workspace.duplicates(board=board)
    if shared.get("as_json"):
        print_json({"duplicates": [_pair_json(pair) for pair in pairs]})
        return
    language = workspace.language
    if not pairs:
        print_text(wording.text("people.no_duplicates", language))
        return
    heads = [wording.text(f"people.head.{name}", language) for name in ("one", "other", "why")]
    print_table(
        heads,
        [
            [_shown(pair.one), _shown(pair.other), wording.text(f"people.why.{pair.names}", language)]
            for pair in pairs
        ],
    )
    first = pairs[0]
    print_text(wording.text("people.how_to_merge", language, keep=first.one.id, gone=first.other.id))


@register.command("merge", help="register_merge")
@click.argument("keep")
@click.argument("gone")
@option("--decided-by")
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def merge(shared: dict[str, Any], /, keep: str, gone: str, decided_by: str | None, dry_run: bool) -> None:
    """Two ids become one."""
    workspace = workspace_of(shared)
    outcome = workspace.merge_people(keep, gone, dry_run=dry_run, by=decided_by)
    _tell(shared, outcome, workspace.language, keep=keep, gone=gone)


@register.command("unmerge", help="register_unmerge")
@click.argument("number", type=int)
@option("--decided-by")
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def unmerge(shared: dict[str, Any], /, number: int, decided_by: str | None, dry_run: bool) -> None:
    """Undo a merge."""
    workspace = workspace_of(shared)
    outcome = workspace.unmerge_people(number, dry_run=dry_run, by=decided_by)
    _tell(shared, outcome, workspace.language, keep="", gone="")


@register.command("merges", help="register_merges")
@shared_options
@click.pass_obj
def merges(shared: dict[str, Any], /) -> None:
    """The log of merges."""
    workspace = workspace_of(shared)
    log = workspace.merges()
    if shared.get("as_json"):
        print_json({"merges": log})
        return
    if not log:
        print_text(wording.text("people.no_merges", workspace.language))
        return
    names = [name for name in log[0] if name != "undone_by"]
    heads = [wording.text(f"people.head.{name}", workspace.language) for name in names]
    print_table(heads, [["" if line[name] is None else str(line[name]) for name in names] for line in log])


def _tell(shared: dict[str, Any], outcome: MergeReport, language: str, keep: str, gone: str) -> None:
    if shared.get("as_json"):
        findings = [finding_json(found, language) for found in outcome.findings]
        changes = outcome.changes_json()
        told = {"status": outcome.status, "number": outcome.number, "changes": changes, "findings": findings}
        print_json(told)
        sys.exit(outcome.exit_code)
    number = outcome.number if outcome.number is not None else ""
    print_text(
        wording.text(f"people.told.{outcome.status}", language, keep=keep, gone=gone, number=number),
        style="bold",
    )
    for line in outcome.differences() if outcome.status == "checked" else ():
        print_text(f"  {line}")
    for found in outcome.findings:
        print_finding(found, language, indent="  ")
    sys.exit(outcome.exit_code)


def _shown(person: Any) -> str:
    from qualitycycle.register.duplicates import where

    return f"{person.id}  {person.name} ({where(person)})"


def _pair_json(pair: Any) -> dict[str, Any]:
    return {
        "names": pair.names,
        "people": [
            {"id": one.id, "name": one.name, "boards": list(one.boards), "school": one.school}
            for one in (pair.one, pair.other)
        ],
    }
