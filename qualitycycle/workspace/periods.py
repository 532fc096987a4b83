"""Sessions in time as points that nobody can put a name to.

Who knows the register knows which session was held when, so a point with a date is somebody's.
Points therefore stand in *periods*: at least ``TOGETHER`` sessions by as many trainers as an arm
needs. Which point of a period is which session is not told: their order follows from their values.

The same point may be seen in the chart of the region and in that of its partnership. So periods are
the same in every chart of a question: each holds, of every *atom* (the sessions of the same
partnerships and series) that may be told apart, nothing or enough. An atom that is too small for that
in a cycle has no points, though it counts in the limits.

What remains: knowing the rules one may reason that, say, the high sessions of a period came last.
That is still several sessions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qualitycycle.register.derive import SessionFacts

TOGETHER = 3
"""A period holds at least so many sessions of every atom in it."""

YEARS = re.compile(r"[\s,(]*\b\d{4}\s*[-/\N{EN DASH}]\s*\d{2,4}\)?\s*$")

Atom = tuple[tuple[str, ...], str]
"""The partnerships and the series of a session."""


@dataclass(frozen=True, order=True)
class Period:
    """The first days of the first and of the last month of a period."""

    start: date
    end: date


def series_name(facts: SessionFacts) -> str:
    """The training series of a session without its school year, so that cycles can be compared.

    >>> from types import SimpleNamespace
    >>> series_name(SimpleNamespace(series="Basistraining mentoren 2025-2026"))
    'Basistraining mentoren'
    """
    return without_years(facts.series or "")


def without_years(series: str) -> str:
    """The name of a series without the school year at its end.

    >>> without_years("Opfris (2024/25)")
    'Opfris'
    """
    return YEARS.sub("", series).strip()


def periods(
    sessions: Iterable[SessionFacts],
    versions: Mapping[str, str],
    shown: Collection[str],
    trainers: int,
) -> dict[str, Period | None]:
    """Session -> its period; None where it may not stand as a point.

    ``sessions`` have a first date and enough answers, over all cycles and the whole region, of one
    kind. ``versions``: session -> questionnaire, which a period does not mix. ``shown``: the
    partnerships that have a chart of their own; ``trainers``: the fewest in a period.
    """

    def atom(facts: SessionFacts) -> Atom:
        mine = sorted(set(facts.partnerships) & set(shown))
        return tuple(mine), series_name(facts)

    stretches: dict[tuple[str, str], list[SessionFacts]] = defaultdict(list)
    for facts in sorted(sessions, key=lambda one: (one.first_date or date.min, one.id)):
        stretches[facts.cycle or "", versions.get(facts.id, "")].append(facts)
    found: dict[str, Period | None] = {}
    for stretch in stretches.values():
        found |= _of_stretch(stretch, atom, trainers)
    return found


def _of_stretch(
    stretch: Sequence[SessionFacts], atom: Callable[[SessionFacts], Atom], trainers: int
) -> dict[str, Period | None]:
    """The periods of one cycle and version, each as short as it and the rest allow."""
    whole = _Tally(trainers)
    for one in stretch:
        whole.add(atom(one), one)
    seen = [one for one in stretch if atom(one) not in whole.short]
    rest, closes = _Tally(trainers), []
    for one in reversed(seen):
        closes.append(not rest.short)
        rest.add(atom(one), one)
    found: dict[str, Period | None] = dict.fromkeys((one.id for one in stretch), None)
    part, now = _Tally(trainers), list[SessionFacts]()
    for one, may_close in zip(seen, reversed(closes), strict=True):
        part.add(atom(one), one)
        now.append(one)
        if may_close and not part.short:
            found |= dict.fromkeys((other.id for other in now), _period(now))
            part, now = _Tally(trainers), []
    return found


class _Tally:
    """Which atoms, of those added, are still too few sessions or trainers (``short``)."""

    def __init__(self, trainers: int) -> None:
        self.trainers = trainers
        self.short: set[Atom] = set()
        self._sessions: Counter[Atom] = Counter()
        self._people: dict[Atom, set[str]] = defaultdict(set)

    def add(self, key: Atom, one: SessionFacts) -> None:
        """Count one more session of an atom."""
        self._sessions[key] += 1
        self._people[key].update(one.givers)
        if self._sessions[key] >= TOGETHER and len(self._people[key]) >= self.trainers:
            self.short.discard(key)
        else:
            self.short.add(key)


def _period(part: Sequence[SessionFacts]) -> Period:
    days = [one.first_date for one in part if one.first_date]
    return Period(days[0].replace(day=1), days[-1].replace(day=1))
