"""Omega total against lavaan and psych; omega hierarchical only where it is identified."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.omega import mcdonald_omega, schmid_leiman_general
from qualitycycle.analysis.reliability import CrossProducts, cross_products

from .data import result, table

OMEGA = 1e-4
ALPHA_CASE = {f"omega_bfi_{name}": f"alpha_bfi_{name}" for name in ("agree", "conscientious", "extraversion")}


@pytest.mark.corpus
@pytest.mark.parametrize("case", list(ALPHA_CASE))
def test_omega_total_equals_lavaan_and_psych(corpus: Path, case: str) -> None:
    r, scale = result(case), result(ALPHA_CASE[case])
    frame = table(corpus, "bfi")[scale["items"]].copy()
    frame[scale["reversed"]] = 7 - frame[scale["reversed"]]
    ml = mcdonald_omega(frame, hierarchical=True)
    assert ml.n == r["n"]
    assert ml.total == pytest.approx(r["cfa_ml"]["omega"], abs=OMEGA)
    theirs = list(r["cfa_ml"]["loadings"].values())
    assert ml.loadings == pytest.approx(theirs, abs=1e-3)
    minres = mcdonald_omega(cross_products(frame), method="minres")
    assert minres.total == pytest.approx(r["psych_1_factor"]["omega_total"], abs=OMEGA)
    assert (ml.hierarchical, ml.hierarchical_reason) == (None, "not_identified")


def from_correlation(r: np.ndarray, n: int = 200) -> CrossProducts:
    names = tuple(f"i{i}" for i in range(len(r)))
    return CrossProducts(names, n, (0.0,) * len(r), tuple(tuple(row) for row in (n - 1) * r))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(0.3, 0.9), min_size=4, max_size=7), st.floats(0.5, 3))
def test_a_one_factor_population_gives_its_own_omega(loadings: list[float], unit: float) -> None:
    r = np.outer(loadings, loadings)
    np.fill_diagonal(r, 1)
    true = sum(loadings) ** 2 / r.sum()
    for method in ("ml", "minres"):
        assert mcdonald_omega(from_correlation(r), method=method).total == pytest.approx(true, abs=1e-4)  # type: ignore[arg-type]
    assert mcdonald_omega(from_correlation(unit**2 * r)).total == pytest.approx(true, abs=1e-4)


@pytest.mark.parametrize("general", [0.4, 0.6, 0.7])
def test_three_groups_under_one_factor_give_their_own_omega_hierarchical(general: float) -> None:
    g, group = np.full(9, general), np.kron(np.eye(3), np.full((3, 1), 0.5))
    r = np.outer(g, g) + group @ group.T
    np.fill_diagonal(r, 1)
    found = mcdonald_omega(from_correlation(r), hierarchical=True)
    assert found.hierarchical == pytest.approx(g.sum() ** 2 / r.sum(), abs=1e-2)
    assert found.hierarchical_reason is None


def test_no_group_factors_no_hierarchical_omega() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(120, 6)))
    found = mcdonald_omega(frame, hierarchical=True)
    assert found.hierarchical is None
    assert found.reason == "no_proper_solution" or found.hierarchical_reason == "no_proper_solution"


def test_reasons() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(60, 4)) + rng.normal(size=(60, 1)))
    assert mcdonald_omega(frame.iloc[:49]).reason == "too_few_respondents"
    assert mcdonald_omega(frame[[0, 1]]).reason == "too_few_items"
    assert mcdonald_omega(frame.assign(flat=3)).reason == "no_spread"
    assert mcdonald_omega(frame).hierarchical_reason is None
    assert schmid_leiman_general(np.eye(6)) is None
