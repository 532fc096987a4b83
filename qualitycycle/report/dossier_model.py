"""What a dossier is made of: what earlier reports printed, and the objects of the cycles between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from qualitycycle.report.model import Partnership
from qualitycycle.report.model_cycle import Stage
from qualitycycle.report.model_evidence import Evidence

State = Literal["same", "changed", "gone", "missing"]


@dataclass(frozen=True)
class Year:
    """What was printed of one cycle.

    ``state`` says what became of the answers since: still the ``same``, ``changed``, ``gone``; or
    ``missing`` when there never was a report (then there is no evidence).
    """

    cycle: str
    state: State
    taken_on: date | None = None
    evidence: tuple[Evidence, ...] = ()

    def find(self, key: tuple[str, str]) -> Evidence | None:
        """The evidence with this key."""
        return next((one for one in self.evidence if one.key == key), None)

    def about(self, guarantee: str) -> tuple[Evidence, ...]:
        """The evidence that bears on a guarantee."""
        return tuple(one for one in self.evidence if guarantee in one.guarantees)


@dataclass(frozen=True)
class Dossier:
    """Up to six cycles of one partnership, oldest first.

    ``titles`` are those of questions and scores, ``texts`` what people wrote of the objects of the
    cycle, both by id; ``breaks`` the (question, cycle) pairs from which on it was asked so differently
    that older figures cannot be held against it. ``stages`` are the goals, findings, decisions and
    actions, ``tags`` the guarantees of each. ``manifest`` says which prints it was made from.
    """

    partnership: Partnership
    years: tuple[Year, ...]
    generated_on: date
    titles: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    breaks: frozenset[tuple[str, str]] = frozenset()
    stages: tuple[Stage, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    manifest: Mapping[str, object] = field(default_factory=dict)
    synthetic: bool = False

    @property
    def last(self) -> Year:
        """The cycle up to which the dossier goes."""
        return self.years[-1]

    @property
    def told(self) -> tuple[Year, ...]:
        """The cycles of which something was printed."""
        return tuple(year for year in self.years if year.evidence)

    def name(self, one: Evidence) -> str:
        """What evidence is about: the title of a question, else what people wrote."""
        texts = (
            self.titles.get(one.reference),
            self.texts.get(one.reference),
            self.titles.get(one.indicator),
        )
        return next((text for text in texts if text), one.reference or one.indicator)

    def keys(self, guarantee: str) -> Iterator[tuple[str, str]]:
        """The keys of the evidence on a guarantee over all cycles, in the order of the newest."""
        every = [one.key for year in reversed(self.years) for one in year.about(guarantee)]
        yield from dict.fromkeys(every)
