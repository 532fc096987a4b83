"""One cell of a calibration: two arms, who gives which session, and answers drawn by the thousand.

The same latent model as ``answers``, for one question and without people: a session's answers
are multinomial given its trainers and itself. The truth of every estimand is worked out, not
drawn: an expectation over sessions and trainers by Gauss-Hermite quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from qualitycycle.simulate.answers import category_shares, thresholds
from qualitycycle.simulate.people import Floats

Shared = Literal["none", "half", "all"]
SHARES: dict[bool, dict[float, float]] = {
    False: {1.0: 3, 2.0: 8, 3.0: 20, 4.0: 44, 5.0: 25},
    True: {1.0: 1, 2.0: 2, 3.0: 7, 4.0: 22, 5.0: 68},
}
"""The shares of each score in the reference, when nothing differs; True: at the ceiling."""

SCORES = np.arange(1.0, 6.0)
ANSWERS = (6, 20)
NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Roster:
    """Who gives what: per session its team (``"t1|t2"``) and whether it is in the arm."""

    teams: tuple[str, ...]
    in_arm: NDArray[np.bool_]

    @property
    def members(self) -> Floats:
        """Sessions by trainers, each row one over the size of the team."""
        people = sorted({person for team in self.teams for person in team.split("|")})
        given = [team.split("|") for team in self.teams]
        return np.array([[(person in team) / len(team) for person in people] for team in given])


def roster(tandem: tuple[int, int], alone: tuple[int, int], shared: Shared) -> Roster:
    """Tandems of a school and an institute trainer, and institute trainers alone.

    ``tandem``, ``alone``: (teams, sessions); teams give sessions in turn. ``shared``: how many
    of the trainers who stand alone are also half of a tandem.

    >>> found = roster((3, 4), (2, 2), "half")
    >>> found.teams
    ('S0|I0', 'S1|I1', 'S2|I2', 'S0|I0', 'I0', 'X1')
    """
    pairs = [f"S{i}|I{i}" for i in range(tandem[0])]
    common = {"none": 0, "half": (alone[0] + 1) // 2, "all": alone[0]}[shared]
    singles = [f"I{i}" if i < common else f"X{i}" for i in range(alone[0])]
    teams = [pairs[i % len(pairs)] for i in range(tandem[1])]
    teams += [singles[i % len(singles)] for i in range(alone[1])]
    return Roster(tuple(teams), np.arange(len(teams)) >= tandem[1])


@dataclass(frozen=True)
class Cell:
    """A roster with the standard deviations of sessions and trainers, in log-odds."""

    roster: Roster
    session_sd: float
    trainer_sd: float
    ceiling: bool = False

    @property
    def values(self) -> Floats:
        """What the deciding measure is the mean of: the score, or 1 for the best answer at the ceiling."""
        return (SCORES[-1] == SCORES).astype(float) if self.ceiling else SCORES

    def difference(self, effect: float) -> float:
        """The true difference of the deciding measure when the arm is shifted by ``effect`` log-odds.

        Averaged over sessions and trainers, of whom an arm has its own: trainers who stand alone
        differ more than the mean of two, and averaging over more variation flattens a curve. So
        no effect in log-odds is not quite no difference.

        >>> cell = Cell(roster((8, 12), (3, 4), "none"), 0.4, 0.8)
        >>> round(cell.difference(0.0), 3), round(cell.difference(cell.effect(-0.3)), 3)
        (-0.014, -0.3)
        """
        alone = self.roster.in_arm
        sizes = (self.roster.members**2).sum(axis=1)
        return self._mean(effect, float(sizes[alone].mean())) - self._mean(0.0, float(sizes[~alone].mean()))

    def effect(self, difference: float) -> float:
        """The effect in log-odds for which the deciding measure truly differs by ``difference``."""
        return float(optimize.brentq(lambda effect: self.difference(effect) - difference, -6.0, 6.0))

    def draw(self, rng: np.random.Generator, effect: float, runs: int) -> NDArray[np.int64]:
        """Counts of every score: runs by sessions by scores, 6 to 20 answers a session."""
        members = self.roster.members
        sessions = rng.standard_normal((runs, len(members))) * self.session_sd
        trainers = rng.standard_normal((runs, members.shape[1])) * self.trainer_sd
        eta = effect * self.roster.in_arm + sessions + trainers @ members.T
        n = rng.integers(ANSWERS[0], ANSWERS[1] + 1, eta.shape)
        found: NDArray[np.int64] = rng.multinomial(n, category_shares(self._cuts, eta))
        return found

    @property
    def _cuts(self) -> Floats:
        return thresholds(SHARES[self.ceiling])

    def _mean(self, effect: float, size: float) -> float:
        sd = np.sqrt(self.session_sd**2 + self.trainer_sd**2 * size)
        return float(category_shares(self._cuts, effect + sd * NODES) @ self.values @ WEIGHTS)
