"""Who of the people present hands in a form.

Where the plan gives a ``willingness`` to a variant, a person answers with chance
``logistic(intercept + willingness * person)``, with ``person`` a standard normal score: how much
more content this person is than the others in the room.
"""

from __future__ import annotations

import numpy as np

from qualitycycle.simulate.people import Floats, flattening
from qualitycycle.simulate.plan import PartnershipPlan, RegionPlan
from qualitycycle.vocabulary import Variant


def intercept(response: float, willingness: float) -> float:
    """The log-odds of answering for the average person, so that about ``response`` of all answer.

    >>> round(intercept(0.5, -1.0), 3), round(intercept(0.75, 0.0), 3)
    (0.0, 1.099)
    """
    return float(np.log(response / (1 - response)) / flattening(willingness))


def chance(response: float, willingness: float, people: Floats) -> Floats:
    """The chance that each of ``people`` (their scores) answers."""
    return np.asarray(1 / (1 + np.exp(-(intercept(response, willingness) + willingness * people))))


def draw_people(
    rng: np.random.Generator, plan: RegionPlan, partnership: PartnershipPlan, variant: Variant, attended: int
) -> tuple[Floats, int]:
    """The scores of people present, those who answered first, and how many answered.

    Without ``willingness`` only those who answered are drawn: the others are no different.
    """
    low, high = plan.responses[0], min(plan.responses[1], attended)
    willingness = plan.willingness.get(variant)
    if willingness is None:
        n = int(np.clip(rng.binomial(attended, partnership.response), low, high))
        return rng.standard_normal(n), n
    people = rng.standard_normal(attended)
    margin = chance(partnership.response, willingness, people) - rng.random(attended)
    n = int(np.clip(np.sum(margin > 0), low, high))
    return people[np.argsort(-margin)], n
