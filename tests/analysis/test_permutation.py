"""The block permutation test: hand values, brute force, invariances, and its level."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualitycycle.analysis.permutation import blocks, permutation_test
from qualitycycle.analysis.teams import memberships, sharing_factors, welch
from tests.analysis.frames import simulated, team_frame
from tests.analysis.test_teams import sharing_by_hand


def run(a: list[str], b: list[str], y: list[float] | np.ndarray, **options: int):  # type: ignore[no-untyped-def]
    return permutation_test(team_frame(a, b, y), arm="x", reference="y", **options)


def by_brute_force(a: list[str], b: list[str], y: np.ndarray) -> tuple[float, int]:
    """All 2^k labellings, kept when allowed, with the statistic written out from its definition."""
    teams, truth = [*a, *b], (True,) * len(a) + (False,) * len(b)
    block = list(range(len(teams)))
    for _ in teams:
        for i, one in enumerate(teams):
            for j, other in enumerate(teams):
                if set(one.split("|")) & set(other.split("|")):
                    block[i] = block[j] = min(block[i], block[j])
    groups = [[i for i in range(len(teams)) if block[i] == g] for g in sorted(set(block))]
    mixed = [g for g in groups if len({truth[i] for i in g}) == 2]
    whole = [g for g in groups if len({truth[i] for i in g}) == 1]

    def allowed(labels: tuple[bool, ...]) -> bool:
        return (
            all(sum(labels[i] for i in g) == sum(truth[i] for i in g) for g in mixed)
            and all(len({labels[i] for i in g}) == 1 for g in whole)
            and sum(labels[g[0]] for g in whole) == sum(truth[g[0]] for g in whole)
        )

    def factor(labels: tuple[bool, ...]) -> float:
        sides = [
            [t for t, label in zip(teams, labels, strict=True) if label is side] for side in (True, False)
        ]
        return sharing_by_hand(*sides) if min(map(len, sides)) > 1 else 1.0

    own = factor(truth)

    def tail(labels: tuple[bool, ...]) -> float:
        inside = np.array(labels)
        one, other = y[inside], y[~inside]
        k, m = len(one), len(other)
        v_one, v_other = (x.var(ddof=1) if len(x) > 1 else None for x in (one, other))
        v_one, v_other = (v_other if v_one is None else v_one), (v_one if v_other is None else v_other)
        t = abs(one.mean() - other.mean()) / math.sqrt(v_one / k + v_other / m)
        if own > 1:
            t *= math.sqrt(max(1.0, own / factor(labels)))
        below = sum(1 / s**2 / (s - 1) for s in (k, m) if s > 1)
        return float(stats.t.sf(t, (1 / k + 1 / m) ** 2 / below))

    kept = [labels for labels in product((True, False), repeat=len(teams)) if allowed(labels)]
    limit = tail(truth) * (1 + 1e-9)
    return sum(tail(labels) <= limit for labels in kept) / len(kept), len(kept)


DESIGNS = {
    "unshared": (["A", "B", "C", "D"], ["E", "F", "G"]),
    "same trainers in both arms": (["A|P", "B|Q", "C|R"], ["P", "Q", "S", "T"]),
    "several teams of one arm": (["A|P", "B|P", "C|R", "D"], ["E", "F", "G", "H"]),
    "both, in one large block": (["A|P", "B|P", "C|P", "D|Q"], ["P", "Q", "P|Q"]),
    "a mixed block of three": (["A|P", "B|P", "C|D"], ["P", "E", "F", "G"]),
    "two blocks that move as wholes": (["A|P", "B|P", "C|Q", "D|Q"], ["E", "F", "G|H"]),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_exact_test_equals_brute_force(name: str) -> None:
    a, b = DESIGNS[name]
    rng = np.random.default_rng(7)
    for shift in (0.0, 0.8, 2.0):
        y = rng.normal(size=len(a) + len(b)) + np.r_[np.full(len(a), shift), np.zeros(len(b))]
        found = run(a, b, y)
        p, arrangements = by_brute_force(a, b, y)
        assert found.method == "exact"
        assert found.arrangements == arrangements
        assert found.p == pytest.approx(p)


def test_unshared_equals_scipys_permutation_test() -> None:
    rng = np.random.default_rng(8)
    one, other = rng.normal(0.9, 1, 5), rng.normal(0, 2, 6)

    def absolute_t(x: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
        return np.abs(stats.ttest_ind(x, y, axis=axis, equal_var=False).statistic)

    expected = stats.permutation_test(
        (one, other), absolute_t, vectorized=True, alternative="greater", n_resamples=np.inf
    )
    found = run(list("ABCDE"), list("FGHIJK"), np.r_[one, other])
    assert found.p == pytest.approx(expected.pvalue)
    assert found.statistic == pytest.approx(expected.statistic)


@pytest.mark.parametrize(
    ("a", "b", "arrangements", "least"),
    [
        (list("ABCD"), list("EFG"), 35, 1 / 35),
        (list("ABC"), list("DEF"), 20, 2 / 20),
        (["A|P", "B|Q", "C|R"], ["P", "Q", "R"], 8, 2 / 8),
        (["A|P", "B|Q", "C|R", "D"], ["P", "Q", "R"], 8, 1 / 8),
        (["A|P", "B|P", "C|P"], ["P", "D", "E"], 4, 1 / 4),
        (["A|P", "B|P"], ["C", "D"], 3, 1 / 3),
    ],
)
def test_floor_by_hand(a: list[str], b: list[str], arrangements: int, least: float) -> None:
    found = run(a, b, np.linspace(9, 1, len(a) + len(b)) ** 1.3)
    assert found.arrangements == arrangements
    assert found.p_floor == 1 / arrangements
    assert found.p_least == pytest.approx(least)
    assert found.p >= found.p_least - 1e-12


def test_blocks_are_connected_components() -> None:
    assert blocks(["A|B", "C|D", "B|C", "E", "/S1", "/S2"]).tolist() == [0, 0, 0, 1, 2, 3]
    found = run(["A|P", "B|Q", "C|D"], ["P", "E", "F"], [1.0, 2.0, 3.0, 4.0, 5.5, 6.0])
    assert (found.blocks, found.mixed_blocks) == (5, 1)


def test_order_of_rows_and_names_of_arms_do_not_matter() -> None:
    rng = np.random.default_rng(9)
    a, b = [f"s{i}|i{i}" for i in range(14)], [f"i{i}" for i in range(4)] + [f"x{i}" for i in range(6)]
    frame = team_frame(a, b, rng.normal(size=24))
    first = permutation_test(frame, arm="x", reference="y")
    shuffled = permutation_test(frame.sample(frac=1, random_state=4), arm="x", reference="y")
    renamed = permutation_test(
        frame.assign(arm=frame["arm"].map({"x": "zz", "y": "aa"})), arm="zz", reference="aa"
    )
    moved = permutation_test(frame.assign(mean=3 * frame["mean"] + 7), arm="x", reference="y")
    assert first.method == "monte_carlo"
    assert first == shuffled == renamed
    assert moved.p == first.p


def test_swapping_the_arms_gives_the_same_exact_p() -> None:
    a, b = DESIGNS["both, in one large block"]
    frame = team_frame(a, b, np.random.default_rng(10).normal(size=7))
    one = permutation_test(frame, arm="x", reference="y")
    other = permutation_test(frame, arm="y", reference="x")
    assert one.p == pytest.approx(other.p)


def test_other_arms_are_ignored() -> None:
    frame = team_frame(list("ABCD"), list("EFG"), np.arange(7.0))
    more = pd.concat([frame, pd.DataFrame({"arm": ["z"], "team": ["A|E"], "mean": [99.0]})])
    assert permutation_test(more, arm="x", reference="y") == permutation_test(frame, arm="x", reference="y")


def test_monte_carlo_agrees_with_enumeration_and_never_gives_zero() -> None:
    a, b = [f"A{i}" for i in range(8)], [f"B{i}" for i in range(6)]
    y = np.random.default_rng(12).normal(size=14) + np.r_[np.full(8, 0.9), np.zeros(6)]
    exact, drawn = run(a, b, y), run(a, b, y, exact_up_to=1, permutations=20_000)
    assert (exact.method, drawn.method) == ("exact", "monte_carlo")
    assert drawn.p == pytest.approx(exact.p, abs=4 * math.sqrt(exact.p * (1 - exact.p) / 20_000))
    apart = run(a, b, np.r_[np.arange(8) + 100.0, np.arange(6)], exact_up_to=1, permutations=99)
    assert apart.p >= 1 / 100


def test_identical_answers_are_no_evidence() -> None:
    assert run(list("ABC"), list("DEF"), [4.0] * 6).p == 1.0
    apart = run(list("ABCD"), list("EFG"), [5.0] * 4 + [4.0] * 3)
    assert apart.p == pytest.approx(1 / 35)


def test_astronomical_numbers_of_arrangements() -> None:
    rng = np.random.default_rng(13)
    a, b = [f"t{i}" for i in range(900)], [f"t{i}" for i in range(300, 1100)]
    found = run(a, b, rng.normal(size=1700), permutations=199)
    assert found.mixed_blocks == 600
    assert found.arrangements == 2**600 * math.comb(500, 300)
    assert 0 < found.p_floor < 1e-200


@pytest.mark.parametrize("y", [[1.0, 2.0, math.nan], []])
def test_impossible_frames_are_refused(y: list[float]) -> None:
    teams = ["A", "B"][: len(y)]
    with pytest.raises(ValueError, match="both arms"):
        run(teams, ["C"][: len(y)], y)


def roster(kind: str, overlap: int) -> tuple[list[str], list[str]]:
    """Tandems of a school and an institute trainer; institute trainers alone, ``overlap`` of them in both."""
    if kind == "own partner":
        tandems = [f"s{i}|i{i}" for i in range(12)]
    else:
        tandems = [f"s{i}|i{i % 4}" for i in range(12)]
    alone = [f"i{i}" for i in range(overlap)] + [f"x{i}" for i in range(5 - overlap)]
    return tandems, alone


def rejections(
    a: list[str], b: list[str], runs: int, trainer_sd: float, seed: int
) -> tuple[float, float, float]:
    """Share of null data sets in which Welch, the permutation test, and both reject."""
    rng = np.random.default_rng(seed)
    [factor] = sharing_factors(np.array([[True] * len(a) + [False] * len(b)]), memberships([*a, *b]))
    welches = permutations = both = 0
    for _ in range(runs):
        y = simulated([*a, *b], trainer_sd, 0.4, rng)
        test = run(a, b, y, exact_up_to=500, permutations=499).p <= 0.05
        plain = welch(y[: len(a)], y[len(a) :]).interval
        wide = welch(y[: len(a)], y[len(a) :], sharing=factor).interval
        outside = [(i.low or 0.0) > 0 or (i.high or 0.0) < 0 for i in (plain, wide)]
        welches, permutations, both = welches + outside[0], permutations + test, both + (test and outside[1])
    return welches / runs, permutations / runs, both / runs


@pytest.mark.parametrize("trainer_sd", [0.0, 0.8])
@pytest.mark.parametrize(
    ("kind", "overlap"),
    [("own partner", 0), ("own partner", 5), ("shared partner", 0), ("shared partner", 3)],
)
def test_level_with_tandems_and_trainers_in_both_arms(kind: str, overlap: int, trainer_sd: float) -> None:
    a, b = roster(kind, overlap)
    _, permutation, both = rejections(a, b, 400, trainer_sd, seed=30)
    assert permutation <= 0.075
    assert both <= 0.065


def test_level_is_not_only_kept_by_never_rejecting() -> None:
    a, b = roster("own partner", 0)
    _, permutation, _ = rejections(a, b, 600, 0.4, seed=31)
    low, high = stats.binom.interval(0.999, 600, 0.05)
    assert low <= 600 * permutation <= high


def test_level_when_a_few_trainers_give_nearly_everything() -> None:
    """One connected block; without the sharing factor both tests reject far too often here."""
    tandems = [f"s{i}|i0" for i in range(8)] + ["s0|i1", "s1|i2", "s2|i3"]
    alone = ["i1", "i2|x1", "i3|x2", "x1", "x1|x2"]
    assert len(set(blocks([*tandems, *alone]))) == 1
    plain, permutation, both = rejections(tandems, alone, 400, 0.8, seed=32)
    assert plain > 0.10
    assert permutation <= 0.075
    assert both <= 0.065


def test_power_is_left() -> None:
    a, b = roster("own partner", 3)
    rng = np.random.default_rng(33)
    found = [
        run(a, b, simulated([*a, *b], 0.4, 0.3, rng) + np.r_[np.full(12, 1.2), np.zeros(5)]).p
        for _ in range(100)
    ]
    assert np.mean(np.array(found) <= 0.05) > 0.6
