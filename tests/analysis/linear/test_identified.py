"""Which variances can be told: beside the design, the residual and the terms before."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse

from qualitycycle.analysis.linear.identified import identified
from qualitycycle.analysis.linear.reml import Floats, Units, derivatives, solve

MANY = np.full(8, 9.0)
ARMS = np.repeat(np.eye(2), 4, axis=0)
SESSIONS = np.eye(8)
PAIRS = np.kron(np.eye(4), np.ones((2, 1)))
HALVES = (np.kron(np.eye(4), np.ones((2, 1))) + np.roll(PAIRS, 1, axis=0)) / 2


def told(loads: list[Floats], n: Floats = MANY, design: Floats = ARMS) -> list[bool]:
    return identified(n, design, loads).tolist()


def test_nested_and_crossed_terms_are_told() -> None:
    assert told([PAIRS, SESSIONS]) == [True, True]
    assert told([PAIRS, HALVES, SESSIONS]) == [True, True, True]


def test_the_same_groups_again_are_not() -> None:
    assert told([PAIRS, PAIRS / 2]) == [True, False]
    assert told([SESSIONS, SESSIONS[:, ::-1]]) == [True, False]


def test_groups_that_the_design_names_are_not() -> None:
    assert told([ARMS, SESSIONS]) == [False, True]
    assert told([np.ones((8, 1))]) == [False]
    assert told([ARMS], design=np.ones((8, 1))) == [True]


def test_a_group_per_answer_is_the_residual() -> None:
    assert told([SESSIONS], n=np.ones(8)) == [False]
    assert told([SESSIONS], n=np.append(np.ones(7), 2.0)) == [True]
    assert told([PAIRS, SESSIONS], n=np.ones(8)) == [True, False]


def test_sparse_loads_say_the_same() -> None:
    for loads in ([PAIRS, SESSIONS], [PAIRS, PAIRS / 2], [ARMS, SESSIONS], [HALVES, ARMS, PAIRS]):
        dense = told(loads)
        assert identified(MANY, ARMS, [sparse.csr_array(load) for load in loads]).tolist() == dense


def test_what_is_told_is_what_the_information_matrix_can_be_inverted_for() -> None:
    """The rank of the expected information at any variances, by another way to it."""
    rng, seen = np.random.default_rng(1), set()
    bag = [PAIRS, HALVES, ARMS, SESSIONS, PAIRS @ ARMS[::2] / 3, (rng.random((8, 3)) < 0.5).astype(float)]
    for one, two in product(bag, repeat=2):
        for n in (MANY, np.ones(8), np.arange(1.0, 9.0)):
            units = Units(n, rng.normal(size=8), 1.0, ARMS, (one, two))
            solved = solve(units, np.array([1.0, 0.7, 1.8]))
            assert solved is not None
            information = derivatives(units, solved)[1]
            size = np.sqrt(np.maximum(np.diag(information), 1e-12))
            rank = np.linalg.matrix_rank(information / np.outer(size, size), tol=1e-7)
            assert rank == 1 + sum(told([one, two], n))
            seen.add(int(rank))
    assert seen == {1, 2, 3}


def test_no_answers_left_or_a_design_that_says_things_twice() -> None:
    with pytest.raises(ValueError):
        told([SESSIONS], design=np.column_stack([ARMS, np.ones(8)]))
    with pytest.raises(ValueError):
        identified(np.ones(2), np.eye(2), [np.eye(2)])
