"""Sessions made for charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from qualitycycle.analysis.charts.process import SessionPoint

START = date(2025, 9, 1)


def sessions(
    values: Sequence[float], n: Sequence[int] | int = 10, teams: Sequence[str] | None = None, sd: float = 1.0
) -> list[SessionPoint]:
    """One session a day with these means; each by somebody else unless ``teams`` says so."""
    sizes = [n] * len(values) if isinstance(n, int) else list(n)
    names = [f"t{i}" for i in range(len(values))] if teams is None else list(teams)
    return [
        SessionPoint(f"S{i:03d}", START + timedelta(i), k, k * value, k * (value**2 + sd**2), team)
        for i, (value, k, team) in enumerate(zip(values, sizes, names, strict=True))
    ]


def counted(successes: Sequence[int], n: Sequence[int]) -> list[SessionPoint]:
    """One session a day with so many favourable answers."""
    pairs = enumerate(zip(successes, n, strict=True))
    return [SessionPoint(f"S{i:03d}", START + timedelta(i), k, x, x, f"t{i}") for i, (x, k) in pairs]
