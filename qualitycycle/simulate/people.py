"""How people differ in the log-odds of their answers, and what averaging over them does.

A person has one standard normal score ``z`` for every question. Of ``normal`` people that is
worth ``sd * z``; averaging over them flattens a logistic curve by about ``flattening``. Of
``bridge`` people it is worth the same quantile of the bridge distribution for the logit, whose
average is again exactly logistic: odds are then proportional for people together, and the odds
ratio is known (Wang & Louis 2003, Biometrika 90, 765-775).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]
People = Literal["normal", "bridge"]

FLATTENS: dict[People, float] = {"normal": (16 * np.sqrt(3) / (15 * np.pi)) ** 2, "bridge": 3 / np.pi**2}
"""How much people with variance 1 flatten a logistic curve (normal: Johnson & Kotz 1970)."""


def flattening(sd: float, people: People = "normal") -> float:
    """What is left of log-odds when people who differ by ``sd`` are averaged; exact for ``bridge``.

    >>> round(flattening(1.4), 3), round(flattening(1.4, "bridge"), 3)
    (0.772, 0.792)
    """
    return float(1 / np.sqrt(1 + FLATTENS[people] * sd**2))


def person_effects(scores: Floats, sd: float, people: People = "normal") -> Floats:
    """What people's scores are worth in log-odds, with standard deviation ``sd``.

    >>> person_effects(np.array([-1.0, 0.0, 1.0]), 1.4, "bridge").round(2).tolist()
    [-1.03, 0.0, 1.03]
    """
    if people == "normal" or sd == 0:
        return sd * scores
    left = flattening(sd, people)
    below, above = (np.sin(left * np.pi * ndtr(side)) for side in (scores, -scores))
    return np.asarray(np.log(below / above) / left)
