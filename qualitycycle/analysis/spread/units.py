"""Differences between sessions, trainers or teams: how large, how sure, and unit by unit."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

import pandas as pd

from qualitycycle.analysis.funnels import INNER, OUTER
from qualitycycle.analysis.linear.reml import Floats
from qualitycycle.analysis.ordinal.threads import one_thread
from qualitycycle.analysis.spread.limits import Limits, reach
from qualitycycle.analysis.spread.members import Members, Of, members
from qualitycycle.analysis.spread.model import LeftOut, SpreadModel, fit_spread
from qualitycycle.analysis.spread.predict import levels
from qualitycycle.analysis.spread.reliability import (
    MeanReliability,
    covariances,
    mean_reliability_of,
    own_reliability,
)
from qualitycycle.analysis.spread.split import Split, split

FEWEST = 2


@dataclass(frozen=True)
class Unit:
    """One session, trainer or team; ``id`` and ``people`` are internal and never leave.

    ``level``: what it would be with answers without end, drawn in; ``sd``: of its error;
    ``reliability``: of the mean of its own answers; ``z``: how far that mean lies from the middle, in
    standard errors of the wide limits.
    """

    id: Hashable
    people: frozenset[str]
    sessions: int
    n: int
    level: float
    sd: float
    reliability: float
    z: float


@dataclass(frozen=True)
class Spread:
    """What is known of the differences between units of one kind; ``units`` is not gated.

    ``reliability``, ``limits`` and ``units`` are absent when the model cannot tell these units from
    others. ``adjusted_for``: what was taken off first. ``left_out``: see ``model.LeftOut``.
    """

    of: Of
    sessions: int
    split: Split
    adjusted_for: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    reliability: MeanReliability | None = None
    limits: Limits | None = None
    units: tuple[Unit, ...] = ()


def spread(sums: pd.DataFrame, of: Of = "session") -> Spread | None:
    """How far sessions, trainers or teams differ; None when there are too few sessions.

    ``sums``: see ``model.fit_spread``; of a share the answers are 0 and 1. The modules ``model``,
    ``split``, ``reliability``, ``predict`` and ``limits`` say what is done and from which source.

    >>> import numpy as np
    >>> from qualitycycle.analysis.spread.model import COLUMNS
    >>> rng = np.random.default_rng(1)
    >>> rows = [(f"S{i}", "tandem", "2025-2026", "P", f"a{i % 6}|b{i % 6}", 8, 64 + 9 * rng.normal(), 0.0)
    ...         for i in range(18)]
    >>> sums = pd.DataFrame(rows, columns=COLUMNS)
    >>> sums["total_sq"] = sums["total"] ** 2 / 8 + 7
    >>> found = spread(sums)
    >>> len(found.units), found.reliability.needed
    (18, 8)
    """
    with one_thread():
        model = fit_spread(sums)
        return None if model is None else _measured(model, of)


def _measured(model: SpreadModel, of: Of) -> Spread:
    found = Spread(of, len(model.sessions), split(model), model.fixed, model.left_out)
    own = members(model, of)
    if own is None or len(own.ids) < FEWEST:
        return found
    limits, z = _limits(model, own)
    reliability = mean_reliability_of(model, own, of)
    return replace(found, reliability=reliability, limits=limits, units=_units(model, own, z))


def inside(unit: Unit, *, outer: bool = False) -> bool:
    """Whether a unit's own mean lies within the limits of 95 % (or of 99.8 %)."""
    return abs(unit.z) <= reach(OUTER if outer else INNER)


def _limits(model: SpreadModel, own: Members) -> tuple[Limits, Floats]:
    """The limits around the level of the average answer, and where each unit's own mean lies."""
    n, beta = model.units.n, model.fitted.coefficients.to_numpy()
    rest = model.units.mean - model.units.design @ beta
    for term, load in zip(model.random, model.units.loads, strict=True):
        if term == "partnership":
            rest = rest - load @ model.fitted.random_effects[term]["mode"].to_numpy()
    weights = own.mean_weights(n)
    differ = ((weights @ covariances(model, own).sessions) * weights).sum(axis=1)
    limits = Limits(float(model.centre @ beta), float(model.variances[0]), float(differ.mean()))
    return limits, limits.distance(weights @ rest, own.answers(n))


def _units(model: SpreadModel, own: Members, z: Floats) -> tuple[Unit, ...]:
    found, reliability = levels(model, own.loads), own_reliability(model, own)
    sessions, answers = own.given.sum(axis=1), own.answers(model.units.n)
    return tuple(
        Unit(
            id,
            own.people[row],
            int(sessions[row]),
            round(answers[row]),
            float(found.level[row]),
            float(found.sd[row]),
            float(reliability[row]),
            float(z[row]),
        )
        for row, id in enumerate(own.ids)
    )
