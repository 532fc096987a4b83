"""r_wg, average deviation, kappas, Krippendorff's alpha and the rater ICCs, against R."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.agreement import (
    average_deviation,
    cohens_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    r_wg,
    r_wg_from_sums,
    r_wg_j,
    rater_icc,
)
from qualitycycle.analysis.group_means import icc
from qualitycycle.analysis.proportions import Interval

from .data import P_TIGHT, result, same, table, wine


def bottles_by_judges() -> np.ndarray:
    return wine().pivot_table(index="bottle", columns="judge", values="rating", aggfunc="sum").to_numpy()


def test_agreement_of_wine_judges_equals_r() -> None:
    r, ratings = result("agreement_wine"), bottles_by_judges()
    first, second = ratings[:, 0].tolist(), ratings[:, 1].tolist()
    same(cohens_kappa(first, second).estimate, r["cohen_judges_1_2"])
    weighted = cohens_kappa(first, second, weights="quadratic")
    same(weighted.estimate, r["cohen_weighted_quadratic_judges_1_2"])
    same(fleiss_kappa(ratings), r["fleiss_kappa"])
    for level, theirs in r["krippendorff"].items():
        same(krippendorff_alpha(ratings, level=level), theirs)


def test_icc_of_wine_judges_equals_psych() -> None:
    r, found = result("icc_wine_judges"), rater_icc(bottles_by_judges())
    assert [one.kind for one in found] == r["type"]
    same([one.icc.estimate for one in found], r["ICC"])
    same([one.f for one in found], r["F"])
    assert [(one.df_units, one.df_error) for one in found] == list(zip(r["df1"], r["df2"], strict=True))
    same([one.p for one in found], r["p"], P_TIGHT)
    same([one.icc.low for one in found], r["lower bound"])
    same([one.icc.high for one in found], r["upper bound"])


@pytest.mark.corpus
def test_r_wg_of_swmd(corpus: Path) -> None:
    frame, r = table(corpus, "swmd").dropna(), result("rwg_swmd_class")
    groups = [str(v) for v in frame["classId"]]
    single = r_wg(frame["Item1"], groups, options=5)
    assert {a.group: a.n for a in single} == dict(
        zip(r["single"]["grpid"], r["single"]["gsize"], strict=True)
    )
    same({a.group: a.value for a in single}, dict(zip(r["single"]["grpid"], r["single"]["rwg"], strict=True)))
    multi = {a.group: a.value for a in r_wg_j(frame.iloc[:, 1:], groups, options=5)}
    same(multi, dict(zip(r["multi"]["grpid"], r["multi"]["rwg.j"], strict=True)))
    away = {a.group: a.value for a in average_deviation(frame["Item1"], groups)}
    same(away, dict(zip(r["ad"]["grpid"], r["ad"]["AD.M"], strict=True)))


@settings(deadline=None)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=20))
def test_one_item_is_the_single_r_wg_and_a_mirrored_scale_agrees_as_much(values: list[int]) -> None:
    group = ["a"] * len(values)
    one, mirrored = r_wg(values, group, options=5), r_wg([6 - v for v in values], group, options=5)
    twice = r_wg_j([[v, v] for v in values], group, options=5)
    assert one[0].value is not None and twice[0].value is not None
    assert 0 <= one[0].value <= twice[0].value + 1e-12 <= 1 + 1e-9
    assert mirrored[0].value == pytest.approx(one[0].value)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(0, 3)), min_size=1, max_size=30))
def test_sums_are_enough_for_r_wg(rows: list[tuple[int, int, int]]) -> None:
    answers, groups = np.array([row[:2] for row in rows]), [row[2] for row in rows]
    names = list(dict.fromkeys(groups))
    parts = [answers[[g == name for g in groups]] for name in names]
    found = r_wg_from_sums(
        [len(p) for p in parts], [p.sum(0) for p in parts], [(p**2).sum(0) for p in parts], options=5
    )
    plain = [None if len(p) < 2 else max(0.0, 1 - p.var(axis=0, ddof=1).mean() / 2) for p in parts]
    expected = [None if v is None else 2 * v / (2 * v + 1 - v) for v in plain]
    assert [a.value for a in r_wg_j(answers, groups, options=5)] == pytest.approx(expected)
    assert found == pytest.approx(expected)
    halves = r_wg_from_sums(
        [len(p) for p in parts],
        [p.sum(0) / 2 for p in parts],
        [(p**2).sum(0) / 4 for p in parts],
        options=5,
        step=0.5,
    )
    assert halves == pytest.approx(expected)


RATINGS = st.lists(
    st.lists(st.one_of(st.none(), st.integers(1, 4)), min_size=3, max_size=3), min_size=2, max_size=12
)


@settings(deadline=None)
@given(RATINGS, st.permutations([0, 1, 2]))
def test_krippendorff_does_not_care_who_rated(rows: list[list[int | None]], order: list[int]) -> None:
    for level in ("nominal", "ordinal", "interval"):
        one = krippendorff_alpha(rows, level=level)  # type: ignore[arg-type]
        other = krippendorff_alpha([[row[i] for i in order] for row in rows[::-1]], level=level)  # type: ignore[arg-type]
        assert one == pytest.approx(other) if one is not None else other is None
        assert one is None or one <= 1 + 1e-12


@settings(deadline=None)
@given(RATINGS)
def test_krippendorff_of_two_values_does_not_know_the_level(rows: list[list[int | None]]) -> None:
    two = [[None if value is None else min(value, 2) for value in row] for row in rows]
    found = [krippendorff_alpha(two, level=level) for level in ("nominal", "ordinal", "interval")]  # type: ignore[arg-type]
    assert found[0] == pytest.approx(found[1]) == pytest.approx(found[2]) if found[0] is not None else True


def test_krippendorffs_own_example() -> None:
    """Four observers, twelve units: Hayes, Krippendorff (2007), and Content Analysis (2018) 12.3."""
    observers = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
    ratings = [[None if c == "." else int(c) for c in row if c != " "] for row in observers]
    units = [list(unit) for unit in zip(*ratings, strict=True)]
    published = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849}
    for level, value in published.items():
        assert krippendorff_alpha(units, level=level) == pytest.approx(value, abs=5e-4)  # type: ignore[arg-type]


def test_shrout_and_fleiss_own_example() -> None:
    rows = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    published = [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert [one.icc.estimate for one in rater_icc(rows)] == pytest.approx(published, abs=5e-3)


def test_perfect_agreement_and_pure_chance() -> None:
    assert cohens_kappa(list("abcab"), list("abcab")).estimate == pytest.approx(1)
    assert fleiss_kappa([list("aaa"), list("bbb")]) == pytest.approx(1)
    assert krippendorff_alpha([[1, 1], [2, 2], [3, 3]]) == pytest.approx(1)
    rng = np.random.default_rng(5)
    by_lot = rng.integers(1, 6, size=(4000, 3))
    for value in (
        cohens_kappa(by_lot[:, 0].tolist(), by_lot[:, 1].tolist()).estimate,
        fleiss_kappa(by_lot),
        krippendorff_alpha(by_lot),
        krippendorff_alpha(by_lot, level="interval"),
    ):
        assert value == pytest.approx(0, abs=0.03)


def test_the_first_icc_is_that_of_one_way_variance() -> None:
    ratings = bottles_by_judges()
    plain = icc(ratings.ravel(), np.repeat(np.arange(len(ratings)), ratings.shape[1]).tolist())
    single = rater_icc(ratings)[0].icc
    assert (plain.icc1, plain.icc1_low, plain.icc1_high) == pytest.approx(
        (single.estimate, single.low, single.high)
    )


def test_what_cannot_be_said() -> None:
    assert r_wg([3], ["a"], options=5)[0].value is None
    assert r_wg([1, 5], ["a", "a"], options=5)[0].value == 0.0
    assert average_deviation([3], ["a"])[0].value is None
    assert cohens_kappa(["a", "a"], ["a", "a"]) == Interval()
    assert fleiss_kappa([["a", "a"], ["a", "a"]]) is None
    assert krippendorff_alpha([[1, None], [2, 2], [None, None]]) is None
    assert krippendorff_alpha([[2, 2], [2, 2]]) is None
    assert krippendorff_alpha([[None, None]]) is None
    for wrong in ([[1, 2]], [[1.0, np.nan], [1, 2]], [[1, 2], [3, 4]]):
        with pytest.raises(ValueError, match="ratings"):
            rater_icc(wrong)
    with pytest.raises(ValueError, match="same units"):
        cohens_kappa(["a"], [])
    with pytest.raises(ValueError, match="raters"):
        fleiss_kappa([["a"], ["b"]])
    with pytest.raises(ValueError, match="options"):
        r_wg([1, 2], ["a", "a"], options=1)
    with pytest.raises(ValueError, match="per group"):
        r_wg_from_sums([2], [[1, 2], [3, 4]], [[1, 2], [3, 4]], options=5)
