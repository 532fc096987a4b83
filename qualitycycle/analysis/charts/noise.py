"""How often a chart gives a signal while nothing changes.

Every rule now and then sees something in nothing, and the more points a chart has the more often.
``RATES`` holds simulated rates; ``false_signal_rate`` looks them up and ``simulated_rate`` makes them.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from qualitycycle.analysis.charts.limits import xmr
from qualitycycle.analysis.charts.process import BASELINE, RUN_CHART
from qualitycycle.analysis.charts.signals import RULES, RUN_RULES, Rule, signals

CHARTS, SEED = 20_000, 2026
"""The rates are over so many charts of independent normal values each."""

LENGTHS = (5, 6, 8, 10, 12, 16, 20, 24, 30, 36, 48, 60, 80, 100)

RATES: dict[str, tuple[float, ...]] = {
    "all": (
        *(0.004, 0.014, 0.021, 0.033, 0.049, 0.14, 0.236),
        *(0.312, 0.404, 0.471, 0.591, 0.668, 0.761, 0.822),
    ),
    "beyond": (
        *(0.004, 0.012, 0.016, 0.022, 0.027, 0.088, 0.129),
        *(0.169, 0.21, 0.244, 0.3, 0.336, 0.391, 0.427),
    ),
}
"""Rules -> the part of charts of ``LENGTHS`` points with at least one signal, as
``[simulated_rate(k, CHARTS, SEED, rules=...) for k in LENGTHS]`` gave them."""


def false_signal_rate(points: int, *, run_rules: bool = True) -> float | None:
    """In which part of charts of so many points something is seen although nothing changed.

    Between the lengths of the table along a straight line, beyond the last as the last. None for a
    run chart. ``run_rules``: whether the rules about several in a row are on.

    >>> false_signal_rate(4) is None, false_signal_rate(24) > false_signal_rate(24, run_rules=False)
    (True, True)
    """
    if points < RUN_CHART:
        return None
    return float(np.interp(points, LENGTHS, RATES["all" if run_rules else "beyond"]))


def simulated_rate(
    points: int, charts: int, seed: int, *, rules: Collection[Rule] = RULES, after: int = 0
) -> float:
    """The part of ``charts`` of independent normal values with a signal at or past the point ``after``.

    Limits are settled as in ``process``: by the first ``BASELINE`` points, or by all when there are
    fewer. A signal counts when one of its points stands at position ``after`` or later.

    >>> 0.0 < simulated_rate(12, 200, 1) < 0.3
    True
    """
    rng = np.random.default_rng(seed)
    seen = 0
    for values in rng.standard_normal((charts, points)):
        chart = xmr(values, range(min(points, BASELINE)))
        seen += any(one.points[-1] >= after for one in signals(chart.z, rules=rules))
    return seen / charts


def without_runs() -> tuple[Rule, ...]:
    """The rules that look at one point at a time."""
    return tuple(rule for rule in RULES if rule not in RUN_RULES)
