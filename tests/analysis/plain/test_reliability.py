"""Alpha against R, and the laws it obeys."""

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
)

from .data import result, same, table


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


def test_reasons() -> None:
    few = cronbach_alpha(simulated(49, 1))
    assert (few.alpha, few.n, few.reason) == (None, 49, "too_few_respondents")
    assert cronbach_alpha(simulated(50, 1)).reason is None
    assert cronbach_alpha(simulated(60, 1)[["a"]]).reason == "too_few_items"
    assert cronbach_alpha(simulated(60, 1) * 0).reason == "no_spread"
    assert cronbach_alpha(simulated(60, 1).iloc[:0]).reason == "too_few_respondents"
