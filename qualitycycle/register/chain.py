"""How the objects of the cycle hang together: what led to one, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qualitycycle.register.cycle_tables import CYCLE_TABLES, LINKS
from qualitycycle.register.tables import TABLES, AnyRecords, fold_id

DAYS = ("agreed_on", "found_on", "decided_on", "starts_on", "shared_on", "signed_on")


@dataclass(frozen=True)
class Node:
    """One object of the cycle: the table it is in and its row."""

    table: str
    row: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its id as spelled."""
        return str(self.row["id"])

    @property
    def day(self) -> date | None:
        """The day it dates from."""
        return next((self.row[name] for name in DAYS if self.row.get(name)), None)


@dataclass(frozen=True)
class Chain:
    """Every object by id as compared, and the ids that led to each."""

    nodes: Mapping[str, Node]
    before: Mapping[str, tuple[str, ...]]

    def led_to(self, id: str) -> list[Node]:
        """Everything that led to an object, however many steps back, in order of time."""
        return self._in_time(_reached(fold_id(id), self.before))

    def came_of(self, id: str) -> list[Node]:
        """Everything that came of an object, in order of time."""
        after: dict[str, list[str]] = defaultdict(list)
        for one, others in self.before.items():
            for other in others:
                after[other].append(one)
        return self._in_time(_reached(fold_id(id), after))

    def _in_time(self, ids: Iterable[str]) -> list[Node]:
        order = list(TABLES)
        found = [self.nodes[id] for id in ids]
        return sorted(found, key=lambda one: (one.day or date.max, order.index(one.table), fold_id(one.id)))


def chain_of(records: AnyRecords) -> Chain:
    """The chain of a register, whatever the order of its rows.

    >>> records = {"goals": [{"id": "D1"}], "findings": [{"id": "B1", "goal": "d1"}],
    ...            "decisions": [{"id": "S1", "findings": ("B1",)}]}
    >>> [one.id for one in chain_of(records).led_to("S1")]
    ['D1', 'B1']
    >>> [one.id for one in chain_of(records).came_of("D1")]
    ['B1', 'S1']
    """
    nodes = {
        fold_id(row["id"]): Node(table.name, row)
        for table in CYCLE_TABLES
        for row in (records.get(table.name, ()) if table.owns_itself else ())
        if row.get("id")
    }
    before = {id: tuple(one for one in _named(node) if one in nodes) for id, node in nodes.items()}
    return Chain(nodes, before)


def _named(node: Node) -> Iterator[str]:
    for table, column, _ in LINKS:
        if table == node.table and node.row.get(column):
            said = node.row[column]
            yield from map(fold_id, said if isinstance(said, tuple | list) else (said,))


def _reached(start: str, steps: Mapping[str, Iterable[str]]) -> list[str]:
    """Every id that can be reached; a circle ends where it began."""
    seen: dict[str, None] = {}
    waiting = list(steps.get(start, ()))
    while waiting:
        one = waiting.pop()
        if one not in seen and one != start:
            seen[one] = None
            waiting += steps.get(one, ())
    return list(seen)
