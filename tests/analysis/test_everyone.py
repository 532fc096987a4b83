"""The change of everybody: where it must equal the paired one, and where it must not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualitycycle.analysis.change import STEPS, change
from qualitycycle.analysis.everyone import everyone
from qualitycycle.analysis.linear import lmm
from qualitycycle.analysis.measure import Measure
from tests.analysis.test_change import FOUR, ZEL, ZEL1, N, holds, patterns

PRE_POST, POST_LATER, PRE_LATER, RETRO = STEPS


def region(
    seed: int, *, sessions: int = 10, sd: float = 0.2, gain: float = 0.5, low_leave: float = 0.0
) -> pd.DataFrame:
    """Three moments; with ``low_leave`` people who start low often have no form afterwards."""
    rng = np.random.default_rng(seed)
    rows = []
    for session in range(sessions):
        level, shift = rng.normal(3.0, 0.3), sd * rng.normal()
        for _ in range(10):
            person = level + rng.normal(0, 0.6)
            pre, post = person + rng.normal(0, 0.3), person + gain + shift + rng.normal(0, 0.3)
            later = person + 0.6 * gain + rng.normal(0, 0.3)
            gone = rng.random() < (low_leave if person < level else 0.0)
            rows.append((f"S{session}", f"t{session}", pre, N if gone else post, later, N, 1))
    return patterns(rows)


def test_when_all_answered_everywhere_it_is_the_paired_change() -> None:
    frame = region(1)
    found = everyone(frame, ZEL)
    assert set(found) == {PRE_POST, POST_LATER, PRE_LATER}
    for step, interval in found.items():
        assert interval.estimate == pytest.approx(change(frame, ZEL, step).mean.estimate, abs=1e-6)
        assert interval.low < interval.estimate < interval.high  # type: ignore[operator]


def test_changes_over_the_steps_add_up() -> None:
    found = everyone(region(2, low_leave=0.5), ZEL)
    steps = [found[step].estimate or 0.0 for step in (PRE_POST, POST_LATER, PRE_LATER)]
    assert steps[0] + steps[1] == pytest.approx(steps[2])


def test_people_who_answered_once_count() -> None:
    """Those who never came back had the highest scores; the paired alone cannot know."""
    stayed = region(3, gain=0.5).assign(follow_up=np.nan)
    left = region(4, gain=0.5).assign(follow_up=np.nan, post=np.nan)
    came = region(4, gain=2.0).assign(follow_up=np.nan, pre=np.nan)
    frame = pd.concat([stayed, left, came], ignore_index=True)
    paired = change(frame, ZEL, PRE_POST)
    with_all = everyone(frame, ZEL)[PRE_POST].estimate
    assert paired.mean.estimate == pytest.approx(0.5, abs=0.2)
    assert with_all is not None and with_all > (paired.mean.estimate or 0) + 0.15


def test_a_look_back_is_not_in_the_model() -> None:
    frame = region(5)
    assert everyone(frame.assign(retro_pre=1.0), ZEL) == everyone(frame, ZEL)
    assert RETRO not in everyone(frame.assign(retro_pre=1.0), ZEL)


def test_counts_of_equal_people_are_as_many_people() -> None:
    rows = [(f"S{i}", "t", 2 + i % 2, 3 + i % 3, N, N, 3) for i in range(6)]
    counted = patterns([*rows, *((f"S{i}", "t", 3, 3, N, N, 2) for i in range(6))])
    single = counted.loc[counted.index.repeat(counted["n"])].assign(n=1)
    one, other = everyone(counted, ZEL1)[PRE_POST], everyone(single, ZEL1)[PRE_POST]
    assert [one.estimate, one.low, one.high] == pytest.approx([other.estimate, other.low, other.high])


def test_a_scale_without_a_mean_is_a_share() -> None:
    rows = [(f"S{i % 4}", "t", 2, 3 if i < 4 else 2, N, N, 4) for i in range(8)]
    assert everyone(patterns(rows), Measure("TRF3", FOUR))[PRE_POST].estimate == pytest.approx(0.5)


@pytest.mark.parametrize(
    "rows",
    [
        [(f"S{i}", f"t{i}", 3, 3, N, N, 5) for i in range(4)],
        [(f"S{i}", f"t{i}", 3, 4, N, N, 5) for i in range(4)],
        [(f"S{i}", f"t{i}", 2 + i % 3, 5, 5, N, 4) for i in range(5)],
        [("S0", "a", 3, 4, N, N, 30), ("S1", "b", N, 4, N, N, 1), ("S2", "c", 5, N, N, N, 1)],
    ],
)
def test_when_all_of_a_session_change_alike_there_is_nothing_to_say(rows: list[tuple[Any, ...]]) -> None:
    assert everyone(patterns(rows), ZEL1) == {}


def test_one_person_who_differs_is_enough() -> None:
    rows = [*((f"S{i}", f"t{i}", 3, 4, N, N, 5) for i in range(4)), ("S0", "t0", 3, 5, N, N, 1)]
    found = everyone(patterns(rows), ZEL1)[PRE_POST]
    assert found.estimate == pytest.approx(22 / 21, abs=0.02)


def test_without_a_second_session_or_moment_there_is_nothing_to_say() -> None:
    same = region(6)
    assert everyone(region(6, sessions=1), ZEL) == {}
    assert everyone(same.assign(post=np.nan, follow_up=np.nan), ZEL) == {}


@pytest.mark.slow
def test_sessions_that_change_differently_need_their_own_term() -> None:
    runs, with_term, without = 40, 0, 0
    for seed in range(runs):
        frame = region(100 + seed, sessions=8, sd=0.3).assign(follow_up=np.nan)
        with_term += holds(everyone(frame, ZEL)[PRE_POST], 0.5)
        people = frame.reset_index(names="person").melt(
            ["person", "session"], ["pre", "post"], "moment", "score"
        )
        plain = lmm(
            "score ~ moment + (1 | person) + (1 | session)",
            people.assign(person=people["person"].astype(str)),
        ).contrast({"momentpre": -1.0}, "satterthwaite")
        low, high = plain.interval()
        without += low <= 0.5 <= high
    assert stats.binom.ppf(0.005, runs, 0.93) <= with_term <= stats.binom.ppf(0.995, runs, 0.97)
    assert without < 35
