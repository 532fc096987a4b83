"""A permutation test for arms whose teams may share trainers.

**Blocks** are the connected components of teams that share a trainer, in one arm or over
both. Within a block that occurs in both arms the labels of its teams are permuted; blocks
that occur in one arm only are permuted as wholes, between one another. So a trainer who
gave sessions in both arms is compared with himself, and teams that lean on the same
trainer move together.

**Statistic**: the Welch t of the difference of team means, two-sided. Plain when no trainer
gives two teams of one arm. When some do, two corrections keep the level:

* an arrangement in which trainers are shared less within an arm than they really were
  gets its t enlarged by the root of the ratio of the two ``teams.sharing_factors``; never
  the other way round. Without this the test is far too lenient when a block covers nearly
  everybody while an arm leans on few trainers (all labels then move freely, as if teams
  were independent);
* moving whole blocks of unequal size changes the sizes of the arms, so arrangements are
  compared by the tail of t at the degrees of freedom of those sizes (the same order as
  ``|t|`` while the sizes stay the same).

**Assumption**: if the arm made no difference, the labels that are permuted could as well
have been the other way round (exchangeability). Nobody was assigned by lot, so the test
cannot rule out what else differs between the arms; hence "permutation test", never
"randomisation test".
Source: Janssen, Statistics & Probability Letters 36 (1997) 9-21 (studentised permutation);
Phipson and Smyth, SAGMB 9 (2010) 39 (the +1 in Monte Carlo).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, special
from scipy.sparse.csgraph import connected_components

from qualitycycle.analysis.teams import Floats, memberships, sharing_factors

Labels = NDArray[np.bool_]
Indices = NDArray[np.intp]

EXACT_UP_TO = 20_000
PERMUTATIONS = 9_999
SEED = 20_250_801
CELLS = 4_000_000
"""Cells of one chunk of arrangements by teams: bounds memory to some tens of megabytes."""


@dataclass(frozen=True)
class Permutation:
    """Outcome of ``permutation_test``.

    ``p`` two-sided; ``arrangements`` the number of distinct ones (may be astronomically
    large); ``p_floor`` one over that number (at least the smallest positive float);
    ``p_least`` the smallest ``p`` the design can give: twice the floor when every
    arrangement has a mirror image; ``blocks`` the number of blocks and ``mixed_blocks`` how
    many of them occur in both arms; ``statistic`` is the observed ``|t|``.
    """

    p: float
    method: Literal["exact", "monte_carlo"]
    arrangements: int
    p_floor: float
    p_least: float
    blocks: int
    mixed_blocks: int
    statistic: float


@dataclass(frozen=True)
class Unit:
    """Things whose labels are permuted among one another, ``chosen`` of them in the arm.

    ``parts`` are the positions of the teams that move together: the single teams of a
    block that occurs in both arms (``mixed``), or whole blocks that occur in one.
    """

    parts: tuple[Indices, ...]
    chosen: int
    mixed: bool

    @property
    def arrangements(self) -> int:
        return math.comb(len(self.parts), self.chosen)


def blocks(teams: Sequence[str]) -> Indices:
    """A block number per team; teams that share a trainer, directly or through others, share it.

    >>> blocks(["A|B", "B|C", "D", "C"]).tolist()
    [0, 0, 1, 0]
    """
    members = memberships(teams)
    graph = sparse.bmat([[None, members], [members.T, None]])
    _, number = connected_components(graph, directed=False)
    found: Indices = number[: len(teams)].astype(np.intp)
    return found


def permutation_test(
    frame: pd.DataFrame,
    *,
    arm: str,
    reference: str,
    value: str = "mean",
    permutations: int = PERMUTATIONS,
    exact_up_to: int = EXACT_UP_TO,
    seed: int = SEED,
) -> Permutation:
    """Block permutation test of the difference of team means between two arms.

    ``frame``: one row per arm and team, with columns arm, team (``"t1|t2"``) and
    ``value``; rows of other arms are ignored. All arrangements are enumerated when there
    are at most ``exact_up_to`` of them; else ``permutations`` are drawn with ``seed`` and
    ``p = (b + 1) / (B + 1)``. The order of the rows does not matter.

    Raises ValueError when an arm has no teams or a value is missing.

    >>> frame = pd.DataFrame({"arm": ["x"] * 4 + ["y"] * 3, "team": list("ABCDEFG"),
    ...                       "mean": [8.1, 8.4, 8.3, 8.6, 7.1, 7.0, 7.4]})
    >>> found = permutation_test(frame, arm="x", reference="y")
    >>> found.method, found.arrangements, round(found.p, 4)
    ('exact', 35, 0.0286)
    """
    teams = frame.loc[frame["arm"].isin([arm, reference])].copy()
    teams["_in_arm"] = teams["arm"] == arm
    teams = teams.sort_values(["_in_arm", "team"], ascending=[False, True], kind="stable")
    labels = teams["_in_arm"].to_numpy(dtype=bool)
    y = teams[value].to_numpy(dtype=float)
    if labels.all() or not labels.any() or not np.isfinite(y).all():
        raise ValueError("both arms need at least one team, and every team a value")
    number = blocks(teams["team"].tolist())
    units = _units(number, labels)
    total = math.prod(unit.arrangements for unit in units)
    exact = total <= exact_up_to
    members = memberships(teams["team"].tolist())
    rows = max(1, CELLS // (len(y) + members.shape[1]))
    drawn = _every(units, labels, total, rows) if exact else _drawn(units, labels, permutations, seed, rows)
    shared = None if _never_shared(units) else members
    observed = _observed(labels, y, shared)
    reached = sum(_reached(chunk, y, shared, observed) for chunk in drawn)
    p = reached / total if exact else (reached + 1) / (permutations + 1)
    mirrored = all(2 * unit.chosen == len(unit.parts) for unit in units)
    return Permutation(
        p=p,
        method="exact" if exact else "monte_carlo",
        arrangements=total,
        p_floor=max(1 / total, sys.float_info.min),
        p_least=min(1.0, (2 if mirrored else 1) / total),
        blocks=int(number.max()) + 1,
        mixed_blocks=sum(unit.mixed for unit in units),
        statistic=observed.t,
    )


def _units(number: Indices, labels: Labels) -> list[Unit]:
    """Every mixed block as a unit of its teams; all other blocks together as one unit of blocks."""
    order = np.argsort(number, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    units: list[Unit] = []
    whole: list[Indices] = []
    for part in parts:
        inside = int(labels[part].sum())
        if 0 < inside < len(part):
            units.append(Unit(tuple(part[i : i + 1] for i in range(len(part))), inside, mixed=True))
        else:
            whole.append(part)
    if whole:
        units.append(Unit(tuple(whole), sum(bool(labels[part[0]]) for part in whole), mixed=False))
    return units


def _never_shared(units: list[Unit]) -> bool:
    """Whether no arrangement can put two teams that share a trainer in one arm."""
    return all(
        len(unit.parts) == 2 and unit.chosen == 1 if unit.mixed else all(len(p) == 1 for p in unit.parts)
        for unit in units
    )


def _every(units: list[Unit], labels: Labels, total: int, rows: int) -> Iterator[Labels]:
    """All arrangements, in chunks: the units' own arrangements counted in mixed radix."""
    choices = [_choices(len(unit.parts), unit.chosen) for unit in units]
    for start in range(0, total, rows):
        index = np.arange(start, min(start + rows, total))
        chunk = np.zeros((len(index), len(labels)), dtype=bool)
        for unit, choice in zip(units, choices, strict=True):
            index, digit = np.divmod(index, len(choice))
            picked = np.zeros((len(digit), len(unit.parts)), dtype=bool)
            np.put_along_axis(picked, choice[digit], True, axis=1)
            _place(chunk, unit, picked)
        yield chunk


@lru_cache(maxsize=32)
def _choices(size: int, chosen: int) -> Indices:
    """All ways to choose ``chosen`` of ``size``, one per row."""
    return np.array(list(combinations(range(size), chosen)), dtype=np.intp)


def _drawn(units: list[Unit], labels: Labels, permutations: int, seed: int, rows: int) -> Iterator[Labels]:
    """Random arrangements, in chunks."""
    rng = np.random.default_rng(seed)
    for start in range(0, permutations, rows):
        count = min(rows, permutations - start)
        chunk = np.zeros((count, len(labels)), dtype=bool)
        for unit in units:
            _place(chunk, unit, _draw(rng, count, unit))
        yield chunk


def _draw(rng: np.random.Generator, count: int, unit: Unit) -> Labels:
    size = len(unit.parts)
    if size == 2 and unit.chosen == 1:
        first = rng.random(count) < 0.5
        return np.column_stack([first, ~first])
    if unit.chosen in (0, size):
        return np.full((count, size), unit.chosen == size)
    keys = rng.random((count, size))
    cut = np.partition(keys, unit.chosen - 1, axis=1)[:, [unit.chosen - 1]]
    picked: Labels = keys <= cut
    return picked


def _place(chunk: Labels, unit: Unit, picked: Labels) -> None:
    part_of = np.repeat(np.arange(len(unit.parts)), [len(part) for part in unit.parts])
    chunk[:, np.concatenate(unit.parts)] = picked[:, part_of]


@dataclass(frozen=True)
class Observed:
    """The arrangement that happened: its t, the tail of t and its sharing factor."""

    t: float
    tail: float
    factor: float


def _observed(labels: Labels, y: Floats, members: sparse.csr_array | None) -> Observed:
    only = labels[None, :]
    t = _statistics(only, y)
    factor = 1.0 if members is None else float(sharing_factors(only, members)[0])
    return Observed(abs(float(t[0])), float(_tails(only, t)[0]), factor)


def _reached(chunk: Labels, y: Floats, members: sparse.csr_array | None, observed: Observed) -> int:
    """How many arrangements differ at least as much as the observed one (ties up to rounding)."""
    t = _statistics(chunk, y)
    if members is not None and observed.factor > 1:
        t = t * np.sqrt(np.maximum(1.0, observed.factor / sharing_factors(chunk, members)))
    return int((_tails(chunk, t) <= observed.tail * (1 + 1e-9)).sum())


def _tails(labels: Labels, t: Floats) -> Floats:
    """Tail of ``|t|`` at the Welch-Satterthwaite df of arms of these sizes and one variance."""
    k = np.stack([labels.sum(axis=1), (~labels).sum(axis=1)]).astype(float)
    below = (k**-2 / np.maximum(1.0, k - 1) * (k > 1)).sum(axis=0)
    df = (1 / k).sum(axis=0) ** 2 / below
    tails: Floats = special.stdtr(df, -np.abs(t))
    return tails


def _statistics(labels: Labels, y: Floats) -> Floats:
    """The studentised difference per arrangement.

    An arm of one team borrows its variance from the other arm. No difference is 0; a
    difference without any variance is infinite.
    """
    y = y - y.mean()
    in_arm = labels.astype(float)
    k_a = in_arm.sum(axis=1)
    k_b = len(y) - k_a
    sum_a = in_arm @ y
    square_a = in_arm @ (y * y)
    sum_b, square_b = y.sum() - sum_a, (y * y).sum() - square_a
    s_a = np.maximum(0.0, square_a - sum_a**2 / k_a) / np.maximum(1.0, k_a - 1)
    s_b = np.maximum(0.0, square_b - sum_b**2 / k_b) / np.maximum(1.0, k_b - 1)
    s_a, s_b = np.where(k_a > 1, s_a, s_b), np.where(k_b > 1, s_b, s_a)
    difference = sum_a / k_a - sum_b / k_b
    variance = s_a / k_a + s_b / k_b
    scale = float(np.square(y).max())
    nothing = np.abs(difference) <= 1e-12 * max(1.0, math.sqrt(scale))
    certain = variance <= 1e-18 * max(1.0, scale)
    t: Floats = difference / np.sqrt(np.where(certain, 1.0, variance))
    return np.where(nothing, 0.0, np.where(certain, np.copysign(np.inf, difference), t))
