"""How far the lowest of several figures comes back by itself, and how strict that asks us to be.

An action begins because a figure was low. Part of that was chance, and chance does not come
again: without any action the next figure is likely to be higher (regression to the mean).

A measured effect ``D`` has two parts: what the data the action was chosen on (the triggering
cycle) already said of it, and the rest, which nobody could have chosen on. With ``share`` the
first part's share of the variance of ``D``, and ``K`` figures that could have been chosen, no
way of choosing can make ``D`` larger than

    ``(sqrt(1 - share) Z + sqrt(share) max(Z_1 .. Z_K)) / sqrt(chi2_df / df)``

standard errors above the truth (in distribution): the part of the figure that was chosen never
lies further out than the furthest of all K. Figures that go together come back less, so K
independent ones are the worst case. Leaving the triggering cycle out of the baseline makes
``share`` small (only trainers who come back carry something over), and then this is Student's t.
With ``share`` 1 it is the one-sided maximum of K, as Bonferroni and Dunnett have it.

It is a promise about an action that is chosen from K figures. Where low figures lead to an action
only now and then (a norm that is seldom missed), those that do were chosen from more than K.
Source: Dunnett, JASA 50 (1955) 1096-1121 (the maximum); Slepian, Bell System Technical Journal
41 (1962) 463-501 (independence is the worst case); Barnett, van der Pols and Dobson,
International Journal of Epidemiology 34 (2005) 215-220 (regression to the mean).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(160)
UNIT = (_NODES + 1) / 2
"""Places between 0 and 1 at which a distribution is averaged, with their ``WEIGHTS``."""
WEIGHTS = _WEIGHTS / 2
SURE = 1e6
"""From so many degrees of freedom the variance is known."""


def bound(level: float, share: float, chosen_from: int, df: float) -> float:
    """The number of standard errors that a chosen effect exceeds the truth by in ``1 - level``.

    ``share``: of the variance of the effect, what the triggering data said of it (0 to 1);
    ``chosen_from``: K, how many figures could have been chosen; ``df``: degrees of freedom of
    the standard error. An effect is ``level`` sure to be at least ``D - bound se``.
    Raises ValueError for a share outside 0 to 1 or less than one figure.

    >>> [round(bound(0.975, share, 8, 30.0), 2) for share in (0.0, 0.5, 1.0)]
    [2.04, 2.82, 2.93]
    >>> round(bound(0.975, 0.5, 1, 30.0), 2)
    2.04
    """
    if not 0 <= share <= 1 or chosen_from < 1:
        raise ValueError("a share lies between 0 and 1, and at least one figure is chosen from")
    return _bound(level, round(share, 3), chosen_from, round(df, 1))


@lru_cache(maxsize=4096)
def _bound(level: float, share: float, chosen_from: int, df: float) -> float:
    if share == 0 or chosen_from == 1:
        return float(stats.t.ppf(level, df))
    spread = np.ones(1) if df >= SURE else np.sqrt(stats.chi2.ppf(UNIT, df) / df)
    weights = np.ones(1) if df >= SURE else WEIGHTS

    def missed(at: float) -> float:
        return float(weights @ _below(at * spread, share, chosen_from)) - level

    highest = float(stats.t.ppf(1 - (1 - level) / (2 * chosen_from), df))
    return float(optimize.brentq(missed, 0.0, 2 * highest, xtol=1e-6))


def _below(at: Floats, share: float, chosen_from: int) -> Floats:
    """The chance of at most ``at``, the spread known: averaged over the smoother of the two parts."""
    own, common = np.sqrt(1 - share), np.sqrt(share)
    if share <= 0.5:
        furthest = special.ndtri(UNIT ** (1 / chosen_from))
        found: Floats = special.ndtr((at[:, None] - common * furthest) / own) @ WEIGHTS
        return found
    rest = special.ndtri(UNIT)
    found = special.ndtr((at[:, None] - own * rest) / common) ** chosen_from @ WEIGHTS
    return found
