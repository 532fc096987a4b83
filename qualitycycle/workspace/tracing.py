"""The objects of the cycle as a table, and one of them with what led to it and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.analysis.result import Result
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.register.chain import Chain, Node, chain_of
from qualitycycle.register.derive import by_id, cycle_of
from qualitycycle.register.nearby import nearest
from qualitycycle.register.reach import reach
from qualitycycle.register.tables import PROMISES, TABLES, fold_id
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.planning import NAMES
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

_BRIEF = {
    "goals": ("id", "partnership", "cycle", "indicator", "norm", "owner", "text"),
    "findings": ("id", "partnership", "cycle", "kind", "indicator", "found_on", "what"),
    "sources": ("finding", "number", "kind", "on", "reference", "said"),
    "decisions": ("id", "partnership", "kind", "decided_on", "findings", "owner", "what"),
    "actions": ("id", "partnership", "status", "indicator", "due", "owner", "what"),
    "practices": ("id", "partnership", "status", "indicator", "title"),
    "reuses": ("practice", "partnership", "on", "owner", "result"),
    "replies": ("id", "partnership", "cycle", "answer", "said", "what"),
}
"""The columns a list shows; a reader asks for the rest with show."""

_KEPT = ("figures", "snapshot")

_TRAINERS = frozenset(
    column.name for name in NAMES for column in TABLES[name].columns if "trainers.id" in column.refers_to
)
"""Columns that say which trainers: who keeps the register sees them there, and nobody here."""


def cycle(
    workspace: Workspace,
    what: str = "goals",
    partnership: str | None = None,
    cycle: str | None = None,
) -> Result:
    """The rows of one table of the cycle, of a partnership and a school year when these are given.

    Decisions and actions belong to the school year of their day. Names of people on the
    register are left out of what was typed. Raises UsageProblem for a table, partnership or
    cycle that does not exist.
    """
    import pandas as pd

    check_choice("what", what, NAMES)
    view = take_view(workspace)
    view.check(partnership=partnership)
    rows = [
        dict(row)
        for row in view.records[what]
        if partnership in (None, _partnership(view, what, row)) and cycle in (None, _cycle(view, what, row))
    ]
    columns = {name: TABLES[what].column(name).terms for name in _BRIEF[what]}
    asked = {"what": what, "partnership": partnership, "cycle": cycle, "columns": columns}
    payload = {what: [plain(row) for row in rows]}
    names = [name for name in TABLES[what].names if name not in _TRAINERS]
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    notes = () if rows else (("cycle.none", {"what": _named(what, workspace.language, many=True)}),)
    return Result("cycle", frame, asked, notes, (), view.stamp, payload, workspace.language)


def trace(workspace: Workspace, id: str) -> Result:
    """One object with everything that led to it and everything that came of it, in order of time.

    The table has a row per object (columns ``place``: before, this or after, ``table``, ``id``,
    ``day``, ``said``); the payload holds the rows whole, with the sources of findings and the ids
    that led to each, and of an action the sessions it applies to. Raises UsageProblem for an id
    nobody has.
    """
    import pandas as pd

    view = take_view(workspace)
    chain = chain_of(view.records)
    node = chain.nodes.get(fold_id(id))
    if node is None:
        known = [one.id for one in chain.nodes.values()]
        near = ", ".join(nearest(id, known))
        code = "cycle.unknown_id" if near else "cycle.nothing_yet"
        raise UsageProblem(Finding(code, value=id, details={"expected": near}))
    before, after = chain.led_to(id), chain.came_of(id)
    payload = {
        "id": node.id,
        "object": {**_object(view, node, chain), "promises": _promises(workspace, node)},
        "led_to": [_object(view, one, chain) for one in before],
        "came_of": [_object(view, one, chain) for one in after],
    }
    placed = [*(("before", one) for one in before), ("this", node), *(("after", one) for one in after)]
    rows = [
        {"place": place, "table": one.table, "id": one.id, "day": one.day, "said": said(one)}
        for place, one in placed
    ]
    notes = (("cycle.no_chain", {"id": node.id}),) if len(rows) == 1 else ()
    return Result(
        "trace",
        pd.DataFrame(rows, dtype=object),
        {"id": id},
        notes,
        (),
        view.stamp,
        payload,
        workspace.language,
    )


def _promises(workspace: Workspace, node: Node) -> list[dict[str, Any]]:
    """What was promised before and changed when the answers were there, oldest first."""
    log = workspace.records.load(names=(PROMISES.name,))[PROMISES.name]
    own = [row for row in log if row["table"] == node.table and fold_id(row["id"]) == fold_id(node.id)]
    return [{name: row[name] for name in ("column", "old", "new", "at")} for row in own]


def said(node: Node) -> str:
    """An object in its own words."""
    return str(next((node.row[name] for name in ("title", "what", "text", "said") if node.row.get(name)), ""))


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON without its trainers: days as text, lists as lists, what an analysis left as it was."""
    return {name: _plain(name, value) for name, value in row.items() if name not in _TRAINERS}


def _plain(name: str, value: Any) -> Any:
    if name in _KEPT and value:
        return json.loads(value)
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _object(view: View, node: Node, chain: Chain) -> dict[str, Any]:
    led_to = [chain.nodes[id].id for id in chain.before[fold_id(node.id)]]
    found = {"table": node.table, **plain(node.row), "led_to": led_to}
    if node.table == "findings":
        found["sources"] = _parts(view, "sources", "finding", node.id)
    if node.table == "actions":
        found["applies_to"] = list(reach(node.row, view.sessions, by_id(view.records["decisions"])))
    if node.table == "practices":
        found["reuses"] = _parts(view, "reuses", "practice", node.id)
    return found


def _parts(view: View, table: str, owner: str, id: str) -> list[dict[str, Any]]:
    return [plain(row) for row in view.records[table] if fold_id(row[owner]) == fold_id(id)]


def _partnership(view: View, what: str, row: Mapping[str, Any]) -> Any:
    return row["partnership"] if "partnership" in row else _finding(view, row).get("partnership")


def _finding(view: View, source: Mapping[str, Any]) -> Mapping[str, Any]:
    known = (row for row in view.records["findings"] if fold_id(row["id"]) == fold_id(source["finding"]))
    return next(known, {})


def _cycle(view: View, what: str, row: Mapping[str, Any]) -> str | None:
    if what == "sources":
        return _cycle(view, "findings", _finding(view, row))
    if row.get("cycle"):
        return str(row["cycle"])
    day = Node(what, row).day or row.get("on") or row.get("due")
    return cycle_of(day, view.config.settings.cycle.start) if day else None


def _named(what: str, language: str, many: bool = False) -> str:
    return wording.text(f"cycle.{'many' if many else 'one'}.{what}", language)
