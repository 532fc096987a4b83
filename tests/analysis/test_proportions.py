"""Shares and their intervals, against R and against the founding report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qualitycycle.analysis.proportions import Interval, clopper_pearson, option_table, wilson

from .plain.data import result

REFERENCE = Path(__file__).parent / "reference"


def percents(interval: Interval) -> list[float]:
    return [round(100 * x, 1) for x in (interval.estimate, interval.low, interval.high) if x is not None]


def test_wilson_equals_r() -> None:
    r = json.loads((REFERENCE / "wilson.json").read_text())
    for x, n, lower, upper in zip(r["x"], r["n"], r["lower"], r["upper"], strict=True):
        found = wilson(x, n)
        assert found.estimate == x / n
        assert found.low == pytest.approx(lower, rel=1e-9)
        assert found.high == pytest.approx(upper, rel=1e-9)


def test_clopper_pearson_equals_r() -> None:
    r = result("proportion_ci_insteval_dept5_lecturer")
    found = [clopper_pearson(x, n) for x, n in zip(r["x"], r["n"], strict=True)]
    assert [one.low for one in found] == pytest.approx(r["clopper_pearson95"]["lower"], rel=1e-9)
    assert [one.high for one in found] == pytest.approx(r["clopper_pearson95"]["upper"], rel=1e-9)


def test_the_exact_interval_keeps_its_promise_for_every_share() -> None:
    n = 20
    ends = [clopper_pearson(k, n) for k in range(n + 1)]
    assert (ends[0].low, ends[-1].high) == (0, 1)
    for percent in range(1, 100):
        share = percent / 100
        held = sum(stats.binom.pmf(k, n, share) for k in range(n + 1) if ends[k].low <= share <= ends[k].high)
        assert held >= 0.95
    assert clopper_pearson(0, 0) == Interval()
    with pytest.raises(ValueError, match="between"):
        clopper_pearson(4, 3)


def test_founding_report_when_was_the_training() -> None:
    counts = {"not followed": 74, "under 3 years": 66, "3 to 5 years": 35, "over 5 years": 56}
    table = option_table(counts)
    assert table["denominator"].unique().tolist() == [231]
    shown = (100 * table[["share", "low", "high"]]).round(1).to_numpy().tolist()
    assert shown == [[32.0, 26.4, 38.3], [28.6, 23.1, 34.7], [15.2, 11.1, 20.3], [24.2, 19.2, 30.2]]
    assert table["share"].sum() == pytest.approx(1)


def test_founding_report_names_its_denominator() -> None:
    assert percents(wilson(56, 231))[0] == 24.2
    assert percents(wilson(56, 231 - 74))[0] == 35.7
    trained = option_table({"over 5 years": 56}, denominator=157)
    assert trained["denominator"].tolist() == [157]


def test_founding_report_anything_afterwards() -> None:
    table = option_table({"no": 196, "yes": 35})
    assert (100 * table["share"]).round(1).tolist() == [84.8, 15.2]
    assert percents(wilson(35, 231)) == [15.2, 11.1, 20.3]


def test_multi_choice_shares_are_of_respondents() -> None:
    table = option_table({"a": 8, "b": 6, "nobody": 0}, denominator=10)
    assert table["share"].tolist() == [0.8, 0.6, 0.0]
    assert table["low"].tolist()[2] == 0.0
    assert table["high"].tolist()[2] > 0.2


def test_empty_base_is_missing_not_zero() -> None:
    assert wilson(0, 0) == Interval()
    assert option_table({"a": 0})["share"].isna().all()
    assert len(option_table({})) == 0


@pytest.mark.parametrize(("k", "n"), [(3, 2), (-1, 2)])
def test_impossible_counts_are_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson(k, n)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_holds_its_estimate_and_mirrors(pair: tuple[int, int]) -> None:
    k, n = pair
    found, other, wider = wilson(k, n), wilson(n - k, n), wilson(k, n, 0.99)
    assert found.low is not None and found.high is not None and found.estimate is not None
    assert wider.low is not None and wider.high is not None and other.low is not None
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    assert found.high == pytest.approx(1 - other.low)
    assert wider.low <= found.low and found.high <= wider.high
