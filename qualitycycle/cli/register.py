"""``register``: who gives trainings, and what was given."""

from __future__ import annotations

import sys
from typing import Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import app, option, shared_options
from qualitycycle.cli.output import (
    finding_json,
    number_columns,
    print_finding,
    print_json,
    print_table,
    print_text,
    workspace_of,
)

SHOWN = ("sessions", "trainers", "mentors", "certificates", "requirements", "due", "indicators")


@app.group("register")
def register() -> None:
    """The register of trainers, sessions, mentors and certificates."""


@register.command("template", help="register_template")
@click.argument("file", type=click.Path())
@option("--force", is_flag=True)
@shared_options
@click.pass_obj
def template(shared: dict[str, Any], /, file: str, force: bool) -> None:
    """Write an empty register workbook."""
    _write(shared, file, empty=True, force=force)


@register.command("export", help="register_export")
@click.argument("file", type=click.Path())
@option("--force", is_flag=True)
@shared_options
@click.pass_obj
def export(shared: dict[str, Any], /, file: str, force: bool) -> None:
    """Write the register as a workbook."""
    _write(shared, file, empty=False, force=force)


@register.command("import", help="register_import")
@click.argument("file", type=click.Path())
@option("--board", "from_board", metavar="BOARD")
@option("--mapping", "board_mapping", type=click.Path())
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def import_(
    shared: dict[str, Any], /, file: str, from_board: str | None, board_mapping: str | None, dry_run: bool
) -> None:
    """Read the register workbook, or with ``--board`` a board's own sheet of mentors."""
    workspace = workspace_of(shared)
    language = workspace.language
    if from_board:
        outcome = workspace.import_board(file, from_board, mapping=board_mapping, dry_run=dry_run)
    else:
        outcome = workspace.import_register(file, dry_run=dry_run)
    if shared.get("as_json"):
        findings = [finding_json(found, language) for found in outcome.findings]
        print_json({"status": outcome.status, "changes": outcome.changes_json(), "findings": findings})
        sys.exit(outcome.exit_code)
    print_text(wording.text(f"cli.register.{outcome.status}", language, file=file), style="bold")
    for name, added, changed, removed in outcome.tally():
        tally = {"table": name, "added": added, "changed": changed, "removed": removed}
        print_text(wording.text("cli.register.tally", language, **tally))
    if dry_run:
        for line in outcome.differences():
            print_text(f"  {line}")
    for found in outcome.findings:
        print_finding(found, language, indent="  ")
    sys.exit(outcome.exit_code)


@register.command("show", help="register_show")
@click.argument("what", type=click.Choice(SHOWN), default="sessions", metavar="[WHAT]")
@option("--due", is_flag=True)
@option("--indicators", "figures", is_flag=True)
@option("--within", type=click.IntRange(min=0), default=90, metavar="DAYS")
@option("--board")
@option("--as-of")
@shared_options
@click.pass_obj
def show(shared: dict[str, Any], /, what: str, due: bool, figures: bool, **choices: Any) -> None:
    """Show the register as a table."""
    workspace = workspace_of(shared)
    what = "due" if due else "indicators" if figures else what
    result = workspace.show_register(what, **choices)
    if shared.get("as_json"):
        print_json(dict(result.payload))
        return
    rows = result.payload[what]
    if not rows:
        print_text(wording.text("cli.register.empty", workspace.language))
        return
    from qualitycycle.register.show import brief

    heads, cells = brief(what, rows, workspace.language)
    print_table(heads, cells, numbers=number_columns(cells))


def _write(shared: dict[str, Any], /, file: str, empty: bool, force: bool) -> None:
    workspace = workspace_of(shared)
    path = workspace.export_register(file, empty=empty, force=force)
    if shared.get("as_json"):
        print_json({"file": str(path)})
    else:
        print_text(wording.text("cli.register.written", workspace.language, file=str(path)))
