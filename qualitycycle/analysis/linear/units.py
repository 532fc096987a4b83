"""From a frame to units: rows with the same design and groups become one, as sums of their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qualitycycle.analysis.linear.reml import Floats, Units
from qualitycycle.analysis.ordinal import design
from qualitycycle.analysis.ordinal.formula import Formula
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding


@dataclass(frozen=True)
class Collapsed:
    """Units with the columns of the model: ``n``, ``total``, ``square`` per unit, design and groups."""

    frame: pd.DataFrame
    n: Floats
    total: Floats
    square: Floats
    matrix: design.Matrix
    groupings: tuple[design.Grouping, ...]
    findings: tuple[Finding, ...]

    def dense(self) -> Units:
        """The same with the memberships as full matrices."""
        loads = []
        for grouping in self.groupings:
            load = np.zeros((len(self.n), len(grouping.levels)))
            for column in range(grouping.members.shape[1]):
                np.add.at(
                    load, (np.arange(len(load)), grouping.members[:, column]), grouping.share[:, column]
                )
            loads.append(load)
        within = float(np.maximum(self.square - self.total**2 / self.n, 0.0).sum())
        return Units(self.n, self.total / self.n, within, self.matrix.values, tuple(loads))


def collapse(
    formula: Formula, frame: pd.DataFrame, weights: str | None, sums: Sequence[str] | None
) -> Collapsed:
    """The units of a frame of answers (with a column of ``weights``), or of one that holds ``sums``.

    ``sums`` names the columns with the number of answers, their total and the total of their
    squares; then the response of the formula is only a name.
    Raises Refused for a missing column, a value that is no number and rows of which none is left.
    """
    responses = [formula.response] if sums is None else list(sums)
    rows = design.kept(formula, frame, weights if sums is None else sums[0], responses, [])
    if not rows.keep.any():
        raise Refused(Finding("linear.no_rows", column=formula.response))
    weight = rows.weights
    if sums is None:
        value = _numbers(frame, formula.response)
        table = np.column_stack([weight, weight * value, weight * value**2])
    else:
        table = np.column_stack([weight, *(_numbers(frame, name) for name in sums[1:])])
    order, inverse = rows.distinct()
    n, total, square = (np.bincount(inverse, column).astype(float) for column in table[rows.keep].T)
    chosen = np.flatnonzero(rows.keep)[order]
    units = frame[list(rows.used)].iloc[chosen].reset_index(drop=True)
    matrix, findings = design.matrix(formula.fixed, units)
    found = (*rows.findings, *findings)
    return Collapsed(units, n, total, square, matrix, rows.groupings(chosen), found)


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    found = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
    wrong = frame[name].notna().to_numpy() & ~np.isfinite(found)
    if wrong.any():
        raise Refused(Finding("linear.not_a_number", column=name, value=str(frame[name][wrong].iloc[0])))
    return np.where(np.isfinite(found), found, 0.0)
