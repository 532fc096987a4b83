"""Whether the objects of the cycle follow each other: in order, by one partnership, on a known figure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from qualitycycle.findings import Finding
from qualitycycle.register.cycle_tables import CYCLE_TABLES, LINKS
from qualitycycle.register.derive import SessionFacts, by_id, cycle_of
from qualitycycle.register.nearby import nearest
from qualitycycle.register.reach import reach, starts_on
from qualitycycle.register.subject import Subject, oddity, problem
from qualitycycle.register.tables import TABLES, Row, Table, fold_id

_GOALS, _FINDINGS, _SOURCES = TABLES["goals"], TABLES["findings"], TABLES["sources"]
_DECISIONS, _ACTIONS = TABLES["decisions"], TABLES["actions"]

MISSING = {
    ("goals", "owner"): "cycle.no_owner",
    ("findings", "owner"): "cycle.no_owner",
    ("decisions", "owner"): "cycle.no_owner",
    ("actions", "owner"): "cycle.no_owner",
    ("practices", "owner"): "cycle.no_owner",
    ("reuses", "owner"): "cycle.no_owner",
    ("actions", "indicator"): "cycle.action_without_indicator",
    ("decisions", "findings"): "cycle.decision_without_finding",
}
"""What a blank cell means, where it means more than that it is required."""

CLOSED = ("done", "dropped")

CELL = 32_767
"""Characters that fit a cell of a workbook."""

_ORDER = (
    ("decisions", "decided_on", "findings", "findings", "found_on", "cycle.decision_before_finding"),
    ("actions", "agreed_on", "decision", "decisions", "decided_on", "cycle.action_before_decision"),
    ("actions", "closed_on", "decision", "decisions", "decided_on", "cycle.closed_before_decision"),
    ("findings", "found_on", "action", "actions", "agreed_on", "cycle.finding_before_action"),
    ("decisions", "decided_on", "action", "actions", "agreed_on", "cycle.decision_before_action"),
)
"""What stands later: table and day, its reference, and the day of what it refers to."""


def goals_before_data(subject: Subject) -> Iterator[Finding]:
    """A goal is agreed before the data it judges, and before the cycle they are from."""
    first = _first_data(subject)
    for row in _rows(subject, "goals"):
        agreed, cycle = row["agreed_on"], row["cycle"]
        data = first.get((fold_id(row["partnership"]), cycle))
        if agreed is None:
            if "agreed_on" not in row.unread:
                yield oddity(_GOALS, row, "register.goal_without_date", "agreed_on")
        elif data is not None and agreed > data:
            yield oddity(_GOALS, row, "cycle.goal_after_data", "agreed_on", cycle=cycle, data=data)
        elif cycle and cycle_of(agreed, subject.cycle_start) >= cycle:
            yield oddity(_GOALS, row, "register.goal_after_start", "agreed_on", cycle=cycle)


def one_object_per_id(subject: Subject) -> Iterator[Finding]:
    """An id is one goal, finding, decision or action: what refers to it by id must be clear."""
    seen: dict[str, str] = {}
    for table in CYCLE_TABLES:
        for row in _rows(subject, table.name) if table.owns_itself else ():
            other = seen.setdefault(fold_id(row["id"]), table.name)
            if other != table.name:
                yield problem(table, row, "cycle.id_elsewhere", "id", other=other)


def known_indicators(subject: Subject) -> Iterator[Finding]:
    """An indicator is something that is measured, and what is promised of it lies on its scale."""
    if subject.measured is None:
        return
    for table in CYCLE_TABLES:
        for row in subject.rows(table.name) if "indicator" in table.names else ():
            name = row["indicator"]
            if name is None:
                continue
            if name not in subject.measured.ranges:
                yield _unknown(table, row, name, subject.measured.ranges)
            else:
                yield from _off_scale(table, row, subject.measured.ranges[name])


def references_within(subject: Subject) -> Iterator[Finding]:
    """What belongs together is of one partnership."""
    known = subject.organisations.partnerships
    for name, column, target in LINKS:
        for row, other in _pairs(subject, name, column, target):
            ours, theirs = row["partnership"], other["partnership"]
            if ours in known and theirs in known and ours != theirs:
                details = {"other": other["id"], "theirs": theirs, "ours": ours}
                yield problem(TABLES[name], row, "cycle.other_partnership", column, **details)


def in_order(subject: Subject) -> Iterator[Finding]:
    """A decision is not older than its finding, an action not than its decision, and so on."""
    for name, day, column, target, before, code in _ORDER:
        for row, other in _pairs(subject, name, column, target):
            if row[day] and other[before] and row[day] < other[before]:
                details = {"other": other["id"], "before": other[before]}
                yield problem(TABLES[name], row, code, day, **details)


def closing(subject: Subject) -> Iterator[Finding]:
    """An action that is done says when, and what came of it."""
    for row in _rows(subject, "actions"):
        closed, agreed = row["closed_on"], row["agreed_on"] or row["starts_on"]
        if row["status"] == "done" and row["result"] is None and "result" not in row.unread:
            yield problem(_ACTIONS, row, "cycle.done_without_result", "result")
        if row["status"] in CLOSED and closed is None and "closed_on" not in row.unread:
            yield problem(_ACTIONS, row, "cycle.closed_without_day", "closed_on")
        if closed and row["status"] not in CLOSED and "status" not in row.unread:
            yield problem(_ACTIONS, row, "cycle.closed_but_open", "closed_on")
        if closed and agreed and closed < agreed:
            yield problem(_ACTIONS, row, "cycle.closed_before_agreed", "closed_on", agreed=agreed)


def rebases(subject: Subject) -> Iterator[Finding]:
    """A chart that begins anew says which chart, and from when."""
    for row in _rows(subject, "decisions"):
        for column in ("indicator", "holds_from") if row["kind"] == "rebase" else ():
            if row[column] is None and column not in row.unread:
                yield problem(_DECISIONS, row, f"cycle.rebase_without.{column}", column)


def actions_reach(subject: Subject) -> Iterator[Finding]:
    """An action applies to sessions: of its own partnership, and not held before it."""
    decisions = by_id(subject.records["decisions"])
    sessions = {fold_id(id): facts for id, facts in subject.sessions.items()}
    for row in _rows(subject, "actions"):
        start, found = starts_on(row, decisions), reach(row, subject.sessions, decisions)
        yield from _early(row, decisions)
        if start is None and not row["sessions"]:
            yield oddity(_ACTIONS, row, "cycle.action_without_start", "starts_on")
        elif not found and _held_since(subject, row, start):
            yield oddity(_ACTIONS, row, "cycle.action_reaches_nothing", "variant", start=start)
        for id in row["sessions"]:
            facts = sessions.get(fold_id(id))
            if facts is None:
                continue
            if _of_another(subject, row["partnership"], facts):
                yield oddity(_ACTIONS, row, "cycle.session_elsewhere", "sessions", value=id, lead=facts.lead)
            elif start and facts.last_date and facts.last_date < start:
                yield oddity(_ACTIONS, row, "cycle.session_before_action", "sessions", value=id, start=start)


def findings_have_sources(subject: Subject) -> Iterator[Finding]:
    """A finding rests on something that can be looked up."""
    cited = {fold_id(row["finding"]) for row in subject.rows("sources")}
    for row in _rows(subject, "findings"):
        if fold_id(row["id"]) not in cited:
            yield oddity(_FINDINGS, row, "cycle.finding_without_source", "id")


def sources_are_whole(subject: Subject) -> Iterator[Finding]:
    """What the tool wrote down of an analysis can still be read, and fits the workbook."""
    for row in subject.rows("sources"):
        for column in ("figures", "snapshot"):
            text = row[column] or "{}"
            if not _is_json(text):
                yield problem(_SOURCES, row, "cycle.figures_broken", column, value="...")
            elif len(text) > CELL:
                yield problem(_SOURCES, row, "cycle.figures_too_long", column, value="...")


RULES: tuple[Callable[[Subject], Iterable[Finding]], ...] = (
    goals_before_data,
    one_object_per_id,
    known_indicators,
    references_within,
    in_order,
    closing,
    rebases,
    actions_reach,
    findings_have_sources,
    sources_are_whole,
)


def _rows(subject: Subject, table: str) -> Iterator[Row]:
    """Rows that a sentence can call by their id; a missing id is an error of its own."""
    return (row for row in subject.rows(table) if row["id"] is not None)


def _pairs(subject: Subject, name: str, column: str, target: str) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """Every row with each of the rows it refers to."""
    known = by_id(subject.records[target])
    for row in subject.rows(name):
        said = row[column]
        for id in said if isinstance(said, tuple) else (said,):
            if id and fold_id(id) in known:
                yield row, known[fold_id(id)]


def _first_data(subject: Subject) -> dict[tuple[str, str | None], date]:
    """Per partnership and cycle the last day of the first session that has answers."""
    answered = subject.measured.answered if subject.measured else frozenset()
    days: dict[tuple[str, str | None], list[date]] = defaultdict(list)
    for id, facts in subject.sessions.items():
        if fold_id(id) in answered and facts.last_date is not None:
            days[fold_id(facts.lead), facts.cycle].append(facts.last_date)
    return {key: min(found) for key, found in days.items()}


def _unknown(table: Table, row: Row, name: str, known: Iterable[str]) -> Finding:
    near = nearest(name, known)
    kind = "one" if len(near) == 1 else "several"
    return problem(table, row, f"cycle.unknown_indicator.{kind}", "indicator", expected=", ".join(near))


def _off_scale(table: Table, row: Row, ends: tuple[float, float] | None) -> Iterator[Finding]:
    """A norm outside the scale, and a difference larger than the scale is wide."""
    if ends is None:
        return
    low, high = ends
    details = {
        "low": f"{low:g}",
        "high": f"{high:g}",
        "indicator": row["indicator"],
        "width": f"{high - low:g}",
    }
    for column in ("norm", "relevant_difference", "predicted_effect"):
        value = row.get(column)
        if value is None:
            continue
        if column == "norm" and not low <= value <= high:
            yield problem(table, row, "cycle.norm_off_scale", column, **details)
        elif column != "norm" and abs(value) > high - low:
            yield problem(table, row, "cycle.difference_off_scale", column, **details)


def _early(row: Row, decisions: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """An action that begins before anybody agreed on it: what happened then counts as its effect."""
    decided = decisions.get(fold_id(row["decision"]), {}).get("decided_on")
    agreed = [day for day in (row["agreed_on"], decided) if day]
    if row["starts_on"] and agreed and row["starts_on"] < min(agreed):
        yield oddity(_ACTIONS, row, "cycle.action_starts_early", "starts_on", agreed=min(agreed))


def _of_another(subject: Subject, partnership: str | None, facts: SessionFacts) -> bool:
    known = subject.organisations.partnerships
    return {partnership, facts.lead} <= set(known) and partnership not in facts.partnerships


def _held_since(subject: Subject, action: Row, start: date | None) -> bool:
    """Whether the partnership leads any session since the action started."""
    return any(
        facts.first_date is not None and start is not None and facts.first_date >= start
        for facts in subject.sessions.values()
        if fold_id(facts.lead) == fold_id(action["partnership"]) and not facts.cancelled
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
