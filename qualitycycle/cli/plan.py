"""``plan``: what was agreed before, and what is being done about it."""

from __future__ import annotations

from qualitycycle.cli.app import app
from qualitycycle.cli.objects import object_commands, show_command


@app.group("plan")
def plan() -> None:
    """Goals and actions."""


object_commands(plan, "goals", "goal", today="agreed_on")
object_commands(plan, "actions", "action", today="agreed_on")
show_command(plan, "plan")
