"""One measure with the models of all its arms, and everything a comparison reads off them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from qualitycycle.analysis.arms import ArmsModel, fit_arms, naive_variance
from qualitycycle.analysis.comparison import Within
from qualitycycle.analysis.linear import Contrast
from qualitycycle.analysis.measure import Deciding, Measure
from qualitycycle.analysis.odds import Odds, OrdinalArms, fit_ordinal
from qualitycycle.analysis.power import Needed, needed
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.ranks import mann_whitney_from_counts
from qualitycycle.analysis.teams import ArmCounts, arm_counts, from_counts, team_means, trainers_of
from qualitycycle.analysis.within import within_trainers


@dataclass(frozen=True)
class Prepared:
    """A measure with its sums per session, by what they are the mean of, and the answers of an item."""

    measure: Measure
    sums: Mapping[Deciding, pd.DataFrame]
    naive: Callable[[str, str], float | None]
    counts: pd.DataFrame | None = None


def prepare_item(counts: pd.DataFrame, measure: Measure, adjust: Sequence[str]) -> Prepared:
    used = counts.loc[counts["n"] > 0]

    def shares(chosen: Callable[[float], bool]) -> pd.DataFrame:
        return from_counts(used, lambda score: float(chosen(score)), adjust)

    sums: dict[Deciding, pd.DataFrame] = {"favourable": shares(measure.is_favourable)}
    if measure.deciding == "top":
        sums["top"] = shares(measure.is_top)
    if measure.scale.uses_mean:
        sums["mean"] = from_counts(used, float, adjust)
    scores = used["score"].astype(float)
    if measure.scale.kind == "balanced":
        scores = scores.map(lambda score: float(measure.is_favourable(score)))
    tallies: dict[str, dict[float, int]] = {arm: {} for arm in used["arm"].astype(str)}
    for arm, score, n in zip(used["arm"].astype(str), scores, used["n"], strict=True):
        tallies[arm][score] = tallies[arm].get(score, 0) + int(n)

    def naive(arm: str, reference: str) -> float | None:
        return mann_whitney_from_counts(tallies[arm], tallies[reference]).p

    return Prepared(measure, sums, naive, used.assign(score=scores))


def prepare_score(sums: pd.DataFrame, measure: Measure, adjust: Sequence[str]) -> Prepared:
    used = sums.loc[sums["n"] > 0].astype({"session": str, "arm": str, "team": str})

    def naive(arm: str, reference: str) -> float | None:
        a, b = (_described(used.loc[used["arm"] == name]) for name in (arm, reference))
        if min(a[2], b[2]) < 2 or a[1] + b[1] == 0:
            return None
        return float(stats.ttest_ind_from_stats(*a, *b, equal_var=False).pvalue)

    return Prepared(measure, {"mean": used}, naive)


def _described(sums: pd.DataFrame) -> tuple[float, float, int]:
    """Mean, standard deviation and number of responses."""
    n, total = int(sums["n"].sum()), float(sums["total"].sum())
    variance = max(0.0, float(sums["total_sq"].sum()) - total**2 / n) / (n - 1) if n > 1 else 0.0
    return total / n, math.sqrt(variance), n


@dataclass(frozen=True)
class Fitted:
    """A measure with the models of all its arms; a model is None when the data cannot carry it.

    ``teams``: the team means of the measure that decides; ``sizes``: what each arm rests on;
    ``confidence``: of every interval.
    """

    prepared: Prepared
    reference: str
    confidence: float
    teams: pd.DataFrame
    sizes: Mapping[str, ArmCounts]
    models: Mapping[Deciding, ArmsModel | None]
    ordinal: OrdinalArms | None

    @property
    def measure(self) -> Measure:
        """What is compared."""
        return self.prepared.measure

    @property
    def main(self) -> ArmsModel | None:
        """The model of the measure that decides."""
        return self.models[self.measure.deciding]

    @property
    def sums(self) -> pd.DataFrame:
        """The sums per session of the measure that decides."""
        return self.prepared.sums[self.measure.deciding]

    def contrast(self, arm: str) -> Contrast | None:
        """``arm`` minus the reference on the measure that decides, not oriented."""
        return None if self.main is None else self.main.difference(arm, self.reference)

    def difference(self, name: Deciding, arm: str, confidence: float | None = None) -> Interval:
        """``arm`` minus the reference, oriented; without a model that of the means of team means."""
        sign, model = self._sign(name), self.models[name]
        if model is None:
            return Interval(sign * (self._plain(name, arm) - self._plain(name, self.reference)))
        found = model.difference(arm, self.reference)
        low, high = sorted(sign * end for end in found.interval(confidence or self.confidence))
        return Interval(sign * found.estimate, low, high)

    def levels(self, name: Deciding, arm: str) -> dict[str, Interval]:
        """The levels of ``arm`` and the reference, within the ends of the scale."""
        return {one: self._level(name, one) for one in (arm, self.reference)}

    def odds(self, arm: str) -> Odds | None:
        """The odds ratio, with the degrees of freedom of the difference."""
        found = self.contrast(arm)
        if self.ordinal is None or found is None:
            return None
        return self.ordinal.odds(arm, found.df, self.measure, self.confidence)

    def design_effect(self, arm: str) -> float | None:
        """The variance of the difference over that of as many independent answers."""
        found, naive = self.contrast(arm), naive_variance(self.sums, arm, self.reference)
        return None if found is None or not naive > 0 else found.se**2 / naive

    def within(self, arm: str) -> Within | None:
        """The difference within trainers who stand in both arms."""
        sign = self._sign(self.measure.deciding)
        return within_trainers(self.sums, arm, self.reference, sign, self.confidence)

    def needed(self, arm: str) -> Needed | None:
        """What it would take, from the variances of the model and sessions as full as now.

        None without a model, or when it cannot tell how much trainers differ.
        """
        found, relevant = self.contrast(arm), self.measure.relevant_for(self.measure.deciding)
        own, other = self._team_sd(arm), self._team_sd(self.reference)
        if found is None or relevant is None or own is None or other is None:
            return None
        one, two = self.sizes[arm], self.sizes[self.reference]
        return needed(
            sd=(own, other),
            teams=(one.teams, two.teams),
            sessions=(one.sessions, two.sessions),
            df=found.df,
            relevant=relevant,
        )

    def _sign(self, name: Deciding) -> float:
        """Shares are of good answers already; only a mean has to be turned round."""
        return self.measure.sign if name == "mean" else 1.0

    def _level(self, name: Deciding, arm: str) -> Interval:
        model = self.models[name]
        if model is None:
            return Interval(self._plain(name, arm))
        least, most = self.measure.range if name == "mean" else (0.0, 1.0)
        level = model.level(arm)
        low, high = level.interval(self.confidence)
        return Interval(*(min(most, max(least, end)) for end in (level.estimate, low, high)))

    def _plain(self, name: Deciding, arm: str) -> float:
        means = team_means(self.prepared.sums[name])
        return float(means.loc[means["arm"] == arm, "mean"].mean())

    def _team_sd(self, arm: str) -> float | None:
        """The standard deviation of a team's mean that the model expects; None when not known."""
        if self.main is None:
            return None
        rows, size = self.sums.loc[self.sums["arm"] == arm], self.sizes[arm]
        members = float(np.mean([1 / max(1, len(trainers_of(team))) for team in rows["team"]]))
        answers = len(rows) / float((1 / rows["n"]).sum())
        variance = self.main.variances.of_team(members, size.sessions / size.teams, answers)
        return None if variance is None else math.sqrt(variance)


def fit_measure(
    prepared: Prepared, reference: str, *, adjust: Sequence[str], confidence: float, ordinal: bool
) -> Fitted:
    """The models of all arms of a measure; ``ordinal``: the odds ratio's too, for an item."""
    models = {name: fit_arms(sums, adjust) for name, sums in prepared.sums.items()}
    teams = team_means(prepared.sums[prepared.measure.deciding])
    sizes = {str(arm): arm_counts(teams, arm) for arm in teams["arm"].unique()}
    main = models[prepared.measure.deciding]
    odds = None
    if ordinal and prepared.counts is not None and main is not None:
        odds = fit_ordinal(prepared.counts, reference, main.adjusted_for)
    return Fitted(prepared, reference, confidence, teams, sizes, models, odds)
