"""``instrument``: the questionnaires."""

from __future__ import annotations

from typing import Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import app, shared_options
from qualitycycle.cli.output import print_json, print_table, print_text, workspace_of


@app.group("instrument")
def instrument() -> None:
    """The questionnaires."""


@instrument.command("show", help="instrument_show")
@click.argument("name", required=False)
@shared_options
@click.pass_obj
def show(shared: dict[str, Any], /, name: str | None) -> None:
    """Show a questionnaire."""
    from qualitycycle.workspace.choices import check_choice

    workspace = workspace_of(shared)
    check_choice("instrument", name, workspace.config.instruments)
    chosen = workspace.config.instruments[name] if name else workspace.config.instrument
    if shared.get("as_json"):
        print_json(chosen.model_dump(mode="json"))
        return
    language = workspace.language
    print_text(
        f"{chosen.id}: {chosen.title.get(language) or next(iter(chosen.title.values()))}", style="bold"
    )
    columns = [
        wording.text(f"cli.instrument.{name}", language)
        for name in ("item", "scale", "moments", "guarantees", "text")
    ]
    rows = [
        (
            item.id,
            item.scale,
            ", ".join(wording.text(f"terms.moment.{moment}", language) for moment in item.moments),
            " ".join(item.guarantees),
            chosen.title_of(item.id, language),
        )
        for item in chosen.items
    ]
    print_table(columns, rows)


@instrument.command("check", help="instrument_check")
@shared_options
@click.pass_obj
def check(shared: dict[str, Any], /) -> None:
    """Check the config folder."""
    workspace = workspace_of(shared)
    found = {"instruments": list(workspace.config.instruments), "mappings": list(workspace.config.mappings)}
    if shared.get("as_json"):
        print_json({**found, "findings": []})
        return
    shown = ", ".join(found["instruments"])
    print_text(wording.text("cli.instrument.good", workspace.language, instruments=shown))
