"""qualitycycle: the quality cycle for mentor trainings.

>>> import qualitycycle as qc
>>> sorted(qc.__all__)[:3]
['FileImport', 'ImportReport', 'QualityCycleError']
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PUBLIC = {
    "FileImport": "qualitycycle.workspace",
    "ImportReport": "qualitycycle.workspace",
    "QualityCycleError": "qualitycycle.errors",
    "Refused": "qualitycycle.errors",
    "Result": "qualitycycle.analysis.result",
    "UsageProblem": "qualitycycle.errors",
    "Workspace": "qualitycycle.workspace",
    "build_demo": "qualitycycle.demo",
    "figure": "qualitycycle.figures",
    "init_workspace": "qualitycycle.workspace",
    "open_workspace": "qualitycycle.workspace",
    "simulate_workspace": "qualitycycle.workspace.simulating",
}
"""Public name -> module; loaded on first use, so that importing the package stays cheap."""

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'qualitycycle' has no attribute '{name}'")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return [*__all__]
