"""The reliability of a declared score: its numbers, its verdict and its sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.reliability import Alpha, CrossProducts, ItemReliability, cross_products
from qualitycycle.analysis.score_sentences import sentences
from qualitycycle.analysis.scores import ScoreReliability, median_agreement, score_reliability

ITEMS = ("A", "B", "C", "D")
TITLES = {"S": "Score", **{item: f"Vraag {item}" for item in ITEMS}}
LIMITS = {"minimum": 50, "sessions": 3, "answers": 5, "trainers": 3}


def parts(sessions: int, n: int, common: float, items: int = 4, seed: int = 1) -> list[CrossProducts]:
    rng = np.random.default_rng(seed)
    names = [f"I{i}" for i in range(items)]
    drawn = common * rng.normal(size=(sessions, n, 1)) + rng.normal(size=(sessions, n, items))
    return [cross_products(pd.DataFrame(np.clip(np.round(3 + one), 1, 5), columns=names)) for one in drawn]


def made(low: float, high: float, *, over: Interval | None = None, worse: float = 0.0) -> ScoreReliability:
    """A score with this interval; dropping its weakest item changes alpha by ``worse``."""
    middle = (low + high) / 2
    items = tuple(ItemReliability(item, 80, 0.5 + i / 10, middle + worse) for i, item in enumerate(ITEMS))
    alpha = Alpha(middle, low, high, 0.02, low, high, 80, items)
    return ScoreReliability("S", ITEMS, "post", 80, alpha, over or Interval())


def told(one: ScoreReliability, language: str = "nl") -> list[str]:
    return sentences(one, language, titles=TITLES, limits=LIMITS)


@pytest.mark.parametrize(
    ("low", "high", "usable"),
    [(0.71, 0.8, "yes"), (0.7, 0.8, "yes"), (0.69, 0.8, "unsure"), (0.5, 0.7, "unsure"), (0.5, 0.69, "no")],
)
def test_a_score_is_usable_when_its_whole_interval_is(low: float, high: float, usable: str) -> None:
    assert made(low, high).usable == usable


def test_the_widest_interval_decides() -> None:
    narrow = made(0.72, 0.78)
    assert narrow.usable == "yes"
    clustered = replace(narrow, over_sessions=Interval(0.75, 0.6, 0.79))
    assert (clustered.likely.low, clustered.likely.high, clustered.usable) == (0.6, 0.79, "unsure")
    inside = replace(narrow, over_sessions=Interval(0.75, 0.74, 0.76))
    assert (inside.likely.low, inside.likely.high) == (0.72, 0.78)


def test_omega_hierarchical_only_with_six_items_and_three_group_factors() -> None:
    four = score_reliability("S", parts(10, 12, 1.0), options=5)
    assert four.omega is not None and four.omega.total is not None
    assert four.as_json()["omega_hierarchical"] is None
    assert four.reasons == ("omega_hierarchical_not_identified",)
    general, group = np.full(9, 0.6), np.kron(np.eye(3), np.full((3, 1), 0.5))
    r = np.outer(general, general) + group @ group.T
    np.fill_diagonal(r, 1)
    nine = CrossProducts(tuple("abcdefghi"), 200, (0.0,) * 9, tuple(tuple(row) for row in 199 * r))
    found = score_reliability("S", [nine], options=5)
    assert found.as_json()["omega_hierarchical"] == pytest.approx(general.sum() ** 2 / r.sum(), abs=1e-2)
    assert found.reasons == ()


def test_two_items_have_alpha_but_no_omega() -> None:
    found = score_reliability("S", parts(10, 12, 1.0, items=2), options=5)
    assert found.alpha.alpha is not None
    assert (found.as_json()["omega_total"], found.reasons) == (None, ("omega_too_few_items",))


def test_refused_scores_have_a_reason_and_no_numbers() -> None:
    assert score_reliability("S", [], options=5).reasons == ("too_few_respondents",)
    few = score_reliability("S", parts(7, 7, 1.0), options=5)
    assert (few.n, few.alpha.alpha, few.reasons) == (None, None, ("too_few_respondents",))
    assert score_reliability("S", parts(5, 10, 1.0), options=5).n == 50
    flat = CrossProducts(ITEMS, 60, (180.0,) * 4, ((540.0,) * 4,) * 4)
    assert score_reliability("S", [flat], options=5).reasons == ("no_spread",)


def test_agreement_is_told_where_it_has_a_meaning() -> None:
    sessions = parts(7, 9, 1.0)
    found = score_reliability("S", sessions, agreeing=sessions[:3], options=5)
    assert (found.agreement, found.sessions) == (median_agreement(sessions[:3], 5), 3)
    few = score_reliability("S", sessions, agreeing=[], options=5)
    assert (few.agreement, "agreement_too_few_sessions" in few.reasons) == (None, True)
    survey = score_reliability("S", sessions, options=5)
    assert (survey.agreement, "agreement_too_few_sessions" in survey.reasons) == (None, False)


def test_half_points_agree_as_much_as_whole_ones() -> None:
    whole = parts(5, 9, 1.0)
    half = [
        replace(
            part,
            sums=tuple(np.divide(part.sums, 2)),
            products=tuple(tuple(row) for row in np.divide(part.products, 4)),
        )
        for part in whole
    ]
    assert median_agreement(half, 5, step=0.5) == median_agreement(whole, 5)
    assert median_agreement([], 5) is None


def test_the_sentences_follow_the_verdict() -> None:
    assert "als één getal laten zien" in told(made(0.75, 0.85))[0]
    assert "staat nog niet vast" in told(made(0.6, 0.85))[0]
    assert "Laat de vragen los zien" in told(made(0.4, 0.6))[0]
    share = told(made(0.6, 0.8))[1]
    assert "ongeveer 70%" in share and "tussen 60% en 80%" in share and "80 mensen" in share


def test_an_item_is_named_when_the_others_do_better_without_it() -> None:
    assert "Vraag A" in told(made(0.7, 0.8, worse=0.05))[2]
    assert "iets anders meet" in told(made(0.7, 0.8, worse=0.05))[2]
    assert "niet slechter" in told(made(0.7, 0.8, worse=0.01))[2]


@pytest.mark.parametrize(
    ("value", "word"), [(0.7, "ongeveer hetzelfde"), (0.5, "redelijk"), (0.49, "uiteen")]
)
def test_agreement_in_words(value: float, word: str) -> None:
    said = told(replace(made(0.7, 0.8), agreement=value, sessions=5))[-1]
    assert word in said and "5 sessies" in said


def test_a_refusal_is_one_sentence_in_every_language() -> None:
    for reason in ("too_few_respondents", "no_spread", "hidden", "not_asked"):
        for language in ("nl", "en"):
            (line,) = told(ScoreReliability("S", ITEMS, "post", reasons=(reason,)), language)
            assert line.startswith("Score:") and "{" not in line


def test_negative_alpha_is_told_as_nothing_in_common() -> None:
    assert "ongeveer 0%" in told(made(-0.4, 0.2))[1]
