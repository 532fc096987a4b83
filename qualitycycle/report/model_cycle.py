"""The objects of the cycle as the report tells them: goals, findings, decisions, actions, effects.

As in ``model``: ready text in the language of the report where people or an analysis said it, codes
where the report itself has the words, None for a number that may not be shown. Objects refer to each
other by id; an id that is not in the report is told as it is and leads nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from qualitycycle.figures.values import Estimate, Measure
from qualitycycle.vocabulary import UNFINISHED

__all__ = [
    "Action",
    "Decision",
    "Effect",
    "Finding",
    "Goal",
    "Level",
    "Practice",
    "Proposal",
    "Quote",
    "Reached",
    "Reply",
    "Source",
    "Stage",
    "Theme",
    "Themes",
]

Choice = Literal["adopt", "adapt", "abandon", "investigate", "rebase"]


def _named(*ids: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id for id in ids if id))


@dataclass(frozen=True)
class Goal:
    """An aim for a cycle and whether it was reached.

    ``indicator`` is the id of a question or score, ``coverage``, ``response_rate``, or text.
    ``norm`` is in the unit of ``measure`` (a fraction for ``favourable``), None when the
    goal has no number. ``flagged_late`` means agreed after the first answers came in.
    ``met`` is None when nothing was measured. ``came_from`` are the ids of the findings, decisions
    and actions of the cycle before that it goes on with.
    """

    id: str
    text: str
    indicator: str
    norm: float | None = None
    measure: Measure = "mean"
    owner: str = ""
    guarantee: str | None = None
    agreed_on: date | None = None
    flagged_late: bool = False
    value: Estimate | None = None
    n: int | None = None
    met: Literal["yes", "no", "cannot_tell"] | None = None
    came_from: tuple[str, ...] = ()
    cycle: str = ""

    @property
    def before(self) -> tuple[str, ...]:
        """The ids of what led to it."""
        return self.came_from


@dataclass(frozen=True)
class Source:
    """What a finding rests on. ``kind`` is ``analysis``, ``panel``, ``theme``, ``register`` or
    ``document``; ``reference`` says which, ``said`` what it said, ``since`` what has changed in the
    figures since they were kept (a ready sentence, empty when nothing)."""

    kind: str
    reference: str
    said: str = ""
    on: date | None = None
    since: str = ""


@dataclass(frozen=True)
class Finding:
    """What people found: ``kind`` is ``strength``, ``concern`` or ``unclear``."""

    id: str
    kind: str
    what: str
    owner: str = ""
    found_on: date | None = None
    cycle: str = ""
    goal: str = ""
    action: str = ""
    indicator: str = ""
    sources: tuple[Source, ...] = ()

    @property
    def before(self) -> tuple[str, ...]:
        """The ids of what led to it: the goal or the action it is about."""
        return _named(self.goal, self.action)


@dataclass(frozen=True)
class Decision:
    """What people decided on findings; ``action`` is the action that was judged. A decision of kind
    ``rebase`` lets the chart of ``indicator`` begin anew on ``holds_from``."""

    id: str
    kind: Choice
    what: str
    owner: str = ""
    decided_on: date | None = None
    cycle: str = ""
    findings: tuple[str, ...] = ()
    action: str = ""
    indicator: str = ""
    holds_from: date | None = None

    @property
    def before(self) -> tuple[str, ...]:
        """The ids of what led to it: the findings it rests on and the action that was judged."""
        return _named(*self.findings, self.action)


@dataclass(frozen=True)
class Reached:
    """To how many of the trainings given in the cycle an action applied (None: may not be shown)."""

    sessions: int | None
    held: int


@dataclass(frozen=True)
class Action:
    """Something agreed; ``indicator`` as in a goal.

    ``status`` is ``open``, ``in_progress``, ``done`` or ``dropped``; ``predicted`` the effect that was
    expected, in words; ``cycle`` the one whose decision it follows from; ``in_force`` says that it
    was agreed earlier and ran in the cycle of the report, ``reached`` on how many trainings.
    """

    id: str
    what: str
    owner: str = ""
    due: date | None = None
    status: str = "open"
    overdue: bool = False
    indicator: str = ""
    closed_on: date | None = None
    result: str = ""
    decision: str = ""
    goal: str = ""
    predicted: str = ""
    cycle: str = ""
    in_force: bool = False
    reached: Reached | None = None

    @property
    def is_open(self) -> bool:
        """Whether the action still has to be finished."""
        return self.status in UNFINISHED

    @property
    def before(self) -> tuple[str, ...]:
        """The ids of what led to it: the decision it follows from and the goal it serves."""
        return _named(self.decision, self.goal)


Stage = Goal | Finding | Decision | Action
"""What the loop is made of: each has an ``id``, a ``cycle``, and the ids of what came ``before``."""


@dataclass(frozen=True)
class Level:
    """Where an indicator stood on one side of an action: in which cycles, on how much."""

    cycles: tuple[str, ...]
    value: Estimate | None = None
    n: int | None = None
    sessions: int | None = None
    trainers: int | None = None


@dataclass(frozen=True)
class Effect:
    """What an action did to its indicator, against what was predicted.

    ``action`` is its id. ``verdict`` and ``proposal`` are the codes of ``act check``; ``said`` and
    ``proposed`` are these in a sentence, ``sentences`` what they rest on and what must be kept in
    mind. ``design`` is ``before_after`` or ``with_without``, empty when nothing could be measured.
    ``decision`` is the id of the decision that judged the action, in whatever cycle it was taken.
    """

    action: str
    what: str
    title: str
    deciding: Measure
    verdict: str
    proposal: str
    predicted: float | None = None
    measured: Estimate | None = None
    design: str = ""
    before: Level | None = None
    after: Level | None = None
    said: str = ""
    proposed: str = ""
    sentences: tuple[str, ...] = ()
    due: date | None = None
    decision: str = ""


@dataclass(frozen=True)
class Proposal:
    """A decision the figures ask for; people take it. ``subject`` and ``why`` are ready
    text; ``evidence`` names what it rests on, as the indicator of a goal does."""

    kind: Choice
    subject: str
    why: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Practice:
    """A good practice: what was done, where, and how strong the figures behind it are (``evidence``, a
    ready sentence). Of this partnership, from its ``action``, or ``offered`` by another (``origin``);
    ``results`` are what came of it elsewhere, in their words."""

    id: str
    title: str
    what: str
    context: str = ""
    origin: str = ""
    indicator: str = ""
    evidence: str = ""
    results: tuple[str, ...] = ()
    action: str = ""
    offered: bool = False

    @property
    def before(self) -> tuple[str, ...]:
        """The id of the action it came from."""
        return _named(self.action)


@dataclass(frozen=True)
class Reply:
    """What participants said and what is done with it: ``answer`` is ``we_do`` or ``not_now``."""

    id: str
    said: str
    answer: str
    what: str = ""
    finding: str = ""
    action: str = ""

    @property
    def before(self) -> tuple[str, ...]:
        """The ids of the finding it answers and the action that was promised."""
        return _named(self.finding, self.action)


@dataclass(frozen=True)
class Theme:
    """How many of those who wrote something mention a theme."""

    title: str
    n: int
    share: Estimate | None = None


@dataclass(frozen=True)
class Quote:
    """A remark that a reviewer released, and the titles of its themes."""

    text: str
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Themes:
    """What people wrote on one open question; ``written`` is how many remarks were decided on, None
    when they may not be shown. ``notes`` are ready sentences."""

    title: str
    written: int | None = None
    themes: tuple[Theme, ...] = ()
    quotes: tuple[Quote, ...] = ()
    notes: tuple[str, ...] = ()
