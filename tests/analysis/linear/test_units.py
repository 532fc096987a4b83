"""Frames become units: answers, weights and sums are the same, whatever their order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from qualitycycle.analysis.linear.units import Collapsed, collapse
from qualitycycle.analysis.ordinal.formula import parse
from qualitycycle.errors import QualityCycleError, Refused, UsageProblem
from tests.analysis.linear.cases import BOTH, answers, collapsed

SUMS = ("n", "total", "square")


def counted(frame: pd.DataFrame) -> pd.DataFrame:
    columns = ["session", "arm", "first", "second", "mark"]
    return frame.groupby(columns, dropna=False).size().rename("n").reset_index()


def summed(frame: pd.DataFrame) -> pd.DataFrame:
    plain = frame.assign(n=1, total=frame["mark"], square=frame["mark"] ** 2)
    columns = ["session", "arm", "first", "second"]
    return plain.groupby(columns, dropna=False)[list(SUMS)].sum().reset_index()


def same(one: Collapsed, two: Collapsed) -> None:
    for name in SUMS:
        assert getattr(one, name).tolist() == pytest.approx(getattr(two, name).tolist())
    assert one.matrix.names == two.matrix.names
    np.testing.assert_array_equal(one.matrix.values, two.matrix.values)
    for a, b in zip(one.dense().loads, two.dense().loads, strict=True):
        np.testing.assert_array_equal(a, b)


def test_answers_weights_and_sums_are_the_same_units() -> None:
    frame = answers(1)
    rows = collapsed(frame)
    same(rows, collapse(parse(BOTH), counted(frame), "n", None))
    same(rows, collapse(parse(BOTH), summed(frame), None, SUMS))
    same(rows, collapsed(frame.sample(frac=1, random_state=1)))
    assert len(rows.n) == frame["session"].nunique()
    assert rows.total.sum() == frame["mark"].sum()


def test_by_hand() -> None:
    frame = pd.DataFrame(
        {
            "y": [1.0, 3.0, 5.0, 2.0],
            "arm": ["a", "a", "b", "b"],
            "t1": ["x", "x", "y", "z"],
            "t2": ["y", "y", None, "x"],
        }
    )
    found = collapse(parse("y ~ arm + (1 | mm(t1, t2))"), frame, None, None)
    units = found.dense()
    assert units.n.tolist() == [2, 1, 1]
    assert units.mean.tolist() == [2, 2, 5]
    assert units.within == 2
    assert units.spare == 1
    assert found.groupings[0].levels == ("x", "y", "z")
    assert units.loads[0].tolist() == [[0.5, 0.5, 0], [0.5, 0, 0.5], [0, 1, 0]]
    assert units.design.tolist() == [[1, 0], [1, 1], [1, 1]]


def test_rows_with_a_missing_value_are_left_out_and_said() -> None:
    frame = answers(2)
    frame.loc[[0, 3], "mark"] = np.nan
    frame.loc[5, "session"] = None
    found = collapsed(frame)
    assert found.n.sum() == len(frame) - 3
    assert [(one.code, one.count) for one in found.findings] == [("ordinal.missing_rows", 3)]


def test_numbers_may_be_written_as_text() -> None:
    frame = answers(2)
    same(collapsed(frame), collapsed(frame.assign(mark=frame["mark"].astype(int).astype(str))))


def test_a_column_that_says_nothing_new_is_left_out_and_said() -> None:
    frame = answers(2).assign(arm2=lambda frame: frame["arm"])
    found = collapsed(frame, "mark ~ arm + arm2 + (1 | session)")
    assert found.matrix.names == ("(Intercept)", "armb")
    assert [one.code for one in found.findings] == ["ordinal.aliased"]


@pytest.mark.parametrize(
    ("change", "formula", "weights", "error", "code"),
    [
        ({}, "mark ~ arm + (1 | nobody)", None, UsageProblem, "ordinal.unknown_column"),
        ({}, "nothing ~ arm + (1 | session)", None, UsageProblem, "ordinal.unknown_column"),
        ({}, BOTH, "absent", UsageProblem, "ordinal.unknown_column"),
        ({"mark": "seven"}, BOTH, None, Refused, "linear.not_a_number"),
        ({"mark": np.inf}, BOTH, None, Refused, "linear.not_a_number"),
        ({"mark": np.nan}, BOTH, None, Refused, "linear.no_rows"),
        ({"n": 0}, BOTH, "n", Refused, "linear.no_rows"),
        ({"n": -1}, BOTH, "n", Refused, "ordinal.bad_weights"),
        ({"n": "many"}, BOTH, "n", Refused, "ordinal.bad_weights"),
    ],
)
def test_what_cannot_be_used_is_a_finding(
    change: dict[str, Any], formula: str, weights: str | None, error: type[QualityCycleError], code: str
) -> None:
    with pytest.raises(error) as caught:
        collapse(parse(formula), answers(0).assign(**change), weights, None)
    assert [one.code for one in caught.value.findings] == [code]


def test_sums_that_are_no_numbers_are_a_finding() -> None:
    frame = summed(answers(0))
    with pytest.raises(Refused, match=r"linear\.not_a_number total"):
        collapse(parse(BOTH), frame.assign(total="x"), None, SUMS)
    with pytest.raises(UsageProblem, match=r"ordinal\.unknown_column square"):
        collapse(parse(BOTH), frame.drop(columns="square"), None, SUMS)
