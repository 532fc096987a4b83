"""Comparing arms: counts from the store, statistics from the analysis room, through the gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from qualitycycle import counts as query
from qualitycycle import disclosure, wording
from qualitycycle.analysis.compare import Comparison, Measure, Options, compare_all
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.result import Result
from qualitycycle.analysis.sentences import (
    caveat_sentences,
    needed_sentence,
    note_of,
    note_sentence,
    reason_sentences,
    sentence,
)
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import ARMS, AnswerState, SessionFormat, Variant, Verdict
from qualitycycle.workspace.choices import check_choice, moment_named
from qualitycycle.workspace.gating import gated
from qualitycycle.workspace.release import Group, group_note
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

GROUPS = {"variant": "variant", "partnership": "lead", "format": "format", "cycle": "cycle"}
"""What arms can be formed by -> the column of the internal counts."""

TABLE = (
    *("measure", "title", "arm", "arm_title", "reference", "reference_title"),
    *("n_arm", "n_reference", "sessions_arm", "sessions_reference", "trainers_arm", "trainers_reference"),
    *("teams_arm", "teams_reference", "deciding", "difference", "low", "high", "relevant"),
    *("mean_arm", "mean_arm_low", "mean_arm_high"),
    *("mean_reference", "mean_reference_low", "mean_reference_high"),
    *("favourable_arm", "favourable_arm_low", "favourable_arm_high"),
    *("favourable_reference", "favourable_reference_low", "favourable_reference_high"),
    *("verdict", "scope", "scope_title", "primary", "sentence"),
)


@dataclass(frozen=True)
class Scope:
    """Over which sessions a comparison is made."""

    partnership: str | None
    cycle: str | None

    @property
    def name(self) -> str:
        """``partnership-cycle``, ``partnership-all``, ``region-cycle`` or ``region``."""
        where = "partnership" if self.partnership else "region"
        if self.partnership:
            return f"{where}-{'cycle' if self.cycle else 'all'}"
        return f"{where}-cycle" if self.cycle else where

    def wider(self) -> list[Scope]:
        """This scope and the wider ones to fall back on: all cycles, then the region."""
        ladder = [self, Scope(self.partnership, None), Scope(None, None)]
        return list(dict.fromkeys(ladder))

    def title(self, view: View, language: str) -> str:
        """The scope in words."""
        where = (
            view.config.organisations.partnerships[self.partnership].name
            if self.partnership
            else wording.text("terms.region", language)
        )
        return f"{where}, {self.cycle or wording.text('terms.all_cycles', language)}"


@dataclass(frozen=True)
class Question:
    """What is asked of ``compare``, after checking."""

    by: str = "variant"
    reference: str | None = None
    items: tuple[str, ...] = ()
    scope: Scope = Scope(None, None)
    moment: str = "post"
    kind: str | None = "basic"
    session_format: str | None = None
    include: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """One comparison and the scope it was made over."""

    comparison: Comparison
    scope: Scope
    title: str


def compare(
    workspace: Workspace,
    by: str = "variant",
    *,
    reference: str | None = None,
    item: str | Sequence[str] | None = None,
    cycle: str | None = None,
    partnership: str | None = None,
    moment: str = "post",
    kind: str | None = "basic",
    session_format: str | None = None,
    include: Sequence[str] = (),
) -> Result:
    """Compare arms on items and declared scores.

    ``by``: ``variant``, ``partnership``, ``format`` or ``cycle``. ``reference``: the arm to
    compare with (``tandem``, else the largest). ``item``: one or more items or scores,
    default all that are asked at ``moment``. A comparison that rests on too little within a
    cycle or partnership is made over all its cycles, then over the region, and labelled so.
    ``include=["other"]`` makes an arm of the sessions with an external trainer.
    """
    view = take_view(workspace)
    question = _checked(view, by, reference, item, cycle, partnership, moment, kind, session_format, include)
    said, notes, used = answer(view, question, workspace.language)
    return _result(workspace, view, question, said, notes, used)


def answer(
    view: View, question: Question, language: str
) -> tuple[list[Said], list[tuple[str, dict[str, Any]]], str | None]:
    """The gated comparisons, the notes for the reader, and the reference that was used.

    What rests on too little is looked for over all cycles, then over the region; a
    comparison keeps the scope it was made over. Notes are those of the scopes that count.
    """
    found: dict[tuple[str, str], Said] = {}
    notes: dict[Scope, list[tuple[str, dict[str, Any]]]] = {}
    for scope in question.scope.wider():
        comparisons, notes[scope], _ = _remembered(view, replace(question, scope=scope))
        for one in comparisons:
            key = (one.item, one.arm)
            enough = one.verdict is not Verdict.TOO_FEW
            if key not in found if scope == question.scope else enough and _wanted(found.get(key)):
                found[key] = Said(one, scope, _title(view, one.item, language))
        if found and not any(_short(one) for one in found.values()):
            break
    said = [_through_the_gate(view, question, one) for one in found.values()]
    scopes = list(dict.fromkeys(one.scope for one in said)) or [question.scope]
    kept = [note for scope in scopes for note in notes[scope]]
    references = {one.comparison.reference for one in said}
    return said, kept, references.pop() if len(references) == 1 else None


def _wanted(known: Said | None) -> bool:
    return known is None or _short(known)


def _remembered(
    view: View, question: Question
) -> tuple[list[Comparison], list[tuple[str, dict[str, Any]]], str | None]:
    """The comparisons on the items asked for, from those on all: one family, adjusted as one."""
    family = replace(question, items=()) if _in_family(view, question) else question
    if family not in view.memo:
        view.memo[family] = _within(view, family)
    comparisons, notes, reference = view.memo[family]
    if question.items:
        comparisons = [one for one in comparisons if one.item in question.items]
        notes = [note for note in notes if note[1].get("item", question.items[0]) in question.items]
    return comparisons, notes, reference


def _in_family(view: View, question: Question) -> bool:
    family = {measure.id for measure in _measures(view, replace(question, items=()))}
    return family >= set(question.items)


def _through_the_gate(view: View, question: Question, said: Said) -> Said:
    def level_shown(arm: str) -> bool:
        place = {
            "partnership": said.scope.partnership,
            "cycle": said.scope.cycle,
            "format": question.session_format,
            question.by: arm,
        }
        released = view.released(question.kind, question.moment)
        return question.by != "partnership" and Group(**place) in released

    floors = view.config.settings.floors
    return replace(said, comparison=gated(said.comparison, floors, level_shown))


def _short(said: Said) -> bool:
    return said.comparison.verdict is Verdict.TOO_FEW


def _checked(
    view: View,
    by: str,
    reference: str | None,
    item: str | Sequence[str] | None,
    cycle: str | None,
    partnership: str | None,
    moment: str,
    kind: str | None,
    session_format: str | None,
    include: Sequence[str],
) -> Question:
    check_choice("by", by, GROUPS)
    view.check(cycle=cycle, partnership=partnership)
    moment_named(moment)
    check_choice("format", session_format, SessionFormat)
    for name in include:
        check_choice("include", name, (Variant.OTHER, Variant.UNKNOWN) if by == "variant" else ())
    arms: dict[str, list[str]] = {
        "variant": [*ARMS, *include],
        "partnership": list(view.config.organisations.partnerships),
        "format": list(SessionFormat),
        "cycle": view.cycles(),
    }
    check_choice("reference", reference, arms[by])
    if (session_format or by == "format") and (cycle or partnership):
        raise UsageProblem(Finding("workspace.format_region_only"))
    items = tuple(_scored(view, name) for name in ((item,) if isinstance(item, str) else item or ()))
    return Question(
        by, reference, items, Scope(partnership, cycle), moment, kind, session_format, tuple(include)
    )


def _scored(view: View, name: str) -> str:
    """The id of a measure that can be compared; UsageProblem when there is none of that name."""
    measure = view.config.measure_named(name)
    if not view.config.scale_of(measure).is_scored:
        raise UsageProblem(Finding("workspace.not_scored", value=measure))
    return measure


def _within(
    view: View, question: Question
) -> tuple[list[Comparison], list[tuple[str, dict[str, Any]]], str | None]:
    """Every comparison over the scope of the question itself."""
    filters = _filters(question)
    measures = _measures(view, question)
    items = [measure.id for measure in measures if measure.kind == "item"]
    frame = query.counts(view.snapshot, view.sessions, view.surveys, item=items, **filters)
    frame = frame[(frame["state"] == str(AnswerState.ANSWERED)) & frame["score"].notna()]
    counts = _arms(frame, question)
    sums = _score_sums(view, question, measures, filters)
    measures = [measure for measure in measures if _occurs(measure, counts, sums)]
    primary = view.config.instrument.primary
    compared = compare_all(
        counts, sums, measures, primary=primary, options=Options(reference=question.reference)
    )
    notes = _plain_notes(compared.notes, question) + _excluded(view, frame, question)
    return list(compared.comparisons), notes, compared.reference


def _plain_notes(
    notes: Iterable[tuple[str, Mapping[str, Any]]], question: Question
) -> list[tuple[str, dict[str, Any]]]:
    """The notes of the analysis; which reference was chosen reads differently per kind of arm."""
    renamed = {"compare.note.reference_fallback": "compare.note.reference_chosen"}
    names = {} if question.by == "variant" else renamed
    return [(names.get(key, key), dict(values)) for key, values in notes]


def _occurs(measure: Measure, counts: pd.DataFrame, sums: pd.DataFrame | None) -> bool:
    frame = counts if measure.kind == "item" else sums
    return frame is not None and bool((frame["item"] == measure.id).any())


def _filters(question: Question) -> dict[str, Any]:
    return {
        "moment": question.moment,
        "kind": question.kind,
        "cycle": question.scope.cycle,
        "partnership": question.scope.partnership,
        "format": question.session_format,
    }


def _measures(view: View, question: Question) -> list[Measure]:
    """The items and scores to compare, in the order of the instrument."""
    measures: list[Measure] = []
    for instrument in view.config.ordered_instruments():
        known = {measure.id for measure in measures}
        asked = {item.id for item in instrument.items if question.moment in item.moments}
        for item in instrument.items:
            if item.id in known or (item.id not in asked and not question.items):
                continue
            scale = view.config.scale_of(item.id)
            everyone = not item.variants or question.by != "variant"
            if scale.is_scored and (everyone or item.id in question.items):
                measures.append(Measure(item.id, scale, item.direction))
        for name, score in instrument.scores.items():
            if name not in known and asked >= set(score.items):
                measures.append(Measure(name, view.config.scale_of(name), kind="score"))
    return [measure for measure in measures if not question.items or measure.id in question.items]


def _arms(frame: pd.DataFrame, question: Question) -> pd.DataFrame:
    """The rows that belong to an arm, named as the analysis wants them."""
    named = frame.rename(columns={"collection": "session", GROUPS[question.by]: "arm"})
    if question.by == "variant":
        arms = [str(arm) for arm in (*ARMS, *question.include)]
        named = named[named["arm"].isin(arms)]
    named = named[named["arm"].notna()].copy()
    named["team"] = named["team"].fillna("")
    return named[["item", "session", "arm", "team", "score", "n"]]


def _score_sums(
    view: View, question: Question, measures: Iterable[Measure], filters: Mapping[str, Any]
) -> pd.DataFrame | None:
    frames = []
    for measure in measures:
        if measure.kind != "score":
            continue
        sums = view.score_sums(measure.id, **filters)
        named = sums.rename(columns={"collection": "session", GROUPS[question.by]: "arm"})
        if question.by == "variant":
            named = named[named["arm"].isin([str(arm) for arm in (*ARMS, *question.include)])]
        named = named[named["arm"].notna()].copy()
        named["team"] = named["team"].fillna("")
        frames.append(named.assign(item=measure.id))
    columns = ["item", "session", "arm", "team", "n", "total", "total_sq"]
    return pd.concat(frames)[columns] if frames else None


def _excluded(view: View, frame: pd.DataFrame, question: Question) -> list[tuple[str, dict[str, Any]]]:
    """Which sessions are no arm: counted and said, never silently left out."""
    if question.by != "variant":
        return []
    notes = []
    for variant in (Variant.UNKNOWN, Variant.OTHER):
        rows = frame[frame["variant"] == str(variant)]
        if rows.empty or str(variant) in question.include:
            continue
        notes.append((f"compare.note.excluded_{variant}", {"sessions": int(rows["collection"].nunique())}))
    return notes


def _result(
    workspace: Workspace,
    view: View,
    question: Question,
    said: list[Said],
    notes: list[tuple[str, dict[str, Any]]],
    used: str | None,
) -> Result:
    language = workspace.language
    rows = [_row(view, one, question.by, language) for one in said]
    named = _arm_names(view, said, question.by, language)
    told = [note_sentence(note, language, named) for note in notes]
    spoken = [line for one in said for line in lines_of(one, named, language)]
    lines = [*(spoken if len(said) <= SPOKEN_UP_TO else ()), *_caveats(said, language), *told]
    floors = view.config.settings.floors
    lowered = disclosure.lowered_note(floors)
    hidden = [group_note(floors)] if any(_is_hidden(one) for one in said) else []
    payload = {
        "by": question.by,
        "reference": used,
        "moment": question.moment,
        "partnership": question.scope.partnership,
        "cycle": question.scope.cycle,
        "comparisons": [
            {**one.comparison.as_json(), "title": one.title, "scope": one.scope.name} for one in said
        ],
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
        }
    return row | {
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


def _level(name: str, levels: Mapping[str, Interval] | None, arm: str) -> dict[str, float | None]:
    """The level of an arm with its interval; empty where it may not be shown."""
    level = (levels or {}).get(arm, Interval())
    return {name: level.estimate, f"{name}_low": level.low, f"{name}_high": level.high}


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


def _title(view: View, measure: str, language: str) -> str:
    return view.config.instrument_of(measure).title_of(measure, language)
