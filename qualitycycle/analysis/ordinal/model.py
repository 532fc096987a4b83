"""Cumulative link models, with and without random effects, on counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from qualitycycle.analysis.ordinal import design
from qualitycycle.analysis.ordinal.formula import Formula, parse
from qualitycycle.analysis.ordinal.links import Floats, Link
from qualitycycle.analysis.ordinal.mixed import Fit, fitted, fixed_only
from qualitycycle.analysis.ordinal.prepare import Setup, prepared, started
from qualitycycle.analysis.ordinal.separable import told_apart
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding, Level

Over = Literal["average", "conditional", "typical"]
NODES = 50
ENDLESS = 1e6
"""What an infinite standard deviation is when probabilities are averaged."""


@dataclass(frozen=True)
class OrdinalModel:
    """A fitted model, ``P(Y <= j) = F(theta_j - x beta - b)``.

    ``coefficients``, ``standard_errors``: Series with R's names (thresholds, nominal effects,
    location, then scale on the log scale; ``parts`` says which is which). ``covariance``: a
    frame with the same names, and with random effects ``ST1``, ...: as in R the *log*
    standard deviation with one random term, the standard deviation with several; a
    standard deviation of 0 is left out. ``random_sd``: Series by term. ``random_effects``:
    per term a frame by level with the conditional ``mode`` and its ``sd``. ``n``: the number
    of answers. ``findings``: what the reader of these numbers must know: separation (the
    coefficient is then infinite and its standard error missing), empty categories, columns
    and rows left out, a variance of 0, no convergence.
    """

    coefficients: pd.Series[float]
    standard_errors: pd.Series[float]
    covariance: pd.DataFrame
    log_likelihood: float
    n: float
    random_sd: pd.Series[float]
    random_effects: dict[str, pd.DataFrame]
    categories: tuple[str, ...]
    parts: tuple[str, ...]
    link: str
    threshold: str
    quadrature: int | None
    converged: bool
    findings: tuple[Finding, ...]
    setup: Setup = field(repr=False)
    parameters: Floats = field(repr=False)

    def summary(self) -> pd.DataFrame:
        """Per coefficient: part, estimate, standard_error, z and the two-sided Wald p."""
        z = self.coefficients / self.standard_errors
        columns = {
            "part": list(self.parts),
            "estimate": self.coefficients.to_numpy(),
            "standard_error": self.standard_errors.to_numpy(),
            "z": z.to_numpy(),
            "p": 2 * special.ndtr(-np.abs(z.to_numpy())),
        }
        return pd.DataFrame(columns, index=self.coefficients.index)

    def predict(self, frame: pd.DataFrame, over: Over = "average") -> pd.DataFrame:
        """The probability of every category, for every row of ``frame`` (not counts: rows).

        ``over``: ``average`` over the random effects (what a new group would give),
        ``conditional`` on the modes of the groups in ``frame`` (a group that was not in the
        data has effect 0), or ``typical``: effect 0. Without random effects all the same.
        Raises UsageProblem for a level of a fixed effect that was not in the data.
        """
        upper, lower, over_scale = _predictors(self, frame)
        if not len(self.random_sd) or over == "typical":
            table = _probabilities(self.setup.link, upper, lower)
        elif over == "conditional":
            shift = self._conditional(frame)[:, None] * over_scale
            table = _probabilities(self.setup.link, upper - shift, lower - shift)
        else:
            table = self._averaged(frame, upper, lower)
        return pd.DataFrame(table, columns=list(self.categories), index=frame.index)

    def _conditional(self, frame: pd.DataFrame) -> Floats:
        shift = np.zeros(len(frame))
        for term in self.setup.formula.terms:
            effects = self.random_effects[term.name]
            places, share = design.members(term, frame, list(effects.index))
            shift = shift + (effects["mode"].to_numpy()[places] * share).sum(axis=1)
        return shift

    def _averaged(self, frame: pd.DataFrame, upper: Floats, lower: Floats) -> Floats:
        variance = np.zeros(len(frame))
        for term in self.setup.formula.terms:
            share = np.ones((len(frame), 1))
            if term.membership and set(term.columns) <= set(frame.columns):
                share = design.shares(term, frame)
            sd = min(float(self.random_sd[term.name]), ENDLESS)
            variance += sd**2 * (share**2).sum(axis=1)
        points, mass = np.polynomial.hermite_e.hermegauss(NODES)
        table = np.zeros((len(frame), len(self.categories)))
        for x, weight in zip(points, mass / mass.sum(), strict=True):
            shift = (x * np.sqrt(variance))[:, None]
            table += weight * _probabilities(self.setup.link, upper - shift, lower - shift)
        return table


def clm(
    formula: str,
    frame: pd.DataFrame,
    weights: str | None = None,
    link: str = "logit",
    threshold: str = "flexible",
    nominal: str | None = None,
    scale: str | None = None,
) -> OrdinalModel:
    """Cumulative link model: ``P(Y <= j) = F((theta_j(z) - x beta) / exp(s zeta))``.

    ``frame``: one row per answer, or per distinct row with the column ``weights`` of counts;
    both give the same numbers. ``formula``: ``response ~ fixed effects``; text columns are
    categorical, the first level in sorted order is the base; answers that are texts of numbers
    are in the order of the numbers. ``link``: logit, probit, cloglog,
    loglog, cauchit. ``threshold``: flexible, symmetric, equidistant. ``nominal``: a formula
    of effects that differ per threshold (added to the thresholds); ``scale``: a formula of
    effects on the log of the scale. Standard errors from the observed Hessian.

    Raises UsageProblem for a formula that cannot be read or an unknown column, link or
    threshold; Refused for weights that are not counts and an answer with one category.
    Source: McCullagh, JRSS B 42 (1980) 109-142; Christensen, the R package ordinal.

    >>> frame = pd.DataFrame({"score": [1, 2, 3] * 2, "arm": ["a"] * 3 + ["b"] * 3,
    ...                       "n": [10, 20, 10, 5, 10, 25]})
    >>> clm("score ~ arm", frame, weights="n").coefficients.round(3).to_dict()
    {'1|2': -0.948, '2|3': 0.948, 'armb': 1.391}
    """
    parsed = parse(formula)
    if parsed.terms:
        raise UsageProblem(Finding("ordinal.bad_formula", value=formula))
    counts = design.collapse(parsed, frame, weights, [text for text in (nominal, scale) if text])
    setup, findings = prepared(parsed, counts, link, threshold, nominal, scale)
    start = started(setup, counts)
    fit = fixed_only(start)
    findings = [*counts.findings, *findings, *_said(fit, start.away, setup)]
    return _model(setup, counts, fit, start.away, threshold, findings)


def clmm(
    formula: str,
    frame: pd.DataFrame,
    weights: str | None = None,
    link: str = "logit",
    threshold: str = "flexible",
    quadrature: int = 1,
) -> OrdinalModel:
    """Cumulative link mixed model: ``P(Y <= j | b) = F(theta_j - x beta - b)``, b normal.

    As ``clm``, with random intercepts in the notation of lme4: ``(1 | g)``, several terms
    crossed or nested (``(1 | a:b)``), and multiple membership ``(1 | mm(t1, t2))`` with
    weights one over the number present. ``quadrature``: 1 for the Laplace approximation;
    with one simple term more for that many adaptive Gauss-Hermite nodes, negative for
    nodes that do not adapt. Standard errors from the Hessian of the marginal likelihood
    with the standard deviations in it. Findings: a standard deviation of 0; one that is
    infinite (within every group all answers are alike: nothing can be estimated, all standard
    errors are missing); a term that the data cannot tell from the terms before it (it is left
    out, its standard deviation is missing).

    Raises as ``clm``, and UsageProblem for quadrature with several terms.
    Source: Tutz and Hennevogl (1996); Christensen, the R package ordinal.

    >>> frame = pd.DataFrame({"score": [1, 2, 3] * 4, "g": list("aaabbbcccddd"),
    ...                       "n": [9, 4, 2, 5, 5, 5, 2, 6, 9, 1, 4, 12]})
    >>> found = clmm("score ~ 1 + (1 | g)", frame, weights="n", quadrature=9)
    >>> round(float(found.random_sd["g"]), 2), int(found.n)
    (0.95, 64)
    """
    parsed = parse(formula)
    one = len(parsed.terms) == 1 and not parsed.terms[0].membership
    if not parsed.terms or quadrature == 0:
        raise UsageProblem(Finding("ordinal.bad_formula", value=formula))
    if quadrature != 1 and not one:
        raise UsageProblem(Finding("ordinal.quadrature_one_term", value=str(quadrature)))
    counts = design.collapse(parsed, frame, weights, [])
    setup, findings = prepared(parsed, counts, link, threshold, None, None)
    start, apart = started(setup, counts), told_apart(counts.groupings)
    terms = tuple(compress(parsed.terms, apart))
    setup = replace(setup, formula=replace(parsed, terms=terms))
    counts = replace(counts, groupings=tuple(compress(counts.groupings, apart)))
    fit = fitted(setup.link, start, counts, quadrature)
    if one and len(fit.sd) and fit.sd[0] > 0:
        fit.covariance[-1] /= fit.sd[0]
        fit.covariance[:, -1] /= fit.sd[0]
    said = [*counts.findings, *findings, *_said(fit, start.away, setup), *_spreads(parsed, apart, fit.sd)]
    spreads = pd.Series(fit.sd, index=[term.name for term in terms])
    return replace(
        _model(setup, counts, fit, start.away, threshold, said),
        random_sd=spreads.reindex([term.name for term in parsed.terms]),
        random_effects=_effects(counts, fit.mode, fit.variance),
        quadrature=quadrature,
    )


def _said(fit: Fit, away: Floats, setup: Setup) -> list[Finding]:
    sure = fit.converged and np.isfinite(fit.covariance).all()
    found = [] if sure else [Finding("ordinal.not_converged", Level.WARNING)]
    if away.any():
        names = ", ".join(name for name, value in zip(setup.names, away, strict=True) if value)
        found.insert(0, Finding("ordinal.separation", Level.WARNING, value=names))
    return found


def _spreads(formula: Formula, apart: Sequence[bool], sd: Floats) -> list[Finding]:
    """What must be said of the standard deviations."""
    names = [term.name for term in formula.terms]
    codes = [("ordinal.same_groups", name) for name, kept in zip(names, apart, strict=True) if not kept]
    names = list(compress(names, apart))
    codes += [("ordinal.boundary", name) for name in compress(names, sd == 0)]
    codes += [("ordinal.endless", name) for name in compress(names, np.isinf(sd))]
    return [Finding(code, Level.WARNING, value=name) for code, name in codes]


def _model(
    setup: Setup,
    counts: design.Counts,
    fit: Fit,
    away: Floats,
    threshold: str,
    findings: Sequence[Finding],
) -> OrdinalModel:
    names = list(setup.names)
    finite = np.flatnonzero(away == 0)
    errors = np.full(len(names), np.nan)
    errors[finite] = np.sqrt(np.diag(fit.covariance))[: len(finite)]
    labels = [names[i] for i in finite] + [f"ST{i + 1}" for i in np.flatnonzero(fit.sd)]
    values = np.where(away == 0, fit.linear, np.copysign(np.inf, away))
    return OrdinalModel(
        coefficients=pd.Series(values, index=names),
        standard_errors=pd.Series(errors, index=names),
        covariance=pd.DataFrame(fit.covariance, index=labels, columns=labels),
        log_likelihood=fit.value,
        n=float(counts.weights.sum()),
        random_sd=pd.Series(np.empty(0)),
        random_effects={},
        categories=counts.categories,
        parts=setup.parts,
        link=setup.link.name,
        threshold=threshold,
        quadrature=None,
        converged=not any(found.code == "ordinal.not_converged" for found in findings),
        findings=tuple(findings),
        setup=setup,
        parameters=fit.linear,
    )


def _effects(counts: design.Counts, mode: list[Floats], variance: list[Floats]) -> dict[str, pd.DataFrame]:
    return {
        grouping.term.name: pd.DataFrame(
            {"mode": mode[i], "sd": np.sqrt(variance[i])}, index=pd.Index(grouping.levels, dtype=object)
        )
        for i, grouping in enumerate(counts.groupings)
    }


def _predictors(model: OrdinalModel, frame: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Per row and category the cut above (last infinite) and below, and one over the scale."""
    setup = model.setup
    nominal, location = design.rebuild(setup.nominal, frame), design.rebuild(setup.location, frame)
    alphas = setup.jacobian.shape[1] * nominal.shape[1]
    table = model.parameters[:alphas].reshape(nominal.shape[1], -1)
    beta = model.parameters[alphas : alphas + location.shape[1]]
    zeta = model.parameters[alphas + location.shape[1] :]
    inverse = np.ones((len(frame), 1))
    if setup.scale is not None:
        inverse = np.exp(-(design.rebuild(setup.scale, frame) @ zeta))[:, None]
    cuts = (nominal @ table @ setup.jacobian.T - (location @ beta)[:, None]) * inverse
    edge = np.full((len(frame), 1), np.inf)
    return np.hstack([cuts, edge]), np.hstack([-edge, cuts]), inverse


def _probabilities(link: Link, upper: Floats, lower: Floats) -> Floats:
    """``F(upper) - F(lower)`` per category, from the tail that loses no digits."""
    above, below = link.curve(np.clip(upper, -1e300, 1e300)), link.curve(np.clip(lower, -1e300, 1e300))
    found: Floats = np.where(below.below > 0.5, below.above - above.above, above.below - below.below)
    return np.maximum(found, 0.0)
