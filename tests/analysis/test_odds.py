"""Odds ratios and superiority: against the ordinal model itself, turned round, and without an end."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.odds import Odds, OrdinalArms, fit_ordinal
from qualitycycle.analysis.ordinal import clmm
from qualitycycle.analysis.proportions import Interval
from tests.analysis.frames import COLUMNS, E5, arm_counts

HIGHER, LOWER = Measure("X", E5), Measure("X", E5, "lower")
DF = 7.5
TEAMS = ["a|p", "b|q", "c|r", "d|s", "a", "b", "e", "a", "f"]
ARMS = ["tandem"] * 4 + ["alone"] * 5


def drawn(teams: Sequence[str], arms: Sequence[str], seed: int = 0, effect: float = -0.6) -> pd.DataFrame:
    """Counts of the scores 1 to 5; sessions and trainers differ, the arm alone by ``effect`` log-odds."""
    rng = np.random.default_rng(seed)
    people = sorted({person for team in teams for person in team.split("|") if person})
    level = dict(zip(people, rng.normal(0, 0.6, len(people)), strict=True))
    cuts = np.array([-3.0, -2, -0.5, 1])
    rows = []
    for i, (team, arm) in enumerate(zip(teams, arms, strict=True)):
        own = float(np.mean([level[person] for person in team.split("|") if person] or [0.0]))
        eta = effect * (arm == "alone") + own + rng.normal(0, 0.4)
        shares = np.diff([0.0, *special.expit(cuts - eta), 1.0])
        rows += [
            (f"S{i}", arm, team, float(k + 1), int(n)) for k, n in enumerate(rng.multinomial(15, shares)) if n
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def fitted(counts: pd.DataFrame, reference: str = "tandem", adjust: Sequence[str] = ()) -> OrdinalArms:
    found = fit_ordinal(counts, reference, adjust)
    assert found is not None
    return found


def ends(interval: Interval) -> tuple[float, float, float]:
    assert interval.estimate is not None and interval.low is not None and interval.high is not None
    return interval.estimate, interval.low, interval.high


def test_it_is_the_ordinal_model_with_a_t_interval() -> None:
    counts = drawn(TEAMS, ARMS)
    people = counts["team"].str.split("|", expand=True)
    frame = counts.assign(
        one=people[0], two=people[1], arm=pd.Categorical(counts["arm"], ["tandem", "alone"])
    )
    model = clmm("score ~ arm + (1 | mm(one, two)) + (1 | session)", frame, weights="n")
    beta, half = model.coefficients["armalone"], stats.t.ppf(0.975, DF) * model.standard_errors["armalone"]
    found = fitted(counts).odds("alone", DF, HIGHER)
    assert ends(found.ratio) == pytest.approx(
        (math.exp(beta), math.exp(beta - half), math.exp(beta + half)), rel=1e-6
    )
    wide = fitted(counts).odds("alone", DF, HIGHER, confidence=0.99).ratio
    assert wide.low is not None and wide.low < math.exp(beta - half)


def averaged(model: OrdinalArms, eta: float, sizes: Sequence[int]) -> np.ndarray:
    """The shares of every category over new sessions and trainers, by a fine sum over the normal curve."""
    sd = model.model.random_sd.fillna(0.0)
    trainer, session = (float(sd[name]) for name in sd.index)
    cuts = model.model.coefficients.iloc[: len(model.model.categories) - 1].to_numpy()
    z = np.linspace(-8, 8, 2001)
    weight = stats.norm.pdf(z) / stats.norm.pdf(z).sum()
    parts = []
    for size in sizes:
        shift = eta + math.sqrt(session**2 + trainer**2 / size) * z
        below = special.expit(cuts[:, None] - shift) @ weight
        parts.append(np.diff([0.0, *below, 1.0]))
    return np.mean(parts, axis=0)


@pytest.mark.parametrize("extra", [(), ("g|h|i", "g|h|j")], ids=["two trainers", "three trainers"])
def test_superiority_averages_over_sessions_and_sizes_of_teams(extra: tuple[str, ...]) -> None:
    """Both arms over the same mix of teams, so that only the arm makes a difference."""
    teams, arms = [*TEAMS, *extra], [*ARMS, *["tandem"] * len(extra)]
    model = fitted(drawn(teams, arms, 1))
    sizes = [len(team.split("|")) for team in teams]
    assert sorted(model.sessions["size"]) == sorted(set(sizes))
    assert model.sessions["weight"].sum() == len(teams)
    beta = float(model.model.coefficients["armalone"])
    mine, other = averaged(model, beta, sizes), averaged(model, 0.0, sizes)
    expected = sum(
        a * b * (0.5 if i == j else i > j) for i, a in enumerate(mine) for j, b in enumerate(other)
    )
    found = model.odds("alone", DF, HIGHER)
    assert found.superiority.estimate == pytest.approx(expected, abs=1e-5)


def test_superiority_and_the_ratio_agree_on_who_is_better() -> None:
    for seed, effect in ((2, -1.5), (3, 1.5), (4, 0.0)):
        found = fitted(drawn(TEAMS, ARMS, seed, effect)).odds("alone", DF, HIGHER)
        for ratio, chance in zip(ends(found.ratio), ends(found.superiority), strict=True):
            assert (ratio > 1) == (chance > 0.5)
        for estimate, low, high in (ends(found.ratio), ends(found.superiority)):
            assert low < estimate < high


def test_low_is_better_turns_both_round() -> None:
    model = fitted(drawn(TEAMS, ARMS, 5))
    higher, lower = (model.odds("alone", DF, measure) for measure in (HIGHER, LOWER))
    ratio, low, high = ends(higher.ratio)
    assert ends(lower.ratio) == pytest.approx((1 / ratio, 1 / high, 1 / low))
    chance, low, high = ends(higher.superiority)
    assert ends(lower.superiority) == pytest.approx((1 - chance, 1 - high, 1 - low))


def test_the_other_way_round_is_the_inverse() -> None:
    counts = drawn(TEAMS, ARMS, 6)
    forth, back = fitted(counts).odds("alone", DF, HIGHER), fitted(counts, "alone").odds("tandem", DF, HIGHER)
    ratio, low, high = ends(forth.ratio)
    assert ends(back.ratio) == pytest.approx((1 / ratio, 1 / high, 1 / low), rel=1e-4)
    assert back.superiority.estimate == pytest.approx(1 - (forth.superiority.estimate or 0), abs=1e-5)


def test_two_equal_arms_are_even() -> None:
    sessions = [{5.0: 6, 4.0: 3}, {5.0: 2, 3.0: 5}, {4.0: 7, 2.0: 1}]
    frame = pd.concat([arm_counts("tandem", sessions), arm_counts("alone", sessions)], ignore_index=True)
    for measure in (HIGHER, LOWER):
        found = fitted(frame).odds("alone", DF, measure)
        assert found.ratio.estimate == pytest.approx(1, abs=1e-6)
        assert found.superiority.estimate == pytest.approx(0.5, abs=1e-9)
        assert (found.superiority.low or 1) < 0.5 < (found.superiority.high or 0)


BEST = arm_counts("tandem", [{5.0: 9, 4.0: 1}, {5.0: 8, 4.0: 2}, {5.0: 10}, {4.0: 1, 5.0: 7}])
WORST = arm_counts("alone", [{1.0: 9}, {2.0: 4, 1.0: 5}, {1.0: 8, 2.0: 1}, {2.0: 6, 1.0: 1}])


@pytest.mark.parametrize(
    ("reference", "measure", "ratio"),
    [
        ("tandem", HIGHER, 0.0),
        ("alone", HIGHER, math.inf),
        ("tandem", LOWER, math.inf),
        ("alone", LOWER, 0.0),
    ],
)
def test_separated_answers_have_a_ratio_without_end_and_without_interval(
    reference: str, measure: Measure, ratio: float
) -> None:
    model = fitted(pd.concat([BEST, WORST], ignore_index=True), reference)
    found: Odds = model.odds("alone" if reference == "tandem" else "tandem", DF, measure)
    assert found.ratio == Interval(ratio)
    assert not found.superiority.is_known
    assert found.superiority.estimate == pytest.approx(float(ratio > 1), abs=0.01)


def test_three_arms_stand_in_one_model_and_the_third_is_not_needed() -> None:
    teams, arms = [*TEAMS, "k", "l", "k|l"], [*ARMS, *["school"] * 3]
    three, two = drawn(teams, arms, 7), drawn(teams, arms, 7).query("arm != 'school'")
    model = fitted(three)
    assert model.arms == ("tandem", "alone", "school")
    assert {"armalone", "armschool"} <= set(model.model.coefficients.index)
    alone, school = (model.odds(arm, DF, HIGHER).ratio.estimate or 0 for arm in ("alone", "school"))
    swapped = fitted(three, "school").odds("alone", DF, HIGHER).ratio.estimate
    assert swapped == pytest.approx(alone / school, rel=1e-3)
    without = fitted(two)
    assert without.arms == ("tandem", "alone")
    assert without.odds("alone", DF, HIGHER).ratio.estimate == pytest.approx(alone, rel=0.3)


def test_sessions_without_trainers_stand_alone_and_are_kept() -> None:
    teams = [*TEAMS, "x", "y", "z"]
    arms = [*ARMS, "tandem", "alone", "tandem"]
    named = drawn(teams, arms, 8)
    nobody = named.assign(team=named["team"].where(~named["team"].isin(["x", "y", "z"]), ""))
    one, two = fitted(named), fitted(nobody)
    assert two.model.n == named["n"].sum()
    first, second = (model.odds("alone", DF, HIGHER).ratio for model in (one, two))
    assert ends(second) == pytest.approx(ends(first), rel=1e-4)
    assert two.sessions["size"].min() == 1


def test_trainers_with_one_session_are_the_sessions() -> None:
    counts = drawn([f"t{i}" for i in range(9)], ARMS, 9)
    model = fitted(counts).model
    assert model.random_sd.notna().sum() == 1
    assert "ordinal.same_groups" in [one.code for one in model.findings]
    assert fitted(counts).odds("alone", DF, HIGHER).superiority.is_known


def test_it_adjusts_for_categories_also_when_these_are_numbers_or_missing() -> None:
    counts = drawn(TEAMS, ARMS, 10)
    cycles = {f"S{i}": ["x", "y"][i % 2] for i in range(9)}
    texts = counts.assign(cycle=counts["session"].map(cycles))
    plain = fitted(texts, adjust=["cycle"])
    assert "cycley" in plain.model.coefficients.index
    expected = ends(plain.odds("alone", DF, HIGHER).ratio)
    for other in (2024, None):
        given = pd.Series([{"x": other, "y": 2025}[one] for one in texts["cycle"]], dtype=object)
        found = fitted(texts.assign(cycle=given), adjust=["cycle"])
        assert found.model.n == counts["n"].sum()
        assert "cycle2025" in found.model.coefficients.index
        assert ends(found.odds("alone", DF, HIGHER).ratio) == pytest.approx(expected, rel=1e-5)


def test_answers_that_are_all_alike_have_no_odds() -> None:
    frame = arm_counts("tandem", [{5.0: 9}] * 3)
    assert fit_ordinal(pd.concat([frame, arm_counts("alone", [{5.0: 4}] * 3)]), "tandem", []) is None


def test_order_and_empty_rows_do_not_matter() -> None:
    counts = drawn(TEAMS, ARMS, 11)
    mixed = pd.concat([counts.assign(n=0), counts]).sample(frac=1, random_state=3)
    one, two = (fitted(frame).odds("alone", DF, HIGHER) for frame in (counts, mixed))
    assert ends(two.ratio) == pytest.approx(ends(one.ratio), rel=1e-5)
