"""What bears on a guarantee, as values that mean the same in every language and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from qualitycycle.figures.values import Estimate, Measure

Side = Literal["supports", "nuances", "gap", "point"]

SIDES: tuple[Side, ...] = ("supports", "nuances", "gap", "point")
"""The columns of the matrix: what supports, what nuances, what is missing, what to work on."""


@dataclass(frozen=True)
class Evidence:
    """One thing that bears on one or more guarantees, with everything it rests on.

    ``code`` says why it stands on its ``side`` (a sentence in the catalogue ``guarantees``);
    ``reference`` is the id of a question, a score or an object of the cycle and ``text`` its title
    or what people wrote; ``indicator`` the question or score it is about. ``value`` is a mean or a
    share with its interval, over ``n`` answers from ``sessions`` trainings by ``trainers``; ``count``
    of ``total`` is what the register counts. ``against`` is the number it was held against.
    ``instrument`` is the version of the questionnaire, ``proposed`` a point nobody agreed on yet.
    ``taken_on`` is the day of the figures in a print; ``held`` says why an earlier figure stands:
    ``few_more`` or ``gone``.
    """

    guarantees: tuple[str, ...]
    side: Side
    code: str
    cycle: str
    reference: str = ""
    text: str = ""
    indicator: str = ""
    measure: Measure = "mean"
    value: Estimate | None = None
    n: int | None = None
    sessions: int | None = None
    trainers: int | None = None
    count: int | None = None
    total: int | None = None
    against: float | None = None
    instrument: str = ""
    proposed: bool = False
    taken_on: date | None = None
    held: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same evidence in another report: what it is, and about what.

        >>> Evidence(("W4",), "supports", "goal_yes", "2025-2026", "D1").key
        ('goal', 'D1')
        """
        if self.is_question:
            return "question", self.reference
        kind = self.code.partition("_")[0]
        return (kind if kind in OBJECTS else self.code), self.reference

    @property
    def is_question(self) -> bool:
        """Whether it is about a question or score itself, whatever that said."""
        return self.code in QUESTION


QUESTION = ("measured", "both_sides", "uncertain", "few", "elsewhere", "not_measured")
"""The codes of evidence that is a question or a score."""

OBJECTS = ("goal", "finding", "effect")
"""How the codes begin of evidence that judges an object of the cycle."""


@dataclass(frozen=True)
class Bearings:
    """What the evidence needs beside the report.

    ``tags``: question or score -> its guarantees; ``titles``: their titles; ``middles``: score -> the
    middle of its scale; ``instruments``: question or score -> the version that was answered;
    ``not_asked``: the tagged questions nobody was asked, ``elsewhere`` those that were asked at a moment
    of which the report has no figures; ``next_goals``: (id, text, indicator,
    guarantee) of what was agreed for the cycle after.
    """

    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    middles: Mapping[str, float] = field(default_factory=dict)
    instruments: Mapping[str, str] = field(default_factory=dict)
    not_asked: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    next_goals: tuple[tuple[str, str, str, str], ...] = ()
