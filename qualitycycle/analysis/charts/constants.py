"""The constants of control charts, worked out from their definitions.

For n independent normal values with standard deviation 1: ``d2`` is the mean and ``d3`` the
standard deviation of their range, ``c4`` the mean of their standard deviation. Source: Tippett,
Biometrika 17 (1925) 364-387 (range); Montgomery, Introduction to Statistical Quality Control, 7th
edition, appendix VI (table). Software: R ``ptukey``, ``qcc``.
"""

from __future__ import annotations

import math
from functools import cache, partial

from scipy import integrate, special

REACH = 9.0
"""Beyond so many standard deviations nothing is left of a normal distribution."""


@cache
def d2(n: int) -> float:
    """The mean range of ``n`` normal values: ``int 1 - F(x)^n - (1 - F(x))^n dx``.

    Raises ValueError below 2.

    >>> round(d2(2), 4), round(d2(5), 3)
    (1.1284, 2.326)
    """
    _check(n)

    def rest(x: float) -> float:
        below = float(special.ndtr(x))
        return 1 - below**n - (1 - below) ** n

    whole, _ = integrate.quad(rest, -REACH, REACH, epsabs=1e-13, epsrel=1e-13, limit=200)
    return float(whole)


@cache
def d3(n: int) -> float:
    """The standard deviation of the range of ``n`` normal values: ``sqrt(E R^2 - d2^2)``.

    ``E R^2 = 2 int_{x < y} 1 - F(y)^n - (1 - F(x))^n + (F(y) - F(x))^n dx dy``.

    >>> round(d3(5), 3)
    0.864
    """
    _check(n)
    square, _ = integrate.quad(partial(_inner, n), -REACH, REACH, epsabs=1e-11, epsrel=1e-11, limit=200)
    return math.sqrt(2 * float(square) - d2(n) ** 2)


def _inner(n: int, y: float) -> float:
    """The inner integral of ``d3`` over x from the lowest value to ``y``."""
    above = float(special.ndtr(y))

    def joint(x: float) -> float:
        below = float(special.ndtr(x))
        return float(1 - above**n - (1 - below) ** n + (above - below) ** n)

    value, _ = integrate.quad(joint, -REACH, y, epsabs=1e-13, epsrel=1e-12, limit=200)
    return float(value)


def c4(n: int) -> float:
    """The mean standard deviation of ``n`` normal values: ``sqrt(2 / (n - 1)) G(n / 2) / G((n - 1) / 2)``.

    >>> round(c4(5), 4)
    0.94
    """
    _check(n)
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


def _check(n: int) -> None:
    if n < 2:
        raise ValueError("a range or standard deviation needs at least 2 values")
