"""Linear mixed models for scores, on sums: the twin of ``ordinal.clmm`` with the same terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from qualitycycle.analysis.linear import least_squares, reml, satterthwaite, small_sample
from qualitycycle.analysis.linear.small_sample import Contrast
from qualitycycle.analysis.linear.units import Collapsed, collapse
from qualitycycle.analysis.ordinal.design import rebuild
from qualitycycle.analysis.ordinal.formula import parse
from qualitycycle.analysis.ordinal.threads import one_thread
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding, Level

Method = Literal["kenward-roger", "satterthwaite"]
DENSE = 1_000
"""Up to this many units Kenward and Roger's adjustment is made; beyond, both agree."""


@dataclass(frozen=True)
class LinearModel:
    """A fitted model, ``score = x beta + sum of effects + error``.

    ``coefficients``, ``standard_errors``: Series with R's names; ``covariance``: a frame with the
    same names. ``random_sd``: Series by term, missing where it cannot be told; ``residual_sd``.
    ``random_effects``: per term a frame by level with the best linear prediction ``mode`` and its
    conditional ``sd``. ``log_likelihood``: restricted when ``restricted``. ``n``: the number of
    answers. ``findings``: rows and columns left out, a variance that is 0 or cannot be told, no
    convergence.
    """

    coefficients: pd.Series[float]
    standard_errors: pd.Series[float]
    covariance: pd.DataFrame
    random_sd: pd.Series[float]
    residual_sd: float
    random_effects: dict[str, pd.DataFrame]
    log_likelihood: float
    n: float
    restricted: bool
    converged: bool
    findings: tuple[Finding, ...]
    collapsed: Collapsed = field(repr=False)
    sums: least_squares.Sums = field(repr=False)
    profile: least_squares.Profile = field(repr=False)

    def contrast(self, weights: Mapping[str, float], method: Method | None = None) -> Contrast:
        """A combination of coefficients that holds up with few groups.

        ``weights``: coefficient -> weight. Kenward and Roger's adjustment up to ``DENSE`` units,
        Satterthwaite's degrees of freedom beyond. Kenward and Roger's adjustment is made at the
        restricted estimates, also of a maximum likelihood fit (as pbkrtest does).
        Raises UsageProblem for an unknown coefficient.

        >>> frame = pd.DataFrame({"y": [7, 7, 9, 9, 5, 5, 7, 6], "arm": list("aaaabbbb")})
        >>> frame["g"] = list("ppqqrrss")
        >>> found = lmm("y ~ arm + (1 | g)", frame).contrast({"armb": 1})
        >>> round(found.estimate, 2), round(found.df, 1)
        (-2.25, 2.0)
        """
        unknown = [name for name in weights if name not in self.coefficients.index]
        if unknown:
            raise UsageProblem([Finding("linear.unknown_coefficient", value=name) for name in unknown])
        row = np.array([weights.get(str(name), 0.0) for name in self.coefficients.index])
        chosen = method or ("kenward-roger" if len(self.sums.n) <= DENSE else "satterthwaite")
        if chosen == "satterthwaite":
            found = self._many.contrast(row)
            return replace(found, estimate=float(row @ self.coefficients.to_numpy()))
        return self._few.contrast(row)

    def predict(self, frame: pd.DataFrame) -> pd.Series[float]:
        """The mean score for every row, over new sessions and trainers (effects 0).

        Raises UsageProblem for a level of a fixed effect that was not in the data.
        """
        values = rebuild(self.collapsed.matrix, frame) @ self.coefficients.to_numpy()
        return pd.Series(values, index=frame.index)

    def summary(self) -> pd.DataFrame:
        """Per coefficient: estimate, standard_error, df, t and the two-sided p."""
        rows = [self.contrast({str(name): 1.0}) for name in self.coefficients.index]
        t = np.array([row.estimate / row.se for row in rows])
        df = np.array([row.df for row in rows])
        columns = {
            "estimate": [row.estimate for row in rows],
            "standard_error": [row.se for row in rows],
            "df": df,
            "t": t,
            "p": 2 * stats.t.sf(np.abs(t), df),
        }
        return pd.DataFrame(columns, index=self.coefficients.index)

    @cached_property
    def _few(self) -> small_sample.Adjusted:
        with one_thread():
            return small_sample.adjust(self._restricted())

    @cached_property
    def _many(self) -> small_sample.Adjusted:
        with one_thread():
            return satterthwaite.adjust(self.sums, self.profile, self.restricted)

    def _restricted(self) -> reml.Restricted:
        units = self.collapsed.dense()
        if not self.restricted:
            return reml.fit(units)
        variances = np.array([self.residual_sd**2, *(self.random_sd.fillna(0.0).to_numpy() ** 2)])
        solved = reml.solve(units, variances)
        if solved is None:
            raise Refused(Finding("linear.not_converged"))
        return reml.maximum(units, solved, self.sums.told, self.converged)


def lmm(
    formula: str,
    frame: pd.DataFrame,
    weights: str | None = None,
    reml: bool = True,
    sums: Sequence[str] | None = None,
) -> LinearModel:
    """Linear mixed model: ``score = x beta + b + e`` with normal random intercepts.

    ``frame``: one row per answer, or per distinct row with the column ``weights`` of counts, or
    rows that hold ``sums``: the names of the columns with the number of answers, their total and
    the total of their squares (the response in ``formula`` is then only a name). All three give
    the same numbers. ``formula`` in the notation of lme4: ``(1 | g)``, several crossed or nested
    terms, multiple membership ``(1 | mm(t1, t2))`` with weights one over the number present.
    ``reml``: restricted maximum likelihood (False: maximum likelihood).

    Raises UsageProblem for a formula that cannot be read or an unknown column; Refused for
    weights that are not counts, values that are not numbers, no rows, and answers that do not vary
    or not beyond what the fixed part says. A term whose spread cannot be told from the rest is
    left out and said: the same groups as another term, a group per answer, groups that the
    fixed part names already.
    Source: Bates, Machler, Bolker and Walker (2015), the R package lme4; Browne, Goldstein and
    Rasbash, Statistical Modelling 1 (2001) 103-124 (multiple membership).

    >>> frame = pd.DataFrame({"mark": [7, 8, 8, 9, 5, 6, 6, 6], "arm": list("aaaabbbb")})
    >>> frame["s"] = list("ppqqrrss")
    >>> found = lmm("mark ~ arm + (1 | s)", frame)
    >>> found.coefficients.round(2).to_dict(), round(float(found.random_sd["s"]), 2)
    ({'(Intercept)': 8.0, 'armb': -2.25}, 0.35)
    """
    parsed = parse(formula)
    if not parsed.terms:
        raise UsageProblem(Finding("ordinal.bad_formula", value=formula))
    units = collapse(parsed, frame, weights, sums)
    _refuse_without_variation(units, parsed.response)
    folded = least_squares.sums_of(units.n, units.total, units.square, units.matrix.values, units.groupings)
    with one_thread():
        found, converged = least_squares.fit(folded, reml)
    return _model(units, folded, found, reml, converged)


def _refuse_without_variation(units: Collapsed, response: str) -> None:
    """Refused when the answers, or what the fixed part leaves of them, are all the same."""
    mean, weight = units.total / units.n, np.sqrt(units.n)
    within = float(np.maximum(units.square - units.n * mean**2, 0.0).sum())
    least = 1e-12 * float(units.square.sum() + units.n.sum())
    centred = weight * (mean - mean.mean())
    if within + float(centred @ centred) <= least:
        raise Refused(Finding("linear.nothing_varies", column=response))
    scaled = weight[:, None] * units.matrix.values
    rest = centred - scaled @ np.linalg.lstsq(scaled, centred, rcond=None)[0]
    if within + float(rest @ rest) <= least:
        raise Refused(Finding("linear.nothing_left", column=response))


def _model(
    units: Collapsed,
    folded: least_squares.Sums,
    found: least_squares.Profile,
    restricted: bool,
    converged: bool,
) -> LinearModel:
    """What was fitted, under the names of its coefficients and terms and on the scale of the answers."""
    names = list(units.matrix.names)
    beta = pd.Series(found.coefficients, index=names)
    beta.iloc[0] += folded.centre
    theta = np.where(found.theta > least_squares.NOTHING, found.theta, 0.0)
    theta[~folded.told] = np.nan
    sd = pd.Series(found.sigma * theta, index=[grouping.term.name for grouping in units.groupings])
    return LinearModel(
        coefficients=beta,
        standard_errors=pd.Series(np.sqrt(np.diag(found.covariance)), index=names),
        covariance=pd.DataFrame(found.covariance, index=names, columns=names),
        random_sd=sd,
        residual_sd=found.sigma,
        random_effects=_random_effects(units, folded, found),
        log_likelihood=-found.deviance / 2,
        n=folded.answers,
        restricted=restricted,
        converged=converged,
        findings=(*units.findings, *_said(sd, converged)),
        collapsed=units,
        sums=folded,
        profile=found,
    )


def _random_effects(
    units: Collapsed, folded: least_squares.Sums, found: least_squares.Profile
) -> dict[str, pd.DataFrame]:
    """Mode and standard deviation per level, of every term that can be told."""
    modes, spreads = least_squares.posterior(folded, found)
    return {
        grouping.term.name: pd.DataFrame(
            {"mode": mode, "sd": np.sqrt(spread)}, index=pd.Index(grouping.levels, dtype=object)
        )
        for grouping, mode, spread, told in zip(units.groupings, modes, spreads, folded.told, strict=True)
        if told
    }


def _said(sd: pd.Series[float], converged: bool) -> list[Finding]:
    said = [Finding("ordinal.same_groups", Level.WARNING, value=str(name)) for name in sd.index[sd.isna()]]
    said += [Finding("ordinal.boundary", Level.WARNING, value=str(name)) for name in sd.index[sd == 0]]
    return said if converged else [*said, Finding("linear.not_converged", Level.WARNING)]
