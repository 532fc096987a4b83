"""Shares of variance against R, a brute search, and regions of which the truth is known."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qualitycycle.analysis.linear.least_squares import profile
from qualitycycle.analysis.spread.model import COLUMNS, SpreadModel, fit_spread
from qualitycycle.analysis.spread.split import DROP, Surface, split
from tests.analysis.plain.data import insteval, result
from tests.analysis.spread.regions import ALONE, PAIRS, SWAPPED, Given, Sizes, draw


def drawn(given: list[Given], sizes: Sizes, seed: int) -> SpreadModel:
    model = fit_spread(draw(given, sizes, np.random.default_rng(seed)).sums)
    assert model is not None
    return model


@pytest.mark.corpus
def test_share_of_lecturers_equals_lmer(corpus: Path) -> None:
    r = result("icc1_icc2_insteval_dept7_lecturer")
    model = fit_spread(lecturers(corpus))
    assert model is not None and model.random == ("session",)
    found = split(model)
    assert found.of("session") == pytest.approx(r["lmer_icc"], abs=1e-5)
    assert model.variance("session") == pytest.approx(r["lmer_var_between"], abs=1e-5)
    assert model.variances[0] == pytest.approx(r["lmer_var_within"], abs=1e-5)


def lecturers(corpus: Path) -> pd.DataFrame:
    """Lecturers as sessions, each given once by one trainer."""
    rated = insteval(corpus, 7)
    grouped = (
        rated.assign(square=rated["y"] ** 2)
        .groupby("d")
        .agg(n=("y", "size"), total=("y", "sum"), total_sq=("square", "sum"))
    )
    place = {"variant": "v", "cycle": "c", "partnership": "P"}
    frame = grouped.reset_index().assign(session=lambda f: f["d"].astype(str), **place)
    return frame.assign(team=frame["session"])[COLUMNS]


def test_shares_add_up_and_lie_in_their_intervals() -> None:
    found = split(drawn(SWAPPED, Sizes(team=0.2), 4))
    assert set(found.shares) == {"answers", "session", "trainer", "team"}
    assert found.of(*found.shares) == pytest.approx(1.0)
    for one in found.shares.values():
        assert 0 <= (one.low or 0) <= (one.estimate or 0) <= (one.high or 0) <= 1


@pytest.mark.parametrize("which", [-1, 0, 1, 2])
def test_the_profile_is_the_lowest_deviance_there_is(which: int) -> None:
    """Against a search over all shares that leave one (session, trainer, team; -1 the answers) as it is."""
    model = drawn(SWAPPED, Sizes(team=0.2), 5)
    surface = Surface(model.fitted.sums, model.sizes, model.fitted.profile.theta)
    share = 0.85 if which < 0 else 0.15
    searched = [
        profile(
            model.fitted.sums, np.maximum(np.sqrt(shares[:3] / shares[3] / model.sizes), 1e-5), True
        ).deviance
        for a, b in product(np.linspace(0.001, 0.999, 31), repeat=2)
        if (
            shares := np.insert((1 - share) * np.array([a, (1 - a) * b, (1 - a) * (1 - b)]), which % 4, share)
        ).all()
    ]
    found = surface.excess(which, share) + DROP + surface.lowest
    assert found <= min(searched) + 1e-6
    assert found == pytest.approx(min(searched), abs=0.1)


def test_without_differences_between_sessions_nothing_is_theirs() -> None:
    model = drawn(PAIRS + ALONE, Sizes(session=0.0, trainer=0.0), 6)
    found = split(model)
    for term in ("session", "trainer"):
        assert found.shares[term].low == 0.0
    assert found.shares["answers"].high == 1.0


def test_partnerships_that_differ_much_are_seen() -> None:
    region = draw(SWAPPED, Sizes(), np.random.default_rng(7)).sums
    shift = region["partnership"].map({"P0": 0.0, "P1": 0.0, "P2": 2.0})
    moved = region.assign(
        total=region["total"] + shift * region["n"],
        total_sq=region["total_sq"] + 2 * shift * region["total"] + shift**2 * region["n"],
    )
    plain, apart = (split(model) for frame in (region, moved) if (model := fit_spread(frame)))
    assert plain.beside is not None and apart.beside is not None
    assert (plain.beside.low or 0) < 0.02
    assert 0.25 < (apart.beside.low or 0) < (apart.beside.estimate or 0) < (apart.beside.high or 0) < 0.75
    assert plain.of("session", "trainer", "team") == pytest.approx(apart.of("session", "trainer", "team"))


@pytest.mark.slow
def test_intervals_hold_the_truth() -> None:
    """95 % of them should; of 60 draws at least 52 and not all."""
    truth = {"session": 0.25**2, "team": 0.35**2 / 2, "answers": 1.0}
    rng = np.random.default_rng(8)
    held = dict.fromkeys(truth, 0)
    for _ in range(60):
        model = fit_spread(draw(PAIRS, Sizes(session=0.25, trainer=0.35), rng).sums)
        assert model is not None
        shares = split(model).shares
        for term, variance in truth.items():
            one = shares[term]
            held[term] += (one.low or 0) <= variance / sum(truth.values()) <= (one.high or 0)
    assert all(52 <= times <= 60 for times in held.values()), held
    assert sum(held.values()) < 180
