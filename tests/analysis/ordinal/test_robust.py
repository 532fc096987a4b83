"""Small and awkward data as comparisons meet them: nothing raises or warns unsaid, no silent nonsense."""

from __future__ import annotations

import contextlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.ordinal import OrdinalModel, clm, clmm
from qualitycycle.analysis.ordinal.links import LINKS
from qualitycycle.errors import QualityCycleError
from tests.analysis.ordinal.cases import same, sessions, wine

BOTH = "score ~ arm + (1 | session) + (1 | mm(t1, t2))"
SAID = {"ordinal.separation", "ordinal.not_converged"}
sizes = st.tuples(st.integers(0, 10_000), st.integers(6, 20), st.integers(3, 12))


def codes(model: OrdinalModel) -> dict[str, str | None]:
    return {found.code: found.value for found in model.findings}


@settings(max_examples=15, deadline=None)
@given(sizes, st.randoms(use_true_random=False))
def test_names_and_order_do_not_matter(size: tuple[int, int, int], random: object) -> None:
    """Rows shuffled, sessions and trainers renamed, members turned: the same model."""
    frame = sessions(*size)
    rng = np.random.default_rng(size[0])
    session = dict(zip(frame["session"].unique(), rng.permutation(size[1]), strict=True))
    people = sorted({*frame["t1"], *frame["t2"].dropna()})
    trainer = dict(zip(people, [f"p{i}" for i in rng.permutation(len(people))], strict=True))
    turned = frame["t2"].notna() & (rng.random(len(frame)) < 0.5)
    renamed = pd.DataFrame(
        {
            "session": frame["session"].map(session),
            "t1": frame["t1"].where(~turned, frame["t2"]).map(trainer),
            "t2": frame["t2"].where(~turned, frame["t1"]).map(trainer),
            "arm": frame["arm"],
            "score": frame["score"],
        }
    ).sample(frac=1, random_state=size[0])
    one, other = clmm(BOTH, frame), clmm(BOTH, renamed)
    assert codes(one) == codes(other)
    same(one, other, within=1e-5)


@settings(max_examples=15, deadline=None)
@given(sizes)
def test_rows_and_counts_are_the_same_model(size: tuple[int, int, int]) -> None:
    frame = sessions(*size)
    counts = frame.groupby(list(frame), dropna=False).size().rename("n").reset_index()
    same(clmm(BOTH, frame), clmm(BOTH, counts, weights="n"))


@st.composite
def awkward(draw: st.DrawFn) -> pd.DataFrame:
    """Up to nine sessions with up to three trainers, blanks of every kind, and few answers."""
    count, trainers = draw(st.integers(1, 9)), draw(st.integers(1, 5))
    alike, own = draw(st.booleans()), draw(st.booleans())
    blank = st.sampled_from([None, np.nan, "", "  "])
    rows = []
    for session in range(count):
        team = draw(st.lists(st.integers(0, trainers - 1), min_size=1, max_size=3))
        names = [f"{session if own else ''}t{number}" for number in team]
        names += [draw(blank) for _ in range(3 - len(names))]
        scores = draw(st.lists(st.integers(1, 5), min_size=1, max_size=8))
        scores = scores[:1] * len(scores) if alike else scores
        arm = "b" if draw(st.booleans()) else "a"
        rows += [(f"s{session}", *names, arm, score, draw(st.integers(0, 3))) for score in scores]
    return pd.DataFrame(rows, columns=["session", "t1", "t2", "t3", "arm", "score", "n"])


@settings(max_examples=100, deadline=None)
@given(
    awkward(),
    st.sampled_from(
        ["(1 | session)", "(1 | mm(t1))", "(1 | mm(t1, t2, t3))", "(1 | t1)", "(1 | session:t1)"]
    ),
    st.sampled_from(["", " + (1 | mm(t1, t2, t3))", " + (1 | session)"]),
    st.sampled_from(sorted(LINKS)),
    st.booleans(),
)
def test_awkward_data_are_refused_or_said(
    frame: pd.DataFrame, first: str, second: str, link: str, counted: bool
) -> None:
    with contextlib.suppress(QualityCycleError):
        model = clmm(f"score ~ arm + {first}{second}", frame, "n" if counted else None, link)
        assert np.isfinite(model.log_likelihood)
        assert model.converged == ("ordinal.not_converged" not in codes(model))
        if not SAID & set(codes(model)):
            assert np.isfinite(model.coefficients).all()
            assert (model.standard_errors > 0).all()
            assert (model.random_sd.dropna() < 20).all()
            for effects in model.random_effects.values():
                assert np.isfinite(effects.to_numpy()).all()
        table = model.predict(frame.assign(t1="somebody new"))
        np.testing.assert_allclose(table.sum(axis=1), 1, atol=1e-9)


def test_a_category_that_one_arm_never_chose() -> None:
    frame = sessions()
    model = clmm(BOTH, frame[(frame["arm"] == "a") | (frame["score"] > 1)])
    assert model.converged
    assert not set(codes(model)) - {"ordinal.boundary"}


def test_one_session_with_all_answers_alike() -> None:
    frame = sessions()
    model = clmm(BOTH, frame.assign(score=frame["score"].where(frame["session"] != "s03", 4)))
    assert model.converged
    assert np.isfinite(model.random_effects["session"].loc["s03"]).all()


def test_all_sessions_with_all_answers_alike_have_no_measurable_spread() -> None:
    frame = sessions(count=12)
    alike = frame.assign(score=frame.groupby("session")["score"].transform("first"))
    model = clmm("score ~ arm + (1 | session)", alike)
    assert codes(model)["ordinal.endless"] == "session"
    assert np.isinf(model.random_sd["session"])
    assert model.standard_errors.isna().all()
    assert not model.converged


def test_every_session_with_a_trainer_of_its_own() -> None:
    """Then sessions and trainers are the same groups; the second term is left out, and said."""
    frame = sessions().assign(t2=None)
    frame["t1"] = "t" + frame["session"]
    model, alone = clmm(BOTH, frame), clmm("score ~ arm + (1 | session)", frame)
    assert codes(model) == {"ordinal.same_groups": "mm(t1, t2)"}
    assert np.isnan(model.random_sd["mm(t1, t2)"])
    same_sd = model.random_sd["session"]
    assert same_sd == pytest.approx(alone.random_sd["session"], abs=1e-9)
    np.testing.assert_allclose(model.coefficients, alone.coefficients, atol=1e-9)
    assert list(model.covariance)[-1] == "ST1"


def test_trainers_in_one_session_only_are_told_apart_by_tandems() -> None:
    """A tandem halves the variance of its trainers, so the data say something, if little."""
    frame = sessions()
    frame = frame.assign(t1=frame["session"] + "x", t2=(frame["session"] + "y").where(frame["t2"].notna()))
    model = clmm(BOTH, frame)
    assert "ordinal.same_groups" not in codes(model)
    assert model.random_sd.notna().all()


def test_one_session_has_no_spread() -> None:
    model = clmm("score ~ 1 + (1 | session)", sessions(count=1, size=30))
    fixed = clm("score ~ 1", sessions(count=1, size=30))
    assert codes(model) == {"ordinal.same_groups": "session"}
    np.testing.assert_allclose(model.coefficients, fixed.coefficients)
    assert model.predict(pd.DataFrame(index=[0])).shape == (1, len(model.categories))


def test_labels_of_spreads_keep_their_place() -> None:
    """ST2 is the second term, also when the first is 0 and has no place in the covariance."""
    model = clmm("rating ~ temp + contact + (1 | bottle) + (1 | judge)", wine())
    assert model.random_sd["bottle"] == 0
    assert list(model.covariance)[-1] == "ST2"


@pytest.mark.parametrize("blank", [None, np.nan, "", "  ", pd.NA])
def test_nobody_in_any_writing(blank: object) -> None:
    frame = sessions()
    model = clmm(BOTH, frame.assign(t2=frame["t2"].astype(object).where(frame["t2"].notna(), blank)))
    same(model, clmm(BOTH, frame))


def test_members_in_any_number_of_columns() -> None:
    frame = sessions().assign(t3=np.nan)
    wide = clmm("score ~ arm + (1 | session) + (1 | mm(t1, t2, t3))", frame)
    same(wide, clmm(BOTH, frame))
    one = clmm("score ~ arm + (1 | session) + (1 | mm(t1))", frame)
    same(one, clmm("score ~ arm + (1 | session) + (1 | t1)", frame), within=1e-6)


def test_answers_in_texts_are_in_the_order_of_their_numbers() -> None:
    frame = sessions()
    model = clm("score ~ arm", frame.assign(score=(frame["score"] * 4 - 2).astype(str)))
    assert model.categories == ("2", "6", "10", "14")
    np.testing.assert_allclose(model.coefficients, clm("score ~ arm", frame).coefficients)
    mixed = [str(score) if i % 2 else score for i, score in enumerate(frame["score"])]
    assert clm("score ~ arm", frame.assign(score=mixed)).categories == ("1", "2", "3", "4")
    assert clm("score ~ arm", frame.assign(score=frame["score"].map({1: "d", 2: "c", 3: "b", 4: "a"}))).parts


def test_a_column_twice_and_a_covariate_without_end() -> None:
    frame = sessions()
    with pytest.raises(QualityCycleError) as raised:
        clm("score ~ arm", pd.concat([frame, frame[["arm"]]], axis=1))
    assert [(found.code, found.column) for found in raised.value.findings] == [
        ("ordinal.column_twice", "arm")
    ]
    with pytest.raises(QualityCycleError) as raised:
        clm("score ~ np.log(x)", frame.assign(x=np.arange(len(frame))))
    assert raised.value.findings[0].code == "ordinal.bad_formula"
