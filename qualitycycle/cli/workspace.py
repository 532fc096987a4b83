"""``init``, ``demo``, ``notebook`` and ``instrument``."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import app, shared_options
from qualitycycle.cli.output import print_json, print_table, print_text, workspace_of


@app.command("init")
@click.argument("folder", metavar="DIR", type=click.Path())
@shared_options
@click.pass_obj
def init(shared: dict[str, Any], /, folder: str) -> None:
    """Make a workspace."""
    from qualitycycle.workspace import init_workspace

    workspace = init_workspace(folder, shared.get("language"))
    if shared.get("as_json"):
        print_json({"workspace": str(workspace.root)})
        return
    print_text(wording.text("cli.init.done", workspace.language, folder=folder))


@app.command("demo")
@click.argument("folder", metavar="[DIR]", default="demo", type=click.Path())
@shared_options
@click.pass_obj
def demo(shared: dict[str, Any], /, folder: str) -> None:
    """Build a filled workspace from the example exports, analysed and reported."""
    from qualitycycle.demo import build_demo, demo_steps

    language = shared.get("language") or "nl"
    if shared.get("as_json") or not sys.stdout.isatty():
        bar: Any = nullcontext(None)
    else:
        from qualitycycle.cli.progress import file_bar

        bar = file_bar(demo_steps())
    with bar as advance:
        built = build_demo(Path(folder), language, progress=advance)
    if shared.get("as_json"):
        print_json(built.as_json())
        return
    for line in built.lines():
        print_text(line)


@app.command("notebook")
@shared_options
@click.pass_obj
def notebook(shared: dict[str, Any], /) -> None:
    """Open JupyterLab on the workspace."""
    from qualitycycle.notebook import open_notebook

    sys.exit(open_notebook(workspace_of(shared)))


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
