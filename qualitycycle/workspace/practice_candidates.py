"""Where a good practice may be found: sessions that were strong cycle after cycle.

Only groups are pointed at, a partnership's own sessions or a variant in the region, and only where
their figures may be shown; no trainer or session is named, and partnerships are never put in a row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pandas as pd

from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.proportions import Interval
from qualitycycle.config import Floors
from qualitycycle.vocabulary import ARMS, Moment
from qualitycycle.workspace.beside_region import KIND, decided_on, set_apart
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.view import View

CYCLES = 2
"""From so many cycles on, strong sessions are more than one good year."""


@dataclass(frozen=True)
class Candidate:
    """An indicator on which a group was strong in each of these cycles, and by how much over all.

    ``partnership`` is set for a partnership's own sessions, ``variant`` for a variant in the
    region. ``difference`` is with the other sessions, positive is better, with its 95 % interval.
    """

    indicator: str
    cycles: tuple[str, ...]
    difference: Interval
    partnership: str | None = None
    variant: str | None = None


def candidates(view: View, partnership: str | None) -> list[Candidate]:
    """The indicators on which a partnership's sessions, or a variant, were consistently strong.

    Strong in a cycle: the mean of the sessions' figures lies above that of the other sessions.
    Consistently: so in each of the cycles of which both may be shown (two or more), and over these
    cycles together the whole interval of the difference (one mixed model, cycles held equal) lies
    above nothing, and it is a difference that matters. Many indicators are looked at, so this is
    where to ask, not proof: of a hundred on which a group differs in nothing, none to three pass
    (``benchmarks/calibration_practices.py``).

    Without ``partnership`` only variants, over the region.
    """
    found = []
    for measure in measures_after(view):
        for group, own, others in _groups(view, partnership):
            cycles = _shown_cycles(view, measure.id, group, own, others)
            if len(cycles) < CYCLES:
                continue
            decided, frame = decided_on(view, measure, str(Moment.POST), cycles)
            told = consistent(frame, decided, own, others, cycles, view.config.settings.floors)
            if told is not None:
                found.append(Candidate(measure.id, cycles, told, group.partnership, group.variant))
    return found


def consistent(
    frame: pd.DataFrame,
    measure: Measure,
    own: Collection[str],
    others: Collection[str],
    cycles: Collection[str],
    floors: Floors,
) -> Interval | None:
    """By how much the sessions ``own`` were stronger in every cycle and over all; None when not.

    ``frame``: of ``sums_or_counts``; one figure, the one that decides for ``measure``, says both.
    """
    figures = _figures(frame, measure)
    if not all(_above(figures, own, others, cycle) for cycle in cycles):
        return None
    told = set_apart(frame, measure, own, others, floors)
    return told.difference if told is not None and told.strong else None


def measures_after(view: View) -> list[Measure]:
    """Every item and score that everybody is asked right after a training."""
    instrument, config = view.config.instrument, view.config
    asked = [one for one in instrument.asked_at(Moment.POST) if one.id not in config.wordings.local]
    items = [
        Measure(one.id, config.scale_of(one.id), one.direction)
        for one in asked
        if config.scale_of(one.id).is_scored and not one.background
    ]
    ids = {one.id for one in asked}
    scores = [
        Measure(name, config.scale_of(name), kind="score")
        for name, score in instrument.scores.items()
        if ids >= set(score.items)
    ]
    return [*items, *scores]


def _groups(view: View, partnership: str | None) -> Iterator[tuple[Group, set[str], set[str]]]:
    """Each group that is looked at, its sessions, and those it is compared with."""
    known = {id: one for id, one in view.sessions.items() if one.kind == KIND}
    if partnership is not None:
        own = {id for id, one in known.items() if partnership in one.partnerships}
        yield Group(partnership), own, set(known) - own
    arms = {id: str(one.variant) for id, one in known.items() if one.variant in ARMS}
    for variant in map(str, ARMS):
        own = {id for id, arm in arms.items() if arm == variant}
        yield Group(variant=variant), own, set(arms) - own


def _shown_cycles(
    view: View, indicator: str, group: Group, own: Collection[str], others: Collection[str]
) -> tuple[str, ...]:
    """The cycles of which both sides may be told apart.

    A partnership's figures must be shown themselves; of variants differences are told, so on both
    sides there must be trainers enough (as in a comparison).
    """
    released = view.released_for(indicator, KIND, str(Moment.POST))
    cycles = [cycle for cycle in view.cycles() if Group(None, cycle) in released]
    if group.partnership is not None:
        return tuple(cycle for cycle in cycles if Group(group.partnership, cycle) in released)
    return tuple(cycle for cycle in cycles if _enough(view, cycle, own) and _enough(view, cycle, others))


def _enough(view: View, cycle: str, ids: Collection[str]) -> bool:
    held = [id for id in ids if view.sessions[id].cycle == cycle and view.forms.get(id)]
    people = {trainer for id in held for trainer in view.sessions[id].trainers}
    return len(people) >= view.config.settings.floors.arm_trainers


def _figures(frame: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """The figure that decides, one per session, positive is better."""
    if measure.kind == "score":
        return frame.assign(value=frame["total"] / frame["n"])[["session", "cycle", "value"]]
    sign = measure.sign if measure.deciding == "mean" else 1.0
    sums = frame.assign(total=sign * frame["score"].map(measure.worth) * frame["n"]).groupby(
        ["session", "cycle"], as_index=False
    )
    means = sums[["total", "n"]].sum()
    return means.assign(value=means["total"] / means["n"])[["session", "cycle", "value"]]


def _above(frame: pd.DataFrame, own: Collection[str], others: Collection[str], cycle: str) -> bool:
    now = frame[frame["cycle"] == cycle]
    mine, theirs = (now.loc[now["session"].isin(list(ids)), "value"].mean() for ids in (own, others))
    return bool(mine > theirs)
