"""A small calibration of good practices: where nothing differs they are seldom pointed at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

from benchmarks import calibration_practices as calibration
from benchmarks.calibration_effect import History

RUNS = 3
CELL = History(others=True, sessions=8)


def test_where_nothing_differs_few_questions_are_pointed_at() -> None:
    rates = calibration.study((CELL, RUNS, 7))
    of = RUNS * calibration.QUESTIONS
    assert rates.found * of <= stats.binom.ppf(0.999, of, calibration.MOST)
    assert rates.certain <= rates.offered <= rates.offered_any and rates.found <= rates.found_any


def test_what_truly_differs_is_found_and_offered() -> None:
    """Shares that say nothing of chance when nothing at all can be found would be worthless."""
    roster = CELL.roster()
    history = replace(CELL, trainer_sd=(0.0, 0.0), session_sd=(0.0, 0.0))
    sums, n = history.draw(np.random.default_rng(3), roster, 0.0)
    frame = calibration.frame_of(roster, sums, n, 0)
    own = (roster["partnership"] == "P0").to_numpy()

    def moved(by: float) -> calibration.Told:
        up = np.where(own, by, 0.0)
        total_sq = frame["total_sq"] + 2 * up * frame["total"] + frame["n"] * up**2
        return calibration.told(
            roster, frame.assign(total=frame["total"] + up * frame["n"], total_sq=total_sq)
        )

    assert moved(0.8) == calibration.Told(found=True, offered=False, certain=False)
    assert moved(-0.8) == calibration.Told(found=False, offered=True, certain=True)
