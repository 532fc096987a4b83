"""The mixed model behind a comparison: ``score ~ arm + cycle + partnership + session + trainers``.

Sums per session go in. Every arm has a coefficient of its own, the level at the average mix of
cycles and partnerships; a difference is one coefficient minus another. Sessions are a random
term, and so are trainers, each weighing one over the size of the team (multiple membership): a
trainer who stands alone in one arm and in a tandem in the other is one trainer in both. What is
estimated is the mean of scores (or the share of answers), averaged over sessions and trainers,
because that is what is compared; its interval holds up with few of them (see ``linear``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from qualitycycle.analysis.linear import least_squares, reml, satterthwaite, small_sample
from qualitycycle.analysis.linear.reml import Floats, Units
from qualitycycle.analysis.linear.small_sample import Contrast
from qualitycycle.analysis.ordinal.design import Grouping
from qualitycycle.analysis.ordinal.formula import Term
from qualitycycle.analysis.ordinal.threads import one_thread
from qualitycycle.analysis.teams import UNRECORDED, memberships, texts

DENSE = 300
"""Up to this many sessions Kenward and Roger's adjustment is made; beyond, it changes nothing."""
SPARE = 3
"""So many sessions more than coefficients must be left, or a covariate is not adjusted for."""
SAME = 1e-9


@dataclass(frozen=True)
class Variances:
    """The variance of single answers, taken apart: over sessions, trainers and within a session.

    None is a variance the data cannot tell (see ``linear.identified``): of trainers when nobody
    gave sessions on both sides of what is held equal, of sessions when every trainer gave one.
    """

    sessions: float | None
    trainers: float | None
    answers: float

    def of_team(self, members: float, sessions: float, answers: float) -> float | None:
        """The variance of a team's mean: ``members`` is the sum of squared memberships (1 / size),
        ``sessions`` it gives, with ``answers`` each. None when that of trainers is not known;
        that of sessions, where it is not, is part of that of trainers.

        >>> round(Variances(0.2, 0.4, 1.0).of_team(0.5, 2, 10), 3)
        0.35
        >>> Variances(0.2, None, 1.0).of_team(0.5, 2, 10)
        """
        if self.trainers is None:
            return None
        between = (self.sessions or 0.0) / sessions
        return self.trainers * members + between + self.answers / (sessions * answers)

    def as_json(self) -> dict[str, float | None]:
        """Plain values for JSON."""
        return {"sessions": self.sessions, "trainers": self.trainers, "answers": self.answers}


@dataclass(frozen=True)
class ArmsModel:
    """A fitted model of arms.

    ``arms``: in the order of the coefficients. ``adjusted_for``, ``not_adjusted``: covariates
    that are in the model, and those the data do not allow. ``df`` of every contrast is its own.
    """

    arms: tuple[str, ...]
    variances: Variances
    adjusted_for: tuple[str, ...]
    not_adjusted: tuple[str, ...]
    _contrast: Callable[[Floats], Contrast] = field(repr=False)
    _centre: float = field(repr=False)
    _coefficients: int = field(repr=False)

    def difference(self, arm: str, reference: str) -> Contrast:
        """``arm`` minus ``reference``."""
        return self._contrast(self._row({arm: 1.0, reference: -1.0}))

    def level(self, arm: str) -> Contrast:
        """The mean of an arm, at the average mix of what is adjusted for."""
        found = self._contrast(self._row({arm: 1.0}))
        return Contrast(found.estimate + self._centre, found.se, found.df)

    def _row(self, weights: Mapping[str, float]) -> Floats:
        row = np.zeros(self._coefficients)
        for arm, weight in weights.items():
            row[self.arms.index(arm)] = weight
        return row


@dataclass(frozen=True)
class ArmsDesign:
    """Who gave what, in which arm, and what is adjusted for: everything but the answers.

    ``arms``: the arms in the order of their columns in ``matrix`` (sessions by coefficients);
    ``teams``: the team of every session.
    """

    arms: tuple[str, ...]
    matrix: Floats
    teams: tuple[str, ...]
    adjusted_for: tuple[str, ...] = ()
    not_adjusted: tuple[str, ...] = ()

    def fit(self, n: Floats, total: Floats, square: Floats) -> ArmsModel | None:
        """The model for these sums per session; None when it cannot be fitted or nothing varies."""
        if len(n) <= self.matrix.shape[1] or not _varies(n, total, square, self.matrix):
            return None
        with one_thread():
            fitted = self._dense(n, total, square) if len(n) <= DENSE else self._large(n, total, square)
        if fitted is None:
            return None
        variances, contrast, centre = fitted
        coefficients = self.matrix.shape[1]
        return ArmsModel(
            self.arms, variances, self.adjusted_for, self.not_adjusted, contrast, centre, coefficients
        )

    @cached_property
    def _loads(self) -> tuple[Floats, ...]:
        """The memberships of trainers, then of sessions: where both are the same, trainers stay."""
        return memberships(self.teams).toarray(), np.eye(len(self.teams))

    def _dense(self, n: Floats, total: Floats, square: Floats) -> Fitted | None:
        within = float(np.maximum(square - total**2 / n, 0.0).sum())
        try:
            fit = reml.fit(Units(n, total / n, within, self.matrix, self._loads))
        except ValueError:
            return None
        if not fit.converged:
            return None
        answers, *random = (float(v) for v in fit.solved.variances)
        return _variances(random, fit.told, answers), small_sample.adjust(fit).contrast, 0.0

    def _large(self, n: Floats, total: Floats, square: Floats) -> Fitted | None:
        folded = least_squares.sums_of(n, total, square, self.matrix, _groupings(self.teams))
        found, converged = least_squares.fit(folded, restricted=True)
        if not converged:
            return None
        theta = np.where(found.theta > least_squares.NOTHING, found.theta, 0)
        random = [float(v) for v in (found.sigma * theta) ** 2]
        adjusted = satterthwaite.adjust(folded, found, restricted=True)
        return _variances(random, folded.told, found.sigma**2), adjusted.contrast, folded.centre


Fitted = tuple[Variances, Callable[[Floats], Contrast], float]


def fit_arms(sums: pd.DataFrame, adjust: Sequence[str] = ()) -> ArmsModel | None:
    """The model of all arms in ``sums``; None when it cannot be fitted or nothing varies.

    ``sums``: one row per session with columns session, arm, team (``"t1|t2"``), n, total,
    total_sq, and the columns ``adjust`` (categories). A covariate is adjusted for as far as
    arms differ within it and enough sessions are left.

    >>> rows = [(f"{arm}{i}", arm, f"{arm}-{i}", 10, 10.0 * mark + i, 10 * mark**2 + 2 * mark * i + 9)
    ...         for arm, mark in (("tandem", 8.0), ("institute_only", 7.0)) for i in range(6)]
    >>> columns = ["session", "arm", "team", "n", "total", "total_sq"]
    >>> found = fit_arms(pd.DataFrame(rows, columns=columns)).difference("institute_only", "tandem")
    >>> round(found.estimate, 2), found.interval()[1] < 0
    (-1.0, True)
    """
    used = sums.loc[sums["n"] > 0].reset_index(drop=True)
    n, total, square = (used[name].to_numpy(dtype=np.float64) for name in ("n", "total", "total_sq"))
    return design_of(used, adjust).fit(n, total, square)


def design_of(sessions: pd.DataFrame, adjust: Sequence[str] = ()) -> ArmsDesign:
    """The design of ``sessions``: columns session, arm, team and ``adjust``.

    A column per arm, then the centred covariates that say something beside the arms (missing is
    a category of its own); a session without recorded trainers stands alone.
    """
    arms = tuple(sorted(sessions["arm"].unique()))
    matrix: Floats = np.column_stack([(sessions["arm"] == arm).to_numpy(dtype=np.float64) for arm in arms])
    taken: list[str] = []
    left: list[str] = []
    for name in adjust:
        given = texts(sessions[name]).to_numpy()
        levels = sorted(set(given))
        if len(levels) < 2:
            continue
        columns: Floats = np.column_stack([given == level for level in levels[1:]]).astype(np.float64)
        whole = np.hstack([matrix, columns - columns.mean(axis=0)])
        free = np.linalg.matrix_rank(whole, tol=1e-8) == whole.shape[1]
        if free and len(sessions) - whole.shape[1] >= SPARE:
            matrix = whole
            taken.append(name)
        else:
            left.append(name)
    teams = sessions["team"].where(sessions["team"] != "", UNRECORDED + sessions["session"])
    return ArmsDesign(arms, matrix, tuple(teams), tuple(taken), tuple(left))


def _variances(random: Sequence[float], told: Iterable[bool], answers: float) -> Variances:
    """``random``, ``told``: of trainers, then of sessions."""
    trainers, sessions = (size if known else None for size, known in zip(random, told, strict=True))
    return Variances(sessions, trainers, answers)


def _groupings(teams: Sequence[str]) -> list[Grouping]:
    members = memberships(teams)
    sizes = np.diff(members.indptr)
    places = np.zeros((len(teams), int(sizes.max())), dtype=np.int64)
    share = np.zeros(places.shape)
    for row in range(len(teams)):
        own = slice(members.indptr[row], members.indptr[row + 1])
        places[row, : sizes[row]] = members.indices[own]
        share[row, : sizes[row]] = members.data[own]
    alone = np.arange(len(teams), dtype=np.int64)[:, None]
    return [
        Grouping(Term("mm(trainer)", ("trainer",), True), tuple(range(members.shape[1])), places, share),
        Grouping(Term("session", ("session",)), tuple(range(len(teams))), alone, np.ones(alone.shape)),
    ]


def _varies(n: Floats, total: Floats, square: Floats, matrix: Floats) -> bool:
    """Whether answers differ by more than the design says."""
    mean = total / n
    within = float(np.maximum(square - n * mean**2, 0.0).sum())
    rest = mean - matrix @ np.linalg.lstsq(matrix, mean, rcond=None)[0]
    scale = max(1.0, float(np.abs(mean).max())) ** 2
    return within + float(n @ rest**2) > SAME * scale


def naive_variance(sums: pd.DataFrame, arm: str, reference: str) -> float:
    """The variance of the difference if all answers were independent: ``s^2 (1 / n_a + 1 / n_r)``.

    ``s^2`` is the variance of single answers within the arms, pooled. nan with fewer than
    three answers.
    """
    squares, sizes = 0.0, []
    for name in (arm, reference):
        mine = sums.loc[sums["arm"] == name]
        n, total, square = (float(mine[column].sum()) for column in ("n", "total", "total_sq"))
        squares += max(0.0, square - total**2 / n) if n else 0.0
        sizes.append(n)
    if min(sizes) < 1 or sum(sizes) < 3:
        return math.nan
    return squares / (sum(sizes) - 2) * sum(1 / n for n in sizes)
