"""What of a chart leaves: points in periods, rounded, and the JSON and table of ``trend``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qualitycycle.analysis.charts.noise import AFTER
from qualitycycle.analysis.charts.process import Process, SessionPoint
from qualitycycle.analysis.charts.series import Series, meaning
from qualitycycle.analysis.charts.signals import LIMIT, NEAR, Rule, Signal
from qualitycycle.analysis.measure import Measure
from qualitycycle.workspace.periods import Period
from qualitycycle.workspace.unlabelled import STEPS

COLUMNS = ("item", "where", "session", "date", "until", "n", "value", "lower", "upper", "signals")


@dataclass(frozen=True)
class Told:
    """A series with the periods of its sessions and its measure."""

    series: Series
    periods: Mapping[str, Period | None]
    measure: Measure


@dataclass(frozen=True)
class ShownPoint:
    """A session as it is shown: ``place`` in the chart, the first and last month of its period, the
    mean number of answers in that period, its rounded value, the limits there, and its signals."""

    place: int
    period: Period
    segment: int
    n: int
    value: float
    lower: float | None
    upper: float | None
    signals: tuple[Rule, ...]


def points_of(told: Told) -> list[ShownPoint]:
    """The points of a series, period by period; within one in an order that their values settle."""
    found: list[ShownPoint] = []
    for segment, part in enumerate(told.series.processes):
        places: dict[Period, list[int]] = {}
        for i, one in enumerate(part.points):
            period = told.periods.get(one.id)
            if period is not None:
                places.setdefault(period, []).append(i)
        for period, members in sorted(places.items()):
            found += _of_period(told, part, segment, period, members, len(found))
    return found


def _of_period(
    told: Told, part: Process, segment: int, period: Period, members: Sequence[int], before: int
) -> list[ShownPoint]:
    n = round(float(np.mean([part.points[i].n for i in members])))
    limits: tuple[float | None, float | None] = (None, None)
    if part.limits is not None:
        reach = 3 * float(np.mean(part.limits.sigma[list(members)]))
        limits = edges(told.measure, part.limits.centre, reach)
    values = [(level(told.measure, part.points[i]), _signals(part, i, members)) for i in members]
    return [
        ShownPoint(before + at, period, segment, n, value, *limits, rules)
        for at, (value, rules) in enumerate(sorted(values, key=_shuffled), 1)
    ]


def _shuffled(shown: tuple[float, tuple[Rule, ...]]) -> str:
    """An order that follows from what is shown and from nothing else."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _signals(part: Process, at: int, members: Sequence[int]) -> tuple[Rule, ...]:
    """The rules a point meets. Of rules about several sessions: all points of a period it touches
    that lie where the rule looks, so that the end of a row does not order them."""
    found = [
        one.rule
        for one in part.signals
        if (one.rule == "beyond" and at in one.points)
        or (one.rule != "beyond" and set(members) & set(one.points) and _lies(part, one, at))
    ]
    return tuple(dict.fromkeys(found))


def _lies(part: Process, signal: Signal, at: int) -> bool:
    assert part.limits is not None
    own = float(part.limits.z[at]) * (1 if signal.side == "high" else -1)
    if signal.rule == "near":
        return NEAR < own <= LIMIT
    return signal.rule == "trend" or own > 0


def level(measure: Measure, point: SessionPoint) -> float:
    """The value of a session, rounded so that it is nobody's exact mean."""
    return _rounded(measure, point.value, 1.0)


def edges(measure: Measure, centre: float, reach: float) -> tuple[float, float]:
    """Limits, rounded and within the scale."""
    low, high = measure.range if measure.deciding == "mean" else (0.0, 1.0)
    found = (_rounded(measure, end, 0.5) for end in (centre - reach, centre + reach))
    lower, upper = (min(max(end, low), high) for end in found)
    return lower, upper


def _rounded(measure: Measure, value: float, steps: float) -> float:
    step = STEPS["mean" if measure.deciding == "mean" else "share"] * steps
    return round(round(value / step) * step, 4)


def told_of(told: Told, notes: Iterable[str]) -> dict[str, Any]:
    """The JSON of one series; the keys of design 7 and more."""
    series, shown = told.series, points_of(told)
    return {
        "item": series.item,
        "title": series.title,
        "where": series.where,
        "deciding": series.deciding,
        "points": [_point(one) for one in shown],
        **_process(told, series.last),
        "breaks": [
            {"date": one.day.replace(day=1).isoformat(), "cause": one.cause, "why": one.why}
            for one in series.breaks
        ],
        "segments": [_process(told, one) for one in series.processes],
        "actions": [
            {
                "id": one.id,
                "date": one.day.isoformat(),
                "until": None if one.until is None else one.until.isoformat(),
                "done": one.done,
                "what": one.what,
            }
            for one in series.actions
        ],
        "verdict": series.verdict,
        "norm": series.norm,
        "assurance": series.assured,
        "false_signal_rate": None if series.false_signals is None else round(series.false_signals, 2),
        "detection": {
            "change": series.relevant,
            "within": AFTER,
            "rate": None if series.found is None else round(series.found, 2),
        },
        "left_out": {"too_few_answers": series.small, "not_a_point": series.unseen},
        "reason": series.reason,
        "notes": list(notes),
    }


def _point(one: ShownPoint) -> dict[str, Any]:
    return {
        "session": one.place,
        "date": one.period.start.isoformat(),
        "until": one.period.end.isoformat(),
        "segment": one.segment,
        "n": one.n,
        "value": one.value,
        "lower": one.lower,
        "upper": one.upper,
        "signals": list(one.signals),
    }


def _process(told: Told, part: Process | None) -> dict[str, Any]:
    """The numbers of one stretch; limits are those of a typical session."""
    centre = None if part is None or part.centre is None else _rounded(told.measure, part.centre, 0.5)
    lower = upper = None
    if part is not None and part.limits is not None:
        lower, upper = edges(told.measure, part.limits.centre, 3 * float(np.median(part.limits.sigma)))
    return {
        "stage": part.stage if part else None,
        "chart": part.kind if part else None,
        "sessions": len(part.points) if part else 0,
        "centre": centre,
        "lower": lower,
        "upper": upper,
        "trial_limits": part is not None and part.stage == "trial",
        "rules_in_a_row": part.runs if part else None,
        "signals": _rules(told.series, part),
    }


def _rules(series: Series, part: Process | None) -> list[dict[str, Any]]:
    """How often each rule was met on each side, and what that means."""
    found: dict[tuple[Rule, str], int] = {}
    for one in part.signals if part else ():
        found[one.rule, one.side] = found.get((one.rule, one.side), 0) + 1
    return [
        {
            "rule": rule,
            "side": side,
            "times": times,
            "means": meaning("high" if side == "high" else "low", series.higher),
        }
        for (rule, side), times in found.items()
    ]
