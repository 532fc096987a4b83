"""A change for the reader: the table, the sentences and the JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from qualitycycle import disclosure, pairs, wording
from qualitycycle.analysis.change import Change
from qualitycycle.analysis.change_sentences import (
    caveat_sentences,
    change_sentences,
    matched_sentences,
    retention_sentence,
    step_title,
)
from qualitycycle.analysis.result import Result
from qualitycycle.workspace.change_asked import Found, Question, measures_of, place_of
from qualitycycle.workspace.release import Group, group_note
from qualitycycle.workspace.remainders import SMALL_GROUP
from qualitycycle.workspace.view import View
from qualitycycle.workspace.wordings import wording_sentences

PAIRED = "change.paired"
"""The notes that come before everything else: how many people were paired."""

TABLE = (
    *("measure", "title", "kind", "group", "group_title", "from", "to", "retrospective"),
    *("paired", "from_n", "to_n", "match_from", "match_to", "ambiguous", "sessions", "teams"),
    *("deciding", "change", "low", "high", "relevant", "srm", "srm_low", "srm_high"),
    *("improved", "same", "declined", "everyone", "everyone_low", "everyone_high", "agrees"),
    *("verdict", "sentence"),
)

SPOKEN_UP_TO = 4
"""Up to so many changes, their sentences are printed with the table."""


def result_of(
    view: View, question: Question, found: Sequence[Found], language: str, about_keys: Sequence[str]
) -> Result:
    """The answer to a question as a Result; ``about_keys`` are notes on codes that cannot be paired."""
    floors = view.config.settings.floors
    changes = [(one.group, each) for one in found for each in one.changes]
    first = [line for one in found for line in paired_sentences(one, language, floors.scores)]
    first += about_keys
    told = [line for one in found for line in _told(view, one, language, len(changes))]
    told += caveat_sentences((each for _, each in changes), language)
    told += [wording.text("quality.near.used", language)] if question.near else []
    told += _wordings(view, question, language)
    hidden = any(SMALL_GROUP in each.reasons for _, each in changes)
    lowered = disclosure.lowered_note(floors)
    return Result(
        "change",
        pd.DataFrame([row for one in found for row in rows(view, one, language)], columns=list(TABLE)),
        {"items": list(question.items), "kind": question.kind, "near": question.near, **place_of(question)},
        (
            *((PAIRED, {"sentence": line}) for line in dict.fromkeys(first)),
            *(("change.said", {"sentence": line}) for line in dict.fromkeys(told)),
            *([group_note(floors)] if hidden else []),
            *([lowered] if lowered else []),
        ),
        (),
        view.stamp,
        _payload(question, found, [*first, *dict.fromkeys(told)]),
        language,
    )


def _wordings(view: View, question: Question, language: str) -> list[str]:
    """Which answers do not count because the question was put differently."""
    measured = [measure.id for measure in measures_of(view, question)]
    place = {name: value for name, value in place_of(question).items() if name != "by"}
    return wording_sentences(view, measured, language, moment=pairs.PATTERN, kind=question.kind, **place)


def paired_sentences(one: Found, language: str, floor: int) -> list[str]:
    """Who was paired, of how many: what a reader must know first."""
    return [_of_variant(one.group, line, language) for line in matched_sentences(one.forms, language, floor)]


def _told(view: View, one: Found, language: str, changes: int) -> list[str]:
    """The changes in sentences, when they are few, and what is left of them later."""
    floor = view.config.settings.floors.scores
    if changes > SPOKEN_UP_TO:
        return []
    lines = []
    for item in dict.fromkeys(each.item for each in one.changes):
        title = view.config.instrument_of(item).title_of(item, language)
        lines.append(_of_variant(one.group, title, language))
        for each in (each for each in one.changes if each.item == item):
            sentence = " ".join(change_sentences(each, language, floor))
            step = step_title(each.step, language)
            lines.append(wording.text("change.titled", language, step=step, sentence=sentence))
        lines += [retention_sentence(kept, language, floor) for kept in one.retentions if kept.item == item]
    return lines


def _of_variant(group: Group, line: str, language: str) -> str:
    title = group_title(group, language)
    return wording.text("change.grouped", language, group=title, sentence=line) if title else line


def _payload(question: Question, found: Sequence[Found], told: Sequence[str]) -> dict[str, Any]:
    """The fixed JSON: what is measured twice, what is left of it, and the look back by itself."""
    parts: dict[str, list[dict[str, Any]]] = {"changes": [], "retention": [], "retrospective": []}
    pairing = []
    for one in found:
        group = {"group": one.group.variant} if len(question.groups) > 1 else {}
        for step, forms in one.forms:
            pairing.append({**group, "from": str(step.start), "to": str(step.end), **forms.as_json()})
        for each in one.changes:
            parts["retrospective" if each.step.retrospective else "changes"].append(group | each.as_json())
        parts["retention"] += [group | kept.as_json() for kept in one.retentions]
    return {**place_of(question), "near": question.near, "pairing": pairing, **parts, "notes": list(told)}


def rows(view: View, found: Found, language: str) -> list[dict[str, Any]]:
    """The changes of a group as rows of the table."""
    return [_row(view, found.group, one, language) for one in found.changes]


def _row(view: View, group: Group, one: Change, language: str) -> dict[str, Any]:
    instrument = view.config.instrument_of(one.item)
    before, after = one.matched.rates
    return {
        "measure": one.item,
        "title": instrument.title_of(one.item, language),
        "kind": "score" if one.item in instrument.scores else "item",
        "group": group.variant,
        "group_title": group_title(group, language),
        "from": str(one.step.start),
        "to": str(one.step.end),
        "retrospective": one.step.retrospective,
        "paired": one.matched.paired,
        "from_n": one.matched.start,
        "to_n": one.matched.end,
        "match_from": before,
        "match_to": after,
        "ambiguous": one.matched.ambiguous,
        "sessions": one.matched.sessions,
        "teams": one.teams,
        "deciding": one.deciding,
        "change": one.mean.estimate,
        "low": one.mean.low,
        "high": one.mean.high,
        "relevant": one.relevant,
        "srm": one.srm.estimate,
        "srm_low": one.srm.low,
        "srm_high": one.srm.high,
        "improved": one.improved,
        "same": one.same,
        "declined": one.declined,
        "everyone": one.everyone.estimate,
        "everyone_low": one.everyone.low,
        "everyone_high": one.everyone.high,
        "agrees": one.agrees,
        "verdict": str(one.verdict),
        "sentence": " ".join(change_sentences(one, language, view.config.settings.floors.scores)),
    }


def group_title(group: Group, language: str) -> str:
    """A variant in words; empty for everybody."""
    return wording.text(f"terms.variant.{group.variant}", language) if group.variant else ""
