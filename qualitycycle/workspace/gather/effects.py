"""What the actions of a partnership did, as ``act check`` measures it."""

from __future__ import annotations

from collections.abc import Iterable

from qualitycycle.analysis.effect.outcome import ActionEffect, Cell
from qualitycycle.analysis.effect.sentences import effect_sentences
from qualitycycle.analysis.effect.verdict import EffectVerdict
from qualitycycle.register.judged import judging
from qualitycycle.register.tables import fold_id
from qualitycycle.report.model import Effect, Estimate
from qualitycycle.report.model_cycle import Level
from qualitycycle.workspace.effects import effects_of
from qualitycycle.workspace.gather.about import About, estimate


def effects(about: About, shown: Iterable[str]) -> tuple[Effect, ...]:
    """The measured effect of every action in the report that is due on its day."""
    found = effects_of(about.view, about.partnership, about.day, about.language)
    ids = {fold_id(id): id for id in shown}
    return tuple(
        _effect(about, one, ids[fold_id(one.id)])
        for one in found
        if fold_id(one.id) in ids and one.verdict is not EffectVerdict.NOT_YET
    )


def _effect(about: About, one: ActionEffect, id: str) -> Effect:
    said = about.text(f"effect.verdict.{one.verdict}")
    proposed = about.text(f"effect.proposal.{one.proposal}")
    return Effect(
        action=id,
        what=one.what,
        title=one.title,
        deciding=one.unit,
        verdict=str(one.verdict),
        proposal=one.proposal,
        predicted=one.predicted,
        measured=estimate(one.effect),
        design=one.design or "",
        before=_level(one.baseline),
        after=_level(one.after),
        said=said,
        proposed=proposed,
        sentences=tuple(
            line for line in effect_sentences(one, about.language) if line not in (said, proposed)
        ),
        due=one.due,
        decision=_judged(about, id),
    )


def _judged(about: About, action: str) -> str:
    """The id of the latest decision that judged an action, if somebody took one."""
    rows = judging(about.view.records["decisions"], action)
    return max(rows, key=lambda row: row["decided_on"])["id"] if rows else ""


def _level(cell: Cell | None) -> Level | None:
    if cell is None:
        return None
    value = None if cell.value is None else Estimate(cell.value)
    return Level(cell.cycles, value, cell.n, cell.sessions, cell.trainers)
