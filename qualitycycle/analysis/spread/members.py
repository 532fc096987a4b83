"""What the units are: sessions, trainers or teams, their answers, and which effects are theirs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qualitycycle.analysis.linear.reml import Floats
from qualitycycle.analysis.spread.model import SpreadModel, Term
from qualitycycle.analysis.teams import trainers_of

Of = Literal["session", "trainer", "team"]


@dataclass(frozen=True)
class Members:
    """Units of one kind.

    ``given``: units by sessions, 1 where a session is the unit's; ``loads``: per random term of the
    model units by levels, the effects that make up the level of the unit; ``people``: its trainers.
    """

    ids: tuple[Hashable, ...]
    people: tuple[frozenset[str], ...]
    given: Floats
    loads: tuple[Floats, ...]

    def answers(self, n: Floats) -> Floats:
        """The number of answers of each unit, ``n`` those per session."""
        found: Floats = self.given @ n
        return found

    def mean_weights(self, n: Floats) -> Floats:
        """Units by sessions: the weights of the session means in the mean of a unit's answers."""
        weighted = self.given * n
        found: Floats = weighted / weighted.sum(axis=1, keepdims=True)
        return found


def members(model: SpreadModel, of: Of) -> Members | None:
    """The units of one kind; None when the model cannot tell what is theirs.

    A team has at least two trainers.
    """
    return UNITS[of](model)


def _sessions(model: SpreadModel) -> Members | None:
    loads = [
        np.zeros_like(load) if term == "partnership" else load
        for term, load in zip(model.random, model.units.loads, strict=True)
    ]
    people = tuple(frozenset(trainers_of(team)) for team in model.sessions["team"])
    return Members(tuple(model.sessions["session"]), people, np.eye(len(people)), tuple(loads))


def _trainers(model: SpreadModel) -> Members | None:
    if "trainer" not in model.random:
        return None
    ids = model.levels("trainer")
    given = (model.units.loads[model.random.index("trainer")].T > 0).astype(float)
    people = tuple(frozenset([str(id)]) for id in ids)
    return Members(ids, people, given, _loads(model, len(ids), {"trainer": np.eye(len(ids))}))


def _teams(model: SpreadModel) -> Members | None:
    if not {"trainer", "team"} & set(model.random):
        return None
    known = model.sessions["team"]
    ids = [team for team in sorted(set(known)) if len(trainers_of(team)) > 1]
    given = np.array([(known == team).to_numpy(dtype=float) for team in ids]).reshape(len(ids), len(known))
    first = given.argmax(axis=1) if len(ids) else np.empty(0, dtype=int)
    own: dict[Term, Floats] = {
        term: load[first]
        for term, load in zip(model.random, model.units.loads, strict=True)
        if term in ("trainer", "team")
    }
    people = tuple(frozenset(trainers_of(team)) for team in ids)
    return Members(tuple(ids), people, given, _loads(model, len(ids), own))


def _loads(model: SpreadModel, units: int, own: Mapping[Term, Floats]) -> tuple[Floats, ...]:
    return tuple(
        own[term] if term in own else np.zeros((units, load.shape[1]))
        for term, load in zip(model.random, model.units.loads, strict=True)
    )


UNITS: dict[Of, Callable[[SpreadModel], Members | None]] = {
    "session": _sessions,
    "trainer": _trainers,
    "team": _teams,
}
"""Kind of unit -> how its units are found."""
