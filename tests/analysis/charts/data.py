"""The numbers R gives on published series, and the series."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qualitycycle.analysis.charts.limits import Limits
from qualitycycle.analysis.charts.signals import Rule, signals

TIGHT = 1e-9
THEIRS: dict[Rule, str] = {
    "beyond": "astronomical",
    "shift": "shift7",
    "trend": "trend7",
    "near": "two_of_three_nhs",
}
"""Our rules -> what they are called in the reference."""


@cache
def reference() -> dict[str, dict[str, Any]]:
    """Case -> data, R code run before, R call and result."""
    path = Path(__file__).parent / "reference.json"
    found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def result(case: str) -> Any:
    return reference()[case]["result"]


@cache
def table(corpus: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(corpus / "reference" / "data" / f"{name}.csv")


def same(found: Any, expected: Any, rel: float = TIGHT) -> None:
    assert np.asarray(found).tolist() == pytest.approx(np.asarray(expected).tolist(), rel=rel, abs=1e-12)


def same_signals(chart: Limits, theirs: Mapping[str, Any]) -> None:
    """The points of every rule, in the reference counted from 1."""
    found = signals(chart.z)
    for rule, name in THEIRS.items():
        points = sorted(i + 1 for one in found if one.rule == rule for i in one.points)
        assert points == listed(theirs[name]), rule


def listed(points: int | Sequence[int]) -> list[int]:
    return [points] if isinstance(points, int) else list(points)
