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
    note_sentence,
    reason_sentences,
    sentence,
)
from qualitycycle.config import Floors
from qualitycycle.vocabulary import ARMS, AnswerState, Variant, Verdict
from qualitycycle.workspace.choices import check_choice, moment_named
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

GROUPS = {"variant": "variant", "partnership": "lead", "format": "format", "cycle": "cycle"}
"""What arms can be formed by -> the column of the internal counts."""

TABLE = (
    *("measure", "title", "arm", "arm_title", "reference", "reference_title"),
    *("n_arm", "n_reference", "sessions_arm", "sessions_reference", "trainers_arm", "trainers_reference"),
    *("teams_arm", "teams_reference", "deciding", "difference", "low", "high", "relevant"),
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
    """The gated comparisons, the notes for the reader, and the reference that was used."""
    found: dict[tuple[str, str], Said] = {}
    asked: list[tuple[str, str]] = []
    notes: list[tuple[str, dict[str, Any]]] = []
    used: str | None = None
    for scope in question.scope.wider():
        asking = replace(question, scope=scope)
        if asking not in view.memo:
            view.memo[asking] = _within(view, asking)
        comparisons, said, reference = view.memo[asking]
        first = scope == question.scope
        used = used or reference
        if first:
            notes += said
            asked = [(one.item, one.arm) for one in comparisons]
        for one in comparisons:
            key = (one.item, one.arm)
            known = found.get(key)
            enough = one.verdict is not Verdict.TOO_FEW
            if (known is None and (first or enough)) or (known is not None and _short(known) and enough):
                found[key] = Said(one, scope, _title(view, one.item, language))
        if found and not any(_short(one) for one in found.values()):
            break
    order = {key: at for at, key in enumerate(asked)}
    said_all = sorted(found.items(), key=lambda pair: order.get(pair[0], len(order)))
    floors = view.config.settings.floors
    return [replace(one, comparison=gated(one.comparison, floors)) for _, one in said_all], notes, used


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
    items = (item,) if isinstance(item, str) else tuple(item or ())
    for name in items:
        view.config.instrument_of(name)
    if by == "variant":
        check_choice("reference", reference, [*ARMS, *include])
    for name in include:
        check_choice("include", name, (Variant.OTHER, Variant.UNKNOWN))
    scope = Scope(partnership, cycle)
    return Question(by, reference, items, scope, moment, kind, session_format, tuple(include))


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
    primary = question.items[0] if len(question.items) == 1 else view.config.instrument.primary
    compared = compare_all(
        counts, sums, measures, primary=primary, options=Options(reference=question.reference)
    )
    notes = [(key, dict(values)) for key, values in compared.notes]
    notes += _excluded(view, frame, question)
    return list(compared.comparisons), notes, compared.reference


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


def gated(one: Comparison, floors: Floors) -> Comparison:
    """A comparison without the numbers of an arm that may not be shown.

    An arm with too few trainers *is* a person, and one with too few answers is too small:
    its counts of answers, its mean and every difference with it are gone. With too few
    sessions, trainers or teams to compare at all there is no difference either.
    """
    hidden = [
        arm
        for arm in (one.arm, one.reference)
        if (one.trainers[arm] or 0) < floors.arm_trainers or (one.responses[arm] or 0) < floors.scores
    ]
    small = [arm for arm in (one.arm, one.reference) if (one.responses[arm] or 0) < floors.shares]
    if one.verdict is Verdict.TOO_FEW:
        one = replace(one, means=None, favourable=None, **_no_differences(one))
    if small and not hidden:
        shares = _without(one.favourable, small)
        return replace(one, favourable=shares, favourable_difference=_nothing(one.favourable_difference))
    if not hidden:
        return one
    return replace(
        one,
        responses={arm: None if arm in hidden else n for arm, n in one.responses.items()},
        means=_without(one.means, hidden),
        favourable=_without(one.favourable, {*hidden, *small}),
        **_no_differences(one),
    )


def _no_differences(one: Comparison) -> dict[str, Any]:
    return {
        "mean_difference": _nothing(one.mean_difference),
        "favourable_difference": _nothing(one.favourable_difference),
        "p_value": None,
        "p_adjusted": None,
        "naive_p": None,
        "needed": None,
    }


def _nothing(interval: Interval | None) -> Interval | None:
    return None if interval is None else Interval()


def _without(values: Mapping[str, Interval] | None, hidden: Iterable[str]) -> dict[str, Interval] | None:
    if values is None:
        return None
    gone = set(hidden)
    return {arm: Interval() if arm in gone else one for arm, one in values.items()}


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
    lines = [*(spoken if len(said) <= SPOKEN_UP_TO else _caveats(said, language)), *told]
    hidden = disclosure.notes(view.config.settings.floors)
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
        (*(("terms.text", {"text": line}) for line in dict.fromkeys(lines)), *hidden[:1], *hidden[3:]),
        (),
        view.stamp,
        payload,
        language,
    )


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


def lines_of(said: Said, named: Mapping[str, str], language: str) -> list[str]:
    """A verdict in plain sentences: what it says, why, and what it would take."""
    one = said.comparison
    needed = needed_sentence(one, language, named)
    return [
        f"{said.title} {sentence(one, language, named)}",
        *reason_sentences(one, language, named),
        *([needed] if needed else []),
        *caveat_sentences(one, language),
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
