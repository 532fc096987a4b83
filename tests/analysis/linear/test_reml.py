"""Variance components on sums: against closed forms, the density itself, and numerical derivatives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import linalg, stats

from qualitycycle.analysis.linear import small_sample
from qualitycycle.analysis.linear.reml import Floats, Units, derivatives, fit, moments, solve
from tests.analysis.linear.cases import answers, collapsed, one_way

WITHIN = np.array([-1.0, 0.0, 1.0, 0.5, -0.5])
GROUPS = np.array([7.0, 8.1, 6.6, 7.9, 6.1, 5.4, 7.2, 6.3])


def density(frame: pd.DataFrame, variances: Floats) -> float:
    """The restricted log-likelihood of the answers themselves: the density of contrasts free of X."""
    y = frame["mark"].to_numpy()
    x = np.column_stack([np.ones(len(y)), (frame["arm"] == "b").to_numpy(dtype=float)])
    sessions = pd.get_dummies(frame["session"]).to_numpy(dtype=float)
    named = [pd.get_dummies(frame[column]) for column in ("first", "second")]
    members = named[0].add(named[1], fill_value=0).to_numpy(dtype=float)
    trainers = members / members.sum(axis=1, keepdims=True)
    v = variances[0] * np.eye(len(y)) + variances[1] * trainers @ trainers.T
    v += variances[2] * sessions @ sessions.T
    free = linalg.null_space(x.T)
    value = stats.multivariate_normal(cov=free.T @ v @ free).logpdf(free.T @ y)
    return float(value - np.linalg.slogdet(x.T @ x)[1] / 2)


@pytest.mark.parametrize("variances", [(1.0, 0.3, 0.2), (0.5, 0.0, 1.0), (2.0, 1.0, 0.0)])
def test_the_value_is_the_density_of_the_answers(variances: tuple[float, ...]) -> None:
    frame = answers(3, sessions=6, trainers=3)
    solved = solve(collapsed(frame).dense(), np.array(variances))
    assert solved is not None
    assert solved.value == pytest.approx(density(frame, np.array(variances)), rel=1e-10)


def test_gradient_and_curvature_are_the_derivatives_of_the_value() -> None:
    units, at, step = collapsed(answers(4)).dense(), np.array([1.2, 0.4, 0.3]), 1e-4

    def value(variances: Floats) -> float:
        solved = solve(units, variances)
        assert solved is not None
        return solved.value

    def slope(variances: Floats) -> Floats:
        solved = solve(units, variances)
        assert solved is not None
        return derivatives(units, solved)[0]

    moves = step * np.eye(3)
    gradient = [(value(at + move) - value(at - move)) / (2 * step) for move in moves]
    hessian = [(slope(at + move) - slope(at - move)) / (2 * step) for move in moves]
    solved = solve(units, at)
    assert solved is not None
    found, _, curvature = derivatives(units, solved)
    np.testing.assert_allclose(found, gradient, rtol=1e-6)
    np.testing.assert_allclose(curvature, -np.array(hessian), rtol=1e-5, atol=1e-6)


def test_information_is_the_average_curvature() -> None:
    """Over answers drawn from the model, within four standard errors."""
    rng = np.random.default_rng(5)
    units, at = collapsed(answers(4)).dense(), np.array([1.0, 0.5, 0.4])
    solved = solve(units, at)
    assert solved is not None
    v = np.diag(at[0] / units.n) + sum(s * z @ z.T for s, z in zip(at[1:], units.loads, strict=True))
    root = np.linalg.cholesky(v)
    drawn = []
    for _ in range(400):
        mean, within = root @ rng.normal(size=len(v)), float(at[0] * rng.chisquare(units.spare))
        new = replace(units, mean=mean, within=within)
        there = solve(new, at)
        assert there is not None
        drawn.append(derivatives(new, there)[2])
    errors = np.std(drawn, axis=0) / 20
    assert (np.abs(np.mean(drawn, axis=0) - derivatives(units, solved)[1]) < 4 * errors).all()


def test_balanced_groups_give_the_analysis_of_variance() -> None:
    units = one_way(GROUPS, WITHIN)
    found = fit(units)
    arms = GROUPS.reshape(2, 4)
    between = 5 * float(arms.var(axis=1, ddof=1).mean())
    within = float(WITHIN @ WITHIN) / 4
    assert found.solved.variances == pytest.approx([within, (between - within) / 5], rel=1e-8)
    assert found.coefficients == pytest.approx([arms[0].mean(), arms[1].mean() - arms[0].mean()])
    assert found.converged


def test_balanced_groups_give_the_t_test_of_their_means() -> None:
    contrast = small_sample.adjust(fit(one_way(GROUPS, WITHIN))).contrast(np.array([0.0, 1.0]))
    exact = stats.ttest_ind(GROUPS[4:], GROUPS[:4])
    assert contrast.interval() == pytest.approx(tuple(exact.confidence_interval()), rel=1e-7)
    assert contrast.interval(0.9) == pytest.approx(tuple(exact.confidence_interval(0.9)), rel=1e-7)
    assert contrast.p == pytest.approx(exact.pvalue, rel=1e-7)
    assert contrast.df == pytest.approx(6, rel=1e-7)


def test_groups_that_are_more_alike_than_chance_have_variance_0() -> None:
    units = one_way(7 + GROUPS / 100, WITHIN)
    found = fit(units)
    assert found.solved.variances[1] == 0 and found.converged
    assert derivatives(units, found.solved)[0][1] < 0
    total = 5 * float((units.mean.reshape(2, 4).var(axis=1) * 4).sum()) + units.within
    assert found.solved.variances[0] == pytest.approx(total / (40 - 2))


@pytest.mark.parametrize("seed", range(12))
def test_no_other_variances_are_better(seed: int) -> None:
    units = collapsed(answers(seed, spread=[0.0, 0.4, 1.0][seed % 3])).dense()
    found = fit(units)
    assert found.converged
    rng = np.random.default_rng(seed)
    for scale in (1e-3, 0.03, 0.3, 3.0):
        for _ in range(10):
            other = solve(
                units, np.maximum(found.solved.variances + scale * rng.normal(size=3), [1e-3, 0, 0])
            )
            assert other is not None and other.value <= found.solved.value + 1e-9


def test_trainers_that_the_design_names_have_no_variance_and_do_not_run_away() -> None:
    """One trainer per partnership, with the partnerships in the model: this once gave 1e15."""
    rng = np.random.default_rng(0)
    partnership = np.kron(np.ones((6, 1)), np.eye(4))
    arm = np.repeat([0.0, 1.0], 12)[:, None]
    for _ in range(20):
        mean = rng.normal(size=24) + partnership @ np.array([0.0, 0.3, 0.6, 0.9])
        loads = (partnership, np.eye(24))
        units = Units(np.full(24, 10.0), mean, 216.0, np.hstack([partnership, arm]), loads)
        found = fit(units)
        alone = fit(replace(units, loads=(np.eye(24),)))
        assert found.solved.variances[1] == 0
        assert found.solved.variances[[0, 2]] == pytest.approx(alone.solved.variances, rel=1e-6)
        row = np.array([0, 0, 0, 0, 1.0])
        one, two = (small_sample.adjust(each).contrast(row) for each in (found, alone))
        assert (one.estimate, one.se, one.df) == pytest.approx((two.estimate, two.se, two.df), rel=1e-6)


def test_what_cannot_be_fitted() -> None:
    units = one_way(GROUPS, WITHIN)
    with pytest.raises(ValueError, match="nothing varies"):
        fit(replace(units, mean=np.full(8, 7.0), within=0.0))
    with pytest.raises(ValueError):
        fit(replace(units, design=np.ones((8, 2))))
    with pytest.raises(ValueError):
        fit(Units(np.ones(2), np.array([1.0, 2.0]), 0.0, np.eye(2), (np.eye(2),)))


def test_rounding_never_gives_a_negative_sum_of_squares() -> None:
    n, mean, within = moments([(3, 0.3, 0.03), (2, 10.0, 50.0)])
    assert (n.tolist(), mean.tolist()) == ([3, 2], pytest.approx([0.1, 5.0]))
    assert within >= 0
    assert moments([(3, 6.0, 14.0)])[2] == pytest.approx(2.0)
