"""The reference numbers of R's lme4, lmerTest and pbkrtest with their calls, and drawn sessions."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qualitycycle.analysis.linear.reml import Floats, Units
from qualitycycle.analysis.linear.units import Collapsed, collapse
from qualitycycle.analysis.ordinal.formula import parse

HERE = Path(__file__).parent
BOTH = "mark ~ arm + (1 | mm(first, second)) + (1 | session)"


@cache
def reference() -> dict[str, dict[str, Any]]:
    """Case -> data, R code run before, R call and result."""
    found: dict[str, dict[str, Any]] = json.loads((HERE / "reference.json").read_text(encoding="utf-8"))
    return found


def result(case: str) -> Any:
    return reference()[case]["result"]


def answers(seed: int = 0, *, sessions: int = 14, trainers: int = 6, spread: float = 0.5) -> pd.DataFrame:
    """A row per answer: whole marks in sessions of one or two trainers, half of them in arm b.

    ``spread``: the standard deviation of sessions and of trainers; answers vary by 1.
    """
    rng = np.random.default_rng(seed)
    level = rng.normal(0, spread, trainers)
    rows = []
    for i in range(sessions):
        team = sorted(rng.choice(trainers, size=1 + i % 2, replace=False).tolist())
        arm = "ab"[i % 4 < 2]
        centre = 7 + 0.5 * (arm == "b") + level[team].mean() + rng.normal(0, spread)
        people = [*(f"t{one}" for one in team), None]
        for mark in np.round(centre + rng.normal(size=int(rng.integers(2, 9)))):
            rows.append((f"s{i}", arm, people[0], people[1], mark))
    return pd.DataFrame(rows, columns=["session", "arm", "first", "second", "mark"])


def collapsed(frame: pd.DataFrame, formula: str = BOTH) -> Collapsed:
    return collapse(parse(formula), frame, None, None)


def one_way(groups: Floats, within: Floats) -> Units:
    """Groups with the given means, each with the deviations ``within``, in two arms of equal size."""
    n = np.full(len(groups), float(len(within)))
    arm = np.arange(len(groups)) >= len(groups) / 2
    design = np.column_stack([np.ones(len(groups)), arm.astype(float)])
    return Units(n, groups, len(groups) * float(within @ within), design, (np.eye(len(groups)),))
