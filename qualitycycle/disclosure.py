"""The gate: what may leave, and what must be hidden so that nothing can be subtracted back.

A *cell* is a number that is shown: the answers of one group of people. A cell below the
floor is hidden. A hidden cell can still follow from others (a total minus the cells beside
it), so further cells are hidden until the smallest group an attacker can isolate, by adding
and subtracting whatever is shown, is as large as the floor. The attacker is ``audit``; the
gate uses the same attack that the tests use.

Not covered: what follows from knowing that a number cannot be negative, or from tables
published in other years.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Number
from typing import TYPE_CHECKING, Any

from qualitycycle.config import Floors

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Grouping = str | Sequence[str]
Note = tuple[str, Mapping[str, Any]]
"""The key of a sentence in the catalogue ``gate`` and what fills it."""


TOLERANCE = 1e-6
LARGEST_FACTOR = 1e4
"""How often an attacker may add or subtract one cell; in tables with totals it is once."""

INFEASIBLE = 2
"""What ``scipy.optimize.milp`` answers when there is no solution."""


@dataclass(frozen=True)
class Released:
    """A cell that was shown: the finest groups (atoms) its people come from.

    ``fixed`` says that it cannot be hidden here (a total that stands in another table).
    """

    atoms: frozenset[Hashable]
    fixed: bool = False


@dataclass(frozen=True)
class Recovered:
    """A group that can be isolated: its atoms, how many people, and from which cells."""

    atoms: frozenset[Hashable]
    n: int
    cells: tuple[int, ...]


@dataclass(frozen=True)
class Distribution:
    """How answers spread over categories, as far as it may be shown.

    ``total`` and ``counts`` are None below the floor for counts, ``shares`` (fractions of
    the total) below the floor for shares.
    """

    total: int | None
    counts: Mapping[Any, int] | None
    shares: Mapping[Any, float] | None


def gate_cells(
    frame: pd.DataFrame,
    *,
    n: str,
    floors: Floors,
    means: Sequence[str] = (),
    shares: Sequence[str] = (),
    within: Sequence[Grouping] = (),
    keep: Sequence[str] = (),
) -> pd.DataFrame:
    """The rows of ``frame`` without the numbers of cells that may not be shown.

    Each row is a cell of ``n`` people; rows do not overlap. A hidden cell has null in ``n``,
    in ``means`` and ``shares`` and in every other numeric column, except those in ``keep``
    (a year, a score) and the columns of ``within``. Below ``floors.shares`` the shares of a
    cell are null while its counts and means stay.

    ``within`` names the totals that are shown beside the cells: rows that are equal in a
    grouping (a column, or a tuple of columns) add up to one. ``("item",)`` means one
    total per item; ``("board", "cycle")`` both a total per board and one per cycle;
    ``((),)`` one total over everything. Ask ``gate_totals`` which of these may be shown.

    >>> import pandas as pd
    >>> cells = pd.DataFrame({"board": list("abc"), "n": [40, 3, 12], "mean": [4.1, 2.0, 3.9]})
    >>> gate_cells(cells, n="n", means=["mean"], floors=Floors(), within=[()])["n"].tolist()
    [40, <NA>, <NA>]
    """
    hidden, _ = _hidden(frame, n, floors, within)
    counts = frame[n].fillna(0).to_numpy()
    named = {name for grouping in within for name in _columns(grouping)} | set(keep)
    gated = frame.copy()
    for column in gated.columns:
        if column == n or column in means or column in shares or _is_number(gated[column], column, named):
            gated[column] = _nullable(gated[column])
            gated.loc[hidden, column] = None
    for column in shares:
        gated.loc[counts < floors.shares, column] = None
    return gated


def gate_totals(
    frame: pd.DataFrame, *, n: str, floors: Floors, within: Sequence[Grouping]
) -> list[pd.DataFrame]:
    """The totals that may be shown beside ``gate_cells(frame, ...)``: a table per grouping.

    Each has the columns of its grouping and ``n``, null where the total is hidden: because
    it is small itself, or because totals of several groupings together give a small group
    away.
    """
    _, totals = _hidden(frame, n, floors, within)
    tables = []
    for grouping in within:
        names = list(_columns(grouping))
        if names:
            table = frame.groupby(names, dropna=False, sort=False)[n].sum().reset_index()
        else:
            table = frame[[n]].sum().to_frame().T
        table[n] = table[n].astype("Int64")
        table.loc[[key in totals for key in _keys(table, grouping)], n] = None
        tables.append(table)
    return tables


def gate_distribution(counts: Mapping[Any, int], floors: Floors) -> Distribution:
    """Counts per category when together they reach the floor, shares from the higher floor.

    >>> gate_distribution({1: 2, 5: 5}, Floors())
    Distribution(total=7, counts={1: 2, 5: 5}, shares=None)
    >>> gate_distribution({1: 1, 5: 2}, Floors()).counts is None
    True
    """
    total = sum(counts.values())
    if total < floors.scores:
        return Distribution(None, None, None)
    shares = {category: count / total for category, count in counts.items()}
    return Distribution(total, dict(counts), shares if total >= floors.shares else None)


def gate_arms(
    frame: pd.DataFrame,
    *,
    trainers: str,
    floors: Floors,
    within: Grouping | None = None,
    keep: Sequence[str] = (),
) -> pd.DataFrame:
    """The rows of ``frame`` (an arm each) without the numbers of arms with too few trainers.

    ``trainers`` names a column with the ids of each arm's trainers, or their number; it
    comes back as a number. An arm below ``floors.arm_trainers`` *is* a person: it has null
    in every numeric column except ``keep``. When a total over the arms is shown beside
    them (``within``: the columns whose rows add up to it, ``()`` for all), further arms
    are hidden until the hidden ones together have trainers enough.

    >>> import pandas as pd
    >>> arms = pd.DataFrame({"arm": ["tandem", "school_only"], "n": [60, 40],
    ...                      "trainers": [("t1", "t2", "t3"), ("t9",)]})
    >>> gate_arms(arms, trainers="trainers", floors=Floors())["n"].tolist()
    [60, <NA>]
    """
    people = [_people(value, position) for position, value in enumerate(frame[trainers])]
    hidden = {i for i, ids in enumerate(people) if len(ids) < floors.arm_trainers}
    for rows in _groups(frame, within) if within is not None else ():
        hidden |= _hidden_arms(rows, people, floors.arm_trainers)
    gated = frame.copy()
    gated[trainers] = [len(ids) for ids in people]
    mask = [position in hidden for position in range(len(frame))]
    named = set(keep) | set(_columns(within or ()))
    for column in gated.columns:
        if column == trainers or _is_number(gated[column], column, named):
            gated[column] = _nullable(gated[column])
            gated.loc[mask, column] = None
    return gated


def notes(floors: Floors, *, arms: bool = False) -> list[Note]:
    """The sentences to print with a gated table: what is not shown, and a floor that was lowered.

    ``arms`` when ``gate_arms`` was used.

    >>> notes(Floors())[0]
    ('gate.hidden', {'floor': 5})
    """
    found: list[Note] = [
        ("gate.hidden", {"floor": floors.scores}),
        ("gate.hidden_too", {}),
        ("gate.shares", {"floor": floors.shares}),
    ]
    if arms:
        found.append(("gate.arm", {"floor": floors.arm_trainers}))
    lowered = lowered_note(floors)
    return [*found, lowered] if lowered is not None else found


def lowered_note(floors: Floors) -> Note | None:
    """The sentence every output prints when a floor was lowered, with its reason; else None.

    >>> lowered_note(Floors(scores=3, reason="proef", signed_by="voorzitter"))[1]["floors"]
    'scores 3 (5)'
    """
    if not floors.lowered:
        return None
    standard = Floors()
    changed = ", ".join(
        f"{name} {getattr(floors, name)} ({getattr(standard, name)})" for name in floors.lowered
    )
    return "gate.lowered", {"floors": changed, "reason": floors.reason, "signed_by": floors.signed_by}


def audit(released: Sequence[Released], sizes: Mapping[Hashable, int], floor: int) -> list[Recovered]:
    """The groups below ``floor`` that can be isolated from what was released; the attack.

    ``sizes`` gives the number of people per atom. Every sum of a group's answers is known
    when the group is a sum of released cells, each taken any number of times, added or
    subtracted. One finding per independent part of the tables is enough to refuse them.
    Solved exactly as a mixed-integer programme: the smallest set of atoms whose indicator
    lies in the span of the cells.

    >>> rows = [Released(frozenset("ab")), Released(frozenset("a"))]
    >>> [(sorted(found.atoms), found.n) for found in audit(rows, {"a": 9, "b": 2}, 5)]
    [(['b'], 2)]
    """
    found = []
    for part in _parts(released):
        recovered = _smallest(part, released, sizes, floor)
        if recovered is not None:
            found.append(recovered)
    return found


def hide(released: Sequence[Released], sizes: Mapping[Hashable, int], floor: int) -> set[int]:
    """The positions of the cells to hide so that ``audit`` finds nothing in the others.

    First the cells below the floor. Then, as long as a small group can be isolated, the
    smallest cell that the attack uses; a fixed cell only when the attack uses no other.
    """
    sums = [sum(sizes[atom] for atom in cell.atoms) for cell in released]
    hidden = {position for position, n in enumerate(sums) if n < floor}
    while True:
        shown = [position for position in range(len(released)) if position not in hidden]
        attacks = audit([released[position] for position in shown], sizes, floor)
        if not attacks:
            return hidden
        for attack in attacks:
            used = [shown[cell] for cell in attack.cells]
            hidden.add(min(used, key=lambda p: (released[p].fixed, sums[p], p)))


def _hidden(
    frame: pd.DataFrame, n: str, floors: Floors, within: Sequence[Grouping]
) -> tuple[list[bool], set[tuple[Any, ...]]]:
    """Which rows are hidden, and which totals (by grouping and value)."""
    sizes: dict[Hashable, int] = {i: int(count) for i, count in enumerate(frame[n].fillna(0))}
    cells = [Released(frozenset([i])) for i in sizes]
    labels: list[tuple[Any, ...]] = []
    for grouping in within:
        members: dict[tuple[Any, ...], set[Hashable]] = {}
        for position, key in enumerate(_keys(frame, grouping)):
            members.setdefault(key, set()).add(position)
        labels += list(members)
        cells += [Released(frozenset(atoms), fixed=True) for atoms in members.values()]
    hidden = hide(cells, sizes, floors.scores)
    size = len(sizes)
    totals = {label for position, label in enumerate(labels, size) if position in hidden}
    return [position in hidden for position in range(size)], totals


def _parts(released: Sequence[Released]) -> list[list[int]]:
    """The positions of cells that share atoms, directly or through others."""
    owner: dict[Hashable, int] = {}
    parent = list(range(len(released)))

    def root(position: int) -> int:
        while parent[position] != position:
            parent[position] = parent[parent[position]]
            position = parent[position]
        return position

    for position, cell in enumerate(released):
        for atom in cell.atoms:
            parent[root(position)] = root(owner.setdefault(atom, position))
    parts: dict[int, list[int]] = {}
    for position in range(len(released)):
        parts.setdefault(root(position), []).append(position)
    return list(parts.values())


def _smallest(
    part: Sequence[int], released: Sequence[Released], sizes: Mapping[Hashable, int], floor: int
) -> Recovered | None:
    """The smallest group that can be isolated within one part, when it is below the floor."""
    import numpy as np

    classes: dict[frozenset[int], list[Hashable]] = {}
    for atom in {atom for position in part for atom in released[position].atoms}:
        if sizes[atom] > 0:
            within = frozenset(i for i, position in enumerate(part) if atom in released[position].atoms)
            classes.setdefault(within, []).append(atom)
    weights = np.array([sum(sizes[atom] for atom in atoms) for atoms in classes.values()])
    if not classes or weights.min() >= floor:
        return None
    members = np.zeros((len(part), len(classes)))
    for column, signature in enumerate(classes):
        members[sorted(signature), column] = 1
    solved = _isolate(members, weights, floor)
    if solved is None:
        return None
    chosen, combination = solved
    names = list(classes.values())
    atoms = frozenset(atom for column in chosen for atom in names[column])
    cells = tuple(part[i] for i in combination)
    return Recovered(atoms, int(weights[chosen].sum()), cells)


def _isolate(members: np.ndarray, weights: np.ndarray, floor: int) -> tuple[list[int], list[int]] | None:
    """The classes of the smallest group whose indicator is a combination of rows, and those rows.

    A large class that is shown by itself can be subtracted from anything, so it drops out
    together with its row, before the rest is solved.
    """
    import numpy as np

    alone = [i for i in np.flatnonzero(members.sum(axis=1) == 1) if weights[members[i] > 0][0] >= floor]
    shown_by = {int(members[i].argmax()): int(i) for i in alone}
    columns = [i for i in range(members.shape[1]) if i not in shown_by]
    rows = [i for i in range(members.shape[0]) if i not in set(alone)]
    solved = _smallest_combination(members[np.ix_(rows, columns)], weights[columns], floor)
    if solved is None:
        return None
    chosen, factors = solved
    subtracted = factors @ members[rows]
    combination = [row for row, factor in zip(rows, factors, strict=True) if abs(factor) > TOLERANCE]
    combination += [row for column, row in shown_by.items() if abs(subtracted[column]) > TOLERANCE]
    return [columns[i] for i in chosen], combination


def _smallest_combination(
    members: np.ndarray, weights: np.ndarray, floor: int
) -> tuple[list[int], np.ndarray] | None:
    """Minimise weights·x over x in {0, 1} and y with membersᵀ y = x, 1 <= weights·x < floor."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows, columns = members.shape
    small = weights < floor
    if not rows or not small.any():
        return None
    target = np.concatenate([weights, np.zeros(rows)]).astype(float)
    solution = milp(
        target,
        integrality=np.concatenate([np.ones(columns), np.zeros(rows)]),
        bounds=Bounds(
            np.concatenate([np.zeros(columns), np.full(rows, -LARGEST_FACTOR)]),
            np.concatenate([small.astype(float), np.full(rows, LARGEST_FACTOR)]),
        ),
        constraints=[
            LinearConstraint(np.hstack([-np.eye(columns), members.T]), 0, 0),
            LinearConstraint(target[None, :], 1, floor - 1),
        ],
    )
    if solution.status == INFEASIBLE:
        return None
    if solution.x is None:
        raise RuntimeError(f"the attack on the tables was not solved: {solution.message}")
    return [i for i in range(columns) if solution.x[i] > 0.5], solution.x[columns:]


def _hidden_arms(rows: Sequence[int], people: Sequence[frozenset[Any]], floor: int) -> set[int]:
    """The arms to hide among ``rows``, whose total is shown."""
    hidden = [row for row in rows if len(people[row]) < floor]
    others = sorted((row for row in rows if row not in hidden), key=lambda row: (len(people[row]), row))
    while hidden and others and len(frozenset().union(*(people[row] for row in hidden))) < floor:
        hidden.append(others.pop(0))
    if len(hidden) == 1 and others:
        hidden.append(others.pop(0))
    return set(hidden)


def _people(value: Any, position: int) -> frozenset[Any]:
    """The trainers of an arm; of a bare number so many people nobody else has."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return frozenset(value)
    return frozenset((position, number) for number in range(int(value)))


def _groups(frame: pd.DataFrame, grouping: Grouping) -> list[list[int]]:
    members: dict[tuple[Any, ...], list[int]] = {}
    for position, key in enumerate(_keys(frame, grouping)):
        members.setdefault(key, []).append(position)
    return list(members.values())


def _keys(frame: pd.DataFrame, grouping: Grouping) -> list[tuple[Any, ...]]:
    """Per row what names its total: the grouping's columns and the row's values in them."""
    names = _columns(grouping)
    columns = [frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in names]
    return [(names, *values) for values in zip(*columns, strict=True)] if names else [((),)] * len(frame)


def _columns(grouping: Grouping) -> tuple[str, ...]:
    return (grouping,) if isinstance(grouping, str) else tuple(grouping)


def _is_number(column: pd.Series, name: Hashable, named: set[str]) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_object_dtype

    if name in named or is_bool_dtype(column):
        return False
    mixed = is_object_dtype(column) and any(isinstance(value, Number) for value in column)
    return is_numeric_dtype(column) or mixed


def _nullable(column: pd.Series) -> pd.Series:
    """The column in a type that has room for nulls, without turning counts into fractions."""
    from pandas.api.types import is_integer_dtype

    return column.astype("Int64") if is_integer_dtype(column) else column
