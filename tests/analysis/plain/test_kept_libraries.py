"""Clustered methods of the kept libraries agree with R: ours are held against these.

Nothing here is called by the package: sessions and trainers need small-sample intervals
(`analysis.clustered`, `analysis.teams`, `analysis.linear`), which these do not have.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from .data import insteval, result, same, table, wine

GEE = 1e-4
"""geepack stops at a loose default (INDEX of the reference numbers)."""


def lectures(corpus: Path) -> pd.DataFrame:
    frame = insteval(corpus, 7)
    top = (frame["y"] >= 4).astype(int)
    return frame.assign(top=top, service=frame["service"].astype(str), lect=frame["lectage"].astype(str))


def gee(formula: str, frame: pd.DataFrame, groups: str, family: Any, exchangeable: bool = False) -> Any:
    structure = sm.cov_struct.Exchangeable() if exchangeable else sm.cov_struct.Independence()
    model = smf.gee(formula, groups, frame, family=family, cov_struct=structure)
    return model.fit(ctol=1e-10, maxiter=200)


def values(named: dict[str, float] | list[float]) -> list[float]:
    return list(named.values()) if isinstance(named, dict) else named


def check(fitted: Any, r: dict[str, Any], rel: float) -> None:
    same(list(fitted.params), values(r["coef"]), rel)
    same(list(fitted.bse), values(r["robust_se"]), rel)


@pytest.mark.corpus
def test_gee_with_independence_equals_r(corpus: Path) -> None:
    frame = lectures(corpus)
    plain = gee("y ~ service", frame, "d", sm.families.Gaussian())
    check(plain, result("gee_insteval_dept7_gaussian")["independence"], 1e-9)
    shares = gee("top ~ service + lect", frame, "d", sm.families.Binomial())
    check(shares, result("gee_insteval_dept7_binomial")["independence"], 1e-9)


def test_gee_of_stacked_thresholds_equals_r() -> None:
    frame = wine()
    stacked = pd.concat([frame.assign(z=(frame["rating"] > j).astype(int), j=str(j)) for j in range(1, 5)])
    fitted = gee("z ~ 0 + j + temp + contact", stacked, "judge", sm.families.Binomial())
    check(fitted, result("gee_cumulative_logit_wine_judge"), 1e-9)


@pytest.mark.corpus
def test_gee_with_one_correlation_equals_r(corpus: Path) -> None:
    """The correlation itself differs: statsmodels divides by the pairs less the coefficients."""
    frame = lectures(corpus)
    plain = gee("y ~ service", frame, "d", sm.families.Gaussian(), exchangeable=True)
    r = result("gee_insteval_dept7_gaussian")["exchangeable"]
    assert list(plain.params) == pytest.approx(values(r["coef"]), abs=GEE)
    assert list(plain.bse) == pytest.approx(values(r["robust_se"]), abs=GEE)
    classes = table(corpus, "swmd").dropna()
    fitted = gee("Item1 ~ Item2", classes, "classId", sm.families.Gaussian(), exchangeable=True)
    r = result("gee_swmd")["gauss_exch"]
    assert list(fitted.params) == pytest.approx(values(r["coef"]), abs=GEE)
    assert list(fitted.bse) == pytest.approx(values(r["robust_se"]), abs=GEE)


@pytest.mark.corpus
def test_cluster_robust_regression_equals_clubsandwich(corpus: Path) -> None:
    frame, r = lectures(corpus), result("clubsandwich_insteval_dept7")
    model = smf.ols("y ~ service + lect", frame)
    same(list(model.fit().bse), values(r["se_ols"]))
    for kind, correction in (("CR0", False), ("CR1S", True)):
        fitted = model.fit(
            cov_type="cluster",
            cov_kwds={"groups": pd.factorize(frame["d"])[0], "use_correction": correction},
        )
        same(list(fitted.params), values(r["coef"]))
        theirs = np.array(r["vcov"][kind]["values"])
        assert fitted.cov_params().to_numpy() == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def survey_mean(values: pd.Series, clusters: pd.Series) -> tuple[float, float, list[float], float]:
    """Mean, standard error, interval with clusters - 1 degrees of freedom, and the design effect."""
    model = sm.OLS(values.to_numpy(float), np.ones(len(values)))
    fitted = model.fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(clusters)[0]}, use_t=True)
    error = float(fitted.bse[0])
    return float(fitted.params[0]), error, list(fitted.conf_int()[0]), error**2 * len(values) / values.var()


def test_the_mean_of_a_clustered_survey_equals_r() -> None:
    r, frame = result("svy_wine_judge"), wine()
    mean, error, ends, effect = survey_mean(frame["rating"], frame["judge"])
    same([mean, error, effect], [r["mean"][name] for name in ("mean", "se", "deff")])
    same(ends, r["mean"]["ci95_t"])
    model = smf.ols("rating ~ temp + contact", frame)
    groups = {"groups": pd.factorize(frame["judge"])[0], "use_correction": False}
    fitted = model.fit(cov_type="cluster", cov_kwds=groups)
    clusters = r["df"] + 1
    same(list(fitted.params), values(r["svyglm"]["coef"]))
    same(list(fitted.bse * np.sqrt(clusters / (clusters - 1))), values(r["svyglm"]["se"]))


@pytest.mark.corpus
def test_the_means_of_larger_surveys_equal_r(corpus: Path) -> None:
    classes, lecturers = table(corpus, "swmd").dropna(), insteval(corpus, 7)
    r = result("svy_swmd_class")
    mean, error, _, effect = survey_mean(classes["Item1"], classes["classId"])
    same([mean, error, effect], [r["mean"], r["se"], r["deff"]])
    r = result("svy_insteval_dept7_d")
    mean, error, ends, effect = survey_mean(lecturers["y"], lecturers["d"])
    same([mean, error, effect], [r["mean"], r["se"], r["deff"]])
    same(ends, r["ci95_t"])
