"""ICC against R, and the laws it obeys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.group_means import icc, icc_from_sums, mean_reliability, responses_needed

from .data import P_TIGHT, insteval, result, same, table, wine


def test_icc_of_wine_equals_psych() -> None:
    r = result("icc_wine_judges")
    found = icc(wine()["rating"], list(wine()["bottle"]))
    same([found.icc1, found.icc2], [r["ICC"][0], r["ICC"][3]])
    same([found.f, found.p], [r["F"][0], r["p"][0]], P_TIGHT)
    same([found.icc1_low, found.icc2_low], [r["lower bound"][0], r["lower bound"][3]])
    same([found.icc1_high, found.icc2_high], [r["upper bound"][0], r["upper bound"][3]])


def check_icc(r: dict[str, Any], values: Any, groups: Any) -> None:
    found = icc(values, list(groups))
    same([found.mean_square_between, found.mean_square_within, found.f], [r["MSB"], r["MSW"], r["F"]])
    same([found.icc1, found.icc2], [r["ICC1_n0"], r["ICC2_F"]])
    same(icc(values, list(groups), size="mean").icc1, r["ICC1_multilevel"])


@pytest.mark.corpus
def test_icc_of_swmd(corpus: Path) -> None:
    frame = table(corpus, "swmd").dropna()
    for item, r in result("icc_swmd_class").items():
        check_icc(r, frame[item], frame["classId"])


@pytest.mark.corpus
def test_icc_of_insteval(corpus: Path) -> None:
    frame, r = insteval(corpus, 7), result("icc1_icc2_insteval_dept7_lecturer")
    check_icc(r, frame["y"], frame["d"])
    found = icc(frame["y"], list(frame["d"]))
    same(found.size, r["n0"])
    assert found.groups == r["n_groups"]
    sizes = frame.groupby("d").size()
    theirs = r["lmer_reliability_of_group_mean"]
    same([mean_reliability(r["lmer_icc"], n) for n in sizes.sort_index()], theirs)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5)), min_size=12, max_size=60), st.integers(1, 4))
def test_icc_from_sums_equals_icc(pairs: list[tuple[int, int]], unit: int) -> None:
    values, groups = (np.array(column) for column in zip(*pairs, strict=True))
    one = icc(values * unit, groups.tolist(), minimum=0)
    n = np.bincount(groups)
    sums, squares = np.bincount(groups, values), np.bincount(groups, values**2)
    other = icc_from_sums(n, sums, squares, minimum=0)
    assert one.reason == other.reason
    assert (one.icc1, one.icc2) == pytest.approx((other.icc1, other.icc2), abs=1e-9)
    assert one.needed == other.needed


@settings(deadline=None)
@given(st.floats(0.001, 0.99), st.floats(0.1, 0.95))
def test_the_answers_needed_are_just_enough(icc1: float, target: float) -> None:
    needed = responses_needed(icc1, target)
    assert needed is not None
    assert mean_reliability(icc1, needed) >= target - 1e-8
    assert needed == 1 or mean_reliability(icc1, needed - 1) < target


def test_reasons() -> None:
    assert icc([1, 2] * 10, ["a", "b"] * 10).reason == "too_few_respondents"
    assert icc([1, 2] * 30, ["a"] * 60).reason == "too_few_groups"
    assert icc([3] * 60, ["a", "b"] * 30).reason == "no_spread"
    alike = icc([1, 2, 3] * 20, ["a"] * 30 + ["b"] * 30, minimum=10)
    assert (alike.icc1, alike.reason) == (None, "no_difference_between_groups")
