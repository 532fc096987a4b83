"""Several sessions in a row by one trainer: what looks like a change in time is the trainer.

Rules about sessions in a row assume that neighbours have nothing in common. Where trainers stay
on, these rules look at what is left after taking off the trainers' own levels; and the steps that
settle the limits are taken between neighbours without a common trainer, because two sessions of
one trainer differ less than two sessions do (with fewer than ``LEAST_STEPS`` of those, limits are
as wide as all sessions lie apart). Measured on 24 sessions in which nothing changes, trainers
differing as much as sessions and giving four in a row: trainers who come back give a signal in
51 % of charts without this and 11 % with it, trainers who do not in 71 % and 22 %
(``tests/analysis/charts/test_trainers.py``); without trainers in a row it is 30 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from qualitycycle.analysis.teams import memberships, trainers_of

ROW = 3
"""So many sessions in a row by one trainer are not chance neighbours any more."""
SHARED = 0.25
"""Nor is more than this part of all neighbours with a trainer in common."""
LEAST_STEPS = 4
"""Limits need so many steps between neighbours without a common trainer."""
LEFT = 0.5
"""Of the sessions at least this part must be left to vary after the trainers."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class InARow:
    """``longest`` sessions in a row share a trainer, and the part ``shared`` of all neighbours."""

    longest: int
    shared: float

    @property
    def clustered(self) -> bool:
        """Whether rules about sessions in a row would see trainers instead of time."""
        return self.longest >= ROW or self.shared > SHARED


def in_a_row(teams: Sequence[str]) -> InARow:
    """How often neighbours share a trainer; ``teams`` in time, as ``"t1|t2"``.

    >>> in_a_row(["A|B", "A", "A|C", "D", "E"])
    InARow(longest=3, shared=0.5)
    """
    people = [set(trainers_of(team)) for team in teams]
    longest = 1
    for i in range(len(people)):
        common, j = people[i], i
        while common and j < len(people):
            longest = max(longest, j - i + 1)
            j += 1
            common = common & people[j] if j < len(people) else set()
    strange = strangers(teams)
    return InARow(longest, float(1 - strange.mean()) if len(strange) else 0.0)


def strangers(teams: Sequence[str]) -> npt.NDArray[np.bool_]:
    """For every session but the first: whether it has no trainer in common with the one before.

    >>> strangers(["A|B", "A", "C"]).tolist()
    [False, True]
    """
    people = [set(trainers_of(team)) for team in teams]
    return np.array([not a & b for a, b in pairwise(people)], dtype=bool)


def after_trainers(values: npt.ArrayLike, teams: Sequence[str]) -> Floats | None:
    """What is left of values after the levels of the trainers; None when too little is.

    ``values - M M^+ values``, M the memberships (one over the number of trainers present): least
    squares. None as well when no trainer returns after somebody else: then a change in time and
    a change of trainers are the same thing. ``values`` in time; a session without recorded
    trainers counts as somebody nobody else is.

    >>> after_trainers([8.0, 7.0, 8.4, 7.0, 7.6, 8.0], ["A", "B", "A", "B", "A", "B"]).round(2).tolist()[1:]
    [-0.33, 0.4, -0.33, -0.4, 0.67]
    >>> after_trainers([8.0, 8.0, 8.2, 7.0, 7.2, 7.1], ["A", "A", "A", "B", "B", "B"]) is None
    True
    """
    x = np.asarray(values, dtype=np.float64)
    names = [team or f"/{i}" for i, team in enumerate(teams)]
    members = memberships(names).toarray()
    if len(x) - np.linalg.matrix_rank(members) < LEFT * len(x) or not _returns(teams):
        return None
    left: Floats = x - members @ np.linalg.lstsq(members, x, rcond=None)[0]
    return left


def _returns(teams: Sequence[str]) -> bool:
    """Whether most sessions are by trainers who come back after somebody else."""
    people = [set(trainers_of(team)) for team in teams]
    everybody = set().union(*people) if people else set()
    back = {one for one in everybody if _stretches([one in team for team in people]) > 1}
    return 2 * sum(bool(team & back) for team in people) > len(people)


def _stretches(present: Sequence[bool]) -> int:
    return sum(here and not before for before, here in zip([False, *present], present, strict=False))
