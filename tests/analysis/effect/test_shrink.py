"""A low figure is moved towards the others by as much as chance explains."""

from __future__ import annotations

import numpy as np
import pytest

from qualitycycle.analysis.effect.shrink import shrunken_by

HERE = np.ones(8, dtype=bool)


def drawn(rng: np.random.Generator, spread: float) -> np.ndarray:
    """Eight sessions by eight questions that share a session's mood and differ by ``spread``."""
    true = spread * rng.standard_normal(8)
    return 4 + true + 0.5 * rng.standard_normal((8, 1)) + 0.4 * rng.standard_normal((8, 8))


@pytest.mark.parametrize("spread", [0.0, 0.15, 0.6])
def test_it_takes_off_most_of_what_comes_back_by_itself(spread: float) -> None:
    """Over many draws the shift is most of what the lowest figure rises by when it is asked again,
    and no more than that: what is left is in the lower end of the interval."""
    rng = np.random.default_rng(6)
    shifts, rises = [], []
    for _ in range(1500):
        true = spread * rng.standard_normal(8)
        first, again = (4 + true + 0.4 * rng.standard_normal((8, 8)) for _ in range(2))
        lowest = int(first.mean(axis=0).argmin())
        shifts.append(shrunken_by(first, HERE, lowest))
        rises.append(float(again.mean(axis=0)[lowest] - first.mean(axis=0)[lowest]))
    assert 0.6 * np.mean(rises) <= np.mean(shifts) <= np.mean(rises) + 0.01


def test_what_is_common_to_all_questions_says_nothing() -> None:
    rng = np.random.default_rng(2)
    figures = drawn(rng, 0.2)
    mood = figures + 3 * rng.standard_normal((8, 1))
    lowest = int((figures - figures.mean(axis=1, keepdims=True)).mean(axis=0).argmin())
    assert shrunken_by(mood, HERE, lowest) == pytest.approx(shrunken_by(figures, HERE, lowest))


def test_a_figure_that_is_not_low_is_left_alone_and_few_questions_say_nothing() -> None:
    figures = drawn(np.random.default_rng(2), 0.3)
    highest = int(figures.mean(axis=0).argmax())
    assert shrunken_by(figures, HERE, highest) == 0
    assert shrunken_by(figures[:, :3], HERE, 0) == 0
    gone = figures.copy()
    gone[:, 0] = np.nan
    assert shrunken_by(gone, HERE, 0) == 0


def test_beside_other_sessions_the_difference_is_shrunk() -> None:
    figures = drawn(np.random.default_rng(9), 0.0)
    applies = np.arange(8) < 4
    apart = figures - figures.mean(axis=1, keepdims=True)
    low = int((apart[:4].mean(axis=0) - apart[4:].mean(axis=0)).argmin())
    found = shrunken_by(figures, applies, low)
    swapped = shrunken_by(figures, ~applies, low)
    assert found > 0
    assert swapped == 0


def test_a_question_that_only_one_side_was_asked_is_left_out() -> None:
    figures = drawn(np.random.default_rng(9), 0.0)
    applies = np.arange(8) < 4
    apart = figures - figures.mean(axis=1, keepdims=True)
    low = int((apart[:4].mean(axis=0) - apart[4:].mean(axis=0)).argmin())
    more = np.column_stack([np.where(applies, 3.0, np.nan), figures, np.full(8, np.nan)])
    expected = shrunken_by(figures, applies, low)
    assert shrunken_by(more, applies, low + 1) == pytest.approx(expected)
    assert shrunken_by(more, applies, 0) == 0
    nothing = np.vstack([figures, np.full(8, np.nan)])
    assert shrunken_by(nothing, np.append(applies, True), low) == pytest.approx(
        shrunken_by(figures, applies, low)
    )
