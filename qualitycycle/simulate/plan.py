"""What a simulated region looks like: the plan, as values.

A plan says who gives which sessions, who answers and what the truth is: the effect of a
variant on an item, in a partnership, on the latent scale (the log-odds of one person).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qualitycycle.simulate.people import People
from qualitycycle.vocabulary import Affiliation, SessionFormat, TrainingKind, Variant, variant_of

NOT_APPLICABLE = "nvt"
"""The answer "n.v.t. / weet ik niet" in a simulated form."""

Answer = float | str | tuple[int, ...] | None
"""A score, a 1-based option (as a number) or options, a text, ``NOT_APPLICABLE``, or None for no answer."""

PerCycle = tuple[int, ...]
"""A number of sessions per cycle, in the order of ``RegionPlan.cycles``."""


@dataclass(frozen=True)
class TrainerPlan:
    """A trainer; ``moves_to`` is the affiliation from the second cycle on, with its home.

    ``home`` is the code of a board (school) or institute, empty for an external trainer.
    ``effect`` is how this trainer differs from the average one on the latent scale; None
    leaves that to chance (the partnership's ``trainer_sd``).
    """

    id: str
    affiliation: Affiliation
    home: str
    role: str = ""
    coordinating: bool = False
    train_the_trainer: bool = False
    moves_to: tuple[Affiliation, str] | None = None
    effect: float | None = None

    def place(self, cycle: int) -> tuple[Affiliation, str]:
        """Affiliation and home (board or institute code) in a cycle.

        >>> mover = TrainerPlan("S1", Affiliation.SCHOOL, "A", moves_to=(Affiliation.INSTITUTE, "P"))
        >>> mover.place(0)[1], mover.place(1)[1]
        ('A', 'P')
        """
        return self.moves_to if self.moves_to and cycle > 0 else (self.affiliation, self.home)


@dataclass(frozen=True)
class TeamPlan:
    """The sessions of one team of trainers: ``held``, ``evaluated`` and ``cancelled`` per cycle.

    No trainers means that nobody was recorded. ``evaluated`` defaults to every session held.
    """

    partnership: str
    trainers: tuple[str, ...]
    held: PerCycle
    evaluated: PerCycle | None = None
    cancelled: PerCycle = ()
    kind: TrainingKind = TrainingKind.BASIC
    shared_with: tuple[str, ...] = ()
    declared_variant: Variant | None = None
    format: SessionFormat | None = None
    notes: str = ""

    def evaluated_in(self, cycle: int) -> int:
        """How many sessions of a cycle are evaluated.

        >>> TeamPlan("P", ("S1",), held=(2, 3), evaluated=(0, 1)).evaluated_in(1)
        1
        """
        return (self.held if self.evaluated is None else self.evaluated)[cycle]


@dataclass(frozen=True)
class PartnershipPlan:
    """Who takes part, how many come and answer, and how far sessions and trainers differ.

    ``attended`` is the range of people per session; ``response`` the average chance that
    one answers. ``session_sd`` and ``trainer_sd`` are standard deviations on the latent scale.
    ``valid_years`` is how long a certificate lasts, None for ever.
    """

    code: str
    boards: tuple[str, ...]
    institutes: tuple[str, ...]
    attended: tuple[int, int]
    response: float
    session_sd: float
    trainer_sd: float
    valid_years: int | None = None


@dataclass(frozen=True)
class Change:
    """What an action truly does: from the cycle of ``since`` (a first year) on, the sessions of a
    partnership, of one variant or of all (None), lie ``log_odds`` higher than they would have.
    """

    partnership: str
    variant: Variant | None
    since: int
    log_odds: float

    def holds(self, partnership: str, variant: Variant, year: int) -> bool:
        """Whether it works in the sessions of a variant in the cycle that begins in ``year``.

        >>> Change("DUIN", None, 2025, 0.8).holds("DUIN", Variant.TANDEM, 2024)
        False
        """
        return self.partnership == partnership and self.variant in (None, variant) and self.since <= year


@dataclass(frozen=True)
class ItemPlan:
    """A question: the share of each score in a tandem session, and how it varies.

    ``shares`` maps score to weight. ``halo`` is how strongly the item follows the
    session, the trainers and the person; ``own_sd`` is what differs between sessions on
    this item alone. ``effects`` gives the latent effect against a tandem per partnership
    and variant; absent means none. ``changes`` are the effects of actions. ``variants`` limits
    who is asked.
    """

    id: str
    shares: Mapping[float, float]
    halo: float = 1.0
    own_sd: float = 0.15
    not_applicable: float = 0.0
    effects: Mapping[tuple[str, Variant], float] = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()
    changes: tuple[Change, ...] = ()

    def level(self, partnership: str, variant: Variant, year: int) -> float:
        """How much higher than a tandem's the answers lie in the cycle that begins in ``year``.

        >>> changed = (Change("DUIN", Variant.TANDEM, 2025, 0.5),)
        >>> item = ItemPlan("X", {1.0: 1, 2.0: 1}, changes=changed)
        >>> [item.level("DUIN", Variant.TANDEM, year) for year in (2024, 2025)]
        [0.0, 0.5]
        """
        changes = (one.log_odds for one in self.changes if one.holds(partnership, variant, year))
        return self.effects.get((partnership, variant), 0.0) + sum(changes)


@dataclass(frozen=True)
class RepeatPlan:
    """Who is also asked before the training and months later, and what has changed by then.

    ``partnerships`` ask all their sessions of ``cycles`` (none: of every cycle). ``gains`` says
    how much higher people are afterwards than before, per question, in log-odds of one person;
    ``kept`` is the part that is left later. ``before`` is the chance that somebody who registered
    answers before, ``later`` that somebody who was present answers later. ``same_code`` is the
    chance to give the same code as afterwards, ``typo`` to give it with one wrong character.
    ``applied`` and ``open_items`` are asked later only, ``choices`` before only.
    """

    partnerships: tuple[str, ...]
    gains: Mapping[str, float]
    kept: float
    before: float
    later: float
    same_code: float
    typo: float
    applied: tuple[ItemPlan, ...] = ()
    open_items: tuple[str, ...] = ()
    choices: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    cycles: tuple[int, ...] = ()


@dataclass(frozen=True)
class RegionPlan:
    """Everything the simulator needs; ``cycles`` are first years of school years.

    ``responses`` bounds the number of answers of a session; ``missing`` is the chance
    that a question is skipped; ``person_sd`` how far people differ on the latent scale.
    ``choices`` gives the shares of the options of a background question (what is left is
    blank), ``mentors`` how many are registered per partnership. ``goals`` and ``surveys`` are
    rows of the register.
    ``people`` is how people differ (see the module ``people``). ``willingness`` is how much the
    log-odds of answering rise with each standard deviation that a person is more content than
    others, per variant (negative: the discontented answer more); of a variant in it, the
    answers of those who stay silent are drawn too. Absent: who answers is pure chance. ``repeat``
    says whose people are asked before and later too.
    """

    cycles: tuple[int, ...]
    partnerships: tuple[PartnershipPlan, ...]
    trainers: tuple[TrainerPlan, ...]
    teams: tuple[TeamPlan, ...]
    items: tuple[ItemPlan, ...]
    choices: Mapping[str, tuple[float, ...]]
    open_items: tuple[str, ...]
    responses: tuple[int, int]
    missing: float
    person_sd: float
    mentors: int
    goals: tuple[Mapping[str, Any], ...] = ()
    surveys: tuple[Mapping[str, Any], ...] = ()
    people: People = "normal"
    willingness: Mapping[Variant, float] = field(default_factory=dict)
    repeat: RepeatPlan | None = None

    def epoch(self, cycle: int) -> int:
        """The first year from which the effects of actions are as they are in a cycle.

        >>> RegionPlan((2024, 2025), *((),) * 3, (), {}, (), (5, 16), 0.0, 1.4, 0).epoch(1)
        2024
        """
        begun = {change.since for item in self.items for change in item.changes}
        return max((year for year in begun if year <= self.cycles[cycle]), default=self.cycles[0])

    def members(self, team: TeamPlan) -> tuple[TrainerPlan, ...]:
        """The trainers of a team."""
        known = {trainer.id: trainer for trainer in self.trainers}
        return tuple(known[id] for id in team.trainers)

    def variant(self, team: TeamPlan, cycle: int) -> Variant:
        """What a team's sessions are in a cycle, as the register will derive it."""
        return variant_of(trainer.place(cycle)[0] for trainer in self.members(team))


def cycle_name(first_year: int) -> str:
    """The school year as it is written.

    >>> cycle_name(2025)
    '2025-2026'
    """
    return f"{first_year}-{first_year + 1}"
