"""The effect of an action as a value: what was predicted, what was measured, on what it rests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from qualitycycle.analysis.effect.verdict import EffectReason, EffectVerdict
from qualitycycle.analysis.proportions import Interval

Design = Literal["before_after", "with_without"]
How = Literal["left_out", "shrunken", "all"]
Scope = Literal["partnership", "region"]
Unit = Literal["mean", "favourable", "top"]


@dataclass(frozen=True)
class Cell:
    """Sessions that are looked at together; numbers that may not be shown are None.

    ``value``: the plain figure, a mean score or a fraction; ``n``: answers (for ``coverage``
    sessions, for ``response_rate`` people who were there).
    """

    cycles: tuple[str, ...]
    sessions: int | None
    trainers: int | None
    n: int | None
    value: float | None

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        numbers = {"sessions": self.sessions, "trainers": self.trainers, "n": self.n, "value": self.value}
        return {"cycles": list(self.cycles), **numbers}


@dataclass(frozen=True)
class ActionEffect:
    """The measured effect of one action on its indicator, beside what was predicted.

    ``unit``: what is measured: a ``mean`` in points, else a share as a fraction. ``predicted`` and
    ``effect`` are positive when it is for the better, ``baseline_how`` how the triggering cycle was kept from
    passing for success, ``chosen_from`` among how many figures the action could have been chosen.
    ``before_without``, ``without``: the sessions without the action, ``scope`` where those are.
    ``needed``: sessions with the action that would tell; ``power``: the chance that the sessions
    there are would have found what was predicted (or matters). ``beside``: ids of other actions on the
    same figure; ``rivals``: what else changed, as sentences in the reader's language.
    ``predicted`` is what was promised first; ``changed_to`` what it became when there were answers,
    ``changed`` the columns of the action that changed then. ``known_before``: sessions that were over
    before the action was agreed on are left out.
    """

    id: str
    partnership: str
    indicator: str
    title: str
    what: str
    due: date | None
    predicted: float | None
    verdict: EffectVerdict
    reasons: tuple[EffectReason, ...]
    unit: Unit = "mean"
    relevant: float | None = None
    design: Design | None = None
    scope: Scope | None = None
    trigger: str | None = None
    baseline_how: How | None = None
    baseline: Cell | None = None
    after: Cell | None = None
    before_without: Cell | None = None
    without: Cell | None = None
    effect: Interval | None = None
    shrunken: float | None = None
    chosen_from: int | None = None
    adjusted_for: tuple[str, ...] = ()
    needed: int | None = None
    power: float | None = None
    proposal: str = "cannot_tell"
    beside: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    changed_to: float | None = None
    known_before: bool = False

    def without_levels(self) -> ActionEffect:
        """The same with the difference and what it rests on, and no level of any group."""
        names = ("baseline", "after", "before_without", "without")
        cells = {name: getattr(self, name) for name in names}
        bare = {name: cell and replace(cell, value=None) for name, cell in cells.items()}
        return replace(self, **bare)

    def as_json(self) -> dict[str, Any]:
        """The fixed JSON of ``act check``, in full precision and without sentences."""
        beside = {"before": _cell(self.before_without), "after": _cell(self.without)}
        return {
            "id": self.id,
            "partnership": self.partnership,
            "indicator": self.indicator,
            "title": self.title,
            "what": self.what,
            "due": None if self.due is None else self.due.isoformat(),
            "predicted": self.predicted,
            "changed": list(self.changed),
            "changed_to": self.changed_to,
            "known_before": self.known_before,
            "beside": list(self.beside),
            "unit": self.unit,
            "relevant": self.relevant,
            "design": self.design,
            "scope": self.scope,
            "trigger": self.trigger,
            "baseline": _baseline(self.baseline, self.baseline_how),
            "after": None if self.after is None else self.after.as_json(),
            "without": None if self.without is None else beside,
            "effect": None if self.effect is None else self.effect.as_json(),
            "chosen_from": self.chosen_from,
            "adjusted_for": list(self.adjusted_for),
            "needed": self.needed,
            "power": self.power,
            "verdict": str(self.verdict),
            "proposal": self.proposal,
            "reasons": [str(one) for one in self.reasons],
        }


def _cell(cell: Cell | None) -> dict[str, Any] | None:
    return None if cell is None else cell.as_json()


def _baseline(cell: Cell | None, how: How | None) -> dict[str, Any] | None:
    return None if cell is None else {**cell.as_json(), "how": how}
