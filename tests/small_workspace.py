"""A small filled workspace: the register of the demo and a dozen of its exports."""

from __future__ import annotations

from pathlib import Path

from qualitycycle.config import shipped
from qualitycycle.workspace import Workspace, init_workspace

EVERY = 3


def small_workspace(root: Path, language: str = "nl") -> Workspace:
    """The demo's register, every third of its exports and the founding survey."""
    workspace = init_workspace(root, language)
    examples = shipped("examples")
    assert workspace.import_register(examples / "register.xlsx").status == "imported"
    exports = sorted((examples / "exports").glob("*.xlsx"))[::EVERY]
    assert workspace.import_evaluations(exports).exit_code == 0
    founding = workspace.import_evaluations([examples / "startenquete.csv"], session="startenquete")
    assert founding.exit_code == 0
    return workspace
