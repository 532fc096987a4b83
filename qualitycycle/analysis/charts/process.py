"""Sessions in time as a process: what can be said of so many of them, and which signals it gives.

Below ``RUN_CHART`` points only a median; to ``BASELINE`` trial limits from all of them; from then on
limits from the first ``BASELINE``, which judge all later ones until a recorded decision rebases them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from qualitycycle.analysis.charts.constants import c4
from qualitycycle.analysis.charts.limits import Floats, Limits, mean_chart, p_chart, xmr
from qualitycycle.analysis.charts.runchart import run_chart
from qualitycycle.analysis.charts.signals import RULES, RUN_RULES, Rule, Signal, signals
from qualitycycle.analysis.charts.trainers import LEAST_STEPS, after_trainers, in_a_row, strangers
from qualitycycle.analysis.teams import varies

RUN_CHART, BASELINE = 5, 12
"""From so many points there are trial limits, and limits."""
TWOFOLD = 2.0
"""Groups that differ in size by more than this factor have limits of their own each."""

ROUNDING = 1e-9

Mask = npt.NDArray[np.bool_]
Stage = Literal["run", "trial", "full"]
Kind = Literal["xmr", "means", "shares", "each"]
Runs = Literal["plain", "after_trainers", "off"]
Assured = Literal["always", "sometimes", "never"]


@dataclass(frozen=True)
class SessionPoint:
    """One session: ``n`` answers, the sum of their values and of the squares; who gave it."""

    id: str
    day: date
    n: int
    total: float
    total_sq: float
    team: str = ""

    @property
    def value(self) -> float:
        """The mean of its answers (a share when every value is 0 or 1)."""
        return self.total / self.n


@dataclass(frozen=True)
class Process:
    """One stretch of sessions between breaks.

    ``stage``: how much they can carry; ``kind``: how the limits were made; ``limits`` None in a run
    chart or when nothing varies (``still``). ``runs``: what the rules about several in a row looked
    at. ``baseline``: how many points settled the limits; ``in_a_row``: the longest row of sessions
    with a trainer in common.
    """

    points: tuple[SessionPoint, ...]
    stage: Stage
    centre: float | None
    limits: Limits | None = None
    kind: Kind | None = None
    signals: tuple[Signal, ...] = ()
    runs: Runs = "plain"
    baseline: int = 0
    in_a_row: int = 1
    still: bool = False

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that were looked at."""
        if self.limits is None:
            return ()
        return tuple(rule for rule in RULES if self.runs != "off" or rule not in RUN_RULES)


def process(points: Sequence[SessionPoint], *, share: bool) -> Process:
    """The chart that a stretch of sessions can carry, with its signals.

    ``points`` in any order (they are put in time); ``share``: whether values are 0 or 1, so that
    their mean is a share.

    * shares: Laney's p' chart, which is the p chart when sessions differ no more than chance
    * means of sessions whose sizes differ more than twofold: the same with means (``mean_chart``)
    * other means: single values (``xmr``)

    Where trainers stay on, limits and rules allow for it (see ``trainers``).

    >>> days = [date(2025, 9, i + 1) for i in range(6)]
    >>> found = process([SessionPoint(str(i), day, 10, 80.0 + i % 2, 650.0) for i, day in enumerate(days)],
    ...                 share=False)
    >>> found.stage, found.kind, round(found.centre, 2), found.signals
    ('trial', 'xmr', 8.05, ())
    """
    ordered = tuple(sorted(points, key=lambda one: (one.day, one.id)))
    k = len(ordered)
    if k == 0:
        return Process((), "run", None)
    values = np.array([one.value for one in ordered])
    row = in_a_row([one.team for one in ordered])
    if k < RUN_CHART:
        return Process(ordered, "run", run_chart(values).median, in_a_row=row.longest)
    baseline = min(k, BASELINE)
    stage: Stage = "full" if k >= BASELINE else "trial"
    if not varies(values[:baseline]):
        centre = float(values[:baseline].mean())
        return Process(ordered, stage, centre, baseline=baseline, in_a_row=row.longest, still=True)
    steps = _steps(ordered, baseline, row.clustered)
    kind, limits = _limits(ordered, baseline, share, steps)
    if row.clustered and steps is None:
        limits = _widened(limits, baseline)
    rows, runs = _rows(limits, [one.team for one in ordered], row.clustered)
    rules: Collection[Rule] = RULES if runs != "off" else tuple(r for r in RULES if r not in RUN_RULES)
    found = signals(limits.z, rules=rules, runs=rows)
    return Process(ordered, stage, limits.centre, limits, kind, tuple(found), runs, baseline, row.longest)


def one_by_one(points: Sequence[SessionPoint]) -> Process:
    """Sessions of which something is so or not: the share of them, and no limits.

    Taken one by one a chart of shares gives a false alarm for 75 of 100 rows of 24 sessions of
    which 80 % are so (simulated): seven in a row on one side is then nothing special.

    >>> held = [SessionPoint(str(i), date(2025, 9, i + 1), 1, i % 2, i % 2) for i in range(4)]
    >>> one_by_one(held).centre, one_by_one(held).limits is None
    (0.5, True)
    """
    ordered = tuple(sorted(points, key=lambda one: (one.day, one.id)))
    share = sum(one.total for one in ordered) / len(ordered)
    return Process(ordered, "run", share, kind="each")


def _limits(
    points: Sequence[SessionPoint], baseline: int, share: bool, steps: Mask | None
) -> tuple[Kind, Limits]:
    """The limits from the first ``baseline`` points, and how they were made."""
    first = range(baseline)
    n = [one.n for one in points]
    totals, squares = [one.total for one in points], [one.total_sq for one in points]
    within = sum(one.total_sq - one.total**2 / one.n for one in points[:baseline])
    if share:
        return "shares", p_chart(totals, n, first, laney=True, neighbours=steps)
    if max(n) > TWOFOLD * min(n) and within > ROUNDING:
        return "means", mean_chart(totals, squares, n, first, laney=True, neighbours=steps)
    return "xmr", xmr([one.value for one in points], first, neighbours=steps)


def _steps(points: Sequence[SessionPoint], baseline: int, clustered: bool) -> Mask | None:
    """Which steps between neighbours settle the limits: those between strangers, if they are enough
    and not all of them nothing."""
    strange = strangers([one.team for one in points])
    first = np.array([one.value for one in points[:baseline]])
    steps = np.abs(np.diff(first))[strange[: baseline - 1]]
    return strange if clustered and len(steps) >= LEAST_STEPS and steps.max() > ROUNDING else None


def _widened(limits: Limits, baseline: int) -> Limits:
    """Limits from how far all points of the baseline lie apart, where that is more than neighbours do."""
    apart = float(np.std(limits.z[:baseline], ddof=1)) / c4(baseline)
    return replace(limits, sigma=limits.sigma * max(1.0, apart))


def _rows(limits: Limits, teams: Sequence[str], clustered: bool) -> tuple[Floats | None, Runs]:
    """What the rules about several in a row look at."""
    if not clustered:
        return None, "plain"
    left = after_trainers(limits.z, teams)
    return left, "off" if left is None else "after_trainers"


def assurance(limits: Limits, norm: float, *, higher: bool = True) -> Assured:
    """Whether a process that stays as it is meets a norm: always, never, or by chance sometimes.

    The limits of a typical point are compared with the norm; ``higher``: whether high is good.
    Meeting a norm is another matter than variation: a steady process can fail it steadily.

    >>> chart = xmr([8.0, 7.6, 8.2, 7.9])
    >>> assurance(chart, 6.5), assurance(chart, 7.5), assurance(chart, 9.5)
    ('always', 'sometimes', 'never')
    >>> assurance(chart, 6.5, higher=False)
    'never'
    """
    reach = 3 * float(np.median(limits.sigma))
    low, high = limits.centre - reach, limits.centre + reach
    if higher:
        return "always" if low >= norm else "never" if high < norm else "sometimes"
    return "always" if high <= norm else "never" if low > norm else "sometimes"
