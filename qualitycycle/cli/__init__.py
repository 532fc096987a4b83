"""The command line: parse, call one method of the workspace, print.

No traceback ever reaches a user: what a user can cause ends as findings with exit code
1 (refused) or 2 (wrong usage); anything else is written to a file whose name is shown.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

from qualitycycle.cli import (
    act,
    act_check,
    act_practice,
    act_reply,
    analysis,
    certificates,
    change,
    imports,
    instrument,
    instrument_out,
    people,
    plan,
    register,
    reliability,
    simulate,
    spread,
    themes,
    trend,
    workspace,
)
from qualitycycle.cli.app import app
from qualitycycle.cli.output import language_of, print_text
from qualitycycle.wording import speak, text

COMMANDS = (
    imports,
    register,
    people,
    certificates,
    instrument,
    instrument_out,
    analysis,
    change,
    reliability,
    spread,
    themes,
    trend,
    plan,
    act,
    act_check,
    act_practice,
    act_reply,
    workspace,
    simulate,
)
"""The modules that put their commands into ``app``."""


def main() -> None:
    """Run the command line; the entry point ``qualitycycle``."""
    speak(language_of(sys.argv[1:]))
    try:
        app(prog_name="qualitycycle")
    except Exception:
        trail = Path(tempfile.gettempdir()) / "qualitycycle-error.log"
        trail.write_text(traceback.format_exc(), encoding="utf-8")
        print_text(text("cli.internal", language_of(sys.argv[1:]), file=str(trail)), error=True)
        sys.exit(1)
