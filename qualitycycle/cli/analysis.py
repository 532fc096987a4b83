"""``status``, ``counts``, ``compare`` and ``report``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from qualitycycle import wording
from qualitycycle.analysis.shown import coverage_lines, session_table, table_of
from qualitycycle.cli.app import app, option, shared_options
from qualitycycle.cli.calendar import print_calendar, write_calendar
from qualitycycle.cli.output import print_json, print_table, print_text, workspace_of
from qualitycycle.vocabulary import TrainingKind

ARMS_BY = ("variant", "partnership", "format", "cycle")
SPLIT_BY = ("variant", "cycle", "format")
KINDS = [str(kind) for kind in TrainingKind]


@app.command("status")
@option("--as-of")
@option("--cycle")
@option("--partnership")
@option("--kind", type=click.Choice(KINDS))
@option("--sessions", is_flag=True)
@option("--due", "planned", is_flag=True)
@option("--within", "ahead", type=click.IntRange(min=0), metavar="DAYS")
@option("--ics", type=click.Path())
@option("--force", is_flag=True)
@shared_options
@click.pass_obj
def status(
    shared: dict[str, Any],
    /,
    sessions: bool,
    planned: bool,
    ahead: int | None,
    ics: str | None,
    force: bool,
    **filters: Any,
) -> None:
    """Coverage, with every denominator named; with ``--due`` what is to be done when."""
    workspace, as_json = workspace_of(shared), bool(shared.get("as_json"))
    choices = _given({**filters, "within": ahead})
    if ics is not None:
        return write_calendar(workspace, ics, choices, force, as_json)
    if planned or ahead is not None:
        return print_calendar(workspace, choices, as_json)
    result = workspace.status(**_given(filters))
    if shared.get("as_json"):
        print_json(dict(result.payload))
        return
    for line in coverage_lines(result, workspace.language):
        print_text(line)
    print_text()
    _print_result(result, workspace.language)
    if sessions:
        columns, rows, numbers = session_table(result, workspace.language)
        print_table(columns, rows, numbers=numbers)


@app.command("counts")
@option("--item", multiple=True)
@option("--cycle")
@option("--partnership")
@option("--moment")
@option("--kind", type=click.Choice(KINDS))
@option("--by", "split", multiple=True, type=click.Choice(SPLIT_BY))
@shared_options
@click.pass_obj
def counts(shared: dict[str, Any], /, item: tuple[str, ...], split: tuple[str, ...], **filters: Any) -> None:
    """Count answers per question."""
    workspace = workspace_of(shared)
    result = workspace.count(list(item) or None, by=list(split), **_given(filters))
    if shared.get("as_json"):
        print_json(dict(result.payload))
        return
    _print_result(result, workspace.language)


@app.command("compare")
@option("--by", type=click.Choice(ARMS_BY), default="variant")
@option("--reference")
@option("--item", multiple=True)
@option("--cycle")
@option("--partnership")
@option("--moment")
@option("--kind", type=click.Choice(KINDS))
@option("--format", "session_format")
@option("--include", multiple=True)
@shared_options
@click.pass_obj
def compare(
    shared: dict[str, Any], /, item: tuple[str, ...], include: tuple[str, ...], **choices: Any
) -> None:
    """Compare arms honestly."""
    workspace = workspace_of(shared)
    result = workspace.compare(item=list(item) or None, include=include, **_given(choices))
    if shared.get("as_json"):
        print_json(dict(result.payload))
        return
    if result.table.empty:
        print_text(wording.text("cli.compare.nothing", workspace.language))
    _print_result(result, workspace.language, once=("scope_title",))


@app.command("report")
@option("--partnership", required=True, help_key="cli.option.reported")
@option("--cycle")
@option("--format", "report_format", type=click.Choice(["html"]), default="html")
@option("--dossier", is_flag=True)
@shared_options
@click.pass_context
def report(
    ctx: click.Context, /, partnership: str, cycle: str | None, report_format: str, dossier: bool
) -> None:
    """Write the yearly report of a partnership, or its dossier for the peer review."""
    shared: dict[str, Any] = ctx.obj
    if cycle is None and not dossier:
        raise click.MissingParameter(ctx=ctx, param=_named(ctx.command, "cycle"))
    workspace = workspace_of(shared)
    written = workspace.dossier(partnership, cycle) if dossier else workspace.report(partnership, str(cycle))
    if shared.get("as_json"):
        print_json(written.as_json())
        return
    done = "guarantees.dossier.done" if dossier else "cli.report.done"
    print_text(wording.text(done, workspace.language, file=str(written.path)))


def _named(command: click.Command, name: str) -> click.Parameter:
    """The parameter of a command with this name."""
    return next(parameter for parameter in command.params if parameter.name == name)


def _given(choices: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in choices.items() if value is not None}


def _print_result(result: Any, language: str, once: Sequence[str] = ()) -> None:
    """The reader's table of a result, then the sentences that belong with it.

    A column that says the same in every row (one of ``once``, the last of the table) is
    printed once, above it.
    """
    columns, rows, numbers = table_of(result, language)
    for name in once:
        if result.table[name].nunique() == 1:
            print_text(str(result.table[name].iloc[0]))
            columns, rows = columns[:-1], [row[:-1] for row in rows]
    if rows:
        print_table(columns, rows, numbers=numbers)
        print_text()
    for sentence in result.sentences():
        print_text(sentence)
