"""The mixed model that takes the differences between answers apart, and which terms data can carry.

``score ~ variant + cycle (+ partnership) + (1 | session) + (1 | mm(trainers)) + (1 | team)``, on
sums per session. A *team* effect is what the trainers of a session do together beyond what they do
each. A term is left out, and named, where the data cannot tell it from another: fewer than
``LEAST`` levels, or fewer than ``LEAST`` of them seen in more than one level of the other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from qualitycycle.analysis.linear import LinearModel, lmm
from qualitycycle.analysis.linear.reml import Floats, Units
from qualitycycle.analysis.teams import trainers_of

Term = Literal["session", "trainer", "team", "partnership"]
Reason = Literal["few", "once", "together", "alone", "same", "spare"]

LEAST = 5
"""So many levels a random term must have, and so many must be seen in two levels of another."""
FIXED = ("variant", "cycle", "partnership")
COLUMNS = ["session", "variant", "cycle", "partnership", "team", "n", "total", "total_sq"]
SAME = 1e-9


@dataclass(frozen=True)
class LeftOut:
    """A term that is not in the model.

    ``few``: too few levels; ``once``: too few gave more than one session; ``together``: trainers
    and teams go together, so the other one stands for both; ``alone``: no team has two trainers;
    ``same``: the other terms say the same already; ``spare``: a fixed effect that would leave too
    few sessions.
    """

    term: str
    reason: Reason


@dataclass(frozen=True)
class SpreadModel:
    """A fitted model: ``sessions`` are its rows, in the order of the rows of ``units``.

    ``random``: its random terms, in the order of ``units.loads``; ``fixed``: what is adjusted for.
    """

    sessions: pd.DataFrame
    random: tuple[Term, ...]
    fixed: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    fitted: LinearModel

    @cached_property
    def units(self) -> Units:
        """The sessions with the memberships as full matrices."""
        return self.fitted.collapsed.dense()

    @cached_property
    def variances(self) -> Floats:
        """The variance of single answers, then of each random term."""
        found: Floats = np.array([self.fitted.residual_sd, *self.fitted.random_sd]) ** 2
        return found

    @cached_property
    def sizes(self) -> Floats:
        """Per random term the mean over answers of the summed squares of the memberships."""
        n = self.units.n
        found: Floats = np.array([n @ (load**2).sum(axis=1) for load in self.units.loads]) / n.sum()
        return found

    @cached_property
    def centre(self) -> Floats:
        """The average answer's row of the fixed part."""
        found: Floats = self.units.n @ self.units.design / self.units.n.sum()
        return found

    def levels(self, term: Term) -> tuple[Hashable, ...]:
        """The levels of a random term, in the order of the columns of its load."""
        return self.fitted.collapsed.groupings[self.random.index(term)].levels

    def variance(self, term: Term) -> float:
        """The variance of a random term; 0 when it is not in the model."""
        return float(self.variances[1 + self.random.index(term)]) if term in self.random else 0.0


def fit_spread(sums: pd.DataFrame) -> SpreadModel | None:
    """The model of the sessions in ``sums``; None when they are too few, or nothing varies within them.

    ``sums``: one row per session with the columns session, variant, cycle, partnership, team
    (``"t1|t2"``), n, total and total_sq (of the answers).

    >>> rows = [(f"S{i}", "tandem", "2025-2026", "P", f"a{i % 6}|b{i % 6}", 8, 56.0 + i % 5, 409.0 + 15 * i)
    ...         for i in range(12)]
    >>> found = fit_spread(pd.DataFrame(rows, columns=COLUMNS))
    >>> found.random, [(left.term, left.reason) for left in found.left_out]
    (('session', 'team'), [('trainer', 'together')])
    """
    used = sums.loc[sums["n"] > 0, COLUMNS].reset_index(drop=True)
    if len(used) < LEAST or not _varies_within(used):
        return None
    random, left = _random_terms(used)
    fixed, more = _fixed_terms(used, [term for term in FIXED if term not in random])
    frame, members = _with_trainers(used)
    fitted = _fitted(frame, members, random, fixed)
    untold = [term for term, sd in zip(random, fitted.random_sd, strict=True) if math.isnan(sd)]
    if untold:
        random = tuple(term for term in random if term not in untold)
        left += [LeftOut(term, "same") for term in untold]
        fitted = _fitted(frame, members, random, fixed)
    own = fitted.collapsed.groupings[0]
    position = {session: row for row, session in enumerate(frame["session"])}
    rows = [position[own.levels[at]] for at in own.members[:, 0]]
    return SpreadModel(used.iloc[rows].reset_index(drop=True), random, tuple(fixed), (*left, *more), fitted)


def _fitted(
    frame: pd.DataFrame, members: Sequence[str], random: Sequence[Term], fixed: Sequence[str]
) -> LinearModel:
    named = {"trainer": f"mm({', '.join(members)})"}
    parts = [*(fixed or ["1"]), *(f"(1 | {named.get(term, term)})" for term in random)]
    return lmm(f"score ~ {' + '.join(parts)}", frame, sums=("n", "total", "total_sq"))


def _varies_within(sums: pd.DataFrame) -> bool:
    """Whether people of one session ever answer differently."""
    n, total, square = (sums[name].to_numpy(dtype=float) for name in ("n", "total", "total_sq"))
    return float((square - total**2 / n).sum()) > SAME * max(1.0, float(square.sum()))


def _random_terms(sums: pd.DataFrame) -> tuple[tuple[Term, ...], list[LeftOut]]:
    teams = sums["team"].tolist()
    members = [(trainer, row) for row, team in enumerate(teams) for trainer in trainers_of(team)]
    candidates: dict[Term, list[tuple[Hashable, Hashable]]] = {
        "trainer": list(members),
        "team": list(zip(teams, range(len(teams)), strict=True)),
    }
    left: list[LeftOut] = []
    if _too_thin([(trainer, teams[row]) for trainer, row in members]) is not None:
        same, reason = _the_same(teams)
        del candidates[same]
        left.append(LeftOut(same, reason))
    thin = {term: _too_thin(pairs) for term, pairs in candidates.items()}
    left += [LeftOut(term, reason) for term, reason in thin.items() if reason is not None]
    kept: list[Term] = ["session", *(term for term, reason in thin.items() if reason is None)]
    if sums["partnership"].nunique() >= LEAST:
        kept.append("partnership")
    return tuple(kept), left


def _too_thin(pairs: Iterable[tuple[Hashable, Hashable]]) -> Reason | None:
    """Why the first of these pairs cannot be told from the second; None when it can."""
    beside: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
    for level, other in pairs:
        beside[level].add(other)
    if len(beside) < LEAST:
        return "few"
    return "once" if sum(len(others) > 1 for others in beside.values()) < LEAST else None


def _the_same(teams: Iterable[str]) -> tuple[Term, Reason]:
    """Which of trainers and teams goes when trainers stay in one team.

    Where every team has several trainers, these cannot be told apart and the team is the unit.
    """
    sizes = {len(trainers_of(team)) for team in teams}
    if min(sizes) > 1:
        return "trainer", "together"
    return "team", "alone" if sizes == {1} else "together"


def _fixed_terms(sums: pd.DataFrame, candidates: Sequence[str]) -> tuple[list[str], list[LeftOut]]:
    """What is adjusted for, as long as ``LEAST`` sessions more than coefficients are left."""
    kept: list[str] = []
    left: list[LeftOut] = []
    coefficients = 1
    for name in candidates:
        more = sums[name].nunique() - 1
        if more and len(sums) - coefficients - more >= LEAST:
            kept.append(name)
            coefficients += more
        elif more:
            left.append(LeftOut(name, "spare"))
    return kept, left


def _with_trainers(sums: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The frame with a column per place in the team."""
    people = [trainers_of(team) for team in sums["team"]]
    names = [f"trainer_{place + 1}" for place in range(max(map(len, people)))]
    places = [[*those, *[None] * (len(names) - len(those))] for those in people]
    return sums.join(pd.DataFrame(places, columns=names, index=sums.index, dtype=object)), names
