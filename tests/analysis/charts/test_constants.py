"""The constants of control charts equal those of R and of the printed tables."""

from __future__ import annotations

import math

import pytest

from qualitycycle.analysis.charts.constants import c4, d2, d3
from tests.analysis.charts.data import result, same

ROUGH = 1e-7
"""From about 13 values on, R's integrals were stopped at their default of four digits: 1e-7 off."""


def test_they_equal_r() -> None:
    theirs = result("control_constants")
    same([c4(n) for n in theirs["n"]], theirs["c4"])
    for name, ours in (("d2", d2), ("d3", d3)):
        same([ours(n) for n in range(2, 13)], theirs[name][:11])
        same([ours(n) for n in theirs["n"]], theirs[name], ROUGH)


def test_of_two_values_they_are_known_exactly() -> None:
    assert d2(2) == pytest.approx(2 / math.sqrt(math.pi), rel=1e-12)
    assert d3(2) == pytest.approx(math.sqrt(2 - 4 / math.pi), rel=1e-10)
    assert c4(2) == pytest.approx(math.sqrt(2 / math.pi), rel=1e-14)


def test_they_equal_the_printed_table() -> None:
    """Montgomery, appendix VI."""
    printed = {2: (1.128, 0.853, 0.7979), 5: (2.326, 0.864, 0.9400), 10: (3.078, 0.797, 0.9727)}
    printed |= {25: (3.931, 0.708, 0.9896)}
    for n, constants in printed.items():
        assert (round(d2(n), 3), round(d3(n), 3), round(c4(n), 4)) == constants


@pytest.mark.parametrize("constant", [d2, d3, c4])
def test_one_value_has_no_range(constant: object) -> None:
    with pytest.raises(ValueError, match="at least 2"):
        constant(1)  # type: ignore[operator]
