"""Change of the same people: patterns from the store, statistics from the analysis room, the gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from qualitycycle import pairs, wording
from qualitycycle.analysis.change import STEPS, Change, Matched, Retention, Step, matched, retention
from qualitycycle.analysis.change import change as change_over
from qualitycycle.analysis.change_sentences import WITHOUT_NEAR
from qualitycycle.analysis.everyone import everyone
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.result import Result
from qualitycycle.workspace.change_asked import Found, Question, checked, measures_of
from qualitycycle.workspace.changed import result_of
from qualitycycle.workspace.near import near_steps, unsafe_near_steps
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.remainders import (
    Groups,
    Releases,
    gated_change,
    gated_matched,
    gated_retention,
    presence,
    releases,
)
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace


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
    question = replace(checked(view, item, cycle, partnership, by, kind), near=near)
    return result_of(view, question, answer(view, question), workspace.language, _about_keys(workspace))


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
    measures = measures_of(view, question)
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
    whole = _with_everyone(found, rows, measure)
    return [
        near if near.mean.estimate is not None else replace(exact, reasons=(*exact.reasons, WITHOUT_NEAR))
        for exact, near in zip(told, whole, strict=True)
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
