"""``act``: what was found, and what was decided about it."""

from __future__ import annotations

from qualitycycle.cli.app import app
from qualitycycle.cli.objects import object_commands, show_command


@app.group("act")
def act() -> None:
    """Findings and decisions."""


object_commands(act, "findings", "finding", today="found_on")
object_commands(act, "decisions", "decision", today="decided_on")
show_command(act, "act")
