"""``status --due``: what is to be done when, as a table, JSON or a calendar file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.cli.output import print_json, print_table, print_text

if TYPE_CHECKING:
    from qualitycycle.workspace import Workspace


def print_calendar(workspace: Workspace, choices: Mapping[str, Any], as_json: bool) -> None:
    """The tasks that are due; with JSON beside the figures of ``status``."""
    result = workspace.calendar(**choices)
    if as_json:
        asked = {name: value for name, value in choices.items() if name != "within"}
        print_json({**workspace.status(**asked).payload, **result.payload})
        return
    columns, rows, numbers = result.shown()
    if rows:
        print_table(columns, rows, numbers=numbers)
    else:
        print_text(wording.text("calendar.nothing", workspace.language))
    print_text()
    for sentence in result.sentences():
        print_text(sentence)


def write_calendar(
    workspace: Workspace, path: str, choices: Mapping[str, Any], force: bool, as_json: bool
) -> None:
    """The tasks as a calendar file."""
    events = workspace.export_calendar(path, force=force, **choices)
    if as_json:
        print_json({"file": path, "events": events})
        return
    print_text(wording.plural("calendar.written", events, workspace.language, file=path))
