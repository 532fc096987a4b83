"""Linear mixed models: what must not matter does not, and what cannot be known is said."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle import wording
from qualitycycle.analysis.linear import LinearModel, lmm
from qualitycycle.analysis.ordinal import clmm
from qualitycycle.errors import QualityCycleError, Refused, UsageProblem
from tests.analysis.linear.cases import BOTH, answers
from tests.analysis.linear.test_units import SUMS, counted, summed

SMALL = st.integers(0, 10**6)


def same(one: LinearModel, two: LinearModel, within: float = 1e-6) -> None:
    assert one.coefficients.to_dict() == pytest.approx(two.coefficients.to_dict(), abs=within)
    assert one.standard_errors.to_dict() == pytest.approx(two.standard_errors.to_dict(), abs=within)
    assert one.random_sd.to_dict() == pytest.approx(two.random_sd.to_dict(), abs=within)
    assert one.residual_sd == pytest.approx(two.residual_sd, abs=within)
    assert one.log_likelihood == pytest.approx(two.log_likelihood, abs=within)
    assert one.n == two.n


def test_answers_weights_and_sums_give_the_same_model() -> None:
    frame = answers(1)
    plain = lmm(BOTH, frame)
    same(plain, lmm(BOTH, counted(frame), weights="n"))
    same(plain, lmm(BOTH, summed(frame), sums=SUMS))
    assert plain.n == len(frame)


def test_order_and_names_do_not_matter() -> None:
    frame = answers(1)
    plain = lmm(BOTH, frame)
    same(plain, lmm(BOTH, frame.sample(frac=1, random_state=2)))
    turned = frame.assign(first=frame["second"].fillna(frame["first"]), second=frame["first"])
    same(plain, lmm(BOTH, turned))
    renamed = frame.assign(session=frame["session"].map(lambda name: f"x{99 - int(name[1:])}"))
    same(plain, lmm(BOTH, renamed))
    flipped = lmm("mark ~ arm + (1 | session) + (1 | mm(first, second))", frame)
    assert list(flipped.random_sd.index) == ["session", "mm(first, second)"]
    same(plain, flipped)


@settings(deadline=None, max_examples=15, derandomize=True)
@given(SMALL, st.floats(-50, 50), st.sampled_from([0.25, 3.0, -2.0]))
def test_shifting_moves_the_intercept_only_and_scaling_scales(seed: int, shift: float, scale: float) -> None:
    frame = answers(seed, spread=1.0)
    plain = lmm(BOTH, frame)
    moved = lmm(BOTH, frame.assign(mark=shift + scale * frame["mark"]))
    within = 1e-4 * abs(scale)
    assert moved.coefficients["armb"] == pytest.approx(scale * plain.coefficients["armb"], abs=within)
    level = shift + scale * plain.coefficients["(Intercept)"]
    assert moved.coefficients["(Intercept)"] == pytest.approx(level, abs=within)
    spreads = (abs(scale) * plain.random_sd).to_dict()
    assert moved.random_sd.to_dict() == pytest.approx(spreads, abs=10 * within)
    one, two = (model.contrast({"armb": 1.0}) for model in (plain, moved))
    assert two.se == pytest.approx(abs(scale) * one.se, rel=1e-3)
    assert two.df == pytest.approx(one.df, rel=1e-2)


def test_a_base_is_a_choice_of_words() -> None:
    frame = answers(3)
    plain = lmm(BOTH, frame)
    turned = lmm(BOTH, frame.assign(arm=pd.Categorical(frame["arm"], ["b", "a"])))
    one, two = plain.contrast({"armb": 1.0}), turned.contrast({"arma": 1.0})
    assert (one.estimate, one.se, one.df) == pytest.approx((-two.estimate, two.se, two.df), rel=1e-5)
    level = plain.contrast({"(Intercept)": 1.0, "armb": 1.0})
    assert level.estimate == pytest.approx(float(turned.coefficients["(Intercept)"]))


def test_known_truth_is_found_back() -> None:
    """With sessions and trainers in plenty the truth lies within four standard errors."""
    model = lmm(BOTH, answers(21, sessions=1200, trainers=150))
    assert abs(model.coefficients["armb"] - 0.5) < 4 * model.standard_errors["armb"]
    assert abs(model.coefficients["(Intercept)"] - 7.0) < 4 * model.standard_errors["(Intercept)"]
    assert model.random_sd["session"] == pytest.approx(0.5, abs=4 * 0.03)
    assert model.random_sd["mm(first, second)"] == pytest.approx(0.5, abs=4 * 0.05)
    assert model.residual_sd == pytest.approx((1 + 1 / 12) ** 0.5, abs=0.05)
    assert not model.findings


def test_the_ordinal_twin_has_the_same_groups() -> None:
    frame = answers(3)
    linear, ordinal = lmm(BOTH, frame), clmm(BOTH, frame)
    assert list(linear.random_sd.index) == list(ordinal.random_sd.index)
    for name, effects in linear.random_effects.items():
        assert list(effects.index) == list(ordinal.random_effects[name].index)


def test_nested_terms_in_short() -> None:
    frame = answers(3)
    short = lmm("mark ~ arm + (1 | first/session)", frame)
    long = lmm("mark ~ arm + (1 | first) + (1 | session:first)", frame)
    same(short, long)
    assert list(short.random_sd.index) == ["first", "session:first"]


def test_a_mean_is_predicted_over_new_sessions() -> None:
    model = lmm(BOTH, answers(3))
    asked = pd.DataFrame({"arm": ["b", "a", "b"]}, index=[7, 8, 9])
    level, step = model.coefficients["(Intercept)"], model.coefficients["armb"]
    assert model.predict(asked).to_dict() == pytest.approx({7: level + step, 8: level, 9: level + step})
    with pytest.raises(UsageProblem, match=r"ordinal\.unknown_level"):
        model.predict(pd.DataFrame({"arm": ["c"]}))


def test_the_summary_is_its_contrasts() -> None:
    model = lmm(BOTH, answers(3))
    summary = model.summary()
    assert list(summary.index) == ["(Intercept)", "armb"]
    found = model.contrast({"armb": 1.0})
    expected = [found.estimate, found.se, found.df, found.estimate / found.se, found.p]
    assert summary.loc["armb"].tolist() == pytest.approx(expected)


def test_kenward_and_roger_need_restricted_estimates() -> None:
    """Those of maximum likelihood are too small: the adjustment is made at the restricted ones, as in R."""
    frame = answers(3, spread=1.0)
    restricted, likely = lmm(BOTH, frame), lmm(BOTH, frame, reml=False)
    assert likely.standard_errors["armb"] < restricted.standard_errors["armb"]
    one, two = (model.contrast({"armb": 1.0}, "kenward-roger") for model in (restricted, likely))
    assert (one.estimate, one.se, one.df) == pytest.approx((two.estimate, two.se, two.df), rel=1e-3)


def codes(model: LinearModel) -> list[tuple[str, str | None]]:
    return [(one.code, one.value) for one in model.findings]


def test_a_spread_of_0_is_said() -> None:
    frame = answers(3, spread=0.0)
    frame["mark"] = 7.0 + frame.groupby("session").cumcount() % 2
    model = lmm(BOTH, frame)
    assert model.random_sd.tolist() == [0, 0]
    assert codes(model) == [("ordinal.boundary", name) for name in model.random_sd.index]
    assert all((effects["mode"].abs() < 1e-6).all() for effects in model.random_effects.values())
    found = model.contrast({"armb": 1.0})
    assert found.df == pytest.approx(len(frame) - 2)


@pytest.mark.parametrize(
    ("formula", "left"),
    [
        ("mark ~ arm + (1 | session) + (1 | again)", "again"),
        ("mark ~ arm + (1 | session) + (1 | arm)", "arm"),
        ("mark ~ arm + (1 | session) + (1 | all)", "all"),
        ("mark ~ arm + (1 | session) + (1 | person)", "person"),
    ],
)
def test_a_spread_that_cannot_be_told_is_left_out_and_said(formula: str, left: str) -> None:
    frame = answers(3)
    frame = frame.assign(again=frame["session"], all="x", person=[f"p{i}" for i in range(len(frame))])
    model = lmm(formula, frame)
    plain = lmm("mark ~ arm + (1 | session)", frame)
    assert codes(model) == [("ordinal.same_groups", left)]
    assert np.isnan(model.random_sd[left])
    assert list(model.random_effects) == ["session"]
    assert model.random_sd["session"] == pytest.approx(plain.random_sd["session"], abs=1e-5)
    assert model.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    one, two = model.contrast({"armb": 1.0}), plain.contrast({"armb": 1.0})
    assert (one.estimate, one.se, one.df) == pytest.approx((two.estimate, two.se, two.df), rel=1e-4)


def test_sessions_that_each_agree_are_said() -> None:
    frame = answers(2)
    frame["mark"] = frame.groupby("session")["mark"].transform("first")
    model = lmm("mark ~ arm + (1 | session)", frame)
    assert not model.converged
    assert codes(model) == [("linear.not_converged", None)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda frame: frame.assign(mark=7.0), "linear.nothing_varies"),
        (lambda frame: frame.assign(mark=0.1 + 0.2), "linear.nothing_varies"),
        (lambda frame: frame.assign(mark=7.0 + (frame["arm"] == "b")), "linear.nothing_left"),
        (lambda frame: frame.iloc[:1], "linear.nothing_varies"),
        (lambda frame: frame.groupby("arm").first().reset_index(), "linear.nothing_left"),
        (lambda frame: frame.iloc[:0], "linear.no_rows"),
    ],
)
def test_nothing_to_estimate_is_refused(change: Callable[[pd.DataFrame], pd.DataFrame], code: str) -> None:
    with pytest.raises(Refused) as caught:
        lmm(BOTH, change(answers(5)))
    assert [one.code for one in caught.value.findings] == [code]
    for language in ("nl", "en"):
        assert "mark" in wording.message(caught.value.findings[0], language)


@pytest.mark.parametrize(
    "formula", ["mark ~ arm", "mark", "mark ~ arm + (1 |)", "mark ~ arm + (x | session)"]
)
def test_a_formula_that_cannot_be_read(formula: str) -> None:
    with pytest.raises(UsageProblem, match=r"ordinal\.bad_formula"):
        lmm(formula, answers(0))


def test_every_unknown_coefficient_is_named() -> None:
    model = lmm(BOTH, answers(0))
    with pytest.raises(UsageProblem) as caught:
        model.contrast({"armc": 1.0, "armb": 1.0, "Intercept": 1.0})
    assert [one.value for one in caught.value.findings] == ["armc", "Intercept"]


def test_misuse_ends_in_findings_and_never_in_another_error() -> None:
    frame = answers(0)
    for formula, table, options in (
        (BOTH, frame.drop(columns="arm"), {}),
        (BOTH, frame, {"weights": "nothing"}),
        (BOTH, frame, {"sums": ("n", "total", "square")}),
        ("arm ~ mark + (1 | session)", frame, {}),
        ("mark ~ arm + (1 | session", frame, {}),
    ):
        with pytest.raises(QualityCycleError):
            lmm(formula, table, **options)


def test_the_frame_is_not_changed() -> None:
    frame = answers(0)
    before = frame.copy(deep=True)
    lmm(BOTH, frame).summary()
    pd.testing.assert_frame_equal(frame, before)
