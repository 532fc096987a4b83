"""Each rule on the smallest series that meets it, and on the one that just does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.charts.signals import RULES, Rule, signals

FLIP = [0.5, -0.5, 0.5, -0.5, 0.5, -0.5, 0.5]
"""Seven ordinary values: no rule sees anything in them."""

CASES: list[tuple[Rule, list[float], list[tuple[str, tuple[int, ...]]]]] = [
    ("beyond", [0.0, 3.0001, 0.0], [("high", (1,))]),
    ("beyond", [0.0, 3.0, 0.0], []),
    ("beyond", [-3.0001, 1.0, 3.2], [("low", (0,)), ("high", (2,))]),
    ("beyond", [0.0, -3.0], []),
    ("shift", [0.1, 0.3, 0.2, 0.3, 0.1, 0.3, 0.2], [("high", tuple(range(7)))]),
    ("shift", [0.1, 0.3, 0.2, 0.3, 0.1, 0.3], []),
    ("shift", [0.1, 0.3, 0.2, 0.0, 0.1, 0.3, 0.2, 0.1], []),
    ("shift", [0.4, *[-0.1, -0.3, -0.2, -0.3] * 2, 0.4], [("low", tuple(range(1, 9)))]),
    ("trend", [-0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6], [("high", tuple(range(7)))]),
    ("trend", [-0.4, -0.2, 0.0, 0.2, 0.4, 0.6], []),
    ("trend", [-0.6, -0.4, -0.2, -0.2, 0.2, 0.4, 0.6], []),
    ("trend", [0.9, *[0.8, 0.6, 0.4, 0.2, -0.2, -0.4, -0.6]], [("low", tuple(range(8)))]),
    ("near", [2.1, 0.1, 2.5], [("high", (0, 2))]),
    ("near", [2.0, 0.1, 2.5], []),
    ("near", [2.1, -0.1, 2.5], []),
    ("near", [2.1, 0.1, 0.1, 2.5], []),
    ("near", [2.1, 0.1, 3.5], []),
    ("near", [2.1, 0.1, 3.0], [("high", (0, 2))]),
    ("near", [-2.1, -2.2, -0.1, -0.2, -2.3, -2.4], [("low", (0, 1)), ("low", (4, 5))]),
    ("near", [2.1, 2.2, 2.3, 2.4], [("high", (0, 1, 2, 3))]),
    ("near", [2.1, 2.2], []),
]


@pytest.mark.parametrize(("rule", "z", "expected"), CASES)
def test_just_and_just_not(rule: Rule, z: list[float], expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(one.side, one.points) for one in signals(z, rules=[rule])] == expected


def test_ordinary_variation_has_no_signal() -> None:
    assert signals(FLIP) == []
    assert signals([]) == []


def test_run_rules_look_at_what_is_left() -> None:
    """A row of high values that is the trainer's own: outside the limits is still outside."""
    own = [0.5] * 7 + [3.5]
    assert [one.rule for one in signals(own)] == ["beyond", "shift"]
    assert [one.rule for one in signals(own, runs=[0.1, -0.1] * 4)] == ["beyond"]
    assert [one.rule for one in signals(own, rules=["beyond"])] == ["beyond"]


VALUES = st.lists(st.floats(-4, 4, allow_nan=False), max_size=40)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_mirrored_values_mirror_the_signals(z: list[float]) -> None:
    turned = {"high": "low", "low": "high"}
    mirrored = [(one.rule, turned[one.side], one.points) for one in signals(-np.array(z))]
    assert sorted(mirrored) == sorted((one.rule, one.side, one.points) for one in signals(z))


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_the_rules_are_what_they_say(z: list[float]) -> None:
    """Against the definitions written out per point."""
    found = {rule: {i for one in signals(z, rules=[rule]) for i in one.points} for rule in RULES}
    k = len(z)
    runs = [range(i, i + 7) for i in range(k - 6)]
    assert found["beyond"] == {i for i in range(k) if abs(z[i]) > 3}
    assert found["shift"] == {
        i for run in runs for i in run if all(z[j] > 0 for j in run) or all(z[j] < 0 for j in run)
    }
    assert found["trend"] == {
        i for run in runs for i in run if rising(z, run) or rising([-value for value in z], run)
    }
    assert found["near"] == {
        i
        for sign in (1, -1)
        for three in (range(i, i + 3) for i in range(k - 2))
        if all(sign * z[j] > 0 for j in three) and sum(2 < sign * z[j] <= 3 for j in three) >= 2
        for i in three
        if 2 < sign * z[i] <= 3
    }


def rising(z: list[float], run: range) -> bool:
    return all(z[j] < z[j + 1] for j in run[:-1])
