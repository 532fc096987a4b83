"""The mixed model behind the effect of an action: with it against without it, or against before.

Sessions stand in three cells. ``before``: the baseline, held before the action began;
``with``: held since, and the action applies; ``without``: held since, and it does not. The model is
``score ~ cell + partnership + variant + session + trainers`` (see ``arms``): trainers who come
back are the same people, and what partnerships and variants differ by is learnt from ``before``.

With sessions without the action the effect is ``with`` minus ``without``: as the baseline holds
both kinds, that is the difference in differences, what changed where the action applies beyond
what changed where it does not. Otherwise it is ``with`` minus ``before``.
Source: Angrist and Pischke, Mostly Harmless Econometrics (2009), section 5.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from qualitycycle.analysis.arms import ArmsDesign, ArmsModel, Variances, design_of
from qualitycycle.analysis.effect.fallback import bound
from qualitycycle.analysis.linear import Contrast
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.teams import UNRECORDED, memberships

Floats = NDArray[np.float64]

BEFORE, WITH, WITHOUT = "before", "with", "without"
ADJUSTED = ("partnership", "variant")


@dataclass(frozen=True)
class Effect:
    """An effect as the model has it, positive is better.

    ``contrast``: with standard error and degrees of freedom; ``share``: the part of its variance
    that the triggering data already said; ``chosen_from``: how many figures could have been
    chosen; ``shrunken``: how much the baseline was raised for that (see ``shrink``).
    """

    contrast: Contrast
    share: float
    chosen_from: int
    adjusted_for: tuple[str, ...] = ()
    shrunken: float = 0.0

    def interval(self, confidence: float = 0.95) -> Interval:
        """Estimate and interval; the lower end allows for how the action was chosen.

        It is the lower of two: that of ``bound``, and the ordinary one around the estimate beside
        the raised baseline. The upper end is the ordinary one.
        """
        found, level = self.contrast, (1 + confidence) / 2
        _, high = found.interval(confidence)
        low = found.estimate - self.strictness(level) * found.se
        return Interval(max(low, found.estimate - self.shrunken), low, high)

    def strictness(self, level: float = 0.975, times: float = 1.0) -> float:
        """So many standard errors the effect must lie above 0; with ``times`` as many sessions."""
        se, df = self.contrast.se / math.sqrt(times), self.contrast.df * times
        beside_raised = float(stats.t.ppf(level, df)) + self.shrunken / se
        return max(bound(level, self.share, self.chosen_from, df), beside_raised)

    def with_baseline_raised(self, by: float) -> Effect:
        """The same effect against a baseline that lies ``by`` higher."""
        return replace(self, shrunken=by)


def effect_of(
    sums: pd.DataFrame,
    triggering: pd.DataFrame,
    *,
    chosen_from: int,
    adjust: Sequence[str] = ADJUSTED,
) -> Effect | None:
    """The effect of an action on one indicator; None when it cannot be estimated.

    ``sums``: one row per session with columns session, arm (``before``, ``with`` and, for a
    difference in differences, ``without``), team (``"t1|t2"``), n, total, total_sq (of figures of
    which high is good), and ``adjust``. ``triggering``: columns session, team and n of the
    sessions the action was chosen on, in ``sums`` or not; ``chosen_from``: among how many figures.

    >>> rows = [(f"S{c}{i}", arm, f"T{i}", 10, 10 * m, 10 * m * m + 5.0) for c, arm, mark in
    ...         ((0, "before", 3.0), (1, "with", 4.0)) for i in range(6) for m in [mark + i % 3 / 5]]
    >>> sums = pd.DataFrame(rows, columns=["session", "arm", "team", "n", "total", "total_sq"])
    >>> found = effect_of(sums, sums[sums["arm"] == "before"], chosen_from=8, adjust=())
    >>> one = found.interval()
    >>> round(one.estimate, 2), one.low > 0, round(found.share, 2)
    (1.0, True, 0.45)
    """
    used = sums.loc[sums["n"] > 0].reset_index(drop=True)
    if not {WITH, BEFORE} <= set(used["arm"]):
        return None
    design = design_of(used, adjust)
    n, total, square = (used[name].to_numpy(dtype=np.float64) for name in ("n", "total", "total_sq"))
    model = design.fit(n, total, square)
    reference = reference_of(design)
    if model is None or (reference == WITHOUT and not _held_equal(used, model)):
        return None
    contrast = model.difference(WITH, reference)
    if not contrast.se > 0:
        return None
    share = foreseeable(used, triggering, design, model.variances)
    return Effect(contrast, share, chosen_from, model.adjusted_for)


def reference_of(design: ArmsDesign) -> str:
    """What the sessions with the action are set against."""
    return WITHOUT if WITHOUT in design.arms else BEFORE


def row_of(design: ArmsDesign) -> Floats:
    """The effect as a combination of the coefficients."""
    row = np.zeros(design.matrix.shape[1])
    row[design.arms.index(WITH)], row[design.arms.index(reference_of(design))] = 1.0, -1.0
    return row


def _held_equal(used: pd.DataFrame, model: ArmsModel) -> bool:
    """Whether what sets sessions with and without apart is held equal, as far as it varies."""
    apart = {
        name
        for name in model.not_adjusted
        if set(used.loc[used["arm"] == WITH, name]) != set(used.loc[used["arm"] == WITHOUT, name])
    }
    return not apart


def foreseeable(used: pd.DataFrame, triggering: pd.DataFrame, design: ArmsDesign, sizes: Variances) -> float:
    """The share of the variance of the effect that follows from the triggering data.

    With ``w`` the weights of sessions in the effect and ``C`` their covariance with the
    triggering ones, ``w' C V^-1 C' w / w' V w``: what the best prediction from these explains.
    """
    chosen = triggering.loc[triggering["n"] > 0]
    if chosen.empty:
        return 0.0
    both = pd.concat([used, chosen.loc[~chosen["session"].isin(used["session"])]], ignore_index=True)
    v = _covariance(both, sizes)
    k = len(used)
    weights = _weights(design, v[:k, :k])
    at = np.flatnonzero(both["session"].isin(chosen["session"]))
    across = weights @ v[:k, at]
    variance = float(weights @ v[:k, :k] @ weights)
    known = float(across @ np.linalg.solve(v[np.ix_(at, at)], across))
    return min(1.0, max(0.0, known / variance))


def _covariance(sessions: pd.DataFrame, sizes: Variances) -> Floats:
    teams = sessions["team"].where(sessions["team"] != "", UNRECORDED + sessions["session"])
    members = memberships(teams.tolist()).toarray()
    own = sizes.answers / sessions["n"].to_numpy(dtype=np.float64) + (sizes.sessions or 0.0)
    found: Floats = np.diag(own) + (sizes.trainers or 0.0) * members @ members.T
    return found


def _weights(design: ArmsDesign, v: Floats) -> Floats:
    """The weight of every session in the effect, by generalised least squares."""
    half = np.linalg.solve(v, design.matrix)
    found: Floats = half @ np.linalg.solve(design.matrix.T @ half, row_of(design))
    return found
