"""Everything one report says, gathered from analyses and register, through the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qualitycycle.report.model import Partnership, ReportInput
from qualitycycle.workspace.gather import coverage, cycle, learning, measures, surroundings, variants
from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.view import View

__all__ = ["gather"]


def gather(
    view: View,
    history: Sequence[Mapping[str, Any]],
    partnership: str,
    school_year: str,
    language: str,
    packages: Mapping[str, str],
    day: date,
) -> ReportInput:
    """The value the report of a partnership over one cycle is made from.

    ``history`` are the imports, ``packages`` the versions for the manifest, ``day`` the day
    on which the report is made.
    """
    about = About(view, partnership, school_year, language, day)
    named = view.config.organisations.partnerships[partnership]
    items, scores = measures.measures(about)
    compared = variants.comparisons(about)
    covered = coverage.coverage(about)
    actions = cycle.actions(about)
    return ReportInput(
        partnership=Partnership(partnership, named.name, named.status),
        cycle=school_year,
        generated_on=day,
        instrument=about.instrument.id,
        coverage=covered,
        floors=about.floors,
        primary=about.instrument.primary,
        mentors=coverage.mentors(about),
        goals=cycle.goals(about, [*items, *scores], covered.total),
        actions=actions,
        items=items,
        scores=scores,
        comparisons=tuple(variants.told(about, one) for one in compared),
        over_time=surroundings.over_time(about),
        founding=surroundings.founding(about),
        facts=cycle.facts(about, covered, actions),
        decisions=variants.decisions(about, covered.total, compared),
        learning=learning.learning(about),
        quality=surroundings.quality(about, [*items, *scores]),
        manifest=surroundings.manifest(about, history, packages),
        synthetic=view.config.settings.synthetic,
    )
