"""How strict a chosen effect is judged: against closed forms and against a draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qualitycycle.analysis.effect.fallback import SURE, bound


@pytest.mark.parametrize("df", [1.0, 3.0, 12.5, 200.0])
def test_with_nothing_to_choose_it_is_students_t(df: float) -> None:
    assert bound(0.975, 0.0, 8, df) == pytest.approx(stats.t.ppf(0.975, df))
    assert bound(0.975, 0.7, 1, df) == pytest.approx(stats.t.ppf(0.975, df))


@pytest.mark.parametrize("many", [2, 8, 60])
def test_when_all_was_known_beforehand_it_is_the_maximum_of_so_many(many: int) -> None:
    exact = stats.norm.ppf(0.975 ** (1 / many))
    assert bound(0.975, 1.0, many, SURE) == pytest.approx(exact, abs=1e-4)


@pytest.mark.parametrize(
    ("share", "many", "df"), [(0.1, 8, 40.0), (0.5, 8, 6.0), (0.5, 25, 15.0), (0.9, 4, 4.0)]
)
def test_it_is_the_quantile_of_what_can_be_chosen(share: float, many: int, df: float) -> None:
    rng = np.random.default_rng(11)
    runs = 400_000
    chosen = rng.standard_normal((runs, many)).max(axis=1)
    drawn = np.sqrt(1 - share) * rng.standard_normal(runs) + np.sqrt(share) * chosen
    drawn /= np.sqrt(rng.chisquare(df, runs) / df)
    at = bound(0.975, share, many, df)
    assert (drawn > at).mean() == pytest.approx(0.025, abs=0.001)


def test_no_way_of_choosing_gets_round_it() -> None:
    """The lowest of eight, the lowest in its own units, or the one furthest below its neighbour."""
    rng = np.random.default_rng(5)
    runs, many = 200_000, 8
    true = np.linspace(0.0, 0.6, many)
    common = rng.standard_normal((runs, 1))
    before = true + 0.6 * common + 0.8 * rng.standard_normal((runs, many))
    after = true + rng.standard_normal((runs, many))
    at = bound(0.975, 0.5, many, SURE) * np.sqrt(2)
    for chosen in (before.argmin(axis=1), (before - true).argmin(axis=1), np.diff(before).argmin(axis=1)):
        rise = np.take_along_axis(after - before, chosen[:, None], axis=1)
        assert (rise > at).mean() <= 0.025
    lowest = (before - true).argmin(axis=1)
    rise = np.take_along_axis(after - before, lowest[:, None], axis=1)
    assert (rise > 1.96 * np.sqrt(2)).mean() > 0.06


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.integers(1, 80), st.floats(1, 300))
def test_it_lies_between_t_and_bonferroni(share: float, many: int, df: float) -> None:
    at = bound(0.975, share, many, df)
    assert stats.t.ppf(0.975, round(df, 1)) - 1e-3 <= at <= stats.t.ppf(1 - 0.025 / many, round(df, 1)) + 1e-3


@pytest.mark.parametrize(("share", "many"), [(-0.1, 8), (1.1, 8), (0.5, 0)])
def test_what_cannot_be(share: float, many: int) -> None:
    with pytest.raises(ValueError, match="a share lies between"):
        bound(0.975, share, many, 10.0)


def test_what_it_does_not_promise() -> None:
    """Only the lowest tenth of all lowest figures leads to an action: then it was chosen from eighty.

    More than one in twenty is called effective, though far fewer than by who does not allow for it.
    """
    rng = np.random.default_rng(7)
    lowest = rng.standard_normal((400_000, 8)).min(axis=1)
    acted = lowest[lowest < np.quantile(lowest, 0.1)]
    rise = rng.standard_normal(len(acted)) - acted
    assert 0.05 < (rise > bound(0.975, 0.5, 8, SURE) * np.sqrt(2)).mean() < 0.15
    assert (rise > bound(0.975, 0.5, 80, SURE) * np.sqrt(2)).mean() < 0.032
    assert (rise > 1.96 * np.sqrt(2)).mean() > 0.3
