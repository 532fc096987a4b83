"""A series of sessions as it is told: its stretches between breaks, what they say, and against what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from qualitycycle.analysis.charts.noise import detection_rate, false_signal_rate
from qualitycycle.analysis.charts.process import Assured, Process, assurance
from qualitycycle.analysis.charts.signals import Side, Signal

Verdict = Literal["ordinary", "improvement", "concern", "mixed", "too_few", "no_variation", "hidden"]
Cause = Literal["questionnaire", "decision"]


@dataclass(frozen=True)
class Break:
    """Where limits begin anew: ``day`` of the first session after it, and why."""

    day: date
    cause: Cause
    why: str = ""


@dataclass(frozen=True)
class Annotation:
    """An action on this indicator, ``done`` when it is closed.

    It is in force from ``day`` until ``until`` (None: no end is known). Of an action that does
    not say when it ``starts``, ``day`` is when it was closed or is due.
    """

    id: str
    day: date
    done: bool
    what: str
    until: date | None = None
    starts: bool = False


@dataclass(frozen=True)
class Series:
    """One measure of one group of sessions through time.

    ``title`` of the question and ``where``; ``deciding``: ``mean``, ``favourable`` or ``top``;
    ``higher``: whether high is good; ``ends``: the lowest and highest value there is.
    ``processes`` stand between ``breaks``; what is said is about the last. ``relevant``: the change
    that matters. ``small`` sessions have too few answers and are left out, ``unseen`` ones count
    but are no points. ``reason``: why there is nothing to say.
    """

    item: str
    title: str
    where: str
    deciding: str
    higher: bool = True
    ends: tuple[float, float] = (0.0, 1.0)
    processes: tuple[Process, ...] = ()
    breaks: tuple[Break, ...] = ()
    actions: tuple[Annotation, ...] = ()
    norm: float | None = None
    relevant: float | None = None
    small: int = 0
    unseen: int = 0
    reason: Literal["hidden", "nothing"] | None = None

    @property
    def last(self) -> Process | None:
        """The stretch that holds now."""
        return self.processes[-1] if self.processes else None

    @property
    def verdict(self) -> Verdict:
        """What the last stretch says; trial limits count, with that word to them."""
        if self.reason == "hidden":
            return "hidden"
        if self.last is None or self.last.stage == "run":
            return "too_few"
        if self.last.limits is None:
            return "no_variation"
        return verdict_of(self.last.signals, self.higher)

    @property
    def assured(self) -> Assured | None:
        """Whether the norm is always, sometimes or never met while nothing changes."""
        if self.norm is None or self.last is None or self.last.limits is None:
            return None
        return assurance(self.last.limits, self.norm, higher=self.higher)

    @property
    def false_signals(self) -> float | None:
        """How often a chart of this length gives a signal while nothing changes."""
        if self.last is None or self.last.limits is None:
            return None
        return false_signal_rate(len(self.last.points), run_rules=self.last.runs != "off")

    @property
    def found(self) -> float | None:
        """How often a lasting change that matters is seen within ``AFTER`` sessions; of settled limits."""
        last = self.last
        if self.relevant is None or last is None or last.limits is None or last.stage != "full":
            return None
        sigma = float(np.median(last.limits.sigma))
        return detection_rate(self.relevant / sigma, run_rules=last.runs != "off")


def verdict_of(found: Sequence[Signal], higher: bool) -> Verdict:
    """Signals as improvement or concern, given which side is good.

    >>> verdict_of([Signal("beyond", "low", (3,))], True), verdict_of([Signal("beyond", "low", (3,))], False)
    ('concern', 'improvement')
    """
    kinds = {meaning(one.side, higher) for one in found}
    if not kinds:
        return "ordinary"
    return "mixed" if len(kinds) > 1 else kinds.pop()


def meaning(side: Side, higher: bool) -> Literal["improvement", "concern"]:
    """What a signal on one side means.

    >>> meaning("high", True), meaning("high", False)
    ('improvement', 'concern')
    """
    return "improvement" if (side == "high") == higher else "concern"
