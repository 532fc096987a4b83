"""Two questions in one table: do the answers to one depend on the other?

For options without order; for ordered ones see `monotone.linear_by_linear` and `effects`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.stats import contingency

from qualitycycle.analysis.proportions import Interval

Floats = npt.NDArray[np.float64]
Table = Sequence[Sequence[int]] | npt.ArrayLike
NO_SPREAD = "no_spread"


@dataclass(frozen=True)
class Association:
    """``statistic`` chi-square; ``cramers_v`` from 0 to 1 its size, ``corrected_v`` without the bias.

    ``smallest_expected``: the least number of answers expected in a cell; below 5 the test is rough.
    """

    statistic: float | None
    df: int
    p: float | None
    cramers_v: float | None
    corrected_v: float | None
    smallest_expected: float | None
    n: int
    reason: str | None = None


@dataclass(frozen=True)
class StratifiedAssociation:
    """Cochran-Mantel-Haenszel: ``statistic`` chi-square over all strata together."""

    statistic: float | None
    df: int
    p: float | None
    n: int
    reason: str | None = None


@dataclass(frozen=True)
class FisherExact:
    """``p`` two-sided; ``odds_ratio`` the conditional one with its exact interval."""

    p: float
    odds_ratio: Interval


def association(table: Table, *, continuity: bool = False) -> Association:
    """Pearson's chi-square test of independence in a table of counts, with Cramer's V.

    ``chi^2 = sum (n_ij - e_ij)^2 / e_ij``, e from the margins; ``V = sqrt(chi^2 / (n m))`` with m the
    smaller of rows - 1 and columns - 1. V is above 0 even without any association; ``corrected_v``
    takes ``max(0, chi^2/n - df/(n-1))`` and as many rows ``r - (r-1)^2/(n-1)``, likewise columns.
    ``continuity`` applies Yates' correction to a 2 x 2 table. Rows and columns without answers are
    left out.

    Assumes independent answers: of answers in sessions it is a description, not a verdict. Source:
    Pearson, Philosophical Magazine 50 (1900) 157-175; Cramer, Mathematical Methods of Statistics
    (1946); Bergsma, Journal of the Korean Statistical Society 42 (2013) 323-328. Software: scipy
    ``chi2_contingency`` (used), R ``chisq.test``. Reason ``no_spread``: one row or column only.
    Raises ValueError when the table is not one of counts.

    >>> found = association([[20, 15, 5], [8, 14, 18]])
    >>> round(found.statistic, 2), found.df, round(found.p, 4), round(found.cramers_v, 2)
    (12.53, 2, 0.0019, 0.4)
    """
    counts = _filled(_counts(table))
    n, (rows, columns) = int(counts.sum()), counts.shape
    df = max(rows - 1, 0) * max(columns - 1, 0)
    if df == 0:
        return Association(None, 0, None, None, None, None, n, NO_SPREAD)
    found = contingency.chi2_contingency(counts, correction=continuity)
    plain = found.statistic if not continuity else contingency.chi2_contingency(counts, correction=False)[0]
    v = math.sqrt(float(plain) / n / min(rows - 1, columns - 1))
    excess = max(0.0, float(plain) / n - df / (n - 1))
    least = min(size - (size - 1) ** 2 / (n - 1) for size in (rows, columns)) - 1
    corrected = math.sqrt(excess / least) if least > 0 else 0.0
    expected = float(found.expected_freq.min())
    return Association(float(found.statistic), df, float(found.pvalue), v, corrected, expected, n)


def stratified_association(tables: Sequence[Table]) -> StratifiedAssociation:
    """Do two questions depend on each other within strata (Cochran-Mantel-Haenszel)?

    With d the counts less those expected from the margins of their stratum, summed over strata and
    without the last row and column, and V the sum of their hypergeometric covariances: ``d' V^-1 d``,
    chi-square with (rows - 1)(columns - 1) degrees of freedom; no continuity correction. It finds an
    association that points the same way in most strata.

    ``tables``: one table of counts per stratum (say, per session), of the same rows and columns.
    Assumes independent answers within a stratum, so strata may be sessions. Source: Mantel, Haenszel,
    Journal of the National Cancer Institute 22 (1959) 719-748; Agresti, Categorical Data Analysis
    (2013) 8.4. Software: R ``mantelhaen.test``; statsmodels ``StratifiedTable`` has the 2 x 2 case.
    Reason ``no_spread``: nothing varies within any stratum. Raises ValueError on unequal shapes.

    >>> found = stratified_association([[[8, 4], [3, 9]], [[6, 5], [2, 8]]])
    >>> round(found.statistic, 2), found.df, round(found.p, 3)
    (6.51, 1, 0.011)
    """
    strata = [_counts(table) for table in tables]
    if len({table.shape for table in strata}) != 1:
        raise ValueError("the tables must have the same rows and columns, and there must be one")
    n = int(sum(table.sum() for table in strata))
    used = [table for table in strata if table.sum() > 1]
    rows, columns = _occurring(strata)
    used = [table[np.ix_(rows, columns)] for table in used]
    df = max(len(rows) - 1, 0) * max(len(columns) - 1, 0)
    away = sum((_away(table) for table in used), np.zeros(df))
    spread = sum((_spread(table) for table in used), np.zeros((df, df)))
    if df == 0 or np.linalg.matrix_rank(spread) < df:
        return StratifiedAssociation(None, df, None, n, NO_SPREAD)
    statistic = float(away @ np.linalg.solve(spread, away))
    return StratifiedAssociation(statistic, df, float(stats.chi2.sf(statistic, df)), n)


def fisher_exact(table: Table, *, confidence: float = 0.95) -> FisherExact:
    """Fisher's exact test of a 2 x 2 table, with the conditional odds ratio and its exact interval.

    The margins are taken as given: p sums the tables that are no likelier than this one. The odds
    ratio is above 1 when the first row goes with the first column.

    Assumes independent answers. Source: Fisher, Journal of the Royal Statistical Society 98 (1935)
    39-54; Cornfield, Proceedings of the Third Berkeley Symposium 4 (1956) 135-148. Software: scipy
    ``fisher_exact`` and ``odds_ratio`` (used), R ``fisher.test``. Raises ValueError on another shape.

    >>> found = fisher_exact([[8, 2], [3, 9]])
    >>> round(found.p, 3), [round(v, 2) for v in (found.odds_ratio.estimate, found.odds_ratio.low)]
    (0.03, [10.4, 1.19])
    """
    counts = _counts(table).astype(int)
    if counts.shape != (2, 2):
        raise ValueError("Fisher's exact test is for a table of two rows and two columns")
    ratio = contingency.odds_ratio(counts, kind="conditional")
    ends = ratio.confidence_interval(confidence)
    odds = Interval(float(ratio.statistic), float(ends.low), float(ends.high))
    return FisherExact(float(stats.fisher_exact(counts).pvalue), odds)


def _counts(table: Table) -> Floats:
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or not (counts >= 0).all():
        raise ValueError("the table must hold rows of counts")
    return counts


def _filled(counts: Floats) -> Floats:
    return np.asarray(counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0])


def _occurring(strata: Sequence[Floats]) -> tuple[list[int], list[int]]:
    """The rows and columns with answers in any stratum."""
    whole = np.sum(strata, axis=0)
    rows, columns = np.flatnonzero(whole.sum(axis=1)), np.flatnonzero(whole.sum(axis=0))
    return rows.tolist(), columns.tolist()


def _away(table: Floats) -> Floats:
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return np.asarray((table - expected)[:-1, :-1].ravel())


def _spread(table: Floats) -> Floats:
    """The covariance of the counts of one stratum, given its margins."""
    n, rows, columns = table.sum(), table.sum(axis=1)[:-1], table.sum(axis=0)[:-1]
    by_rows = np.diag(rows) * n - np.outer(rows, rows)
    by_columns = np.diag(columns) * n - np.outer(columns, columns)
    return np.asarray(np.kron(by_rows, by_columns) / (n**2 * (n - 1)))
