"""``import`` and ``history``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import app, option, shared_options
from qualitycycle.cli.output import (
    finding_json,
    print_finding,
    print_findings,
    print_json,
    print_table,
    print_text,
    workspace_of,
)
from qualitycycle.vocabulary import Moment

if TYPE_CHECKING:
    from qualitycycle.workspace.importing import FileImport


@app.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@option("--session")
@option("--mapping")
@option("--moment", type=click.Choice([str(moment) for moment in Moment]))
@option("--replace", is_flag=True)
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def import_(shared: dict[str, Any], /, files: tuple[str, ...], **choices: Any) -> None:
    """Import exports of survey tools."""
    workspace = workspace_of(shared)
    with _progress(len(files), shared) as advance:
        report = workspace.import_evaluations(files, progress=advance, **choices)
    if shared.get("as_json"):
        print_json(report.as_json(workspace.language))
    else:
        for one in report.files:
            _print_import(one, workspace.language)
    sys.exit(report.exit_code)


@app.group("history", invoke_without_command=True)
@shared_options
@click.pass_context
def history(ctx: click.Context) -> None:
    """Every import, oldest first."""
    if ctx.invoked_subcommand is not None:
        return
    workspace = workspace_of(ctx.obj)
    events = workspace.history()
    if ctx.obj.get("as_json"):
        print_json({"imports": events})
        return
    language = workspace.language
    if not events:
        print_text(wording.text("cli.history.empty", language))
        return
    names = ("import", "when", "file", "where", "responses", "state")
    rows = [_event(event, language) for event in events]
    print_table([wording.text(f"cli.history.column_{name}", language) for name in names], rows, numbers=[4])


@history.command("retract")
@click.argument("import_id", metavar="IMPORT")
@shared_options
@click.pass_obj
def retract(shared: dict[str, Any], /, import_id: str) -> None:
    """Undo an import in one commit."""
    workspace = workspace_of(shared)
    outcome = workspace.retract(import_id)
    if shared.get("as_json"):
        findings = [finding_json(found, workspace.language) for found in outcome.findings]
        print_json({"status": outcome.status, "import_id": import_id, "findings": findings})
    elif outcome.findings:
        print_findings(outcome.findings, shared)
    else:
        print_text(wording.text("cli.history.done", workspace.language, value=import_id))
    sys.exit(1 if any(found.is_error for found in outcome.findings) else 0)


def _event(event: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """A line of the history; a retraction carries the id of the import it undid."""
    return (
        str(event["retracts"] or event["import_id"]),
        f"{event['imported_at']:%d-%m-%Y %H:%M}",
        str(event["file"]),
        _where(event["collections"]),
        "·" if event["responses"] is None else str(event["responses"]),
        wording.text(f"cli.history.{event['state']}", language),
    )


def _where(collections: Sequence[str]) -> str:
    return (", ".join(collections[:3]) + (" ..." if len(collections) > 3 else "")) or "-"


def _print_import(one: FileImport, language: str) -> None:
    style = {"rejected": "bold red", "imported": "bold green"}.get(one.status, "bold")
    is_grown = one.status == "imported" and one.written < one.responses
    key = "cli.import.grown" if is_grown else f"cli.import.{one.status}"
    values = {
        "file": one.file,
        "responses": one.responses,
        "answers": one.answers,
        "written": one.written,
    }
    print_text(wording.text(key, language, where=_where(one.collections), **values), style=style)
    for found in one.findings:
        print_finding(found, language, indent="  ")


def _progress(total: int, shared: dict[str, Any]) -> AbstractContextManager[Any]:
    """A bar for several files on a terminal; nothing for one file or in a pipe."""
    if total < 2 or shared.get("as_json") or not sys.stdout.isatty():
        return nullcontext(None)
    from qualitycycle.cli.progress import file_bar

    return file_bar(total)
