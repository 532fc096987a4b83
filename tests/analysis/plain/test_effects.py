"""Superiority, Cliff's delta, Brunner-Munzel and the clustered rank test, against R."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qualitycycle.analysis.effects import (
    brunner_munzel,
    cliffs_delta,
    clustered_rank_test,
    clustered_superiority,
    superiority,
    superiority_from_counts,
)

from .data import P_TIGHT, insteval, result, same, table, wine

answers = st.lists(st.integers(1, 5), min_size=2, max_size=30)


def wine_samples(column: str, first: str, second: str) -> tuple[Any, Any]:
    frame = wine()
    return frame["rating"][frame[column] == first], frame["rating"][frame[column] == second]


@pytest.mark.parametrize(
    ("case", "samples"),
    [
        ("brunner_munzel_wine_temp", ("temp", "cold", "warm")),
        ("brunner_munzel_wine_contact", ("contact", "no", "yes")),
    ],
)
def test_brunner_munzel_and_intervals_equal_r(case: str, samples: tuple[str, str, str]) -> None:
    r, (x, y) = result(case), wine_samples(*samples)
    found = brunner_munzel(x, y)
    same(found.statistic, r["statistic"])
    same(found.df, r["df"])
    same(found.p, r["p_two_sided"], P_TIGHT)
    same(found.p_y_higher, r["p_greater"], P_TIGHT)
    same(found.p_x_higher, r["p_less"], P_TIGHT)
    same(found.superiority, r["prob_x_less_y_plus_half_ties"])
    for scale, reference, name in (
        ("plain", "t", "ci95_t"),
        ("plain", "normal", "ci95_normal"),
        ("logit", "t", "ci95_logit_t"),
        ("logit", "normal", "ci95_logit_normal"),
    ):
        s = superiority(x, y, scale=scale, reference=reference)  # type: ignore[arg-type]
        same([s.low, s.high], r[name])
        same(s.standard_error, r["std_error"])


def test_cliffs_delta_equals_r() -> None:
    r, (x, y) = result("cliff_delta_wine_temp"), wine_samples("temp", "cold", "warm")
    found = cliffs_delta(x, y)
    same(found.estimate, r["delta"])
    same(found.variance_unbiased, r["var_unbiased"])
    same(found.variance_consistent, r["var_consistent"])
    same([found.low, found.high], r["ci95_feng_cliff_consistent_t"])
    normal = cliffs_delta(x, y, reference="normal")
    same([normal.low, normal.high], r["ci95_feng_cliff_consistent_normal"])
    unbiased = cliffs_delta(x, y, reference="normal", variance="unbiased")
    same([unbiased.low, unbiased.high], r["ci95_feng_cliff_unbiased_normal"])


@pytest.mark.corpus
@pytest.mark.parametrize("dept", [2, 5])
def test_two_departments_equal_r(corpus: Path, dept: int) -> None:
    frame, r = insteval(corpus, dept), result(f"two_sample_insteval_dept{dept}_service")
    x, y = (frame["y"][frame["service"] == service] for service in (0, 1))
    test, delta = brunner_munzel(x, y), cliffs_delta(x, y)
    same([test.statistic, test.df], [r["brunner_munzel"]["statistic"], r["brunner_munzel"]["df"]])
    same(test.p, r["brunner_munzel"]["p_two_sided"], P_TIGHT)
    same(delta.estimate, r["cliff"]["delta"])
    same([delta.low, delta.high], r["cliff"]["ci95_feng_cliff_consistent_t"])


def test_effectsize_looks_the_other_way() -> None:
    r, (x, y) = result("effectsize_wine_temp"), wine_samples("temp", "cold", "warm")
    same(superiority(y, x).estimate, r["p"]["p_superiority"])
    same(cliffs_delta(y, x).estimate, r["rb"]["r_rank_biserial"])


def check_clustered(case: str, values: Any, second: Any, clusters: Any) -> None:
    r = result(case)
    for null, key in (("pooled", "pooled_F"), ("cluster_mean", "cluster_mean_F")):
        found = clustered_rank_test(values, second, list(clusters), null=null)  # type: ignore[arg-type]
        same([found.statistic, found.expected], [r["S"], r["expected"]])
        same([found.variance, found.z], [r[key]["var"], r[key]["z"]])
        same(found.p, r[key]["p_two_sided"], P_TIGHT)
        assert (found.clusters, found.n) == (r["clusters"], r["n"])


def test_clustered_rank_wine() -> None:
    frame = wine()
    check_clustered("clustered_rank_wine_judge", frame["rating"], frame["temp"] == "warm", frame["judge"])


@pytest.mark.corpus
def test_clustered_rank_swmd(corpus: Path) -> None:
    frame = table(corpus, "swmd").dropna()
    check_clustered("clustered_rank_swmd_class", frame["Item1"], frame["Item2"] >= 4, frame["classId"])


@pytest.mark.corpus
def test_clustered_rank_insteval(corpus: Path) -> None:
    frame = insteval(corpus, 7)
    check_clustered("clustered_rank_insteval_dept7", frame["y"], frame["service"] == 1, frame["d"])


@settings(deadline=None)
@given(answers, answers)
def test_swapping_the_samples_mirrors(x: list[int], y: list[int]) -> None:
    one, other = superiority(x, y), superiority(y, x)
    assert one.reason == other.reason
    assert one.estimate is not None and other.estimate == pytest.approx(1 - one.estimate)
    assert cliffs_delta(x, y).estimate == pytest.approx(2 * one.estimate - 1)
    if one.low is not None:
        assert [one.low, one.high] == pytest.approx([1 - other.high, 1 - other.low])  # type: ignore[operator]
        assert 0 <= one.low <= one.estimate <= one.high <= 1  # type: ignore[operator]


@settings(deadline=None)
@given(answers, answers)
def test_only_the_order_of_the_scores_counts(x: list[int], y: list[int]) -> None:
    stretched = superiority([v**3 for v in x], [v**3 for v in y])
    plain = superiority(x, y)
    assert (stretched.estimate, stretched.low) == pytest.approx((plain.estimate, plain.low))


@settings(deadline=None)
@given(answers, answers)
def test_counts_give_the_same_as_answers(x: list[int], y: list[int]) -> None:
    a, b = superiority(x, y), superiority_from_counts(Counter(x), Counter(y))
    assert a.reason == b.reason
    assert (b.estimate, b.low, b.high, b.df) == pytest.approx((a.estimate, a.low, a.high, a.df))


@settings(deadline=None)
@given(answers, answers)
def test_brunner_munzel_equals_scipy(x: list[int], y: list[int]) -> None:
    found = brunner_munzel(x, y)
    if found.reason is None:
        other = stats.brunnermunzel(x, y)
        assert (found.statistic, found.p) == pytest.approx((other.statistic, other.pvalue))


@settings(deadline=None)
@given(answers, answers)
def test_every_answer_its_own_cluster_is_delong(x: list[int], y: list[int]) -> None:
    plain = superiority(x, y)
    own = clustered_superiority(x, y, [("x", i) for i in range(len(x))], [("y", i) for i in range(len(y))])
    assert own.reason == plain.reason
    assert (own.estimate, own.standard_error) == pytest.approx((plain.estimate, plain.standard_error))


def test_repeating_every_answer_within_its_cluster_adds_nothing() -> None:
    x, y = [1, 2, 2, 3, 4], [2, 3, 4, 4, 5]
    once = clustered_superiority(x, y, list("abcde"), list("fghij"))
    thrice = clustered_superiority(x * 3, y * 3, list("abcde") * 3, list("fghij") * 3)
    assert (thrice.estimate, thrice.low, thrice.high) == pytest.approx((once.estimate, once.low, once.high))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.integers(0, 6)), min_size=8, max_size=60))
def test_clustered_rank_test_mirrors_with_the_groups(rows: list[tuple[int, bool, int]]) -> None:
    values, second, clusters = (list(column) for column in zip(*rows, strict=True))
    one = clustered_rank_test(values, second, clusters)
    other = clustered_rank_test(values, [not s for s in second], clusters)
    assert one.reason == other.reason
    if one.z is not None and other.z is not None:
        assert (one.z, one.p) == pytest.approx((-other.z, other.p), abs=1e-9)


def test_what_cannot_be_said_is_a_reason() -> None:
    assert superiority([], [1, 2]).reason == "too_few"
    assert superiority([1], [2, 3]).estimate == 1.0
    apart = superiority([1, 1, 2], [4, 5, 5])
    assert (apart.estimate, apart.low, apart.reason) == (1.0, None, "no_spread")
    assert brunner_munzel([3, 3, 3], [3, 3]).reason == "no_spread"
    assert cliffs_delta([1, 1], [2, 2]).reason == "no_spread"
    assert clustered_rank_test([1, 2], [0, 1], ["a", "a"]).reason == "too_few"
    with pytest.raises(ValueError, match="missing"):
        superiority([1, np.nan], [2, 3])
