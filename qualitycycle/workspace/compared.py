"""A comparison for the reader: the table, the sentences and the JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from qualitycycle import disclosure, wording
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.result import Result
from qualitycycle.analysis.sentences import (
    arm_name,
    caveat_sentences,
    explained_sentences,
    needed_sentence,
    note_of,
    note_sentence,
    reason_sentences,
    sentence,
    size_sentence,
)
from qualitycycle.vocabulary import Verdict
from qualitycycle.workspace.asked import Question, Said
from qualitycycle.workspace.release import group_note
from qualitycycle.workspace.rivals import rival_sentences
from qualitycycle.workspace.view import View

TABLE = (
    *("measure", "title", "arm", "arm_title", "reference", "reference_title"),
    *("n_arm", "n_reference", "sessions_arm", "sessions_reference", "trainers_arm", "trainers_reference"),
    *("teams_arm", "teams_reference", "deciding", "difference", "low", "high", "relevant"),
    *("mean_arm", "mean_arm_low", "mean_arm_high"),
    *("mean_reference", "mean_reference_low", "mean_reference_high"),
    *("favourable_arm", "favourable_arm_low", "favourable_arm_high"),
    *("favourable_reference", "favourable_reference_low", "favourable_reference_high"),
    *("top_arm", "top_arm_low", "top_arm_high", "top_reference", "top_reference_low", "top_reference_high"),
    *("odds_ratio", "odds_ratio_low", "odds_ratio_high"),
    *("superiority", "superiority_low", "superiority_high", "design_effect"),
    *("verdict", "scope", "scope_title", "primary", "sentence"),
)


def result_of(
    view: View,
    question: Question,
    said: list[Said],
    notes: list[tuple[str, dict[str, Any]]],
    used: str | None,
    language: str,
) -> Result:
    """The table with a row per comparison, its sentences and its JSON."""
    rows = [_row(view, one, question.by, language) for one in said]
    named = _arm_names(view, said, question.by, language)
    told = [note_sentence(note, language, named) for note in notes]
    spoken = [line for one in said for line in lines_of(one, named, language)]
    few = len(said) <= SPOKEN_UP_TO
    explained = [line for one in said for line in explanations(view, one, named, language)]
    lines = [*(spoken if few else ()), *_caveats(said, language), *(explained if few else ()), *told]
    floors = view.config.settings.floors
    lowered = disclosure.lowered_note(floors)
    hidden = [group_note(floors)] if any(_is_hidden(one) for one in said) else []
    payload = {
        "by": question.by,
        "reference": used,
        "moment": question.moment,
        "partnership": question.scope.partnership,
        "cycle": question.scope.cycle,
        "comparisons": [_json(one) for one in said],
        "notes": told,
    }
    return Result(
        "compare",
        pd.DataFrame(rows, columns=list(TABLE)),
        {"by": question.by, "reference": used, "moment": question.moment, "kind": question.kind},
        (
            *map(note_of, dict.fromkeys(lines)),
            *hidden,
            *([lowered] if lowered else []),
        ),
        (),
        view.stamp,
        payload,
        language,
    )


def _json(said: Said) -> dict[str, Any]:
    one = said.comparison
    return {
        **one.as_json(),
        "title": said.title,
        "scope": said.scope.name,
        "within_partnerships": {name: found.as_json() for name, found in said.within.items()},
        "rivals": [rival.as_json(one.arm, one.reference) for rival in said.rivals],
    }


def explanations(view: View, said: Said, named: Mapping[str, str], language: str) -> list[str]:
    """What the difference rests on, how it is elsewhere, and what else may explain it."""
    one = said.comparison
    if one.verdict is Verdict.TOO_FEW:
        return []
    within = [
        wording.text(
            "compare.within_partnership",
            language,
            name=view.config.organisations.partnerships[name].name,
            difference=size_sentence(one, found, language),
        )
        for name, found in said.within.items()
    ]
    sides = {"arm": arm_name(one.arm, language, named), "reference": arm_name(one.reference, language, named)}
    told = rival_sentences(said.rivals, language, sides) if said.rivals else []
    return [*explained_sentences(one, language, named), *within, *told]


def _is_hidden(said: Said) -> bool:
    return any(n is None for n in said.comparison.responses.values())


SPOKEN_UP_TO = 4
"""Up to so many comparisons, their sentences are printed with the table."""


def _row(view: View, said: Said, by: str, language: str) -> dict[str, Any]:
    one = said.comparison
    difference = one.difference
    arms = {"arm": one.arm, "reference": one.reference}
    row: dict[str, Any] = {"measure": one.item, "title": said.title}
    for side, arm in arms.items():
        row |= {side: arm, f"{side}_title": arm_title(view, arm, by, language)}
        row |= {
            f"n_{side}": one.responses[arm],
            f"sessions_{side}": one.sessions[arm],
            f"trainers_{side}": one.trainers[arm],
            f"teams_{side}": one.teams[arm],
            **_level(f"mean_{side}", one.means, arm),
            **_level(f"favourable_{side}", one.favourable, arm),
            **_level(f"top_{side}", one.tops, arm),
        }
    return row | {
        **_interval("odds_ratio", one.odds_ratio),
        **_interval("superiority", one.superiority),
        "design_effect": one.design_effect,
        "deciding": one.deciding,
        "difference": difference.estimate,
        "low": difference.low,
        "high": difference.high,
        "relevant": one.relevant,
        "verdict": str(one.verdict),
        "scope": said.scope.name,
        "scope_title": said.scope.title(view, language),
        "primary": one.primary,
        "sentence": sentence(one, language, _arm_names(view, [said], by, language)),
    }


def _interval(name: str, found: Interval | None) -> dict[str, float | None]:
    known = found or Interval()
    return {name: known.estimate, f"{name}_low": known.low, f"{name}_high": known.high}


def _level(name: str, levels: Mapping[str, Interval] | None, arm: str) -> dict[str, float | None]:
    """The level of an arm with its interval; empty where it may not be shown."""
    return _interval(name, (levels or {}).get(arm))


def lines_of(said: Said, named: Mapping[str, str], language: str) -> list[str]:
    """A verdict in plain sentences: what it says, why, and what it would take."""
    one = said.comparison
    reasons = reason_sentences(one, language, named)
    needed = needed_sentence(one, language, named)
    return [
        f"{said.title} {sentence(one, language, named)}",
        *(reasons[:1] if one.verdict is Verdict.TOO_FEW else reasons),
        *([needed] if needed else []),
    ]


def _caveats(said: Iterable[Said], language: str) -> list[str]:
    return [line for one in said for line in caveat_sentences(one.comparison, language)]


def _arm_names(view: View, said: Iterable[Said], by: str, language: str) -> dict[str, str]:
    arms = {arm for one in said for arm in (one.comparison.arm, one.comparison.reference)}
    return {arm: arm_title(view, arm, by, language) for arm in arms}


def arm_title(view: View, arm: str, by: str, language: str) -> str:
    """An arm in words."""
    if by == "partnership" and arm in view.config.organisations.partnerships:
        return view.config.organisations.partnerships[arm].name
    key = f"terms.{by}.{arm}"
    return wording.text(key, language) if wording.has(key, language) else arm


def title_of(view: View, measure: str, language: str) -> str:
    return view.config.instrument_of(measure).title_of(measure, language)
