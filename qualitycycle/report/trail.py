"""From one object of the cycle to the next: what led to it and what came of it, as links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qualitycycle import wording
from qualitycycle.report.document import Link, anchor
from qualitycycle.report.model import Action, Practice, Reply, ReportInput
from qualitycycle.report.model_cycle import Stage

EFFECTS = "effects"
"""The chapter with the measured effects."""


def links(ids: Iterable[str], report: ReportInput) -> tuple[Link, ...]:
    """Each id as a link to its place in the report, if it has one."""
    known = {one.id for one in report.objects}
    return tuple(Link(id, anchor(id) if id in known else "") for id in ids)


def trail_of(
    one: Stage | Practice | Reply, report: ReportInput, language: str
) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """What led to an object and what came of it: the rows that are not empty."""
    rows = (
        ("before", links(_before(one, report), report)),
        ("after", links(_after(one, report), report)),
        ("effect", tuple(_effect(one, report, language))),
    )
    return tuple((wording.text(f"pdca.trail.{name}", language), found) for name, found in rows if found)


def _before(one: Stage | Practice | Reply, report: ReportInput) -> list[str]:
    """What led to an object; a goal that came of an action does not lead to that action too."""
    later = {goal.id for goal in report.goals if one.id in goal.came_from}
    return [id for id in one.before if id not in later]


def _after(one: Stage | Practice | Reply, report: ReportInput) -> list[str]:
    return [other.id for other in report.objects if one.id in _before(other, report)]


def _effect(one: Stage | Practice | Reply, report: ReportInput, language: str) -> Iterator[Link]:
    """Where an action's measured effect is told."""
    if isinstance(one, Action) and any(effect.action == one.id for effect in report.effects):
        yield Link(wording.text(f"report.section.{EFFECTS}", language), EFFECTS)
