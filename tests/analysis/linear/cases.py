"""The reference numbers of R's lme4, lmerTest and pbkrtest with their calls, and drawn sessions."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


@cache
def reference() -> dict[str, dict[str, Any]]:
    """Case -> data, R code run before, R call and result."""
    found: dict[str, dict[str, Any]] = json.loads((HERE / "reference.json").read_text(encoding="utf-8"))
    return found


def result(case: str) -> Any:
    return reference()[case]["result"]


def answers(
    seed: int = 0,
    sessions: int = 14,
    trainers: int = 6,
    session_sd: float = 0.5,
    trainer_sd: float = 0.5,
) -> pd.DataFrame:
    """A row per answer: whole marks in sessions of one or two trainers, half of them in arm b."""
    rng = np.random.default_rng(seed)
    level = rng.normal(0, trainer_sd, trainers)
    rows = []
    for i in range(sessions):
        team = sorted(rng.choice(trainers, size=1 + i % 2, replace=False).tolist())
        centre = 7 + 0.5 * (i % 4 < 2) + level[team].mean() + rng.normal(0, session_sd)
        for mark in np.round(centre + rng.normal(size=int(rng.integers(2, 9)))):
            people = [f"t{one}" for one in team] + [None]
            rows.append((f"s{i}", "ab"[i % 4 < 2], people[0], people[1], mark))
    return pd.DataFrame(rows, columns=["session", "arm", "first", "second", "mark"])


BOTH = "mark ~ arm + (1 | mm(first, second)) + (1 | session)"
