"""``act check``: the measured effect of every action due, beside what was predicted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qualitycycle import disclosure, wording
from qualitycycle.analysis.effect.model import WITH, WITHOUT, Effect, effect_of
from qualitycycle.analysis.effect.outcome import ActionEffect, Cell
from qualitycycle.analysis.effect.power import chance, sessions_needed
from qualitycycle.analysis.effect.sentences import effect_sentences, short_sentences
from qualitycycle.analysis.effect.shrink import shrunken_by
from qualitycycle.analysis.effect.verdict import EffectReason, EffectVerdict, judge
from qualitycycle.analysis.result import Result
from qualitycycle.analysis.sentences import note_of
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.pdca import propose_on_effect
from qualitycycle.register.derive import SessionFacts
from qualitycycle.register.tables import fold_id
from qualitycycle.workspace.choices import day_of
from qualitycycle.workspace.effect_figures import (
    COVERAGE,
    Figure,
    answered,
    figure_of,
    together,
    with_relevant,
)
from qualitycycle.workspace.effect_gate import Open, opened
from qualitycycle.workspace.effect_sessions import Applied, Arrangement, applied, arrangements, held, is_due
from qualitycycle.workspace.release import group_note
from qualitycycle.workspace.rivals import rival_sentences, rivals
from qualitycycle.workspace.trend_cycles import OTHER_MIX, STAGE
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

LEAST = 3
"""So many sessions, by as many trainers, or a group is not looked at."""

TABLE = (
    *("id", "partnership", "indicator", "title", "what", "due", "unit", "predicted", "relevant", "design"),
    *("before", "after", "sessions", "trainers", "n", "effect", "low", "high", "verdict", "proposal"),
    "sentence",
)


@dataclass(frozen=True)
class Looked:
    """An action with the figure it is about, the best comparison that is possible, and its effect.

    Internal: it has not been through the gate.
    """

    action: Applied
    figure: Figure | None
    sessions: Mapping[str, SessionFacts]
    arranged: Arrangement | None = None
    effect: Effect | None = None


def effects(
    workspace: Workspace,
    *,
    action: str | None = None,
    partnership: str | None = None,
    as_of: str | date | None = None,
) -> Result:
    """The measured effect of every action that is due or whose first cycle is over.

    ``action``: one action, also before it is due; ``partnership``: of one partnership; ``as_of``:
    with the sessions held by that day (today). Raises UsageProblem for what does not exist.
    """
    view, day = take_view(workspace), day_of(as_of)
    view.check(partnership=partnership)
    rows = [row for row in view.records.get("actions", ()) if partnership in (None, row["partnership"])]
    if action is not None:
        rows = [row for row in rows if fold_id(row["id"]) == fold_id(action)]
        if not rows:
            raise UsageProblem(Finding("effect.no_action", value=action))
    found = _effects(view, rows, day, workspace.language)
    if action is None:
        found = [one for one in found if one.verdict is not EffectVerdict.NOT_YET]
    asked = {"action": action, "partnership": partnership, "as_of": day.isoformat()}
    return _result(view, found, asked, workspace.language)


def effects_of(view: View, partnership: str, day: date, language: str = "nl") -> tuple[ActionEffect, ...]:
    """The actions of a partnership with their measured effect; ``not_yet`` for those not due."""
    rows = [row for row in view.records.get("actions", ()) if row["partnership"] == partnership]
    return tuple(_effects(view, rows, day, language))


def _effects(view: View, rows: Iterable[Mapping[str, Any]], day: date, language: str) -> list[ActionEffect]:
    """Every action but those dropped; all on record are looked at, for what they give away together."""
    key = ("effects", day, language)
    if key not in view.memo:
        kept = [row for row in view.records.get("actions", ()) if row.get("status") != "dropped"]
        looked = _best(view, kept, day, language)
        said = _opened(view, looked)
        closed = {id for id, name in said.items() if name == "nothing"}
        found = [_measured(view, one, closed, day, language) for one in looked]
        view.memo[key] = {
            one.id: one.without_levels() if said.get(one.id) == "effect" else one for one in found
        }
    known: dict[str, ActionEffect] = view.memo[key]
    return [known[row["id"]] for row in rows if row["id"] in known]


def _best(view: View, rows: Sequence[Mapping[str, Any]], day: date, language: str) -> list[Looked]:
    """Every action in the best comparison that may be told; in the best one when none may."""
    found = {row["id"]: _looked(view, row, rows, day, language) for row in rows}
    for passed_over in (1, 2):
        said = _opened(view, found.values())
        for row in (row for row in rows if said.get(row["id"]) == "nothing"):
            other = _looked(view, row, rows, day, language, passed_over)
            if other.arranged is not None:
                found[row["id"]] = other
    return list(found.values())


def _looked(
    view: View,
    row: Mapping[str, Any],
    rows: Iterable[Mapping[str, Any]],
    day: date,
    language: str,
    passed_over: int = 0,
) -> Looked:
    """An action in the best comparison that has an effect, some of the best ones passed over."""
    action = applied(view, row)
    sessions = held(view, action.kind, day)
    figure = figure_of(view, str(row["indicator"]), sessions, action.kind, language)
    if figure is None or not is_due(view, action, day):
        return Looked(action, figure, sessions)
    figure = with_relevant(figure, _relevant(view, row))
    known = set(figure.sums.loc[figure.sums["n"] > 0, "session"])
    mine = {id: one for id, one in sessions.items() if id in known}
    same = [applied(view, other) for other in rows if other["indicator"] == row["indicator"]]
    treated = {id for other in same for id in other.sessions}
    trainers = max(LEAST, view.config.settings.floors.arm_trainers)

    def enough(ids: Collection[str]) -> bool:
        people = {one for id in ids for one in mine[id].trainers}
        return len(set(ids)) >= LEAST and len(people) >= trainers

    one, found = Looked(action, figure, mine), Looked(action, figure, mine)
    for arranged in islice(arrangements(mine, action, treated, enough), passed_over, None):
        effect = _effect(one, figure, arranged)
        found = replace(one, arranged=arranged, effect=effect)
        if effect is not None:
            break
    return found


def _relevant(view: View, row: Mapping[str, Any]) -> float | None:
    """The difference that matters according to the action's goal, when that is about the same figure."""
    for goal in view.records.get("goals", ()):
        if fold_id(goal["id"]) == fold_id(row.get("goal")) and goal["indicator"] == row["indicator"]:
            found: float | None = goal.get("relevant_difference")
            return found
    return None


def _opened(view: View, looked: Iterable[Looked]) -> dict[str, Open]:
    """What may be told of every action; coverage tells nothing of anybody."""
    groups: dict[str, dict[str, dict[frozenset[str], float]]] = {}
    for one in looked:
        if one.arranged and one.figure and one.figure.id != COVERAGE:
            groups.setdefault(one.action.kind, {})[str(one.action.row["id"])] = one.arranged.signed
    return {id: said for kind, mine in groups.items() for id, said in opened(view, kind, mine).items()}


def _measured(view: View, one: Looked, closed: Collection[str], day: date, language: str) -> ActionEffect:
    row, figure = one.action.row, one.figure
    base = ActionEffect(
        id=row["id"],
        partnership=row["partnership"],
        indicator=row["indicator"],
        title=figure.title if figure else str(row["indicator"]),
        what=row["what"],
        due=row.get("due"),
        predicted=_predicted(figure, row.get("predicted_effect")),
        unit=figure.unit if figure else "mean",
        relevant=figure.relevant if figure else None,
        trigger=one.action.trigger,
        verdict=EffectVerdict.TOO_FEW,
        reasons=(),
    )
    verdict, reason = _early(view, one, closed, day)
    if verdict is not None or figure is None or one.arranged is None:
        return replace(base, verdict=verdict or base.verdict, reasons=(reason,) if reason else ())
    return _told(view, base, one, figure, one.arranged, language)


def _predicted(figure: Figure | None, change: float | None) -> float | None:
    """The change that was predicted, positive when it is for the better."""
    return change if figure is None else figure.oriented(change)


def _early(
    view: View, one: Looked, closed: Collection[str], day: date
) -> tuple[EffectVerdict | None, EffectReason | None]:
    """Why nothing is told, when that is so."""
    mine = [id for id in one.action.sessions if id in one.sessions]
    if one.figure is None:
        return EffectVerdict.CANNOT_TELL, EffectReason.NOT_MEASURED
    if one.action.start is None:
        return EffectVerdict.CANNOT_TELL, EffectReason.NO_START
    if not is_due(view, one.action, day):
        return EffectVerdict.NOT_YET, None
    if not mine:
        return EffectVerdict.TOO_FEW, EffectReason.NO_SESSIONS
    if one.arranged is None:
        people = {trainer for id in mine for trainer in one.sessions[id].trainers}
        short = len(mine) < LEAST or len(people) < LEAST
        return EffectVerdict.TOO_FEW, EffectReason.FEW_WITH if short else EffectReason.FEW_BEFORE
    if one.action.row["id"] in closed:
        return EffectVerdict.TOO_FEW, EffectReason.WOULD_ISOLATE
    if any(_n(one.figure, part) < _floor(view, one.figure) for part in one.arranged.groups):
        return EffectVerdict.TOO_FEW, EffectReason.FEW_ANSWERS
    return None, None


def _floor(view: View, figure: Figure) -> int:
    floors = view.config.settings.floors
    if not figure.answers:
        return 0
    return floors.scores if figure.unit == "mean" else floors.shares


def _n(figure: Figure, ids: Collection[str]) -> int:
    return int(figure.sums.loc[figure.sums["session"].isin(list(ids)), "n"].sum())


def _effect(one: Looked, figure: Figure, arranged: Arrangement) -> Effect | None:
    """The effect in one arrangement, against a baseline that allows for how the action was chosen."""
    sums = figure.sums.assign(arm=figure.sums["session"].map(arranged.cells))
    triggering = figure.sums[figure.sums["session"].isin(arranged.triggering)]
    chosen_from = figure.all * _parts(one, arranged)
    found = effect_of(sums.dropna(subset="arm"), triggering, chosen_from=chosen_from)
    if found is None or arranged.how != "shrunken":
        return found
    alike = together(figure, arranged.triggering)
    if alike is None:
        return found
    figures, sessions, at = alike
    own = np.array([id in arranged.own for id in sessions])
    part = len(arranged.triggering & arranged.own) / len(arranged.baseline)
    return found.with_baseline_raised(part * shrunken_by(figures, own, at))


def _parts(one: Looked, arranged: Arrangement) -> int:
    """Among how many kinds of session the action's could have been chosen: 1 when it is for all."""
    if not one.action.is_for_part:
        return 1
    mine = {
        one.sessions[id].variant
        for id in one.sessions
        if one.sessions[id].cycle == one.action.trigger and one.sessions[id].lead == one.action.partnership
    }
    return max(1, len(mine))


def _told(
    view: View,
    base: ActionEffect,
    one: Looked,
    figure: Figure,
    arranged: Arrangement,
    language: str,
) -> ActionEffect:
    """Everything that is told of an effect: on what it rests, what it is, and what it says."""
    effect = one.effect
    predicted = base.predicted
    verdict, reasons = judge(effect, predicted=predicted, relevant=figure.relevant)
    with_it, without = arranged.of(WITH), arranged.of(WITHOUT)
    told = replace(
        base,
        verdict=verdict,
        reasons=reasons,
        proposal=propose_on_effect(str(verdict)),
        design="with_without" if without else "before_after",
        scope=arranged.scope,
        baseline_how=arranged.how,
        baseline=_cell(one, figure, arranged.baseline),
        after=_cell(one, figure, with_it),
        before_without=_cell(one, figure, arranged.before_without),
        without=_cell(one, figure, without),
        rivals=tuple(_rivals(view, one, with_it, arranged.baseline, language)),
    )
    if effect is None:
        return told
    matters = predicted if predicted is not None and predicted > 0 else figure.relevant
    contrast = effect.contrast
    return replace(
        told,
        effect=effect.interval(),
        shrunken=effect.shrunken or None,
        chosen_from=effect.chosen_from,
        adjusted_for=effect.adjusted_for,
        needed=sessions_needed(effect, matters, len(with_it))
        if matters and verdict is EffectVerdict.CANNOT_TELL
        else None,
        power=chance(matters, contrast.se, contrast.df, effect.strictness()) if matters else None,
    )


def _cell(one: Looked, figure: Figure, ids: Collection[str]) -> Cell | None:
    """The plain figure of some sessions, and on how much it rests."""
    if not ids:
        return None
    rows = figure.sums[figure.sums["session"].isin(list(ids))]
    n = int(rows["n"].sum())
    facts = [one.sessions[id] for id in ids]
    return Cell(
        cycles=tuple(sorted({fact.cycle for fact in facts if fact.cycle})),
        sessions=len(facts),
        trainers=len({trainer for fact in facts for trainer in fact.trainers}),
        n=n,
        value=figure.shown(float(rows["total"].sum()) / n),
    )


def _rivals(
    view: View, one: Looked, with_it: Collection[str], before: Collection[str], language: str
) -> Iterable[str]:
    """What else differs between the sessions with the action and their baseline, in words."""
    found = rivals(view, {"with": with_it, "before": before}, "post")
    sides = {
        "arm": wording.text("effect.side.with", language),
        "reference": wording.text("effect.side.before", language),
    }
    yield from rival_sentences(found, language, sides)
    shares = [_novices(view, one.action.kind, ids) for ids in (with_it, before)]
    if None in shares:
        return
    after, earlier = (float(share or 0.0) for share in shares)
    key = "effect.mix.other" if abs(after - earlier) >= OTHER_MIX else "effect.mix.same"
    yield wording.text(key, language, after=round(100 * after), before=round(100 * earlier))


def _novices(view: View, kind: str, ids: Collection[str]) -> float | None:
    """The share of starting mentors among who told in these sessions; None when too few told."""
    frame = answered(view, [STAGE], kind)
    told = frame[frame["collection"].isin(list(ids))]
    whole = int(told["n"].sum())
    if whole < view.config.settings.floors.shares:
        return None
    return float(told.loc[told["option"] == "1", "n"].sum()) / whole


def _result(view: View, found: list[ActionEffect], asked: Mapping[str, Any], language: str) -> Result:
    floors = view.config.settings.floors
    payload, rows, notes = [], [], []
    for one in found:
        lines = effect_sentences(one, language)
        payload.append({**one.as_json(), "sentences": lines})
        rows.append(_row(one, " ".join(short_sentences(one, language))))
        notes += [f"{one.id}: {lines[0]}", *lines[1:]]
    hidden = {EffectReason.WOULD_ISOLATE, EffectReason.FEW_ANSWERS}
    gate = [group_note(floors)] if any(hidden & set(one.reasons) for one in found) else []
    lowered = disclosure.lowered_note(floors)
    return Result(
        "effects",
        pd.DataFrame(rows, columns=list(TABLE)),
        dict(asked),
        (*map(note_of, notes), *gate, *([lowered] if lowered else [])),
        (),
        view.stamp,
        {"actions": payload},
        language,
    )


def _row(one: ActionEffect, sentence: str) -> dict[str, Any]:
    after, effect = one.after, one.effect
    return {
        **{name: getattr(one, name) for name in TABLE[:10]},
        "before": one.baseline.value if one.baseline else None,
        **{name: getattr(after, name) if after else None for name in ("sessions", "trainers", "n")},
        "after": after.value if after else None,
        "effect": effect.estimate if effect else None,
        "low": effect.low if effect else None,
        "high": effect.high if effect else None,
        "verdict": str(one.verdict),
        "proposal": one.proposal,
        "sentence": sentence,
    }
