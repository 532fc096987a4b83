"""What it would take to see a difference: teams and sessions per arm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scipy import stats
from statsmodels.stats.power import TTestIndPower

LEVEL = 0.05
MOST_TEAMS = 100_000


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
    df: float | None = None,
    power: float = 0.8,
    confidence: float = 0.95,
) -> Needed | None:
    """How many teams and sessions per arm it would take to see a difference of ``relevant``.

    The fewest teams per arm with which a two-sided t test at 5 % finds a true difference of
    ``relevant`` in a share ``power`` of the cases, given the variance between team means
    ``(sd_a^2 + sd_b^2) / 2`` that the model expects. The variance is itself uncertain, so the
    range runs over its chi-square interval (``df v / chi2``). It looks ahead at the difference
    that matters, never at the difference found ("observed power" says nothing new). It
    presumes teams that share no trainers and give as many sessions each as now. None when the
    teams do not vary at all or an arm has one team. Checked in ``benchmarks/calibration.py``.

    ``sd``: of a team's mean, ``teams``, ``sessions``: of the two arms. ``df``: how well the
    variance is known; without it Satterthwaite's, as if it came from these teams' means.

    >>> plan = needed(sd=(0.5, 0.5), teams=(6, 4), sessions=(12, 8), relevant=0.5)
    >>> plan.teams, plan.sessions.estimate
    (Range(estimate=17, low=9, high=62), 34)
    """
    if min(teams) < 2 or max(sd) <= 0 or relevant <= 0:
        return None
    variance = (sd[0] ** 2 + sd[1] ** 2) / 2
    if df is None:
        df = (sd[0] ** 2 + sd[1] ** 2) ** 2 / (sd[0] ** 4 / (teams[0] - 1) + sd[1] ** 4 / (teams[1] - 1))
    tail = (1 - confidence) / 2
    lowest, highest = (df * variance / float(stats.chi2.ppf(q, df)) for q in (1 - tail, tail))
    found = [_teams_for(relevant, v, power) for v in (variance, lowest, highest)]
    expected = [None if n is None else -(-n * sum(sessions) // sum(teams)) for n in found]
    return Needed(relevant, power, Range(*found), Range(*expected), min(teams))


def _teams_for(relevant: float, variance: float, power: float) -> int | None:
    """The fewest teams per arm with at least ``power``; None above MOST_TEAMS.

    statsmodels has no number (nan) for effects so large that the power is 1.
    """
    effect = relevant / variance**0.5
    compute: Callable[..., float] = TTestIndPower().power

    def enough(n: int) -> bool:
        return not compute(effect_size=effect, nobs1=n, alpha=LEVEL, ratio=1) < power

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
