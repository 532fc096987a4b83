"""Linear mixed models against R's lme4 with lmerTest and pbkrtest, as near as its optimisers stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qualitycycle.analysis.linear import LinearModel, lmm, small_sample
from tests.analysis.linear.cases import result
from tests.analysis.plain.data import insteval, table
from tests.analysis.plain.data import result as plain_result

pytestmark = pytest.mark.corpus

POLISHED, DEFAULT, CRITERION, SMALL_SD = 1e-6, 1e-5, 1e-5, 1e-4
DEGREES = 1e-3
CROSSED = "y ~ service + (1 | s) + (1 | d)"
SEVEN = "y ~ service + factor(lectage) + (1 | s) + (1 | d)"


def close(found: Any, expected: dict[str, float], within: float) -> None:
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=0, abs=within)


def agrees(model: LinearModel, r: dict[str, Any], fixed: float, sd: float) -> None:
    """Coefficients, their errors, standard deviations and log-likelihood."""
    assert set(model.coefficients.index) == set(r["fixed"])
    close(model.coefficients, r["fixed"], fixed)
    close(model.standard_errors, r["std_error"], fixed)
    close(model.random_sd, r["random_sd"], sd)
    assert model.residual_sd == pytest.approx(r["sigma"], rel=0, abs=sd)
    assert -2 * model.log_likelihood == pytest.approx(-2 * r["logLik"], rel=0, abs=CRITERION)
    assert model.n == r["nobs"]
    assert model.converged and not model.findings


def modes_agree(effects: pd.DataFrame, r: dict[str, Any], within: float) -> None:
    """The first levels' predictions and conditional variances, and the sum of squares of all."""
    size = len(r["levels"])
    assert [str(name) for name in effects.index[:size]] == r["levels"]
    assert len(effects) == r["n_levels"]
    assert effects["mode"].tolist()[:size] == pytest.approx(r["mode"], rel=0, abs=within)
    assert (effects["sd"] ** 2).tolist()[:size] == pytest.approx(r["cond_var"], rel=0, abs=within)
    assert float((effects["mode"] ** 2).sum()) == pytest.approx(r["sum_sq_all"], rel=10 * within)


def degrees_agree(
    adjusted: small_sample.Adjusted, names: list[str], r: dict[str, Any], within: float
) -> None:
    """Standard error and degrees of freedom of every coefficient, and the estimate up to the centre."""
    for name, (_, se, df, *_) in zip(r["rows"], r["values"], strict=True):
        found = adjusted.contrast((np.array(names) == name).astype(float))
        assert found.se == pytest.approx(se, rel=0, abs=within)
        assert found.df == pytest.approx(df, rel=DEGREES)


def satterthwaite_agrees(model: LinearModel, r: dict[str, Any], within: float) -> None:
    for name, (estimate, se, df, _, p) in zip(r["rows"], r["values"], strict=True):
        found = model.contrast({name: 1.0}, "satterthwaite")
        assert found.estimate == pytest.approx(estimate, rel=0, abs=within)
        assert found.se == pytest.approx(se, rel=0, abs=within)
        assert found.df == pytest.approx(df, rel=DEGREES)
        assert found.p == pytest.approx(p, rel=1e-2, abs=1e-12)


def test_course_evaluations_by_teacher(corpus: Path) -> None:
    frame = table(corpus, "teachingratings")
    frame["gender"] = pd.Categorical(frame["gender"], ["male", "female"])
    r = result("lmer_teachingratings_prof_kr")
    model = lmm("eval ~ beauty + gender + minority + (1 | prof)", frame)
    agrees(model, r, DEFAULT, DEFAULT)
    modes_agree(model.random_effects["prof"], r["conditional_modes"]["prof"], DEFAULT)
    satterthwaite_agrees(model, r["satterthwaite"], DEFAULT)
    kenward_roger = small_sample.adjust(model._restricted(), negligible=-1)
    degrees_agree(kenward_roger, list(model.coefficients.index), r["kenward_roger"], DEFAULT)
    summary = model.summary()
    for name, row in zip(r["kenward_roger"]["rows"], r["kenward_roger"]["values"], strict=True):
        assert summary.loc[name].tolist() == pytest.approx(row, rel=DEGREES)


def test_a_department_crossed(corpus: Path) -> None:
    r = result("lmer_insteval_dept7_satterthwaite_kr")
    model = lmm(SEVEN, insteval(corpus, 7).astype({"service": str}))
    agrees(model, r, DEFAULT, DEFAULT)
    for term in ("s", "d"):
        modes_agree(model.random_effects[term], r["conditional_modes"][term], DEFAULT)
    satterthwaite_agrees(model, r["satterthwaite"], DEFAULT)


@pytest.mark.slow
def test_a_department_crossed_with_kenward_and_rogers_adjustment(corpus: Path) -> None:
    r = result("lmer_insteval_dept7_satterthwaite_kr")
    model = lmm(SEVEN, insteval(corpus, 7).astype({"service": str}))
    adjusted = small_sample.adjust(model._restricted(), negligible=-1)
    names = list(model.coefficients.index)
    degrees_agree(adjusted, names, r["kenward_roger"], DEFAULT)
    order = [names.index(name) for name in r["vcov_kenward_roger"]["rows"]]
    expected = np.array(r["vcov_kenward_roger"]["values"])
    np.testing.assert_allclose(adjusted.covariance[np.ix_(order, order)], expected, rtol=DEGREES)


@pytest.fixture(scope="module")
def whole(corpus: Path) -> pd.DataFrame:
    return table(corpus, "insteval").astype({"service": str})


@pytest.fixture(scope="module")
def restricted(whole: pd.DataFrame) -> LinearModel:
    return lmm(CROSSED, whole)


@pytest.mark.slow
def test_all_ratings_crossed_at_the_maximum(restricted: LinearModel) -> None:
    r = result("lmer_insteval_service_crossed_reml_polished")
    agrees(restricted, r, POLISHED, POLISHED)
    for term in ("s", "d"):
        modes_agree(restricted.random_effects[term], r["conditional_modes"][term], POLISHED)


@pytest.mark.slow
def test_all_ratings_crossed_where_r_stops(restricted: LinearModel) -> None:
    r = result("lmer_insteval_service_crossed_reml")
    agrees(restricted, r, DEFAULT, SMALL_SD)
    for term in ("s", "d"):
        modes_agree(restricted.random_effects[term], r["conditional_modes"][term], SMALL_SD)


@pytest.mark.slow
def test_all_ratings_by_maximum_likelihood(whole: pd.DataFrame) -> None:
    r = result("lmer_insteval_service_crossed_ml")
    model = lmm(CROSSED, whole, reml=False)
    agrees(model, r, DEFAULT, SMALL_SD)
    for term in ("s", "d"):
        modes_agree(model.random_effects[term], r["conditional_modes"][term], SMALL_SD)


def pairs(corpus: Path) -> pd.DataFrame:
    """The ``prep`` of the case: two ratings of one student in file order are one unit, of two lecturers."""
    frame = insteval(corpus, 7)
    place = frame.groupby("s").cumcount() // 2
    units = frame.groupby([frame["s"], place])
    rated, pair = units["d"], (units.size() == 2).astype(int)
    return pd.DataFrame({"y": units["y"].mean(), "pair": pair, "a": rated.first(), "b": rated.last()})


def test_multiple_membership(corpus: Path) -> None:
    r = result("lmer_multimembership_insteval_dept7")
    units = pairs(corpus)
    assert (len(units), int(units["pair"].sum())) == (r["n_units"], r["n_pairs"])
    assert ((1 + units["pair"]) * units["y"]).sum() == insteval(corpus, 7)["y"].sum()
    model = lmm("y ~ pair + (1 | mm(a, b))", units)
    [sd] = r["random_sd"].values()
    agrees(model, r | {"random_sd": {"mm(a, b)": sd}}, DEFAULT, DEFAULT)
    modes_agree(model.random_effects["mm(a, b)"], r["conditional_modes"]["dd"], DEFAULT)


def test_variances_and_reliability_of_lecturers(corpus: Path) -> None:
    r = plain_result("icc1_icc2_insteval_dept7_lecturer")
    model = lmm("y ~ 1 + (1 | d)", insteval(corpus, 7))
    between, within = float(model.random_sd["d"]) ** 2, model.residual_sd**2
    assert between == pytest.approx(r["lmer_var_between"], rel=0, abs=DEFAULT)
    assert within == pytest.approx(r["lmer_var_within"], rel=0, abs=DEFAULT)
    assert between / (between + within) == pytest.approx(r["lmer_icc"], abs=DEFAULT)
    effects = model.random_effects["d"]
    assert [str(name) for name in effects.index] == r["group"]
    known = 1 - effects["sd"].to_numpy() ** 2 / between
    assert known.tolist() == pytest.approx(r["lmer_reliability_of_group_mean"], rel=0, abs=DEFAULT)


@pytest.mark.parametrize("item", [f"Item{i}" for i in range(1, 8)])
def test_the_part_of_variance_between_classes(corpus: Path, item: str) -> None:
    model = lmm(f"{item} ~ 1 + (1 | classId)", table(corpus, "swmd").dropna())
    between = float(model.random_sd["classId"]) ** 2
    icc = between / (between + model.residual_sd**2)
    assert icc == pytest.approx(plain_result("icc_swmd_class")[item]["lmer_icc"], abs=DEFAULT)
