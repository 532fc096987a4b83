"""``act``: what was found, and what was decided about it."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from qualitycycle.cli.app import app, option, shared_options
from qualitycycle.cli.objects import (
    column_options,
    object_commands,
    show_command,
    show_recorded,
    values_of,
)
from qualitycycle.cli.output import workspace_of
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding

ANALYSES = ("compare", "trend", "change", "themes", "effects")
"""What a finding can be made from; ``workspace.finding_out`` runs them."""


@app.group("act")
def act() -> None:
    """Findings and decisions."""


finding = object_commands(act, "findings", "finding", today=None)
object_commands(act, "decisions", "decision", today="decided_on")
show_command(act, "act")

evidence = option("--from", "evidence", metavar="|".join(ANALYSES))


@finding.command("add", help="act_finding_add")
@click.argument("item", required=False)
@evidence
@column_options("findings")
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def add(
    shared: dict[str, Any], /, item: str | None, evidence: str | None, dry_run: bool, **given: Any
) -> None:
    """Record a finding, by hand or from an analysis."""
    workspace = workspace_of(shared)
    values = {"found_on": date.today(), **values_of(given)}
    if evidence:
        outcome = workspace.find(evidence, item, dry_run=dry_run, **values)
    else:
        values = {**({"indicator": item} if item else {}), **values}
        outcome = workspace.record("findings", values, dry_run=dry_run)
    show_recorded(outcome, workspace, shared)


@finding.command("source", help="act_finding_source")
@click.argument("id")
@click.argument("item", required=False)
@evidence
@column_options("sources", but=("finding", "figures", "snapshot"))
@option("--partnership")
@option("--cycle")
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def source(
    shared: dict[str, Any],
    /,
    id: str,
    item: str | None,
    evidence: str | None,
    partnership: str | None,
    cycle: str | None,
    dry_run: bool,
    **given: Any,
) -> None:
    """Add a panel note, theme, document or analysis to a finding."""
    workspace = workspace_of(shared)
    where = values_of({"partnership": partnership, "cycle": cycle})
    if values_of(given) if evidence else item or where:
        raise UsageProblem(Finding("cycle.typed_or_analysed"))
    if evidence:
        outcome = workspace.cite(id, evidence, item, dry_run=dry_run, **where)
    else:
        values = {"finding": id, **values_of(given)}
        outcome = workspace.record("sources", values, edit="number" in values, dry_run=dry_run)
    show_recorded(outcome, workspace, shared)
