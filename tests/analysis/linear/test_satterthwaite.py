"""Satterthwaite's degrees of freedom from the curvature: exact where there is an exact answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualitycycle.analysis.linear import lmm, small_sample
from qualitycycle.analysis.linear.reml import fit
from tests.analysis.linear.cases import BOTH, answers, collapsed

GROUPS = np.array([7.0, 8.1, 6.6, 7.9, 6.1, 5.4, 7.2, 6.3])
WITHIN = np.array([-1.0, 0.0, 1.0, 0.5, -0.5])


def balanced(groups: np.ndarray) -> pd.DataFrame:
    """Eight groups of five answers, the first four in arm a."""
    group = np.repeat(np.arange(8), 5)
    return pd.DataFrame(
        {"y": (groups[:, None] + WITHIN).ravel(), "group": group, "arm": np.where(group < 4, "a", "b")}
    )


def test_balanced_groups_give_the_t_test_of_their_means() -> None:
    found = lmm("y ~ arm + (1 | group)", balanced(GROUPS)).contrast({"armb": 1.0}, "satterthwaite")
    exact = stats.ttest_ind(GROUPS[4:], GROUPS[:4])
    assert found.df == pytest.approx(6, rel=1e-4)
    assert found.interval() == pytest.approx(tuple(exact.confidence_interval()), rel=1e-4)


def test_a_variance_of_0_is_left_out() -> None:
    model = lmm("y ~ arm + (1 | group)", balanced(7 + GROUPS / 100))
    assert model.random_sd["group"] == 0
    assert model.contrast({"armb": 1.0}, "satterthwaite").df == pytest.approx(38, rel=1e-4)


def test_many_groups_need_no_adjustment() -> None:
    """Both ways meet, though one has the expected information and the other the curvature."""
    frame = answers(12, sessions=240, trainers=60)
    model = lmm(BOTH, frame)
    one, two = (model.contrast({"armb": 1.0}, method) for method in ("kenward-roger", "satterthwaite"))
    assert one.estimate == pytest.approx(two.estimate, abs=1e-6)
    assert one.se == pytest.approx(two.se, rel=0.01)
    assert one.df == pytest.approx(two.df, rel=0.1)


@pytest.mark.parametrize("seed", range(6))
def test_few_groups_lie_near_too(seed: int) -> None:
    frame = answers(seed, sessions=20, spread=1.0)
    found = lmm(BOTH, frame).contrast({"armb": 1.0}, "satterthwaite")
    dense = small_sample.adjust(fit(collapsed(frame).dense()), negligible=-1)
    expected = dense.contrast(np.array([0.0, 1.0]))
    plain = float(dense.plain[1, 1]) ** 0.5
    assert found.estimate == pytest.approx(expected.estimate, abs=1e-4)
    assert found.se == pytest.approx(plain, rel=1e-3)
    assert found.df == pytest.approx(expected.df, rel=0.5)


def test_a_sum_of_contrasts_is_their_combination() -> None:
    model = lmm(BOTH, answers(1))
    whole = model.contrast({"(Intercept)": 1.0, "armb": 1.0}, "satterthwaite")
    assert whole.estimate == pytest.approx(float(model.coefficients.sum()))
    assert whole.se == pytest.approx(float(model.covariance.to_numpy().sum()) ** 0.5, rel=1e-6)
