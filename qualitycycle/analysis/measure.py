"""What is compared: an item or a declared score, and the number that decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from qualitycycle.instrument import Scale

Deciding = Literal["mean", "favourable", "top"]
Direction = Literal["higher", "lower"]

CEILING = 0.6
"""When more than this share of all answers, arms taken together, is the best one, the best one decides."""


@dataclass(frozen=True)
class Measure:
    """What is compared: an item or a declared score, with the scale it is read on.

    ``relevant`` is the relevant difference of a goal agreed before the data; without it the
    scale's own applies (points for a mean, a fraction for a share). ``ceiling``: most people
    gave the best answer (see ``at_ceiling``), so the scale no longer tells good from better.
    """

    id: str
    scale: Scale
    direction: Direction = "higher"
    kind: Literal["item", "score"] = "item"
    relevant: float | None = None
    ceiling: bool = False

    @property
    def deciding(self) -> Deciding:
        """The measure that decides: a score always its mean, an item what its scale says."""
        if self.kind == "score":
            return "mean"
        return "top" if self.ceiling and self.has_top else self.scale.decides_on

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and highest score of the scale."""
        scores = self.scale.scores()
        return scores[0], scores[-1]

    @property
    def has_top(self) -> bool:
        """Whether one end of the scale is the best answer."""
        return self.kind == "item" and self.scale.kind != "balanced"

    @property
    def sign(self) -> float:
        """What turns a difference of means round when low is good."""
        return -1.0 if self.direction == "lower" else 1.0

    def relevant_for(self, deciding: Deciding) -> float | None:
        """The difference that matters: the goal's own, else the scale's for a mean or a share."""
        own = self.scale.relevant_mean if deciding == "mean" else self.scale.relevant_share
        return self.relevant if self.relevant is not None and deciding == self.deciding else own

    def is_favourable(self, score: float) -> bool:
        """Whether a score is favourable, given the direction.

        >>> agree = Scale(kind="ordinal", points=5, favourable=(4, 5), labels={})
        >>> Measure("X", agree, "lower").is_favourable(1), Measure("X", agree).is_favourable(1)
        (True, False)
        """
        low, high = self.range
        return self.scale.is_favourable(low + high - score if self.direction == "lower" else score)

    def is_top(self, score: float) -> bool:
        """Whether a score is the best answer there is."""
        low, high = self.range
        return score == (low if self.direction == "lower" else high)

    def worth(self, score: float) -> float:
        """What of a score is averaged in the number that decides: itself, or 1 when it is good and else 0.

        >>> agree = Scale(kind="ordinal", points=5, favourable=(4, 5), labels={})
        >>> Measure("X", agree).worth(4), Measure("X", agree, ceiling=True).worth(4)
        (1.0, 0.0)
        """
        if self.deciding == "mean":
            return float(score)
        return float(self.is_top(score) if self.deciding == "top" else self.is_favourable(score))


def at_ceiling(counts: pd.DataFrame, measure: Measure) -> bool:
    """Whether more than ``CEILING`` of all answers are the best one.

    ``counts``: columns score and n, of all arms together, so that which arm is better has no
    say in what decides.

    >>> agree = Scale(kind="ordinal", points=5, favourable=(4, 5), labels={})
    >>> at_ceiling(pd.DataFrame({"score": [4.0, 5.0], "n": [3, 7]}), Measure("X", agree))
    True
    """
    total = int(counts["n"].sum())
    if not measure.has_top or not total:
        return False
    best = counts["score"].map(lambda score: measure.is_top(float(score)))
    return int(counts.loc[best, "n"].sum()) > CEILING * total
