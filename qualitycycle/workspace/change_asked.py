"""What is asked of ``change``, and what is found in answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qualitycycle import pairs
from qualitycycle.analysis.change import Change, Matched, Retention, Step
from qualitycycle.analysis.measure import Measure
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import ARMS, TrainingKind
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.view import View

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


def checked(
    view: View,
    item: str | Sequence[str] | None,
    cycle: str | None,
    partnership: str | None,
    by: str | None,
    kind: str | None,
) -> Question:
    """The question; UsageProblem for what does not exist, cannot be split or is asked only once."""
    view.check(cycle=cycle, partnership=partnership)
    check_choice("by", by, BY)
    check_choice("kind", kind, TrainingKind)
    if by and (cycle or partnership):
        raise UsageProblem(Finding("change.variant_region_only"))
    names = [item] if isinstance(item, str) else list(item or ())
    items = [view.config.shared_named(name) for name in names]
    known = [measure.id for measure in measures_of(view, Question())]
    for name in items:
        if name not in known:
            details = {"expected": ", ".join(known)}
            raise UsageProblem(Finding("change.asked_once", value=name, details=details))
    groups = [Group(variant=str(arm)) for arm in ARMS] if by else [Group(partnership, cycle)]
    return Question(tuple(items), tuple(groups), kind)


def measures_of(view: View, question: Question) -> list[Measure]:
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


def place_of(question: Question) -> dict[str, Any]:
    """The sessions asked about, as plain values."""
    first = question.groups[0]
    by = "variant" if len(question.groups) > 1 else None
    return {"by": by, "partnership": first.partnership, "cycle": first.cycle}
