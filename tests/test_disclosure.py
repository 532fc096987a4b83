"""The gate, attacked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle import wording
from qualitycycle.config import Floors
from qualitycycle.disclosure import (
    Released,
    audit,
    gate_arms,
    gate_cells,
    gate_distribution,
    gate_totals,
    hide,
    lowered_note,
    notes,
)

FLOORS = Floors()
LOWERED = Floors(scores=3, arm_trainers=2, reason="Kleine regio", signed_by="A. Voorbeeld, voorzitter")


def isolated(shown: Sequence[frozenset[int]], sizes: dict[int, int], floor: int) -> list[set[int]]:
    """Every group below the floor that follows from the shown cells, by trying all groups.

    An attack of its own: a group follows when adding its indicator to the cells does not
    raise the rank. People whom no cell tells apart move together.
    """
    atoms = sorted({atom for cell in shown for atom in cell if sizes[atom] > 0})
    if not atoms:
        return []
    matrix = np.array([[float(atom in cell) for atom in atoms] for cell in shown])
    rank = np.linalg.matrix_rank(matrix)
    found = []
    for size in range(1, len(atoms) + 1):
        for group in combinations(atoms, size):
            if sum(sizes[atom] for atom in group) < floor:
                row = np.array([float(atom in group) for atom in atoms])
                if np.linalg.matrix_rank(np.vstack([matrix, row])) == rank:
                    found.append(set(group))
    return found


def cells(*n: int, **columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"group": [f"g{i}" for i in range(len(n))], "n": n, **columns})
    return frame.assign(mean=4.0, share=0.5)


def gated(frame: pd.DataFrame, floors: Floors = FLOORS, **options: Any) -> pd.DataFrame:
    return gate_cells(frame, n="n", means=["mean"], shares=["share"], floors=floors, **options)


def hidden(frame: pd.DataFrame) -> list[int]:
    return [i for i, n in enumerate(frame["n"]) if pd.isna(n)]


def test_a_cell_below_the_floor_has_no_numbers_at_all() -> None:
    frame = cells(4, 5, sessions=[1, 2], note=["x", "y"], mixed=[3, "?"]).assign(variance=[0.1, 0.2])
    row = gated(frame).iloc[0]
    assert row[["n", "mean", "share", "sessions", "variance", "mixed"]].isna().all()
    assert (row["group"], row["note"]) == ("g0", "x")
    shown = gated(frame).iloc[1]
    assert (shown["n"], shown["mean"], shown["sessions"]) == (5, 4.0, 2)


def test_nobody_is_as_hidden_as_few() -> None:
    assert hidden(gated(cells(0, 5, 4))) == [0, 2]
    missing = cells(5, 5)
    missing["n"] = pd.array([None, 6], dtype="Int64")
    assert hidden(gated(missing)) == [0]


def test_shares_need_more_people_than_means() -> None:
    frame = gated(cells(9, 10))
    assert frame["share"].isna().tolist() == [True, False]
    assert frame["mean"].notna().all() and hidden(frame) == []


def test_the_input_is_left_alone_and_counts_stay_whole() -> None:
    frame = cells(3, 12, 20)
    before = frame.copy()
    result = gated(frame, within=[()])
    pd.testing.assert_frame_equal(frame, before)
    assert str(result["n"].dtype) == "Int64"


def test_groupings_and_kept_columns_stay() -> None:
    frame = cells(2, 30, year=[2024, 2025], score=[1.0, 2.0])
    result = gated(frame, within=["year"], keep=["score"])
    assert result["year"].tolist() == [2024, 2025]
    assert result["score"].tolist() == [1.0, 2.0]


def test_a_total_beside_the_cells_hides_the_next_smallest_too() -> None:
    assert hidden(gated(cells(3, 40, 12))) == [0]
    assert hidden(gated(cells(3, 40, 12), within=[()])) == [0, 2]


def test_two_small_cells_that_are_enough_together_cost_nothing_more() -> None:
    assert hidden(gated(cells(4, 40, 2, 12), within=[()])) == [0, 2]
    assert hidden(gated(cells(2, 40, 2, 12), within=[()])) == [0, 2, 3]


def test_groups_have_totals_of_their_own() -> None:
    frame = cells(3, 9, 8, 20, 7, 6, item=["a"] * 3 + ["b"] * 3)
    assert hidden(gated(frame, within=["item"])) == [0, 2]


def test_a_small_total_is_hidden_with_its_cells() -> None:
    frame = cells(1, 2, 20, item=["a", "a", "b"])
    (totals,) = gate_totals(frame, n="n", floors=FLOORS, within=["item"])
    assert hidden(gated(frame, within=["item"])) == [0, 1]
    assert totals["n"].isna().tolist() == [True, False]


def test_totals_of_two_kinds_can_give_a_small_group_away() -> None:
    """Rows 8 and 7, first column 12: the second column, 3 people, is what is left."""
    frame = cells(6, 2, 6, 1, row=["r1", "r1", "r2", "r2"], column=["c1", "c2", "c1", "c2"])
    _, columns = gate_totals(frame, n="n", floors=FLOORS, within=["row", "column"])
    assert columns["n"].isna().any() and columns.set_index("column")["n"].isna()["c2"]
    shown = _shown(frame, ["row", "column"])
    assert isolated(shown, dict(enumerate(frame["n"])), 5) == []


def test_a_bridge_between_two_closed_corners_is_seen() -> None:
    """Every row and column has two hidden cells, and still one cell follows."""
    sizes = dict(enumerate([4, 4, 4, 4, 3, 4, 4, 4, 4]))
    a, b, c, d, bridge, e, f, g, h = range(9)
    lines = [{a, b}, {c, d, bridge}, {a, c}, {b, d}, {e, f, bridge}, {g, h}, {e, g}, {f, h}]
    released = [Released(frozenset(line), fixed=True) for line in lines]
    (found,) = audit(released, sizes, 5)
    assert (set(found.atoms), found.n) == ({bridge}, 3)
    assert isolated([cell.atoms for cell in released], sizes, 5) == [{bridge}]  # type: ignore[misc]


def test_overlapping_cells_are_attacked_too() -> None:
    """A shared session counts for two partnerships; the region counts it once."""
    sizes = {"own": 20, "shared": 3, "other": 15}
    region, first, second = {"own", "shared", "other"}, {"own", "shared"}, {"shared", "other"}
    released = [Released(frozenset(cell)) for cell in (region, first, second)]
    (found,) = audit(released, sizes, 5)
    assert (found.atoms, found.n) == ({"shared"}, 3)
    assert hide(released, sizes, 5) == {2}


def test_nothing_is_hidden_without_need() -> None:
    frame = cells(*[5] * 12, item=list("aabbccddeeff"), row=list("xy") * 6)
    assert hidden(gated(frame, within=["item", "row", ()])) == []


counts = st.integers(0, 14)


@settings(max_examples=60, deadline=None)
@given(
    groups=st.lists(st.lists(counts, min_size=1, max_size=4), min_size=1, max_size=3), floor=st.integers(2, 7)
)
def test_no_small_group_follows_from_cells_and_their_totals(groups: list[list[int]], floor: int) -> None:
    frame = cells(
        *[n for group in groups for n in group],
        item=[str(i) for i, group in enumerate(groups) for _ in group],
    )
    _withstands(frame, ["item", ()], floor)


@settings(max_examples=60, deadline=None)
@given(
    table=st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=3)
    ),
    grand=st.booleans(),
    floor=st.integers(2, 7),
)
def test_no_small_group_follows_from_a_two_way_table(table: list[list[int]], grand: bool, floor: int) -> None:
    places = [(row, column, n) for row, line in enumerate(table) for column, n in enumerate(line)]
    frame = cells(
        *[n for *_, n in places], row=[str(r) for r, *_ in places], column=[str(c) for _, c, _ in places]
    )
    _withstands(frame, ["row", "column", ()] if grand else ["row", "column"], floor)


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=8),
    data=st.data(),
    floor=st.integers(2, 6),
)
def test_no_small_group_follows_from_any_tables(sizes: list[int], data: st.DataObject, floor: int) -> None:
    """Cells that overlap in any way: shared sessions, levels, years."""
    atom = st.integers(0, len(sizes) - 1)
    drawn = data.draw(st.lists(st.frozensets(atom, min_size=1), min_size=1, max_size=7))
    known = dict(enumerate(sizes))
    released = [Released(cell) for cell in drawn]
    gone = hide(released, known, floor)
    shown = [cell for position, cell in enumerate(drawn) if position not in gone]
    assert isolated(shown, known, floor) == []
    assert bool(audit(released, known, floor)) == bool(isolated(drawn, known, floor))


def _withstands(frame: pd.DataFrame, within: list[Any], floor: int) -> None:
    floors = Floors(scores=floor, reason="proef", signed_by="proef")
    result = gate_cells(frame, n="n", means=["mean"], shares=["share"], floors=floors, within=within)
    sizes = dict(enumerate(frame["n"]))
    assert not any(n < floor for n in result["n"].dropna())
    assert result.loc[result["n"].isna(), ["mean", "share"]].isna().all(axis=None)
    assert isolated(_shown(frame, within, floors), sizes, floor) == []
    assert (frame["n"] >= floor).all() == (not hidden(result)) or (frame["n"] < floor).any()


def _shown(frame: pd.DataFrame, within: list[Any], floors: Floors = FLOORS) -> list[frozenset[int]]:
    """The people in every cell and total that stays."""
    result = gate_cells(frame, n="n", floors=floors, within=within)
    shown = [frozenset([i]) for i, n in enumerate(result["n"]) if pd.notna(n)]
    for grouping, totals in zip(within, gate_totals(frame, n="n", floors=floors, within=within), strict=True):
        for row in totals.to_dict("records"):
            if pd.notna(row["n"]):
                names = [grouping] if isinstance(grouping, str) else list(grouping)
                members = [all(frame[name].iloc[i] == row[name] for name in names) for i in range(len(frame))]
                shown.append(frozenset(i for i, member in enumerate(members) if member))
                assert row["n"] == frame["n"][members].sum()
    return shown


def test_distributions_from_five_and_shares_from_ten() -> None:
    assert gate_distribution({1: 2, 2: 2}, FLOORS).counts is None
    five = gate_distribution({1: 0, 2: 5}, FLOORS)
    assert (five.total, five.counts, five.shares) == (5, {1: 0, 2: 5}, None)
    ten = gate_distribution({"ja": 4, "nee": 6}, FLOORS)
    assert ten.shares == {"ja": 0.4, "nee": 0.6}
    assert gate_distribution({}, FLOORS).total is None


def arms(**trainers: Sequence[str] | int) -> pd.DataFrame:
    return pd.DataFrame(
        {"arm": list(trainers), "n": [30] * len(trainers), "mean": 4.0, "trainers": list(trainers.values())}
    )


def test_an_arm_with_few_trainers_is_a_person() -> None:
    result = gate_arms(
        arms(tandem=("a", "b", "c"), school_only=("a", "d")), trainers="trainers", floors=FLOORS
    )
    assert result["arm"].tolist() == ["tandem", "school_only"]
    assert result["trainers"].tolist() == [3, pd.NA]
    assert result.loc[1, ["n", "mean"]].isna().all()


def test_the_same_trainer_twice_is_one() -> None:
    result = gate_arms(arms(tandem=("a", "a", "b"), other=5), trainers="trainers", floors=FLOORS)
    assert result["n"].isna().tolist() == [True, False]


def test_with_a_total_the_hidden_arms_have_trainers_enough_together() -> None:
    frame = arms(tandem=tuple("abcd"), school_only=tuple("efg"), institute_only=("x",))
    alone = gate_arms(frame, trainers="trainers", floors=FLOORS)
    assert alone["n"].isna().tolist() == [False, False, True]
    beside = gate_arms(frame, trainers="trainers", floors=FLOORS, within=())
    assert beside["n"].isna().tolist() == [False, True, True]


def test_each_item_has_its_own_arms() -> None:
    frame = pd.concat(
        [
            arms(tandem=tuple("abcd"), school_only=tuple("efg")).assign(item="Q1"),
            arms(tandem=tuple("abcd"), school_only=("e",)).assign(item="Q2"),
        ],
        ignore_index=True,
    )
    result = gate_arms(frame, trainers="trainers", floors=FLOORS, within="item")
    assert result["n"].isna().tolist() == [False, False, True, True]


@settings(max_examples=100, deadline=None)
@given(teams=st.lists(st.frozensets(st.sampled_from("abcdefg")), min_size=1, max_size=5))
def test_hidden_arms_are_nobody_in_particular(teams: list[frozenset[str]]) -> None:
    frame = arms(**{f"arm{i}": tuple(team) for i, team in enumerate(teams)})
    result = gate_arms(frame, trainers="trainers", floors=FLOORS, within=())
    covered = [team for team, n in zip(teams, result["n"], strict=True) if pd.isna(n)]
    assert all(len(team) >= 3 or team in covered for team in teams)
    if covered and len(covered) < len(teams):
        assert len(covered) > 1 and len(frozenset().union(*covered)) >= 3


def test_a_lowered_floor_is_always_mentioned() -> None:
    assert lowered_note(FLOORS) is None
    key, values = lowered_note(LOWERED) or ("", {})
    assert values["floors"] == "scores 3 (5), arm_trainers 2 (3)"
    assert notes(LOWERED, arms=True)[-1] == (key, values)
    assert ("gate.arm", {"floor": 2}) in notes(LOWERED, arms=True)
    assert hidden(gated(cells(2, 3), LOWERED)) == [0]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_note_is_a_sentence(language: str) -> None:
    for key, values in notes(LOWERED, arms=True):
        sentence = wording.text(key, language, **values)
        assert sentence.endswith(".") and "{" not in sentence
    assert wording.text("gate.hidden", "nl", floor=5) == (
        "Minder dan 5 antwoorden: niet getoond. Ze tellen wel mee in het totaal."
    )
