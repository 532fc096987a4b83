"""Contrasts with few groups: exact cases, what is left out, and the promise in a quick simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from benchmarks import calibration
from qualitycycle.analysis.linear.reml import Floats, Restricted, fit
from qualitycycle.analysis.linear.small_sample import SURE, Contrast, adjust
from qualitycycle.simulate.cell import Cell, roster
from tests.analysis.linear.cases import answers, collapsed, one_way

RUNS = 600
NOISE = 3 * (0.05 * 0.95 / RUNS) ** 0.5
"""Three standard errors of a share of 5 % in so many runs."""


def test_an_interval_is_a_t_interval_and_p_belongs_to_it() -> None:
    found = Contrast(1.0, 0.4, 7.0)
    assert found.interval() == pytest.approx(stats.t.interval(0.95, 7, 1.0, 0.4))
    assert found.interval(0.9) == pytest.approx(stats.t.interval(0.9, 7, 1.0, 0.4))
    assert 0 in np.round(Contrast(1.0, 0.4, 7.0).interval(1 - found.p), 9)
    assert np.isnan(Contrast(0.0, 0.0, 7.0).p)


def test_without_groups_it_is_least_squares() -> None:
    frame = answers(1)
    units = replace(collapsed(frame).dense(), loads=())
    found = adjust(fit(units)).contrast(np.array([0.0, 1.0]))
    arm = (frame["arm"] == "b").to_numpy(dtype=float)
    plain = sm.OLS(frame["mark"].to_numpy(), sm.add_constant(arm)).fit()
    assert found.estimate == pytest.approx(plain.params[1])
    assert found.se == pytest.approx(plain.bse[1])
    assert found.df == pytest.approx(plain.df_resid)
    assert found.p == pytest.approx(plain.pvalues[1], rel=1e-6)


def test_paired_sessions_give_the_paired_t_test() -> None:
    """Trainers with one session in each arm and as many answers in all: everybody his own control."""
    rng = np.random.default_rng(3)
    trainers = np.kron(np.ones((2, 1)), np.eye(9))
    mean = trainers @ rng.normal(size=9) + rng.normal(size=18)
    design = np.column_stack([np.ones(18), np.repeat([0.0, 1.0], 9)])
    units = replace(one_way(mean, np.array([0.3, -0.3])), design=design, loads=(trainers, np.eye(18)))
    fitted = fit(units)
    assert (fitted.solved.variances > 0).all()
    found = adjust(fitted, negligible=-1).contrast(np.array([0.0, 1.0]))
    exact = stats.ttest_rel(mean[9:], mean[:9])
    assert found.interval() == pytest.approx(tuple(exact.confidence_interval()), rel=1e-6)
    assert found.df == pytest.approx(8, rel=1e-6)


def test_sessions_that_each_agree_are_as_many_answers() -> None:
    """Nothing varies within: the t test of session means. This once had endless degrees of freedom."""
    groups = np.array([7.0, 8.0, 6.0, 9.0, 5.0, 6.0, 7.0, 4.0])
    found = adjust(fit(one_way(groups, np.zeros(5)))).contrast(np.array([0.0, 1.0]))
    exact = stats.ttest_ind(groups[4:], groups[:4])
    assert found.interval() == pytest.approx(tuple(exact.confidence_interval()), rel=1e-6)


def test_the_scale_of_the_answers_does_not_matter() -> None:
    groups, within = np.array([7.0, 8.1, 6.6, 7.9, 6.1, 5.4, 7.2, 6.3]), np.array([-1.0, 1.0, 0.5, -0.5])
    plain = adjust(fit(one_way(groups, within))).contrast(np.array([0.0, 1.0]))
    for factor in (1e-4, 1e4):
        found = adjust(fit(one_way(factor * groups, factor * within))).contrast(np.array([0.0, 1.0]))
        assert found.se == pytest.approx(factor * plain.se, rel=1e-6)
        assert found.df == pytest.approx(plain.df, rel=1e-6)


def written_out(frame: pd.DataFrame, variances: Floats) -> tuple[Floats, float]:
    """Kenward and Roger (1997) on answers: adjusted covariance, and df of the second coefficient."""
    x = np.column_stack([np.ones(len(frame)), (frame["arm"] == "b").to_numpy(dtype=float)])
    sessions = pd.get_dummies(frame["session"]).to_numpy(dtype=float)
    parts = [np.eye(len(frame)), sessions @ sessions.T]
    v = np.linalg.inv(sum(s * part for s, part in zip(variances, parts, strict=True)))
    phi = np.linalg.inv(x.T @ v @ x)
    p = v - v @ x @ phi @ x.T @ v
    w = 2 * np.linalg.inv([[np.trace(p @ one @ p @ two) for two in parts] for one in parts])
    first = [-x.T @ v @ part @ v @ x for part in parts]
    more = [
        w[i, j] * (x.T @ v @ one @ v @ two @ v @ x - first[i] @ phi @ first[j])
        for i, one in enumerate(parts)
        for j, two in enumerate(parts)
    ]
    slope = np.array([(phi @ part @ phi)[1, 1] for part in first])
    return phi + 2 * phi @ sum(more) @ phi, float(2 * phi[1, 1] ** 2 / (slope @ w @ slope))


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_it_is_the_adjustment_of_the_paper_on_single_answers(seed: int) -> None:
    frame = answers(seed)
    fitted = fit(collapsed(frame, "mark ~ arm + (1 | session)").dense())
    found = adjust(fitted, negligible=-1)
    covariance, df = written_out(frame, fitted.solved.variances)
    np.testing.assert_allclose(found.covariance, covariance, rtol=1e-8)
    assert found.contrast(np.array([0.0, 1.0])).df == pytest.approx(df, rel=1e-8)
    assert covariance[1, 1] > 1.001 * found.plain[1, 1]


def test_the_adjustment_only_widens() -> None:
    for seed in range(10):
        fitted = fit(collapsed(answers(seed)).dense())
        found = adjust(fitted, negligible=-1)
        assert (np.linalg.eigvalsh(found.covariance - found.plain) > -1e-12).all()


def small(seed: int) -> Restricted:
    return fit(collapsed(answers(seed, spread=0.2)).dense())


def test_a_negligible_variance_is_taken_as_known() -> None:
    """Left out of what is uncertain: as if the term were not there, though it stays in the model."""
    row, seen = np.array([0.0, 1.0]), 0
    for seed in range(40):
        fitted = small(seed)
        if not (fitted.solved.variances[1:] == 0).all():
            continue
        seen += 1
        bare = fit(replace(fitted.units, loads=()))
        found, plain = adjust(fitted).contrast(row), adjust(bare).contrast(row)
        assert (found.se, found.df) == pytest.approx((plain.se, plain.df), rel=1e-6)
        assert adjust(fitted, negligible=-1).contrast(row).df < found.df
    assert seen > 2


def test_negligible_is_measured_in_standard_errors() -> None:
    fitted = fit(collapsed(answers(2), "mark ~ arm + (1 | session)").dense())
    error = float(np.linalg.inv(fitted.information)[1, 1]) ** 0.5
    ratio, row = float(fitted.solved.variances[1]) / error, np.array([0.0, 1.0])
    under, over, none = (
        adjust(fitted, negligible=bound).contrast(row) for bound in (0.99 * ratio, 1.01 * ratio, -1)
    )
    assert (under.se, under.df) == (none.se, none.df)
    assert over.df > 2 * under.df
    assert adjust(fitted, negligible=1e9).contrast(row).df < SURE


def test_no_slope_is_endless_degrees_of_freedom() -> None:
    fitted = small(0)
    nothing = adjust(fitted).contrast(np.zeros(2))
    assert (nothing.estimate, nothing.se, nothing.df) == (0, 0, SURE)


def rates(cell: Cell, seed: int) -> tuple[float, float, float]:
    """False positives without a difference, coverage with one, and Mann-Whitney's false positives."""
    rng = np.random.default_rng(seed)
    nothing = cell.draw(rng, cell.effect(0.0), RUNS)
    null = calibration.mixed(cell, nothing)
    found = calibration.mixed(cell, cell.draw(rng, cell.effect(-0.3), RUNS))
    naive: Floats = calibration.mann_whitney(cell, nothing)
    return (
        1 - calibration.coverage(null, 0.0),
        calibration.coverage(found, -0.3),
        float((naive <= 0.05).mean()),
    )


def test_few_teams_keep_the_promise_where_answers_taken_alone_do_not() -> None:
    """12 v 4 sessions of 8 v 3 teams: 3.0-6.5 % false positives, 93-97 % coverage, up to noise."""
    false, covered, naive = rates(Cell(roster((8, 12), (3, 4), "none"), 0.4, 0.4), seed=11)
    assert calibration.LEAST - NOISE < false < calibration.LEVEL + NOISE
    assert 0.93 - NOISE < covered < 0.97 + NOISE
    assert naive > false + 2 * NOISE


def test_trainers_in_both_arms_keep_the_promise() -> None:
    false, covered, _ = rates(Cell(roster((8, 12), (3, 4), "all"), 0.4, 0.4), seed=12)
    assert calibration.LEAST - NOISE < false < calibration.LEVEL + NOISE
    assert 0.93 - NOISE < covered < 0.97 + NOISE
