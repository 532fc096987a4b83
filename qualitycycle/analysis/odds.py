"""The odds ratio and the chance of a better answer, from the ordinal model of a comparison."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.ordinal import OrdinalModel, clmm
from qualitycycle.analysis.ordinal.links import Floats
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.teams import UNRECORDED, texts, trainers_of
from qualitycycle.errors import QualityCycleError

MOST = 40.0
"""Log-odds beyond which every answer is the best one."""

LARGEST = 700.0


@dataclass(frozen=True)
class Odds:
    """``ratio``: of a better answer in the arm, against the reference; ``superiority``: see there."""

    ratio: Interval
    superiority: Interval


@dataclass(frozen=True)
class OrdinalArms:
    """The fitted model ``score ~ arm + covariates + (1 | session) + (1 | mm(trainers))``.

    ``sessions``: the distinct kinds of session (covariates, size of the team), with a column
    ``weight`` that says how many there are of each.
    """

    model: OrdinalModel
    sessions: pd.DataFrame
    arms: tuple[str, ...]

    def odds(self, arm: str, df: float, measure: Measure, confidence: float = 0.95) -> Odds:
        """The odds of ``arm`` against the reference.

        The interval is ``exp(beta -+ t(df) se)`` with the degrees of freedom of the difference
        of means. It has no interval where the answers are separated (an infinite odds ratio).
        """
        name = f"arm{arm}"
        beta = float(self.model.coefficients[name])
        half = float(stats.t.ppf((1 + confidence) / 2, df)) * float(self.model.standard_errors[name])
        ends = (beta - half, beta + half) if math.isfinite(half) else ()
        other = self._shares(self.arms[0], 0.0)
        logs = [beta, *(sorted(ends, key=lambda end: measure.sign * end))]
        better = [_superior(self._shares(arm, log), other, measure.sign) for log in logs]
        return Odds(Interval(*(_exp(measure.sign * log) for log in logs)), Interval(*better))

    def _shares(self, arm: str, beta: float) -> Floats:
        """The average share of every category if all sessions were of ``arm``, with effect ``beta``."""
        parameters = self.model.parameters.copy()
        if arm != self.arms[0]:
            at = self.model.coefficients.index.get_loc(f"arm{arm}")
            parameters[at] = min(max(beta, -MOST), MOST)
        asked = self.sessions.assign(arm=pd.Categorical([arm] * len(self.sessions), self.arms))
        shares = replace(self.model, parameters=parameters).predict(asked).to_numpy(dtype=np.float64)
        return np.average(shares, axis=0, weights=self.sessions["weight"])


def fit_ordinal(counts: pd.DataFrame, reference: str, adjust: Sequence[str]) -> OrdinalArms | None:
    """The ordinal model of all arms; None when the answers cannot carry it.

    ``counts``: columns session, arm, team, score, n and the columns ``adjust``. Sessions
    whose trainers are not recorded stand alone. When every trainer gave one session only,
    sessions and trainers are the same, and the model leaves one term out.
    """
    used = counts.loc[counts["n"] > 0].reset_index(drop=True)
    arms = (reference, *sorted(set(used["arm"]) - {reference}))
    people = _people(used)
    named = {"arm": pd.Categorical(used["arm"], arms)} | {name: texts(used[name]) for name in adjust}
    frame = pd.concat([used.assign(**named), people], axis=1)
    trainers = list(people.columns)
    terms = [f"(1 | mm({', '.join(trainers)}))", "(1 | session)"]
    try:
        model = clmm(" + ".join(["score ~ arm", *adjust, *terms]), frame, weights="n")
    except QualityCycleError:
        return None
    if not model.converged:
        return None
    return OrdinalArms(model, _kinds(frame.drop_duplicates("session"), trainers, adjust), arms)


def _people(counts: pd.DataFrame) -> pd.DataFrame:
    """A column per member of a team; a session without recorded trainers has one of its own."""
    pairs = zip(counts["team"], counts["session"], strict=True)
    teams = [trainers_of(team) or [UNRECORDED + session] for team, session in pairs]
    size = max(len(team) for team in teams)
    columns = [f"trainer_{i + 1}" for i in range(size)]
    return pd.DataFrame([team + [None] * (size - len(team)) for team in teams], columns=columns)


def _kinds(sessions: pd.DataFrame, trainers: Sequence[str], adjust: Sequence[str]) -> pd.DataFrame:
    size = sessions[list(trainers)].notna().sum(axis=1)
    parts = sessions.assign(size=size).groupby([*adjust, "size"], observed=True)
    return parts.first().assign(weight=parts.size()).reset_index()


def _superior(mine: Floats, other: Floats, sign: float) -> float:
    """``P(better) + P(equal) / 2`` for one answer of each."""
    below = np.concatenate([[0.0], np.cumsum(other)[:-1]])
    chance = float(mine @ (below + other / 2))
    return chance if sign > 0 else 1 - chance


def _exp(value: float) -> float:
    return math.exp(value) if value < LARGEST else math.inf
