"""Alpha and ICC against R, and the laws they obey."""

from __future__ import annotations

from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.reliability import (
    Alpha,
    CrossProducts,
    alpha_over_groups,
    cronbach_alpha,
    cross_products,
    icc,
    icc_from_sums,
    mean_reliability,
    responses_needed,
)

from .data import P_TIGHT, insteval, result, same, table, wine


def scale(corpus: Path, case: str) -> pd.DataFrame:
    """The items of a bfi scale, reversed items turned round."""
    r = result(case)
    frame = table(corpus, "bfi")[r["items"]].copy()
    frame[r["reversed"]] = 7 - frame[r["reversed"]]
    return frame


def check_duhachek(found: Alpha, theirs: list[float]) -> None:
    """R's ends lie 1.96 standard errors away, ours the exact normal quantile."""
    assert found.alpha is not None and found.duhachek_low is not None and found.duhachek_high is not None
    exact = stats.norm.ppf(0.975) / 1.96
    middle, half = sum(theirs) / 2, (theirs[1] - theirs[0]) / 2
    same([found.duhachek_low, found.duhachek_high], [middle - exact * half, middle + exact * half])


def check_alpha(found: Alpha, r: dict[str, Any]) -> None:
    assert found.n == r["n"]
    same([found.alpha, found.standard_error], [r["total"]["raw_alpha"], r["total"]["ase"]])
    same([found.low, found.high], [r["feldt_ci95"]["lower"], r["feldt_ci95"]["upper"]])
    check_duhachek(found, r["duhachek_ci95"])
    same([i.alpha_if_dropped for i in found.items], r["alpha_if_dropped"]["raw_alpha"])
    same([i.item_rest for i in found.items], r["item_stats"]["r.drop"])
    assert [i.n for i in found.items] == r["item_stats"]["n"]
    assert [i.item for i in found.items] == r["item_stats"]["item"]


@pytest.mark.corpus
@pytest.mark.parametrize("case", ["alpha_bfi_agree", "alpha_bfi_conscientious", "alpha_bfi_extraversion"])
def test_alpha_of_bfi(corpus: Path, case: str) -> None:
    frame = scale(corpus, case)
    check_alpha(cronbach_alpha(frame), result(case)["complete"])
    check_alpha(cronbach_alpha(cross_products(frame)), result(case)["complete"])
    check_alpha(cronbach_alpha(frame, missing="pairwise"), result(case)["pairwise"])


@pytest.mark.corpus
def test_alpha_of_swmd_and_sasr(corpus: Path) -> None:
    check_alpha(cronbach_alpha(table(corpus, "swmd").iloc[:, 1:]), result("alpha_swmd"))
    block = table(corpus, "sasr")[[f"SASR{i}" for i in range(1, 11)]]
    check_alpha(cronbach_alpha(block, missing="pairwise"), result("alpha_sasr_block"))


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


def simulated(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(rows, 1))
    return pd.DataFrame(np.round(3 + common + rng.normal(size=(rows, 4))), columns=list("abcd"))


@settings(deadline=None)
@given(st.integers(0, 1000), st.floats(0.5, 4), st.floats(-3, 3))
def test_alpha_does_not_know_the_unit_or_the_order(seed: int, unit: float, shift: float) -> None:
    frame = simulated(60, seed)
    one = cronbach_alpha(frame)
    other = cronbach_alpha((shift + unit * frame)[list("dbca")])
    assert (other.alpha, other.low, other.standard_error) == pytest.approx(
        (one.alpha, one.low, one.standard_error)
    )
    assert one.low is not None and one.alpha is not None and one.high is not None
    assert one.low < one.alpha < one.high <= 1


def test_cross_products_add_up() -> None:
    one, two = simulated(40, 1), simulated(45, 2)
    together = cross_products(one) + cross_products(two)
    apart, whole = cronbach_alpha(together), cronbach_alpha(pd.concat([one, two]))
    assert apart.alpha == pytest.approx(whole.alpha)
    with pytest.raises(ValueError, match="items"):
        cross_products(one) + cross_products(one[["a", "b"]])


def in_sessions(rng: np.random.Generator, sessions: int, spread: float) -> list[CrossProducts]:
    """Ten people per session; sessions differ by ``spread``, also per item; true alpha is known."""
    session = spread * (rng.normal(size=(sessions, 1, 1)) + 0.5 * rng.normal(size=(sessions, 1, 4)))
    answers = session + rng.normal(size=(sessions, 10, 1)) + rng.normal(size=(sessions, 10, 4))
    return [cross_products(pd.DataFrame(one, columns=list("abcd"))) for one in answers]


@pytest.mark.parametrize(("sessions", "spread"), [(12, 0.0), (12, 1.0), (40, 1.0)])
def test_the_interval_over_sessions_covers_the_truth_where_feldt_does_not(
    sessions: int, spread: float
) -> None:
    rng, runs = np.random.default_rng(7), 300
    covariance = np.full((4, 4), spread**2 + 1) + np.eye(4) * (1 + 0.25 * spread**2)
    truth = 4 / 3 * (1 - np.trace(covariance) / covariance.sum())
    held = feldt = 0
    for _ in range(runs):
        parts = in_sessions(rng, sessions, spread)
        over, plain = alpha_over_groups(parts), cronbach_alpha(reduce(add, parts))
        held += over.low <= truth <= over.high  # type: ignore[operator]
        feldt += plain.low <= truth <= plain.high  # type: ignore[operator]
    assert 0.92 <= held / runs <= 0.98
    assert feldt / runs < 0.86 if spread else feldt / runs > 0.92


def test_the_interval_over_groups_needs_groups_and_spread() -> None:
    parts = in_sessions(np.random.default_rng(1), 3, 0.5)
    assert alpha_over_groups(parts).is_known
    assert alpha_over_groups(parts[:2]) == Interval()
    assert alpha_over_groups([*parts[:2], cross_products(simulated(0, 1))]) == Interval()
    same_answer = pd.DataFrame([[3, 3, 3, 3]] * 5, columns=list("abcd"))
    flat = cross_products(same_answer)
    assert alpha_over_groups([flat, flat, flat]) == Interval()
    doubled = cross_products(simulated(9, 1)[["a", "a", "a", "a"]].set_axis(list("abcd"), axis=1))
    assert alpha_over_groups([doubled, doubled, doubled]) == Interval(), "alpha is 1: no logarithm"


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
    few = cronbach_alpha(simulated(49, 1))
    assert (few.alpha, few.n, few.reason) == (None, 49, "too_few_respondents")
    assert cronbach_alpha(simulated(50, 1)).reason is None
    assert cronbach_alpha(simulated(60, 1)[["a"]]).reason == "too_few_items"
    assert cronbach_alpha(simulated(60, 1) * 0).reason == "no_spread"
    assert cronbach_alpha(simulated(60, 1).iloc[:0]).reason == "too_few_respondents"
    assert icc([1, 2] * 10, ["a", "b"] * 10).reason == "too_few_respondents"
    assert icc([1, 2] * 30, ["a"] * 60).reason == "too_few_groups"
    assert icc([3] * 60, ["a", "b"] * 30).reason == "no_spread"
    alike = icc([1, 2, 3] * 20, ["a"] * 30 + ["b"] * 30, minimum=10)
    assert (alike.icc1, alike.reason) == (None, "no_difference_between_groups")
