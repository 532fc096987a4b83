"""People: as far apart as asked, and what averaging over them leaves of log-odds."""

from __future__ import annotations

import numpy as np
import pytest

from qualitycycle.simulate.people import People, flattening, person_effects

SCORES = np.random.default_rng(2).standard_normal(400_000)
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(81)


def averaged(log_odds: float, sd: float, people: People) -> float:
    """The log-odds of the average chance over people."""
    chance = 1 / (1 + np.exp(-(log_odds + person_effects(NODES, sd, people))))
    mean = WEIGHTS @ chance / WEIGHTS.sum()
    return float(np.log(mean / (1 - mean)))


@pytest.mark.parametrize("people", ["normal", "bridge"])
@pytest.mark.parametrize("sd", [0.0, 0.4, 1.4])
def test_people_differ_as_far_as_asked(people: People, sd: float) -> None:
    effects = person_effects(SCORES, sd, people)
    assert np.std(effects) == pytest.approx(sd, rel=0.01)
    assert np.mean(effects) == pytest.approx(0.0, abs=0.01)
    assert (np.diff(person_effects(np.sort(SCORES), sd, people)) >= 0).all()


@pytest.mark.parametrize("sd", [0.4, 1.4, 2.5])
@pytest.mark.parametrize("log_odds", [-4.0, -1.0, 0.0, 0.5, 3.0])
def test_bridge_people_together_are_exactly_logistic(sd: float, log_odds: float) -> None:
    left = averaged(log_odds, sd, "bridge")
    assert left == pytest.approx(log_odds * flattening(sd, "bridge"), abs=0.002)


@pytest.mark.parametrize("log_odds", [-1.0, 0.5, 2.0])
def test_normal_people_together_are_nearly_logistic(log_odds: float) -> None:
    assert averaged(log_odds, 1.4, "normal") == pytest.approx(log_odds * flattening(1.4), rel=0.06)
