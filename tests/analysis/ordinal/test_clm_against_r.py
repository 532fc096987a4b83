"""clm against R: ordinal, MASS::polr and VGAM::vglm, at the tolerances of the reference index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from qualitycycle.analysis.ordinal import clm
from tests.analysis.ordinal.cases import agrees, housing, insteval, reference, wine

WINE: dict[str, tuple[str, dict[str, Any]]] = {
    "clm_wine_temp_contact_logit": ("rating ~ temp + contact", {}),
    "clm_wine_temp_contact_probit": ("rating ~ temp + contact", {"link": "probit"}),
    "clm_wine_temp_contact_cloglog": ("rating ~ temp + contact", {"link": "cloglog"}),
    "clm_wine_temp_contact_loglog": ("rating ~ temp + contact", {"link": "loglog"}),
    "clm_wine_threshold_symmetric": ("rating ~ temp + contact", {"threshold": "symmetric"}),
    "clm_wine_threshold_equidistant": ("rating ~ temp + contact", {"threshold": "equidistant"}),
    "clm_wine_nominal_contact": ("rating ~ temp", {"nominal": "~ contact"}),
    "clm_wine_scale_temp": ("rating ~ contact + temp", {"scale": "~ temp"}),
}


@pytest.mark.parametrize("name", WINE)
def test_wine(name: str) -> None:
    formula, options = WINE[name]
    model, expected = clm(formula, wine(), **options), reference(name)
    agrees(model, expected, coefficient=1e-6, log_likelihood=1e-8 * 86, error=1e-6)
    np.testing.assert_allclose(model.covariance, expected["vcov"]["values"], rtol=0, atol=1e-6)
    assert model.converged
    assert not model.findings


def cauchit_of_r(parameters: np.ndarray) -> float:
    """Minus the log-likelihood as R's ordinal has it: the outer cuts at -1e5 and 1e5, not infinite."""
    frame = wine()
    cut = np.concatenate([[-1e5], parameters[:4], [1e5]])
    beta = (frame["temp"] == "warm") * parameters[4] + (frame["contact"] == "yes") * parameters[5]
    y = frame["rating"].to_numpy()
    low, high = cut[y - 1] - beta * (y > 1), cut[y] - beta * (y < 5)
    return -float(np.log((np.arctan(high) - np.arctan(low)) / np.pi).sum())


def test_cauchit_differs_from_r_by_its_finite_outer_cuts_only() -> None:
    """Cauchy tails are long: 1 - F(1e5) is 3e-6, so R's log-likelihood is 3e-4 too low."""
    expected = reference("clm_wine_temp_contact_cauchit")
    model = clm("rating ~ temp + contact", wine(), link="cauchit")
    agrees(model, expected, coefficient=2e-4, log_likelihood=4e-4, error=2e-4)
    values = np.array([value for _, value in expected["coefficients"]])
    assert abs(cauchit_of_r(values) + expected["logLik"]) < 1e-6
    assert model.log_likelihood > expected["logLik"]
    found = optimize.minimize(cauchit_of_r, model.coefficients.to_numpy(), method="BFGS", tol=1e-6)
    np.testing.assert_allclose(found.x, values, rtol=0, atol=1e-5)


def test_housing_with_weights() -> None:
    model = clm("Sat ~ Infl + Type + Cont", housing(), weights="Freq")
    expected = reference("clm_housing_weighted")
    agrees(model, expected, coefficient=1e-6, log_likelihood=1e-8 * 1740, error=1e-6)
    assert model.n == expected["nobs"]


def test_predicted_probabilities() -> None:
    expected = reference("clm_wine_temp_contact_logit")["prediction"]
    frame = pd.DataFrame({"temp": expected["temp"], "contact": expected["contact"]})
    found = clm("rating ~ temp + contact", wine()).predict(frame)
    np.testing.assert_allclose(found, expected["prob"]["values"], rtol=0, atol=1e-8)


def test_polr_and_vglm() -> None:
    model, polr = clm("rating ~ temp + contact", wine()), reference("polr_wine")
    for name, value in [*polr["coefficients"], *polr["zeta"]]:
        assert abs(model.coefficients[name] - value) < 1e-4
    vglm = reference("vglm_wine_parallel")["po"]
    values = np.array([value for _, value in vglm["coefficients"]]) * [1, 1, 1, 1, -1, -1]
    np.testing.assert_allclose(model.coefficients, values, rtol=0, atol=1e-4)


@pytest.mark.corpus
def test_insteval_service_and_lectage(corpus: Path) -> None:
    model = clm("y ~ service + factor(lectage)", insteval(corpus))
    agrees(model, reference("clm_insteval_service_lectage"), 1e-6, 1e-8 * 116_648, 1e-6)
    polr = reference("polr_insteval_service_lectage")
    for name, value in polr["coefficients"]:
        assert abs(model.coefficients[name] - value) < 1e-4


@pytest.mark.corpus
def test_insteval_scale_and_nominal(corpus: Path) -> None:
    frame, expected = insteval(corpus, 5), reference("clm_insteval_dept5_scale_nominal")
    scale = clm("y ~ service + studage", frame, scale="~ service")
    agrees(scale, expected["scale"], 1e-6, 1e-8 * 5934, 1e-6)
    nominal = clm("y ~ studage", frame, nominal="~ service")
    agrees(nominal, expected["nominal"], 1e-6, 1e-8 * 5934, 1e-6)
