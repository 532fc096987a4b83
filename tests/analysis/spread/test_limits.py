"""The limits are those of ``funnels``, and what is normal lies within them."""

from __future__ import annotations

import numpy as np
import pytest

from qualitycycle.analysis.funnels import INNER, OUTER, Funnel
from qualitycycle.analysis.spread import inside, spread
from qualitycycle.analysis.spread.limits import Limits
from tests.analysis.spread.regions import ALONE, PAIRS, Sizes, draw


@pytest.mark.parametrize("confidence", [INNER, OUTER])
@pytest.mark.parametrize("n", [20, 150])
def test_of_a_share_they_are_those_of_a_funnel(n: int, confidence: float) -> None:
    share, between = 0.6, 0.003
    theirs = Funnel(share, (), 1.5, between).limits(n, confidence)
    ours = Limits(share, share * (1 - share), between).at(n, confidence)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


def test_they_narrow_as_answers_grow_but_not_to_nothing() -> None:
    limits = Limits(8.0, 1.0, 0.04)
    widths = [(one.high or 0) - (one.low or 0) for one in (limits.at(n, INNER) for n in (5, 20, 10_000))]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == pytest.approx(2 * 1.96 * 0.2, abs=0.01)


def test_sessions_that_differ_as_sessions_do_lie_inside() -> None:
    """Of 700 sessions about 5 % lie outside the inner limits, and about one outside the outer ones."""
    rng = np.random.default_rng(1)
    units = []
    for _ in range(15):
        found = spread(draw(PAIRS + ALONE, Sizes(), rng).sums)
        assert found is not None
        units += found.units
    assert 0.02 < np.mean([not inside(one) for one in units]) < 0.07
    assert sum(not inside(one, outer=True) for one in units) <= 5


def test_one_that_differs_much_more_lies_outside() -> None:
    sums = draw(PAIRS + ALONE, Sizes(session=0.1, trainer=0.1), np.random.default_rng(2)).sums
    odd = sums["session"] == "S3"
    low = sums.assign(
        total=sums["total"] - 3 * sums["n"] * odd,
        total_sq=sums["total_sq"] + (9 * sums["n"] - 6 * sums["total"]) * odd,
    )
    found = spread(low)
    assert found is not None
    assert [one.id for one in found.units if not inside(one, outer=True)] == ["S3"]
