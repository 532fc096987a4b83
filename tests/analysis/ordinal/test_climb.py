"""The climber finds known tops, also with little or wrong knowledge of the curvature."""

from __future__ import annotations

import numpy as np
import pytest

from qualitycycle.analysis.ordinal.climb import Point, climb, differenced

MATRIX = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.7], [0.5, -0.7, 2.0]])
TOP = np.array([1.0, -2.0, 0.5])
FREE = np.full(3, np.inf)


def bowl(information: np.ndarray):
    """``-q - q^2 / 8`` with q half the quadratic form around TOP, told with ``information``."""

    def point(at: np.ndarray) -> Point:
        away = at - TOP
        q = away @ MATRIX @ away / 2
        return Point(float(-q - q * q / 8), -(1 + q / 4) * (MATRIX @ away), information)

    return point


@pytest.mark.parametrize("information", [MATRIX, np.eye(3), 100 * np.eye(3), 0.01 * np.eye(3), -np.eye(3)])
def test_the_top_is_found_whatever_curvature_is_told(information: np.ndarray) -> None:
    found = climb(bowl(information), np.zeros(3), FREE)
    assert found.converged
    np.testing.assert_allclose(found.parameters, TOP, atol=1e-5)


def test_steps_stay_within_reach() -> None:
    """Flat as told: without a limit the first step would be a thousand long."""
    seen: list[float] = []
    point = bowl(1e-3 * np.eye(3))

    def watched(at: np.ndarray) -> Point:
        seen.append(float(np.abs(at).max()))
        return point(at)

    found = climb(watched, np.zeros(3), np.ones(3))
    np.testing.assert_allclose(found.parameters, TOP, atol=1e-5)
    assert max(seen) < 10


def test_a_start_outside_the_domain_is_no_top() -> None:
    found = climb(lambda at: Point(-np.inf, np.zeros(3), np.eye(3)), np.zeros(3), FREE)
    assert not found.converged


def test_differences_of_the_gradient() -> None:
    found = differenced(lambda at: bowl(MATRIX)(at).gradient, TOP, np.ones(3))
    np.testing.assert_allclose(found, MATRIX, atol=1e-5)
