"""Kruskal-Wallis with Dunn and Holm, Jonckheere-Terpstra and Friedman, against R."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qualitycycle.analysis.kgroups import friedman, jonckheere_terpstra, kruskal_wallis

from .data import P_TIGHT, insteval, result, same, wine

rows = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 4)), min_size=4, max_size=40)


def check_kruskal(r: dict[str, Any], values: Any, groups: Any) -> None:
    found = kruskal_wallis(values, list(groups))
    same(found.statistic, r["kruskal"]["statistic"])
    same(found.p, r["kruskal"]["p.value"], P_TIGHT)
    assert found.df == r["kruskal"]["parameter"]
    dunn = r["dunn"]
    assert [str(pair.a) for pair in found.pairs] == dunn["a"]
    assert [str(pair.b) for pair in found.pairs] == dunn["b"]
    same([pair.z for pair in found.pairs], dunn["z"])
    same([pair.p for pair in found.pairs], dunn["p"], P_TIGHT)
    same([pair.p_holm for pair in found.pairs], dunn["p_holm"], P_TIGHT)
    same({str(k): v for k, v in found.mean_ranks.items()}, dunn["mean_rank"])
    assert {str(k): v for k, v in found.sizes.items()} == dunn["n"]
    if "epsilon_squared" in r:
        same(found.epsilon_squared, r["epsilon_squared"])


def check_jonckheere(r: dict[str, Any], values: Any, groups: Any) -> None:
    found = jonckheere_terpstra(values, list(groups))
    same([found.statistic, found.expected, found.variance], [r["J"], r["mean"], r["var_ties"]])
    same(found.z, r["z"])
    same(found.p, r["p_two_sided"], P_TIGHT)
    same([found.p_increasing, found.p_decreasing], [r["p_increasing"], r["p_decreasing"]], P_TIGHT)


def test_kruskal_dunn_wine() -> None:
    check_kruskal(result("kruskal_dunn_wine_judge_friedman"), wine()["rating"], wine()["bottle"])


def judges_by_bottles() -> np.ndarray:
    return wine().pivot_table(index="judge", columns="bottle", values="rating", aggfunc="sum").to_numpy()


def test_friedman_of_wine_equals_r() -> None:
    r, found = result("kruskal_dunn_wine_judge_friedman"), friedman(judges_by_bottles())
    same(found.statistic, r["friedman"]["statistic"])
    same(found.p, r["friedman"]["p.value"], P_TIGHT)
    same(found.kendalls_w, r["kendall_W"])
    assert found.df == r["friedman"]["parameter"]


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 5), min_size=4, max_size=4), min_size=2, max_size=12),
    st.permutations([0, 1, 2, 3]),
)
def test_friedman_knows_only_the_order_within_a_person(rows: list[list[int]], order: list[int]) -> None:
    one = friedman(rows)
    moved = friedman([[10 * i + row[j] ** 3 for j in order] for i, row in enumerate(rows)])
    assert one.reason == moved.reason
    assert [one.mean_ranks[j] for j in order] == pytest.approx(list(moved.mean_ranks))
    if one.statistic is not None:
        assert one.statistic == pytest.approx(moved.statistic)
        assert 0 <= one.kendalls_w <= 1 + 1e-9  # type: ignore[operator]


def test_jonckheere_wine_equals_written_out_and_ksamples() -> None:
    r = result("jonckheere_ksamples_wine_bottle")
    check_jonckheere(r["jonckheere"], wine()["rating"], wine()["bottle"])
    found = jonckheere_terpstra(wine()["rating"], list(wine()["bottle"]))
    other = r["jt_kSamples"]
    same([found.statistic, found.expected], [other["test statistic"], other["mu"]])
    same(found.variance**0.5, other["sig"])


@pytest.mark.corpus
def test_insteval_dept7(corpus: Path) -> None:
    frame, r = insteval(corpus, 7), result("kruskal_dunn_insteval_dept7_lectage")
    check_kruskal(r, frame["y"], frame["lectage"])
    check_jonckheere(r["jonckheere"], frame["y"], frame["lectage"])


@pytest.mark.corpus
def test_insteval_dept5(corpus: Path) -> None:
    frame, r = insteval(corpus, 5), result("kruskal_dunn_jt_insteval_dept5_lectage")
    check_kruskal(r, frame["y"], frame["lectage"])
    check_jonckheere(r["jonckheere"], frame["y"], frame["lectage"])
    same(jonckheere_terpstra(frame["y"], list(frame["lectage"])).z, r["kendall_check"]["statistic"])


@settings(deadline=None)
@given(rows)
def test_reversing_the_order_mirrors_jonckheere(pairs: list[tuple[int, int]]) -> None:
    values, groups = (list(column) for column in zip(*pairs, strict=True))
    up = jonckheere_terpstra(values, groups, order=[1, 2, 3, 4])
    down = jonckheere_terpstra(values, groups, order=[4, 3, 2, 1])
    assert up.reason == down.reason
    assert up.statistic + down.statistic == pytest.approx(2 * up.expected)
    if up.z is not None and down.z is not None:
        assert (up.z, up.p) == pytest.approx((-down.z, down.p))


@settings(deadline=None)
@given(rows)
def test_two_groups_are_mann_whitney(pairs: list[tuple[int, int]]) -> None:
    values, groups = (list(column) for column in zip(*((v, g % 2) for v, g in pairs), strict=True))
    found, all_pairs = jonckheere_terpstra(values, groups), kruskal_wallis(values, groups)
    if found.reason is None:
        x, y = ([v for v, g in zip(values, groups, strict=True) if g == which] for which in (0, 1))
        r = stats.mannwhitneyu(y, x, method="asymptotic", use_continuity=False)
        assert (found.statistic, found.p) == pytest.approx((r.statistic, r.pvalue))
        assert all_pairs.pairs[0].p == pytest.approx(r.pvalue)
        assert all_pairs.p == pytest.approx(r.pvalue)


@settings(deadline=None)
@given(rows)
def test_kruskal_depends_on_the_order_of_scores_only(pairs: list[tuple[int, int]]) -> None:
    values, groups = (list(column) for column in zip(*pairs, strict=True))
    plain, cubed = kruskal_wallis(values, groups), kruskal_wallis([v**3 for v in values], groups)
    assert plain == cubed


def test_reasons() -> None:
    assert kruskal_wallis([1, 2, 3], ["a", "a", "a"]).reason == "too_few"
    assert kruskal_wallis([3, 3, 3], ["a", "b", "b"]).reason == "no_spread"
    assert jonckheere_terpstra([3, 3, 3], ["a", "b", "b"]).reason == "no_spread"
    assert jonckheere_terpstra([], []).reason == "too_few"
    assert friedman([[1, 2, 3]]).reason == "too_few"
    assert friedman([[2, 2, 2], [4, 4, 4]]).reason == "no_spread"
    assert friedman([[1, 2, 3], [1, 2, 3]]).kendalls_w == pytest.approx(1)
    with pytest.raises(ValueError, match="three questions"):
        friedman([[1, 2], [2, 1]])
    with pytest.raises(ValueError, match="order"):
        jonckheere_terpstra([1, 2], ["a", "c"], order=["a", "b"])
    with pytest.raises(ValueError, match="missing"):
        kruskal_wallis([1, np.nan], ["a", "b"])
