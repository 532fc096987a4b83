"""Change of the same people: patterns from the store, statistics from the analysis room, the gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from qualitycycle import disclosure, pairs, wording
from qualitycycle.analysis.change import (
    STEPS,
    Change,
    Matched,
    Retention,
    Step,
    matched,
    retention,
)
from qualitycycle.analysis.change import change as change_over
from qualitycycle.analysis.change_sentences import (
    WITHOUT_NEAR,
    caveat_sentences,
    change_sentences,
    matched_sentences,
    retention_sentence,
    step_title,
)
from qualitycycle.analysis.everyone import everyone
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.result import Result
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import ARMS, TrainingKind
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.near import near_steps, unsafe_near_steps
from qualitycycle.workspace.release import Group, group_note
from qualitycycle.workspace.remainders import (
    SMALL_GROUP,
    Groups,
    Releases,
    gated_change,
    gated_matched,
    gated_retention,
    presence,
    releases,
)
from qualitycycle.workspace.view import View, take_view
from qualitycycle.workspace.wordings import wording_sentences

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

PAIRED = "change.paired"
"""The notes that come before everything else: how many people were paired."""

BY = ("variant",)
"""What changes can be split by, for the whole region over all cycles."""


@dataclass(frozen=True)
class Question:
    """What is asked of ``change``, after checking: measures, and of which sessions."""

    items: tuple[str, ...] = ()
    groups: tuple[Group, ...] = (Group(),)
    kind: str | None = TrainingKind.BASIC
    near: bool = False


@dataclass(frozen=True)
class Found:
    """What was found in one group of sessions, gated. ``forms``: the forms paired per step."""

    group: Group
    forms: tuple[tuple[Step, Matched], ...]
    changes: tuple[Change, ...]
    retentions: tuple[Retention, ...]


def change(
    workspace: Workspace,
    item: str | Sequence[str] | None = None,
    *,
    cycle: str | None = None,
    partnership: str | None = None,
    by: str | None = None,
    kind: str | None = "basic",
    near: bool = False,
) -> Result:
    """How the same people changed between moments, paired by link code.

    ``item``: one or more items or declared scores that are asked at more than one moment;
    default all of them. ``by="variant"`` splits the whole region. ``near`` also pairs codes of
    one session that differ in one character, where nobody else is a candidate; both match rates
    are told either way. Refused (a row without
    numbers and with a reason) where too few people are paired, or where the answers of too
    few others could be worked out.
    """
    view = take_view(workspace)
    question = replace(_checked(view, item, cycle, partnership, by, kind), near=near)
    return _result(view, question, answer(view, question), workspace.language, _about_keys(workspace))


def _about_keys(workspace: Workspace) -> list[str]:
    """That codes cannot be paired over the day on which their key was destroyed."""
    from qualitycycle.store.keyfile import read_key, renewals
    from qualitycycle.workspace.importing import LINK_KEY

    path, language = workspace.root / LINK_KEY, workspace.language
    said = [wording.text("quality.key_replaced", language, day=f"{day:%d-%m-%Y}") for day in renewals(path)]
    if read_key(path) is None and workspace.evaluations.has_link_codes():
        said.append(wording.text("quality.key_destroyed", language))
    return said


def answer(view: View, question: Question) -> list[Found]:
    """What may be said about each group of the question."""
    measures = _measures(view, question)
    frames = _patterns(view, measures, question)
    forms = _remembered(view, question.kind)
    return [_found(view, group, question, measures, frames, forms) for group in question.groups]


@dataclass(frozen=True)
class Forms:
    """The forms of one kind of training at every moment, and what may be shown of them.

    ``near`` are the same forms with nearly equal codes paired too.
    """

    patterns: pd.DataFrame
    near: pd.DataFrame
    releases: Releases
    near_steps: Groups


def _remembered(view: View, kind: str | None) -> Forms:
    """Worked out once per view and kind: it looks at every group that can be asked for."""
    key = ("changes", kind)
    if key not in view.memo:
        near = pairs.form_patterns(view.snapshot, view.sessions, kind=kind, near=True)
        patterns = pairs.split(near)
        floors = view.config.settings.floors
        sessions = [one for one in view.sessions.values() if kind in (None, one.kind)]
        levels = {moment: view.released(kind, moment) for moment in pairs.PATTERN}
        shown = releases(sessions, patterns, levels, floors)
        named = near.rename(columns={"collection": "session"})
        view.memo[key] = Forms(patterns, near, shown, near_steps(sessions, named, levels, shown, floors))
    found: Forms = view.memo[key]
    return found


def _found(
    view: View,
    group: Group,
    question: Question,
    measures: Iterable[Measure],
    frames: dict[str, pd.DataFrame],
    forms: Forms,
) -> Found:
    mine = _of_group(view, group, forms.patterns)
    near = _of_group(view, group, forms.near)
    steps = [step for step in STEPS if _both(mine, step)]
    changes, retentions = [], []
    for measure in measures:
        rows = _of_group(view, group, frames[measure.id])
        told = _of_measure(rows, measure, steps, group, forms, view)
        if question.near:
            told = _with_near(told, rows, measure, group, forms, view)
        changes += told
        if {STEPS[0], STEPS[2]} <= {one.step for one in told}:
            retentions.append(_retention(pairs.split(rows), measure, group, forms, view))
    return Found(
        group,
        tuple((step, _forms_matched(mine, near, step, group, forms, view)) for step in steps),
        tuple(sorted(changes, key=lambda one: STEPS.index(one.step))),
        tuple(retentions),
    )


def _of_measure(
    rows: pd.DataFrame, measure: Measure, steps: Iterable[Step], group: Group, forms: Forms, view: View
) -> list[Change]:
    """The changes of one measure by equal codes, gated, with the check on everybody."""
    exact = pairs.split(rows)
    released = [step for step in STEPS if group in forms.releases.steps[step]]
    means = [step for step in STEPS if group in forms.releases.means[step]]
    changed = [change_over(exact, measure, step) for step in steps if _both(exact, step)]
    floors = view.config.settings.floors
    shown = [gated_change(one, presence(exact), released, means, floors) for one in changed]
    return _with_everyone(shown, exact, measure)


def _with_near(
    told: Sequence[Change], rows: pd.DataFrame, measure: Measure, group: Group, forms: Forms, view: View
) -> list[Change]:
    """The same with nearly equal codes paired too, where that gives nobody away."""
    floors = view.config.settings.floors
    may = [one.step for one in told if group in forms.near_steps[one.step]]
    unsafe = unsafe_near_steps(rows, may, floors.scores)
    safe = [step for step in may if step not in unsafe]
    found = [
        gated_change(change_over(rows, measure, one.step), presence(rows), safe, safe, floors) for one in told
    ]
    checked = _with_everyone(found, rows, measure)
    return [
        near if near.mean.estimate is not None else replace(exact, reasons=(*exact.reasons, WITHOUT_NEAR))
        for exact, near in zip(told, checked, strict=True)
    ]


def _retention(rows: pd.DataFrame, measure: Measure, group: Group, forms: Forms, view: View) -> Retention:
    """What is left of the gain, by equal codes only: of three moments two pairs would have to be near."""
    means = {step for step in STEPS if group in forms.releases.means[step]}
    kept = group in forms.releases.retentions and {STEPS[0], STEPS[2]} <= means
    return gated_retention(retention(rows, measure), measure.deciding, kept, view.config.settings.floors)


def _both(patterns: pd.DataFrame, step: Step) -> bool:
    """Whether anybody said anything at the first and at the second moment."""
    return all(patterns[str(moment)].notna().any() for moment in step)


def _with_everyone(shown: Sequence[Change], rows: pd.DataFrame, measure: Measure) -> list[Change]:
    """The changes that are shown with the check on everybody's answers."""
    if all(one.mean.estimate is None or one.step.retrospective for one in shown):
        return list(shown)
    checks = everyone(rows, measure)
    return [
        one
        if one.mean.estimate is None or one.step not in checks
        else replace(one, everyone=checks[one.step])
        for one in shown
    ]


def _forms_matched(
    exact: pd.DataFrame, near: pd.DataFrame, step: Step, group: Group, forms: Forms, view: View
) -> Matched:
    """How many forms are paired, by equal codes and with nearly equal ones."""
    found = replace(matched(exact, step), near=matched(near, step).paired)
    if group not in forms.releases.steps[step]:
        return Matched(None, None, None, None, found.sessions, found.single_sessions)
    return gated_matched(found, view.config.settings.floors)


def _patterns(view: View, measures: Sequence[Measure], question: Question) -> dict[str, pd.DataFrame]:
    """Per measure who said what at which moments; internal, not gated."""
    items = [measure.id for measure in measures if measure.kind == "item"]
    said = pairs.item_patterns(
        view.snapshot, view.sessions, items=items, kind=question.kind, near=question.near
    )
    frames = {item: said[said["item"] == item] for item in items}
    for measure in measures:
        if measure.kind == "score":
            score = view.config.instrument_of(measure.id).scores[measure.id]
            frames[measure.id] = pairs.score_patterns(
                view.snapshot,
                view.sessions,
                items=score.items,
                min_answered=score.min_answered,
                mirrored=view.mirrored(measure.id),
                kind=question.kind,
                near=question.near,
            )
    return frames


def _of_group(view: View, group: Group, patterns: pd.DataFrame) -> pd.DataFrame:
    """The rows of a group of sessions, named as the analysis wants them."""
    held = patterns["collection"].map(lambda id: group.holds(view.sessions[id]))
    return patterns[held.astype(bool)].rename(columns={"collection": "session"})


def _measures(view: View, question: Question) -> list[Measure]:
    """The measures of the question, in the order of the instrument; the scores last."""
    found = {
        item.id: Measure(item.id, view.config.scale_of(item.id), item.direction)
        for item, _ in view.config.items.values()
        if view.config.scale_of(item.id).is_scored
    }
    for instrument in view.config.defining:
        found |= {name: Measure(name, view.config.scale_of(name), kind="score") for name in instrument.scores}
    wanted = question.items or [name for name in found if _is_repeated(view, name)]
    return [measure for name, measure in found.items() if name in wanted]


def _is_repeated(view: View, measure: str) -> bool:
    """Whether a measure is asked at more than one moment of the same people."""
    instrument = view.config.instrument_of(measure)
    items = instrument.scores[measure].items if measure in instrument.scores else (measure,)
    asked = [set(instrument.item(item).moments) & set(pairs.MOMENTS) for item in items]
    return len(set.intersection(*asked)) > 1


def _checked(
    view: View,
    item: str | Sequence[str] | None,
    cycle: str | None,
    partnership: str | None,
    by: str | None,
    kind: str | None,
) -> Question:
    view.check(cycle=cycle, partnership=partnership)
    check_choice("by", by, BY)
    check_choice("kind", kind, TrainingKind)
    if by and (cycle or partnership):
        raise UsageProblem(Finding("change.variant_region_only"))
    names = [item] if isinstance(item, str) else list(item or ())
    items = [view.config.shared_named(name) for name in names]
    known = [measure.id for measure in _measures(view, Question())]
    for name in items:
        if name not in known:
            details = {"expected": ", ".join(known)}
            raise UsageProblem(Finding("change.asked_once", value=name, details=details))
    groups = [Group(variant=str(arm)) for arm in ARMS] if by else [Group(partnership, cycle)]
    return Question(tuple(items), tuple(groups), kind)


TABLE = (
    *("measure", "title", "kind", "group", "group_title", "from", "to", "retrospective"),
    *("paired", "from_n", "to_n", "match_from", "match_to", "ambiguous", "sessions", "teams"),
    *("deciding", "change", "low", "high", "relevant", "srm", "srm_low", "srm_high"),
    *("improved", "same", "declined", "everyone", "everyone_low", "everyone_high", "agrees"),
    *("verdict", "sentence"),
)


SPOKEN_UP_TO = 4
"""Up to so many changes, their sentences are printed with the table."""


def _result(
    view: View, question: Question, found: Sequence[Found], language: str, about_keys: Sequence[str]
) -> Result:
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
        {"items": list(question.items), "kind": question.kind, "near": question.near, **_place(question)},
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
    measured = [measure.id for measure in _measures(view, question)]
    place = {name: value for name, value in _place(question).items() if name != "by"}
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


def _place(question: Question) -> dict[str, Any]:
    first = question.groups[0]
    by = "variant" if len(question.groups) > 1 else None
    return {"by": by, "partnership": first.partnership, "cycle": first.cycle}


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
    return {**_place(question), "near": question.near, "pairing": pairing, **parts, "notes": list(told)}


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
