"""What the figures draw and the report tells: plain values that have passed the gate.

A number that is None may not be shown. Shares and differences of shares are
fractions (0.78 is 78 %); differences are arm minus reference, oriented so that
positive is better. Titles and labels are ready text in the reader's language;
``group``, ``arm``, ``verdict`` and the like are codes of ``qualitycycle.vocabulary``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Measure = Literal["mean", "favourable", "top"]
Scope = Literal["partnership-cycle", "partnership-all", "region-cycle", "region"]


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval; an interval may be absent, never half."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Category:
    """One answer category of a question, also when nobody used it.

    ``count`` is None when the gate hides it, ``share`` also below the floor for shares.
    """

    label: str
    count: int | None
    share: float | None = None
    favourable: bool = False
    score: float | None = None


@dataclass(frozen=True)
class ItemResult:
    """What was answered to one question, or how one declared score turned out.

    ``kind`` is the kind of scale (``ordinal``, ``balanced``, ``mark``, ``single``,
    ``multi``) or ``score``; ``decides_on`` the measure that decides a comparison.
    ``n`` counts answers, None when hidden; ``categories`` go from low to high and keep
    unused ones, None when hidden or when there are none (a score). ``insufficient`` is
    the share of marks below ``insufficient_below``. ``previous`` is the same measure in
    ``previous_cycle``, ``previous_verdict`` the verdict of that comparison if one was
    made. ``only_variants`` names the variants that were asked, empty when all were.
    """

    id: str
    title: str
    dimension: str
    dimension_title: str
    kind: str
    n: int | None
    sessions: int | None
    trainers: int | None
    guarantees: tuple[str, ...] = ()
    decides_on: Measure = "mean"
    mean: Estimate | None = None
    favourable: Estimate | None = None
    insufficient: float | None = None
    insufficient_below: float | None = None
    categories: tuple[Category, ...] | None = None
    previous: Estimate | None = None
    previous_cycle: str | None = None
    previous_verdict: str | None = None
    not_applicable: int | None = None
    only_variants: tuple[str, ...] = ()

    @property
    def hidden(self) -> bool:
        """Whether the gate hides this result as a whole."""
        return self.n is None

    @property
    def deciding(self) -> Estimate | None:
        """The estimate of the measure that decides: the mean or the share favourable."""
        return self.mean if self.decides_on == "mean" else self.favourable


@dataclass(frozen=True)
class Arm:
    """One side of a comparison; ``value`` is its deciding measure."""

    name: str
    n: int | None
    sessions: int | None
    trainers: int | None
    teams: int | None = None
    value: Estimate | None = None


@dataclass(frozen=True)
class Behind:
    """The figures behind a verdict; shown only in the folded part under a sentence.

    First the probabilities; ``odds_ratio``: of a better answer; ``superiority``: the chance that
    an answer in the arm is better; ``design_effect``: by how much answers that belong together
    enlarge the variance.
    """

    p_value: float | None = None
    p_adjusted: float | None = None
    p_floor: float | None = None
    naive_p: float | None = None
    odds_ratio: Estimate | None = None
    superiority: Estimate | None = None
    design_effect: float | None = None


@dataclass(frozen=True)
class Comparison:
    """One verdict: a measure in one arm against the reference.

    ``deciding`` says whether ``difference`` and ``relevant`` (the difference that matters
    in practice) are points on the scale or a difference of shares. ``sentence`` says the
    verdict in words, ``reasons`` what lies behind it and ``rivals`` what else may explain it:
    ready text for the report, which a figure does not need.
    """

    measure: str
    title: str
    verdict: str
    scope: Scope
    arm: Arm
    reference: Arm
    deciding: Measure = "mean"
    difference: Estimate | None = None
    relevant: float | None = None
    primary: bool = False
    sentence: str = ""
    reasons: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    behind: Behind = Behind()

    @property
    def regional(self) -> bool:
        """Whether this is a verdict over the whole region."""
        return self.scope.startswith("region")


@dataclass(frozen=True)
class CoverageRow:
    """Sessions and responses of one group: a variant, a kind, a format, or the total.

    ``held`` counts sessions that ended and were not cancelled, ``evaluated`` those with at
    least one response. ``invited`` and ``attended`` are None when the register does not
    say; ``attended`` sums the held sessions whose attendance is known and
    ``attended_unknown`` counts the others. ``responses`` and ``completed`` are None when
    hidden. ``response_rate`` is completed over attended in the sessions whose attendance
    is known; where that is not every session, ``answered`` gives its numerator. None when
    it cannot be known or may not be shown.
    """

    group: str
    held: int | None
    evaluated: int | None
    cancelled: int = 0
    invited: int | None = None
    attended: int | None = None
    attended_unknown: int = 0
    responses: int | None = None
    completed: int | None = None
    answered: int | None = None
    response_rate: float | None = None


@dataclass(frozen=True)
class SurveyBase:
    """One denominator of a survey question and the share of it per option.

    ``name`` is ``all`` (everybody who answered) or ``trained``; ``shares`` is parallel
    to the question's options, None where the option is not part of this denominator.
    """

    name: str
    n: int
    shares: tuple[Estimate | None, ...]


@dataclass(frozen=True)
class SurveyQuestion:
    """A question of a stand-alone survey: a count per option, shares per denominator.

    ``highlight`` is the index of the option whose shares are also told in a sentence.
    """

    id: str
    title: str
    options: tuple[str, ...]
    counts: tuple[int | None, ...]
    bases: tuple[SurveyBase, ...]
    highlight: int | None = None


@dataclass(frozen=True)
class Column:
    """A table column: its header and how its cells align."""

    header: str
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True)
class DataTable:
    """A table of ready text. The first cell of every row is that row's heading."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
