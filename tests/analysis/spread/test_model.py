"""Which terms the data can carry, and that the model is that of ``lmm``."""

from __future__ import annotations

import numpy as np
import pytest

from qualitycycle.analysis.linear import lmm
from qualitycycle.analysis.spread.model import LeftOut, fit_spread
from tests.analysis.spread.regions import ALONE, PAIRS, SWAPPED, Given, Sizes, draw, sums_of


def terms(given: list[Given], seed: int = 1) -> tuple[tuple[str, ...], tuple[LeftOut, ...]]:
    model = fit_spread(draw(given, Sizes(), np.random.default_rng(seed)).sums)
    assert model is not None
    return model.random, model.left_out


def test_trainers_and_teams_are_told_apart_where_trainers_change_teams() -> None:
    assert terms(SWAPPED) == (("session", "trainer", "team"), ())


def test_fixed_pairs_are_one_unit() -> None:
    assert terms(PAIRS) == (("session", "team"), (LeftOut("trainer", "together"),))


def test_fixed_pairs_beside_trainers_alone_are_trainers() -> None:
    assert terms(PAIRS + ALONE) == (("session", "trainer"), (LeftOut("team", "together"),))


def test_trainers_who_all_give_alone_form_no_teams() -> None:
    assert terms(ALONE) == (("session", "trainer"), (LeftOut("team", "alone"),))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([(f"a{i}", "tandem", 4) for i in range(4)], "few"),
        ([(f"a{i}", "tandem", 1 + (i < 4)) for i in range(12)], "once"),
        ([(f"a{i}|b{i}", "tandem", 4) for i in range(4)], "few"),
    ],
)
def test_what_cannot_be_told_from_sessions_is_left_out(given: list[Given], reason: str) -> None:
    random, left = terms(given)
    assert random == ("session",)
    assert {one.term for one in left} == {"trainer", "team"}
    assert reason in {one.reason for one in left}


def test_a_few_partnerships_are_fixed_and_five_are_random() -> None:
    sums = draw(SWAPPED, Sizes(), np.random.default_rng(2)).sums
    few = fit_spread(sums)
    many = fit_spread(sums.assign(partnership=[f"P{i % 5}" for i in range(len(sums))]))
    assert few is not None and many is not None
    assert few.fixed == ("variant", "cycle", "partnership") and "partnership" not in few.random
    assert many.fixed == ("variant", "cycle") and many.random[-1] == "partnership"


def test_what_would_leave_too_few_sessions_is_not_taken_off() -> None:
    sums = sums_of(sessions=8).assign(
        variant=[f"v{i % 3}" for i in range(8)], cycle=[f"c{i // 4}" for i in range(8)]
    )
    model = fit_spread(sums)
    assert model is not None
    assert model.fixed == ("variant",)
    assert LeftOut("cycle", "spare") in model.left_out


def test_it_is_the_mixed_model_whatever_the_order_of_the_rows() -> None:
    sums = draw(SWAPPED, Sizes(), np.random.default_rng(3)).sums
    pairs = sums["team"].str.split("|", expand=True)
    frame = sums.assign(first=pairs[0], second=pairs[1])
    formula = "y ~ variant + cycle + partnership + (1 | session) + (1 | team) + (1 | mm(first, second))"
    plain = lmm(formula, frame, sums=("n", "total", "total_sq"))
    for rows in (sums, sums.sample(frac=1, random_state=1)):
        model = fit_spread(rows)
        assert model is not None
        assert model.fitted.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
        assert model.variance("session") == pytest.approx(plain.random_sd["session"] ** 2, abs=1e-5)
        assert model.sessions["n"].tolist() == model.units.n.tolist()
        totals = model.sessions["total"] / model.sessions["n"]
        assert model.units.mean == pytest.approx(totals.to_numpy())
        assert list(model.levels("session")) == sorted(model.sessions["session"])


def test_too_few_sessions_or_no_differences_at_all() -> None:
    assert fit_spread(sums_of(sessions=4)) is None
    same = sums_of()
    same["total_sq"] = same["total"] ** 2 / same["n"]
    assert fit_spread(same) is None
    assert fit_spread(sums_of().assign(n=0)) is None


def test_what_the_fixed_part_says_already_is_left_out() -> None:
    """Six trainers, each the only one of a variant: their differences are those of the variants."""
    sums = sums_of(sessions=24, team="a{0}", teams=6)
    model = fit_spread(sums.assign(variant=[f"v{i % 6}" for i in range(24)]))
    assert model is not None
    assert model.random == ("session",)
    assert LeftOut("trainer", "same") in model.left_out
