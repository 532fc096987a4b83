"""Everything one report says, gathered from analyses and register, through the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from qualitycycle.report.model import Learning, Partnership, ReportInput
from qualitycycle.report.phrases import key_measures
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace.gather import (
    course,
    coverage,
    cycle,
    effects,
    goals,
    guarantees,
    learning,
    measures,
    practices,
    surroundings,
    themes,
    variants,
)
from qualitycycle.workspace.gather.about import About, about_print

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

__all__ = ["gather", "gather_evidence"]


def gather(
    workspace: Workspace, partnership: str, school_year: str, packages: Mapping[str, str], day: date
) -> ReportInput:
    """The value the report of a partnership over one cycle is made from, in the workspace's language.

    ``packages`` are the versions for the manifest, ``day`` is the day on which the report is made.
    """
    about = about_print(workspace, partnership, school_year, day)
    compared = variants.comparisons(about)
    report = _evidence_of(about, packages)
    report = replace(
        report,
        replies=practices.replies(about),
        comparisons=tuple(variants.told(about, one) for one in compared),
        founding=surroundings.founding(about),
        themes=themes.themes(about),
        proposals=variants.proposals(about, report.coverage.total, compared),
        learning=learning.learning(about, report.learning.applied),
        quality=surroundings.quality(about, report.measures),
    )
    return replace(report, course=course.course(about, key_measures(report)))


def gather_evidence(
    workspace: Workspace, partnership: str, school_year: str, packages: Mapping[str, str], day: date
) -> ReportInput:
    """As ``gather``, with no more than what bears on the four guarantees."""
    about = about_print(workspace, partnership, school_year, day)
    return _evidence_of(about, packages)


def _evidence_of(about: About, packages: Mapping[str, str]) -> ReportInput:
    """The figures and objects of a report that are evidence, and the evidence itself."""
    items, scores = measures.measures(about)
    applied = measures.asked_only_at(about, Moment.FOLLOW_UP)
    covered = coverage.coverage(about)
    found = cycle.loop(about, goals.goals(about, [*items, *scores, *applied], covered.total))
    named = about.view.config.organisations.partnerships[about.partnership]
    report = ReportInput(
        partnership=Partnership(about.partnership, named.name, named.status),
        cycle=about.cycle,
        generated_on=about.day,
        instrument=about.instrument.id,
        coverage=covered,
        floors=about.floors,
        primary=about.instrument.primary,
        mentors=coverage.mentors(about),
        goals=found.goals,
        findings=found.findings,
        decisions=found.decisions,
        actions=found.actions,
        earlier=found.earlier,
        effects=effects.effects(about, found.here),
        practices=practices.practices(about),
        items=items,
        scores=scores,
        learning=Learning(applied=applied),
        manifest=surroundings.manifest(about, about.workspace.history(), packages),
        standing=surroundings.standing(about),
        synthetic=about.view.config.settings.synthetic,
    )
    return replace(report, evidence=guarantees.evidence(about, report))
