"""The outcome of a comparison: the difference that decides, and JSON that every reader can read."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace

import pytest

from qualitycycle.analysis.arms import Variances
from qualitycycle.analysis.comparison import Comparison, Within
from qualitycycle.analysis.power import needed
from qualitycycle.analysis.proportions import Interval
from qualitycycle.vocabulary import Verdict

BOTH = {"alone": 4, "tandem": 7}
FOUND = Comparison(
    item="TRN3",
    arm="alone",
    reference="tandem",
    responses=BOTH,
    sessions=BOTH,
    trainers=BOTH,
    teams=BOTH,
    means={"alone": Interval(7.0, 6.5, 7.5), "tandem": Interval(8.0)},
    favourable={"alone": Interval(0.6), "tandem": Interval(0.8)},
    deciding="mean",
    mean_difference=Interval(-1.0, -1.5, -0.5),
    favourable_difference=Interval(-0.2),
    verdict=Verdict.WORSE,
    reasons=("relevance_unproven",),
    tops={"alone": Interval(0.1), "tandem": Interval(0.3)},
    top_difference=Interval(-0.2, -0.4, 0.0),
    superiority=Interval(0.3, 0.2, 0.4),
    odds_ratio=Interval(0.4, 0.2, 0.8),
    df=6.2,
    design_effect=2.5,
    variances=Variances(0.1, 0.2, 1.0),
    adjusted_for=("cycle",),
    not_adjusted=("partnership",),
    within_trainers=Within(3, Interval(-0.5)),
    needed=needed(sd=(0.5, 0.5), teams=(6, 4), sessions=(12, 8), relevant=0.5),
)
SHOWN_ELSEWHERE = {"scale_top"}
"""For figures only."""


@pytest.mark.parametrize(("deciding", "estimate"), [("mean", -1.0), ("favourable", -0.2), ("top", -0.2)])
def test_the_difference_and_the_levels_are_those_that_decide(deciding: str, estimate: float) -> None:
    found = replace(FOUND, deciding=deciding)
    assert found.difference.estimate == estimate
    assert found.difference == found.differences[found.deciding]
    levels = {"mean": found.means, "favourable": found.favourable, "top": found.tops}
    assert found.levels is levels[deciding]


def test_without_a_measure_the_difference_is_empty() -> None:
    assert replace(FOUND, deciding="top", top_difference=None).difference == Interval()


def test_json_holds_every_field_as_a_plain_value() -> None:
    made = FOUND.as_json()
    assert set(made) == {one.name for one in fields(Comparison)} - SHOWN_ELSEWHERE
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["means"]["alone"] == {"estimate": 7.0, "low": 6.5, "high": 7.5}
    assert made["variances"] == {"sessions": 0.1, "trainers": 0.2, "answers": 1.0}
    assert made["within_trainers"] == {
        "units": 3,
        "difference": {"estimate": -0.5, "low": None, "high": None},
    }
    assert made["needed"]["teams_now"] == 4
    assert (made["adjusted_for"], made["not_adjusted"]) == (["cycle"], ["partnership"])
    assert made["verdict"] == "worse"


def test_an_odds_ratio_without_end_is_no_number_in_json() -> None:
    """JSON has no infinity: writing it ended in a traceback."""
    made = replace(FOUND, odds_ratio=Interval(math.inf)).as_json()
    assert made["odds_ratio"] == {"estimate": None, "low": None, "high": None}
    open_ended = replace(FOUND, odds_ratio=Interval(50.0, 2.0, math.inf)).as_json()
    assert open_ended["odds_ratio"] == {"estimate": 50.0, "low": 2.0, "high": None}
    json.dumps(made, allow_nan=False)


def test_what_is_not_known_is_none() -> None:
    bare = replace(
        FOUND, means=None, mean_difference=None, tops=None, top_difference=None, superiority=None,
        odds_ratio=None, variances=None, within_trainers=None, needed=None, blocks=None,
    )  # fmt: skip
    made = bare.as_json()
    for name in ("means", "mean_difference", "tops", "superiority", "variances", "within_trainers", "needed"):
        assert made[name] is None
