"""``spread``."""

from __future__ import annotations

from typing import Any

import click

from qualitycycle.cli.app import app, option, shared_options
from qualitycycle.cli.output import print_result, workspace_of
from qualitycycle.vocabulary import TrainingKind


@app.command("spread")
@option("--item", "measure")
@option("--of", type=click.Choice(("session", "trainer", "team")), default="session")
@option("--cycle")
@option("--partnership")
@option("--kind", type=click.Choice([str(kind) for kind in TrainingKind]), default="basic")
@shared_options
@click.pass_obj
def spread(shared: dict[str, Any], /, measure: str | None, **choices: Any) -> None:
    """How far sessions, trainers or teams lie apart."""
    result = workspace_of(shared).spread(measure, **choices)
    print_result(result, shared)
