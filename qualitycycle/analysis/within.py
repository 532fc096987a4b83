"""The difference within trainers who stand in both arms: everybody compared with himself."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from qualitycycle.analysis.comparison import Within
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.teams import trainers_of, varies

LEAST = 3
"""So many trainers must stand in both arms, or the difference is about persons."""


def within_trainers(
    sums: pd.DataFrame, arm: str, reference: str, sign: float = 1.0, confidence: float = 0.95
) -> Within | None:
    """Per trainer who gave sessions in both arms his mean in ``arm`` minus that in ``reference``.

    ``sums``: columns session, arm, team, n, total. A trainer's mean is that of the means of his
    sessions; the estimate is the average over trainers, with a t interval over them. It cannot
    be due to who the trainer is; what it can be due to is whom he stands beside. None below
    ``LEAST`` trainers.

    >>> rows = [("S1", "t", "A|P", 10, 80.0), ("S2", "i", "A", 10, 70.0), ("S3", "t", "B|Q", 10, 82.0),
    ...         ("S4", "i", "B", 10, 76.0), ("S5", "t", "C|R", 10, 81.0), ("S6", "i", "C", 10, 72.0)]
    >>> sums = pd.DataFrame(rows, columns=["session", "arm", "team", "n", "total"])
    >>> found = within_trainers(sums, "i", "t")
    >>> found.units, round(found.difference.estimate, 3)
    (3, -0.833)
    """
    used = sums.loc[(sums["n"] > 0) & sums["arm"].isin([arm, reference])]
    people = used.assign(mean=sign * used["total"] / used["n"], trainer=used["team"].map(trainers_of))
    people = people.explode("trainer")
    means = people.dropna(subset="trainer").pivot_table(index="trainer", columns="arm", values="mean")
    if not {arm, reference} <= set(means.columns):
        return None
    differences = (means[arm] - means[reference]).dropna().to_numpy(dtype=np.float64)
    k = len(differences)
    if k < LEAST:
        return None
    estimate = float(differences.mean())
    if not varies(differences):
        return Within(k, Interval(estimate))
    half = float(stats.t.ppf((1 + confidence) / 2, k - 1)) * float(differences.std(ddof=1)) / math.sqrt(k)
    return Within(k, Interval(estimate, estimate - half, estimate + half))
