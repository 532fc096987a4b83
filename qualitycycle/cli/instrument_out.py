"""``instrument export``: the questionnaire for a survey tool, Word, paper or keyed entry."""

from __future__ import annotations

from typing import Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import option, shared_options
from qualitycycle.cli.instrument import instrument
from qualitycycle.cli.output import print_finding, print_json, print_text, workspace_of

TO = ("xlsform", "limesurvey", "word", "print", "entry")


@instrument.command("export", help="instrument_export")
@click.argument("file", type=click.Path())
@option("--to", type=click.Choice(TO), required=True)
@option("--instrument")
@option("--moment")
@option("--session", "for_session")
@option("--partnership", "local_block")
@option("--force", is_flag=True)
@shared_options
@click.pass_obj
def export(
    shared: dict[str, Any],
    /,
    file: str,
    to: str,
    instrument: str | None,
    moment: str | None,
    for_session: str | None,
    local_block: str | None,
    force: bool,
) -> None:
    """Write a questionnaire for a tool."""
    workspace = workspace_of(shared)
    language = workspace.language
    written = workspace.export_instrument(
        to,
        file,
        instrument=instrument,
        moment=moment,
        session=for_session,
        partnership=local_block,
        force=force,
    )
    if shared.get("as_json"):
        print_json(written.as_json(language))
        return
    asked = wording.plural("instrument_out.questions", len(written.form.questions), language)
    print_text(
        wording.text("instrument_out.written", language, file=str(written.path), questions=asked),
        style="bold",
    )
    print_text(wording.text(f"instrument_out.next_{to}", language))
    for found in written.findings:
        print_finding(found, language)
