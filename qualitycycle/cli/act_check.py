"""``act check``: did an action work, and what does a person decide on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qualitycycle import wording
from qualitycycle.analysis.shown import table_of
from qualitycycle.cli.act import act
from qualitycycle.cli.app import option, shared_options
from qualitycycle.cli.output import (
    finding_json,
    print_finding,
    print_json,
    print_table,
    print_text,
    workspace_of,
)
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import ON_AN_ACTION

if TYPE_CHECKING:
    from qualitycycle.workspace import Workspace
    from qualitycycle.workspace.effect_confirming import Confirmed


@act.command("check", help="act_check")
@click.argument("action", required=False)
@option("--partnership")
@option("--as-of")
@option("--confirm", type=click.Choice(ON_AN_ACTION))
@option("--owner")
@option("--because")
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def check(
    shared: dict[str, Any],
    /,
    action: str | None,
    partnership: str | None,
    as_of: str | None,
    **choices: Any,
) -> None:
    """What every action due did, beside what was predicted; --confirm records what you decide."""
    workspace = workspace_of(shared)
    if choices["confirm"]:
        _confirm(workspace, shared, action, as_of, choices)
        return
    if any(choices.values()):
        raise UsageProblem(Finding("effect.only_with_confirm"))
    result = workspace.effects(action=action, partnership=partnership, as_of=as_of)
    if shared.get("as_json"):
        print_json(dict(result.payload))
        return
    if result.table.empty:
        print_text(wording.text("effect.nothing", workspace.language))
        return
    columns, rows, numbers = table_of(result, result.language)
    print_table(columns, rows, numbers=numbers)
    for one in result.payload["actions"]:
        print_text()
        print_text(f"{one['id']}: {one['what']}", style="bold")
        for line in one["sentences"]:
            print_text(f"  {line}")
    own = {line for one in result.payload["actions"] for line in one["sentences"]}
    for line in result.sentences():
        if line.partition(": ")[2] not in own and line not in own:
            print_text(line)


def _confirm(
    workspace: Workspace,
    shared: dict[str, Any],
    action: str | None,
    as_of: str | None,
    choices: dict[str, Any],
) -> None:
    owner, because = choices["owner"], choices["because"]
    if not (action and owner and because):
        raise UsageProblem(Finding("effect.confirm_needs"))
    done = workspace.confirm_effect(
        action, choices["confirm"], owner=owner, because=because, as_of=as_of, dry_run=choices["dry_run"]
    )
    if shared.get("as_json"):
        print_json(
            {**done.as_json(), "findings": [finding_json(f, workspace.language) for f in done.findings]}
        )
    else:
        _print_confirmed(done, workspace.language)
    raise SystemExit(done.exit_code)


def _print_confirmed(done: Confirmed, language: str) -> None:
    for found in done.findings:
        print_finding(found, language, error=found.is_error)
    if done.exit_code:
        return
    if done.status == "checked":
        print_text(wording.text("effect.confirm_checked", language))
    values = {"finding": done.finding, "decision": done.decision, "action": done.action}
    print_text(wording.text("effect.confirmed", language, **values))
    print_text(wording.text(f"effect.confirmed_{'closed' if done.closed else 'open'}", language))
