"""What a comparison allows us to say, from its numbers alone.

The rules, in this order (the first that applies decides):

1. ``too_few``: below 3 sessions, 3 trainers or 3 teams in an arm.
2. ``equivalent``: the 90 % interval lies within plus or minus the relevant difference
   (two one-sided tests at 5 %), also when the difference is demonstrable but small.
3. ``better`` or ``worse``: the difference is *demonstrable*: the 95 % interval excludes 0,
   and the permutation test agrees (p at most .05, which its design must allow).
4. ``cannot_tell``.

Why both: in simulation neither test alone kept its level in every design of trainers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from scipy import stats
from statsmodels.stats.power import TTestIndPower

from qualitycycle.analysis.proportions import Interval
from qualitycycle.vocabulary import Verdict

LEVEL = 0.05
SHARING_WORTH_SAYING = 1.2
"""From this variance factor (an interval about a tenth wider) readers are told of shared trainers."""

MOST_TEAMS = 100_000


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
    SHARED_TRAINERS = "shared_trainers"


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
    design allows. ``sharing``: the variance factor for trainers with several teams in an arm.
    """

    sessions: int
    trainers: int
    teams: int
    inner: Interval = field(default_factory=Interval)
    outer: Interval = field(default_factory=Interval)
    relevant: float | None = None
    p_value: float | None = None
    p_least: float = 0.0
    sharing: float = 1.0


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
    told = (Reason.SHARED_TRAINERS,) if evidence.sharing >= SHARING_WORTH_SAYING else ()
    if not (evidence.outer.is_known and evidence.inner.is_known):
        return Verdict.CANNOT_TELL, (Reason.NO_VARIATION,)
    doubts = _doubts(evidence)
    if _within(evidence.inner, evidence.relevant):
        small = () if doubts else (Reason.DEMONSTRABLE_BUT_SMALL,)
        return Verdict.EQUIVALENT, (*small, *told)
    if doubts:
        unknown = (Reason.NO_RELEVANT_DIFFERENCE,) if evidence.relevant is None else ()
        return Verdict.CANNOT_TELL, (*doubts, *unknown, *told)
    better = (evidence.outer.low or 0.0) > 0
    return (Verdict.BETTER if better else Verdict.WORSE), (*_relevance(evidence), *told)


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
    if evidence.p_value is None or evidence.p_value > LEVEL:
        return (Reason.PERMUTATION_DISAGREES,)
    return ()


def _relevance(evidence: Evidence) -> tuple[Reason, ...]:
    if evidence.relevant is None:
        return (Reason.NO_RELEVANT_DIFFERENCE,)
    nearest = min(abs(evidence.outer.low or 0.0), abs(evidence.outer.high or 0.0))
    return (Reason.RELEVANCE_UNPROVEN,) if nearest < evidence.relevant else ()


@dataclass(frozen=True)
class Range:
    """A whole number with the range it may lie in; None beyond what can be planned."""

    estimate: int | None
    low: int | None
    high: int | None

    def as_json(self) -> dict[str, int | None]:
        """The three numbers as plain values."""
        return {"estimate": self.estimate, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Needed:
    """Teams and sessions per arm to see ``relevant`` with ``power``; ``teams_now`` of the smaller arm."""

    relevant: float
    power: float
    teams: Range
    sessions: Range
    teams_now: int

    def as_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "relevant": self.relevant,
            "power": self.power,
            "teams_per_arm": self.teams.as_json(),
            "sessions_per_arm": self.sessions.as_json(),
            "teams_now": self.teams_now,
        }


def needed(
    *,
    sd: tuple[float, float],
    teams: tuple[int, int],
    sessions: tuple[int, int],
    relevant: float,
    power: float = 0.8,
    confidence: float = 0.95,
) -> Needed | None:
    """How many teams and sessions per arm it would take to see a difference of ``relevant``.

    The fewest teams per arm with which a two-sided t test at 5 % finds a true difference of
    ``relevant`` in a share ``power`` of the cases, given the variance between team means
    ``(sd_a^2 + sd_b^2) / 2`` seen so far. The variance is itself uncertain, so the range
    runs over its chi-square interval (``df v / chi2``, Satterthwaite df). It looks ahead at
    the difference that matters, never at the difference found ("observed power" says
    nothing new). It presumes teams that share no trainers and give as many sessions each as
    now. None when the teams did not vary at all or an arm has one team.

    ``sd``, ``teams``, ``sessions``: of the two arms.

    >>> plan = needed(sd=(0.5, 0.5), teams=(6, 4), sessions=(12, 8), relevant=0.5)
    >>> plan.teams, plan.sessions.estimate
    (Range(estimate=17, low=9, high=62), 34)
    """
    if min(teams) < 2 or max(sd) <= 0 or relevant <= 0:
        return None
    variance = (sd[0] ** 2 + sd[1] ** 2) / 2
    df = (sd[0] ** 2 + sd[1] ** 2) ** 2 / (sd[0] ** 4 / (teams[0] - 1) + sd[1] ** 4 / (teams[1] - 1))
    tail = (1 - confidence) / 2
    lowest, highest = (df * variance / float(stats.chi2.ppf(q, df)) for q in (1 - tail, tail))
    found = [_teams_for(relevant, v, power) for v in (variance, lowest, highest)]
    each = sum(sessions) / sum(teams)
    expected = [None if n is None else -int(-n * each // 1) for n in found]
    return Needed(relevant, power, Range(*found), Range(*expected), min(teams))


def _teams_for(relevant: float, variance: float, power: float) -> int | None:
    """The fewest teams per arm with at least ``power``; None above MOST_TEAMS."""
    effect = relevant / variance**0.5
    compute: Callable[..., float] = TTestIndPower().power

    def enough(n: int) -> bool:
        return bool(compute(effect_size=effect, nobs1=n, alpha=LEVEL, ratio=1) >= power)

    low, high = 2, 4
    while not enough(high):
        low, high = high, high * 2
        if high > MOST_TEAMS:
            return None
    if enough(low):
        return low
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
