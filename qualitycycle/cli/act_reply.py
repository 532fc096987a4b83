"""``act reply``: what is done with what participants said, and the sheet back to them."""

from __future__ import annotations

from typing import Any

import click

from qualitycycle import wording
from qualitycycle.cli.act import act
from qualitycycle.cli.app import option, shared_options
from qualitycycle.cli.objects import add_command, edit_command, list_command
from qualitycycle.cli.output import finding_json, print_finding, print_json, print_text, workspace_of


@act.group("reply", help="act_reply")
def reply() -> None:
    """Replies to participants."""


add_command(reply, "replies", "act_reply")
edit_command(reply, "replies", "act_reply")
list_command(reply, "replies", "act_reply")


@reply.command("sheet", help="act_reply_sheet")
@click.argument("file", metavar="FILE", type=click.Path())
@option("--session")
@option("--partnership")
@option("--cycle")
@option("--quotes", is_flag=True)
@option("--force", is_flag=True)
@shared_options
@click.pass_obj
def sheet(shared: dict[str, Any], /, file: str, **choices: Any) -> None:
    """You said, we do: one page."""
    workspace = workspace_of(shared)
    written = workspace.write_reply(file, **choices)
    if shared.get("as_json"):
        findings = [finding_json(found, workspace.language) for found in written.findings]
        print_json({"file": str(written.path), "replies": written.replies, "findings": findings})
        return
    print_text(
        wording.plural("practice.written", written.replies, workspace.language, file=str(written.path))
    )
    for found in written.findings:
        print_finding(found, workspace.language, indent="  ")
