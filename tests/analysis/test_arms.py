"""The model behind a comparison: against the linear model itself, by hand, and what the data do not allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualitycycle.analysis import arms
from qualitycycle.analysis.arms import ArmsModel, Variances, design_of, fit_arms, naive_variance
from qualitycycle.analysis.linear import Contrast, lmm, reml
from qualitycycle.analysis.linear.reml import Units
from qualitycycle.analysis.ordinal.threads import one_thread
from qualitycycle.analysis.teams import memberships, trainers_of

COLUMNS = ["session", "arm", "team", "n", "total", "total_sq"]
SHARED = ["a|p", "b|q", "c|r", "d|s", "a|q", "a", "b", "a", "e", "b"]
ARMS = ["tandem"] * 5 + ["alone"] * 5


def drawn(
    teams: Sequence[str], arms: Sequence[str], seed: int = 0, spread: float = 0.7, effect: float = 0.5
) -> pd.DataFrame:
    """Sums of normal marks; sessions and trainers differ by ``spread``, the arm alone by ``effect``."""
    rng = np.random.default_rng(seed)
    people = sorted({person for team in teams for person in trainers_of(team)})
    level = dict(zip(people, rng.normal(0, spread, len(people)), strict=True))
    rows = []
    for i, (team, arm) in enumerate(zip(teams, arms, strict=True)):
        own = float(np.mean([level[person] for person in trainers_of(team)] or [rng.normal(0, spread)]))
        n = int(rng.integers(5, 15))
        y = 7 + effect * (arm == "alone") + own + rng.normal(0, spread) + rng.normal(size=n)
        rows.append((f"S{i:03}", arm, team, n, float(y.sum()), float((y**2).sum())))
    return pd.DataFrame(rows, columns=COLUMNS)


def fitted(sums: pd.DataFrame, adjust: Sequence[str] = ()) -> ArmsModel:
    model = fit_arms(sums, adjust)
    assert model is not None
    return model


def same(one: Contrast, two: Contrast, rel: float = 1e-6) -> None:
    assert one.estimate == pytest.approx(two.estimate, rel=rel, abs=rel)
    assert one.se == pytest.approx(two.se, rel=rel)
    assert one.df == pytest.approx(two.df, rel=rel)


def with_trainers(sums: pd.DataFrame) -> pd.DataFrame:
    """A column per member of a team, for a formula."""
    people = [[*trainers_of(team), None][:2] for team in sums["team"]]
    return sums.join(pd.DataFrame(people, columns=["t1", "t2"], index=sums.index))


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_linear_model_with_trainers_of_both_arms(seed: int) -> None:
    sums = drawn(SHARED * 2, ARMS * 2, seed).assign(cycle=[f"c{i % 3}" for i in range(20)])
    model = fitted(sums, ["cycle"])
    plain = lmm(
        "y ~ arm + cycle + (1 | mm(t1, t2)) + (1 | session)",
        with_trainers(sums),
        sums=("n", "total", "total_sq"),
    )
    expected = plain.contrast({"armtandem": 1.0})
    same(model.difference("tandem", "alone"), expected, 1e-3)
    spreads = [plain.random_sd["session"] ** 2, plain.random_sd["mm(t1, t2)"] ** 2, plain.residual_sd**2]
    assert list(vars(model.variances).values()) == pytest.approx(spreads, abs=1e-4)
    for arm in ("alone", "tandem"):
        mix = plain.predict(sums.assign(arm=arm)).mean()
        assert model.level(arm).estimate == pytest.approx(mix, abs=1e-4)


def test_a_difference_is_one_level_minus_another() -> None:
    sums = drawn(SHARED * 3, [*ARMS, *ARMS, *["other"] * 10], 1)
    model = fitted(sums.assign(cycle=["x", "y"] * 15), ["cycle"])
    assert model.arms == ("alone", "other", "tandem")
    for one, two in (("alone", "tandem"), ("other", "alone")):
        found, back = model.difference(one, two), model.difference(two, one)
        assert found.estimate == pytest.approx(model.level(one).estimate - model.level(two).estimate)
        assert (back.estimate, back.se, back.df) == pytest.approx((-found.estimate, found.se, found.df))
    around = sum(
        model.difference(*pair).estimate
        for pair in (("alone", "tandem"), ("tandem", "other"), ("other", "alone"))
    )
    assert around == pytest.approx(0, abs=1e-12)


def test_a_trainer_in_both_arms_is_one_trainer() -> None:
    """Then trainers cannot make the difference, and it is known better than with other people."""
    both = [f"t{i}" for i in range(8)] * 2
    arms = ["tandem"] * 8 + ["alone"] * 8
    sums = drawn(both, arms, 3, spread=1.0)
    apart = sums.assign(team=[f"{team}{arm}" for team, arm in zip(both, arms, strict=True)])
    paired, separate = (fitted(one).difference("alone", "tandem") for one in (sums, apart))
    assert paired.se < 0.8 * separate.se
    assert fitted(sums).variances.trainers > 0.2


def test_balanced_sessions_of_single_trainers_are_the_t_test() -> None:
    means = np.array([7.0, 8.5, 6.5, 8.0, 6.0, 5.5, 7.5])
    arms = ["tandem"] * 4 + ["alone"] * 3
    rows = [
        (f"S{i}", arm, f"T{i}", 6, 6 * m, 6 * m**2 + 4)
        for i, (m, arm) in enumerate(zip(means, arms, strict=True))
    ]
    model = fitted(pd.DataFrame(rows, columns=COLUMNS))
    exact = stats.ttest_ind(means[4:], means[:4])
    found = model.difference("alone", "tandem")
    assert found.interval() == pytest.approx(tuple(exact.confidence_interval()), rel=1e-6)
    assert found.df == pytest.approx(5)
    assert model.variances.sessions is None and model.variances.trainers > 0


@pytest.mark.parametrize("seed", range(4))
def test_dense_and_large_are_the_same_model(seed: int) -> None:
    teams = [f"t{i % 40}|u{i % 23}" if i % 3 else f"t{i % 40}" for i in range(180)]
    arms = ["alone" if i % 3 == 0 else "tandem" for i in range(180)]
    sums = drawn(teams, arms, seed, spread=[0.0, 0.3, 0.7, 1.0][seed])
    sums = sums.assign(cycle=["x", "x", "y", "y", "z"] * 36)
    design = design_of(sums, ["cycle"])
    values = [sums[name].to_numpy(dtype=float) for name in ("n", "total", "total_sq")]
    with one_thread():
        dense, large = design._dense(*values), design._large(*values)
    assert dense is not None and large is not None
    assert list(vars(large[0]).values()) == pytest.approx(list(vars(dense[0]).values()), abs=1e-3)
    for row in (np.array([1.0, -1, 0, 0]), np.array([1.0, 0, 0, 0])):
        one, two = dense[1](row), large[1](row)
        level = row.sum()
        assert two.estimate + level * large[2] == pytest.approx(one.estimate + level * dense[2], abs=1e-4)
        assert two.se == pytest.approx(one.se, rel=0.02)
        assert two.interval()[1] - two.interval()[0] == pytest.approx(
            one.interval()[1] - one.interval()[0], rel=0.05
        )


def test_many_sessions_are_fitted_the_large_way_with_the_same_answer() -> None:
    teams = [f"t{i % 80}|u{i % 61}" for i in range(320)]
    sums = drawn(teams, ["alone", "tandem"] * 160, 2)
    model = fitted(sums)
    n, total, square = (sums[name].to_numpy(dtype=float) for name in ("n", "total", "total_sq"))
    matrix = np.column_stack([sums["arm"] == "alone", sums["arm"] == "tandem"]).astype(float)
    within = float((square - total**2 / n).sum())
    loads = (memberships(teams).toarray(), np.eye(320))
    with one_thread():
        direct = reml.fit(Units(n, total / n, within, matrix, loads))
    assert model.level("alone").estimate == pytest.approx(direct.coefficients[0], abs=1e-5)
    assert model.difference("alone", "tandem").estimate == pytest.approx(
        direct.coefficients[0] - direct.coefficients[1], abs=1e-5
    )
    variances = [model.variances.answers, model.variances.trainers, model.variances.sessions]
    assert variances == pytest.approx(direct.solved.variances, abs=1e-4)


@pytest.mark.parametrize("sessions", [40, 310])
def test_when_every_trainer_gave_one_session_trainers_stay_and_sessions_go(sessions: int) -> None:
    sums = drawn([f"t{i}|u{i}" for i in range(sessions)], ["alone", "tandem"] * (sessions // 2), 4)
    variances = fitted(sums).variances
    assert variances.sessions is None
    assert variances.trainers / 2 == pytest.approx(0.7**2 * 1.5, rel=0.6)


# What is adjusted for


def test_what_is_adjusted_for_takes_the_mix_away() -> None:
    """Arm alone was given in the good cycle only half as often: without the cycle it looks worse."""
    cycles = ["good", "good", "bad", "good", "bad", "bad"] * 4
    arms = ["tandem", "tandem", "tandem", "alone", "alone", "alone"] * 4
    sums = drawn([f"t{i}" for i in range(24)], arms, 6, spread=0.1, effect=0.0)
    sums = sums.assign(cycle=cycles)
    up = 3.0 * (sums["cycle"] == "good") * sums["n"]
    square = sums["total_sq"] + 2 * (up / sums["n"]) * sums["total"] + up**2 / sums["n"]
    sums = sums.assign(total=sums["total"] + up, total_sq=square)
    assert fitted(sums).difference("alone", "tandem").estimate == pytest.approx(-1.0, abs=0.3)
    model = fitted(sums, ["cycle"])
    assert (model.adjusted_for, model.not_adjusted) == (("cycle",), ())
    assert model.difference("alone", "tandem").estimate == pytest.approx(0.0, abs=0.3)
    assert model.level("alone").estimate == pytest.approx(7 + 1.5, abs=0.3)


def adjustments(sums: pd.DataFrame, *names: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    model = fitted(sums, names)
    return model.adjusted_for, model.not_adjusted


TWELVE = drawn([f"t{i}" for i in range(12)], ["tandem", "alone"] * 6, 6)


def test_arms_nested_in_partnerships_cannot_be_adjusted_for() -> None:
    nested = TWELVE.assign(partnership=[f"P{i % 4}" for i in range(12)], cycle=["x", "x", "y", "y"] * 3)
    assert adjustments(nested, "cycle", "partnership") == (("cycle",), ("partnership",))
    assert adjustments(nested.assign(partnership=nested["arm"]), "partnership") == ((), ("partnership",))


def test_too_few_sessions_are_left_to_adjust() -> None:
    many = TWELVE.assign(cycle=[f"c{i // 2 % 5}" for i in range(12)], partnership=["P", "P", "Q", "Q"] * 3)
    assert adjustments(many, "cycle") == (("cycle",), ())
    few = many.iloc[:8].assign(cycle=["c0", "c0", "c1", "c1", "c2", "c2", "c3", "c3"])
    assert adjustments(few, "cycle") == (("cycle",), ())
    assert adjustments(few.iloc[:7], "cycle") == ((), ("cycle",))
    assert adjustments(few.iloc[:7], "cycle", "partnership") == (("partnership",), ("cycle",))


def test_a_covariate_that_does_not_vary_is_not_mentioned() -> None:
    assert adjustments(TWELVE.assign(cycle="x"), "cycle") == ((), ())


def test_a_second_name_for_the_same_adds_nothing() -> None:
    frame = TWELVE.assign(cycle=["x", "x", "y", "y"] * 3)
    assert adjustments(frame.assign(again=frame["cycle"]), "cycle", "again") == (("cycle",), ("again",))


def test_numbers_are_categories_and_what_is_missing_is_one() -> None:
    texts = ["x", "x", "y", "y", "z", "z"] * 2
    plain = fitted(TWELVE.assign(cycle=texts), ["cycle"]).difference("alone", "tandem")
    numbers = [2023, 2023, 2024, 2024, 2025, 2025] * 2
    missing = [None if text == "y" else text for text in texts]
    for values in (numbers, missing):
        model = fitted(TWELVE.assign(cycle=values), ["cycle"])
        assert model.adjusted_for == ("cycle",)
        same(model.difference("alone", "tandem"), plain)


def test_one_trainer_per_partnership_with_both_in_the_model() -> None:
    """Trainers say what partnerships say: no variance to estimate. This once gave an endless one."""
    teams = [f"T{i % 4}" for i in range(24)]
    arms = ["alone"] * 12 + ["tandem"] * 12
    for seed in range(10):
        sums = drawn(teams, arms, seed).assign(partnership=[f"P{i % 4}" for i in range(24)])
        model = fitted(sums, ["partnership"])
        assert model.adjusted_for == ("partnership",)
        assert model.variances.trainers is None
        assert model.level("alone").se < 1
        plain = fitted(sums.assign(team=sums["session"]), ["partnership"])
        found, expected = (one.difference("alone", "tandem") for one in (model, plain))
        same(found, expected, 1e-4)


# Who gave it, and what cannot be fitted


def test_sessions_without_trainers_stand_alone() -> None:
    named = drawn([f"t{i % 5}" for i in range(10)] + [f"x{i}" for i in range(6)], ["alone", "tandem"] * 8, 7)
    nobody = named.assign(team=[team if team[0] == "t" else "" for team in named["team"]])
    same(fitted(named).difference("alone", "tandem"), fitted(nobody).difference("alone", "tandem"))
    assert fitted(named).variances.trainers == pytest.approx(fitted(nobody).variances.trainers)


def test_order_of_sessions_and_of_trainers_does_not_matter() -> None:
    sums = drawn(SHARED * 2, ARMS * 2, 8)
    turned = sums.assign(team=["|".join(reversed(team.split("|"))) for team in sums["team"]])
    plain = fitted(sums).difference("alone", "tandem")
    same(fitted(sums.sample(frac=1, random_state=1)).difference("alone", "tandem"), plain)
    same(fitted(turned).difference("alone", "tandem"), plain)


def test_sessions_without_answers_are_not_there() -> None:
    sums = drawn(SHARED, ARMS, 9)
    empty = sums.iloc[:2].assign(session=["E1", "E2"], n=0, total=0.0, total_sq=0.0)
    same(
        fitted(pd.concat([sums, empty])).difference("alone", "tandem"),
        fitted(sums).difference("alone", "tandem"),
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda sums: sums.iloc[[0, 5]],
        lambda sums: sums.assign(total=7.0 * sums["n"], total_sq=49.0 * sums["n"]),
        lambda sums: sums.assign(
            total=sums["n"] * (7.0 + (sums["arm"] == "alone")),
            total_sq=sums["n"] * (7.0 + (sums["arm"] == "alone")) ** 2,
        ),
        lambda sums: sums.assign(total=sums["n"] * (0.1 + 0.2), total_sq=sums["n"] * (0.1 + 0.2) * 0.3),
    ],
    ids=["two sessions", "all answers alike", "alike in an arm", "alike but for rounding"],
)
def test_what_cannot_be_fitted_is_none(change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    assert fit_arms(change(drawn(SHARED, ARMS, 10))) is None


def test_many_sessions_that_each_agree_are_none_or_known() -> None:
    sums = drawn([f"t{i % 30}" for i in range(310)], ["alone", "tandem"] * 155, 11)
    mean = (sums["total"] / sums["n"]).round()
    agreed = sums.assign(total=mean * sums["n"], total_sq=mean**2 * sums["n"])
    few = fitted(agreed.iloc[:60])
    assert few.difference("alone", "tandem").df < 60
    large = fit_arms(agreed)
    assert large is None or large.difference("alone", "tandem").df < 310


# Variances


def test_the_naive_variance_by_hand() -> None:
    rng = np.random.default_rng(12)
    answers = {"alone": rng.normal(7, 1, 12), "tandem": rng.normal(8, 2, 20)}
    rows = [
        (f"{arm}{i}", arm, f"{arm}{i}", len(part), part.sum(), (part**2).sum())
        for arm, values in answers.items()
        for i, part in enumerate(np.split(values, [5, 8]))
    ]
    pooled = (11 * answers["alone"].var(ddof=1) + 19 * answers["tandem"].var(ddof=1)) / 30
    found = naive_variance(pd.DataFrame(rows, columns=COLUMNS), "alone", "tandem")
    assert found == pytest.approx(pooled * (1 / 12 + 1 / 20))
    t = stats.ttest_ind(*answers.values())
    assert found**0.5 == pytest.approx((answers["alone"].mean() - answers["tandem"].mean()) / t.statistic)


def test_too_few_answers_have_no_naive_variance() -> None:
    rows = [("S1", "a", "T", 1, 7.0, 49.0), ("S2", "b", "U", 1, 8.0, 64.0)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    assert np.isnan(naive_variance(frame, "a", "b"))
    assert np.isnan(naive_variance(frame.assign(n=9), "a", "absent"))


def test_the_variance_of_a_team() -> None:
    parts = Variances(sessions=0.3, trainers=0.4, answers=1.2)
    assert parts.of_team(1.0, 1, 1) == pytest.approx(1.9)
    assert parts.of_team(0.5, 3, 4) == pytest.approx(0.2 + 0.1 + 0.1)
    assert parts.as_json() == {"sessions": 0.3, "trainers": 0.4, "answers": 1.2}
    assert Variances(0.3, None, 1.2).of_team(1.0, 1, 1) is None
    assert Variances(None, 0.4, 1.2).of_team(1.0, 3, 4) == pytest.approx(0.4 + 0.1)


@pytest.mark.parametrize("dense", [True, False])
def test_what_the_data_cannot_tell_is_not_nothing(dense: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trainer per partnership, both in the model; and trainers who all gave one session."""
    if not dense:
        monkeypatch.setattr(arms, "DENSE", 0)
    rng = np.random.default_rng(5)
    rows = []
    for i in range(24):
        values = rng.normal(7 + rng.normal(0, 0.5), 1, 10)
        arm = "tandem" if i % 2 else "alone"
        rows.append((f"S{i}", arm, f"T{i % 4 // 2}", 10, values.sum(), (values**2).sum()))
    frame = pd.DataFrame(rows, columns=COLUMNS).assign(partnership=[f"P{i % 4 // 2}" for i in range(24)])
    confounded = fit_arms(frame, ["partnership"])
    assert confounded is not None and confounded.adjusted_for == ("partnership",)
    assert confounded.variances.trainers is None and confounded.variances.sessions is not None
    alone = fit_arms(frame.assign(team=frame["session"]))
    assert alone is not None
    assert alone.variances.sessions is None and alone.variances.trainers is not None
    assert alone.variances.of_team(1.0, 1, 10) == pytest.approx(
        confounded.variances.sessions + confounded.variances.answers / 10, rel=0.3
    )
