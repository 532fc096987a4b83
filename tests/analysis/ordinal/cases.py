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


def same(one: OrdinalModel, other: OrdinalModel, within: float = 0.0) -> None:
    np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=0, atol=within)
    np.testing.assert_allclose(one.standard_errors, other.standard_errors, rtol=0, atol=within)
    np.testing.assert_allclose(one.random_sd, other.random_sd, rtol=0, atol=within)
    assert abs(one.log_likelihood - other.log_likelihood) <= within


def sessions(seed: int = 3, count: int = 60, size: int = 12) -> pd.DataFrame:
    """Sessions with one or two of 12 trainers; arm effect 0.8, spread 0.5 and 0.7, known cuts."""
    rng = np.random.default_rng(seed)
    trainer = rng.normal(0, 0.7, 12)
    rows = []
    for session in range(count):
        pair = rng.choice(12, 2, replace=False)
        tandem = session % 2 == 1
        effect = trainer[pair].mean() if tandem else trainer[pair[0]]
        latent = 0.8 * tandem + effect + rng.normal(0, 0.5) + rng.logistic(size=size)
        for score in 1 + np.searchsorted([-1.0, 0.5, 2.0], latent):
            second = f"t{pair[1]:02d}" if tandem else None
            rows.append((f"s{session:02d}", f"t{pair[0]:02d}", second, "b" if tandem else "a", score))
    return pd.DataFrame(rows, columns=["session", "t1", "t2", "arm", "score"])
