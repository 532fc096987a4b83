"""JupyterLab on a workspace, opened at the tour."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence

from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.workspace.core import Workspace
from qualitycycle.workspace.opening import copy_notebooks

TOUR = "00_tour.ipynb"


def notebook_command(workspace: Workspace, extra: Sequence[str] = ()) -> list[str]:
    """The command that opens JupyterLab in the workspace at the tour; puts the tour there first."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise UsageProblem(Finding("cli.notebook.missing"))
    copy_notebooks(workspace)
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={workspace.root}",
        f"--LabApp.default_url=/lab/tree/notebooks/{TOUR}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *extra,
    ]


def open_notebook(workspace: Workspace) -> int:
    """Run JupyterLab until the user stops it; returns its exit code."""
    try:
        return subprocess.run(notebook_command(workspace), check=False).returncode
    except KeyboardInterrupt:
        return 0
