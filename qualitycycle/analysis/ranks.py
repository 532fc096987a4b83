"""Rank tests from counts per category; the answers themselves are never expanded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from scipy import special


class RankTest(NamedTuple):
    """``u`` counts the pairs in which the first sample is higher, ties half; ``p`` is two-sided."""

    u: float
    p: float | None


def mann_whitney_from_counts(
    counts_a: Mapping[float, int], counts_b: Mapping[float, int], *, continuity: bool = True
) -> RankTest:
    """Mann-Whitney (Wilcoxon rank sum) test of two samples given as counts per score.

    Normal approximation with tie and continuity correction, as R's
    ``wilcox.test(a, b, exact = FALSE)``: ``z = (U - nm/2 -+ 1/2) / sigma`` with
    ``sigma^2 = nm/12 ((N + 1) - sum(t^3 - t) / (N (N - 1)))``, t the number of ties per
    score. ``continuity=False`` leaves out the 1/2. The cost grows with the number of
    categories, not of answers.

    ``counts_a``, ``counts_b``: score -> number of answers. ``p`` is 1 when every answer is
    the same and None when a sample is empty. The test takes all answers as independent;
    answers from one session are not, so it is only shown as a warning beside better tests.
    Source: Mann, Whitney, Annals of Mathematical Statistics 18 (1947) 50-60. Software: R
    ``wilcox.test``, scipy ``mannwhitneyu``.

    >>> mann_whitney_from_counts({1: 2, 2: 1}, {2: 1, 3: 2}).u
    0.5
    """
    scores = sorted({*counts_a, *counts_b})
    a = [int(counts_a.get(score, 0)) for score in scores]
    b = [int(counts_b.get(score, 0)) for score in scores]
    n, m = sum(a), sum(b)
    twice_u, below = 0, 0
    for in_a, in_b in zip(a, b, strict=True):
        twice_u += in_a * (2 * below + in_b)
        below += in_b
    if n == 0 or m == 0:
        return RankTest(twice_u / 2, None)
    total = n + m
    tied = sum((x + y) ** 3 - (x + y) for x, y in zip(a, b, strict=True))
    spread = total * (total**2 - 1) - tied
    if spread == 0:
        return RankTest(twice_u / 2, 1.0)
    sigma = math.sqrt(n * m / 12 * (spread / (total * (total - 1))))
    distance = max(0.0, abs(twice_u - n * m) / 2 - (0.5 if continuity else 0.0))
    return RankTest(twice_u / 2, float(2 * special.ndtr(-distance / sigma)))
