"""The key figure over time, the founding survey, data quality and the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from qualitycycle import counts as query
from qualitycycle import disclosure
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.proportions import option_table
from qualitycycle.analysis.teams import from_counts
from qualitycycle.instrument import in_language
from qualitycycle.report.model import (
    DataQuality,
    Estimate,
    Founding,
    InputFile,
    ItemResult,
    Manifest,
    OverTime,
    SessionPoint,
    SurveyBase,
    SurveyQuestion,
)
from qualitycycle.vocabulary import AnswerState, Moment
from qualitycycle.workspace.flags import flag_totals
from qualitycycle.workspace.gather.about import About, one_arm
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.wordings import wording_sentences

TOGETHER = 3
"""So many sessions make one dot."""


def over_time(about: About) -> tuple[OverTime, ...]:
    """The primary question through the years, a dot per few sessions in a row.

    A dot holds at least ``TOGETHER`` sessions of one cycle by enough trainers: with its
    month, a single session would point to whoever gave it.
    """
    primary = about.instrument.primary
    if primary is None or primary in about.instrument.scores:
        return ()
    item = about.instrument.item(primary)
    measure = Measure(primary, about.view.config.scale_of(primary), item.direction)
    frame = query.counts(
        about.view.snapshot, about.view.sessions, item=primary, partnership=about.partnership
    )
    answered = one_arm(frame[frame["state"] == str(AnswerState.ANSWERED)])
    value = (
        float if measure.scale.decides_on == "mean" else (lambda score: float(measure.is_favourable(score)))
    )
    sums = from_counts(answered, value).set_index("session")
    stretches = [stretch for cycle in about.view.cycles() for stretch in _stretches(about, cycle, sums.index)]
    points = tuple(
        SessionPoint(
            order,
            first.replace(day=1),
            int(sums.loc[ids, "n"].sum()),
            float(sums.loc[ids, "total"].sum() / sums.loc[ids, "n"].sum()),
        )
        for order, (first, ids) in enumerate(stretches, 1)
    )
    title = about.instrument.title_of(primary, about.language)
    left_out = len(sums) - sum(len(ids) for _, ids in stretches)
    return (OverTime(primary, title, measure.scale.decides_on, points, left_out),)


def _stretches(about: About, cycle: str, answered: Iterable[str]) -> list[tuple[date, list[str]]]:
    """The sessions of a cycle in order of date, a few at a time: first day and ids."""
    if not about.may_show(cycle):
        return []
    given = [about.view.sessions[id] for id in answered if about.view.sessions[id].cycle == cycle]
    dated = sorted((one.first_date, one.id) for one in given if one.first_date)
    stretches: list[tuple[date, list[str]]] = []
    for day, id in dated:
        if not stretches or _enough(about, stretches[-1][1]):
            stretches.append((day, []))
        stretches[-1][1].append(id)
    if len(stretches) > 1 and not _enough(about, stretches[-1][1]):
        stretches[-2][1].extend(stretches.pop()[1])
    return stretches


def _enough(about: About, ids: Sequence[str]) -> bool:
    """Whether these sessions together are no single person's."""
    trainers = {trainer for id in ids for trainer in about.view.sessions[id].trainers or (f"/{id}",)}
    return len(ids) >= TOGETHER and len(trainers) >= about.floors.arm_trainers


def founding(about: About) -> Founding | None:
    """The first survey of the whole region, or of this partnership, that has answers."""
    for survey in about.view.surveys.values():
        if survey.partnership not in (None, about.partnership):
            continue
        frame = query.counts(about.view.snapshot, [], [survey], moment=Moment.SURVEY, collection=survey.id)
        if frame.empty:
            continue
        questions = tuple(
            _survey_question(about, item, part) for item, part in frame.groupby("item", sort=False)
        )
        return Founding(survey.title or survey.id, survey.cycle or "", questions, survey.invited)
    return None


def _survey_question(about: About, item_id: Any, frame: pd.DataFrame) -> SurveyQuestion:
    instrument = about.view.config.instruments[frame["instrument"].iloc[0]]
    item = instrument.item(str(item_id))
    labels = in_language(instrument.scale_of(item.id).labels, about.language)
    answered = frame[frame["state"] == str(AnswerState.ANSWERED)].groupby("option")["n"].sum()
    counted = {label: int(answered.get(str(i), 0)) for i, label in enumerate(labels, 1)}
    released = disclosure.gate_distribution(counted, about.floors)
    outside = {labels[i - 1] for i in item.outside}
    bases = [_base("all", counted, labels, set())]
    if outside:
        bases.append(_base("trained", counted, labels, outside))
    return SurveyQuestion(
        id=item.id,
        title=str(in_language(item.text, about.language)),
        options=tuple(labels),
        counts=tuple(released.counts[label] if released.counts else None for label in labels),
        bases=tuple(bases) if released.shares else (),
        highlight=item.highlight - 1 if item.highlight else None,
    )


def _base(name: str, counted: Mapping[str, int], labels: Sequence[str], outside: set[str]) -> SurveyBase:
    inside = {label: n for label, n in counted.items() if label not in outside}
    table = option_table(inside)
    columns = (table[name].tolist() for name in ("option", "share", "low", "high"))
    known = {option: Estimate(*numbers) for option, *numbers in zip(*columns, strict=True)}
    shares = tuple(known.get(label) for label in labels)
    return SurveyBase(name, sum(inside.values()), shares)


def quality(about: About, measures: Iterable[ItemResult]) -> DataQuality:
    """What was odd in the answers, and how many questions stay hidden."""
    flags = flag_totals(about.view, "basic", Group(about.partnership, about.cycle))
    named = tuple((about.text(f"quality.flagged.{flag}"), n) for flag, n in flags.items() if n != 0)
    known = list(measures)
    lines = wording_sentences(
        about.view, [one.id for one in known], about.language, partnership=about.partnership
    )
    return DataQuality(named, sum(measure.hidden for measure in known), tuple(lines))


def manifest(about: About, history: Iterable[Mapping[str, Any]], packages: Mapping[str, str]) -> Manifest:
    """What is needed to make the report again."""
    mine = {facts.id for facts in about.view.sessions.values() if _belongs(facts, about)}
    mine |= set(about.view.surveys)
    inputs = tuple(
        InputFile(event["file"], event["sha256"], event["import_id"], event["imported_at"].date())
        for event in history
        if event["state"] == "imported" and mine & set(event["collections"])
    )
    stamp = about.view.stamp
    return Manifest(inputs, stamp, str(stamp["config"]), packages)


def _belongs(facts: Any, about: About) -> bool:
    return facts.cycle == about.cycle and about.partnership in (facts.lead, *facts.shared_with)
