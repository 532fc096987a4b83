"""The founding survey, data quality and the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from qualitycycle import counts as query
from qualitycycle import disclosure
from qualitycycle.analysis.proportions import option_table
from qualitycycle.instrument import in_language
from qualitycycle.report.model import (
    DataQuality,
    Estimate,
    Founding,
    InputFile,
    ItemResult,
    Manifest,
    Standing,
    SurveyBase,
    SurveyQuestion,
)
from qualitycycle.vocabulary import AnswerState, Moment
from qualitycycle.workspace.flags import flag_totals
from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.wordings import wording_sentences


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


def standing(about: About) -> Standing | None:
    """Whose answers do not count yet, and of which day the counted ones are."""
    sessions = about.view.sessions
    own = [id for id in about.since if id in sessions and _belongs(sessions[id], about)]
    days = [about.since[id] for id in own or about.since]
    return Standing(bool(own), max(days)) if days else None


def manifest(about: About, history: Iterable[Mapping[str, Any]], packages: Mapping[str, str]) -> Manifest:
    """What is needed to make the report again."""
    mine = {facts.id for facts in about.view.sessions.values() if _belongs(facts, about)}
    mine |= set(about.view.surveys)
    inputs = tuple(
        InputFile(event["file"], event["sha256"], event["import_id"], event["imported_at"].date())
        for event in history
        if event["state"] == "imported" and mine & set(event["collections"])
    )
    stamp = about.stamp
    return Manifest(inputs, stamp, str(stamp["config"]), packages)


def _belongs(facts: Any, about: About) -> bool:
    return facts.cycle == about.cycle and about.partnership in facts.partnerships
