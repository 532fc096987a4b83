"""The promise of an effect's power: against statsmodels and against a draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower

from qualitycycle.analysis.arms import Variances
from qualitycycle.analysis.effect.fallback import bound
from qualitycycle.analysis.effect.model import Effect, effect_of
from qualitycycle.analysis.effect.power import chance, planned, sessions_needed
from qualitycycle.analysis.linear import Contrast


@pytest.mark.parametrize(("size", "many"), [(0.5, 20), (0.8, 12), (1.2, 6)])
def test_two_groups_without_a_choice_are_the_t_test(size: float, many: int) -> None:
    expected = TTestIndPower().power(size, many, 0.05, alternative="two-sided")
    df = 2 * many - 2
    found = chance(size, np.sqrt(2 / many), df, bound(0.975, 0.0, 1, df))
    assert found == pytest.approx(expected, abs=1e-3)


def test_sessions_needed_are_those_of_the_t_test() -> None:
    expected = TTestIndPower().solve_power(0.5, alpha=0.05, power=0.8)
    found = sessions_needed(Effect(Contrast(0.1, np.sqrt(2 / 10), 18.0), 0.0, 1), 0.5, 10)
    assert found is not None
    assert abs(found - expected) <= 2


def test_a_choice_costs_sessions_and_the_impossible_is_not_planned() -> None:
    free, chosen = (Effect(Contrast(0.1, 0.2, 20.0), share, 8) for share in (0.0, 0.5))
    assert sessions_needed(chosen, 0.3, 8) > sessions_needed(free, 0.3, 8)  # type: ignore[operator]
    assert sessions_needed(free, -0.3, 8) is None
    assert sessions_needed(free, 0.001, 8) is None
    assert sessions_needed(free, 9.0, 8) == 2


def test_a_plan_is_what_the_model_makes_of_data_with_these_variances() -> None:
    rng = np.random.default_rng(4)
    sizes = Variances(sessions=0.04, trainers=0.09, answers=0.8)
    rows = [(f"{arm}{i}", arm, f"T{i % 6}", 12) for arm in ("before", "with") for i in range(12)]
    held = pd.DataFrame(rows, columns=["session", "arm", "team", "n"])
    trigger = held[held["arm"] == "before"]
    plan = planned(held, trigger, sizes, chosen_from=8, adjust=())
    assert plan is not None
    found, told = [], 0
    for _ in range(160):
        trainers = dict(zip([f"T{i}" for i in range(6)], 0.3 * rng.standard_normal(6), strict=True))
        mean = held["team"].map(trainers) + 0.2 * rng.standard_normal(24) + 0.4 * (held["arm"] == "with")
        within = 0.8 * rng.chisquare(11, 24)
        mean = mean + np.sqrt(0.8 / 12) * rng.standard_normal(24)
        frame = held.assign(total=12 * mean, total_sq=12 * mean**2 + within)
        one = effect_of(frame, trigger, chosen_from=8, adjust=())
        assert one is not None
        found.append(one.contrast.estimate)
        told += (one.interval().low or 0.0) > 0
    promised = chance(0.4, plan.contrast.se, plan.contrast.df, plan.strictness())
    assert np.std(found) == pytest.approx(plan.contrast.se, rel=0.1)
    assert told / 160 >= promised - 3 * np.sqrt(promised * (1 - promised) / 160)


def test_what_the_verdict_asks_is_what_the_power_is_told_for() -> None:
    """A raised baseline asks more than the bound does, in the interval and in the plan alike."""
    plain = Effect(Contrast(0.0, 0.1, 20.0), 0.3, 8)
    raised = plain.with_baseline_raised(0.25)
    for one in (plain, raised):
        interval = one.interval()
        assert interval.low == pytest.approx(-one.strictness() * one.contrast.se)
    assert raised.strictness() == pytest.approx(stats.t.ppf(0.975, 20.0) + 2.5)
    found = [chance(0.35, 0.1, 20.0, one.strictness()) for one in (plain, raised)]
    assert found[1] < 0.3 < 0.7 < found[0]
    needed = [sessions_needed(one, 0.35, 8) for one in (plain, raised)]
    assert None not in needed and needed[1] > needed[0]  # type: ignore[operator]
