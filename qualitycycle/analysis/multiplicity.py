"""Many tests at once: p-values that allow for how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from statsmodels.stats.multitest import multipletests

Method = Literal["holm", "hochberg", "hommel", "bonferroni", "fdr", "fdr_any"]

METHODS: dict[Method, str] = {
    "holm": "holm",
    "hochberg": "simes-hochberg",
    "hommel": "hommel",
    "bonferroni": "bonferroni",
    "fdr": "fdr_bh",
    "fdr_any": "fdr_by",
}
"""Our names -> those of statsmodels."""


def adjusted(p: Sequence[float] | npt.ArrayLike, method: Method = "holm") -> list[float]:
    """p-values adjusted for their number, in the order given; compare each with the usual level.

    ``holm`` (the default) holds the chance of any false alarm, whatever the tests have to do with
    each other: ``max over j <= i of min(1, (m - j + 1) p_(j))``. ``bonferroni`` does so too but is
    never better. ``hochberg`` and ``hommel`` find more when tests are independent or go together.
    ``fdr`` (Benjamini, Hochberg) holds the expected share of false alarms among the alarms, under
    the same condition; ``fdr_any`` (Benjamini, Yekutieli) always.

    Source: Holm, Scandinavian Journal of Statistics 6 (1979) 65-70; Hochberg, Biometrika 75 (1988)
    800-802; Hommel, the same 383-386; Benjamini, Hochberg, Journal of the Royal Statistical Society B
    57 (1995) 289-300; Benjamini, Yekutieli, Annals of Statistics 29 (2001) 1165-1188. Software:
    statsmodels ``multipletests`` (used), R ``p.adjust``. Raises ValueError when a p-value does not
    lie between 0 and 1.

    >>> adjusted([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    >>> adjusted([0.02, 0.04, 0.03], "fdr")
    [0.04, 0.04, 0.04]
    """
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError("a p-value lies between 0 and 1")
    if not len(values):
        return []
    return [float(value) for value in multipletests(values, method=METHODS[method])[1]]
