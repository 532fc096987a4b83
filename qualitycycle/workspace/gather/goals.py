"""The goals of a cycle, each with what was measured and whether it was reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qualitycycle import pdca
from qualitycycle.report.model import CoverageRow, Estimate, Goal, ItemResult
from qualitycycle.workspace.gather.about import About, sessions_of
from qualitycycle.workspace.measure_named import measure_named


def goals(about: About, measures: Sequence[ItemResult], total: CoverageRow) -> tuple[Goal, ...]:
    """The goals of this cycle, each with what was measured and whether it was reached."""
    rows = [
        row
        for row in about.view.records["goals"]
        if row["partnership"] == about.partnership and row["cycle"] == about.cycle
    ]
    first = min((f.first_date for f in sessions_of(about, None) if f.first_date), default=None)
    return tuple(_goal(about, row, measures, total, first) for row in rows)


def _goal(
    about: About,
    row: Mapping[str, Any],
    measures: Sequence[ItemResult],
    total: CoverageRow,
    first: date | None,
) -> Goal:
    measure = next((one for one in measures if one.id == row["indicator"]), None)
    value, n = _indicator(row["indicator"], measure, total)
    unit = about.unit_of(row["indicator"])
    higher = unit == "favourable" or measure_named(about.view.config, row["indicator"])[0].sign > 0
    met = pdca.goal_met(row["norm"], value.value, value.low, value.high, higher=higher) if value else None
    return Goal(
        id=row["id"],
        text=row["text"] or "",
        indicator=row["indicator"],
        norm=row["norm"],
        measure=unit,
        owner=row["owner"] or "",
        guarantee=row["guarantee"],
        agreed_on=row["agreed_on"],
        flagged_late=pdca.is_late(row["agreed_on"], first),
        value=value,
        n=n,
        met=met,
        cycle=about.cycle,
    )


def _indicator(
    name: str, measure: ItemResult | None, total: CoverageRow
) -> tuple[Estimate | None, int | None]:
    if measure is not None:
        return measure.deciding, measure.n
    if name == "coverage" and total.held:
        return Estimate((total.evaluated or 0) / total.held), total.held
    if name == "response_rate" and total.response_rate is not None:
        return Estimate(total.response_rate), total.attended
    return None, None
