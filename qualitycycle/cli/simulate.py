"""``simulate``: a workspace of which we know what is true."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from qualitycycle.cli.app import app, option, shared_options
from qualitycycle.cli.output import print_json, print_text


@app.command("simulate")
@click.argument("folder", metavar="DIR", type=click.Path())
@option("--scenario", default="null", show_default=True)
@option("--seed", type=int, default=1, show_default=True)
@option("--cycles", type=int, default=2, show_default=True)
@shared_options
@click.pass_obj
def simulate(shared: dict[str, Any], /, folder: str, scenario: str, seed: int, cycles: int) -> None:
    """Make a workspace in which a scenario is true."""
    from qualitycycle.workspace.simulating import simulate_workspace

    language = shared.get("language") or "nl"
    with _progress(scenario, cycles, shared) as advance:
        made = simulate_workspace(
            Path(folder), scenario, seed, cycles=cycles, language=language, progress=advance
        )
    if shared.get("as_json"):
        print_json(made.as_json())
        return
    for line in made.lines():
        print_text(line)


def _progress(scenario: str, cycles: int, shared: dict[str, Any]) -> AbstractContextManager[Any]:
    """A bar on a terminal; nothing in a pipe."""
    if shared.get("as_json") or not sys.stdout.isatty():
        return nullcontext(None)
    from qualitycycle.cli.progress import file_bar
    from qualitycycle.workspace.simulating import simulation_steps

    return file_bar(simulation_steps(scenario, cycles))
