"""What is told of an action that was looked at: on what it rests, what it is, and what it says."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from qualitycycle import wording
from qualitycycle.analysis.effect.model import WITH, WITHOUT
from qualitycycle.analysis.effect.outcome import ActionEffect, Cell
from qualitycycle.analysis.effect.power import chance, sessions_needed
from qualitycycle.analysis.effect.verdict import EffectReason, EffectVerdict, judge
from qualitycycle.pdca import propose_on_effect
from qualitycycle.workspace.effect_figures import Figure, answered, title_of
from qualitycycle.workspace.effect_looking import Looked, enough
from qualitycycle.workspace.effect_promises import predicted_of
from qualitycycle.workspace.effect_sessions import Arrangement, is_due
from qualitycycle.workspace.rivals import rival_sentences, rivals
from qualitycycle.workspace.trend_cycles import OTHER_MIX, STAGE
from qualitycycle.workspace.view import View


@dataclass(frozen=True)
class Measured:
    """An action that was looked at (internal) and what may be told of it, but for the words."""

    looked: Looked
    effect: ActionEffect


def measured(view: View, one: Looked, shown: str | None, day: date) -> Measured:
    """An action with everything that may be told of it; ``shown``: ``effect`` only, ``nothing``, else all."""
    found = _measured(view, one, shown == "nothing", day)
    return Measured(one, found.without_levels() if shown == "effect" else found)


def in_words(view: View, one: Measured, language: str) -> ActionEffect:
    """What was measured, with the title of its indicator and what else changed in words."""
    found, arranged = one.effect, one.looked.arranged
    named = replace(found, title=title_of(view, found.indicator, language))
    if arranged is None or found.after is None:
        return named
    levels = found.after.value is not None
    sides = (arranged.of(WITH), arranged.baseline)
    return replace(named, rivals=tuple(_rivals(view, one.looked, *sides, levels, language)))


def _measured(view: View, one: Looked, closed: bool, day: date) -> ActionEffect:
    row, figure, promise = one.action.row, one.figure, predicted_of(view, one.action.row)
    base = ActionEffect(
        id=row["id"],
        partnership=row["partnership"],
        indicator=row["indicator"],
        title="",
        what=row["what"],
        due=row.get("due"),
        predicted=_oriented(figure, promise.first),
        changed=promise.changed,
        changed_to=_oriented(figure, promise.now) if promise.now != promise.first else None,
        known_before=one.action.judged != one.action.sessions,
        unit=figure.unit if figure else "mean",
        relevant=figure.relevant if figure else None,
        trigger=one.action.trigger,
        verdict=EffectVerdict.TOO_FEW,
        reasons=(),
    )
    verdict, reason = _early(view, one, closed, day)
    if verdict is not None or figure is None or one.arranged is None:
        return replace(base, verdict=verdict or base.verdict, reasons=(reason,) if reason else ())
    return _told(base, one, figure, one.arranged)


def _oriented(figure: Figure | None, change: float | None) -> float | None:
    """The change that was predicted, positive when it is for the better."""
    return change if figure is None else figure.oriented(change)


def _early(
    view: View, one: Looked, closed: bool, day: date
) -> tuple[EffectVerdict | None, EffectReason | None]:
    """Why nothing is told, when that is so."""
    mine = [id for id in one.action.judged if id in one.sessions]
    if one.figure is None:
        return EffectVerdict.CANNOT_TELL, EffectReason.NOT_MEASURED
    if one.action.start is None:
        return EffectVerdict.CANNOT_TELL, EffectReason.NO_START
    if not is_due(view, one.action, day):
        return EffectVerdict.NOT_YET, None
    if not mine:
        known = any(id in one.sessions for id in one.action.sessions)
        return EffectVerdict.TOO_FEW, EffectReason.KNOWN_BEFORE if known else EffectReason.NO_SESSIONS
    if one.arranged is None:
        few = not enough(view, [one.sessions[id] for id in mine])
        return EffectVerdict.TOO_FEW, EffectReason.FEW_WITH if few else EffectReason.FEW_BEFORE
    if closed:
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


def _told(base: ActionEffect, one: Looked, figure: Figure, arranged: Arrangement) -> ActionEffect:
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
        beside=one.beside,
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
    view: View, one: Looked, with_it: Collection[str], before: Collection[str], levels: bool, language: str
) -> Iterable[str]:
    """What else differs between the sessions with the action and their baseline, in words.

    Without ``levels`` nothing of who answered is told.
    """
    differ = rivals(view, {"with": with_it, "before": before}, "post")
    found = [rival for rival in differ if levels or rival.key != "response"]
    sides = {
        "arm": wording.text("effect.side.with", language),
        "reference": wording.text("effect.side.before", language),
    }
    yield from rival_sentences(found, language, sides)
    if not levels:
        return
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
