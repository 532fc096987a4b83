"""Team means, their intervals and the sharing of trainers."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.teams import (
    arm_summary,
    from_counts,
    memberships,
    sharing_factors,
    team_means,
    welch,
)
from tests.analysis.frames import arm_counts, counts, simulated

CASES = json.loads((Path(__file__).parent / "reference" / "two_samples.json").read_text())["cases"]
MIXED = counts(
    [
        ("S1", "tandem", "A|B", 8.0, 4),
        ("S1", "tandem", "A|B", 6.0, 4),
        ("S2", "tandem", "A|B", 9.0, 2),
        ("S3", "tandem", "C|D", 7.5, 5),
        ("S4", "institute_only", "A", 6.0, 3),
        ("S5", "institute_only", "", 9.0, 1),
    ]
)


def test_sufficient_statistics_equal_the_answers_written_out() -> None:
    sums = from_counts(MIXED).set_index("session")
    written = np.repeat(MIXED["score"], MIXED["n"])
    sessions = np.repeat(MIXED["session"], MIXED["n"])
    for session, answers in written.groupby(sessions.to_numpy()):
        row = sums.loc[str(session)]
        assert (row["n"], row["total"]) == (len(answers), answers.sum())
        assert row["total_sq"] == pytest.approx((answers**2).sum())


def test_a_team_is_one_vote_and_its_sessions_are_pooled() -> None:
    teams = team_means(from_counts(MIXED)).set_index(["arm", "team"])["mean"]
    assert teams["tandem", "A|B"] == pytest.approx((32 + 24 + 18) / 10)
    summary = arm_summary(from_counts(MIXED), "tandem")
    assert summary.mean.estimate == pytest.approx((7.4 + 7.5) / 2)
    assert (summary.responses, summary.sessions, summary.trainers, summary.teams) == (15, 3, 4, 2)


def test_session_without_trainers_stands_alone() -> None:
    summary = arm_summary(from_counts(MIXED), "institute_only")
    assert (summary.teams, summary.trainers) == (2, 1)


def test_interval_of_an_arm_is_the_t_interval_of_its_team_means() -> None:
    y = [7.0, 7.5, 8.5, 6.5, 8.0]
    summary = arm_summary(from_counts(arm_counts("x", [{score: 6} for score in y])), "x")
    low, high = stats.t.interval(0.95, 4, np.mean(y), stats.sem(y))
    assert summary.mean.low == pytest.approx(low)
    assert summary.mean.high == pytest.approx(high)
    assert summary.sd == pytest.approx(np.std(y, ddof=1))


def test_interval_stays_on_the_scale() -> None:
    frame = from_counts(arm_counts("x", [{10.0: 6}, {10.0: 6}, {8.0: 6}]))
    free, cut = (arm_summary(frame, "x", limits=limits).mean for limits in (None, (1.0, 10.0)))
    assert free.high is not None and free.high > 10
    assert (cut.low, cut.high) == (free.low, 10.0)


def test_empty_arm() -> None:
    summary = arm_summary(from_counts(MIXED), "school_only")
    assert (summary.responses, summary.teams, summary.mean, summary.sd) == (0, 0, Interval(), None)


def test_welch_equals_r() -> None:
    case = next(case for case in CASES if "welch" in case)
    r = case["welch"]
    x, y = (np.repeat([float(score) for score in case[key]], list(case[key].values())) for key in ("x", "y"))
    found = welch(x, y)
    assert found.df == pytest.approx(r["df"], rel=1e-9)
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(r["conf_int"]), rel=1e-9)
    assert found.interval.estimate == pytest.approx(r["means"][0] - r["means"][1], rel=1e-9)
    assert found.se is not None and found.interval.estimate is not None
    assert found.interval.estimate / found.se == pytest.approx(r["statistic"], rel=1e-9)


@pytest.mark.parametrize("confidence", [0.80, 0.90, 0.95])
def test_welch_at_any_confidence(confidence: float) -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(8, 1, 7), rng.normal(7, 2, 4)
    expected = stats.ttest_ind(a, b, equal_var=False).confidence_interval(confidence)
    found = welch(a, b, confidence=confidence).interval
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(
    ("a", "b", "reason", "estimate"),
    [
        ([7.0], [6.0, 8.0], "one_team", 0.0),
        ([7.0, 8.0], [], "one_team", None),
        ([5.0, 5.0, 5.0], [4.0, 4.0, 4.0], "no_variation", 1.0),
        ([0.1 + 0.2, 0.3, 0.3], [0.3, 0.3], "no_variation", 0.0),
    ],
)
def test_no_interval_where_the_uncertainty_cannot_be_known(
    a: list[float], b: list[float], reason: str, estimate: float | None
) -> None:
    found = welch(np.array(a), np.array(b))
    assert found.reason == reason
    assert (found.interval.low, found.interval.high, found.se, found.df) == (None, None, None, None)
    assert found.interval.estimate == (None if estimate is None else pytest.approx(estimate))


def test_one_arm_without_variation_leans_on_the_other() -> None:
    found = welch(np.array([5.0, 5.0, 5.0]), np.array([3.0, 4.0, 5.0, 4.0]))
    assert found.df == pytest.approx(3)
    assert found.interval.is_known


def sharing_by_hand(a: list[str], b: list[str]) -> float:
    """Var(difference) over E(Welch's variance) when only trainers differ, by covariances."""

    def covariance(one: str, other: str) -> float:
        people, others = one.split("|"), other.split("|")
        return len(set(people) & set(others)) / len(people) / len(others)

    def mean_covariance(teams: list[str], others: list[str]) -> float:
        return float(np.mean([[covariance(s, t) for t in others] for s in teams]))

    true = mean_covariance(a, a) + mean_covariance(b, b) - 2 * mean_covariance(a, b)
    expected = 0.0
    for teams in (a, b):
        own = np.mean([covariance(t, t) for t in teams])
        pairs = np.mean([covariance(s, t) for s, t in combinations(teams, 2)])
        expected += (own - pairs) / len(teams)
    return max(1.0, true / expected)


@pytest.mark.parametrize(
    ("a", "b", "shared"),
    [
        (["A|C", "B|C", "D|E"], ["F", "G", "H"], True),
        (["A|C", "B|C", "D|C"], ["C", "G", "H|G"], True),
        (["A|B", "C|D", "E|F"], ["B", "D", "F"], False),
        (["A|B", "C|D", "E|F"], ["G", "H", "I"], False),
    ],
)
def test_sharing_factor_by_covariances(a: list[str], b: list[str], shared: bool) -> None:
    labels = np.array([[True] * len(a) + [False] * len(b)])
    [found] = sharing_factors(labels, memberships([*a, *b]))
    assert found == pytest.approx(sharing_by_hand(a, b))
    assert bool(found > 1) == shared


def test_sharing_factor_is_the_true_inflation_when_only_trainers_differ() -> None:
    a, b = ["A|C", "B|C", "D|C", "E|F"], ["G", "H", "I"]
    members = memberships([*a, *b])
    y = np.random.default_rng(11).normal(size=(20_000, members.shape[1])) @ members.T.toarray()
    difference = y[:, :4].mean(axis=1) - y[:, 4:].mean(axis=1)
    promised = y[:, :4].var(axis=1, ddof=1) / 4 + y[:, 4:].var(axis=1, ddof=1) / 3
    [factor] = sharing_factors(np.array([[True] * 4 + [False] * 3]), members)
    assert difference.var() / promised.mean() == pytest.approx(factor, rel=0.05)


def test_sharing_factor_of_one_arm_widens_its_interval() -> None:
    y = [{7.0: 5}, {8.0: 5}, {9.0: 5}]
    alone = arm_counts("x", y)
    leaning = alone.assign(team=["A|C", "B|C", "D|C"])
    narrow, wide = (arm_summary(from_counts(frame), "x").mean for frame in (alone, leaning))
    assert narrow.low is not None and wide.low is not None
    assert wide.low < narrow.low
    assert wide.estimate == narrow.estimate


def test_order_and_doubling_and_shifts() -> None:
    base = arm_summary(from_counts(MIXED), "tandem")
    shuffled = MIXED.sample(frac=1, random_state=1)
    assert arm_summary(from_counts(shuffled), "tandem") == base
    doubled = arm_summary(from_counts(MIXED.assign(n=2 * MIXED["n"])), "tandem")
    assert (doubled.mean, doubled.responses) == (base.mean, 2 * base.responses)
    moved = arm_summary(from_counts(MIXED.assign(score=MIXED["score"] + 1)), "tandem")
    assert moved.mean.estimate is not None and base.mean.estimate is not None
    assert moved.mean.estimate == pytest.approx(base.mean.estimate + 1)
    assert moved.sd == pytest.approx(base.sd)


def test_welch_covers_the_truth_on_unshared_teams() -> None:
    """Tandems average two trainers, so the arms have different variances."""
    rng = np.random.default_rng(20)
    tandem, alone = [f"s{i}|i{i}" for i in range(12)], [f"x{i}" for i in range(6)]
    covered, runs = 0, 1500
    for _ in range(runs):
        a, b = simulated(tandem, 0.6, 0.4, rng) + 0.4, simulated(alone, 0.6, 0.4, rng)
        found = welch(a, b).interval
        assert found.low is not None and found.high is not None
        covered += found.low <= 0.4 <= found.high
    low, high = stats.binom.interval(0.999, runs, 0.95)
    assert low <= covered <= high


def test_widened_welch_covers_the_truth_when_an_arm_leans_on_one_trainer() -> None:
    rng = np.random.default_rng(21)
    a, b = [f"s{i}|i0" for i in range(8)] + ["s8|i1", "s9|i2"], [f"x{i}" for i in range(5)]
    [factor] = sharing_factors(np.array([[True] * len(a) + [False] * len(b)]), memberships([*a, *b]))
    plain, widened, runs = 0, 0, 1000
    for _ in range(runs):
        y = simulated([*a, *b], 0.8, 0.3, rng)
        for factor_used in (1.0, factor):
            found = welch(y[: len(a)], y[len(a) :], sharing=factor_used).interval
            assert found.low is not None and found.high is not None
            hit = found.low <= 0 <= found.high
            plain, widened = (plain + hit, widened) if factor_used == 1.0 else (plain, widened + hit)
    assert plain / runs < 0.92
    assert widened / runs > 0.935


def test_nothing_is_nan() -> None:
    frame = pd.concat([MIXED, counts([("S9", "tandem", "Z", 5.0, 0)])])
    summary = arm_summary(from_counts(frame), "tandem")
    assert summary.teams == 2
    assert summary.mean.estimate is not None and math.isfinite(summary.mean.estimate)
