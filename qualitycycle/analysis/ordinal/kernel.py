"""The log-likelihood of one row and its derivatives in its two cut points.

A row in category j has probability ``p = F(eta_1) - F(eta_2)``, with ``eta_1`` the cut
above and ``eta_2`` the cut below (absent for the last and the first category). With
``l = log p``: ``l_a = p_a / p``, ``l_ab = p_ab / p - l_a l_b`` and so on. A random effect
shifts both cuts down by the same ``s``: ``l_s = -(l_1 + l_2)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qualitycycle.analysis.ordinal.links import Floats, Link

Booleans = NDArray[np.bool_]
LEAST = float(np.finfo(float).tiny)
"""The smallest probability of which one over it is finite."""


@dataclass(frozen=True)
class Rows:
    """Collapsed rows: ``eta_1 = upper @ psi``, ``eta_2 = lower @ psi``.

    ``upper``, ``lower``: rows by parameters, zero where the cut is absent (``top``,
    ``bottom``; there ``ceiling`` and ``floor`` are infinite). ``weights``: the number of
    answers per row. ``scale``: rows by scale parameters; both cuts are divided by
    ``exp(scale @ zeta)``.
    """

    upper: Floats
    lower: Floats
    top: Booleans
    bottom: Booleans
    weights: Floats
    scale: Floats
    ceiling: Floats = field(init=False, repr=False)
    floor: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ceiling", np.where(self.top, np.inf, 0.0))
        object.__setattr__(self, "floor", np.where(self.bottom, -np.inf, 0.0))

    def at(self, place: NDArray[np.int64], weights: Floats) -> Rows:
        """The rows at these places, with other weights."""
        return Rows(
            self.upper[place],
            self.lower[place],
            self.top[place],
            self.bottom[place],
            weights,
            self.scale[place],
        )


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
    cuts = np.empty((2, len(upper)))
    np.add(upper, rows.ceiling, out=cuts[0])
    np.add(lower, rows.floor, out=cuts[1])
    below, above, first, second, third = link.curve(cuts)
    p = np.where(below[1] > 0.5, above[1] - above[0], below[0] - below[1])
    valid = p > LEAST
    high = 1 / np.where(valid, p, 1.0)
    low = -high
    return Pieces(
        log=np.where(valid, -np.log(high), -np.inf),
        one=high * first[0],
        two=low * first[1],
        oneone=high * second[0],
        twotwo=low * second[1],
        r111=high * third[0],
        r222=low * third[1],
    )


def hessian(found: Pieces, weights: Floats, upper: Floats, lower: Floats) -> Floats:
    """The second derivative of ``sum(w log p)`` in parameters of which the cuts are ``upper``, ``lower``."""
    l11, l12, l22 = (weights * part for part in found.second)
    above = l11[:, None] * upper + l12[:, None] * lower
    below = l12[:, None] * upper + l22[:, None] * lower
    whole: Floats = upper.T @ above + lower.T @ below
    return whole
