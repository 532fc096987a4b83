"""The difference within trainers: by hand, and who does not count."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from qualitycycle.analysis.within import within_trainers

COLUMNS = ["session", "arm", "team", "n", "total"]


def sums(*rows: tuple[str, str, float] | tuple[str, str, float, int]) -> pd.DataFrame:
    """Sessions as (arm, team, mean) with ten answers, or as many as named."""
    made = [
        (f"S{i}", arm, team, (*more, 10)[0], mean * (*more, 10)[0])
        for i, (arm, team, mean, *more) in enumerate(rows)
    ]
    return pd.DataFrame(made, columns=COLUMNS)


THREE = [
    ("t", "A|P", 8.0),
    ("t", "B|Q", 8.2),
    ("t", "C|R", 8.1),
    ("i", "A", 7.0),
    ("i", "B", 7.6),
    ("i", "C", 7.3),
]


def test_by_hand() -> None:
    found = within_trainers(sums(*THREE), "i", "t")
    assert found is not None
    differences = [-1.0, -0.6, -0.8]
    exact = stats.ttest_1samp(differences, 0).confidence_interval()
    assert found.units == 3
    assert found.difference.estimate == pytest.approx(-0.8)
    assert (found.difference.low, found.difference.high) == pytest.approx(tuple(exact))
    wide = within_trainers(sums(*THREE), "i", "t", confidence=0.99)
    assert wide is not None
    exact = stats.ttest_1samp(differences, 0).confidence_interval(0.99)
    assert (wide.difference.low, wide.difference.high) == pytest.approx(tuple(exact))


def test_a_trainers_mean_is_that_of_his_sessions_whatever_their_size() -> None:
    found = within_trainers(sums(*THREE, ("t", "A|S", 6.0, 100), ("i", "A", 4.0, 2)), "i", "t")
    assert found is not None
    assert found.difference.estimate == pytest.approx(((7 + 4) / 2 - (8 + 6) / 2 - 0.6 - 0.8) / 3)


def test_low_is_better_turns_it_round() -> None:
    plain, turned = (within_trainers(sums(*THREE), "i", "t", sign) for sign in (1.0, -1.0))
    assert plain is not None and turned is not None
    assert turned.difference.estimate == pytest.approx(-(plain.difference.estimate or 0))
    assert turned.difference.low == pytest.approx(-(plain.difference.high or 0))
    assert turned.difference.high == pytest.approx(-(plain.difference.low or 0))


def test_the_other_way_round_mirrors() -> None:
    forth, back = within_trainers(sums(*THREE), "i", "t"), within_trainers(sums(*THREE), "t", "i")
    assert forth is not None and back is not None
    assert back.difference.estimate == pytest.approx(-(forth.difference.estimate or 0))


@pytest.mark.parametrize(
    "more",
    [
        [("i", "X", 1.0)],
        [("t", "X|Y", 1.0), ("t", "X|Z", 2.0)],
        [("other", "A", 1.0), ("other", "X", 2.0), ("i", "X", 1.0)],
        [("i", "P", 3.0, 0)],
        [("i", "", 1.0), ("t", "", 9.0)],
        [("i", "/S7", 1.0), ("t", "/S7", 9.0)],
    ],
    ids=["one arm", "the other arm", "a third arm", "no answers", "nobody", "nobody, named"],
)
def test_who_does_not_stand_in_both_arms_does_not_count(more: list[tuple[str, str, float]]) -> None:
    assert within_trainers(sums(*THREE, *more), "i", "t") == within_trainers(sums(*THREE), "i", "t")


def test_below_three_trainers_it_is_about_persons() -> None:
    assert within_trainers(sums(*THREE[:5]), "i", "t") is None
    assert within_trainers(sums(*THREE[:3]), "i", "t") is None
    assert within_trainers(sums(), "i", "t") is None


def test_a_tandem_that_stands_in_both_arms_counts_both_people() -> None:
    found = within_trainers(sums(*THREE, ("i", "P", 7.0)), "i", "t")
    assert found is not None and found.units == 4


def test_all_alike_has_no_interval() -> None:
    rows = [
        (arm, team, mean)
        for team, mean in (("A", 7.0), ("B", 8.0), ("C", 9.0))
        for arm, mean in (("t", mean), ("i", mean - 1))
    ]
    found = within_trainers(sums(*rows), "i", "t")
    assert found is not None
    assert found.as_json() == {"units": 3, "difference": {"estimate": -1.0, "low": None, "high": None}}
