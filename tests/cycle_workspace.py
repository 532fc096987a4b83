"""A workspace with two partnerships, five sessions and a few answers: room for one round of the cycle."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from qualitycycle.workspace import Workspace, init_workspace, open_workspace
from qualitycycle.workspace.planning import Recorded

DAYS = {
    "DUIN-1": date(2025, 10, 1),
    "DUIN-2": date(2026, 2, 4),
    "DUIN-3": date(2026, 10, 7),
    "DUIN-4": date(2027, 2, 3),
    "MEER-1": date(2025, 11, 5),
}

ROUND: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("goals", {"id": "D1", "cycle": "2025-2026", "indicator": "TRN3", "norm": 8, "agreed_on": "3-7-2025"}),
    (
        "findings",
        {
            "id": "B1",
            "cycle": "2025-2026",
            "goal": "D1",
            "indicator": "TRN3",
            "kind": "concern",
            "what": "Onder de norm",
            "found_on": "10-6-2026",
        },
    ),
    ("sources", {"finding": "B1", "number": 1, "kind": "panel", "reference": "Panelgesprek in mei"}),
    ("sources", {"finding": "B1", "number": 2, "kind": "document", "reference": "Notulen van juni"}),
    (
        "decisions",
        {"id": "S1", "findings": "B1", "kind": "adapt", "what": "Samen oefenen", "decided_on": "24-6-2026"},
    ),
    (
        "actions",
        {
            "id": "A1",
            "decision": "S1",
            "goal": "D1",
            "indicator": "TRN3",
            "what": "Samen oefenen",
            "agreed_on": "24-6-2026",
            "starts_on": "1-9-2026",
            "predicted_effect": "0,5",
        },
    ),
    (
        "findings",
        {
            "id": "B2",
            "cycle": "2026-2027",
            "action": "A1",
            "indicator": "TRN3",
            "kind": "strength",
            "what": "Het werkte",
            "found_on": "10-6-2027",
        },
    ),
    ("sources", {"finding": "B2", "number": 1, "kind": "panel", "reference": "Panelgesprek in mei"}),
    (
        "decisions",
        {
            "id": "S2",
            "findings": "B2",
            "action": "A1",
            "kind": "adopt",
            "what": "Zo houden",
            "decided_on": "24-6-2027",
        },
    ),
)
"""Two school years of one partnership: what to record, in an order that respects what refers to what."""


def whole(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with a partnership and an owner, where the table has these."""
    return dict(values) if table == "sources" else {"partnership": "DUIN", "owner": "stuurgroep", **values}


def recorded(workspace: Workspace, steps: Sequence[tuple[str, Mapping[str, Any]]] = ROUND) -> list[Recorded]:
    """Every step, recorded one by one."""
    return [workspace.record(table, whole(table, values)) for table, values in steps]


def cycle_workspace(root: Path) -> Workspace:
    """The register and eight answers to the first session of DUIN."""
    made = init_workspace(root)
    records: dict[str, list[dict[str, Any]]] = {
        "trainers": [
            {"id": "T1", "name": "Noor van der Wilg", "affiliation": "school", "board": "DUIN-A"},
            {"id": "T2", "name": "Sem Populier", "affiliation": "institute", "institute": "KUST"},
        ],
        "sessions": [{"id": id, "kind": "basic", "lead": id[:4]} for id in DAYS],
        "session_trainers": [{"session": id, "trainer": one} for id in DAYS for one in ("T1", "T2")],
        "meetings": [{"session": id, "date": day} for id, day in DAYS.items()],
    }
    made.records.update(lambda now: records)
    export = root / "DUIN-1.csv"
    export.write_text(
        "\n".join(["TRN3;INH1", *(f"{mark};mee eens" for mark in (7, 8, 8, 9, 7, 8, 6, 8))]) + "\n"
    )
    assert made.import_evaluations([export], moment="post").exit_code == 0
    return made


def copy_of(workspace: Workspace, root: Path) -> Workspace:
    """The same workspace somewhere else, to change."""
    shutil.copytree(workspace.root, root)
    return open_workspace(root)
