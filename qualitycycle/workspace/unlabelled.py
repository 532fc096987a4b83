"""Single sessions, trainers and teams as points that nobody can put a name to.

Design: never a ranking, and points without a label. Who knows the register knows how many forms
every session brought in; so numbers of answers leave in bands of at least ``UNITS`` units and
as many trainers as an arm needs, every point of a band has the same margin (its width would give
the number away), levels are rounded, and rows stand in the order of what they show. Points
exist for the whole region over all cycles only: those of a part, taken from those of the whole,
would say which session is whose.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualitycycle.analysis.spread import Of, Unit, inside

if TYPE_CHECKING:
    from qualitycycle.config import Floors

UNITS = 5
"""Fewer points are not shown at all, and a band holds at least as many."""
WIDTH = 5
"""Numbers of answers are told in steps of so many."""
RELIABLE = 0.4
"""Below this the mean of a unit says too little to show it: what Cicchetti, Psychological Assessment
6 (1994) 284-290, calls poor."""
STEPS = {"mean": 0.1, "share": 0.05}
"""To what levels are rounded: points on the scale, or a fraction."""
NORMAL = 1.96


@dataclass(frozen=True)
class Point:
    """One unit as it is shown: ``first`` to ``last`` answers, its level with margin, and the limits."""

    first: int
    last: int
    estimate: float
    low: float
    high: float
    inside_95: bool
    inside_998: bool

    @property
    def band(self) -> str:
        """The numbers of answers in words.

        >>> Point(10, 14, 8.1, 7.7, 8.5, True, True).band
        '10-14'
        """
        return f"{self.first}-{self.last}"


def large_enough(units: Iterable[Unit], of: Of, deciding: str, floors: Floors) -> list[Unit]:
    """The units with enough answers: of a session, or of a trainer or team over several sessions."""
    share = floors.shares if deciding != "mean" else floors.scores
    answers = share if of == "session" else max(share, floors.trainer_view)
    sessions = 1 if of == "session" else floors.trainer_sessions
    return [unit for unit in units if unit.n >= answers and unit.sessions >= sessions]


def points(
    units: Iterable[Unit], of: Of, deciding: str, floors: Floors, ends: tuple[float, float]
) -> list[Point]:
    """The units that may be shown, as points; none when they are too few.

    ``deciding``: ``mean``, or the name of a share; ``ends``: the lowest and highest level there is.

    >>> from qualitycycle.config import Floors
    >>> some = [Unit(i, frozenset([f"t{i}"]), 1, 6 + i, 8.04 + i / 10, 0.2, 0.5, 0.0) for i in range(6)]
    >>> first = points(some, "session", "mean", Floors(), (1, 10))[0]
    >>> first.band, first.estimate, first.low, first.high
    ('5-14', 8.0, 7.6, 8.4)
    """
    step = STEPS["mean" if deciding == "mean" else "share"]
    kept = [unit for unit in large_enough(units, of, deciding, floors) if unit.reliability >= RELIABLE]
    shown = [point for band in _bands(kept, floors) for point in _of_band(band, step, ends)]
    return sorted(shown, key=lambda one: (one.first, one.estimate, not one.inside_95, not one.inside_998))


def _bands(units: Iterable[Unit], floors: Floors) -> list[list[Unit]]:
    """Units put together by their number of answers until each band is large enough."""
    bands: list[list[Unit]] = [[]]
    ordered = sorted(units, key=lambda unit: unit.n)
    for position, unit in enumerate(ordered):
        new = position and unit.n // WIDTH != ordered[position - 1].n // WIDTH
        if new and _many(bands[-1], floors):
            bands.append([])
        bands[-1].append(unit)
    if len(bands) > 1 and not _many(bands[-1], floors):
        bands[-2:] = [bands[-2] + bands[-1]]
    return bands if _many(bands[-1], floors) else []


def _many(band: Sequence[Unit], floors: Floors) -> bool:
    people = frozenset().union(*(unit.people for unit in band))
    return len(band) >= UNITS and len(people) >= floors.arm_trainers


def _of_band(band: Sequence[Unit], step: float, ends: tuple[float, float]) -> list[Point]:
    """The points of one band, with one margin: the root of the mean squared error, rounded up."""
    error = math.sqrt(sum(unit.sd**2 for unit in band) / len(band))
    margin = math.ceil(NORMAL * error / step) * step
    first, last = min(unit.n for unit in band) // WIDTH * WIDTH, max(unit.n for unit in band) // WIDTH * WIDTH
    found = []
    for unit in band:
        level = round(unit.level / step) * step
        middle, low, high = (
            round(min(max(x, ends[0]), ends[1]), 2) for x in (level, level - margin, level + margin)
        )
        limits = inside(unit), inside(unit, outer=True)
        found.append(Point(first, last + WIDTH - 1, middle, low, high, *limits))
    return found
