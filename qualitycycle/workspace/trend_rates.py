"""The response of every session as a measure for ``trend``: of those present, the part that answered.

A session that was held and has no evaluation counts as nobody answering, as in ``status``. So the
chart shows what is not evaluated too; the share of sessions evaluated is one number per school year
and has no course of its own.
"""

from __future__ import annotations

from datetime import date

from qualitycycle.analysis.charts.process import SessionPoint
from qualitycycle.analysis.measure import Measure
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.instrument import Scale
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace.view import View

RESPONSE = "response_rate"
YEARLY = ("coverage", "basic", "further")
"""Indicators that are one figure per school year."""

ANSWERED_OR_NOT = Scale(kind="ordinal", points=2, favourable=(2,), labels={})


def rate_named(name: str) -> tuple[Measure, str] | None:
    """The measure with this name and its moment; None when it is a question or a score.

    Raises UsageProblem for an indicator of which there is one figure per school year.
    """
    folded = name.casefold()
    if folded in YEARLY:
        raise UsageProblem(Finding("trend.yearly", value=folded))
    return (Measure(RESPONSE, ANSWERED_OR_NOT), str(Moment.POST)) if folded == RESPONSE else None


def is_rate(measure: Measure) -> bool:
    """Whether a measure is the response, and no question or score."""
    return measure.scale is ANSWERED_OR_NOT


def response_points(view: View, kind: str, today: date) -> tuple[list[SessionPoint], set[str]]:
    """Every session held whose attendance is known, and those with too few people for a share."""
    floor = view.config.settings.floors.shares
    found: list[SessionPoint] = []
    small: set[str] = set()
    for facts in view.sessions.values():
        held = not facts.cancelled and facts.last_date is not None and facts.last_date <= today
        if facts.kind != kind or not held or facts.first_date is None or not facts.attended:
            continue
        if facts.attended < floor:
            small.add(facts.id)
            continue
        answered = min(view.forms.get(facts.id, {}).get("completed", 0), facts.attended)
        found.append(SessionPoint(facts.id, facts.first_date, facts.attended, answered, answered, facts.team))
    return found, small
