"""``register certificate`` and ``register verify``: papers out, and their codes checked."""

from __future__ import annotations

import sys
from typing import Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import option, shared_options
from qualitycycle.cli.output import print_json, print_text, workspace_of
from qualitycycle.cli.register import register
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding


@register.command("certificate", help="register_certificate")
@click.argument("file", metavar="OUT", type=click.Path())
@option("--id", "certificate")
@option("--session")
@option("--force", is_flag=True)
@shared_options
@click.pass_obj
def certificate(
    shared: dict[str, Any], /, file: str, certificate: str | None, session: str | None, force: bool
) -> None:
    """Make a certificate."""
    workspace = workspace_of(shared)
    if (certificate is None) == (session is None):
        raise UsageProblem(Finding("certificates.which"))
    count = workspace.write_certificates(file, certificate, session=session, force=force)
    if shared.get("as_json"):
        print_json({"file": file, "certificates": count})
        return
    print_text(wording.plural("certificates.written", count, workspace.language, file=file))


@register.command("verify")
@click.argument("code")
@option("--name", "holder")
@option("--as-of")
@shared_options
@click.pass_obj
def verify(shared: dict[str, Any], /, code: str, holder: str | None, as_of: str | None) -> None:
    """Check the code on a certificate."""
    workspace = workspace_of(shared)
    found = workspace.verify_certificate(code, holder=holder, as_of=as_of)
    if shared.get("as_json"):
        print_json(found.as_json())
    else:
        for line in found.said:
            print_text(line)
    sys.exit(int(found.outcome != "valid" or found.name_agrees is False))
