"""The rank test from counts, against R and against the answers written out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from qualitycycle.analysis.ranks import mann_whitney_from_counts

from .plain.data import result

CASES = json.loads((Path(__file__).parent / "reference" / "two_samples.json").read_text())["cases"]


def tally(case: dict[str, Any], key: str) -> dict[float, int]:
    return {float(score): n for score, n in case[key].items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_equals_r(case: dict[str, Any]) -> None:
    u, p = mann_whitney_from_counts(tally(case, "x"), tally(case, "y"))
    assert u == case["statistic"]
    assert p == pytest.approx(case["p"], rel=1e-8)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_without_correction_equals_r(case: dict[str, Any]) -> None:
    r = result(case["name"])
    theirs = r.get("uncorrected", r.get("wilcox_uncorrected"))
    found = mann_whitney_from_counts(tally(case, "x"), tally(case, "y"), continuity=False)
    assert found.p == pytest.approx(theirs["p.value"], rel=1e-8)


def test_coin_has_no_correction_either() -> None:
    [wine] = [case for case in CASES if case["name"] == "wilcox_wine_temp"]
    found = mann_whitney_from_counts(tally(wine, "x"), tally(wine, "y"), continuity=False)
    assert found.p == pytest.approx(result("coin_exact_wine_temp")["asymptotic"]["p"], rel=1e-8)


def test_equals_the_answers_written_out() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        a, b = rng.integers(1, 6, rng.integers(5, 60)), rng.integers(1, 6, rng.integers(5, 60))
        counts = [dict(zip(*np.unique(x, return_counts=True), strict=True)) for x in (a, b)]
        found = mann_whitney_from_counts(*counts)
        expected = stats.mannwhitneyu(a, b, method="asymptotic")
        assert (found.u, found.p) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))


def test_swapping_samples_keeps_p() -> None:
    a, b = {1: 3, 2: 9, 5: 4}, {2: 5, 3: 8}
    one, other = mann_whitney_from_counts(a, b), mann_whitney_from_counts(b, a)
    assert one.p == pytest.approx(other.p)
    assert one.u + other.u == 16 * 13


def test_degenerate_samples() -> None:
    assert mann_whitney_from_counts({5: 10}, {5: 20}).p == 1.0
    assert mann_whitney_from_counts({}, {5: 20}).p is None
    assert mann_whitney_from_counts({4: 0}, {5: 20}).p is None


def test_twenty_million_answers_cost_nothing() -> None:
    found = mann_whitney_from_counts(dict.fromkeys(range(5), 2_000_000), dict.fromkeys(range(5), 2_000_000))
    assert found.u == 5e13
    assert found.p == 1.0
