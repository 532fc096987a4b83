"""The reference numbers of R's ordinal, MASS and VGAM, with their calls, and the data they used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qualitycycle.analysis.ordinal import OrdinalModel

HERE = Path(__file__).parent
REFERENCE: dict[str, Any] = json.loads((HERE / "reference.json").read_text())


def reference(name: str) -> dict[str, Any]:
    """The result of the R call ``REFERENCE[name]["call"]``."""
    found: dict[str, Any] = REFERENCE[name]["result"]
    return found


def wine() -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / "wine.csv")


def housing() -> pd.DataFrame:
    frame = pd.read_csv(HERE / "data" / "housing.csv")
    order = {
        "Sat": ["Low", "Medium", "High"],
        "Infl": ["Low", "Medium", "High"],
        "Type": ["Tower", "Apartment", "Atrium", "Terrace"],
        "Cont": ["Low", "High"],
    }
    for name, levels in order.items():
        frame[name] = pd.Categorical(frame[name], categories=levels, ordered=True)
    return frame


def insteval(corpus: Path, dept: int | None = None) -> pd.DataFrame:
    frame = pd.read_csv(corpus / "reference" / "data" / "insteval.csv")
    if dept is not None:
        frame = frame[frame["dept"] == dept]
    return frame.astype({"service": str, "studage": str})


def agrees(
    model: OrdinalModel, expected: dict[str, Any], coefficient: float, log_likelihood: float, error: float
) -> None:
    """Names equal; coefficients, log-likelihood, standard errors and spreads within absolute tolerance."""
    assert list(model.coefficients.index) == [name for name, _ in expected["coefficients"]]
    values = [value for _, value in expected["coefficients"]]
    np.testing.assert_allclose(model.coefficients, values, rtol=0, atol=coefficient)
    errors = [value for _, value in expected["std_error"]]
    np.testing.assert_allclose(model.standard_errors, errors, rtol=0, atol=error)
    assert abs(model.log_likelihood - expected["logLik"]) <= log_likelihood
    if "random_sd" in expected:
        sd = expected["random_sd"]
        sd = list(sd.values()) if isinstance(sd, dict) else [sd]
        np.testing.assert_allclose(model.random_sd, sd, rtol=0, atol=coefficient)
