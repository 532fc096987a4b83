"""The table of false signals is what its call gives."""

from __future__ import annotations

import numpy as np
import pytest

from qualitycycle.analysis.charts.noise import (
    LENGTHS,
    RATES,
    false_signal_rate,
    simulated_rate,
    without_runs,
)
from qualitycycle.analysis.charts.signals import RULES

CHARTS = 400


@pytest.mark.parametrize("points", [8, 12, 24, 60])
@pytest.mark.parametrize(("name", "rules"), [("all", RULES), ("beyond", without_runs())])
def test_it_is_found_again(points: int, name: str, rules: tuple[str, ...]) -> None:
    told = RATES[name][LENGTHS.index(points)]
    found = simulated_rate(points, CHARTS, 7, rules=rules)  # type: ignore[arg-type]
    assert found == pytest.approx(told, abs=4 * np.sqrt(told * (1 - told) / CHARTS) + 0.01)


def test_the_rate_that_started_it() -> None:
    """On a baseline of 12 points, 24 points in which nothing changes: about 32 % of charts."""
    assert false_signal_rate(24) == pytest.approx(0.32, abs=0.02)


def test_longer_charts_give_more_and_fewer_rules_less() -> None:
    rates = [false_signal_rate(k) or 0 for k in range(5, 101)]
    assert rates == sorted(rates) and rates[0] < 0.01
    assert all((false_signal_rate(k, run_rules=False) or 0) <= rate for k, rate in enumerate(rates, 5))
    assert false_signal_rate(4) is None and false_signal_rate(500) == rates[-1]


def test_only_signals_that_come_after_can_be_counted() -> None:
    after = simulated_rate(36, CHARTS, 7, after=12)
    assert 0.3 < after <= simulated_rate(36, CHARTS, 7)
