"""Commands for the objects of the cycle: add, edit, list and show, one set per table.

The options are the columns of the table, with the help the register's workbook shows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import Function, Option, option, shared_options
from qualitycycle.cli.output import (
    finding_json,
    print_finding,
    print_json,
    print_result,
    print_text,
    workspace_of,
)
from qualitycycle.register.tables import TABLES, Column

if TYPE_CHECKING:
    from qualitycycle.analysis.result import Result
    from qualitycycle.workspace import Workspace
    from qualitycycle.workspace.planning import Recorded


def object_commands(group: click.Group, table: str, name: str, today: str | None) -> click.Group:
    """The commands ``<group> <name> add|edit|list|show``; ``today`` is the day a new one gets.

    Without it the group has an ``add`` of its own.
    """
    key = f"{group.name}_{name}"
    own = group.group(name, help=key)(lambda: None)
    if today:
        add_command(own, table, key, today)
    edit_command(own, table, key)
    list_command(own, table, key)
    show_command(own, key)
    return own


def column_options(table: str, *, but: tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """An option per column of a table, in their order, ``but`` for some."""

    def decorate(command: Function) -> Function:
        for column in reversed(TABLES[table].columns):
            if column.name not in but:
                command = _column_option(table, column)(command)
        return command

    return decorate


def values_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given on the command line; an empty text clears a column."""
    return {name: value for name, value in given.items() if value is not None and value != ()}


def show_recorded(outcome: Recorded, workspace: Workspace, shared: Mapping[str, Any]) -> None:
    """Say what became of an object, and end with its exit code."""
    language = workspace.language
    if shared.get("as_json"):
        print_json(_recorded_json(outcome, language))
        sys.exit(outcome.exit_code)
    print_text(wording.text(f"cycle.{outcome.status}", language, id=outcome.id or ""), style="bold")
    for change in outcome.changes:
        for name, values in change.fields.items():
            column = TABLES[change.table].column(name)
            old, new = (_cell(column, value, language) for value in values)
            print_text(f"  {change.key} {name}: {old} -> {new}")
    for name, value in outcome.proposed.items():
        print_text(f"  {name}: {_cell(TABLES['findings'].column(name), value, language)}")
    for found in outcome.findings:
        print_finding(found, language, indent="  ", typed=True)
    sys.exit(outcome.exit_code)


def _recorded_json(outcome: Recorded, language: str) -> dict[str, Any]:
    changes = [
        {"table": one.table, "key": one.key, "kind": one.kind, "fields": dict(one.fields)}
        for one in outcome.changes
    ]
    found = [finding_json(one, language) for one in outcome.findings]
    proposed = dict(outcome.proposed)
    return {
        "status": outcome.status,
        "id": outcome.id,
        "proposed": proposed,
        "changes": changes,
        "findings": found,
    }


def show_command(group: click.Group, key: str) -> None:
    """``show ID``: the object, what led to it and what came of it."""

    @group.command("show", help=f"{key}_show")
    @click.argument("id")
    @shared_options
    @click.pass_obj
    def show(shared: dict[str, Any], /, id: str) -> None:
        """One object of the cycle."""
        result = workspace_of(shared).trace(id)
        if not shared.get("as_json"):
            _print_object(result)
        print_result(result, shared)


def add_command(group: click.Group, table: str, key: str, today: str | None = None) -> None:
    """``add``: a new object from its columns; ``today`` is the column that gets this day."""

    @group.command("add", help=f"{key}_add")
    @column_options(table)
    @option("--dry-run", is_flag=True)
    @shared_options
    @click.pass_obj
    def add(shared: dict[str, Any], /, dry_run: bool, **given: Any) -> None:
        """Record a new object."""
        workspace = workspace_of(shared)
        values = {**({today: _today()} if today else {}), **values_of(given)}
        show_recorded(workspace.record(table, values, dry_run=dry_run), workspace, shared)


def edit_command(group: click.Group, table: str, key: str) -> None:
    """``edit ID``: the given columns of an object become these."""

    @group.command("edit", help=f"{key}_edit")
    @click.argument("id")
    @column_options(table, but=("id",))
    @option("--dry-run", is_flag=True)
    @shared_options
    @click.pass_obj
    def edit(shared: dict[str, Any], /, id: str, dry_run: bool, **given: Any) -> None:
        """Change the given columns of an object."""
        workspace = workspace_of(shared)
        values = {"id": id, **values_of(given)}
        show_recorded(workspace.record(table, values, edit=True, dry_run=dry_run), workspace, shared)


def list_command(group: click.Group, table: str, key: str) -> None:
    """``list``: the objects of a table."""

    @group.command("list", help=f"{key}_list")
    @option("--partnership")
    @option("--cycle")
    @shared_options
    @click.pass_obj
    def list_(shared: dict[str, Any], /, partnership: str | None, cycle: str | None) -> None:
        """The objects there are."""
        print_result(workspace_of(shared).cycle(table, partnership=partnership, cycle=cycle), shared)


def _column_option(table: str, column: Column) -> Callable[[Function], Function]:
    kinds = {"date": "DATE", "number": "NUMBER"}
    metavar = "|".join(column.choices) if column.choices else kinds.get(column.kind, "TEXT")
    return click.option(
        f"--{column.name.replace('_', '-')}",
        column.name,
        cls=Option,
        help_key=f"register.column.{table}.{column.name}",
        metavar=metavar,
        multiple=column.kind == "list",
    )


def _print_object(result: Result) -> None:
    """Every cell of the object that is filled in, and its sources or reuses."""
    whole = result.payload["object"]
    table = TABLES[whole["table"]]
    title = wording.text(f"cycle.one.{table.name}", result.language)
    print_text(f"{title} {whole['id']}", style="bold")
    for column in table.columns[1:]:
        if whole.get(column.name) not in (None, []):
            print_text(f"  {column.name}: {_cell(column, whole[column.name], result.language)}")
    if "applies_to" in whole:
        applies = whole["applies_to"]
        said = wording.plural("cycle.applies_to", len(applies), result.language)
        print_text(f"  {said}{': ' if applies else ''}{', '.join(applies)}")
    for moved in whole["promises"]:
        promise = {**moved, "new": moved["new"] or "-", "day": moved["at"][:10]}
        print_text("  " + wording.text("cycle.was_promised", result.language, **promise))
    for source in whole.get("sources", ()):
        kind = wording.text(f"register.source_kind.{source['kind']}", result.language)
        said = f": {source['said']}" if source["said"] else ""
        print_text(f"  {source['number']}. {kind}, {source['reference']}{said}")
    print_text()


def _cell(column: Column, value: Any, language: str) -> str:
    """A cell of the object as a reader writes it: choices in words, dates and commas as usual."""
    if value is None:
        return "-"
    if column.kind == "choice":
        return wording.text(f"{column.terms}.{value}", language)
    if column.kind == "number":
        from babel.numbers import format_decimal

        return str(format_decimal(value, locale=language))
    if column.kind == "date":
        year, month, day = (int(part) for part in str(value).split("-"))
        return wording.text("register.brief.date", language, day=day, month=month, year=year)
    return _said(value)


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value)) or "-"
    return "-" if value is None else str(value)


def _today() -> str:
    from datetime import date

    return date.today().isoformat()
