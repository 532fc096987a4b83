"""Trends: sessions in time from the store, charts from the analysis room, points without a name.

A partnership's chart holds the sessions it leads or shares. Points stand in periods (see
``periods``), rounded; ``session`` in the JSON is their place in the chart and says nothing about
which session it is. Limits, signals and verdicts come from the exact sessions in their exact order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from qualitycycle import counts as query
from qualitycycle import disclosure, wording
from qualitycycle.analysis.charts.process import Process, SessionPoint, one_by_one, process
from qualitycycle.analysis.charts.sentences import trend_sentences
from qualitycycle.analysis.charts.series import Break, Series
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.result import Result
from qualitycycle.analysis.sentences import note_of
from qualitycycle.analysis.teams import from_counts
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.register.derive import SessionFacts, givers_of
from qualitycycle.versions import sides
from qualitycycle.vocabulary import AnswerState, Moment, TrainingKind
from qualitycycle.workspace.ceilings import at_their_ceiling
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.effect_figures import COVERAGE
from qualitycycle.workspace.measure_named import measure_named
from qualitycycle.workspace.periods import TOGETHER, Period, periods, series_name, without_years
from qualitycycle.workspace.release import SESSIONS, Group, group_note
from qualitycycle.workspace.trend_cycles import Change, cycle_over_cycle
from qualitycycle.workspace.trend_decisions import in_force, rebased
from qualitycycle.workspace.trend_points import COLUMNS, ShownPoint, Told, points_of, told_of
from qualitycycle.workspace.trend_rates import is_rate, rate_named, rate_points
from qualitycycle.workspace.view import View, take_view
from qualitycycle.workspace.wordings import STOPPED, reason, wording_sentences

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

BY = ("partnership", "series")


@dataclass(frozen=True)
class Question:
    """What is asked of ``trend`` for one chart, after checking."""

    measure: Measure
    group: Group
    series: str | None
    kind: str
    moment: str
    norm: float | None


def trend(
    workspace: Workspace,
    item: str | Sequence[str] | None = None,
    *,
    cycle: str | None = None,
    partnership: str | None = None,
    series: str | None = None,
    by: str | None = None,
    kind: str = "basic",
    norm: float | None = None,
) -> Result:
    """Sessions in time: ordinary variation or a special signal, and what a norm may expect.

    ``item``: one or more items, scores, dimensions, ``response_rate`` or ``coverage``.
    Default the primary one. ``by``: a chart per ``partnership`` or training ``series``. ``norm``: default
    that of the partnership's latest goal on the item. Limits begin anew at a recorded decision of
    the partnership (``rebase``), from the first period that starts on or after its day.
    """
    view = take_view(workspace)
    questions = _questions(view, item, cycle, partnership, series, by, kind, norm)
    told = [_told(view, question, workspace.language) for question in questions]
    changes = [
        _changes(view, question, one.series.reason == "hidden", workspace.language)
        for question, one in zip(questions, told, strict=True)
    ]
    settings = {"item": [one.series.item for one in told], "by": by, "kind": kind, "cycle": cycle}
    words = [line for one in questions for line in _wordings(view, one, workspace.language)]
    settings |= {"partnership": partnership}
    return _result(view, told, changes, dict.fromkeys(words), workspace.language, settings)


def _changes(view: View, question: Question, hidden: bool, language: str) -> list[Change]:
    """From cycle to cycle, where the chart is not one cycle's; of a series, its own sessions."""
    if question.group.cycle or question.moment != Moment.POST or (hidden and question.series):
        return []
    if is_rate(question.measure):
        return []
    item, kind = question.measure.id, question.kind
    return cycle_over_cycle(view, item, question.group.partnership, question.series, kind, language)


def _told(view: View, question: Question, language: str) -> Told:
    """One chart: exact inside, what may be shown outside."""
    measure, points, began, small = _points(view, question)
    series = Series(
        measure.id,
        _title(view, measure.id, language),
        _where(view, question, language),
        measure.id if is_rate(measure) else measure.deciding,
        higher=measure.sign > 0 or measure.deciding != "mean",
        ends=measure.range if measure.deciding == "mean" else (0.0, 1.0),
        relevant=None if is_rate(measure) else measure.relevant_for(measure.deciding),
        norm=question.norm if measure.deciding in ("mean", measure.scale.decides_on) else None,
    )
    mine = {id for id, facts in view.sessions.items() if _holds(question, facts)}
    if not _may_show(view, question, mine & {one.id for one in points}):
        return Told(replace(series, reason="hidden"), {}, measure)
    known = _periods(view, question, points, began)
    kept = [one for one in points if one.id in mine]
    decided = rebased(view, measure.id, question.group.partnership)
    parts, breaks = _stretches(kept, began, known, decided)
    share = measure.deciding != "mean"
    series = replace(
        series,
        processes=tuple(_process(view, part, share, measure.id == COVERAGE) for part in parts),
        breaks=tuple(_reasoned(view, measure.id, one, language) for one in breaks),
        actions=in_force(view, measure.id, question.group.partnership),
        small=len(small & mine),
        unseen=sum(known[one.id] is None for one in kept),
        reason=None if kept else "nothing",
    )
    return Told(series, known, measure)


def _reasoned(view: View, item: str, one: Break, language: str) -> Break:
    return replace(one, why=reason(view, item, one.why, language)) if one.cause == "questionnaire" else one


def _wordings(view: View, question: Question, language: str) -> list[str]:
    """What is left out, or goes along, because the question was put differently."""
    item, group = question.measure.id, question.group
    if is_rate(question.measure):
        return []
    whole = question.measure.kind == "item" and view.config.one_scale(item)
    at = {"moment": question.moment, "kind": question.kind}
    place = {"cycle": group.cycle, "partnership": group.partnership}
    return wording_sentences(view, [item], language, key=None if whole else STOPPED, **at, **place)


def _process(view: View, part: Sequence[SessionPoint], share: bool, each: bool) -> Process:
    """The chart of a stretch; without any number where a break leaves sessions of too few trainers."""
    if not _enough(view, {one.id for one in part}, TOGETHER):
        return Process(tuple(part), "run", None)
    return one_by_one(part) if each else process(part, share=share)


def _points(view: View, question: Question) -> tuple[Measure, list[SessionPoint], dict[str, str], set[str]]:
    """The measure that decides, every session of the region large enough to be a point, the
    version that began its question (see ``sides``), and those that are too small; internal, not gated."""
    if is_rate(question.measure):
        points, too_small = rate_points(view, question.measure.id, question.kind, date.today())
        return question.measure, points, {}, too_small
    measure, sums, began = _sums(view, question)
    floors = view.config.settings.floors
    floor = floors.scores if measure.deciding == "mean" else floors.shares
    found, small = [], set()
    for row in sums.to_dict("records"):
        facts = view.sessions[row["session"]]
        if facts.first_date is None:
            continue
        if row["n"] < floor:
            small.add(facts.id)
            continue
        found.append(
            SessionPoint(facts.id, facts.first_date, row["n"], row["total"], row["total_sq"], facts.team)
        )
    return measure, found, began, small


def _sums(view: View, question: Question) -> tuple[Measure, pd.DataFrame, dict[str, str]]:
    """Sums per session of the number that decides."""
    measure = question.measure
    filters: query.Filters = {"moment": question.moment, "kind": question.kind}
    if measure.kind == "score":
        sums = view.score_sums(measure.id, **filters)
        return measure, sums.rename(columns={"collection": "session"}), {}
    apart = view.config.one_scale(measure.id)
    frame = query.counts(view.snapshot, view.sessions, item=measure.id, apart=apart, **filters)
    answers = frame[(frame["state"] == str(AnswerState.ANSWERED)) & frame["score"].notna()]
    full = at_their_ceiling(view, answers, [measure], moment=question.moment, kind=question.kind)
    measure = replace(measure, ceiling=measure.id in full)
    named = answers.rename(columns={"collection": "session"}).assign(arm="").fillna({"team": ""})
    began = sides(view.config.instruments.values(), measure.id)
    pairs = zip(named["session"].tolist(), named["instrument"].tolist(), strict=True)
    known = {str(session): began.get(str(instrument), "") for session, instrument in pairs}
    return measure, from_counts(named, measure.worth), known


def _holds(question: Question, facts: SessionFacts) -> bool:
    return question.group.holds(facts) and question.series in (None, series_name(facts))


def _may_show(view: View, question: Question, ids: set[str]) -> bool:
    """Whether the group is released, and a series of it (and the rest of it) is no one person's."""
    if question.group not in view.released(question.kind, question.moment):
        return False
    if question.series is None:
        return True
    whole = {
        id
        for id, one in view.sessions.items()
        if question.group.holds(one) and one.kind == question.kind and view.forms.get(id)
    }
    return all(_enough(view, part, SESSIONS) for part in (ids, whole - ids) if part)


def _enough(view: View, ids: set[str], sessions: int) -> bool:
    people = givers_of(view.sessions[id] for id in ids)
    return len(ids) >= sessions and len(people) >= view.config.settings.floors.arm_trainers


def _periods(
    view: View, question: Question, points: Iterable[SessionPoint], eras: Mapping[str, str]
) -> dict[str, Period | None]:
    """The periods of every session, the same for every group that can be asked for."""
    released = view.released(question.kind, question.moment)
    shown = [name for name in view.config.organisations.partnerships if Group(name) in released]
    sessions = [view.sessions[one.id] for one in points]
    return periods(sessions, eras, shown, view.config.settings.floors.arm_trainers)


def _stretches(
    points: Sequence[SessionPoint],
    eras: Mapping[str, str],
    known: Mapping[str, Period | None],
    decided: Iterable[tuple[date, str]],
) -> tuple[list[list[SessionPoint]], tuple[Break, ...]]:
    """The sessions between breaks, and the breaks: at another question, and at decisions.

    A decision holds from the next period on: periods stay whole, whichever days are asked for.
    """
    ordered = sorted(points, key=lambda one: (one.day, one.id))
    parts = [[one for one in ordered if eras.get(one.id) == era] for era in _in_order(ordered, eras)]
    breaks = [Break(part[0].day, "questionnaire", eras.get(part[0].id, "")) for part in parts[1:]]
    starts: dict[Period, date] = {}
    for one in ordered:
        if (period := known[one.id]) is not None:
            starts.setdefault(period, one.day)
    for day, why in sorted(decided):
        later = [start for start in starts.values() if start >= day and start > ordered[0].day]
        if later:
            breaks.append(Break(min(later), "decision", why))
            parts = [half for part in parts for half in _halves(part, min(later))]
    return parts, tuple(sorted(breaks, key=lambda one: one.day))


def _in_order(points: Sequence[SessionPoint], eras: Mapping[str, str]) -> list[str | None]:
    return list(dict.fromkeys(eras.get(one.id) for one in points))


def _halves(part: Sequence[SessionPoint], edge: date) -> list[list[SessionPoint]]:
    halves = [[one for one in part if one.day < edge], [one for one in part if one.day >= edge]]
    return [half for half in halves if half]


def _where(view: View, question: Question, language: str) -> str:
    code = question.group.partnership
    parts = [
        view.config.organisations.partnerships[code].name if code else wording.text("terms.region", language),
        question.series,
        question.group.cycle or wording.text("terms.all_cycles", language),
    ]
    return ", ".join(part for part in parts if part)


def _questions(
    view: View,
    item: str | Sequence[str] | None,
    cycle: str | None,
    partnership: str | None,
    series: str | None,
    by: str | None,
    kind: str,
    norm: float | None,
) -> list[Question]:
    view.check(cycle=cycle, partnership=partnership)
    check_choice("kind", kind, TrainingKind)
    check_choice("by", by, BY)
    names = sorted({series_name(one) for one in view.sessions.values() if one.kind == kind} - {""})
    if series is not None:
        series = without_years(series)
        check_choice("series", series, names)
    partnerships = list(view.config.organisations.partnerships) if by == "partnership" else [partnership]
    found = []
    for measure, moment in _measures(view, item):
        for code in partnerships:
            for one in names if by == "series" else [series]:
                own = _norm(view, measure, code) if norm is None else norm
                group = Group(code, cycle)
                found.append(Question(measure, group, one, kind, moment, own))
    return found


def _measures(view: View, item: str | Sequence[str] | None) -> list[tuple[Measure, str]]:
    """The measures asked for, and the moment each is asked at; a dimension is all its items."""
    wanted = [item] if isinstance(item, str) else list(item or [view.config.instrument.primary or ""])
    found: dict[str, tuple[Measure, str]] = {}
    for name in wanted:
        if not name:
            raise UsageProblem(Finding("trend.no_item"))
        if (rate := rate_named(name)) is not None:
            found[rate[0].id] = rate
            continue
        inside = [
            one.id
            for one in view.config.instrument.items
            if one.dimension.casefold() == name.casefold() and view.config.scale_of(one.id).is_scored
        ]
        for id in inside or [view.config.shared_named(name)]:
            found[id] = measure_named(view.config, id)
    return list(found.values())


def _title(view: View, name: str, language: str) -> str:
    if rate_named(name) is not None:
        return wording.text(f"trend.{name}", language)
    return view.config.instrument_of(name).title_of(name, language)


def _norm(view: View, measure: Measure, partnership: str | None) -> float | None:
    """The norm of the partnership's latest goal on the measure."""
    goals = [
        row
        for row in view.records.get("goals", ())
        if row["indicator"] == measure.id and row["partnership"] == partnership and row["norm"] is not None
    ]
    return float(max(goals, key=lambda row: str(row["cycle"]))["norm"]) if goals else None


def _result(
    view: View,
    told: Sequence[Told],
    changes: Sequence[Sequence[Change]],
    words: Iterable[str],
    language: str,
    settings: Any,
) -> Result:
    floors = view.config.settings.floors
    payload, rows, notes = [], [], []
    for one, changed in zip(told, changes, strict=True):
        lines = [*trend_sentences(one.series, language), *(line for c in changed for line in c.sentences)]
        notes += lines
        payload.append({**told_of(one, lines), "cycle_over_cycle": [c.as_json() for c in changed]})
        rows += [_row(one, point) for point in points_of(one)]
    notes += words
    hidden = [group_note(floors)] if any(one.series.reason == "hidden" for one in told) else []
    lowered = disclosure.lowered_note(floors)
    result = Result(
        "trend",
        pd.DataFrame(rows, columns=list(COLUMNS)),
        settings,
        (*map(note_of, notes), *hidden, *([lowered] if lowered else [])),
        (),
        view.stamp,
        language=language,
    )
    return replace(result, payload={"series": payload, "notes": result.sentences()})


def _row(told: Told, point: ShownPoint) -> tuple[Any, ...]:
    ends = (point.period.start, point.period.end, point.n, point.value, point.lower, point.upper)
    return told.series.item, told.series.where, point.place, *ends, ",".join(point.signals)
