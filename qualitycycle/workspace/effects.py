"""``act check``: the measured effect of every action due, beside what was predicted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from qualitycycle import disclosure
from qualitycycle.analysis.effect.outcome import ActionEffect
from qualitycycle.analysis.effect.sentences import effect_sentences, short_sentences
from qualitycycle.analysis.effect.verdict import EffectReason, EffectVerdict
from qualitycycle.analysis.result import Result
from qualitycycle.analysis.sentences import note_of
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.register.tables import fold_id
from qualitycycle.workspace.choices import day_of
from qualitycycle.workspace.effect_looking import looked_at
from qualitycycle.workspace.effect_telling import Measured, in_words, measured
from qualitycycle.workspace.release import group_note
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

TABLE = (
    *("id", "partnership", "indicator", "title", "what", "due", "unit", "predicted", "relevant", "design"),
    *("before", "after", "sessions", "trainers", "n", "effect", "low", "high", "verdict", "proposal"),
    "sentence",
)


def effects(
    workspace: Workspace,
    *,
    action: str | None = None,
    partnership: str | None = None,
    as_of: str | date | None = None,
) -> Result:
    """The measured effect of every action that is due or whose first cycle is over.

    ``action``: one action, also before it is due; ``partnership``: of one partnership; ``as_of``:
    what is due by that day (today), with the sessions of its cycle and of those before: sessions
    count by whole cycles, so that asking day after day tells nothing of one session.
    Raises UsageProblem for what does not exist.
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


def effects_of(view: View, partnership: str, day: date, language: str) -> tuple[ActionEffect, ...]:
    """The actions of a partnership with their measured effect; ``not_yet`` for those not due."""
    rows = [row for row in view.records.get("actions", ()) if row["partnership"] == partnership]
    return tuple(_effects(view, rows, day, language))


def measured_by(view: View, day: date) -> dict[str, Measured]:
    """Every action but those dropped, by id, measured once whatever the language; all on record are
    looked at, for what they give away together."""
    key = ("measured effects", day)
    if key not in view.memo:
        looked, said = looked_at(view, day)
        found = [measured(view, one, said.get(str(one.action.row["id"])), day) for one in looked]
        view.memo[key] = {one.effect.id: one for one in found}
    known: dict[str, Measured] = view.memo[key]
    return known


def _effects(view: View, rows: Iterable[Mapping[str, Any]], day: date, language: str) -> list[ActionEffect]:
    """The measured actions among these rows, in words."""
    known = measured_by(view, day)
    return [in_words(view, known[row["id"]], language) for row in rows if row["id"] in known]


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
