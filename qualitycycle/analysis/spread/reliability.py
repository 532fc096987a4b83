"""How much the mean of a unit's answers says about the unit.

Reliability is the squared correlation between the mean of a unit's answers and its own level, both
beyond variant, cycle and partnership: ``c^2 / (v w)`` with ``w = z G z'`` the variance of levels,
``v = a' V a`` that of means and ``c = z G Z' a`` between them. For a session it is
``n ICC(1) / (1 + (n - 1) ICC(1))`` (Spearman-Brown), ICC(1) the share of all that sessions have in
common. For a trainer the partner, the team and the session are noise, so answers of one
session count for less than as many answers of several. ICC(1) is the reliability of a single
answer, ICC(2) that of the mean of a typical unit.
Source: Shrout and Fleiss, Psychological Bulletin 86 (1979) 420-428; Bliese, in Klein and Kozlowski
(eds), Multilevel Theory (2000) 349-381; Searle, Casella and McCulloch, Variance Components (1992).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qualitycycle.analysis.group_means import mean_reliability, responses_needed
from qualitycycle.analysis.linear.reml import Floats
from qualitycycle.analysis.spread.members import Members, Of
from qualitycycle.analysis.spread.model import SpreadModel

TARGET = 0.7
"""From here on a mean says enough (Nunnally, Psychometric Theory, 1978)."""


@dataclass(frozen=True)
class MeanReliability:
    """Reliability of means: ``icc1`` of one answer, ``icc2`` of a typical unit.

    ``typical``: the median number of answers of a unit. ``needed``: answers for ``TARGET``, for
    trainers and teams spread over ``sessions_needed`` sessions of the median size; None when no
    number of answers will do.
    """

    icc1: float
    icc2: float
    typical: int
    needed: int | None
    sessions_needed: int | None = None


@dataclass(frozen=True)
class Covariances:
    """Of the levels of units and the means of sessions, beyond partnerships and without the answers.

    ``own``: the variance of each level; ``shared``: units by sessions; ``sessions``: sessions by sessions.
    """

    own: Floats
    shared: Floats
    sessions: Floats


def covariances(model: SpreadModel, units: Members) -> Covariances:
    """What the variances of the model say of these units."""
    own, shared = np.zeros(len(units.ids)), np.zeros(units.given.shape)
    sessions = np.zeros((units.given.shape[1],) * 2)
    for term, load, mine in zip(model.random, model.units.loads, units.loads, strict=True):
        if term != "partnership":
            variance = model.variance(term)
            own += variance * (mine**2).sum(axis=1)
            shared += variance * (mine @ load.T)
            sessions += variance * (load @ load.T)
    return Covariances(own, shared, sessions)


def own_reliability(model: SpreadModel, units: Members) -> Floats:
    """Per unit how much the mean of its own answers says about it; 0 when units do not differ.

    >>> import pandas as pd
    >>> from qualitycycle.analysis.spread.members import members
    >>> from qualitycycle.analysis.spread.model import COLUMNS, fit_spread
    >>> rows = [(f"S{i}", "v", "c", "P", f"t{i}", 10, 80.0 + 6 * (i % 6), 0.0) for i in range(18)]
    >>> sums = pd.DataFrame(rows, columns=COLUMNS)
    >>> sums["total_sq"] = sums["total"] ** 2 / 10 + 60
    >>> model = fit_spread(sums)
    >>> own_reliability(model, members(model, "session"))[:2].round(2).tolist()
    [0.4, 0.4]
    """
    weights, known = units.mean_weights(model.units.n), covariances(model, units)
    answers = weights**2 @ (model.variances[0] / model.units.n)
    total = answers + ((weights @ known.sessions) * weights).sum(axis=1)
    return _ratio((weights * known.shared).sum(axis=1) ** 2, known.own * total)


def mean_reliability_of(model: SpreadModel, units: Members, of: Of) -> MeanReliability:
    """Reliability of the means of units of one kind."""
    n, residual = model.units.n, float(model.variances[0])
    answers = float(np.median(units.answers(n)))
    signal, other = _signal(model, units)
    icc1 = signal / (signal + other + residual)
    if of == "session":
        return MeanReliability(icc1, mean_reliability(icc1, answers), round(answers), responses_needed(icc1))
    size = float(np.median(n))
    one = signal / (signal + other + residual / size)
    sessions = float(np.median(units.given.sum(axis=1)))
    needed = responses_needed(one, TARGET)
    answers_needed = None if needed is None else math.ceil(needed * size)
    return MeanReliability(icc1, mean_reliability(one, sessions), round(answers), answers_needed, needed)


def _signal(model: SpreadModel, units: Members) -> tuple[float, float]:
    """Of the variance of session means the unit's own part, and the rest, the answers left out.

    Averaged over the answers of all units.
    """
    known = covariances(model, units)
    weights = units.given * model.units.n
    weights = weights / weights.sum()
    signal = float((weights * _ratio(known.shared**2, known.own[:, None])).sum())
    return signal, max(float((weights @ np.diag(known.sessions)).sum()) - signal, 0.0)


def _ratio(above: Floats, below: Floats) -> Floats:
    """Division in which nothing by nothing is nothing."""
    below = np.broadcast_to(below, above.shape)
    found: Floats = np.divide(above, below, out=np.zeros(above.shape), where=below > 0)
    return found
