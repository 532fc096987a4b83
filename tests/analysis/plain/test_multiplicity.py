"""Adjusted p-values against R's p.adjust, and the laws they obey."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.multiplicity import METHODS, Method, adjusted

from .data import result, same

OURS = {"fdr": "BH", "fdr_any": "BY"}
p_values = st.lists(st.floats(0, 1), max_size=12)


def test_equals_r() -> None:
    r = result("p_adjust_vector")
    assert set(METHODS) == set(get_args(Method))
    for method in METHODS:
        same(adjusted(r["p"], method), r[OURS.get(method, method)])


def test_the_pairs_of_dunn_equal_r() -> None:
    r = result("kruskal_dunn_wine_judge_friedman")["dunn"]
    for method, name in (("holm", "p_holm"), ("fdr", "p_bh"), ("bonferroni", "p_bonferroni")):
        same(adjusted(r["p"], method), r[name])  # type: ignore[arg-type]


@settings(deadline=None, max_examples=40)
@given(p_values, st.sampled_from(list(METHODS)))
def test_adjusting_never_lowers_and_keeps_the_order(p: list[float], method: Method) -> None:
    found = adjusted(p, method)
    assert all(before <= after + 1e-12 and after <= 1 for before, after in zip(p, found, strict=True))
    assert adjusted(p[::-1], method) == pytest.approx(found[::-1])
    ranked = [after for _, after in sorted(zip(p, found, strict=True))]
    assert ranked == pytest.approx(sorted(ranked))


@settings(deadline=None, max_examples=40)
@given(p_values)
def test_holm_is_never_worse_than_bonferroni_nor_better_than_hommel(p: list[float]) -> None:
    rows = zip(*(adjusted(p, m) for m in ("hommel", "hochberg", "holm", "bonferroni")), strict=True)  # type: ignore[arg-type]
    for row in rows:
        assert all(a <= b + 1e-12 for a, b in pairwise(row))


def test_what_is_no_p_value_is_refused() -> None:
    assert adjusted([]) == []
    with pytest.raises(ValueError, match="between"):
        adjusted([0.1, 1.2])
