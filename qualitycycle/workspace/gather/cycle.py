"""Goals, actions and what the register says for each guarantee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qualitycycle import pdca, wording
from qualitycycle.report.model import (
    Action,
    Coverage,
    CoverageRow,
    Estimate,
    Goal,
    ItemResult,
)
from qualitycycle.vocabulary import Guarantee, Variant
from qualitycycle.workspace.gather.about import About, sessions_of, was_held
from qualitycycle.workspace.gather.coverage import train_the_trainer


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
    is_share = measure is None or measure.decides_on == "favourable"
    met = pdca.goal_met(row["norm"], value.value, value.low, value.high) if value else None
    return Goal(
        id=row["id"],
        text=row["text"] or "",
        indicator=row["indicator"],
        norm=row["norm"],
        measure="favourable" if is_share else "mean",
        owner=row["owner"] or "",
        guarantee=row["guarantee"],
        agreed_on=row["agreed_on"],
        flagged_late=pdca.is_late(row["agreed_on"], first),
        value=value,
        n=n,
        met=met,
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


def actions(about: About) -> tuple[Action, ...]:
    """Every action of the partnership, late ones marked."""
    rows = [row for row in about.view.records["actions"] if row["partnership"] == about.partnership]
    return tuple(
        Action(
            id=row["id"],
            what=row["what"],
            owner=row["owner"] or "",
            due=row["due"],
            status=row["status"] or "open",
            overdue=pdca.is_overdue(row, about.day),
            indicator=row["indicator"] or "",
            closed_on=row["closed_on"],
            result=row["result"] or "",
        )
        for row in rows
    )


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
