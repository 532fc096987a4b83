"""Links: the distribution function F of the latent scale with its first three derivatives.

``logit``, ``probit`` and ``cauchit`` are symmetric; ``cloglog`` is ``F(x) = 1 - exp(-exp(x))``
and ``loglog`` is ``F(x) = exp(-exp(-x))``. Source: McCullagh, JRSS B 42 (1980) 109-142;
Christensen, the R package ordinal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
FAR = 100.0
"""Where the exponential tails are below what a float holds."""
SQUARES = 1e150
"""The largest number of which the square is finite."""


class Curve(NamedTuple):
    """F, 1 - F and the derivatives f, f', f'' at the same points, infinite points included."""

    below: Floats
    above: Floats
    first: Floats
    second: Floats
    third: Floats


@dataclass(frozen=True)
class Link:
    """A link by name: its curve, its inverse and the standard deviation of its latent scale."""

    name: str
    curve: Callable[[Floats], Curve]
    quantile: Callable[[Floats], Floats]
    spread: float


def _logit(x: Floats) -> Curve:
    tail = np.exp(-np.abs(x))
    large = 1 / (1 + tail)
    small = tail * large
    positive = x > 0
    below, above = np.where(positive, large, small), np.where(positive, small, large)
    first = large * small
    lean = above - below
    return Curve(below, above, first, first * lean, first * (lean * lean - 2 * first))


def _probit(x: Floats) -> Curve:
    x = np.clip(x, -FAR, FAR)
    first = np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
    return Curve(special.ndtr(x), special.ndtr(-x), first, -x * first, (x * x - 1) * first)


def _cloglog(x: Floats) -> Curve:
    x = np.clip(x, -FAR, FAR)
    rate = np.exp(x)
    first = np.exp(x - rate)
    lean = 1 - rate
    return Curve(-np.expm1(-rate), np.exp(-rate), first, first * lean, first * (lean * lean - rate))


def _loglog(x: Floats) -> Curve:
    mirror = _cloglog(-x)
    return Curve(mirror.above, mirror.below, mirror.first, -mirror.second, mirror.third)


def _cauchit(x: Floats) -> Curve:
    x = np.clip(x, -SQUARES, SQUARES)
    bell = 1 / (1 + x * x)
    first = bell / np.pi
    return Curve(
        np.arctan2(1.0, -x) / np.pi,
        np.arctan2(1.0, x) / np.pi,
        first,
        -2 * x * bell * first,
        (6 * x * x - 2) * bell * bell * first,
    )


LINKS = {
    "logit": Link("logit", _logit, special.logit, np.pi / np.sqrt(3)),
    "probit": Link("probit", _probit, special.ndtri, 1.0),
    "cloglog": Link("cloglog", _cloglog, lambda p: np.log(-np.log1p(-p)), np.pi / np.sqrt(6)),
    "loglog": Link("loglog", _loglog, lambda p: -np.log(-np.log(p)), np.pi / np.sqrt(6)),
    "cauchit": Link("cauchit", _cauchit, lambda p: np.tan(np.pi * (p - 0.5)), 2.0),
}
