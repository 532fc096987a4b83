"""Chi-square, Cramer's V, Cochran-Mantel-Haenszel and Fisher's exact test, against R."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from qualitycycle.analysis.contingency import association, fisher_exact, stratified_association

from .data import P_TIGHT, insteval, result, same

TABLES = st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=2, max_size=4)
SQUARES = st.lists(st.lists(st.integers(1, 20), min_size=2, max_size=2), min_size=2, max_size=2)


def check(found: Any, r: dict[str, Any]) -> None:
    same([found.statistic, found.cramers_v], [r["chi2"], r["V"]])
    same(found.corrected_v, r["V_bias_corrected"], 1e-8)
    same(found.p, r["p"], P_TIGHT)
    same(found.smallest_expected, r["min_expected"])
    assert found.df == r["df"]


def test_chi_square_of_housing_equals_r() -> None:
    r = result("chisq_housing")
    check(association(r["table"]["values"]), r)


def test_chi_square_of_lectures_equals_r() -> None:
    r = result("chisq_cmh_insteval_dept5")
    table = np.array(r["table"]["values"])
    check(association(table), r["cramer"])
    top = np.stack([table[:, :3].sum(axis=1), table[:, 3:].sum(axis=1)], axis=1)
    for continuity, name in ((False, "chisq_top2"), (True, "chisq_top2_yates")):
        found = association(top, continuity=continuity)
        same(found.statistic, r[name]["statistic"])
        same(found.p, r[name]["p.value"], P_TIGHT)
    exact = fisher_exact(top)
    same(exact.p, r["fisher_top2"]["p.value"], P_TIGHT)
    # R's search for the odds ratio stops at its default, about 1e-4
    assert exact.odds_ratio.estimate == pytest.approx(r["fisher_top2"]["estimate"], rel=1e-4)
    assert [exact.odds_ratio.low, exact.odds_ratio.high] == pytest.approx(
        r["fisher_top2"]["conf.int"], rel=1e-4
    )


def test_two_by_k_is_the_test_of_k_shares() -> None:
    r = result("trend_insteval_dept5_lectage")
    misses = np.subtract(r["total"], r["success"])
    found = association([r["success"], misses.tolist()])
    same(found.statistic, r["chisq_2xk"]["statistic"])
    same(found.p, r["chisq_2xk"]["p.value"], P_TIGHT)


@pytest.mark.corpus
def test_cmh_equals_r(corpus: Path) -> None:
    frame, r = insteval(corpus, 5), result("chisq_cmh_insteval_dept5")["cmh_general"]
    strata = [
        pd.crosstab(part["service"], part["y"]).reindex([0, 1], fill_value=0).to_numpy()
        for _, part in frame.groupby("studage")
    ]
    found = stratified_association(strata)
    same(found.statistic, r["statistic"])
    same(found.p, r["p.value"], P_TIGHT)
    assert found.df == r["parameter"]


@settings(deadline=None)
@given(st.lists(SQUARES, min_size=1, max_size=4))
def test_two_by_two_strata_equal_statsmodels(tables: list[list[list[int]]]) -> None:
    found = stratified_association(tables)
    other = StratifiedTable([np.array(table) for table in tables]).test_null_odds(correction=False)
    assert (found.statistic, found.p) == pytest.approx((other.statistic, other.pvalue))


@settings(deadline=None)
@given(TABLES)
def test_turning_the_table_or_adding_an_empty_row_changes_nothing(table: list[list[int]]) -> None:
    one, turned = association(table), association(np.transpose(table))
    padded = association([*table, [0, 0, 0]])
    assert one.reason == turned.reason == padded.reason
    if one.reason is None:
        assert (turned.statistic, turned.cramers_v) == pytest.approx((one.statistic, one.cramers_v))
        assert padded == one
        assert 0 <= one.corrected_v <= one.cramers_v <= 1 + 1e-12  # type: ignore[operator]


@settings(deadline=None)
@given(TABLES)
def test_one_stratum_is_chi_square_on_one_answer_less(table: list[list[int]]) -> None:
    plain, strata = association(table), stratified_association([table])
    if plain.reason is None and strata.reason is None:
        assert strata.statistic == pytest.approx(plain.statistic * (plain.n - 1) / plain.n)  # type: ignore[operator]


def test_the_bias_is_gone_where_there_is_no_association() -> None:
    rng = np.random.default_rng(2)
    found = [association(rng.multinomial(60, np.full(12, 1 / 12)).reshape(3, 4)) for _ in range(300)]
    assert np.mean([one.cramers_v for one in found]) > 0.2  # type: ignore[arg-type]
    assert np.mean([one.corrected_v for one in found]) < 0.1  # type: ignore[arg-type]
    assert 0.02 < np.mean([one.p < 0.05 for one in found]) < 0.09  # type: ignore[operator]


def test_what_cannot_be_said() -> None:
    assert association([[3, 4], [0, 0]]).reason == "no_spread"
    assert association([[0, 0], [0, 0]]).reason == "no_spread"
    assert stratified_association([[[3, 4], [0, 0]]]).reason == "no_spread"
    assert stratified_association([[[0, 0], [0, 1]], [[2, 0], [0, 0]]]).reason == "no_spread"
    with pytest.raises(ValueError, match="counts"):
        association([[-1, 2], [3, 4]])
    with pytest.raises(ValueError, match="same rows"):
        stratified_association([[[1, 2], [3, 4]], [[1, 2, 3], [3, 4, 5]]])
    with pytest.raises(ValueError, match="two rows"):
        fisher_exact([[1, 2, 3], [4, 5, 6]])
