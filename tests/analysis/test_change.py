"""Change of the same people: counts by hand, intervals against known truth."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualitycycle.analysis.change import STEPS, change, matched, oriented, retention
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.paired import paired_change
from qualitycycle.analysis.proportions import Interval
from qualitycycle.instrument import Scale
from qualitycycle.vocabulary import Verdict

PRE_POST, POST_LATER, PRE_LATER, RETRO = STEPS
MOMENTS = ("pre", "post", "follow_up", "retro_pre")
FIVE = Scale(kind="ordinal", points=5, favourable=(4, 5), uses_mean=True, relevant_mean=0.3, labels={})
FOUR = Scale(kind="ordinal", points=4, favourable=(3, 4), relevant_share=0.1, labels={})
ZEL1 = Measure("ZEL1", FIVE)
ZEL = Measure("ZEL", FIVE, kind="score")


def patterns(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows of session, team, the four moments, n and, unless False, ambiguous."""
    frame = pd.DataFrame(
        [(*row, False) if len(row) == 7 else row for row in rows],
        columns=["session", "team", *MOMENTS, "n", "ambiguous"],
    )
    return frame.astype(dict.fromkeys(MOMENTS, float))


N = None
SMALL = patterns(
    [
        ("S1", "a", 2, 3, 3, N, 4),
        ("S1", "a", 2, 2, N, N, 2),
        ("S1", "a", 3, N, N, N, 3),
        ("S1", "a", 2, N, N, N, 2, True),
        ("S2", "b", 3, 5, 4, N, 3),
        ("S2", "b", 4, 3, 3, N, 1),
        ("S2", "b", N, 4, N, N, 5),
        ("S3", "c", N, 4, N, N, 6),
        ("S4", "c", 2, 4, 4, N, 3),
    ]
)


def test_who_is_paired_and_out_of_how_many() -> None:
    found = matched(SMALL, PRE_POST)
    assert (found.paired, found.start, found.end) == (13, 18, 18)
    assert found.rates == (13 / 18, 13 / 18)
    assert (found.ambiguous, found.sessions, found.single_sessions) == (2, 3, 1)
    assert matched(SMALL, RETRO).paired == 0
    assert matched(SMALL, RETRO).rates == (None, None)


def test_the_change_is_that_of_the_paired_people() -> None:
    found = change(SMALL, ZEL1, PRE_POST)
    assert (found.improved, found.same, found.declined) == (10, 2, 1)
    assert found.mean.estimate == pytest.approx((4 * 1 + 0 + 3 * 2 - 1 + 3 * 2) / 13)
    pre = [2] * 4 + [2] * 2 + [3] * 3 + [4] + [2] * 3
    post = [3] * 4 + [2] * 2 + [5] * 3 + [3] + [4] * 3
    assert found.srm.estimate == pytest.approx(paired_change(pre, post).srm)
    assert (found.teams, found.relevant, found.top) == (3, 0.3, 5)


def test_sessions_of_one_team_are_one_cluster_and_sessions_without_trainers_each_their_own() -> None:
    assert change(SMALL.assign(team="a"), ZEL1, PRE_POST).reasons == ("one_team",)
    assert change(SMALL.assign(team=""), ZEL1, PRE_POST).teams == 3


def test_independent_people_get_the_interval_of_the_paired_t_test() -> None:
    rng = np.random.default_rng(8)
    pre = rng.normal(3, 1, 40)
    post = pre + rng.normal(0.4, 0.8, 40)
    rows = [(f"S{i}", f"t{i}", pre[i], post[i], N, N, 1) for i in range(40)]
    found, plain = change(patterns(rows), ZEL, PRE_POST), paired_change(pre, post)
    assert [found.mean.low, found.mean.high] == pytest.approx([plain.difference_low, plain.difference_high])
    assert [found.srm.low, found.srm.high] == pytest.approx([plain.srm_low, plain.srm_high], abs=0.06)


def test_the_order_of_rows_and_the_split_of_counts_are_irrelevant() -> None:
    whole = SMALL.assign(n=SMALL["n"] + 3)
    again = pd.concat([SMALL.assign(n=3), SMALL]).sample(frac=1.0, random_state=3)
    one, other = change(whole, ZEL1, PRE_POST), change(again, ZEL1, PRE_POST)
    assert one.matched == other.matched
    for a, b in ((one.mean, other.mean), (one.srm, other.srm)):
        assert [a.estimate, a.low, a.high] == pytest.approx([b.estimate, b.low, b.high])


def test_low_is_good_turns_the_change_round() -> None:
    turned = change(SMALL, replace(ZEL1, direction="lower"), PRE_POST)
    plain = change(SMALL, ZEL1, PRE_POST)
    assert turned.mean.estimate == pytest.approx(-plain.mean.estimate)  # type: ignore[operator]
    assert (turned.improved, turned.declined) == (plain.declined, plain.improved)
    assert (plain.verdict, turned.verdict) == (Verdict.CANNOT_TELL, Verdict.CANNOT_TELL)


def test_a_scale_without_a_mean_changes_in_shares() -> None:
    rows = [(f"S{i}", f"t{i}", 2, 3 if i % 3 else 2, N, N, 4) for i in range(6)]
    found = change(patterns(rows), Measure("TRF3", FOUR), PRE_POST)
    assert found.deciding == "favourable"
    assert found.mean.estimate == pytest.approx(4 / 6)
    assert (found.improved, found.same, found.relevant) == (16, 8, 0.1)
    assert oriented(pd.Series([1.0, np.nan, 4.0]), Measure("TRF3", FOUR)).tolist()[::2] == [0.0, 1.0]


def test_too_few_pairs_have_no_change() -> None:
    found = change(SMALL[SMALL["session"] == "S3"], ZEL1, PRE_POST)
    assert (found.verdict, found.reasons) == (Verdict.TOO_FEW, ("few_pairs",))
    assert found.as_json()["mean_change"] == {"estimate": None, "low": None, "high": None}
    assert retention(SMALL[SMALL["session"] == "S3"], ZEL1).reason == "few_pairs"


def test_a_look_back_is_never_a_measurement_before() -> None:
    both = patterns([(f"S{i}", f"t{i}", 3, 4, N, 1, 5) for i in range(4)])
    assert change(both, ZEL1, PRE_POST).mean.estimate == 1
    assert change(both, ZEL1, RETRO).mean.estimate == 3
    assert RETRO.retrospective and not any(step.retrospective for step in STEPS[:3])
    only = both.assign(pre=np.nan)
    assert change(only, ZEL1, PRE_POST).matched.paired == 0


@pytest.mark.parametrize(
    ("gain", "spread", "verdict"),
    [
        (0.9, 0.15, Verdict.BETTER),
        (-0.9, 0.15, Verdict.WORSE),
        (0.05, 0.1, Verdict.EQUIVALENT),
        (0.2, 0.08, Verdict.EQUIVALENT),
        (0.1, 0.7, Verdict.CANNOT_TELL),
    ],
)
def test_the_verdict_follows_the_intervals(gain: float, spread: float, verdict: Verdict) -> None:
    shifts = stats.norm.ppf((np.arange(8) + 0.5) / 8) * spread
    rows = [(f"S{i}", f"t{i}", 3.0, 3.0 + gain + shifts[i], N, N, 6) for i in range(8)]
    assert change(patterns(rows), ZEL, PRE_POST).verdict is verdict


def test_everyone_agrees_when_the_difference_does_not_matter() -> None:
    found = change(SMALL, ZEL1, PRE_POST)
    assert found.agrees is None
    near, far = (replace(found, everyone=Interval((found.mean.estimate or 0) + x)) for x in (0.29, -0.31))
    assert (near.agrees, far.agrees) == (True, False)
    assert replace(near, relevant=None).agrees is None


def test_what_is_left_is_a_ratio_of_the_people_with_three_measurements() -> None:
    rows = [(f"S{i}", f"t{i}", 2, 4, 3 + i % 2, N, 5) for i in range(6)] + [("S0", "t0", 1, 5, N, N, 9)]
    found = retention(patterns(rows), ZEL1)
    assert found.paired == 30
    assert found.kept.estimate == pytest.approx(0.75)
    assert found.kept.low is not None and found.kept.low < 0.75 < (found.kept.high or 0)


def test_nothing_is_left_of_a_gain_that_is_not_clear() -> None:
    rows = [(f"S{i}", f"t{i}", 3, 3 + (-1) ** i, 3, N, 5) for i in range(6)]
    found = retention(patterns(rows), ZEL1)
    assert (found.kept, found.reason) == (Interval(), "no_gain")


def test_the_json_has_its_fixed_keys() -> None:
    found = change(SMALL, ZEL1, PRE_POST).as_json()
    assert {"item", "from", "to", "paired", "from_n", "to_n", "match_rate", "ambiguous"} <= set(found)
    assert {"mean_change", "srm", "improved", "same", "declined", "everyone", "agrees"} <= set(found)
    assert (found["from"], found["to"], found["paired"]) == ("pre", "post", 13)
    assert set(found["match_rate"]) == {"from", "to"}


# --- known truth --------------------------------------------------------------------


def simulated(rng: np.random.Generator, sessions: int, sd: float, gain: float = 0.5) -> pd.DataFrame:
    """Scores before and after; sessions differ by ``sd`` in how much their people gain."""
    rows = []
    for session in range(sessions):
        size = int(rng.integers(3, 15))
        pre = rng.normal(3.0, 0.7, size)
        post = pre + gain + sd * rng.normal() + rng.normal(0, 0.6, size)
        rows += [(f"S{session}", f"t{session}", a, b, N, N, 1) for a, b in zip(pre, post, strict=True)]
    return patterns(rows)


def holds(found: Interval, truth: float) -> bool:
    return found.low is not None and found.high is not None and found.low <= truth <= found.high


RUNS = 400
FEWEST, MOST = stats.binom.ppf(0.005, RUNS, 0.93), stats.binom.ppf(0.995, RUNS, 0.97)
"""Between these numbers of runs must hold the truth when coverage is 93 to 97 %."""


@pytest.mark.parametrize(("sessions", "sd"), [(8, 0.3), (20, 0.3), (12, 0.0)])
def test_intervals_hold_the_truth_as_often_as_they_say(sessions: int, sd: float) -> None:
    rng = np.random.default_rng([sessions, round(10 * sd)])
    found = [change(simulated(rng, sessions, sd), ZEL, PRE_POST) for _ in range(RUNS)]
    assert FEWEST <= sum(holds(one.mean, 0.5) for one in found) <= MOST
    srm = 0.5 / np.hypot(sd, 0.6)
    assert FEWEST <= sum(holds(one.srm, srm) for one in found) <= MOST


def test_taking_people_as_independent_does_not_hold_the_truth() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(RUNS):
        frame = simulated(rng, 8, 0.3)
        plain = paired_change(frame["pre"], frame["post"])
        held += holds(Interval(plain.difference, plain.difference_low, plain.difference_high), 0.5)
    assert held < FEWEST - 20
