"""Reliability of a unit's mean against R and against draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qualitycycle.analysis.group_means import mean_reliability, responses_needed
from qualitycycle.analysis.spread.members import Of, members
from qualitycycle.analysis.spread.model import SpreadModel, fit_spread
from qualitycycle.analysis.spread.reliability import mean_reliability_of, own_reliability
from tests.analysis.plain.data import result
from tests.analysis.spread.regions import ALONE, SWAPPED, Sizes, draw, sums_of
from tests.analysis.spread.test_split import lecturers


def fitted(given: list[tuple[str, str, int]], seed: int) -> SpreadModel:
    model = fit_spread(draw(given, Sizes(team=0.2), np.random.default_rng(seed)).sums)
    assert model is not None
    return model


@pytest.mark.corpus
def test_reliability_of_lecturers_equals_lmer(corpus: Path) -> None:
    r = result("icc1_icc2_insteval_dept7_lecturer")
    model = fit_spread(lecturers(corpus))
    assert model is not None
    units = members(model, "session")
    assert units is not None
    found = dict(zip(units.ids, own_reliability(model, units), strict=True))
    expected = dict(zip(map(str, r["group"]), r["lmer_reliability_of_group_mean"], strict=True))
    assert found == pytest.approx(expected, abs=1e-5)
    whole = mean_reliability_of(model, units, "session")
    assert whole.icc1 == pytest.approx(r["lmer_icc"], abs=1e-5)
    assert whole.needed == responses_needed(r["lmer_icc"]) == 14


def test_a_session_follows_spearman_and_brown() -> None:
    model = fitted(SWAPPED, 1)
    units = members(model, "session")
    assert units is not None
    whole = mean_reliability_of(model, units, "session")
    pairs = [
        size for size, team in zip(units.answers(model.units.n), units.people, strict=True) if len(team) == 2
    ]
    own = [
        one for one, team in zip(own_reliability(model, units), units.people, strict=True) if len(team) == 2
    ]
    common = model.variance("session") + model.variance("team") + model.variance("trainer") / 2
    icc = common / (common + model.variances[0])
    assert own == pytest.approx([mean_reliability(icc, n) for n in pairs])
    assert whole.icc2 == pytest.approx(mean_reliability(whole.icc1, float(np.median(model.units.n))))


@pytest.mark.parametrize("of", ["trainer", "team"])
def test_it_is_the_squared_correlation_of_level_and_mean(of: Of) -> None:
    """The model's variances, drawn 40,000 times over the same sessions."""
    model = fitted(SWAPPED, 2)
    units = members(model, of)
    assert units is not None
    rng = np.random.default_rng(3)
    effects = [
        rng.normal(0, np.sqrt(variance), (load.shape[1], 40_000))
        for variance, load in zip(model.variances[1:], model.units.loads, strict=True)
    ]
    noise = (
        rng.normal(0, 1, (len(model.units.n), 40_000)) * np.sqrt(model.variances[0] / model.units.n)[:, None]
    )
    means = sum((load @ one for load, one in zip(model.units.loads, effects, strict=True)), noise)
    levels = sum(load @ one for load, one in zip(units.loads, effects, strict=True))
    own = units.mean_weights(model.units.n) @ means
    seen = [np.corrcoef(a, b)[0, 1] ** 2 for a, b in zip(levels, own, strict=True)]
    assert own_reliability(model, units) == pytest.approx(seen, abs=0.02)


def test_alone_a_trainer_is_seen_better_than_in_a_pair() -> None:
    alone = fit_spread(sums_of(team="a{0}"))
    pairs = fit_spread(sums_of(team="a{0}|b{0}"))
    assert alone is not None and pairs is not None
    assert members(pairs, "trainer") is None, "two who always go together are one unit"
    assert members(alone, "team") is not None and members(alone, "team").ids == ()  # type: ignore[union-attr]
    own, team = members(alone, "trainer"), members(pairs, "team")
    assert own is not None and team is not None
    assert mean_reliability_of(alone, own, "trainer").icc1 == pytest.approx(
        mean_reliability_of(pairs, team, "team").icc1, abs=1e-4
    )


def test_more_sessions_count_for_more_than_a_larger_one() -> None:
    """Answers needed of a trainer are spread over sessions of the usual size."""
    model = fitted(ALONE, 4)
    units = members(model, "trainer")
    assert units is not None
    found = mean_reliability_of(model, units, "trainer")
    signal, session, residual = (
        model.variance("trainer"),
        model.variance("session"),
        float(model.variances[0]),
    )
    size = float(np.median(model.units.n))
    assert found.sessions_needed is not None and found.needed is not None
    for sessions, enough in ((found.sessions_needed, True), (found.sessions_needed - 1, False)):
        noise = (session + residual / size) / max(sessions, 1e-9)
        assert (signal / (signal + noise) >= 0.7) is enough
    assert found.needed == np.ceil(found.sessions_needed * size)


def test_units_that_do_not_differ_have_no_reliability() -> None:
    sums = sums_of().assign(total=64.0)
    sums["total_sq"] = sums["total"] ** 2 / 8 + 7
    model = fit_spread(sums)
    assert model is not None
    units = members(model, "session")
    assert units is not None
    assert own_reliability(model, units).max() < 1e-6
    found = mean_reliability_of(model, units, "session")
    assert (found.icc1, found.needed) == (0.0, None)
