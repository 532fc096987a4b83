"""The forms of a few sessions as they were at earlier moments; personal data, never leaves the workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qualitycycle.counts import needed
from qualitycycle.store.schemas import WITHDRAWN
from qualitycycle.vocabulary import AnswerState

if TYPE_CHECKING:
    from qualitycycle.instrument import Instrument
    from qualitycycle.store.snapshot import Snapshot
    from qualitycycle.workspace.view import View

Pair = tuple[str, str]
"""A response and the import that brought it, as the store has them."""


@dataclass(frozen=True)
class Form:
    """A form: who it is to the store, at which moment, for how many it counts and what it answers.

    The same form with other answers is another one. ``answers`` are the questions and the declared
    scores it has; ``code`` is the link code by which it is paired with other moments.
    """

    id: str
    content: str
    moment: str
    weight: int
    completed: bool
    code: str | None = None
    answers: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True)
class States:
    """The forms of some sessions after any number of ``events`` of the store (imports, retractions).

    ``rows``: session -> import -> the forms it has in the store, also of retracted imports.
    """

    events: Sequence[Mapping[str, Any]]
    rows: Mapping[str, Mapping[str, Mapping[Pair, Form]]]
    memo: dict[tuple[str, tuple[str, ...]], dict[Pair, Form]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def imports(self, session: str, at: int) -> tuple[str, ...]:
        """The imports that touched a session and counted after ``at`` events, oldest first."""
        before = self.events[:at]
        undone = {one["retracts"] for one in before if one["event"] == "retract"}
        return tuple(
            one["import_id"]
            for one in before
            if one["event"] == "import" and one["import_id"] not in undone and session in one["collections"]
        )

    def stored(self, session: str, at: int) -> Mapping[Pair, Form]:
        """The rows that counted after ``at`` events: of every response the last one."""
        key = session, self.imports(session, at)
        if key not in self.memo:
            last: dict[str, tuple[Pair, Form]] = {}
            for one in key[1]:
                for pair, form in self.rows.get(session, {}).get(one, {}).items():
                    last[pair[0]] = pair, form
            self.memo[key] = dict(last.values())
        return self.memo[key]

    def forms(self, session: str, at: int) -> frozenset[Form]:
        """The forms that counted after ``at`` events; one that was withdrawn is none."""
        return frozenset(one for one in self.stored(session, at).values() if one.content != WITHDRAWN)

    @cached_property
    def lost(self) -> frozenset[str]:
        """The retracted imports of which nothing is left in the store."""
        there = {one for imports in self.rows.values() for one in imports}
        undone = {one["retracts"] for one in self.events if one["event"] == "retract"}
        return frozenset(undone - there)


def read_states(view: View, events: Sequence[Mapping[str, Any]], sessions: Collection[str]) -> States:
    """What the store has of these sessions, from whichever import."""
    from qualitycycle.querying import opened

    every = {one["import_id"] for one in events if one["event"] == "import"}
    with opened(_everything(view.snapshot, every), "duckdb") as tables:
        responses = tables.responses.filter(tables.responses.collection.isin(sorted(sessions)))
        found = tables.run(
            responses.select(
                "response_id", "import_id", "collection", "moment", "row_hash", "n", "completed", "link_code"
            )
        )
        answers = tables.answers.filter(
            tables.answers.collection.isin(sorted(sessions)),
            tables.answers.state == str(AnswerState.ANSWERED),
        )
        given = tables.run(answers.select("response_id", "import_id", "item").distinct())
    return States(events, _rows(view, found, given))


def _everything(snapshot: Snapshot, imports: Iterable[str]) -> Snapshot:
    return replace(snapshot, visible=tuple(sorted(imports)), superseded=frozenset())


def _rows(view: View, found: Any, given: Any) -> dict[str, dict[str, dict[Pair, Form]]]:
    answered: defaultdict[Pair, set[str]] = defaultdict(set)
    for response, brought, item in given.itertuples(index=False, name=None):
        answered[response, brought].add(item)
    instruments = list(view.config.instruments.values())
    rows: dict[str, dict[str, dict[Pair, Form]]] = {}
    for response, brought, session, moment, content, n, completed, code in found.itertuples(
        index=False, name=None
    ):
        pair = response, brought
        items = answered.get(pair, set())
        told = frozenset((*items, *_scores(instruments, items)))
        form = Form(response, content, moment, int(n), bool(completed), code or None, told)
        rows.setdefault(session, {}).setdefault(brought, {})[pair] = form
    return rows


def _scores(instruments: Iterable[Instrument], items: Collection[str]) -> Iterator[str]:
    """The declared scores that a form with these answers has."""
    for instrument in instruments:
        for name, score in instrument.scores.items():
            given = sum(item in items for item in score.items)
            if given >= needed(len(score.items), score.min_answered):
                yield name
