"""What the register says for each guarantee."""

from __future__ import annotations

from collections.abc import Sequence

from qualitycycle import wording
from qualitycycle.report.model import Action, Coverage
from qualitycycle.vocabulary import Guarantee, Variant
from qualitycycle.workspace.gather.about import About, sessions_of, was_held
from qualitycycle.workspace.gather.coverage import train_the_trainer


def facts(about: About, coverage: Coverage, actions: Sequence[Action]) -> dict[str, tuple[str, ...]]:
    """What the register says for each guarantee."""
    found: dict[str, list[str]] = {str(guarantee): [] for guarantee in Guarantee}
    total = coverage.total
    tandem = sum(row.held or 0 for row in coverage.by_variant if row.group == str(Variant.TANDEM))
    if total.held:
        evaluated = total.evaluated or 0
        found["W2"].append(_plural(about, "tandem", tandem, held=total.held))
        found["W4"].append(_plural(about, "coverage", evaluated, held=total.held))
    held = [session for session in sessions_of(about, "basic") if was_held(session, about.day)]
    certified, trainers = train_the_trainer(about, held)
    if certified is not None and trainers:
        found["W3"].append(_plural(about, "train_the_trainer", certified, trainers=trainers))
    if actions:
        closed = sum(not action.is_open for action in actions)
        found["W4"].append(_plural(about, "actions", closed, all=len(actions)))
    return {guarantee: tuple(sentences) for guarantee, sentences in found.items() if sentences}


def _plural(about: About, fact: str, n: int, **values: int) -> str:
    return wording.plural(f"pdca.fact.{fact}", n, about.language, **values)
