"""Response and coverage as measures for ``trend``: what was not answered, session by session.

A session that was held and has no evaluation counts as nobody answering, as in ``status``. Figures
of which there is one per school year have no course.
"""

from __future__ import annotations

from datetime import date

from qualitycycle.analysis.charts.process import SessionPoint
from qualitycycle.analysis.measure import Measure
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.instrument import Scale
from qualitycycle.register.derive import SessionFacts
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace.effect_figures import COVERAGE, RESPONSE
from qualitycycle.workspace.view import View

RATES = (RESPONSE, COVERAGE)
YEARLY = ("basic", "further")
"""Indicators that are one figure per school year."""

ANSWERED_OR_NOT = Scale(kind="ordinal", points=2, favourable=(2,), labels={})


def rate_named(name: str) -> tuple[Measure, str] | None:
    """The measure with this name and its moment; None when it is a question or a score.

    Raises UsageProblem for an indicator of which there is one figure per school year.
    """
    folded = name.casefold()
    if folded in YEARLY:
        raise UsageProblem(Finding("trend.yearly", value=folded))
    return (Measure(folded, ANSWERED_OR_NOT), str(Moment.POST)) if folded in RATES else None


def is_rate(measure: Measure) -> bool:
    """Whether a measure is one of these, and no question or score."""
    return measure.scale is ANSWERED_OR_NOT


def rate_points(view: View, name: str, kind: str, today: date) -> tuple[list[SessionPoint], set[str]]:
    """Every session held, and those with too few people for a share of them.

    Of ``response_rate`` those whose attendance is known, of ``coverage`` each as 1 or 0.
    """
    sessions = [
        one
        for one in view.sessions.values()
        if one.kind == kind
        and one.first_date
        and not one.cancelled
        and one.last_date
        and one.last_date <= today
    ]
    if name == COVERAGE:
        return [_point(one, 1, view.forms.get(one.id, {}).get("started", 0)) for one in sessions], set()
    floor = view.config.settings.floors.shares
    known = {one.id: one.attended for one in sessions if one.attended}
    answered = [
        _point(one, known[one.id], view.forms.get(one.id, {}).get("completed", 0))
        for one in sessions
        if known.get(one.id, 0) >= floor
    ]
    return answered, {id for id, n in known.items() if n < floor}


def _point(facts: SessionFacts, n: int, answered: int) -> SessionPoint:
    total = min(answered, n)
    return SessionPoint(facts.id, facts.first_date or date.min, n, total, total, facts.team)
