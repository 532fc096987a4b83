"""Levels drawn in towards the middle: those of lmer, and intervals that hold the truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qualitycycle.analysis.linear import lmm, reml
from qualitycycle.analysis.spread.members import Of, members
from qualitycycle.analysis.spread.model import SpreadModel, fit_spread
from qualitycycle.analysis.spread.predict import levels, predicted
from qualitycycle.analysis.spread.reliability import own_reliability
from qualitycycle.analysis.spread.units import spread
from qualitycycle.analysis.teams import trainers_of
from tests.analysis.plain.data import insteval
from tests.analysis.spread.regions import ALONE, PAIRS, SWAPPED, Given, Region, Sizes, draw, sums_of

CASE = "lmer_multimembership_insteval_dept7"
REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text(encoding="utf-8"))[CASE]


@pytest.mark.corpus
def test_modes_with_two_lecturers_a_rating_equal_lmer(corpus: Path) -> None:
    r = REFERENCE["result"]["conditional_modes"]["dd"]
    fitted = lmm("y ~ pair + (1 | mm(d1, d2))", paired_ratings(corpus))
    model = SpreadModel(pd.DataFrame(index=range(1471)), ("trainer",), ("pair",), (), fitted)
    names = list(model.levels("trainer"))
    assert len(names) == r["n_levels"]
    found = levels(model, [np.eye(len(names))]).level - model.centre @ fitted.coefficients.to_numpy()
    known = dict(zip(map(str, names), found, strict=True))
    assert [known[level] for level in r["levels"]] == pytest.approx(r["mode"], abs=1e-4)
    assert float(found @ found) == pytest.approx(r["sum_sq_all"], abs=1e-3)


def paired_ratings(corpus: Path) -> pd.DataFrame:
    """Ratings of one student in pairs, in the order of the file; the last may stand alone."""
    rated = insteval(corpus, 7)
    pair = rated.groupby("s").cumcount() // 2
    grouped = rated.groupby([rated["s"], pair])
    frame = pd.DataFrame(
        {
            "y": grouped["y"].mean(),
            "pair": (grouped.size() == 2).astype(float),
            "d1": grouped["d"].first().astype(str),
            "d2": grouped["d"].last().astype(str).where(grouped.size() == 2),
        }
    )
    return frame.reset_index(drop=True)


def test_errors_are_those_of_hendersons_equations() -> None:
    """At known variances: the inverse of the mixed model equations, effects and mean together."""
    model = fit_spread(draw(SWAPPED, Sizes(team=0.2), np.random.default_rng(21)).sums)
    assert model is not None
    units = members(model, "team")
    solved = reml.solve(model.units, np.array([1.0, 0.1, 0.2, 0.05]))
    assert units is not None and solved is not None
    x, z, n = model.units.design, np.hstack(list(model.units.loads)), model.units.n
    spread_of = [
        np.full(load.shape[1], v) for load, v in zip(model.units.loads, (0.1, 0.2, 0.05), strict=True)
    ]
    both = np.hstack([x, z])
    penalty = np.diag(np.concatenate([np.zeros(x.shape[1]), 1 / np.concatenate(spread_of)]))
    inverse = np.linalg.inv(both.T @ (n[:, None] * both) + penalty)
    solution = inverse @ (both.T @ (n * model.units.mean))
    target = np.hstack(list(units.loads))
    rows = np.hstack([np.tile(model.centre, (len(target), 1)), target])
    level, variance = predicted(model, solved, target)
    assert level == pytest.approx(rows @ solution)
    assert variance == pytest.approx(((rows @ inverse) * rows).sum(axis=1))


def test_equal_sessions_are_drawn_in_by_their_reliability() -> None:
    """One way, equal numbers: the textbook's n ICC / (1 + (n - 1) ICC) times the distance."""
    sums = sums_of(sessions=20, team="a{0}", teams=20)
    model = fit_spread(sums)
    assert model is not None and model.random == ("session",)
    units = members(model, "session")
    assert units is not None
    between, residual = model.variance("session"), float(model.variances[0])
    factor = between / (between + residual / 8)
    mean = model.units.mean
    assert levels(model, units.loads).level == pytest.approx(mean.mean() + factor * (mean - mean.mean()))


def test_more_answers_draw_in_less_and_are_surer() -> None:
    sums = sums_of(sessions=20, team="a{0}", teams=20)
    many = sums["session"] == "S19"
    sums.loc[many, ["n", "total", "total_sq"]] *= 10
    found = spread(sums)
    assert found is not None
    known = {one.id: one for one in found.units}
    own = 8 + np.array([18, 19]) / 10
    small, large = known["S18"], known["S19"]
    assert own[1] - large.level < own[0] - small.level
    assert large.sd < 0.6 * small.sd


def held(region: Region, of: Of, shown: float) -> list[bool]:
    """For every unit whose mean is reliable enough whether its interval holds the truth."""
    model = fit_spread(region.sums)
    assert model is not None
    units = members(model, of)
    assert units is not None
    found = levels(model, units.loads)
    truth = np.array([region.middle + true_effect(region, of, str(id)) for id in units.ids])
    hit = np.abs(found.level - truth) <= 1.96 * found.sd
    kept: list[bool] = hit[own_reliability(model, units) >= shown].tolist()
    return kept


def true_effect(region: Region, of: Of, id: str) -> float:
    if of == "session":
        return region.sessions[id]
    if of == "trainer":
        return region.trainers[id]
    return region.teams[id] + float(np.mean([region.trainers[one] for one in trainers_of(id)]))


CELLS: dict[str, tuple[list[Given], Sizes, Of]] = {
    "pairs and some alone": (PAIRS + ALONE, Sizes(0.3, 0.3), "session"),
    "large differences": (PAIRS + ALONE, Sizes(0.5, 0.5), "session"),
    "few sessions": (PAIRS[:7] + ALONE[:2], Sizes(0.3, 0.3), "session"),
    "trainers who change teams": (SWAPPED, Sizes(0.2, 0.5, 0.2), "trainer"),
    "teams": (SWAPPED, Sizes(0.2, 0.4, 0.2), "team"),
}


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS)
def test_intervals_of_what_is_shown_hold_the_truth(cell: str) -> None:
    """Between 93 and 97 % of the units that would be shown, over regions drawn anew."""
    given, sizes, of = CELLS[cell]
    rng = np.random.default_rng(11)
    outcomes = [hit for _ in range(30) for hit in held(draw(given, sizes, rng), of, 0.4)]
    assert len(outcomes) > 150
    assert 0.93 <= np.mean(outcomes) <= 0.97, np.mean(outcomes)


def test_variances_taken_as_known_would_be_too_sure() -> None:
    """What the averaging adds: with few sessions the plain error is too small."""
    region = draw(PAIRS[:7] + ALONE[:2], Sizes(0.3, 0.3), np.random.default_rng(12))
    model = fit_spread(region.sums)
    assert model is not None
    units = members(model, "session")
    assert units is not None
    solved = reml.solve(model.units, model.variances)
    assert solved is not None
    plain = np.sqrt(predicted(model, solved, np.hstack(list(units.loads)))[1])
    assert (levels(model, units.loads).sd > 1.05 * plain).all()


def test_the_order_and_the_names_of_sessions_do_not_matter() -> None:
    region = draw(SWAPPED, Sizes(), np.random.default_rng(13))
    plain = spread(region.sums)
    mixed = spread(region.sums.sample(frac=1, random_state=3))
    assert plain is not None and mixed is not None
    known = {one.id: one for one in mixed.units}
    for one in plain.units:
        assert (known[one.id].level, known[one.id].sd) == pytest.approx((one.level, one.sd), abs=1e-5)
