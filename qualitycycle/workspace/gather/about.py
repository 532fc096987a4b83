"""Which report is being gathered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from qualitycycle import wording
from qualitycycle.analysis.proportions import Interval
from qualitycycle.config import Floors
from qualitycycle.instrument import Instrument, Item
from qualitycycle.register.derive import SessionFacts
from qualitycycle.report.model import Estimate
from qualitycycle.store.kept import STANDS
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.view import View
from qualitycycle.workspace.waiting import Stand, on_standing, waiting

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

ALL = "all"
"""The one arm of figures that are not compared."""


@dataclass(frozen=True)
class About:
    """Which report: whose, over which cycle, made on which day; ``view`` is the look at ``workspace``
    that everything is read from, ``forms`` that which says how many forms came in (None: the same).
    ``stand`` says which answers these count, ``since`` whose answers wait (see ``workspace.waiting``)."""

    workspace: Workspace
    view: View
    partnership: str
    cycle: str
    day: date
    forms: View | None = None
    stand: Stand | None = None
    since: Mapping[str, date] = field(default_factory=dict)

    @property
    def came_in(self) -> View:
        """What says how many forms came in."""
        return self.forms or self.view

    @property
    def stamp(self) -> Mapping[str, Any]:
        """What was read, and which of it was counted."""
        stands = {} if self.stand is None else {STANDS: self.stand.as_json()}
        return {**self.view.stamp, **stands}

    @property
    def language(self) -> str:
        """The language of the report."""
        return self.workspace.language

    @property
    def floors(self) -> Floors:
        """The floors of the gate."""
        return self.view.config.settings.floors

    @property
    def instrument(self) -> Instrument:
        """The questionnaire of the report."""
        return self.view.config.instrument

    def asked_at(self, moment: Moment) -> list[Item]:
        """The questions of a moment, without those of another partnership."""
        local = self.instrument.local_items
        asked = self.instrument.asked_at(moment)
        return [item for item in asked if local.get(item.id, self.partnership) == self.partnership]

    def is_measure(self, name: str) -> bool:
        """Whether a name is a scored question of everybody, or a score."""
        config = self.view.config
        known = name in config.items or any(name in one.scores for one in config.instruments.values())
        return known and name not in config.wordings.local and config.scale_of(name).is_scored

    def unit_of(self, indicator: str) -> Literal["mean", "favourable"]:
        """In what an indicator is counted: points of its scale, or a share."""
        config = self.view.config
        return config.scale_of(indicator).decides_on if self.is_measure(indicator) else "favourable"

    def may_show(self, cycle: str, item: str = "") -> bool:
        """Whether the partnership's sessions of a cycle may be shown, given all that may be shown."""
        return Group(self.partnership, cycle) in self.view.released_for(item, "basic", Moment.POST)

    def text(self, key: str, **values: Any) -> str:
        """A sentence in the report's language."""
        return wording.text(key, self.language, **values)


def about_print(workspace: Workspace, partnership: str, cycle: str, day: date) -> About:
    """A report of now, on answers that may stand beside every print before."""
    found = waiting(workspace)
    return About(
        on_standing(workspace, found),
        found.view,
        partnership,
        cycle,
        day,
        found.forms,
        found.stand,
        found.since,
    )


def sessions_of(about: About, kind: str | None) -> list[SessionFacts]:
    """The sessions of the cycle that the partnership leads or shares."""
    return [
        facts
        for facts in about.view.sessions.values()
        if facts.cycle == about.cycle
        and about.partnership in facts.partnerships
        and (kind is None or facts.kind == kind)
    ]


def was_held(facts: SessionFacts, day: date) -> bool:
    """Whether a session had its last meeting by ``day`` and was not cancelled."""
    return not facts.cancelled and facts.last_date is not None and facts.last_date <= day


def shown(count: int, about: About) -> int | None:
    """A number of people, unless it is below the floor (nobody is nobody)."""
    return count if count >= about.floors.scores or count == 0 else None


def one_arm(frame: pd.DataFrame) -> pd.DataFrame:
    """Internal counts as the analysis room wants them, everybody in one arm."""
    named = frame.rename(columns={"collection": "session"}).assign(arm=ALL)
    named["team"] = named["team"].fillna("")
    return named


def estimate(interval: Interval | None) -> Estimate | None:
    """An interval as the report shows it."""
    if interval is None or interval.estimate is None:
        return None
    return Estimate(interval.estimate, interval.low, interval.high)
