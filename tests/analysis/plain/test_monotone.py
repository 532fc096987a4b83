"""Mann-Kendall with Sen's slope, chi-square trend and linear-by-linear association, against R."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.monotone import chi_square_trend, linear_by_linear, mann_kendall

from .data import P_TIGHT, insteval, result, same, table

series = st.lists(st.integers(-20, 20), min_size=3, max_size=30)


def check_mann_kendall(r: dict[str, Any], values: Any) -> None:
    found = mann_kendall(values)
    assert (found.n, found.s) == (r["n"], r["S"])
    same([found.variance, found.z, found.tau_b], [r["varS"], r["z_continuity"], r["tau_b"]])
    same(found.p, r["p_two_sided"], P_TIGHT)
    same(found.slope, r["sen_slope_per_step"])
    same([found.low, found.high], r["sen_ci95"])


@pytest.mark.corpus
def test_mann_kendall_with_ties(corpus: Path) -> None:
    check_mann_kendall(result("mann_kendall_circuit_ties"), table(corpus, "qcc_circuit")["x"])


@pytest.mark.corpus
def test_mann_kendall_without_ties(corpus: Path) -> None:
    frame = table(corpus, "ae_attendances_rqm")
    frame = frame[frame["type"] == "1"].sort_values("period")
    r = result("mann_kendall_rqm_type1")
    check_mann_kendall(r["attendances"], frame["attendances"])
    check_mann_kendall(r["breach_rate"], frame["breaches"] / frame["attendances"])


def test_chi_square_trend_equals_r() -> None:
    r = result("trend_insteval_dept5_lectage")
    found = chi_square_trend(r["success"], r["total"], scores=r["scores"])
    same(found.statistic, r["prop_trend"]["statistic"])
    same(found.p, r["prop_trend"]["p.value"], P_TIGHT)
    assert found.z is not None
    same(abs(found.z), r["cochran_armitage_z_abs"])


@pytest.mark.corpus
def test_linear_by_linear_equals_r(corpus: Path) -> None:
    frame, r = insteval(corpus, 5), result("trend_insteval_dept5_lectage")
    counts = pd.crosstab(frame["lectage"], frame["y"])
    found = linear_by_linear(counts.to_numpy())
    same(found.z, r["linear_by_linear"]["z"])
    same(found.p, r["linear_by_linear"]["p"], P_TIGHT)
    top = pd.crosstab(frame["lectage"], frame["y"] >= 4)
    assert top[True].tolist() == r["success"]


@settings(deadline=None)
@given(series)
def test_turning_the_series_round_mirrors_the_trend(values: list[int]) -> None:
    one, other, upside_down = (
        mann_kendall(values),
        mann_kendall(values[::-1]),
        mann_kendall([-v for v in values]),
    )
    assert one.s == -other.s == -upside_down.s
    assert (one.variance, one.p) == (other.variance, other.p)
    if one.reason is None:
        assert (other.slope, other.low) == pytest.approx((-one.slope, -one.high), abs=1e-12)  # type: ignore[operator]


@settings(deadline=None)
@given(series, st.integers(-5, 5), st.integers(1, 6))
def test_the_slope_follows_the_unit(values: list[int], shift: int, unit: int) -> None:
    one, other = mann_kendall(values), mann_kendall([shift + unit * v for v in values])
    assert (one.s, one.p) == (other.s, other.p)
    assert other.slope == pytest.approx(unit * one.slope)  # type: ignore[operator]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2, max_size=6))
def test_the_trend_in_shares_is_the_linear_association(groups: list[tuple[int, int]]) -> None:
    hits, misses = (np.array(column) for column in zip(*groups, strict=True))
    total = hits + misses
    found = chi_square_trend(hits, total)
    if found.reason is None:
        other = linear_by_linear(np.column_stack([misses, hits]))
        n = int(total.sum())
        assert other.z is not None and found.statistic == pytest.approx(other.z**2 * n / (n - 1), abs=1e-12)


def test_reasons() -> None:
    assert mann_kendall([1, 2]).reason == "too_few"
    assert mann_kendall([4, 4, 4, 4]).reason == "no_spread"
    assert chi_square_trend([3], [4]).reason == "too_few"
    assert chi_square_trend([0, 0], [4, 5]).reason == "no_spread"
    assert linear_by_linear([[1, 2], [0, 0]]).reason == "no_spread"
    with pytest.raises(ValueError, match="between"):
        chi_square_trend([5, 1], [4, 5])
    with pytest.raises(ValueError, match="gaps"):
        mann_kendall([1, np.nan, 2])
