"""Change of the same people between two moments, and how much of it is left later.

Patterns go in: how many people of a session said what at which moments (absent where they
did not). People are paired within a session; those who could not be paired count only for
the match rates and, in ``everyone``, for a check. Differences are later less earlier, after
orienting, so positive is better. An item without a mean is read as favourable or not, and
its change is one of shares.

A change is no effect: nobody is compared with people who had no training.

Frame used below, *patterns*: session, team (``t1|t2``), one column per moment (``pre``,
``post``, ``follow_up``, ``retro_pre``; a score or missing), ambiguous, n.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualitycycle.analysis.clustered import ClusteredMeans, clustered_means, fieller
from qualitycycle.analysis.measure import Deciding, Measure
from qualitycycle.analysis.paired import paired_change
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.teams import UNRECORDED
from qualitycycle.vocabulary import Moment, Verdict

Floats = npt.NDArray[np.float64]

EQUIVALENCE = 0.90
"""The confidence of the interval that must lie within the relevant difference."""

UNKNOWN = Interval()
"""What is not known, or may not be shown."""

FEW_PAIRS = "few_pairs"
ONE_TEAM = "one_team"
NO_VARIATION = "no_variation"
NO_GAIN = "no_gain"


class Step(NamedTuple):
    """From which moment to which; ``retrospective`` when the first is a look back."""

    start: Moment
    end: Moment

    @property
    def retrospective(self) -> bool:
        """Whether people said afterwards how it had been before."""
        return self.start == Moment.RETRO_PRE

    @property
    def name(self) -> str:
        """As it stands in keys: ``pre-post``."""
        return f"{self.start}-{self.end}"


STEPS = (
    Step(Moment.PRE, Moment.POST),
    Step(Moment.POST, Moment.FOLLOW_UP),
    Step(Moment.PRE, Moment.FOLLOW_UP),
    Step(Moment.RETRO_PRE, Moment.POST),
)
"""What is compared, in the order of reading. A look back is never compared as if it were ``pre``."""


@dataclass(frozen=True)
class Matched:
    """How many forms or answers were paired, of how many at either moment.

    ``start`` and ``end`` count those of sessions that have both moments, ``single_sessions``
    the sessions that have one of the two. ``ambiguous``: those with a code that
    occurs twice. ``near``: how many are paired when codes that differ in one character count
    too. A number that may not be shown is None.
    """

    paired: int | None
    start: int | None
    end: int | None
    ambiguous: int | None = 0
    sessions: int | None = 0
    single_sessions: int | None = 0
    near: int | None = None

    @property
    def near_rates(self) -> tuple[float | None, float | None]:
        """As ``rates``, with nearly equal codes paired too."""
        return _part(self.near, self.start), _part(self.near, self.end)

    @property
    def rates(self) -> tuple[float | None, float | None]:
        """Paired as a fraction of those at the first and of those at the second moment."""
        return _part(self.paired, self.start), _part(self.paired, self.end)

    def as_json(self) -> dict[str, Any]:
        """The numbers as plain values."""
        before, after = self.rates
        near_before, near_after = self.near_rates
        return {
            "paired": self.paired,
            "from_n": self.start,
            "to_n": self.end,
            "match_rate": {"from": before, "to": after},
            "near": {"paired": self.near, "match_rate": {"from": near_before, "to": near_after}},
            "ambiguous": self.ambiguous,
            "sessions": self.sessions,
        }


@dataclass(frozen=True)
class Change:
    """The change of one item or score over one step, of the people who were paired.

    ``mean``: mean change (points, or a difference of shares) with its 95 % interval;
    ``srm`` that mean over the standard deviation of the changes. ``improved``, ``same`` and
    ``declined`` count people. ``everyone``: the change in a mixed model over all answers,
    ``agrees`` whether it differs from ``mean`` by less than ``relevant``. ``verdict`` reads
    as in a comparison: later against earlier.
    """

    item: str
    step: Step
    matched: Matched
    deciding: Deciding
    relevant: float | None = None
    top: float | None = None
    teams: int | None = None
    mean: Interval = UNKNOWN
    srm: Interval = UNKNOWN
    improved: int | None = None
    same: int | None = None
    declined: int | None = None
    everyone: Interval = UNKNOWN
    verdict: Verdict = Verdict.TOO_FEW
    reasons: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool | None:
        """Whether the change of everyone says the same; None when one of the two is not known."""
        if self.mean.estimate is None or self.everyone.estimate is None or self.relevant is None:
            return None
        return abs(self.everyone.estimate - self.mean.estimate) < self.relevant

    def as_json(self) -> dict[str, Any]:
        """The fixed JSON of ``change``, in full precision; None for what is not known."""
        return {
            "item": self.item,
            "from": str(self.step.start),
            "to": str(self.step.end),
            **self.matched.as_json(),
            "teams": self.teams,
            "deciding": self.deciding,
            "relevant": self.relevant,
            "mean_change": self.mean.as_json(),
            "srm": self.srm.as_json(),
            "improved": self.improved,
            "same": self.same,
            "declined": self.declined,
            "everyone": self.everyone.as_json(),
            "agrees": self.agrees,
            "verdict": str(self.verdict),
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True)
class Retention:
    """How much of the gain between ``pre`` and ``post`` is left at ``follow_up``.

    ``kept`` is (follow_up - pre) / (post - pre) of the mean changes of the ``paired`` people
    who have all three, with Fieller's interval; empty with the reason ``no_gain`` when the
    gain itself is not clear of 0.
    """

    item: str
    paired: int | None
    kept: Interval = UNKNOWN
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The fixed JSON of a retention."""
        return {"item": self.item, "paired": self.paired, **self.kept.as_json(), "reason": self.reason}


def matched(patterns: pd.DataFrame, step: Step) -> Matched:
    """Who was paired over a step, of how many.

    >>> frame = pd.DataFrame({"session": ["S1", "S1", "S2"], "pre": [2.0, 3.0, None],
    ...                       "post": [4.0, None, 5.0], "ambiguous": False, "n": [6, 2, 9]})
    >>> found = matched(frame, STEPS[0])
    >>> found.paired, found.start, found.end, found.single_sessions
    (6, 8, 6, 1)
    """
    before, after = (patterns[str(moment)].notna() for moment in step)
    held = [set(patterns.loc[has, "session"]) for has in (before, after)]
    within = patterns["session"].isin(held[0] & held[1])

    def people(rows: pd.Series) -> int:
        return int(patterns.loc[rows & within, "n"].sum())

    return Matched(
        paired=people(before & after),
        start=people(before),
        end=people(after),
        ambiguous=people((before | after) & patterns["ambiguous"]),
        sessions=len(held[0] & held[1]),
        single_sessions=len(held[0] ^ held[1]),
    )


def change(patterns: pd.DataFrame, measure: Measure, step: Step) -> Change:
    """The change of the people who answered at both moments of ``step``.

    ``mean = sum(n d) / N`` over the paired people, d later less earlier. Its interval is that
    of ``clustered_means`` over trainer teams: people of one session, and sessions of one team,
    need not be independent. ``srm = mean / sd(d)``; its interval is that of the clustered mean
    of the influence ``(d - mean) / sd - srm / 2 ((d - mean)^2 / sd^2 - 1)`` of each person, so
    clusters count here too (``paired_change`` has the one for independent people). The verdict
    is ``equivalent`` when the 90 % interval lies within the relevant difference, ``better`` or
    ``worse`` when the 95 % interval excludes 0, else ``cannot_tell``; ``too_few`` below two pairs.

    Source: Liang, Fossel, Larson, Medical Care 28 (1990) 632-642 (srm). A simulation holds the
    intervals (tests/analysis/test_change.py).

    >>> from qualitycycle.instrument import Scale
    >>> scale = Scale(kind="ordinal", points=5, favourable=(4, 5), uses_mean=True, relevant_mean=0.3)
    >>> frame = pd.DataFrame({"session": ["S1", "S1", "S2", "S3"], "team": ["A", "A", "B", "C"],
    ...                       "pre": [2.0, 3.0, 2.0, 3.0], "post": [3.0, 3.0, 4.0, 4.0],
    ...                       "ambiguous": False, "n": [4, 2, 5, 4]})
    >>> found = change(frame, Measure("ZEL1", scale), STEPS[0])
    >>> found.matched.paired, found.improved, found.same, found.declined, found.mean.estimate
    (15, 13, 2, 0, 1.2)
    """
    relevant = measure.scale.relevant_mean if measure.deciding == "mean" else measure.scale.relevant_share
    found = Change(
        measure.id,
        step,
        matched(patterns, step),
        measure.deciding,
        relevant=measure.relevant if measure.relevant is not None else relevant,
        top=measure.range[1],
    )
    pairs = _complete(patterns, step, measure)
    if pairs["n"].sum() < 2:
        return replace(found, reasons=(FEW_PAIRS,))
    before, after = (np.repeat(pairs[str(moment)], pairs["n"]) for moment in step)
    plain = paired_change(before, after)
    teams = _teams(pairs, (pairs[str(step.end)] - pairs[str(step.start)]).to_frame())
    return _judged(
        replace(
            found,
            teams=teams.clusters,
            mean=teams.interval(),
            srm=_srm(pairs, step, plain.srm, plain.sd_difference),
            improved=plain.higher,
            same=plain.same,
            declined=plain.lower,
        ),
        teams,
    )


def retention(patterns: pd.DataFrame, measure: Measure) -> Retention:
    """How much of the gain is left at follow-up, of the people who have all three moments.

    A ratio above 1 means that they went on growing. Assumes that those who answered three
    times stand for the others; see ``Change.agrees``.
    """
    moments = (Moment.PRE, Moment.POST, Moment.FOLLOW_UP)
    rows = _complete(patterns, moments, measure)
    found = Retention(measure.id, int(rows["n"].sum()))
    if found.paired is None or found.paired < 2:
        return replace(found, reason=FEW_PAIRS)
    pre, post, later = (rows[str(moment)] for moment in moments)
    kept = fieller(_teams(rows, pd.DataFrame({"gain": post - pre, "left": later - pre})), 1, 0)
    return replace(found, kept=kept, reason=None if kept.is_known else NO_GAIN)


def oriented(scores: pd.Series, measure: Measure) -> pd.Series:
    """Scores as they are compared: high is good, or 1 for favourable and 0 for not.

    A declared score is oriented already, where its items are.
    """
    if measure.deciding == "favourable":
        return scores.map(lambda score: float(measure.is_favourable(score)), na_action="ignore")
    low, high = measure.range
    return low + high - scores if measure.direction == "lower" else scores


def _complete(patterns: pd.DataFrame, moments: tuple[Moment, ...], measure: Measure) -> pd.DataFrame:
    """The people who answered at all of these moments, their answers oriented."""
    names = [str(moment) for moment in moments]
    rows = patterns.loc[patterns[names].notna().all(axis=1), ["session", "team", *names, "n"]]
    return rows.assign(**{name: oriented(rows[name], measure) for name in names})


def _teams(rows: pd.DataFrame, values: pd.DataFrame) -> ClusteredMeans:
    """The clustered means of values, a column each; a session without trainers is its own team."""
    team = rows["team"].where(rows["team"].fillna("") != "", UNRECORDED + rows["session"].astype(str))
    sums = values.mul(rows["n"], axis=0).assign(people=rows["n"]).groupby(team).sum()
    return clustered_means(sums.pop("people").to_numpy(), sums.to_numpy(), teams=[str(t) for t in sums.index])


def _srm(pairs: pd.DataFrame, step: Step, srm: float | None, sd: float | None) -> Interval:
    if srm is None or sd is None:
        return UNKNOWN
    z = (pairs[str(step.end)] - pairs[str(step.start)]) / sd - srm
    influence = _teams(pairs, (z - srm / 2 * (z**2 - 1)).to_frame())
    if not influence.is_known:
        return Interval(srm)
    low, high = influence.ends()
    centre = float(influence.means[0])
    return Interval(srm, srm + low - centre, srm + high - centre)


def _judged(found: Change, teams: ClusteredMeans) -> Change:
    if not teams.is_known:
        reason = ONE_TEAM if teams.clusters < 2 else NO_VARIATION
        return replace(found, verdict=Verdict.CANNOT_TELL, reasons=(reason,))
    relevant = found.relevant
    low, high = teams.ends(confidence=EQUIVALENCE)
    if relevant is not None and -relevant < low and high < relevant:
        return replace(found, verdict=Verdict.EQUIVALENT)
    low, high = teams.ends()
    if low <= 0 <= high:
        return replace(found, verdict=Verdict.CANNOT_TELL)
    return replace(found, verdict=Verdict.BETTER if low > 0 else Verdict.WORSE)


def _part(paired: int | None, whole: int | None) -> float | None:
    return None if paired is None or not whole else paired / whole
