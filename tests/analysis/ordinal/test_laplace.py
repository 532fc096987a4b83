"""The surfaces of both marginal likelihoods: their gradients and Hessians against differences."""

from __future__ import annotations

import numpy as np
import pytest

from qualitycycle.analysis.ordinal import design
from qualitycycle.analysis.ordinal.formula import parse
from qualitycycle.analysis.ordinal.mixed import Surface, surface_of
from qualitycycle.analysis.ordinal.prepare import prepared, started
from tests.analysis.ordinal.cases import sessions

LINEAR = np.array([-0.9, 0.4, 1.8, 0.6])
CASES = [
    ("(1 | session) + (1 | mm(t1, t2))", 1, [0.4, 0.6]),
    ("(1 | mm(t1, t2))", 1, [0.6]),
    ("(1 | session) + (1 | t1) + (1 | mm(t1, t2))", 1, [0.4, -0.3, 0.6]),
    ("(1 | session)", 1, [0.5]),
    ("(1 | session)", 5, [0.5]),
    ("(1 | session)", -7, [0.5]),
]


def surface(terms: str, nodes: int, link: str) -> Surface:
    parsed = parse(f"score ~ arm + {terms}")
    counts = design.collapse(parsed, sessions(count=16), None, [])
    setup, _ = prepared(parsed, counts, link, "flexible", None, None)
    start = started(setup, counts)
    return surface_of(setup.link, start.rows.at(start.place, counts.weights), counts, nodes)


@pytest.mark.parametrize("link", ["logit", "probit", "cloglog", "cauchit"])
@pytest.mark.parametrize(("terms", "nodes", "sd"), CASES)
def test_gradient_and_hessian(terms: str, nodes: int, sd: list[float], link: str) -> None:
    made, at = surface(terms, nodes, link), np.concatenate([LINEAR, sd])
    point, h = made.point(at), 1e-5
    away = np.eye(len(at)) * h
    value = [(made.point(at + step).value - made.point(at - step).value) / (2 * h) for step in away]
    np.testing.assert_allclose(point.gradient, value, rtol=1e-6, atol=1e-6)
    slope = [(made.point(at - step).gradient - made.point(at + step).gradient) / (2 * h) for step in away]
    exact = made.information(at, np.arange(len(at)), np.ones(len(at)))
    np.testing.assert_allclose(exact, slope, rtol=1e-4, atol=1e-4)


def test_where_it_was_before_does_not_matter() -> None:
    terms, nodes, sd = CASES[0]
    at, far = np.concatenate([LINEAR, sd]), np.concatenate([LINEAR * 2, [3.0, -2.0]])
    fresh, used = surface(terms, nodes, "logit"), surface(terms, nodes, "logit")
    used.point(far)
    assert used.point(at).value == pytest.approx(fresh.point(at).value, abs=1e-9)
    np.testing.assert_allclose(used.point(at).gradient, fresh.point(at).gradient, atol=1e-7)


def test_crossed_thresholds_have_no_likelihood() -> None:
    for terms, nodes, sd in CASES:
        at = np.concatenate([LINEAR[[1, 0, 2, 3]], sd])
        assert surface(terms, nodes, "logit").point(at).value == -np.inf
