"""Which effects may be told, given everything else that may be shown.

An action names its own sessions, so it forms groups that nobody else asks for: with it, without
it, before it. Whoever knows the register can add and subtract one action's figures, another's, and
those of the groups that are released anyway (``release``). The attack is linear algebra: every
level that is told is a known sum over sessions, every effect a known combination of four; when
some combination of all of these is about one session, too few answers or too few trainers only,
that is given away.

Somebody may ask as of an earlier day. So sessions count by whole cycles, and the cycles are gone
through in order: what was told of the earlier ones is known when the next is told.

Actions are taken in the order given. Of each the levels of its groups are told when that gives nothing
away; else only its effect, as within a partnership ``compare`` tells differences and no levels; else
nothing. (The effect weighs sessions and trainers as the mixed model does; the attacker is given
plain weights, which makes it easier for him.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qualitycycle.register.derive import givers_of
from qualitycycle.workspace.release import SESSIONS
from qualitycycle.workspace.view import View

Floats = NDArray[np.float64]
Open = Literal["levels", "effect", "nothing"]
Signed = Mapping[frozenset[str], float]
"""The groups of an action, with the sign each has in its effect."""

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Attacker:
    """Somebody who knows the register and everything that was told so far of one kind of training.

    ``known``: combinations of the sums of ``ids`` (sessions with so many ``answers``).
    """

    view: View
    ids: tuple[str, ...]
    answers: Floats
    known: Floats

    def opened(self, actions: Mapping[str, Signed]) -> tuple[dict[str, Open], Attacker]:
        """What may be told of every action, and the attacker who knows that too."""
        attacker, found = self, dict[str, Open]()
        for id, groups in actions.items():
            levels = [self.level(part) for part in groups]
            choices: list[tuple[Open, list[Floats]]] = [("levels", levels), ("effect", [self.effect(groups)])]
            found[id] = "nothing"
            for name, rows in choices:
                wiser = attacker.told(rows)
                if wiser is not None:
                    found[id], attacker = name, wiser
                    break
        return found, attacker

    def level(self, part: Collection[str]) -> Floats:
        """A level, as a sum over sessions."""
        return np.array([id in part for id in self.ids], dtype=np.float64)

    def effect(self, groups: Signed) -> Floats:
        """An effect, as a combination of levels."""
        row = np.zeros(len(self.ids))
        for part, sign in groups.items():
            inside = self.level(part)
            row += sign * inside / max(1.0, float(inside @ self.answers))
        return row

    def told(self, rows: Sequence[Floats]) -> Attacker | None:
        """Who knows these too; None when they give something away that was not given away before."""
        more = np.vstack([self.known, *rows])
        safe = self._given_away(more) <= self._given_away(self.known)
        return replace(self, known=more) if safe else None

    def _given_away(self, known: Floats) -> set[frozenset[str]]:
        """The small groups of sessions about which something can be worked out."""
        classes = self._classes(known)
        whole = _rank(known)
        return {
            frozenset(self.ids[i] for i in chosen)
            for chosen in self._small(classes)
            if whole > _rank(np.delete(known, chosen, axis=1))
        }

    def _classes(self, known: Floats) -> list[list[int]]:
        """Sessions that nothing that is known sets apart."""
        classes: dict[bytes, list[int]] = {}
        for i, column in enumerate(np.round(known, 12).T):
            classes.setdefault(column.tobytes(), []).append(i)
        return list(classes.values())

    def _small(self, classes: Sequence[list[int]]) -> Iterable[list[int]]:
        pairs = ([*one, *other] for one, other in combinations(classes, 2))
        return [chosen for chosen in (*classes, *pairs) if self._is_small(chosen)]

    def _is_small(self, chosen: Sequence[int]) -> bool:
        floors = self.view.config.settings.floors
        facts = [self.view.sessions[self.ids[i]] for i in chosen]
        few = len(givers_of(facts)) < floors.arm_trainers or float(self.answers[chosen].sum()) < floors.scores
        return few or len(chosen) < SESSIONS


def attacker_of(view: View, kind: str) -> Attacker:
    """Who knows what is released of a kind of training anyway."""
    completed = {id: one.get("completed", 0) for id, one in view.forms.items()}
    ids = tuple(id for id, one in view.sessions.items() if one.kind == kind and completed.get(id, 0) > 0)
    answers = np.array([completed[id] for id in ids], dtype=np.float64)
    released = [[group.holds(view.sessions[id]) for id in ids] for group in view.released(kind, "post")]
    return Attacker(view, ids, answers, np.array(released, dtype=np.float64).reshape(-1, len(ids)))


def _rank(rows: Floats) -> int:
    return int(np.linalg.matrix_rank(rows, tol=TOLERANCE)) if rows.size else 0
