"""What was recorded in the cycle about a chart: decisions to begin anew, and actions in force."""

from __future__ import annotations

from datetime import date

from qualitycycle.analysis.charts.series import Annotation
from qualitycycle.register.derive import by_id
from qualitycycle.register.reach import starts_on
from qualitycycle.register.tables import fold_id
from qualitycycle.workspace.view import View

REBASE = "rebase"


def rebased(view: View, indicator: str, partnership: str | None) -> tuple[tuple[date, str], ...]:
    """Decisions of the partnership that its chart of this indicator begins anew: from when, and why.

    A region's chart (``partnership`` None) is nobody's to begin anew.
    """
    return tuple(
        sorted(
            (row["holds_from"], f"{row['what']} ({row['id']})")
            for row in view.records.get("decisions", ())
            if row["kind"] == REBASE
            and row["holds_from"] is not None
            and row["partnership"] == partnership
            and fold_id(row["indicator"]) == fold_id(indicator)
        )
    )


def in_force(view: View, indicator: str, partnership: str | None) -> tuple[Annotation, ...]:
    """The actions on this indicator, from the day they start until they were closed or are due.

    One that does not say when it starts stands at the day it was closed or is due.
    """
    decisions = by_id(view.records.get("decisions", ()))
    found = []
    for row in view.records.get("actions", ()):
        mine = partnership in (None, row["partnership"]) and row["indicator"] == indicator
        start, end = starts_on(row, decisions), row["closed_on"] or row["due"]
        if mine and (start or end) and row["status"] != "dropped":
            closed, until = row["closed_on"] is not None, end if start else None
            found.append(Annotation(row["id"], start or end, closed, row["what"], until, start is not None))
    return tuple(sorted(found, key=lambda one: (one.day, one.id)))
