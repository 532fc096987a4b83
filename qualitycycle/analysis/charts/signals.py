"""The four rules that tell a signal from ordinary variation.

* ``beyond``: a value outside the limits;
* ``shift``: ``RUN`` or more in a row on one side of the centre (a value on it ends the row);
* ``trend``: ``RUN`` or more in a row that keep rising, or falling;
* ``near``: of three in a row on one side at least two beyond two thirds of the way to the limit,
  but within it.

Source: NHS England, Making Data Count (the rules of ``NHSRplotthedots``). Two further rules of
Nelson, Journal of Quality Technology 16 (1984) 237-239, are left out: every rule adds false signals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Rule = Literal["beyond", "shift", "trend", "near"]
Side = Literal["high", "low"]

RULES: tuple[Rule, ...] = ("beyond", "shift", "trend", "near")
RUN_RULES: tuple[Rule, ...] = ("shift", "trend", "near")
"""The rules about several values in a row."""
RUN = 7
LIMIT, NEAR = 3.0, 2.0
"""In sigma: the limits, and two thirds of the way to them."""


@dataclass(frozen=True)
class Signal:
    """A rule that was met: which side (a rising trend is ``high``), and by which points."""

    rule: Rule
    side: Side
    points: tuple[int, ...]


def signals(
    z: npt.ArrayLike,
    *,
    rules: Collection[Rule] = RULES,
    runs: npt.ArrayLike | None = None,
    run: int = RUN,
) -> list[Signal]:
    """Every signal in a chart, by rule and then in time.

    ``z``: how many sigma every value lies from the centre, in time (``Limits.z``). ``runs``: the same
    after taking something off that makes neighbours alike; the rules about values in a row then
    look at these. ``run``: how many in a row make a shift or trend.

    >>> signals([0.2, -3.4, 0.1])
    [Signal(rule='beyond', side='low', points=(1,))]
    >>> [one.rule for one in signals([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])]
    ['shift', 'trend']
    """
    own = np.asarray(z, dtype=np.float64)
    rows = own if runs is None else np.asarray(runs, dtype=np.float64)
    found: list[Signal] = []
    if "beyond" in rules:
        found += [
            Signal("beyond", "high" if own[i] > 0 else "low", (int(i),))
            for i in np.flatnonzero(np.abs(own) > LIMIT)
        ]
    if "shift" in rules:
        found += _shifts(rows, run)
    if "trend" in rules:
        found += _trends(rows, run)
    if "near" in rules:
        found += _near(rows)
    return found


def _shifts(z: npt.NDArray[np.float64], run: int) -> Iterator[Signal]:
    for start, end, side in _stretches(np.sign(z)):
        if end - start >= run:
            yield Signal("shift", side, tuple(range(start, end)))


def _trends(z: npt.NDArray[np.float64], run: int) -> Iterator[Signal]:
    for start, end, side in _stretches(np.sign(np.diff(z))):
        if end - start >= run - 1:
            yield Signal("trend", side, tuple(range(start, end + 1)))


def _near(z: npt.NDArray[np.float64]) -> Iterator[Signal]:
    """Windows of three that overlap are one signal."""
    sides: tuple[tuple[Side, int], ...] = (("high", 1), ("low", -1))
    for side, sign in sides:
        own = sign * z
        close = (own > NEAR) & (own <= LIMIT)
        windows = [i for i in range(len(z) - 2) if (own[i : i + 3] > 0).all() and close[i : i + 3].sum() >= 2]
        for group in np.split(np.array(windows, dtype=int), np.flatnonzero(np.diff(windows) > 2) + 1):
            if len(group):
                points = range(int(group[0]), int(group[-1]) + 3)
                yield Signal("near", side, tuple(i for i in points if close[i] and _in_window(i, group)))


def _in_window(i: int, windows: npt.NDArray[np.int_]) -> bool:
    return bool(((windows <= i) & (i <= windows + 2)).any())


def _stretches(signs: npt.NDArray[np.float64]) -> Iterator[tuple[int, int, Side]]:
    """Maximal stretches of one sign other than 0: start, end (after the last), side."""
    start = 0
    for i in range(1, len(signs) + 1):
        if i == len(signs) or signs[i] != signs[start]:
            if signs[start]:
                yield start, i, "high" if signs[start] > 0 else "low"
            start = i
