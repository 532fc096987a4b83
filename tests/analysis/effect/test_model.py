"""The effect of an action: hand counts, another implementation, and what choosing foretells."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from qualitycycle.analysis.effect.model import Effect, effect_of
from qualitycycle.analysis.linear import Contrast

COLUMNS = ["session", "arm", "team", "partnership", "variant", "n", "total", "total_sq"]


def sums(cells: Iterable[tuple[str, str, str, list[float]]], each: int = 10) -> pd.DataFrame:
    """Sessions of equal size: (arm, partnership, team or "", means); answers one point off either way."""
    rows = []
    for arm, place, team, means in cells:
        for i, mean in enumerate(means):
            given = team or f"{arm}{place}{i}"
            square = each * mean**2 + each
            rows.append((f"{arm}-{place}-{i}-{team}", arm, given, place, "tandem", each, each * mean, square))
    return pd.DataFrame(rows, columns=COLUMNS)


def test_before_against_after_is_the_difference_of_means() -> None:
    frame = sums([("before", "P", "", [3.0, 3.4, 3.2]), ("with", "P", "", [3.9, 4.1, 4.3, 4.1])])
    found = effect_of(frame, frame.iloc[:0], chosen_from=8)
    assert found is not None
    assert found.contrast.estimate == pytest.approx(4.1 - 3.2)
    assert found.share == 0
    assert found.interval().low == pytest.approx(found.contrast.interval()[0])


def test_difference_in_differences_is_what_changed_beyond_what_changed_elsewhere() -> None:
    cells = [
        ("before", "P", "", [3.0, 3.2, 3.1]),
        ("before", "Q", "", [4.0, 4.2, 3.8]),
        ("with", "P", "", [3.8, 4.0, 3.9]),
        ("without", "Q", "", [4.1, 4.4, 4.4]),
    ]
    found = effect_of(sums(cells), sums(cells[:2]), chosen_from=8)
    assert found is not None
    assert found.contrast.estimate == pytest.approx((3.9 - 3.1) - (4.3 - 4.0))
    assert found.adjusted_for == ("partnership",)


def test_a_trainer_who_comes_back_is_one_trainer() -> None:
    """Two trainers a point apart: who gives more sessions later has no say in the effect."""
    cells = [
        ("before", "P", "a", [3.0, 3.1, 2.9]),
        ("before", "P", "b", [4.0]),
        ("with", "P", "a", [3.1]),
        ("with", "P", "b", [4.2, 4.1, 4.0]),
        ("before", "P", "c", [3.4, 3.6]),
        ("with", "P", "c", [3.5, 3.7]),
    ]
    found = effect_of(sums(cells, each=60), sums(cells[:2]), chosen_from=1)
    plain = np.mean([3.1, 4.2, 4.1, 4.0, 3.5, 3.7]) - np.mean([3.0, 3.1, 2.9, 4.0, 3.4, 3.6])
    assert found is not None
    assert plain > 0.4
    assert abs(found.contrast.estimate) < 0.2


def test_the_estimate_is_that_of_statsmodels() -> None:
    """One trainer per session, crossed with the action: REML with two random terms, on single answers."""
    rng = np.random.default_rng(8)
    trainers = [f"t{i}" for i in range(8)]
    level = dict(zip(trainers, 0.5 * rng.standard_normal(8), strict=True))
    rows = []
    for i, (arm, team) in enumerate(
        (arm, team) for arm in ("before", "with") for team in trainers for _ in range(2)
    ):
        mean = 3.5 + 0.4 * (arm == "with") + level[team] + 0.3 * rng.standard_normal()
        rows += [(f"s{i}", arm, team, y) for y in mean + rng.standard_normal(int(rng.integers(8, 18)))]
    answers = pd.DataFrame(rows, columns=["session", "arm", "team", "y"])
    model = sm.MixedLM.from_formula(
        "y ~ arm",
        answers.assign(all=1),
        groups="all",
        vc_formula={"trainer": "0 + C(team)", "session": "0 + C(session)"},
    ).fit(reml=True)
    grouped = answers.groupby(["session", "arm", "team"], as_index=False)["y"]
    frame = grouped.agg(n="count", total="sum", total_sq=lambda y: float((y**2).sum()))
    found = effect_of(frame, frame.iloc[:0], chosen_from=1, adjust=())
    assert found is not None
    assert found.contrast.estimate == pytest.approx(model.params["arm[T.with]"], abs=2e-4)
    assert found.contrast.se >= model.bse["arm[T.with]"] - 2e-4
    assert found.contrast.se == pytest.approx(model.bse["arm[T.with]"], rel=0.05)


@pytest.mark.parametrize(("left_out", "share"), [(False, 3 / 8), (True, 0.0)])
def test_what_the_triggering_cycle_foretells(left_out: bool, share: float) -> None:
    """Six sessions before (three of them triggering) and two after, all alike and by other people.

    The variance of the difference is 1/6 + 1/2 sessions, of which the three triggering ones are
    1/12; were they the whole baseline, 1/3 of 1/3 + 1/2.
    """
    early = [("before", "P", "", [3.0, 3.4, 3.2]), ("before", "Q", "", [3.1, 3.3, 3.2])]
    after = [("with", "P", "", [4.0, 4.3])]
    trigger = sums(early[1:])
    frame = sums([*early[: 1 if left_out else 2], *after])
    found = effect_of(frame, trigger, chosen_from=8, adjust=())
    assert found is not None
    expected = 0.0 if left_out else (1 / 12) / (1 / 6 + 1 / 2)
    assert found.share == pytest.approx(expected, abs=1e-6)
    whole = effect_of(sums([*early, *after]), sums(early), chosen_from=8, adjust=())
    assert whole is not None
    assert whole.share == pytest.approx((1 / 6) / (1 / 6 + 1 / 2), abs=1e-6)


def test_trainers_who_come_back_carry_something_over() -> None:
    """The triggering cycle is left out, but its trainers stand on both sides of the comparison."""

    def cell(arm: str, shift: float) -> list[tuple[str, str, str, list[float]]]:
        rng = np.random.default_rng(len(arm))
        levels = zip("abcdef", (3.0, 3.4, 3.8, 4.0, 4.4, 3.2), strict=True)
        return [
            (arm, "P", team, [level + shift, level + shift + rng.normal(0, 0.1)]) for team, level in levels
        ]

    newcomers = [("with", "P", f"n{i}", [3.8 + i / 5]) for i in range(4)]
    frame = sums([*cell("before", 0.0)[:3], *newcomers], each=80)
    triggering = sums(cell("trigger", -0.3), each=80)
    found = effect_of(frame, triggering, chosen_from=8, adjust=())
    assert found is not None
    assert 0.05 < found.share < 0.6
    nothing = effect_of(frame, triggering.iloc[:0], chosen_from=8, adjust=())
    assert nothing is not None
    assert found.strictness() > nothing.strictness()


def test_the_order_of_sessions_is_irrelevant_and_a_shift_changes_nothing() -> None:
    cells = [("before", "P", "", [3.0, 3.5, 3.2]), ("with", "P", "", [3.9, 4.1, 4.4])]
    frame = sums(cells)
    shifted = frame.assign(
        total=frame["total"] + 2 * frame["n"],
        total_sq=frame["total_sq"] + 4 * frame["total"] + 4 * frame["n"],
    )
    one, *others = (
        effect_of(part, frame.iloc[:3], chosen_from=8) for part in (frame, frame.iloc[::-1], shifted)
    )
    for other in others:
        assert one is not None and other is not None
        assert other.interval().low == pytest.approx(one.interval().low, rel=1e-7)
        assert other.share == pytest.approx(one.share, rel=1e-7)


def test_what_cannot_be_estimated() -> None:
    flat = sums([("before", "P", "", [3.0] * 3), ("with", "P", "", [3.0] * 3)])
    flat["total_sq"] = flat["n"] * 9.0
    assert effect_of(flat, flat.iloc[:0], chosen_from=1) is None
    alone = sums([("with", "P", "", [3.0, 4.0, 3.5])])
    assert effect_of(alone, alone.iloc[:0], chosen_from=1) is None


def test_groups_that_were_never_seen_before_are_no_difference_in_differences() -> None:
    """Without a baseline of its own the other partnership may simply differ."""
    cells = [
        ("before", "P", "", [3.0, 3.2, 3.1]),
        ("with", "P", "", [3.8, 4.0, 3.9]),
        ("without", "Q", "", [4.1, 4.4, 4.3]),
    ]
    assert effect_of(sums(cells), sums(cells[:1]), chosen_from=1) is None


def test_a_raised_baseline_moves_the_estimate_and_stays_within_the_interval() -> None:
    found = Effect(Contrast(0.5, 0.1, 20.0), 0.5, 8)
    plain = found.interval()
    raised, far = (found.with_baseline_raised(by).interval() for by in (0.1, 3.0))
    assert plain.low is not None and plain.high is not None
    assert raised.estimate == pytest.approx(0.4)
    assert raised.low == pytest.approx(min(plain.low, found.contrast.interval()[0] - 0.1))
    assert raised.high == plain.high
    assert far.low == pytest.approx(found.contrast.interval()[0] - 3.0)
    assert far.low < far.estimate < far.high
    assert 0.5 - plain.low > plain.high - 0.5
