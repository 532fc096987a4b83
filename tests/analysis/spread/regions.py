"""Regions drawn from the model itself, with what is true of every session, trainer and team."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from qualitycycle.analysis.spread.model import COLUMNS
from qualitycycle.analysis.teams import trainers_of

Given = tuple[str, str, int]
"""A team, its variant and how many sessions it gave."""

PAIRS: list[Given] = [(f"i{i}|s{i}", "tandem", 2) for i in range(15)]
ALONE: list[Given] = [(f"i{i}", "institute_only", 3) for i in range(20, 26)]
SWAPPED: list[Given] = [(f"i{i}|s{(i + j) % 8}", "tandem", 2) for i in range(8) for j in range(2)] + [
    (f"i{i}", "institute_only", 2) for i in range(4)
]
"""Trainers who give in two teams or more, so that they can be told from their teams."""


@dataclass
class Region:
    """The sums per session, and the truth: effects by session, trainer and team, and the middle."""

    sums: pd.DataFrame
    sessions: dict[str, float]
    trainers: dict[str, float]
    teams: dict[str, float]
    middle: float


@dataclass(frozen=True)
class Sizes:
    """Standard deviations of effects; single answers vary with standard deviation 1."""

    session: float = 0.3
    trainer: float = 0.3
    team: float = 0.0
    answers: tuple[int, int] = field(default=(6, 18))


def draw(given: list[Given], sizes: Sizes, rng: np.random.Generator) -> Region:
    """Sessions over two cycles and three partnerships, which differ as the variants do."""
    people = sorted({person for team, _, _ in given for person in trainers_of(team)})
    trainers = dict(zip(people, rng.normal(0, sizes.trainer, len(people)), strict=True))
    teams = {team: float(rng.normal(0, sizes.team)) for team, _, _ in given}
    rows, sessions, fixed, answers = [], {}, [], []
    for team, variant, times in given:
        for _ in range(times):
            k = len(rows)
            level = 8 - 0.4 * (variant != "tandem") + 0.2 * (k % 2) + 0.1 * (k % 3)
            effect = np.mean([trainers[one] for one in trainers_of(team)]) + teams[team]
            sessions[f"S{k}"] = float(effect + rng.normal(0, sizes.session))
            n = int(rng.integers(*sizes.answers))
            y = level + sessions[f"S{k}"] + rng.normal(size=n)
            rows.append((f"S{k}", variant, f"c{k % 2}", f"P{k % 3}", team, n, y.sum(), (y**2).sum()))
            fixed.append(level)
            answers.append(n)
    middle = float(np.average(fixed, weights=answers))
    return Region(pd.DataFrame(rows, columns=COLUMNS), sessions, trainers, teams, middle)


def sums_of(*, answers: int = 8, sessions: int = 12, team: str = "a{0}|b{0}", teams: int = 6) -> pd.DataFrame:
    """Plain sums of one partnership and cycle: session i has mean 8 + i / 10, and people differ."""
    rows = []
    for i in range(sessions):
        mean = 8 + i / 10
        square = answers * mean**2 + answers - 1
        rows.append((f"S{i}", "tandem", "c", "P", team.format(i % teams), answers, answers * mean, square))
    return pd.DataFrame(rows, columns=COLUMNS)
