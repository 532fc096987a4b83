"""What was imported and undone, as it may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qualitycycle.workspace.unnamed import names_on, unnamed

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace


def history(workspace: Workspace) -> list[dict[str, Any]]:
    """Every import and retraction, oldest first: file names without names of people, and no number
    of responses under the floor."""
    names = names_on(workspace.records.load(names=("trainers", "mentors")))
    floor = workspace.config.settings.floors.scores
    told = []
    for event in workspace.evaluations.history():
        shown = event["responses"] >= floor
        counts = {name: event[name] if shown else None for name in ("responses", "answers")}
        told.append({**event, "file": unnamed(event["file"], names) if event["file"] else None, **counts})
    return told
