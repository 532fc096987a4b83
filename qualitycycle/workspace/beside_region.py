"""A group of sessions beside the rest of the region: a difference, never a place in a row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from qualitycycle import counts as query
from qualitycycle.analysis.compare import Options, compare_measure, compare_score
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.proportions import Interval
from qualitycycle.config import Floors
from qualitycycle.vocabulary import AnswerState, Moment, Verdict
from qualitycycle.workspace.ceilings import at_their_ceiling
from qualitycycle.workspace.effect_figures import COVERAGE, RESPONSE, figure_of
from qualitycycle.workspace.effect_sessions import held
from qualitycycle.workspace.gating import gated
from qualitycycle.workspace.measure_named import measure_named
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.view import View

OWN, OTHERS = "own", "others"
KIND = "basic"


@dataclass(frozen=True)
class Beside:
    """The figure of some sessions less that of the others, turned so that more is better.

    ``difference`` with its 95 % interval is on the scale that decides for the indicator (points
    of a mean, a fraction of a share); ``relevant`` is the difference that matters on it.
    """

    indicator: str
    difference: Interval
    relevant: float | None

    @property
    def lower(self) -> bool:
        """Whether the figure is lower: the whole interval is, or the estimate by what matters.

        >>> Beside("TRN3", Interval(-0.2, -0.35, -0.05), 0.5).lower
        True
        >>> Beside("TRN3", Interval(-0.6, -1.4, 0.2), 0.5).lower
        True
        >>> Beside("TRN3", Interval(-0.2, -0.7, 0.3), 0.5).lower
        False
        """
        estimate, high = self.difference.estimate, self.difference.high
        if estimate is None:
            return False
        certain = high is not None and high < 0
        return certain or (self.relevant is not None and estimate <= -self.relevant)

    @property
    def strong(self) -> bool:
        """Whether the whole interval of the figure is higher, by a difference that matters.

        >>> small, large = Interval(0.2, 0.1, 0.3), Interval(0.6, 0.2, 1.0)
        >>> Beside("TRN3", small, 0.5).strong, Beside("TRN3", large, 0.5).strong
        (False, True)
        """
        estimate, low = self.difference.estimate, self.difference.low
        certain = estimate is not None and low is not None and low > 0
        return certain and (self.relevant is None or (estimate or 0.0) >= self.relevant)


def measure_at(view: View, indicator: str) -> tuple[Measure, str] | None:
    """An item or score as a measure and the moment it is asked at; None for another indicator."""
    config = view.config
    known = indicator in config.items or any(indicator in one.scores for one in config.instruments.values())
    return measure_named(config, indicator) if known and config.scale_of(indicator).is_scored else None


def beside_region(
    view: View, indicator: str, partnership: str, cycles: Sequence[str], day: date | None = None
) -> Beside | None:
    """A partnership's sessions (led or shared) beside the region's other ones, over those of these
    cycles of which both may be shown.

    Of an item or score from one mixed model over both (see ``analysis.arms``), the cycles held
    equal. Of ``coverage`` and ``response_rate``, which are counted and no sample, the plain shares
    of the sessions held by ``day`` (today) without an interval. None for another indicator, and
    when no cycle may be shown: too few answers or trainers, or something small would follow from
    it. Which sessions were evaluated is no answer of anybody: ``status`` tells it of every partnership.
    """
    asked = measure_at(view, indicator)
    moment = str(Moment.POST) if asked is None else asked[1]
    released = view.released_for(indicator, KIND, moment)
    if indicator != COVERAGE:
        cycles = [one for one in cycles if {Group(partnership, one), Group(None, one)} <= released]
    if not cycles:
        return None
    own = {one.id for one in view.sessions.values() if partnership in one.partnerships}
    if asked is None:
        return _shares(view, indicator, own, cycles, day or date.today())
    return difference(view, *asked, own, set(view.sessions) - own, cycles)


def _shares(view: View, indicator: str, own: set[str], cycles: Sequence[str], day: date) -> Beside | None:
    """The share of some sessions less that of the others, for a figure of coverage or response."""
    sessions = {id: one for id, one in held(view, KIND, day).items() if one.cycle in cycles}
    figure = figure_of(view, indicator, sessions, KIND) if indicator in (COVERAGE, RESPONSE) else None
    if figure is None:
        return None
    mine = figure.sums["session"].isin(list(own))
    parts = [part[["n", "total"]].sum() for part in (figure.sums[mine], figure.sums[~mine])]
    if any(part["n"] == 0 for part in parts):
        return None
    here, there = (float(part["total"] / part["n"]) for part in parts)
    return Beside(indicator, Interval(here - there), figure.relevant)


def difference(
    view: View,
    measure: Measure,
    moment: str,
    own: Collection[str],
    others: Collection[str],
    cycles: Collection[str],
) -> Beside | None:
    """The sessions ``own`` less the ``others`` in these cycles; None where it may not be shown."""
    measure, frame = decided_on(view, measure, moment, cycles)
    return set_apart(frame, measure, own, others, view.config.settings.floors)


def decided_on(
    view: View, measure: Measure, moment: str, cycles: Collection[str]
) -> tuple[Measure, pd.DataFrame]:
    """A measure as it decides over these cycles (at the ceiling: on the share of the best answers),
    with its answers there (see ``sums_or_counts``)."""
    frame = sums_or_counts(view, measure, moment, cycles)
    if measure.kind == "score":
        return measure, frame
    full = at_their_ceiling(view, frame, [measure], moment=moment, kind=KIND)
    return replace(measure, ceiling=measure.id in full), frame


def set_apart(
    frame: pd.DataFrame, measure: Measure, own: Collection[str], others: Collection[str], floors: Floors
) -> Beside | None:
    """The sessions ``own`` less the ``others`` in a frame of ``sums_or_counts``, the cycles held equal."""
    sides = {**dict.fromkeys(others, OTHERS), **dict.fromkeys(own, OWN)}
    frame = frame.assign(arm=frame["session"].map(sides)).dropna(subset="arm")
    options = Options(reference=OTHERS, ordinal=False, permutations=0, adjust=("cycle",))
    compared = compare_score if measure.kind == "score" else compare_measure
    for one in compared(frame, measure=measure, options=options):
        told = gated(one, floors, lambda arm: False)
        if told.verdict is not Verdict.TOO_FEW:
            return Beside(measure.id, told.difference, told.relevant)
    return None


def sums_or_counts(view: View, measure: Measure, moment: str, cycles: Collection[str]) -> pd.DataFrame:
    """What a comparison takes: of an item its counts, of a score its sums, a row or more per session.

    Internal, not gated. Columns session, team, cycle, and item, instrument, score and n, or n,
    total and total_sq.
    """
    if measure.kind == "score":
        frame = view.score_sums(measure.id, moment=moment, kind=KIND, cycle=list(cycles))
    else:
        frame = _answers(view, moment)
        frame = frame[(frame["item"] == measure.id) & frame["cycle"].isin(list(cycles))]
    return frame.rename(columns={"collection": "session"}).fillna({"team": ""})


def _answers(view: View, moment: str) -> pd.DataFrame:
    """Every scored answer of a moment, counted once for all indicators."""
    key = ("scored answers", moment, KIND)
    if key not in view.memo:
        frame = query.counts(view.snapshot, view.sessions, moment=moment, kind=KIND)
        answered = frame["state"] == str(AnswerState.ANSWERED)
        view.memo[key] = frame[answered & frame["score"].notna()]
    found: pd.DataFrame = view.memo[key]
    return found
