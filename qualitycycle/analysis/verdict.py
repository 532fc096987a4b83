"""What a comparison allows us to say, from its numbers alone.

The rules, in this order (the first that applies decides):

1. ``too_few``: below 3 sessions, 3 trainers or 3 teams in an arm.
2. ``equivalent``: the 90 % interval lies within plus or minus the relevant difference
   (two one-sided tests at 5 %), also when the difference is demonstrable but small.
3. ``better`` or ``worse``: the difference is *demonstrable*: the 95 % interval of the mixed
   model excludes 0, and the teams could be arranged in so many ways that a permutation test
   could reach 5 % at all.
4. ``cannot_tell``.

The interval keeps its level with few sessions and shared trainers (``benchmarks/calibration.py``).
The permutation test assumes less and finds less; that it does not agree is told, not decisive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from qualitycycle.analysis.proportions import Interval
from qualitycycle.vocabulary import Verdict

LEVEL = 0.05


class Reason(StrEnum):
    """Why a verdict is what it is; the sentences are ``compare.reason.<reason>``."""

    FEW_SESSIONS = "few_sessions"
    FEW_TRAINERS = "few_trainers"
    FEW_TEAMS = "few_teams"
    DEMONSTRABLE_BUT_SMALL = "demonstrable_but_small"
    RELEVANCE_UNPROVEN = "relevance_unproven"
    INTERVAL_INCLUDES_ZERO = "interval_includes_zero"
    P_FLOOR_TOO_HIGH = "p_floor_too_high"
    PERMUTATION_DISAGREES = "permutation_disagrees"
    NO_VARIATION = "no_variation"
    NO_RELEVANT_DIFFERENCE = "no_relevant_difference"


@dataclass(frozen=True)
class Minimum:
    """The fewest sessions, trainers and teams per arm for a comparison."""

    sessions: int = 3
    trainers: int = 3
    teams: int = 3


@dataclass(frozen=True)
class Evidence:
    """What the verdict rests on.

    ``sessions``, ``trainers``, ``teams``: of the smaller arm. ``inner``, ``outer``: the
    90 % and 95 % interval of the oriented difference (positive = better), empty when it
    cannot be computed. ``p_value``, ``p_least``: the permutation p and the smallest one its
    design allows.
    """

    sessions: int
    trainers: int
    teams: int
    inner: Interval = field(default_factory=Interval)
    outer: Interval = field(default_factory=Interval)
    relevant: float | None = None
    p_value: float | None = None
    p_least: float = 0.0


def decide(evidence: Evidence, *, minimum: Minimum | None = None) -> tuple[Verdict, tuple[Reason, ...]]:
    """The verdict with its reasons, by the four rules of this module.

    >>> decide(Evidence(9, 5, 4, Interval(0.4, 0.2, 0.6), Interval(0.4, 0.1, 0.7), 0.3, 0.01))
    (<Verdict.BETTER: 'better'>, (<Reason.RELEVANCE_UNPROVEN: 'relevance_unproven'>,))
    >>> decide(Evidence(2, 5, 4))
    (<Verdict.TOO_FEW: 'too_few'>, (<Reason.FEW_SESSIONS: 'few_sessions'>,))
    """
    short = _short(evidence, minimum or Minimum())
    if short:
        return Verdict.TOO_FEW, short
    if not (evidence.outer.is_known and evidence.inner.is_known):
        return Verdict.CANNOT_TELL, (Reason.NO_VARIATION,)
    doubts = _doubts(evidence)
    if _within(evidence.inner, evidence.relevant):
        small = () if doubts else (Reason.DEMONSTRABLE_BUT_SMALL,)
        return Verdict.EQUIVALENT, small
    if doubts:
        unknown = (Reason.NO_RELEVANT_DIFFERENCE,) if evidence.relevant is None else ()
        return Verdict.CANNOT_TELL, (*doubts, *unknown)
    better = (evidence.outer.low or 0.0) > 0
    return (Verdict.BETTER if better else Verdict.WORSE), (*_relevance(evidence), *_disagreeing(evidence))


def _short(evidence: Evidence, minimum: Minimum) -> tuple[Reason, ...]:
    checks = (
        (evidence.sessions < minimum.sessions, Reason.FEW_SESSIONS),
        (evidence.trainers < minimum.trainers, Reason.FEW_TRAINERS),
        (evidence.teams < minimum.teams, Reason.FEW_TEAMS),
    )
    return tuple(reason for failed, reason in checks if failed)


def _within(interval: Interval, relevant: float | None) -> bool:
    if relevant is None or interval.low is None or interval.high is None:
        return False
    return -relevant <= interval.low and interval.high <= relevant


def _doubts(evidence: Evidence) -> tuple[Reason, ...]:
    """Why the difference is not demonstrable; nothing when it is."""
    low, high = evidence.outer.low, evidence.outer.high
    if low is None or high is None or low <= 0 <= high:
        return (Reason.INTERVAL_INCLUDES_ZERO,)
    if evidence.p_least > LEVEL:
        return (Reason.P_FLOOR_TOO_HIGH,)
    return ()


def _disagreeing(evidence: Evidence) -> tuple[Reason, ...]:
    agrees = evidence.p_value is not None and evidence.p_value <= LEVEL
    return () if agrees else (Reason.PERMUTATION_DISAGREES,)


def _relevance(evidence: Evidence) -> tuple[Reason, ...]:
    if evidence.relevant is None:
        return (Reason.NO_RELEVANT_DIFFERENCE,)
    nearest = min(abs(evidence.outer.low or 0.0), abs(evidence.outer.high or 0.0))
    return (Reason.RELEVANCE_UNPROVEN,) if nearest < evidence.relevant else ()
