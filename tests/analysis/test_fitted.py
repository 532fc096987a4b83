"""What a comparison reads off its models: orientation, ends of the scale, sizes, and what it would take."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualitycycle.analysis.arms import fit_arms, naive_variance
from qualitycycle.analysis.fitted import Fitted, fit_measure, prepare_item, prepare_score
from qualitycycle.analysis.measure import Deciding, Measure
from qualitycycle.analysis.power import needed
from qualitycycle.analysis.proportions import Interval
from qualitycycle.instrument import Scale
from tests.analysis.frames import A5, COLUMNS, E5, arm_counts

TEAMS = ["a|p", "b|q", "c|r", "a|p", "d|s", "a", "b", "e", "a", "c"]
ARMS = ["tandem"] * 5 + ["alone"] * 5


def drawn(seed: int = 0, shift: float = 0.0) -> pd.DataFrame:
    """Counts of the scores 1 to 5 in sessions that differ, with a cycle."""
    rng = np.random.default_rng(seed)
    rows = []
    for i, (team, arm) in enumerate(zip(TEAMS, ARMS, strict=True)):
        shares = rng.dirichlet([1, 2, 3, 6 + shift * (arm == "tandem"), 5])
        rows += [
            (f"S{i}", arm, team, float(k + 1), int(n)) for k, n in enumerate(rng.multinomial(12, shares)) if n
        ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(cycle=["xy"[int(name[1:]) % 2] for name in frame["session"]])


def fitted(measure: Measure, counts: pd.DataFrame | None = None, **options: Any) -> Fitted:
    frame = drawn() if counts is None else counts
    given = {"adjust": (), "confidence": 0.95, "ordinal": False} | options
    return fit_measure(prepare_item(frame, measure, given["adjust"]), "tandem", **given)


def ends(interval: Interval) -> tuple[float, float, float]:
    assert interval.estimate is not None and interval.low is not None and interval.high is not None
    return interval.estimate, interval.low, interval.high


def written_out(counts: pd.DataFrame, arm: str) -> np.ndarray:
    mine = counts[counts["arm"] == arm]
    return np.repeat(mine["score"].to_numpy(), mine["n"])


# Before the models


@pytest.mark.parametrize(
    ("measure", "names"),
    [
        (Measure("X", E5), {"mean", "favourable"}),
        (Measure("X", E5, ceiling=True), {"mean", "favourable", "top"}),
        (Measure("X", A5, ceiling=True), {"favourable"}),
    ],
)
def test_every_measure_has_its_sums(measure: Measure, names: set[str]) -> None:
    counts = drawn()
    sums = prepare_item(counts, measure, ["cycle"]).sums
    assert set(sums) == names
    good: dict[str, Any] = {
        "mean": lambda score: score,
        "favourable": measure.is_favourable,
        "top": measure.is_top,
    }
    for name, frame in sums.items():
        assert frame["n"].sum() == counts["n"].sum()
        values = counts["score"].map(good[name]).astype(float) * counts["n"]
        assert (
            frame.set_index("session")["total"].to_dict() == values.groupby(counts["session"]).sum().to_dict()
        )
        assert set(frame["cycle"]) == {"x", "y"}


def test_a_session_without_a_cycle_is_not_lost() -> None:
    counts = drawn()
    counts["cycle"] = counts["cycle"].astype(object).where(counts["session"] != "S3", None)
    sums = prepare_item(counts, Measure("X", E5), ["cycle"]).sums["mean"]
    assert sums["n"].sum() == counts["n"].sum()
    found = fitted(Measure("X", E5), counts, adjust=("cycle",), ordinal=True)
    assert found.ordinal is not None and found.ordinal.model.n == counts["n"].sum()
    assert found.main is not None and found.main.adjusted_for == ("cycle",)


def test_the_naive_test_of_an_item_takes_answers_alone() -> None:
    counts = drawn(1, 6.0)
    naive = prepare_item(counts, Measure("X", E5), ()).naive("alone", "tandem")
    exact = stats.mannwhitneyu(
        written_out(counts, "alone"), written_out(counts, "tandem"), method="asymptotic"
    )
    assert naive == pytest.approx(exact.pvalue)
    balanced = prepare_item(counts, Measure("X", A5), ()).naive("alone", "tandem")
    middle = [(written_out(counts, arm) == 3).astype(float) for arm in ("alone", "tandem")]
    assert balanced == pytest.approx(stats.mannwhitneyu(*middle, method="asymptotic").pvalue)


def test_the_naive_test_of_a_score_is_welchs() -> None:
    rng = np.random.default_rng(3)
    answers = [rng.normal(4, 0.5, 8) for _ in range(4)]
    sums = pd.DataFrame(
        {
            "session": [f"S{i}" for i in range(4)],
            "arm": ["a", "a", "b", "b"],
            "team": list("ABCD"),
            "n": 8,
            "total": [float(part.sum()) for part in answers],
            "total_sq": [float((part**2).sum()) for part in answers],
        }
    )
    measure = Measure("ZEL", E5, kind="score")
    whole = [np.concatenate(answers[:2]), np.concatenate(answers[2:])]
    exact = stats.ttest_ind(*whole, equal_var=False).pvalue
    assert prepare_score(sums, measure, ()).naive("a", "b") == pytest.approx(exact)
    one = sums.assign(n=[8, 8, 1, 0])
    assert prepare_score(one, measure, ()).naive("a", "b") is None
    flat = sums.assign(total=32.0, total_sq=128.0)
    assert prepare_score(flat, measure, ()).naive("a", "b") is None


# After


@pytest.mark.parametrize("name", ["mean", "favourable"])
def test_a_difference_is_that_of_the_model(name: Deciding) -> None:
    measure = Measure("X", E5)
    found = fitted(measure, adjust=("cycle",))
    model = fit_arms(prepare_item(drawn(), measure, ["cycle"]).sums[name], ["cycle"])
    assert model is not None
    contrast = model.difference("alone", "tandem")
    assert ends(found.difference(name, "alone")) == pytest.approx((contrast.estimate, *contrast.interval()))
    narrow = found.difference(name, "alone", 0.9)
    assert (narrow.low, narrow.high) == pytest.approx(contrast.interval(0.9))


def test_low_is_better_turns_means_but_not_shares() -> None:
    """Favourable is defined by the direction already; a mean is not."""
    higher, lower = fitted(Measure("X", E5)), fitted(Measure("X", E5, "lower"))
    estimate, low, high = ends(higher.difference("mean", "alone"))
    assert ends(lower.difference("mean", "alone")) == pytest.approx((-estimate, -high, -low))
    assert lower.levels("mean", "alone") == higher.levels("mean", "alone")
    turned = drawn().assign(score=lambda frame: 6 - frame["score"])
    mirrored = fitted(Measure("X", E5), turned)
    assert ends(lower.difference("favourable", "alone")) == pytest.approx(
        ends(mirrored.difference("favourable", "alone"))
    )
    plain, round_ = (one.within("alone") for one in (higher, lower))
    assert plain is not None and round_ is not None and plain.units == 3
    estimate, low, high = ends(plain.difference)
    assert ends(round_.difference) == pytest.approx((-estimate, -high, -low))


def test_levels_stay_within_the_scale() -> None:
    """Nearly everybody at the best answer: the interval of the model reaches beyond it."""
    nearly = [{5.0: 12}, {5.0: 12}, {5.0: 9, 1.0: 3}, {5.0: 12}, {5.0: 11, 1.0: 1}]
    full = pd.concat([arm_counts("alone", nearly), arm_counts("tandem", nearly[::-1])], ignore_index=True)
    model = fitted(Measure("X", E5), full)
    names: tuple[tuple[Deciding, float], ...] = (("mean", 5.0), ("favourable", 1.0))
    for name, top in names:
        one = model.models[name]
        assert one is not None and one.level("alone").interval()[1] > top
        estimate, low, high = ends(model.levels(name, "alone")["alone"])
        assert estimate == pytest.approx(one.level("alone").estimate)
        assert low == pytest.approx(one.level("alone").interval()[0]) and high == top


def test_without_a_model_means_of_teams_remain() -> None:
    flat = drawn().assign(score=lambda frame: 4.0 + (frame["arm"] == "tandem"))
    found = fitted(Measure("X", E5), flat, ordinal=True)
    assert found.main is None and found.ordinal is None
    assert found.difference("mean", "alone") == Interval(-1.0)
    assert found.levels("mean", "alone") == {"alone": Interval(4.0), "tandem": Interval(5.0)}
    assert (found.contrast("alone"), found.odds("alone"), found.needed("alone")) == (None, None, None)
    assert found.design_effect("alone") is None


def test_sizes_are_those_of_the_measure_that_decides() -> None:
    sizes = fitted(Measure("X", E5)).sizes
    assert (sizes["tandem"].sessions, sizes["tandem"].teams, sizes["tandem"].trainers) == (5, 4, 8)
    assert (sizes["alone"].sessions, sizes["alone"].teams, sizes["alone"].trainers) == (5, 4, 4)
    assert sizes["alone"].responses == 60


def test_the_design_effect_is_the_variance_over_that_of_single_answers() -> None:
    found = fitted(Measure("X", E5))
    contrast = found.contrast("alone")
    assert contrast is not None
    naive = naive_variance(found.sums, "alone", "tandem")
    assert found.design_effect("alone") == pytest.approx(contrast.se**2 / naive)


def test_what_it_would_take_follows_from_the_variances() -> None:
    found = fitted(Measure("X", E5))
    assert found.main is not None
    parts, contrast = found.main.variances, found.contrast("alone")
    assert contrast is not None
    sd = [parts.of_team(members, 5 / 4, 12) ** 0.5 for members in (1.0, 0.5)]
    expected = needed(sd=(sd[0], sd[1]), teams=(4, 4), sessions=(5, 5), df=contrast.df, relevant=0.3)
    assert found.needed("alone") == expected
    assert fitted(Measure("X", E5, relevant=0.6)).needed("alone") != expected
    aimless = Scale(kind="ordinal", points=5, favourable=(4, 5), uses_mean=True, labels={})
    assert fitted(Measure("X", aimless)).needed("alone") is None


def test_sessions_without_trainers_count_as_one_person_each() -> None:
    counts = drawn()
    nobody = counts.assign(team=counts["team"].where(counts["session"] != "S9", ""))
    one, two = (fitted(Measure("X", E5), frame) for frame in (counts, nobody))
    assert two.needed("alone") == one.needed("alone")
    assert two.sizes["alone"].trainers == one.sizes["alone"].trainers - 1


def test_odds_are_asked_for_and_of_items_only() -> None:
    measure = Measure("X", E5)
    assert fitted(measure).odds("alone") is None
    found = fitted(measure, ordinal=True)
    contrast, odds = found.contrast("alone"), found.odds("alone")
    assert contrast is not None and odds is not None and found.ordinal is not None
    assert odds == found.ordinal.odds("alone", contrast.df, measure)
    sums = prepare_item(drawn(), measure, ()).sums["mean"]
    score = prepare_score(sums, replace(measure, kind="score"), ())
    assert fit_measure(score, "tandem", adjust=(), confidence=0.95, ordinal=True).odds("alone") is None


def test_odds_adjust_for_what_the_model_could() -> None:
    nested = drawn().assign(partnership=lambda frame: frame["arm"])
    found = fitted(Measure("X", E5), nested, adjust=("cycle", "partnership"), ordinal=True)
    assert found.main is not None and found.ordinal is not None
    assert (found.main.adjusted_for, found.main.not_adjusted) == (("cycle",), ("partnership",))
    names = list(found.ordinal.model.coefficients.index)
    assert "cycley" in names and not [name for name in names if "partnership" in name]
