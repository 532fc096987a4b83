"""Workspaces for real input: config and register written the way a coordinator would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qualitycycle.register.workbook import write_workbook
from qualitycycle.workspace import Workspace, init_workspace, open_workspace

ORGANISATIONS = """
[partnerships.ALL]
name = "Everyone"
boards = ["B"]
institutes = ["I"]
[boards]
B = { name = "A board" }
[institutes]
I = { name = "An institute" }
"""

INSTEVAL = """
id = "insteval"
title.en = "Lecture evaluation"
[scales.R5]
kind = "ordinal"
points = 5
favourable = [4, 5]
uses_mean = true
relevant_mean = 0.3
labels.en = ["1", "2", "3", "4", "5"]
[[items]]
id = "Y"
text.en = "Rating of the lecture"
scale = "R5"
"""


def workspace_with(
    root: Path, *, instrument: tuple[str, str], mapping: tuple[str, str] | None = None
) -> Workspace:
    """A workspace with one partnership, one instrument of its own and perhaps a mapping."""
    init_workspace(root, "en")
    config = root / "config"
    (config / "organisations.toml").write_text(ORGANISATIONS)
    name, text = instrument
    (config / "instruments" / f"{name}.toml").write_text(text)
    if mapping is not None:
        map_to(root, *mapping)
    return open_workspace(root)


def map_to(root: Path, name: str, text: str) -> None:
    (root / "config" / "mappings" / f"{name}.toml").write_text(text)


def register(workspace: Workspace, records: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Through the front door: a real workbook, imported."""
    path = workspace.root / "register.xlsx"
    rows = {name: [dict(row) for row in table] for name, table in records.items()}
    write_workbook(path, rows, workspace.config.organisations, "en")
    outcome = workspace.import_register(path)
    assert outcome.status == "imported", outcome.findings
