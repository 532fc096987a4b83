"""``reliability``."""

from __future__ import annotations

from typing import Any

import click

from qualitycycle.cli.app import app, option, shared_options
from qualitycycle.cli.output import print_json, print_table, print_text, workspace_of
from qualitycycle.vocabulary import TrainingKind


@app.command("reliability")
@option("--score", multiple=True)
@option("--cycle")
@option("--partnership")
@option("--moment")
@option("--kind", type=click.Choice([str(kind) for kind in TrainingKind]), default="basic")
@shared_options
@click.pass_obj
def reliability(shared: dict[str, Any], /, score: tuple[str, ...], **choices: Any) -> None:
    """Whether the questions of a score measure the same thing."""
    result = workspace_of(shared).reliability(list(score) or None, **choices)
    if shared.get("as_json"):
        print_json(dict(result.payload))
        return
    columns, rows, numbers = result.shown()
    if rows:
        print_table(columns, rows, numbers=numbers)
        print_text()
    for sentence in result.sentences():
        print_text(sentence)
