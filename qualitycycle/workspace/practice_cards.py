"""A good practice as a card: what was done, where, how strong the evidence is, and who used it since.

A card names no trainer. It leaves its partnership only when every trainer whose practice it is has
agreed (``asked_still``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qualitycycle.analysis.effect.outcome import ActionEffect
from qualitycycle.analysis.effect.verdict import EffectVerdict
from qualitycycle.register.derive import by_id, grouped
from qualitycycle.register.tables import AnyRecords, fold_id

OFFERED, WAITING = "offered", "waiting"
STRONG, SOME, NONE, CONTRARY = GRADES = ("strong", "some", "none", "contrary")

GRADE_OF = {
    EffectVerdict.EFFECTIVE: SOME,
    EffectVerdict.SMALLER_THAN_PREDICTED: SOME,
    EffectVerdict.NO_RELEVANT_EFFECT: CONTRARY,
    EffectVerdict.WORSE: CONTRARY,
}


@dataclass(frozen=True)
class PracticeCard:
    """One good practice for readers elsewhere.

    ``partnership`` is the code of the partnership it comes from, ``indicator`` the id of the
    question, score or figure it is about. ``grade`` is one of ``GRADES`` and ``reason`` the verdict
    it rests on (see ``grade``). ``reused`` counts the other partnerships that used it, ``results``
    are what came of that, in their words. Texts are without names of people. ``status`` is that of
    the register, or ``waiting`` (see ``waits``).
    """

    id: str
    partnership: str
    title: str
    context: str
    what: str
    indicator: str
    grade: str
    reason: str
    reused: int = 0
    results: tuple[str, ...] = ()
    shared_on: date | None = None
    status: str = "draft"


def grade(effect: ActionEffect | None) -> tuple[str, str]:
    """How strong the evidence is that a practice works, from the measured effect of its action.

    ``strong``: the effect is there beside sessions without the action (a comparison), nothing else on
    the same figure was done there, and nothing was changed of the action when there were answers.
    ``some``: it is there without all that, or smaller than was predicted.
    ``contrary``: it got worse, or the effect is shown to be too small to matter. ``none``: there is
    no action, or too little to tell. ``effect`` is what ``act check`` measured. The second value is
    its verdict (``no_action`` when there is none).

    Source: the ladder of evidence of Van Yperen and Veerman (eds.), Zicht op effectiviteit
    (Eburon, 2008): a change alone is indicative, a comparison makes it causal.

    >>> grade(None)
    ('none', 'no_action')
    """
    if effect is None:
        return NONE, "no_action"
    alone = effect.design == "with_without" and not effect.beside and not effect.changed
    if effect.verdict is EffectVerdict.EFFECTIVE and alone:
        return STRONG, str(effect.verdict)
    return GRADE_OF.get(effect.verdict, NONE), str(effect.verdict)


def asked_still(practice: Mapping[str, Any]) -> int:
    """How many of the trainers whose practice it is still have to agree; of nobody's practice one.

    >>> asked_still({"trainers": ("T1", "T2"), "agreed": ("t1",)}), asked_still({"trainers": ()})
    (1, 1)
    """
    agreed = {fold_id(one) for one in practice.get("agreed") or ()}
    trainers = {fold_id(one) for one in practice.get("trainers") or ()}
    return len(trainers - agreed) if trainers else 1


def may_be_offered(practice: Mapping[str, Any]) -> bool:
    """Whether a practice was offered and everybody whose it is still agrees."""
    return practice.get("status") == OFFERED and not asked_still(practice)


def waits(practice: Mapping[str, Any]) -> bool:
    """Whether a practice was offered while somebody whose it is does not agree, or no longer does."""
    return practice.get("status") == OFFERED and asked_still(practice) > 0


def cards(
    records: AnyRecords, effects: Mapping[str, ActionEffect]
) -> list[tuple[Mapping[str, Any], PracticeCard]]:
    """Every practice of the register with its card; ``effects`` are measured actions by folded id.

    ``records`` are those of a view: without names of people in what was written.
    """
    reuses = grouped(records.get("reuses", ()), "practice")
    return [
        (row, _card(row, effects.get(fold_id(row.get("action"))), reuses.get(key, ())))
        for key, row in by_id(records.get("practices", ())).items()
    ]


def _card(
    row: Mapping[str, Any], effect: ActionEffect | None, reuses: Iterable[Mapping[str, Any]]
) -> PracticeCard:
    found, reason = grade(effect)
    own = fold_id(row.get("partnership"))
    elsewhere = [one for one in reuses if fold_id(one.get("partnership")) != own]
    return PracticeCard(
        id=str(row["id"]),
        partnership=str(row["partnership"]),
        title=row.get("title") or "",
        context=row.get("context") or "",
        what=row.get("what") or "",
        indicator=str(row["indicator"]),
        grade=found,
        reason=reason,
        reused=len({fold_id(one["partnership"]) for one in elsewhere}),
        results=tuple(one["result"] for one in elsewhere if one.get("result")),
        shared_on=row.get("shared_on"),
        status=WAITING if waits(row) else row.get("status") or "draft",
    )
