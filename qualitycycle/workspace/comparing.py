"""Comparing arms: counts from the store, statistics from the analysis room, through the gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from qualitycycle import counts as query
from qualitycycle.analysis.compare import Options, compare_all
from qualitycycle.analysis.comparison import Comparison
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.result import Result
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import ARMS, AnswerState, SessionFormat, Variant, Verdict
from qualitycycle.workspace.asked import Question, Said, Scope
from qualitycycle.workspace.ceilings import at_their_ceiling
from qualitycycle.workspace.choices import check_choice, moment_named
from qualitycycle.workspace.compared import result_of, title_of
from qualitycycle.workspace.gating import gated
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.rivals import rivals
from qualitycycle.workspace.view import View, take_view
from qualitycycle.workspace.wordings import wording_notes

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

ADJUSTED = ("cycle", "partnership")

GROUPS = {"variant": "variant", "partnership": "lead", "format": "format", "cycle": "cycle"}
"""What arms can be formed by -> the column of the internal counts."""


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
    return result_of(view, question, said, notes, used, workspace.language)


def answer(
    view: View, question: Question, language: str, explained: tuple[str, ...] | None = None
) -> tuple[list[Said], list[tuple[str, dict[str, Any]]], str | None]:
    """The gated comparisons, the notes for the reader, and the reference that was used.

    What rests on too little is looked for over all cycles, then over the region; a
    comparison keeps the scope it was made over. Notes are those of the scopes that count.
    ``explained``: the measures to look for other explanations of (default: those asked for).
    """
    found: dict[tuple[str, str], Said] = {}
    notes: dict[Scope, list[tuple[str, dict[str, Any]]]] = {}
    for scope in question.scope.wider():
        comparisons, notes[scope], _ = _remembered(view, replace(question, scope=scope))
        for one in comparisons:
            key = (one.item, one.arm)
            enough = one.verdict is not Verdict.TOO_FEW
            if key not in found if scope == question.scope else enough and _wanted(found.get(key)):
                found[key] = Said(one, scope, title_of(view, one.item, language))
        if found and not any(_short(one) for one in found.values()):
            break
    said = [_through_the_gate(view, question, one) for one in found.values()]
    wanted = replace(question, items=question.items if explained is None else explained)
    said = [
        _explained(view, wanted, one) if explained is None or one.comparison.item in explained else one
        for one in said
    ]
    scopes = list(dict.fromkeys(one.scope for one in said)) or [question.scope]
    kept = [note for scope in scopes for note in notes[scope]]
    measured = question.items or [measure.id for measure in measures_asked(view, question)]
    for scope in scopes:
        filters = _filters(replace(question, scope=scope))
        kept += wording_notes(view, measured, language, **filters)
    references = {one.comparison.reference for one in said}
    return said, kept, references.pop() if len(references) == 1 else None


def _wanted(known: Said | None) -> bool:
    return known is None or _short(known)


def _remembered(
    view: View, question: Question
) -> tuple[list[Comparison], list[tuple[str, dict[str, Any]]], str | None]:
    """The comparisons on the items asked for, from those on all: one family, adjusted as one."""
    whole = not question.brief and _in_family(view, question)
    family = replace(question, items=()) if whole else question
    if family not in view.memo:
        view.memo[family] = _within(view, family)
    comparisons, notes, reference = view.memo[family]
    if question.items:
        comparisons = [one for one in comparisons if one.item in question.items]
        notes = [note for note in notes if note[1].get("item", question.items[0]) in question.items]
    return comparisons, notes, reference


def _in_family(view: View, question: Question) -> bool:
    family = {measure.id for measure in measures_asked(view, replace(question, items=()))}
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


def _explained(view: View, question: Question, said: Said) -> Said:
    """With the contrasts within partnerships and the rival explanations, for one with a verdict."""
    one = said.comparison
    if _short(said):
        return said
    known = view.memo[_arms_key(replace(question, scope=said.scope))]
    arms = {arm: known.get(arm, set()) for arm in (one.arm, one.reference)}
    found = rivals(view, arms, question.moment)
    return replace(said, within=_within_partnerships(view, question, said), rivals=tuple(found))


def _within_partnerships(view: View, question: Question, said: Said) -> dict[str, Interval]:
    """The difference within every partnership, where it may be told there too."""
    if said.scope.partnership or question.by == "partnership" or question.session_format:
        return {}
    found = {}
    for partnership in view.config.organisations.partnerships:
        scope = Scope(partnership, said.scope.cycle)
        comparisons, _, _ = _remembered(view, replace(question, scope=scope, brief=True))
        for one in comparisons:
            if (one.item, one.arm, one.reference) == _what(said.comparison):
                told = _through_the_gate(view, question, Said(one, scope, said.title))
                if not _short(told) and one.deciding == said.comparison.deciding:
                    found[partnership] = told.comparison.difference
    return found


def _what(one: Comparison) -> tuple[str, str, str]:
    return one.item, one.arm, one.reference


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
    measure = view.config.shared_named(name)
    if not view.config.scale_of(measure).is_scored:
        raise UsageProblem(Finding("workspace.not_scored", value=measure))
    return measure


def _within(
    view: View, question: Question
) -> tuple[list[Comparison], list[tuple[str, dict[str, Any]]], str | None]:
    """Every comparison over the scope of the question itself."""
    filters = _filters(question)
    measures = measures_asked(view, question)
    items = [measure.id for measure in measures if measure.kind == "item"]
    frame = query.counts(view.snapshot, view.sessions, view.surveys, item=items, **filters)
    frame = frame[(frame["state"] == str(AnswerState.ANSWERED)) & frame["score"].notna()]
    full = at_their_ceiling(view, frame, measures, moment=question.moment, kind=question.kind)
    measures = [replace(measure, ceiling=measure.id in full) for measure in measures]
    counts = _arms(frame, question, ["score", "n"])
    sums = _score_sums(view, question, measures, filters)
    measures = [measure for measure in measures if _occurs(measure, counts, sums)]
    view.memo[_arms_key(question)] = _sessions_by_arm(counts, sums)
    options = Options(reference=question.reference, adjust=_adjusted_for(question))
    if question.brief:
        options = replace(options, ordinal=False, permutations=0)
    compared = compare_all(counts, sums, measures, primary=view.config.instrument.primary, options=options)
    notes = _plain_notes(compared.notes, question) + _excluded(view, frame, question)
    return list(compared.comparisons), notes, compared.reference


def _arms_key(question: Question) -> tuple[str, Question]:
    """Where the sessions of the arms of a question are remembered."""
    return "arms", replace(question, items=(), brief=False)


def _sessions_by_arm(counts: pd.DataFrame, sums: pd.DataFrame | None) -> dict[str, set[str]]:
    frames = [counts] if sums is None else [counts, sums]
    pairs = pd.concat([frame[["arm", "session"]] for frame in frames]).drop_duplicates()
    return {str(arm): set(part["session"]) for arm, part in pairs.groupby("arm")}


def _adjusted_for(question: Question) -> tuple[str, ...]:
    """What the model holds equal: cycle and partnership, but for what the arms are."""
    return tuple(name for name in ADJUSTED if name != question.by)


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


def measures_asked(view: View, question: Question) -> list[Measure]:
    """The items and scores to compare, in the order of the instrument."""
    measures: list[Measure] = []
    for instrument in view.config.defining:
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


def _arms(frame: pd.DataFrame, question: Question, values: Sequence[str]) -> pd.DataFrame:
    """The rows that belong to an arm, named as the analysis wants them, with ``values``."""
    named = frame.assign(arm=frame[GROUPS[question.by]])
    named = named.rename(columns={"collection": "session", "lead": "partnership"})
    if question.by == "variant":
        arms = [str(arm) for arm in (*ARMS, *question.include)]
        named = named[named["arm"].isin(arms)]
    named = named[named["arm"].notna()].copy()
    named["team"] = named["team"].fillna("")
    return named[["item", "session", "arm", "team", *ADJUSTED, *values]]


def _score_sums(
    view: View, question: Question, measures: Iterable[Measure], filters: Mapping[str, Any]
) -> pd.DataFrame | None:
    frames = []
    for measure in measures:
        if measure.kind != "score":
            continue
        sums = view.score_sums(measure.id, **filters).assign(item=measure.id)
        frames.append(_arms(sums, question, ["n", "total", "total_sq"]))
    return pd.concat(frames) if frames else None


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
