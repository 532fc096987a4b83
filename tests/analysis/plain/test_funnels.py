"""Funnel limits, exact and widened, against R, and the laws they obey."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.funnels import Funnel, funnel

from .data import P_TIGHT, result, same

CASES = ["funnel_insteval_dept5", "funnel_insteval_dept12", "funnel_nhs_accidents"]


def drawn(r: dict[str, Any], winsorise: float = 0.1) -> Funnel:
    return funnel(r["x"], r["n"], r["id"], winsorise=winsorise)


def outside(found: Funnel, **limits: bool) -> list[Any]:
    return [unit.unit for unit in found.units if unit.outside(**limits)]


@pytest.mark.parametrize("case", CASES)
def test_overdispersion_and_who_lies_outside_equal_r(case: str) -> None:
    r, found, whole = result(case), drawn(result(case)), drawn(result(case), winsorise=0)
    same(found.share, r["theta"])
    same([unit.z for unit in found.units], r["z"])
    spread = r["overdispersion"]
    same([found.phi, found.between], [spread["phi_winsorised10"], spread["tau2_winsorised10"]])
    same([whole.phi, whole.between], [spread["phi"], spread["tau2"]])
    assert outside(found) == spread["outside95"]
    assert outside(found, outer=True) == spread["outside998"]
    assert outside(found, overdispersed=False) == r["outside95_interpolated"]
    assert outside(found, outer=True, overdispersed=False) == r["outside998_interpolated"]


@pytest.mark.parametrize("case", ["funnel_insteval_dept5", "funnel_nhs_accidents"])
def test_exact_limits_and_probabilities_equal_r(case: str) -> None:
    r, found = result(case), drawn(result(case))
    for name, limits in (("95", [u.inner for u in found.units]), ("998", [u.outer for u in found.units])):
        lower = r["limits"][f"lower{name}"]["interpolated"]
        same([one.low for one in limits], [max(low, 0.0) for low in lower])
        same([one.high for one in limits], r["limits"][f"upper{name}"]["interpolated"])
    same([unit.p_low for unit in found.units], r["exact_p_low"], P_TIGHT)
    same([unit.p_high for unit in found.units], r["exact_p_high"], P_TIGHT)
    same([unit.mid_p for unit in found.units], r["mid_p_cdf"], P_TIGHT)


units = st.lists(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=15
)


@settings(deadline=None)
@given(units)
def test_failures_are_the_mirror_of_successes(pairs: list[tuple[int, int]]) -> None:
    x, n = (np.array(column) for column in zip(*pairs, strict=True))
    one, other = funnel(x, n), funnel(n - x, n)
    assert one.reason == other.reason
    assert (one.phi, one.between) == pytest.approx((other.phi, other.between))
    for a, b in zip(one.units, other.units, strict=True):
        assert (a.z, a.p_low) == pytest.approx((-b.z, b.p_high), abs=1e-9)
        assert 0 <= a.outer.low <= a.inner.low <= a.inner.high <= a.outer.high <= 1  # type: ignore[operator]


@settings(deadline=None)
@given(units, st.randoms())
def test_the_order_of_the_units_does_not_matter_and_is_kept(
    pairs: list[tuple[int, int]], random: Any
) -> None:
    names = list(range(len(pairs)))
    mixed = names.copy()
    random.shuffle(mixed)
    one = funnel(*zip(*pairs, strict=True), names)  # type: ignore[misc]
    other = funnel(*zip(*[pairs[i] for i in mixed], strict=True), mixed)  # type: ignore[misc]
    assert [unit.unit for unit in other.units] == (mixed if other.units else [])
    assert one.phi == pytest.approx(other.phi) if one.phi is not None else other.phi is None


def test_limits_narrow_with_the_number_and_widen_with_the_spread() -> None:
    found = drawn(result("funnel_insteval_dept5"))
    near, far = found.limits(20), found.limits(200)
    assert far.high - far.low < near.high - near.low  # type: ignore[operator]
    exact, wide = found.limits(100, overdispersed=False), found.limits(100)
    assert exact.low > wide.low and exact.high < wide.high  # type: ignore[operator]
    assert found.limits(1, 0.998).low == 0.0


def test_units_that_differ_by_chance_alone_need_no_wider_limits() -> None:
    rng = np.random.default_rng(11)
    phis, outer = [], 0
    for _ in range(200):
        n = rng.integers(5, 60, 40)
        found = funnel(rng.binomial(n, 0.7), n, winsorise=0)
        phis.append(found.phi)
        outer += sum(unit.outside(overdispersed=False) for unit in found.units)
    assert np.mean(phis) == pytest.approx(1, abs=0.05)  # type: ignore[arg-type]
    assert 0.03 < outer / (200 * 40) < 0.07


def test_what_cannot_be_said() -> None:
    assert funnel([], []).reason == "too_few"
    assert funnel([3], [9]).reason == "too_few"
    assert funnel([3, 4], [3, 4]).reason == "no_spread"
    assert not funnel([3, 4], [3, 4]).limits(10).is_known
    for wrong in (([5], [4]), ([1, 2], [4]), ([0], [0])):
        with pytest.raises(ValueError, match=r"total|length"):
            funnel(*wrong)
