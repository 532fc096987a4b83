"""``change``: before, after and later, on the same people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qualitycycle import wording
from qualitycycle.analysis.shown import table_of
from qualitycycle.cli.app import app, option, shared_options
from qualitycycle.cli.output import print_json, print_table, print_text, workspace_of
from qualitycycle.vocabulary import TrainingKind

if TYPE_CHECKING:
    from qualitycycle.analysis.result import Result

PAIRED = "change.paired"
"""The notes that are printed before the table: how many people were paired."""


@app.command("change")
@option("--item", multiple=True)
@option("--cycle")
@option("--partnership")
@option("--kind", type=click.Choice([str(kind) for kind in TrainingKind]))
@option("--by", type=click.Choice(["variant"]))
@option("--near", is_flag=True)
@shared_options
@click.pass_obj
def change(shared: dict[str, Any], /, item: tuple[str, ...], **choices: Any) -> None:
    """How the same people changed between moments."""
    workspace = workspace_of(shared)
    given = {name: value for name, value in choices.items() if value is not None}
    result = workspace.change(list(item) or None, **given)
    if shared.get("as_json"):
        print_json(dict(result.payload))
        return
    if result.table.empty:
        print_text(wording.text("change.nothing", workspace.language))
        return
    _print_notes(result, first=True)
    _print_tables(result)
    _print_notes(result, first=False)


def _print_notes(result: Result, *, first: bool) -> None:
    """Who was paired before the tables, everything else after them."""
    for key, values in result.notes:
        if (key == PAIRED) == first:
            print_text(wording.text(key, result.language, **values))
    print_text()


def _print_tables(result: Result) -> None:
    """What was measured twice, then the look back by itself."""
    columns, rows, numbers = table_of(result, result.language)
    apart = result.table["retrospective"].tolist()
    for retrospective in (False, True):
        mine = [row for row, back in zip(rows, apart, strict=True) if back == retrospective]
        if mine and retrospective:
            print_text(wording.text("change.retrospective", result.language))
        if mine:
            print_table(columns, mine, numbers=numbers)
            print_text()
