"""Answers from a latent cumulative-logit model with sessions, trainers and people.

``P(score <= k) = logistic(threshold_k - eta)`` with ``eta`` = effect of the variant and of actions
+ halo x (session + mean of the trainers) + person + the item's own session deviation.
What a person adds, and its standard deviation (halo x ``person_sd``), is in ``people``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from qualitycycle.simulate.people import Floats, People, flattening, person_effects
from qualitycycle.simulate.plan import NOT_APPLICABLE, Answer, ItemPlan, RegionPlan
from qualitycycle.vocabulary import Variant


def thresholds(shares: Mapping[float, float], sd: float = 0.0, people: People = "normal") -> Floats:
    """The cumulative logits that give ``shares`` when people differ by ``sd``.

    ``shares`` maps each score, low to high, to its weight. Returns one threshold less
    than there are scores, on the log-odds scale of one person.

    >>> thresholds({1.0: 25, 2.0: 50, 3.0: 25}).round(2).tolist()
    [-1.1, 1.1]
    """
    weights = np.array([shares[score] for score in sorted(shares)], dtype=float)
    below = np.cumsum(weights)[:-1] / weights.sum()
    return np.asarray(np.log(below / (1 - below)) / flattening(sd, people))


def category_shares(cuts: Floats, eta: Floats) -> Floats:
    """The chance of each score at every ``eta``: shape of ``eta``, then one entry per score.

    >>> category_shares(np.array([-1.0, 1.0]), np.zeros(1)).round(3).tolist()
    [[0.269, 0.462, 0.269]]
    """
    below = 1 / (1 + np.exp(eta[..., None] - cuts))
    edge = np.zeros((*eta.shape, 1))
    return np.diff(np.concatenate([edge, below, edge + 1], axis=-1), axis=-1)


def expected_mean(item: ItemPlan, effect: float, sd: float) -> float:
    """The mean score when everybody is shifted by ``effect`` log-odds.

    ``sd`` is the standard deviation of all normal effects together, on the latent
    scale; the mean over them is taken by Gauss-Hermite quadrature. The item's
    thresholds are those of ``thresholds(item.shares, sd)``.

    >>> round(expected_mean(ItemPlan("X", {1.0: 25, 2.0: 50, 3.0: 25}), 0.0, 1.0), 6)
    2.0
    """
    scores = np.array(sorted(item.shares))
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    means = category_shares(thresholds(item.shares, sd), effect + sd * nodes) @ scores
    return float(means @ weights / weights.sum())


def draw_answers(
    rng: np.random.Generator,
    plan: RegionPlan,
    *,
    partnership: str,
    variant: Variant,
    year: int,
    people: Floats,
    session_effect: float,
    trainer_effect: float,
) -> list[dict[str, Answer]]:
    """The closed answers on one session: item id -> answer, per person.

    ``year`` is the first of the cycle. ``people`` are the scores of the people who answer
    (standard normal in a crowd).
    """
    n = len(people)
    asked = [item for item in plan.items if not item.variants or variant in item.variants]
    columns = {
        item.id: draw_item(
            rng,
            item,
            eta=item.level(partnership, variant, year)
            + item.halo * (session_effect + trainer_effect)
            + person_effects(people, item.halo * plan.person_sd, plan.people)
            + rng.normal(0.0, item.own_sd),
            cuts=thresholds(item.shares, item.halo * plan.person_sd, plan.people),
            missing=plan.missing,
        )
        for item in asked
    }
    columns |= {id: draw_choice(rng, weights, n) for id, weights in plan.choices.items()}
    return [{id: column[i] for id, column in columns.items()} for i in range(n)]


def draw_item(
    rng: np.random.Generator, item: ItemPlan, *, eta: Floats, cuts: Floats, missing: float
) -> list[Answer]:
    """The answers to one question of people at ``eta``, some of them missing or not applicable."""
    scores = sorted(float(score) for score in item.shares)
    latent = eta + rng.logistic(size=len(eta))
    category = np.searchsorted(cuts, latent)
    skipped, inapplicable = rng.random((2, len(eta)))
    return [
        None if s < missing else NOT_APPLICABLE if a < item.not_applicable else scores[c]
        for c, s, a in zip(category, skipped, inapplicable, strict=True)
    ]


def draw_choice(rng: np.random.Generator, weights: Sequence[float], n: int) -> list[Answer]:
    """Options 1, 2, ... drawn with ``weights``; what remains of 1 is left blank."""
    bounds = np.cumsum(weights)
    drawn = np.searchsorted(bounds, rng.random(n), side="right")
    return [float(option + 1) if option < len(weights) else None for option in drawn]
