"""Thresholds as linear functions of fewer parameters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from qualitycycle.analysis.ordinal.links import Floats

STRUCTURES = ("flexible", "symmetric", "equidistant")


def thresholds(structure: str, categories: Sequence[str]) -> tuple[Floats, tuple[str, ...]]:
    """The matrix from parameters to the J - 1 thresholds, and the parameters' names.

    ``flexible``: every threshold its own; ``equidistant``: ``threshold.1 + (j - 1) spacing``;
    ``symmetric``: distances ``spacing.k`` on both sides of one or two central thresholds.
    Source: Christensen, the R package ordinal.

    >>> thresholds("equidistant", ["1", "2", "3", "4"])[0].tolist()
    [[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]
    """
    count = len(categories) - 1
    if structure == "equidistant" and count > 1:
        return np.column_stack([np.ones(count), np.arange(count)]), ("threshold.1", "spacing")
    if structure == "symmetric" and count > 1:
        return _symmetric(count)
    names = tuple(f"{low}|{high}" for low, high in pairwise(categories))
    return np.eye(count), names


def _symmetric(count: int) -> tuple[Floats, tuple[str, ...]]:
    centres = 2 if count % 2 == 0 else 1
    sides = (count - centres) // 2
    found = np.zeros((count, centres + sides))
    for j in range(count):
        if j < sides:
            found[j, 0], found[j, centres + sides - 1 - j] = 1, -1
        elif j >= sides + centres:
            found[j, centres - 1], found[j, j - sides] = 1, 1
        else:
            found[j, j - sides] = 1
    middle = ("central.1", "central.2") if centres == 2 else ("central",)
    return found, (*middle, *(f"spacing.{k + 1}" for k in range(sides)))
