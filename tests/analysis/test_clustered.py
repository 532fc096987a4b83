"""Means of people in clusters, against R's clubSandwich, the t test, and the definitions."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qualitycycle.analysis.clustered import clustered_means, fieller
from qualitycycle.analysis.teams import arm_summary

Floats = npt.NDArray[np.float64]
SANDWICH = json.loads((Path(__file__).parent / "reference" / "clubsandwich.json").read_text(encoding="utf-8"))


def cr2(x: Floats, y: Floats, cluster: Floats) -> tuple[Floats, Floats, Floats]:
    """Coefficients, CR2 covariance and Satterthwaite df of any linear model, by its definition."""
    bread = np.linalg.inv(x.T @ x)
    hat = x @ bread @ x.T
    residual = y - hat @ y
    ids = [cluster == one for one in np.unique(cluster)]
    adjust = [_root_inverse(np.eye(int(at.sum())) - hat[np.ix_(at, at)]) for at in ids]
    scores = np.array([bread @ x[at].T @ a @ residual[at] for at, a in zip(ids, adjust, strict=True)])
    rest = np.eye(len(y)) - hat
    df = []
    for column in range(x.shape[1]):
        g = np.array([rest[at].T @ a @ x[at] @ bread[:, column] for at, a in zip(ids, adjust, strict=True)])
        product = g @ g.T
        df.append(np.trace(product) ** 2 / (product**2).sum())
    return bread @ x.T @ y, scores.T @ scores, np.array(df)


def _root_inverse(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors / np.sqrt(values)) @ vectors.T


@pytest.mark.corpus
def test_the_definition_is_that_of_clubsandwich(corpus: Path) -> None:
    frame = pd.read_csv(corpus / "reference" / "data" / "swmd.csv").dropna()
    x = np.column_stack([np.ones(len(frame)), frame["Item2"], frame["Item6"]]).astype(float)
    coefficients, covariance, df = cr2(x, frame["Item1"].to_numpy(float), frame["classId"].to_numpy(float))
    expected = SANDWICH["clubsandwich_swmd_class"]["result"]
    assert coefficients == pytest.approx(expected["beta"], rel=1e-9)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(expected["SE"], rel=1e-9)
    assert df == pytest.approx(expected["df_Satt"], rel=1e-9)


VALUES = st.lists(st.lists(st.integers(-4, 4), min_size=1, max_size=6), min_size=3, max_size=8)


@settings(deadline=None, max_examples=60)
@given(VALUES)
def test_the_mean_is_the_model_with_only_an_intercept(clusters: list[list[int]]) -> None:
    found = clustered_means([len(one) for one in clusters], [float(sum(one)) for one in clusters])
    y = np.concatenate([np.array(one, float) for one in clusters])
    labels = np.repeat(np.arange(len(clusters)), [len(one) for one in clusters]).astype(float)
    mean, covariance, df = cr2(np.ones((len(y), 1)), y, labels)
    assert found.means == pytest.approx(mean)
    if found.is_known:
        assert found.covariance == pytest.approx(covariance)
        assert found.df == pytest.approx(df[0])
    else:
        assert np.ptp([np.mean(one) for one in clusters]) == pytest.approx(0)


def test_equal_clusters_give_the_t_interval_of_their_means() -> None:
    means = np.array([0.2, 0.9, 0.4, 1.1, 0.7])
    found = clustered_means([6] * 5, 6 * means)
    expected = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert found.df == pytest.approx(4)
    assert found.ends() == pytest.approx((expected.low, expected.high))


def test_clusters_of_one_person_give_the_usual_interval() -> None:
    values = np.array([0.0, 1.0, 1.0, -1.0, 2.0, 0.0])
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert clustered_means([1] * 6, values).ends() == pytest.approx((expected.low, expected.high))


def test_one_large_cluster_leaves_few_degrees_of_freedom() -> None:
    assert clustered_means([40, 3, 3, 3, 3], [40.0, 1.0, 2.0, 4.0, 3.0]).df < 2.5


def test_clusters_that_share_a_trainer_widen_as_a_comparison_does() -> None:
    teams = ["a|c", "b|c", "d", "e"]
    means = [0.5, 0.9, 0.1, 0.4]
    sums = pd.DataFrame(
        {"session": list("1234"), "arm": "x", "team": teams, "n": 5, "total": [5 * m for m in means]}
    ).assign(total_sq=9.0)
    found = clustered_means([5] * 4, [5 * m for m in means], teams=teams)
    expected = arm_summary(sums, "x").mean
    assert found.ends() == pytest.approx((expected.low, expected.high))
    apart = clustered_means([5] * 4, [5 * m for m in means])
    assert found.covariance[0, 0] > 1.2 * apart.covariance[0, 0]


def test_one_cluster_or_no_difference_has_no_interval() -> None:
    for found in (clustered_means([9], [4.5]), clustered_means([9, 6], [4.5, 3.0])):
        assert not found.is_known
        assert (found.interval().estimate, found.interval().low) == (0.5, None)
        assert fieller(found, 0, 0).estimate is None
    with pytest.raises(ValueError, match="person"):
        clustered_means([0], [0.0])


def test_the_ends_of_a_ratio_are_where_it_can_just_be_true() -> None:
    rng = np.random.default_rng(4)
    totals = np.column_stack([rng.normal(1.0, 0.3, 9), rng.normal(0.6, 0.3, 9)]) * 8
    found = clustered_means([8] * 9, totals)
    ratio = fieller(found, 1, 0)
    t = stats.t.ppf(0.975, found.df)
    assert ratio.low is not None and ratio.high is not None and ratio.estimate is not None
    assert ratio.low < ratio.estimate < ratio.high
    for rho in (ratio.low, ratio.high):
        combined = clustered_means([8] * 9, totals[:, 1] - rho * totals[:, 0])
        assert abs(combined.means[0]) / math.sqrt(combined.covariance[0, 0]) == pytest.approx(t)


def test_a_ratio_to_what_may_be_nothing_is_not_given() -> None:
    found = clustered_means([8] * 4, [[8.0, 1.0], [-6.0, 2.0], [5.0, 3.0], [-4.0, 2.0]])
    assert fieller(found, 1, 0) == fieller(clustered_means([9], [[4.5, 1.0]]), 1, 0)


def test_a_ratio_to_what_is_certain_is_a_mean() -> None:
    totals: Any = [[8.0, 4.0], [8.0, 6.0], [8.0, 5.0]]
    found = clustered_means([8] * 3, totals)
    low, high = found.ends(1)
    assert [fieller(found, 1, 0).low, fieller(found, 1, 0).high] == pytest.approx([low, high])
