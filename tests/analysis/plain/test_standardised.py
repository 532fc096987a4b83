"""Cohen's d and Hedges' g against R, and the laws they obey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.standardised import cohens_d

from .data import result, same, wine

samples = st.lists(st.integers(1, 5), min_size=2, max_size=20)


def test_d_and_g_equal_effectsize() -> None:
    r, frame = result("effectsize_wine_temp"), wine()
    cold, warm = (frame["rating"][frame["temp"] == temp] for temp in ("cold", "warm"))
    found = cohens_d(warm, cold)
    same([found.d.estimate, found.g.estimate], [r["d"]["Cohens_d"], r["g"]["Hedges_g"]])
    assert [found.d.low, found.d.high] == pytest.approx([r["d"]["CI_low"], r["d"]["CI_high"]], abs=1e-6)
    assert [found.g.low, found.g.high] == pytest.approx([r["g"]["CI_low"], r["g"]["CI_high"]], abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(samples, samples, st.floats(0.2, 5), st.floats(-3, 3))
def test_d_knows_neither_the_unit_nor_the_zero(x: list[int], y: list[int], unit: float, shift: float) -> None:
    one = cohens_d(x, y)
    other = cohens_d(shift + unit * np.array(x), shift + unit * np.array(y))
    swapped = cohens_d(y, x)
    assert one.reason == other.reason == swapped.reason
    if one.reason is None:
        assert (other.d.estimate, other.d.low) == pytest.approx((one.d.estimate, one.d.low), abs=1e-6)
        assert (swapped.d.estimate, swapped.d.low) == pytest.approx(
            (-one.d.estimate, -one.d.high),  # type: ignore[operator]
            abs=1e-6,
        )
        assert abs(one.g.estimate) <= abs(one.d.estimate)  # type: ignore[arg-type]


def test_the_interval_holds_the_truth_and_g_has_no_bias() -> None:
    rng, truth = np.random.default_rng(9), 0.8
    found = [cohens_d(rng.normal(size=6), truth + rng.normal(size=8)) for _ in range(600)]
    held = np.mean([one.d.low <= truth <= one.d.high for one in found])  # type: ignore[operator]
    assert 0.93 <= held <= 0.97
    assert np.mean([one.g.estimate for one in found]) == pytest.approx(truth, abs=0.06)  # type: ignore[arg-type]


def test_what_cannot_be_said() -> None:
    assert cohens_d([1], [1, 2]).reason == "too_few"
    assert cohens_d([2, 2], [3, 3]).reason == "no_spread"
    with pytest.raises(ValueError, match="missing"):
        cohens_d([1, np.nan], [2, 3])
