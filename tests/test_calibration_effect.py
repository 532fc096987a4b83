"""A small calibration of ``act check``: what is chosen for being low is not called a success.

Bounds are binomial: a method that keeps its promise exactly fails one of a thousand times.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from benchmarks import calibration_effect as calibration
from qualitycycle.analysis.effect.model import effect_of

RUNS = 40
SURE = 0.999

TRIGGER_ONLY = calibration.History()
EARLIER = calibration.History(earlier=1, leaving=0.5)
WITH_WITHOUT = calibration.History(others=True, sessions=6)


@pytest.fixture(scope="module", params=[TRIGGER_ONLY, EARLIER, WITH_WITHOUT], ids=lambda one: one.name)
def outcome(request: pytest.FixtureRequest) -> calibration.Outcome:
    return calibration.study((request.param, RUNS, 7))


def test_without_a_step_few_are_called_effective(outcome: calibration.Outcome) -> None:
    most = stats.binom.ppf(SURE, RUNS, calibration.MOST)
    assert outcome.check * RUNS <= most
    assert outcome.check <= outcome.naive


def test_what_comes_back_by_itself_is_not_counted_as_an_effect(outcome: calibration.Outcome) -> None:
    assert outcome.naive_bias > 0.15
    assert abs(outcome.bias) < outcome.naive_bias


def test_a_step_is_found_as_often_as_promised(outcome: calibration.Outcome) -> None:
    assert 0.1 < outcome.promised < 0.95
    assert outcome.found * RUNS >= stats.binom.ppf(1 - SURE, RUNS, outcome.promised)
    assert outcome.covered * RUNS >= stats.binom.ppf(1 - SURE, RUNS, 0.95)


def test_calling_the_lowest_of_eight_a_success_is_a_real_danger() -> None:
    """The naive share is what the brief of the method measured: about ten percent, not two and a half."""
    rng, history = np.random.default_rng(1), replace(TRIGGER_ONLY, trainer_sd=(0.0, 0.0))
    roster = history.roster()
    told = 0
    for _ in range(150):
        sums, n = history.draw(rng, roster, 0.0)
        question = calibration.lowest(history, roster, sums, n)
        found = calibration.naively(history, roster, sums, n, question)
        told += found is not None and (found.interval().low or 0.0) > 0
    assert told > stats.binom.ppf(SURE, 150, 0.025)


def test_the_step_is_the_step() -> None:
    """The mean of the first question truly rises by it, whatever else differs."""
    history = calibration.History(sessions=400, spread=0.3)
    roster = history.roster()
    step = history.log_odds(calibration.STEP)
    sums, n = history.draw(np.random.default_rng(3), roster, step)
    last = calibration.applies(history, roster)
    means = [sums[0][0, part].sum() / n[part].sum() for part in (last, ~last)]
    assert means[0] - means[1] == pytest.approx(calibration.STEP, abs=0.05)
    others = [sums[0][1:, part].sum() / n[part].sum() / 7 for part in (last, ~last)]
    assert others[0] == pytest.approx(others[1], abs=0.05)


def test_the_triggering_cycle_is_left_out_where_there_are_earlier_ones() -> None:
    roster = EARLIER.roster()
    used, triggering = calibration.frames(EARLIER, roster, naive=False)
    assert set(triggering["cycle"]) == {1}
    assert set(used["cycle"]) == {0, 2}
    naive, _ = calibration.frames(EARLIER, roster, naive=True)
    assert set(naive["cycle"]) == {1, 2}


def test_it_measures_what_act_check_does() -> None:
    rng, roster = np.random.default_rng(2), WITH_WITHOUT.roster()
    sums, n = WITH_WITHOUT.draw(rng, roster, 0.0)
    found = calibration.checked(WITH_WITHOUT, roster, sums, n, 3)
    used, triggering = (
        calibration.filled(p, sums, n, 3) for p in calibration.frames(WITH_WITHOUT, roster, False)
    )
    again = effect_of(used, triggering, chosen_from=calibration.QUESTIONS)
    assert found is not None and again is not None
    assert found.contrast == again.contrast and found.share == again.share
    assert set(used["arm"]) == {"before", "with", "without"}


def test_what_is_not_promised_is_measured_too() -> None:
    line = calibration.seldom((calibration.History(sessions=4, earlier=1), 5, 3))
    check, naive = (float(line.split(name)[1].split()[0]) for name in ("check", "naive"))
    assert 0 <= check <= naive <= 1


@pytest.mark.parametrize(
    ("check", "found", "covered", "kept"),
    [(0.05, 0.8, 0.95, True), (0.051, 0.8, 0.95, False), (0.03, 0.7, 0.95, False), (0.03, 0.8, 0.92, False)],
)
def test_the_promise(check: float, found: float, covered: float, kept: bool) -> None:
    one = calibration.Outcome("cell", 4000, check, 0.1, 0.0, 0.3, found, 0.8, covered)
    assert one.kept is kept
    assert ("!" in one.line()) is not kept


def test_the_grid_has_both_designs_with_and_without_earlier_cycles() -> None:
    cells = list(calibration.cells())
    assert {(one.others, one.earlier) for one in cells} == {(o, e) for o in (False, True) for e in (0, 1, 2)}
    assert len({one.name for one in cells}) == len(cells) == 36
