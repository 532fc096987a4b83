"""The table of false signals is what its call gives."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from qualitycycle.analysis.charts.noise import (
    AFTER,
    FOUND,
    LENGTHS,
    RATES,
    STEPS,
    detection_rate,
    false_signal_rate,
    simulated_rate,
    without_runs,
)
from qualitycycle.analysis.charts.process import BASELINE, SessionPoint, process
from qualitycycle.analysis.charts.series import Series
from qualitycycle.analysis.charts.signals import RULES
from tests.analysis.charts.sessions import START, sessions

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


@pytest.mark.parametrize("step", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize(("name", "rules"), [("all", RULES), ("beyond", without_runs())])
def test_a_step_is_found_again(step: float, name: str, rules: tuple[str, ...]) -> None:
    told = FOUND[name][STEPS.index(step)]
    found = simulated_rate(
        BASELINE + AFTER,
        CHARTS,
        7,
        rules=rules,  # type: ignore[arg-type]
        after=BASELINE,
        step=step or 1e-9,
    )
    assert found == pytest.approx(told, abs=4 * np.sqrt(told * (1 - told) / CHARTS) + 0.01)


@pytest.mark.parametrize(("drop", "between"), [(0.5, 0.3), (1.0, 0.3), (0.5, 0.0)])
def test_a_known_step_in_sessions_is_found_as_often_as_promised(drop: float, between: float) -> None:
    """Whole marks of eight people per session; what is promised with the true sigma."""
    rng = np.random.default_rng(11)
    promised = detection_rate(drop / np.sqrt(between**2 + (1 + 1 / 12) / 8))
    found, charts = 0, 150
    for _ in range(charts):
        level = 7.3 + between * rng.standard_normal(24) - np.repeat([0.0, drop], 12)
        values = np.round(rng.normal(level, 1.0, (8, 24))).mean(axis=0)
        signals = process(sessions(values.tolist(), 8), share=False).signals
        found += any(one.side == "low" and one.points[-1] >= 12 for one in signals)
    assert found / charts == pytest.approx(promised, abs=0.12)


def test_a_series_promises_from_its_own_limits() -> None:
    rng = np.random.default_rng(12)
    values = (8 + 0.4 * rng.standard_normal(16)).tolist()
    chart = process(sessions(values), share=False)
    series = Series("TRN3", "T", "W", "mean", processes=(chart,), relevant=0.5)
    assert chart.limits is not None and series.found == detection_rate(0.5 / chart.limits.sigma[0])
    assert Series("TRN3", "T", "W", "mean", processes=(chart,)).found is None
    few = process(sessions(values[:8]), share=False)
    assert Series("TRN3", "T", "W", "mean", processes=(few,), relevant=0.5).found is None


@pytest.mark.parametrize("share", [False, True])
def test_what_is_told_holds_for_sessions_as_they_are(share: bool) -> None:
    """Whole marks, 10 to 20 answers, trainers and sessions that differ, one or two trainers each."""
    rng = np.random.default_rng(13)
    seen, charts = 0, 150
    for _ in range(charts):
        own, points = 0.3 * rng.standard_normal(8), []
        for i in range(24):
            team = sorted(rng.choice(8, rng.choice([1, 2]), replace=False))
            level = 7.8 + 0.25 * rng.standard_normal() + own[team].mean()
            marks = np.round(rng.normal(level, 1.1, rng.integers(10, 21)))
            marks = (marks >= 8).astype(float) if share else marks
            sums = float(marks.sum()), float((marks**2).sum())
            names = "|".join(f"t{one}" for one in team)
            points.append(SessionPoint(f"S{i:02d}", START + timedelta(i), len(marks), *sums, names))
        seen += bool(process(points, share=share).signals)
    assert seen / charts == pytest.approx(false_signal_rate(24), abs=0.12)
