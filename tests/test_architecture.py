"""One direction of imports: a room imports only rooms on a lower floor, never a neighbour."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import qualitycycle

PACKAGE = Path(qualitycycle.__file__).parent

FLOORS = {
    0: {"errors", "findings", "vocabulary"},
    1: {
        "arrow",
        "cells",
        "codebook",
        "config",
        "config_checks",
        "instrument",
        "labels",
        "mapping",
        "school_year",
        "versions",
        "wording",
    },
    2: {"readers", "checking", "linking", "register", "analysis", "disclosure", "pdca", "simulate", "themes"},
    3: {"figures", "store", "querying", "counts", "pairs", "products"},
    4: {"report", "exporters"},
    5: {"workspace", "demo", "notebook"},
    6: {"cli", "__init__", "__main__"},
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(source: str) -> set[str]:
    """Every room a module imports, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    ours = [name.split(".") for name in names if name.split(".")[0] == "qualitycycle"]
    return {parts[1] for parts in ours if len(parts) > 1 and parts[1] in FLOOR}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_upward_or_sideways_import(path: Path) -> None:
    room = room_of(path)
    assert room in FLOOR, f"{room} has no floor yet: give it one in FLOORS"
    wrong = {other for other in imported_rooms(path.read_text()) if not may_import(room, other)}
    assert not wrong, f"{room} (floor {FLOOR[room]}) imports {sorted(wrong)}"


def may_import(room: str, other: str) -> bool:
    if room == other:
        return True
    if FLOOR[room] == 2 and FLOOR[other] == 2:
        return False
    return FLOOR[other] <= FLOOR[room]


def test_the_rule_catches_what_it_should() -> None:
    assert imported_rooms("def f():\n    from qualitycycle.store import x") == {"store"}
    assert not may_import("analysis", "store")
    assert not may_import("readers", "register")
    assert may_import("workspace", "store")
