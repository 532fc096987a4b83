"""The log-likelihood of one row and its derivatives in its two cut points.

A row in category j has probability ``p = F(eta_1) - F(eta_2)``, with ``eta_1`` the cut
above and ``eta_2`` the cut below (absent for the last and the first category). With
``l = log p``: ``l_a = p_a / p``, ``l_ab = p_ab / p - l_a l_b`` and so on. A random effect
shifts both cuts down by the same ``s``: ``l_s = -(l_1 + l_2)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitycycle.analysis.ordinal.links import Curve, Floats, Link

Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """Collapsed rows: ``eta_1 = upper @ psi``, ``eta_2 = lower @ psi``.

    ``upper``, ``lower``: rows by parameters, zero where the cut is absent (``top``,
    ``bottom``). ``weights``: the number of answers per row. ``scale``: rows by scale
    parameters; both cuts are divided by ``exp(scale @ zeta)``.
    """

    upper: Floats
    lower: Floats
    top: Booleans
    bottom: Booleans
    weights: Floats
    scale: Floats


@dataclass(frozen=True)
class Pieces:
    """``log p`` per row and what its derivatives are made of: ``p_a / p``, ``p_aa / p``, ``p_aaa / p``."""

    log: Floats
    one: Floats
    two: Floats
    oneone: Floats
    twotwo: Floats
    r111: Floats
    r222: Floats

    @property
    def second(self) -> tuple[Floats, Floats, Floats]:
        """``l_11``, ``l_12``, ``l_22``."""
        return self.oneone - self.one**2, -self.one * self.two, self.twotwo - self.two**2

    @property
    def shift(self) -> Floats:
        """``l_s``."""
        return -(self.one + self.two)

    @property
    def shift_cut(self) -> tuple[Floats, Floats]:
        """``l_s1``, ``l_s2``."""
        total = self.one + self.two
        return self.one * total - self.oneone, self.two * total - self.twotwo

    @property
    def shift_twice(self) -> Floats:
        """``l_ss``."""
        return self.oneone + self.twotwo - (self.one + self.two) ** 2

    @property
    def shift_twice_cut(self) -> tuple[Floats, Floats]:
        """``l_ss1``, ``l_ss2``: how ``l_ss`` changes with either cut."""
        total = self.one + self.two
        both = self.oneone + self.twotwo
        first = self.r111 - both * self.one - 2 * total * (self.oneone - total * self.one)
        second = self.r222 - both * self.two - 2 * total * (self.twotwo - total * self.two)
        return first, second


def pieces(link: Link, upper: Floats, lower: Floats, rows: Rows) -> Pieces:
    """``Pieces`` at the cuts ``upper`` and ``lower``; ``log`` is -inf where the cuts have crossed."""
    top, bottom = link.curve(upper), link.curve(lower)
    high = np.where(rows.top, 0.0, 1.0)
    low = np.where(rows.bottom, 0.0, -1.0)
    p = _probability(top, bottom, rows)
    valid = p > 0
    inverse = 1 / np.where(valid, p, 1.0)
    high, low = high * inverse, low * inverse
    return Pieces(
        log=np.where(valid, -np.log(inverse), -np.inf),
        one=high * top.first,
        two=low * bottom.first,
        oneone=high * top.second,
        twotwo=low * bottom.second,
        r111=high * top.third,
        r222=low * bottom.third,
    )


def _probability(top: Curve, bottom: Curve, rows: Rows) -> Floats:
    """``F(eta_1) - F(eta_2)``, from the tail that loses no digits."""
    below = np.where(rows.top, 1.0, top.below) - np.where(rows.bottom, 0.0, bottom.below)
    above = np.where(rows.bottom, 1.0, bottom.above) - np.where(rows.top, 0.0, top.above)
    lowest = np.where(rows.bottom, 0.0, bottom.below)
    found: Floats = np.where(lowest > 0.5, above, below)
    return found
