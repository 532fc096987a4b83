"""Which number decides, for every kind of scale, and when most people gave the best answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from qualitycycle.analysis.measure import CEILING, Measure, at_ceiling
from qualitycycle.instrument import Scale
from tests.analysis.frames import A4, A5, C10, E5


def counts(answers: dict[float, int]) -> pd.DataFrame:
    return pd.DataFrame({"score": list(answers), "n": list(answers.values())})


@pytest.mark.parametrize(
    ("scale", "plain", "full"),
    [(E5, "mean", "top"), (A4, "favourable", "top"), (A5, "favourable", "favourable"), (C10, "mean", "top")],
    ids=["agreement", "anchored", "balanced", "mark"],
)
def test_what_decides(scale: Scale, plain: str, full: str) -> None:
    assert Measure("X", scale).deciding == plain
    assert Measure("X", scale, ceiling=True).deciding == full
    for ceiling in (False, True):
        assert Measure("X", scale, kind="score", ceiling=ceiling).deciding == "mean"
        assert not Measure("X", scale, kind="score", ceiling=ceiling).has_top


@pytest.mark.parametrize("total", [5, 10, 35, 100, 1005])
def test_more_than_six_in_ten_best_answers_is_a_ceiling(total: int) -> None:
    best = round(CEILING * total)
    measure = Measure("X", E5)
    assert not at_ceiling(counts({5.0: best, 4.0: total - best}), measure)
    assert at_ceiling(counts({5.0: best + 1, 4.0: total - best - 1}), measure)


@pytest.mark.parametrize(
    ("measure", "best", "full"),
    [
        (Measure("X", E5), 5.0, True),
        (Measure("X", E5), 1.0, False),
        (Measure("X", E5, "lower"), 1.0, True),
        (Measure("X", E5, "lower"), 5.0, False),
        (Measure("X", A4), 4.0, True),
        (Measure("X", A5), 3.0, False),
        (Measure("X", C10), 10.0, True),
        (Measure("X", C10), 9.5, False),
        (Measure("X", C10, "lower"), 1.0, True),
        (Measure("X", E5, kind="score"), 5.0, False),
    ],
)
def test_the_best_answer_is_the_good_end(measure: Measure, best: float, full: bool) -> None:
    assert at_ceiling(counts({best: 9, 2.0: 1}), measure) is full


def test_arms_do_not_matter_and_no_answers_are_no_ceiling() -> None:
    """The rows of both arms count together: which of them gave the best answers has no say."""
    frame = pd.concat([counts({5.0: 10}).assign(arm="a"), counts({1.0: 5}).assign(arm="b")])
    swapped = frame.assign(arm=frame["arm"].map({"a": "b", "b": "a"}))
    assert at_ceiling(frame, Measure("X", E5)) and at_ceiling(swapped, Measure("X", E5))
    assert not at_ceiling(frame.iloc[:0], Measure("X", E5))
    assert not at_ceiling(frame.assign(n=0), Measure("X", E5))


def test_the_relevant_difference_is_the_goals_own_or_the_scales() -> None:
    plain = Measure("X", E5)
    assert [plain.relevant_for(name) for name in ("mean", "favourable", "top")] == [0.3, 0.1, 0.1]
    goal = replace(plain, relevant=0.5)
    assert [goal.relevant_for(name) for name in ("mean", "favourable", "top")] == [0.5, 0.1, 0.1]
    full = replace(goal, ceiling=True)
    assert [full.relevant_for(name) for name in ("mean", "favourable", "top")] == [0.3, 0.1, 0.5]
    assert Measure("X", A4, relevant=0.2).relevant_for("favourable") == 0.2
    assert Measure("X", C10).relevant_for("top") is None
    assert Measure("X", A4).relevant_for("mean") is None


@pytest.mark.parametrize(
    ("scale", "direction", "favourable", "top", "ends"),
    [
        (E5, "higher", [4, 5], [5], (1, 5)),
        (E5, "lower", [1, 2], [1], (1, 5)),
        (A4, "lower", [1, 2], [1], (1, 4)),
        (A5, "higher", [3], [5], (1, 5)),
        (A5, "lower", [3], [1], (1, 5)),
    ],
)
def test_which_scores_are_good(
    scale: Scale, direction: Any, favourable: list[int], top: list[int], ends: tuple[int, int]
) -> None:
    measure = Measure("X", scale, direction)
    assert [score for score in scale.scores() if measure.is_favourable(score)] == favourable
    assert [score for score in scale.scores() if measure.is_top(score)] == top
    assert measure.range == ends
    assert measure.sign == (1 if direction == "higher" else -1)


def test_marks() -> None:
    assert [Measure("X", C10).is_favourable(mark) for mark in (6.5, 7.0, 10.0)] == [False, True, True]
    assert [Measure("X", C10, "lower").is_favourable(mark) for mark in (4.5, 4.0, 1.0)] == [False, True, True]
    assert Measure("X", C10).range == (1, 10)
