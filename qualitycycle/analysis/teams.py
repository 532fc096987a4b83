"""From answers to teams: the unit a comparison of trainers may count as one.

Answers sit in sessions and sessions belong to trainers. A *team* is the set of trainers
of a session, written ``"t1|t2"`` (sorted), within one arm. The permutation test and the levels
of a report count every team as one vote (the differences of ``compare`` come from the mixed
model in ``arms``). A team's mean is the mean over all its answers (its sessions
pooled); an arm's mean is the plain mean of its team means, so a team with many full
sessions does not outvote the others. An answer-weighted mean would answer another
question ("how content was the average respondent"), dominated by the largest teams.

**Trainers who gave several teams.** Two teams with a trainer in common are not
independent, so the plain Welch variance is too small when one arm leans on few trainers.
``sharing_factors`` gives the largest factor by which it can be too small (1 when no
trainer gives two teams of one arm); standard errors here are multiplied by its root.

Frames used below:

* counts: session, arm, team, score (float), n (number of answers)
* sums: session, arm, team, n, total (sum of values), total_sq (sum of squared values)
* teams: arm, team, sessions, n, mean

An empty team means that nobody was recorded: such a session stands alone and counts
towards no trainer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, stats

from qualitycycle.analysis.proportions import Interval

Floats = NDArray[np.float64]

SEPARATOR = "|"
UNRECORDED = "/"
"""Marks the team of a session without recorded trainers; no id may contain it."""

SUMS = ["session", "arm", "team", "n", "total", "total_sq"]


def from_counts(
    counts: pd.DataFrame, value: Callable[[float], float] = float, beside: Sequence[str] = ()
) -> pd.DataFrame:
    """Per session the number, sum and sum of squares of ``value(score)``.

    ``counts``: columns session, arm, team, score, n. ``value`` turns a score into the
    number that is averaged: the score itself, or 1 for favourable and 0 otherwise. ``beside``:
    further columns of a session that are kept, as ``texts``.

    >>> counts = pd.DataFrame({"session": "S1", "arm": "tandem", "team": "A|B", "score": [3, 5], "n": [2, 1]})
    >>> print(from_counts(counts).to_string(index=False))
    session    arm team  n  total  total_sq
         S1 tandem  A|B  3   11.0      43.0
    >>> from_counts(counts, lambda score: float(score >= 4))["total"].tolist()
    [1.0]
    """
    values = {score: float(value(float(score))) for score in counts["score"].unique()}
    x = counts["score"].map(values).to_numpy(dtype=float)
    n = counts["n"].to_numpy(dtype=np.int64)
    keys = {name: texts(counts[name]) for name in [*SUMS[:3], *beside]}
    frame = pd.DataFrame({**keys, "n": n, "total": n * x, "total_sq": n * x * x})
    return frame.groupby(list(keys), as_index=False, sort=True)[SUMS[3:]].sum()


def texts(column: pd.Series[Any]) -> pd.Series[str]:
    """A column as text; what is missing is ``""``, so that no session is lost for it.

    >>> texts(pd.Series([2024, None], dtype=object)).tolist()
    ['2024', '']
    """
    return column.astype(object).where(column.notna(), "").map(str)


def team_means(sums: pd.DataFrame) -> pd.DataFrame:
    """One row per arm and team: arm, team, sessions, n, mean; sorted, teams without answers left out.

    >>> sums = pd.DataFrame({"session": ["S1", "S2"], "arm": "tandem", "team": "A|B",
    ...                      "n": [3, 1], "total": [11.0, 5.0], "total_sq": [43.0, 25.0]})
    >>> print(team_means(sums).to_string(index=False))
       arm team  sessions  n  mean
    tandem  A|B         2  4   4.0
    """
    used = sums.loc[sums["n"] > 0, SUMS].copy()
    used["team"] = used["team"].where(used["team"] != "", UNRECORDED + used["session"])
    grouped = used.groupby(["arm", "team"], as_index=False, sort=True)
    frame = grouped.agg(sessions=("session", "nunique"), n=("n", "sum"), total=("total", "sum"))
    frame["mean"] = frame["total"] / frame["n"]
    return frame.drop(columns="total")


def trainers_of(team: str) -> list[str]:
    """The trainers in a team; none when nobody was recorded.

    >>> trainers_of("A|B"), trainers_of("/S12"), trainers_of("")
    (['A', 'B'], [], [])
    """
    return [] if not team or team.startswith(UNRECORDED) else team.split(SEPARATOR)


def memberships(teams: Sequence[str]) -> sparse.csr_array:
    """Teams by trainers, each row one over the number of trainers of that team.

    >>> memberships(["A|B", "A"]).toarray().tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    columns: dict[str, int] = {}
    rows, where, weight = [], [], []
    for row, team in enumerate(teams):
        people = trainers_of(team) or [team]
        for person in people:
            rows.append(row)
            where.append(columns.setdefault(person, len(columns)))
            weight.append(1 / len(people))
    return sparse.csr_array((weight, (rows, where)), shape=(len(teams), len(columns)))


def sharing_factors(labels: NDArray[np.bool_], members: sparse.csr_array) -> Floats:
    """How much too small the Welch variance of a difference can be, per assignment of arms.

    If trainers differ and nothing else does, the difference of team means has variance
    ``s^2 |a - b|^2``, where ``a`` and ``b`` are the average memberships of the arms, while
    Welch's formula expects ``s^2 (S_a / k_a + S_b / k_b)``, S the spread of the memberships
    within an arm. The ratio bounds the true one, as all other variation (sessions, answers)
    is independent between teams. Below 1 (trainers shared *between* arms make Welch too
    wide) the factor is 1.

    ``labels``: arrangements by teams, True for the arm; ``members``: ``memberships``.

    >>> members = memberships(["A|C", "B|C", "D", "E"])   # C gives both teams of the first arm
    >>> sharing_factors(np.array([[True, True, False, False]]), members).round(2).tolist()
    [1.4]
    """
    assigned = labels.astype(float)
    k_a = assigned.sum(axis=1)
    k_b = assigned.shape[1] - k_a
    centre_a = _divide(assigned @ members, k_a[:, None])
    centre_b = _divide((1 - assigned) @ members, k_b[:, None])
    size = np.asarray(members.multiply(members).sum(axis=1), dtype=float).ravel()
    spread_a = _divide(assigned @ size - k_a * (centre_a**2).sum(axis=1), k_a - 1)
    spread_b = _divide((1 - assigned) @ size - k_b * (centre_b**2).sum(axis=1), k_b - 1)
    spread_a, spread_b = np.where(k_a > 1, spread_a, spread_b), np.where(k_b > 1, spread_b, spread_a)
    expected = _divide(spread_a, k_a) + _divide(spread_b, k_b)
    true = ((centre_a - centre_b) ** 2).sum(axis=1)
    factor: Floats = np.maximum(1.0, np.where(expected > 0, _divide(true, expected), 1.0))
    return np.where(np.abs(factor - 1) < 1e-12, 1.0, factor)


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    """Division in which zero by zero, or by zero, is zero: such cells are not used."""
    result: Floats = np.divide(
        numerator, denominator, out=np.zeros(np.shape(numerator)), where=denominator != 0
    )
    return result


@dataclass(frozen=True)
class ArmCounts:
    """What an arm rests on."""

    responses: int
    sessions: int
    trainers: int
    teams: int


def arm_counts(teams: pd.DataFrame, arm: str) -> ArmCounts:
    """How many responses, sessions, trainers and teams an arm has, from ``team_means``.

    >>> sums = pd.DataFrame({"session": ["S1", "S2"], "arm": "x", "team": ["A|B", "A"],
    ...                      "n": [3, 1], "total": [11.0, 5.0], "total_sq": [43.0, 25.0]})
    >>> arm_counts(team_means(sums), "x")
    ArmCounts(responses=4, sessions=2, trainers=2, teams=2)
    """
    mine = teams.loc[teams["arm"] == arm]
    people = {person for team in mine["team"] for person in trainers_of(team)}
    return ArmCounts(int(mine["n"].sum()), int(mine["sessions"].sum()), len(people), len(mine))


@dataclass(frozen=True)
class ArmSummary:
    """One arm: what it rests on, and the mean of its team means with a t interval.

    ``sd`` is the standard deviation between teams; None with one team.
    """

    arm: str
    responses: int
    sessions: int
    trainers: int
    teams: int
    mean: Interval
    sd: float | None


def arm_summary(
    sums: pd.DataFrame,
    arm: str,
    *,
    confidence: float = 0.95,
    limits: tuple[float, float] | None = None,
) -> ArmSummary:
    """Counts of an arm and the mean of its team means.

    Interval: ``mean -+ t(k - 1) sd / sqrt(k) sqrt(f)`` over k teams, f the factor of
    ``sharing_factors`` for one arm; cut off at ``limits``, the ends of the scale. One team,
    or no variation at all, has no interval.

    >>> sums = pd.DataFrame({"session": ["S1", "S2", "S3"], "arm": "x", "team": ["A", "B", "C"],
    ...                      "n": 10, "total": [70.0, 80.0, 90.0], "total_sq": [500.0, 650.0, 820.0]})
    >>> summary = arm_summary(sums, "x")
    >>> summary.teams, summary.mean.estimate, round(summary.mean.low, 2)
    (3, 8.0, 5.52)
    """
    return summarise(team_means(sums), arm, confidence=confidence, limits=limits)


def summarise(
    teams: pd.DataFrame,
    arm: str,
    *,
    confidence: float = 0.95,
    limits: tuple[float, float] | None = None,
) -> ArmSummary:
    """As ``arm_summary``, from ``team_means`` that are known already."""
    teams = teams.loc[teams["arm"] == arm]
    means = teams["mean"].to_numpy(dtype=float)
    k = len(means)
    people = {person for team in teams["team"] for person in trainers_of(team)}
    return ArmSummary(
        arm=arm,
        responses=int(teams["n"].sum()),
        sessions=int(teams["sessions"].sum()),
        trainers=len(people),
        teams=k,
        mean=_mean_interval(means, teams["team"].tolist(), confidence, limits),
        sd=float(means.std(ddof=1)) if k > 1 else None,
    )


def _mean_interval(
    means: Floats, teams: list[str], confidence: float, limits: tuple[float, float] | None
) -> Interval:
    k = len(means)
    if k == 0:
        return Interval()
    estimate = float(means.mean())
    if k == 1 or not varies(means):
        return Interval(estimate)
    factor = _sharing_within(memberships(teams))
    half = float(stats.t.ppf((1 + confidence) / 2, k - 1)) * math.sqrt(means.var(ddof=1) / k * factor)
    low, high = limits or (-math.inf, math.inf)
    return Interval(estimate, max(low, estimate - half), min(high, estimate + half))


def _sharing_within(members: sparse.csr_array) -> float:
    """The factor of ``sharing_factors`` for one arm on its own."""
    k = int(members.shape[0])
    centre = np.asarray(members.mean(axis=0), dtype=float).ravel()
    true = float((centre**2).sum())
    spread = (float(members.multiply(members).sum()) - k * true) / (k - 1)
    return max(1.0, true * k / spread)


def varies(means: Floats) -> bool:
    """Whether numbers differ by more than rounding.

    >>> varies(np.array([0.1 + 0.2, 0.3])), varies(np.array([1.0, 2.0]))
    (False, True)
    """
    return bool(np.ptp(means) > 1e-9 * max(1.0, float(np.abs(means).max()))) if len(means) else False


@dataclass(frozen=True)
class Difference:
    """A difference of means: ``interval`` with its standard error and degrees of freedom.

    ``reason`` says why there is no interval: ``one_team`` or ``no_variation``.
    """

    interval: Interval
    se: float | None = None
    df: float | None = None
    reason: str | None = None


def welch(a: Floats, b: Floats, *, confidence: float = 0.95, sharing: float = 1.0) -> Difference:
    """Difference of means ``a - b`` with a Welch-Satterthwaite t interval.

    ``se^2 = (s_a^2 / k_a + s_b^2 / k_b) sharing``;
    ``df = (v_a + v_b)^2 / (v_a^2 / (k_a - 1) + v_b^2 / (k_b - 1))`` with ``v = s^2 / k``.
    ``a``, ``b``: team means; ``sharing``: the factor of ``sharing_factors``. R:
    ``t.test(a, b)``. With one team in an arm, or when the means within both arms do not
    differ at all, the uncertainty cannot be known and there is no interval.

    >>> found = welch(np.array([7.0, 8.0, 9.0]), np.array([6.0, 7.0, 8.0, 7.0]))
    >>> found.interval.estimate, round(found.df, 2), round(found.interval.low, 2)
    (1.0, 3.86, -0.99)
    """
    if len(a) == 0 or len(b) == 0:
        return Difference(Interval(), reason="one_team")
    estimate = float(a.mean() - b.mean())
    if len(a) == 1 or len(b) == 1:
        return Difference(Interval(estimate), reason="one_team")
    if not varies(a) and not varies(b):
        return Difference(Interval(estimate), reason="no_variation")
    v_a, v_b = float(a.var(ddof=1)) / len(a), float(b.var(ddof=1)) / len(b)
    df = (v_a + v_b) ** 2 / (v_a**2 / (len(a) - 1) + v_b**2 / (len(b) - 1))
    se = math.sqrt((v_a + v_b) * sharing)
    half = float(stats.t.ppf((1 + confidence) / 2, df)) * se
    return Difference(Interval(estimate, estimate - half, estimate + half), se, df)
