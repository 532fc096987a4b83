"""Small frames for the analysis tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from qualitycycle.analysis.teams import Floats
from qualitycycle.instrument import Scale

E5 = Scale(
    kind="ordinal",
    points=5,
    favourable=(4, 5),
    uses_mean=True,
    relevant_mean=0.3,
    relevant_share=0.10,
    labels={"en": list("abcde")},
)
C10 = Scale(
    kind="mark", minimum=1, maximum=10, step=0.5, favourable_from=7, uses_mean=True, relevant_mean=0.5
)
A4 = Scale(kind="ordinal", points=4, favourable=(3, 4), relevant_share=0.10)
A5 = Scale(kind="balanced", points=5, favourable=(3,), relevant_share=0.10)

COLUMNS = ["session", "arm", "team", "score", "n"]


def counts(rows: Iterable[tuple[str, str, str, float, int]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS)


def arm_counts(arm: str, means: Sequence[dict[float, int]], prefix: str = "") -> pd.DataFrame:
    """One session per team, its answers as score -> n; teams have one trainer each."""
    return counts(
        (f"{arm}-{i}", arm, f"{prefix or arm}{i}", score, n)
        for i, answers in enumerate(means)
        for score, n in answers.items()
    )


def spread(arm: str, centre: float, teams: int, width: float = 0.5, n: int = 10) -> pd.DataFrame:
    """Teams whose marks lie ``width`` above and below ``centre`` in turn."""
    return arm_counts(arm, [{centre + width * (-1) ** i: n} for i in range(teams)])


def team_frame(a: Sequence[str], b: Sequence[str], y: Sequence[float] | Floats) -> pd.DataFrame:
    """Team means of the arms ``x`` (teams ``a``) and ``y`` (teams ``b``)."""
    arms = ["x"] * len(a) + ["y"] * len(b)
    return pd.DataFrame({"arm": arms, "team": [*a, *b], "mean": np.asarray(y, dtype=float)})


def simulated(teams: Sequence[str], trainer_sd: float, session_sd: float, rng: np.random.Generator) -> Floats:
    """Team means without any difference between arms: trainers average within a team.

    One to four sessions per team, 5 to 20 answers per session with standard deviation 1.
    """
    people = sorted({person for team in teams for person in team.split("|")})
    effect = dict(zip(people, rng.normal(0, trainer_sd, len(people)), strict=True))
    means = []
    for team in teams:
        sessions = int(rng.integers(1, 5))
        n = rng.integers(5, 21, sessions)
        level = np.mean([effect[person] for person in team.split("|")])
        session = level + rng.normal(0, session_sd, sessions) + rng.normal(0, 1, sessions) / np.sqrt(n)
        means.append(float((n * session).sum() / n.sum()))
    return np.array(means)
