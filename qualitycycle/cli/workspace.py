"""``init``, ``demo`` and ``notebook``."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import app, shared_options
from qualitycycle.cli.output import print_json, print_text, workspace_of


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
