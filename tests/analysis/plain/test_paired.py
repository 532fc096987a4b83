"""Paired change, signed rank and marginal homogeneity, against R."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.paired import marginal_homogeneity, paired_change, signed_rank

from .data import P_TIGHT, result, same, table, wine

pairs = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=30)


def wine_pairs() -> tuple[Any, Any]:
    frame = wine().sort_values(["judge", "bottle"])
    return frame["rating"][frame["bottle"] <= 4].to_numpy(), frame["rating"][frame["bottle"] > 4].to_numpy()


def corpus_pairs(corpus: Path, case: str) -> tuple[Any, Any]:
    if case.startswith("paired_anorexia"):
        frame = table(corpus, "anorexia")
        frame = frame[frame["Treat"] == "FT"] if case.endswith("_ft") else frame
        return frame["Prewt"], frame["Postwt"]
    if case == "paired_btheb_2m":
        return table(corpus, "btheb")["bdi.pre"], table(corpus, "btheb")["bdi.2m"]
    return table(corpus, "gap")["Advising - Importance"], table(corpus, "gap")["Advising"]


def check_paired(case: str, pre: Any, post: Any) -> None:
    r, found, ranks = result(case), paired_change(pre, post), signed_rank(pre, post)
    assert (found.n, found.higher, found.lower, found.same) == (
        r["n"],
        r["n_positive"],
        r["n_negative"],
        r["n_zero"],
    )
    same([found.mean_pre, found.mean_post, found.difference], [r["mean_pre"], r["mean_post"], r["mean_diff"]])
    same([found.sd_difference, found.correlation, found.srm], [r["sd_diff"], r["cor"], r["srm"]])
    same([found.difference_low, found.difference_high], r["mean_diff_ci95"])
    same(found.t, r["t"])
    same(found.p_t, r["p_t"], P_TIGHT)
    assert [found.srm_low, found.srm_high] == pytest.approx(r["srm_ci95_noncentral_t"], abs=1e-6)
    w = r["wilcoxon"]
    same([ranks.statistic, ranks.n_changed], [w["V_positive"], w["n_nonzero"]])
    same([ranks.z, ranks.rank_biserial], [w["z_no_correction"], w["rank_biserial"]])
    same(ranks.p, w["p_no_correction"], P_TIGHT)
    same(ranks.z_pratt, r["pratt"]["z"])
    same(ranks.p_pratt, r["pratt"]["p"], P_TIGHT)
    same(ranks.p_sign, r["sign_test"]["p_exact"], P_TIGHT)


def check_table(case: str, pre: Any, post: Any) -> None:
    r, found = result(case), marginal_homogeneity(pre, post)
    assert found.categories == tuple(r["categories"])
    assert [list(row) for row in found.table] == r["table"]["values"]
    same(found.z, -r["marginal_homogeneity_scores"]["z"])
    same(found.p, r["marginal_homogeneity_scores"]["p"], P_TIGHT)
    same(found.stuart_maxwell, r["stuart_maxwell"]["statistic"])
    same(found.stuart_maxwell_p, r["stuart_maxwell"]["p"], P_TIGHT)
    assert found.bowker_df == r["bowker"]["df_nonempty_pairs"]
    same(found.bowker, r["bowker"]["statistic"])
    same(found.bowker_p, r["bowker"]["p_df_nonempty_pairs"], P_TIGHT)


def test_paired_wine() -> None:
    check_paired("paired_wine_temp", *wine_pairs())
    check_table("paired_table_wine_temp", *wine_pairs())


@pytest.mark.corpus
@pytest.mark.parametrize(
    "case", ["paired_anorexia_all", "paired_anorexia_ft", "paired_btheb_2m", "paired_gap_advising"]
)
def test_paired_corpus(corpus: Path, case: str) -> None:
    check_paired(case, *corpus_pairs(corpus, case))


@pytest.mark.corpus
def test_paired_table_gap(corpus: Path) -> None:
    check_table("paired_table_gap_advising", *corpus_pairs(corpus, "paired_gap_advising"))


@settings(deadline=None, max_examples=40)
@given(pairs)
def test_swapping_before_and_after_mirrors(rows: list[tuple[int, int]]) -> None:
    pre, post = (list(column) for column in zip(*rows, strict=True))
    one, other = paired_change(pre, post), paired_change(post, pre)
    assert one.reason == other.reason
    assert one.difference == pytest.approx(-other.difference)  # type: ignore[operator]
    if one.srm is not None:
        assert [one.srm_low, one.srm_high] == pytest.approx([-other.srm_high, -other.srm_low], abs=1e-6)  # type: ignore[operator]
        assert one.srm_low < one.srm < one.srm_high  # type: ignore[operator]
    ranks, mirrored = signed_rank(pre, post), signed_rank(post, pre)
    assert (ranks.p, ranks.p_pratt, ranks.p_sign) == pytest.approx(
        (mirrored.p, mirrored.p_pratt, mirrored.p_sign)
    )
    if ranks.rank_biserial is not None:
        assert ranks.rank_biserial == pytest.approx(-mirrored.rank_biserial)  # type: ignore[operator]
    moved, back = marginal_homogeneity(pre, post), marginal_homogeneity(post, pre)
    assert moved.reason == back.reason
    if moved.z is not None:
        assert (moved.z, moved.stuart_maxwell, moved.bowker) == pytest.approx(
            (-back.z, back.stuart_maxwell, back.bowker)  # type: ignore[operator]
        )


def test_who_answered_once_is_counted_and_left_out() -> None:
    found = paired_change([1, None, 3, 2, np.nan], [2, 3, None, 4, np.nan])
    assert (found.n, found.only_pre, found.only_post) == (2, 1, 1)
    assert found.difference == 1.5


def test_reasons() -> None:
    assert paired_change([1], [2]).reason == "too_few"
    assert paired_change([], []).reason == "too_few"
    alike = paired_change([1, 2, 3], [2, 3, 4])
    assert (alike.difference, alike.srm, alike.reason) == (1.0, None, "no_spread")
    assert signed_rank([1, 2], [1, 2]).reason == "no_spread"
    assert marginal_homogeneity([1, 2], [1, 2]).reason == "no_spread"
    with pytest.raises(ValueError, match="person"):
        paired_change([1, 2], [1])
