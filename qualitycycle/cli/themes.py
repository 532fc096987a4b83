"""``themes``: what open answers are about."""

from __future__ import annotations

import sys
from typing import Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import TranslatedGroup, app, option, shared_options
from qualitycycle.cli.output import (
    finding_json,
    print_finding,
    print_json,
    print_table,
    print_text,
    workspace_of,
)


@app.group("themes", cls=TranslatedGroup, invoke_without_command=True)
@option("--item")
@option("--by", "theme_by", type=click.Choice(("variant", "cycle")))
@option("--partnership")
@option("--cycle")
@option("--quotes", is_flag=True)
@shared_options
@click.pass_context
def themes(context: click.Context, /, theme_by: str | None, quotes: bool, **choices: Any) -> None:
    """Counts per theme."""
    if context.invoked_subcommand is not None:
        return
    shared: dict[str, Any] = context.obj or {}
    workspace = workspace_of(shared)
    result = workspace.themes(by=theme_by, quotes=quotes, **choices)
    if shared.get("as_json"):
        print_json(dict(result.payload))
        return
    columns, rows, numbers = result.shown()
    if rows:
        print_table(columns, rows, numbers=numbers)
        print_text()
    for quote in result.payload["quotes"]:
        print_text(f"  “{quote['text']}”")
    for sentence in result.sentences():
        print_text(sentence)
    for found in result.findings:
        print_finding(found, workspace.language)


@themes.command("export", help="themes_export")
@click.argument("file", type=click.Path())
@option("--item")
@option("--partnership")
@option("--cycle")
@option("--coder", default="A")
@option("--force", is_flag=True)
@shared_options
@click.pass_obj
def export(shared: dict[str, Any], /, file: str, **choices: Any) -> None:
    """Write the comments for review, without names."""
    workspace = workspace_of(shared)
    written = workspace.export_themes(file, **choices)
    if shared.get("as_json"):
        print_json(written.as_json())
        return
    print_text(wording.text("themes.written", workspace.language, **written.as_json()))


@themes.command("import", help="themes_import")
@click.argument("file", type=click.Path())
@option("--coder", default="A")
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def import_(shared: dict[str, Any], /, file: str, coder: str, dry_run: bool) -> None:
    """Read the decisions of a reviewer."""
    workspace = workspace_of(shared)
    outcome = workspace.import_themes(file, coder=coder, dry_run=dry_run)
    language = workspace.language
    if shared.get("as_json"):
        findings = [finding_json(found, language) for found in outcome.findings]
        numbers = {"stored": outcome.stored, "unchanged": outcome.unchanged}
        print_json({"status": outcome.status, **numbers, "findings": findings})
        sys.exit(outcome.exit_code)
    said = {"file": file, "stored": outcome.stored, "unchanged": outcome.unchanged}
    print_text(wording.text(f"themes.outcome.{outcome.status}", language, **said))
    for found in outcome.findings:
        print_finding(found, language, indent="  ")
    sys.exit(outcome.exit_code)
