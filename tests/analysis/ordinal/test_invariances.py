"""What must not matter, does not; what is known in advance is found back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qualitycycle import wording
from qualitycycle.analysis.ordinal import clm, clmm
from qualitycycle.analysis.ordinal.formula import parse
from qualitycycle.analysis.ordinal.links import LINKS
from qualitycycle.errors import QualityCycleError, Refused, UsageProblem
from tests.analysis.ordinal.cases import housing, same, sessions, wine

ONE = "rating ~ temp + contact + (1 | judge)"
SHARED = "score ~ arm + (1 | session) + (1 | mm(t1, t2))"


@pytest.mark.parametrize("formula", [ONE, "rating ~ temp + (1 | judge) + (1 | bottle)"])
def test_row_order_does_not_matter(formula: str) -> None:
    same(clmm(formula, wine()), clmm(formula, wine().sample(frac=1, random_state=1)))


def test_counts_and_rows_give_identical_results() -> None:
    counts = housing().rename(columns={"Freq": "n"})
    rows = counts.loc[counts.index.repeat(counts["n"])]
    formula = "Sat ~ Infl + Cont + (1 | Type)"
    same(clmm(formula, counts, weights="n"), clmm(formula, rows))
    same(clm("Sat ~ Infl", counts, weights="n"), clm("Sat ~ Infl", rows))


def test_doubled_weights_halve_the_variances() -> None:
    once, twice = clm("rating ~ temp", wine().assign(n=1), "n"), clm("rating ~ temp", wine().assign(n=2), "n")
    np.testing.assert_allclose(once.coefficients, twice.coefficients, rtol=0, atol=1e-9)
    np.testing.assert_allclose(once.covariance, 2 * twice.covariance, rtol=1e-7)
    assert twice.log_likelihood == pytest.approx(2 * once.log_likelihood, rel=1e-12)


def test_names_of_groups_and_order_of_members_do_not_matter() -> None:
    frame = sessions()
    turned = frame.assign(t1=frame["t2"].fillna(frame["t1"]), t2=frame["t1"].where(frame["t2"].notna()))
    model = clmm(SHARED, frame)
    same(model, clmm(SHARED, turned))
    renamed = frame.assign(session=frame["session"].map(lambda name: f"x{99 - int(name[1:])}"))
    same(model, clmm(SHARED, renamed), within=1e-6)
    assert len(model.random_effects["mm(t1, t2)"]) == 12


def test_reversed_categories_turn_the_signs() -> None:
    model = clmm(ONE, wine())
    turned = clmm(ONE, wine().assign(rating=lambda frame: 6 - frame["rating"]))
    np.testing.assert_allclose(turned.coefficients.iloc[:4], -model.coefficients.iloc[3::-1], atol=1e-6)
    np.testing.assert_allclose(turned.coefficients.iloc[4:], -model.coefficients.iloc[4:], atol=1e-6)
    assert turned.log_likelihood == pytest.approx(model.log_likelihood, abs=1e-9)


def test_one_term_both_ways() -> None:
    """A term with one member everywhere is the simple term: joint Laplace equals the vectorised one."""
    same(clmm(ONE, wine()), clmm("rating ~ temp + contact + (1 | mm(judge))", wine()), within=1e-6)


def test_nested_terms_in_short() -> None:
    short = clmm("score ~ arm + (1 | t1/session)", sessions())
    long = clmm("score ~ arm + (1 | t1) + (1 | session:t1)", sessions())
    same(short, long)
    assert list(short.random_sd.index) == ["t1", "session:t1"]


def test_known_truth_is_found_back() -> None:
    """With sessions in plenty the truth lies within four standard errors."""
    model = clmm(SHARED, sessions(seed=11, count=200))
    truth = np.array([-1.0, 0.5, 2.0, 0.8])
    assert (np.abs(model.coefficients - truth) < 4 * model.standard_errors).all()
    errors = np.sqrt(np.diag(model.covariance))[-2:]
    assert (np.abs(model.random_sd - np.array([0.5, 0.7])) < 4 * errors).all()
    assert not model.findings


def test_more_nodes_approach_one_value() -> None:
    values = [clmm(ONE, wine(), quadrature=nodes).log_likelihood for nodes in (1, 5, 15, 31)]
    steps = np.abs(np.diff(values))
    assert steps[0] > 10 * steps[1] > 10 * steps[2]


@pytest.mark.parametrize("name", LINKS)
def test_derivatives_of_links(name: str) -> None:
    x, h = np.linspace(-3, 3, 25), 1e-6
    low, here, high = (LINKS[name].curve(x + shift) for shift in (-h, 0.0, h))
    np.testing.assert_allclose(here.below + here.above, 1, atol=1e-14)
    np.testing.assert_allclose((high.below - low.below) / (2 * h), here.first, atol=1e-8)
    np.testing.assert_allclose((high.first - low.first) / (2 * h), here.second, atol=1e-8)
    np.testing.assert_allclose((high.second - low.second) / (2 * h), here.third, atol=1e-8)
    np.testing.assert_allclose(LINKS[name].quantile(here.below), x, atol=1e-9)


def test_separation_is_said() -> None:
    frame = pd.DataFrame({"score": [1, 2, 1, 2, 3, 3, 3], "arm": list("aaaabbb"), "n": 5})
    model = clm("score ~ arm", frame, weights="n")
    assert [found.code for found in model.findings] == ["ordinal.separation"]
    assert np.isinf(model.coefficients["armb"])
    assert np.isnan(model.standard_errors["armb"])
    assert np.isfinite(model.coefficients["1|2"])
    assert model.log_likelihood == pytest.approx(20 * np.log(0.5), abs=1e-4)
    frame["g"] = ["x", "x", "y", "y", "x", "y", "z"]
    mixed = clmm("score ~ arm + (1 | g)", frame, weights="n")
    assert "ordinal.separation" in [found.code for found in mixed.findings]


def test_empty_categories_missing_rows_and_aliased_columns_are_said() -> None:
    frame = wine().assign(rating=lambda f: f["rating"].replace(3, 4), again=lambda f: f["temp"])
    frame.loc[0, "temp"] = None
    model = clm("rating ~ temp + again", frame)
    codes = {found.code: found for found in model.findings}
    assert codes["ordinal.empty_category"].value == "3"
    assert codes["ordinal.missing_rows"].count == 1
    assert codes["ordinal.aliased"].value == "againwarm"
    assert list(model.coefficients.index) == ["1|2", "2|4", "4|5", "tempwarm"]


def test_predictions_sum_to_one_and_average_between() -> None:
    frame, model = sessions(), clmm(SHARED, sessions())
    rows = frame.drop_duplicates("session")
    for over in ("average", "conditional", "typical"):
        np.testing.assert_allclose(model.predict(rows, over).sum(axis=1), 1, atol=1e-12)
    arms = pd.DataFrame({"arm": ["a", "b"]})
    typical, average = model.predict(arms, "typical"), model.predict(arms)
    assert (average[["1", "4"]].sum(axis=1) > typical[["1", "4"]].sum(axis=1)).all()


def test_predict_with_scale_and_nominal_effects_returns_the_observed_shares() -> None:
    """A model with as many parameters as cells gives the observed shares back."""
    counts = housing().groupby(["Cont", "Sat"], observed=True, as_index=False)["Freq"].sum()
    model = clm("Sat ~ 1", counts, weights="Freq", nominal="~ Cont")
    shares = counts.pivot(index="Cont", columns="Sat", values="Freq").astype(float)
    shares = shares.div(shares.sum(axis=1), axis=0)
    found = model.predict(pd.DataFrame({"Cont": ["Low", "High"]}))
    np.testing.assert_allclose(found, shares.loc[["Low", "High"]], atol=1e-9)


def test_summary_tells_scale_from_location() -> None:
    table = clm("rating ~ temp", wine(), scale="~ temp").summary()
    assert table["part"].tolist() == ["threshold"] * 4 + ["location", "scale"]
    assert (table.loc["tempwarm", "estimate"].to_numpy()[0]) > 2


@pytest.mark.parametrize(
    ("call", "code", "kind"),
    [
        (lambda: clm("rating", wine()), "ordinal.bad_formula", UsageProblem),
        (lambda: clm("rating ~ nothing", wine()), "ordinal.bad_formula", UsageProblem),
        (lambda: clm("nothing ~ temp", wine()), "ordinal.unknown_column", UsageProblem),
        (lambda: clm("rating ~ temp", wine(), link="log"), "ordinal.unknown_option", UsageProblem),
        (lambda: clm("rating ~ temp", wine(), threshold="wide"), "ordinal.unknown_option", UsageProblem),
        (lambda: clm("rating ~ temp", wine().assign(n=-1), "n"), "ordinal.bad_weights", Refused),
        (lambda: clm("rating ~ temp", wine().assign(rating=3)), "ordinal.one_category", Refused),
        (lambda: clmm("rating ~ temp", wine()), "ordinal.bad_formula", UsageProblem),
        (lambda: clmm("rating ~ (temp | judge)", wine()), "ordinal.bad_formula", UsageProblem),
        (
            lambda: clmm("rating ~ (1 | judge) + (1 | bottle)", wine(), quadrature=5),
            "ordinal.quadrature_one_term",
            UsageProblem,
        ),
        (
            lambda: clm("rating ~ temp", wine()).predict(pd.DataFrame({"temp": ["hot"]})),
            "ordinal.unknown_level",
            UsageProblem,
        ),
    ],
)
def test_what_cannot_be_done_is_said(call: object, code: str, kind: type[QualityCycleError]) -> None:
    with pytest.raises(kind) as raised:
        call()  # type: ignore[operator]
    assert raised.value.findings[0].code == code
    for language in wording.languages():
        assert "{" not in wording.message(raised.value.findings[0], language)


def test_formula_parts() -> None:
    found = parse("y ~ a * b + (1|g) + (1 | a:b)+(1 | mm(x,y)) + (1 | g)")
    assert found.fixed == "a * b"
    assert [(term.columns, term.membership) for term in found.terms] == [
        (("g",), False),
        (("a", "b"), False),
        (("x", "y"), True),
    ]
