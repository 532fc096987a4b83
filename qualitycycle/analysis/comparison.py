"""The outcome of comparing one arm with the reference on one item or score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qualitycycle.analysis.arms import Variances
from qualitycycle.analysis.measure import Deciding
from qualitycycle.analysis.power import Needed
from qualitycycle.analysis.proportions import Interval
from qualitycycle.vocabulary import Verdict


@dataclass(frozen=True)
class Within:
    """The difference within people who stand in both arms: ``units`` of them, arm minus reference."""

    units: int
    difference: Interval

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"units": self.units, "difference": self.difference.as_json()}


@dataclass(frozen=True)
class Comparison:
    """One arm against the reference on one item or score.

    ``responses``, ``sessions``, ``trainers``, ``teams``: per arm. ``means``, ``favourable``,
    ``tops``: per arm the level in the model (mean score, fraction favourable, fraction of the
    best answer), at the average mix of what is adjusted for, within the ends of the scale.
    ``mean_difference``, ``favourable_difference``, ``top_difference``: arm minus reference,
    positive = better; None where the scale has no such measure. ``deciding`` says which one the
    verdict, ``relevant``, ``df`` and ``p_value`` are about; ``top`` when the scale is at its ceiling.

    ``odds_ratio``: of a better answer, from the ordinal model with the same terms;
    ``superiority``: the chance that an answer in the arm is better than one in the reference
    (ties count half). ``design_effect``: by how much the variance of the difference exceeds
    that of as many independent answers. ``variances``: single answers taken apart. ``p_floor``
    is one over the number of arrangements of teams, ``naive_p`` what a test on single answers
    would say. ``blocks``: how many blocks of teams that share trainers there are, and how many
    of them occur in both arms (``mixed``). ``within_trainers``: the difference within trainers
    who stand in both arms. ``scale_top``: the highest score of the scale when a mean decides.
    """

    item: str
    arm: str
    reference: str
    responses: Mapping[str, int | None]
    sessions: Mapping[str, int | None]
    trainers: Mapping[str, int | None]
    teams: Mapping[str, int | None]
    means: Mapping[str, Interval] | None
    favourable: Mapping[str, Interval] | None
    deciding: Deciding
    mean_difference: Interval | None
    favourable_difference: Interval | None
    verdict: Verdict
    reasons: tuple[str, ...]
    relevant: float | None = None
    p_value: float | None = None
    p_value_method: str | None = None
    p_adjusted: float | None = None
    p_floor: float | None = None
    naive_p: float | None = None
    df: float | None = None
    blocks: Mapping[str, int] | None = None
    needed: Needed | None = None
    primary: bool = False
    scale_top: float | None = None
    tops: Mapping[str, Interval] | None = None
    top_difference: Interval | None = None
    superiority: Interval | None = None
    odds_ratio: Interval | None = None
    design_effect: float | None = None
    variances: Variances | None = None
    adjusted_for: tuple[str, ...] = ()
    not_adjusted: tuple[str, ...] = ()
    within_trainers: Within | None = None

    @property
    def difference(self) -> Interval:
        """The difference that decides."""
        return self.differences[self.deciding] or Interval()

    @property
    def differences(self) -> dict[Deciding, Interval | None]:
        """Every difference by the measure it is of."""
        return {
            "mean": self.mean_difference,
            "favourable": self.favourable_difference,
            "top": self.top_difference,
        }

    @property
    def levels(self) -> Mapping[str, Interval] | None:
        """Both arms' levels on the measure that decides."""
        return {"mean": self.means, "favourable": self.favourable, "top": self.tops}[self.deciding]

    def as_json(self) -> dict[str, Any]:
        """The fixed JSON of ``compare``, in full precision; None for what is not known or infinite."""
        return {
            "item": self.item,
            "arm": self.arm,
            "reference": self.reference,
            "primary": self.primary,
            "responses": dict(self.responses),
            "sessions": dict(self.sessions),
            "trainers": dict(self.trainers),
            "teams": dict(self.teams),
            "means": _plain(self.means),
            "favourable": _plain(self.favourable),
            "tops": _plain(self.tops),
            "deciding": self.deciding,
            "relevant": self.relevant,
            "mean_difference": _numbers(self.mean_difference),
            "favourable_difference": _numbers(self.favourable_difference),
            "top_difference": _numbers(self.top_difference),
            "superiority": _numbers(self.superiority),
            "odds_ratio": _numbers(self.odds_ratio),
            "df": self.df,
            "design_effect": self.design_effect,
            "variances": None if self.variances is None else self.variances.as_json(),
            "adjusted_for": list(self.adjusted_for),
            "not_adjusted": list(self.not_adjusted),
            "within_trainers": None if self.within_trainers is None else self.within_trainers.as_json(),
            "blocks": None if self.blocks is None else dict(self.blocks),
            "p_value": self.p_value,
            "p_value_method": self.p_value_method,
            "p_adjusted": self.p_adjusted,
            "p_floor": self.p_floor,
            "naive_p": self.naive_p,
            "verdict": str(self.verdict),
            "reasons": [str(reason) for reason in self.reasons],
            "needed": None if self.needed is None else self.needed.as_json(),
        }


def _numbers(interval: Interval | None) -> dict[str, float | None] | None:
    if interval is None:
        return None
    return {
        name: None if value is None or math.isinf(value) else value
        for name, value in interval.as_json().items()
    }


def _plain(per_arm: Mapping[str, Interval] | None) -> dict[str, dict[str, float | None]] | None:
    return None if per_arm is None else {arm: one.as_json() for arm, one in per_arm.items()}
