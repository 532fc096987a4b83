"""The objects of a partnership's cycle out of the register, referring to each other by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qualitycycle import pdca
from qualitycycle.figures import numbers
from qualitycycle.register.derive import cycle_of
from qualitycycle.register.tables import fold_id
from qualitycycle.report.model import Action, Decision, Estimate, Finding, Goal
from qualitycycle.report.model_cycle import Stage
from qualitycycle.workspace.effect_promises import predicted_of
from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.gather.sources import sources_of

Rows = Iterable[Mapping[str, Any]]


def stages(about: About, goals: Iterable[Goal]) -> dict[str, Stage]:
    """Every goal, finding, decision and action of the partnership up to the cycle, by id.

    ``goals`` are those of the cycle, already measured; those of earlier cycles come without a figure.
    A decision belongs to the latest cycle of its findings, an action to that of its decision.
    """
    measured = {one.id: one for one in goals}
    rows = {name: list(_own(about, name)) for name in ("goals", "findings", "decisions", "actions")}
    spelled = {fold_id(row["id"]): str(row["id"]) for part in rows.values() for row in part}
    found: dict[str, Stage] = {}
    found |= {row["id"]: measured.get(row["id"]) or _goal(row) for row in rows["goals"]}
    found |= {row["id"]: _finding(about, row, spelled) for row in rows["findings"]}
    found |= {row["id"]: _decision(about, row, found, spelled) for row in rows["decisions"]}
    found |= {row["id"]: _action(about, row, found, spelled) for row in rows["actions"]}
    return {id: one for id, one in found.items() if one.cycle <= about.cycle}


def _own(about: About, table: str) -> Iterator[Mapping[str, Any]]:
    for row in about.view.records[table]:
        if row["partnership"] == about.partnership:
            yield row


def _to(row: Mapping[str, Any], column: str, spelled: Mapping[str, str]) -> str:
    """The id a row refers to, as its own row spells it."""
    return spelled.get(fold_id(row.get(column)), str(row.get(column) or ""))


def _goal(row: Mapping[str, Any]) -> Goal:
    return Goal(
        id=row["id"],
        text=row["text"] or "",
        indicator=row["indicator"],
        owner=row["owner"] or "",
        guarantee=row["guarantee"],
        agreed_on=row["agreed_on"],
        cycle=row["cycle"],
    )


def _finding(about: About, row: Mapping[str, Any], spelled: Mapping[str, str]) -> Finding:
    return Finding(
        id=row["id"],
        kind=row["kind"],
        what=row["what"],
        owner=row["owner"] or "",
        found_on=row["found_on"],
        cycle=row["cycle"],
        goal=_to(row, "goal", spelled),
        action=_to(row, "action", spelled),
        indicator=row["indicator"] or "",
        sources=sources_of(about, row),
    )


def _decision(
    about: About, row: Mapping[str, Any], found: Mapping[str, Stage], spelled: Mapping[str, str]
) -> Decision:
    findings = tuple(spelled.get(fold_id(id), str(id)) for id in row["findings"])
    cycles = [one.cycle for id in findings if isinstance(one := found.get(id), Finding)]
    day = row["decided_on"]
    start = about.view.config.settings.cycle.start
    return Decision(
        id=row["id"],
        kind=row["kind"],
        what=row["what"],
        owner=row["owner"] or "",
        decided_on=day,
        cycle=max(cycles) if cycles else cycle_of(day, start) if day else "",
        findings=findings,
        action=_to(row, "action", spelled),
        indicator=row["indicator"] or "",
        holds_from=row["holds_from"],
    )


def _action(
    about: About, row: Mapping[str, Any], found: Mapping[str, Stage], spelled: Mapping[str, str]
) -> Action:
    decision = _to(row, "decision", spelled)
    decided = found.get(decision)
    return Action(
        id=row["id"],
        what=row["what"],
        owner=row["owner"] or "",
        due=row["due"],
        status=row["status"] or "open",
        overdue=pdca.is_overdue(row, about.day),
        indicator=row["indicator"] or "",
        closed_on=row["closed_on"],
        result=row["result"] or "",
        decision=decision,
        goal=_to(row, "goal", spelled),
        predicted=_predicted(about, row),
        cycle=decided.cycle if decided else "",
    )


def _predicted(about: About, row: Mapping[str, Any]) -> str:
    """The effect that was predicted first, in words, in the unit of its indicator."""
    effect, name = predicted_of(about.view, row).first, row["indicator"]
    if effect is None:
        return ""
    return numbers.signed(Estimate(effect), about.unit_of(name), about.language)
