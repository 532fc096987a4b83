"""The published data of the plain functions and the numbers R gives on them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

HERE = Path(__file__).parent
TIGHT = 1e-9
P_TIGHT = 1e-8


@cache
def reference() -> dict[str, dict[str, Any]]:
    """Case -> data, R code run before, R call and result."""
    found: dict[str, dict[str, Any]] = json.loads((HERE / "reference.json").read_text(encoding="utf-8"))
    return found


def result(case: str) -> Any:
    return reference()[case]["result"]


@cache
def wine() -> pd.DataFrame:
    """Bitterness of wine (Randall 1989), as in R's ordinal::wine."""
    return pd.read_csv(HERE / "wine.csv")


@cache
def table(corpus: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(corpus / "reference" / "data" / f"{name}.csv")


def insteval(corpus: Path, dept: int) -> pd.DataFrame:
    frame = table(corpus, "insteval")
    return frame[frame["dept"] == dept]


def same(found: Any, expected: Any, rel: float = TIGHT) -> None:
    assert found == pytest.approx(expected, rel=rel, abs=1e-300)
