"""How often a chart gives a signal while nothing changes, and how often when something does.

Every rule now and then sees something in nothing, and the more points a chart has the more often.
``RATES`` and ``FOUND`` hold simulated rates; ``false_signal_rate`` and ``detection_rate`` look them up,
``simulated_rate`` makes them.
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


STEPS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
AFTER = 12
"""A change is looked for in so many sessions after it."""

FOUND: dict[str, tuple[float, ...]] = {
    "all": (0.163, 0.426, 0.742, 0.933, 0.989, 0.999, 1.0, 1.0),
    "beyond": (0.089, 0.198, 0.375, 0.568, 0.744, 0.868, 0.942, 0.992),
}
"""Rules -> the part of charts in which a step of ``STEPS`` sigma is seen, as ``[simulated_rate(BASELINE
+ AFTER, CHARTS, SEED, rules=..., after=BASELINE, step=s or 1e-9) for s in STEPS]`` gave them."""


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


def detection_rate(step: float, *, run_rules: bool = True) -> float:
    """In which part of charts a lasting change is seen within ``AFTER`` sessions of it.

    ``step``: its size in sigma (a third of the way to the limits), after a full baseline. Between
    the sizes of the table along a straight line, beyond the last as the last.

    >>> detection_rate(1) < detection_rate(2), detection_rate(3) > 0.9
    (True, True)
    """
    return float(np.interp(abs(step), STEPS, FOUND["all" if run_rules else "beyond"]))


def simulated_rate(
    points: int, charts: int, seed: int, *, rules: Collection[Rule] = RULES, after: int = 0, step: float = 0.0
) -> float:
    """The part of ``charts`` of independent normal values with a signal at or past the point ``after``.

    Limits are settled as in ``process``: by the first ``BASELINE`` points, or by all when there are
    fewer. A signal counts when one of its points stands at position ``after`` or later. With a
    ``step`` (in standard deviations) all values from there on are so much higher, and only signals
    on that side count.

    >>> 0.0 < simulated_rate(12, 200, 1) < 0.3
    True
    """
    rng = np.random.default_rng(seed)
    moved = np.where(np.arange(points) >= after, step, 0.0)
    seen = 0
    for values in rng.standard_normal((charts, points)) + moved:
        chart = xmr(values, range(min(points, BASELINE)))
        found = signals(chart.z, rules=rules)
        seen += any(one.points[-1] >= after and (not step or one.side == "high") for one in found)
    return seen / charts


def without_runs() -> tuple[Rule, ...]:
    """The rules that look at one point at a time."""
    return tuple(rule for rule in RULES if rule not in RUN_RULES)
