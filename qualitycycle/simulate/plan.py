"""What a simulated region looks like: the plan, as values.

A plan says who gives which sessions, how many people answer and what the truth is:
the effect of a variant on an item, in a partnership, on the latent (log-odds) scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qualitycycle.vocabulary import Affiliation, SessionFormat, TrainingKind, Variant

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
    """

    id: str
    affiliation: Affiliation
    home: str
    role: str = ""
    coordinating: bool = False
    train_the_trainer: bool = False
    moves_to: tuple[Affiliation, str] | None = None

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


@dataclass(frozen=True)
class PartnershipPlan:
    """Who takes part, how many come and answer, and how far sessions and trainers differ.

    ``attended`` is the range of people per session; ``response`` the chance that one
    answers. ``session_sd`` and ``trainer_sd`` are standard deviations on the latent scale.
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
class ItemPlan:
    """A question: the share of each score in a tandem session, and how it varies.

    ``shares`` maps score to weight. ``halo`` is how strongly the item follows the
    session, the trainers and the person; ``own_sd`` is what differs between sessions on
    this item alone. ``effects`` gives the latent effect against a tandem per partnership
    and variant; absent means none. ``variants`` limits who is asked.
    """

    id: str
    shares: Mapping[float, float]
    halo: float = 1.0
    own_sd: float = 0.15
    not_applicable: float = 0.0
    effects: Mapping[tuple[str, Variant], float] = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class RegionPlan:
    """Everything the simulator needs; ``cycles`` are first years of school years.

    ``responses`` bounds the number of answers of a session; ``missing`` is the chance
    that a question is skipped; ``person_sd`` how far people differ on the latent scale.
    ``choices`` gives the shares of the options of a background question (what is left is
    blank), ``mentors`` how many are registered per partnership. ``goals``, ``actions`` and
    ``surveys`` are rows of the register; an action's ``sessions`` is (cycle, variant) here.
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
    actions: tuple[Mapping[str, Any], ...] = ()
    surveys: tuple[Mapping[str, Any], ...] = ()


def cycle_name(first_year: int) -> str:
    """The school year as it is written.

    >>> cycle_name(2025)
    '2025-2026'
    """
    return f"{first_year}-{first_year + 1}"
