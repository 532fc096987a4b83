"""Everything one report says, gathered from analyses and register, through the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from qualitycycle.report.model import Partnership, ReportInput
from qualitycycle.report.phrases import key_measures
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
from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.view import take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

__all__ = ["gather"]


def gather(
    workspace: Workspace, partnership: str, school_year: str, packages: Mapping[str, str], day: date
) -> ReportInput:
    """The value the report of a partnership over one cycle is made from, in the workspace's language.

    ``packages`` are the versions for the manifest, ``day`` is the day on which the report is made.
    """
    about = About(workspace, take_view(workspace), partnership, school_year, day)
    named = about.view.config.organisations.partnerships[partnership]
    items, scores = measures.measures(about)
    compared = variants.comparisons(about)
    covered = coverage.coverage(about)
    found = cycle.loop(about, goals.goals(about, [*items, *scores], covered.total))
    report = ReportInput(
        partnership=Partnership(partnership, named.name, named.status),
        cycle=school_year,
        generated_on=day,
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
        replies=practices.replies(about),
        items=items,
        scores=scores,
        comparisons=tuple(variants.told(about, one) for one in compared),
        founding=surroundings.founding(about),
        themes=themes.themes(about),
        proposals=variants.proposals(about, covered.total, compared),
        learning=learning.learning(about),
        quality=surroundings.quality(about, [*items, *scores]),
        manifest=surroundings.manifest(about, workspace.history(), packages),
        synthetic=about.view.config.settings.synthetic,
    )
    report = replace(report, course=course.course(about, key_measures(report)))
    return replace(report, evidence=guarantees.evidence(about, report))
