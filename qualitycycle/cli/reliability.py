"""``reliability``."""

from __future__ import annotations

from typing import Any

import click

from qualitycycle.cli.app import app, option, shared_options
from qualitycycle.cli.output import print_result, workspace_of
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
    print_result(result, shared)
