"""The key figure over time, the founding survey, data quality and the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from qualitycycle import counts as query
from qualitycycle import disclosure
from qualitycycle.analysis.compare import Measure
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
from qualitycycle.workspace.gather.about import About, one_arm


def over_time(about: About) -> tuple[OverTime, ...]:
    """The primary question session by session, above the floor.

    Points carry no variant: with the month it would point to one trainer.
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
    value = float if measure.deciding == "mean" else (lambda score: float(measure.is_favourable(score)))
    sums = from_counts(answered, value).sort_values("session")
    sums["first_date"] = sums["session"].map({f.id: f.first_date for f in about.view.sessions.values()})
    shown = sums[sums["n"] >= about.floors.scores].sort_values(["first_date", "session"])
    columns = (shown[name].tolist() for name in ("first_date", "n", "total"))
    points = tuple(
        SessionPoint(order, day.replace(day=1), int(n), float(total / n))
        for order, (day, n, total) in enumerate(zip(*columns, strict=True), 1)
    )
    title = about.instrument.title_of(primary, about.language)
    return (OverTime(primary, title, measure.deciding, points, len(sums) - len(shown)),)


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
    flags = query.flag_counts(
        about.view.snapshot, about.view.sessions, cycle=about.cycle, partnership=about.partnership
    )
    named = tuple((about.text(f"checking.flagged.{flag}"), n) for flag, n in flags.items())
    return DataQuality(named, sum(measure.hidden for measure in measures))


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
