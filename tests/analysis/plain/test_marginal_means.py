"""Averages over a balanced grid of a fitted model are the marginal means of R's emmeans."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

from qualitycycle.analysis.ordinal import clm

from .data import result, wine

FIT = 1e-6


def test_marginal_means_of_wine_equal_emmeans() -> None:
    r, model = result("emmeans_clm_wine"), clm("rating ~ temp + contact", wine())
    grid = pd.DataFrame(list(product(["cold", "warm"], ["no", "yes"])), columns=["temp", "contact"])
    shares = model.predict(grid).groupby(grid["temp"]).mean()
    scores = [float(name) for name in shares.columns]
    assert list(shares.to_numpy() @ scores) == pytest.approx(r["mean_class"]["mean.class"], abs=FIT)
    assert shares.to_numpy().ravel().tolist() == pytest.approx(r["prob"]["prob"], abs=FIT)
    above = shares[[name for name in shares.columns if float(name) > 3]].sum(axis=1)
    assert list(above) == pytest.approx(r["exceed3"]["exc.prob"], abs=FIT)
    pairs = r["latent_pairs"]
    assert -model.coefficients["tempwarm"] == pytest.approx(pairs["estimate"], abs=FIT)
    assert model.standard_errors["tempwarm"] == pytest.approx(pairs["SE"], abs=FIT)
