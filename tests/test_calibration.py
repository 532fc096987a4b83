"""The calibration measures what ``compare`` does: the same intervals, and rivals as scipy has them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks import calibration
from qualitycycle.analysis.compare import Options, compare_measure
from qualitycycle.analysis.measure import Measure
from qualitycycle.simulate.cell import SCORES, Cell, Shared, roster

SIZES = ((8, 12), (3, 4))


def drawn(shared: Shared, ceiling: bool, seed: int = 3, runs: int = 2) -> tuple[Cell, np.ndarray]:
    cell = Cell(roster(*SIZES, shared), 0.4, 0.8, ceiling)
    return cell, cell.draw(np.random.default_rng(seed), cell.effect(-0.1), runs)


@pytest.mark.parametrize("shared", ["none", "half", "all"])
@pytest.mark.parametrize("ceiling", [False, True])
def test_its_interval_is_that_of_compare(shared: Shared, ceiling: bool) -> None:
    cell, counts = drawn(shared, ceiling)
    for run, (low, high) in zip(counts, calibration.mixed(cell, counts), strict=True):
        frame = calibration.sessions_of(cell).loc[np.repeat(np.arange(len(run)), len(SCORES))]
        frame = frame.assign(score=np.tile(SCORES, len(run)), n=run.ravel())
        measure = Measure("X", calibration.E5, ceiling=ceiling)
        options = Options(reference="reference", ordinal=False, permutations=0)
        [found] = compare_measure(frame, measure=measure, options=options)
        assert found.deciding == ("top" if ceiling else "mean")
        assert (found.difference.low, found.difference.high) == pytest.approx((low, high), rel=1e-9)
        whole = calibration.compared(cell, run, measure, False)
        assert whole.difference == found.difference and whole.p_value is not None


@pytest.mark.parametrize("ceiling", [False, True])
def test_mann_whitney_is_scipys(ceiling: bool) -> None:
    cell, counts = drawn("none", ceiling)
    for run, p in zip(counts, calibration.mann_whitney(cell, counts), strict=True):
        arm = cell.roster.in_arm
        answers = [np.repeat(SCORES, run[chosen].sum(axis=0)) for chosen in (arm, ~arm)]
        exact = stats.mannwhitneyu(*answers, use_continuity=False, method="asymptotic")
        assert p == pytest.approx(exact.pvalue, rel=1e-9)


def test_welch_is_scipys_on_means_of_sessions_and_of_teams() -> None:
    cell, counts = drawn("half", False)
    arm = cell.roster.in_arm
    means = (counts @ SCORES) / counts.sum(axis=2)
    expected = [stats.ttest_ind(run[arm], run[~arm], equal_var=False).pvalue for run in means]
    found = calibration.welch(calibration.session_means(cell, counts), arm)
    assert found.tolist() == pytest.approx(expected)
    teams, of_arm = calibration.team_means(cell, counts)
    assert teams.shape == (2, 11) and of_arm.sum() == 3
    rows = [i for i, team in enumerate(cell.roster.teams) if team == "S0|I0"]
    pooled = counts[:, rows].sum(axis=1)
    assert teams[:, 0].tolist() == pytest.approx(((pooled @ SCORES) / pooled.sum(axis=1)).tolist())


def test_welch_of_arms_that_do_not_vary_finds_nothing() -> None:
    assert calibration.welch(np.ones((1, 6)), np.arange(6) < 3).tolist() == [1.0]


def test_coverage_counts_the_intervals_that_hold_the_truth() -> None:
    intervals = np.array([[-1.0, 1.0], [0.2, 0.4], [-np.inf, np.inf], [-0.5, 0.0]])
    assert calibration.coverage(intervals, 0.0) == 0.75
    assert calibration.coverage(intervals, 0.3) == 0.75


@pytest.mark.parametrize(
    ("covered", "kept"),
    [
        ((0.95, 0.95), True),
        ((0.935, 0.97), True),
        ((0.93, 0.95), False),
        ((0.975, 0.95), False),
        ((0.95, 0.92), False),
        ((0.95, 0.98), False),
    ],
)
def test_the_promise(covered: tuple[float, float], kept: bool) -> None:
    found = calibration.Outcome("cell", covered, 0.5, 1.0, 0.2, 0.1, 0.1)
    assert found.kept is kept
    assert ("!" in found.line()) is not kept
    assert found.false == pytest.approx(1 - covered[0])


def test_the_grid_is_whole() -> None:
    cells = dict(calibration.cells())
    assert len(cells) == 2 * 3 * 3 * 3 * 2
    sizes = {(int((~cell.roster.in_arm).sum()), int(cell.roster.in_arm.sum())) for cell in cells.values()}
    assert sizes == {(30, 8), (12, 4)}
    assert {(cell.session_sd, cell.trainer_sd) for cell in cells.values()} == {
        (session, trainer) for session in (0, 0.4, 0.8) for trainer in (0, 0.4, 0.8)
    }


def test_a_study_of_one_cell_is_repeatable() -> None:
    name, cell = next(iter(calibration.cells()))
    one, two = (calibration.study((name, cell, 20, 5)) for _ in range(2))
    assert one == two
    assert 0 <= one.power <= 1 and one.width > 0
