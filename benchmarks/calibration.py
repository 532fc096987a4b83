"""Does the comparison keep its promises? False positives, coverage and power, cell by cell.

For every cell of the design (sessions and teams per arm, institute trainers in both arms, how
much sessions and trainers differ, ceiling or not) data sets are drawn twice: without a true
difference of the measure that decides, and with one of the relevant size. Printed per cell:

  mixed    the mixed model of ``compare``: false positives at 5 %
  cover    coverage of its 95 % interval, without and with a difference
  power    how often it finds the difference; width: the median width of its interval
  MW       false positives of Mann-Whitney on single answers
  ses      of Welch on session means
  team     of Welch on team means

The promise: mixed 3.0-6.5 %, coverage 93-97 %; a cell that breaks it is marked with "!" and
drawn again with a fresh seed and ``AGAIN`` times as many runs, and that row decides: of 324
shares that are each known to within a third of a percent some fall outside by chance.
Then: false positives of the permutation test and coverage of the odds ratio in four cells, and
whether the teams that ``needed`` asks for really give 80 % power.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from qualitycycle.analysis.arms import design_of
from qualitycycle.analysis.compare import Options, compare_measure
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.power import needed
from qualitycycle.instrument import Scale
from qualitycycle.simulate.cell import SCORES, Cell, Shared, roster

DESIGNS = {"30 v 8": ((12, 30), (5, 8)), "12 v 4": ((8, 12), (3, 4))}
SHARED: tuple[Shared, ...] = ("none", "half", "all")
SDS = (0.0, 0.4, 0.8)
RELEVANT = {False: 0.3, True: 0.10}
AGAIN = 4
LEVEL, LEAST, COVERAGE = 0.065, 0.03, (0.93, 0.97)
E5 = Scale(kind="ordinal", points=5, favourable=(4, 5), uses_mean=True, relevant_mean=0.3, labels={})

Array = NDArray[Any]


@dataclass(frozen=True)
class Outcome:
    """Shares of the runs of one cell."""

    name: str
    covered: tuple[float, float]
    power: float
    width: float
    mann_whitney: float
    sessions: float
    teams: float

    @property
    def false(self) -> float:
        """False positives of the mixed model."""
        return 1 - self.covered[0]

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        low, high = COVERAGE
        return LEAST <= self.false <= LEVEL and all(low <= one <= high for one in self.covered)

    def line(self) -> str:
        """A row of the table."""
        numbers = (self.false, *self.covered, self.power, self.width)
        others = (self.mann_whitney, self.sessions, self.teams)
        shown = " ".join(f"{number:.3f}" for number in numbers + others)
        return f"{self.name:28s}{' ' if self.kept else '!'} {shown}"


def cells() -> Iterator[tuple[str, Cell]]:
    grid = itertools.product(DESIGNS, SHARED, SDS, SDS, (False, True))
    for design, shared, session, trainer, ceiling in grid:
        name = f"{design} {shared} {session:.1f} {trainer:.1f} {'top' if ceiling else 'mean'}"
        yield name, Cell(roster(*DESIGNS[design], shared), session, trainer, ceiling)


def study(task: tuple[str, Cell, int, int]) -> Outcome:
    name, cell, runs, seed = task
    rng = np.random.default_rng(seed)
    nothing = cell.draw(rng, cell.effect(0.0), runs)
    relevant = -RELEVANT[cell.ceiling]
    null = mixed(cell, nothing)
    found = mixed(cell, cell.draw(rng, cell.effect(relevant), runs))
    return Outcome(
        name,
        covered=(coverage(null, 0.0), coverage(found, relevant)),
        power=float((found[:, 1] < 0).mean()),
        width=float(np.median(found[:, 1] - found[:, 0])),
        mann_whitney=float((mann_whitney(cell, nothing) <= 0.05).mean()),
        sessions=float((welch(session_means(cell, nothing), cell.roster.in_arm) <= 0.05).mean()),
        teams=float((welch(*team_means(cell, nothing)) <= 0.05).mean()),
    )


def coverage(intervals: Array, truth: float) -> float:
    return float(((intervals[:, 0] <= truth) & (truth <= intervals[:, 1])).mean())


def mixed(cell: Cell, counts: Array) -> Array:
    """The 95 % interval of arm minus reference in every run: runs by two."""
    design = design_of(sessions_of(cell))
    n, total, square = sums(cell, counts)
    found = []
    for run in range(len(counts)):
        fitted = design.fit(n[run], total[run], square[run])
        contrast = None if fitted is None else fitted.difference("arm", "reference")
        found.append((-np.inf, np.inf) if contrast is None else contrast.interval())
    return np.array(found)


def sessions_of(cell: Cell) -> pd.DataFrame:
    given = cell.roster
    arms = np.where(given.in_arm, "arm", "reference")
    names = [f"session {i}" for i in range(len(arms))]
    return pd.DataFrame({"session": names, "arm": arms, "team": given.teams})


def sums(cell: Cell, counts: Array) -> tuple[Array, Array, Array]:
    return counts.sum(axis=2).astype(float), counts @ cell.values, counts @ cell.values**2


def session_means(cell: Cell, counts: Array) -> Array:
    n, total, _ = sums(cell, counts)
    return total / n


def team_means(cell: Cell, counts: Array) -> tuple[Array, Array]:
    """Means per team (answers pooled), runs by teams, and which teams are in the arm."""
    n, total, _ = sums(cell, counts)
    keys = list(zip(cell.roster.teams, cell.roster.in_arm.tolist(), strict=True))
    teams = list(dict.fromkeys(keys))
    gather = np.array([[key == team for team in teams] for key in keys], dtype=float)
    return (total @ gather) / (n @ gather), np.array([arm for _, arm in teams])


def welch(means: Array, in_arm: Array) -> Array:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        p = stats.ttest_ind(means[:, in_arm], means[:, ~in_arm], axis=1, equal_var=False).pvalue
    return np.nan_to_num(p, nan=1.0)


def mann_whitney(cell: Cell, counts: Array) -> Array:
    """Two-sided p on single answers, normal approximation with ties, from the counts."""
    a = counts[:, cell.roster.in_arm].sum(axis=1).astype(float)
    b = counts[:, ~cell.roster.in_arm].sum(axis=1).astype(float)
    m, n, ties = a.sum(axis=1), b.sum(axis=1), a + b
    u = (a * (np.cumsum(b, axis=1) - b / 2)).sum(axis=1)
    size = m + n
    variance = m * n / 12 * (size + 1 - (ties**3 - ties).sum(axis=1) / (size * (size - 1)))
    return np.asarray(2 * stats.norm.sf(np.abs(u - m * n / 2) / np.sqrt(variance)))


def whole(task: tuple[str, Cell, int, int]) -> str:
    """All of ``compare`` in one cell: the permutation test, and the odds ratio with its interval."""
    name, cell, runs, seed = task
    rng = np.random.default_rng(seed)
    effect = cell.effect(-RELEVANT[cell.ceiling])
    measure = Measure("X", E5, ceiling=cell.ceiling)
    null = [compared(cell, one, measure, False) for one in cell.draw(rng, cell.effect(0.0), runs)]
    found = [compared(cell, one, measure, True) for one in cell.draw(rng, effect, runs)]
    permuted = np.mean([one.p_value is not None and one.p_value <= 0.05 for one in null])
    ratios = [one.odds_ratio for one in found if one.odds_ratio is not None and one.odds_ratio.is_known]
    logs = np.log([(ratio.low, ratio.high) for ratio in ratios])
    told = np.mean([str(one.verdict) == "worse" for one in found])
    return (
        f"{name:28s}  permutation {permuted:.3f}  odds ratio covered {coverage(logs, effect):.3f}"
        f" ({len(ratios)} of {runs})  told worse {told:.3f}"
    )


def compared(cell: Cell, counts: Array, measure: Measure, ordinal: bool) -> Any:
    frame = sessions_of(cell).loc[np.repeat(np.arange(len(counts)), len(SCORES))]
    frame = frame.assign(score=np.tile(SCORES, len(counts)), n=counts.ravel())
    options = Options(reference="reference", ordinal=ordinal)
    return compare_measure(frame, measure=measure, options=options)[0]


def planned(task: tuple[float, float, int, int]) -> str:
    """The power with as many teams as ``needed`` asks for, knowing the variances."""
    session, trainer, runs, seed = task
    rng = np.random.default_rng(seed)
    probe = Cell(roster((40, 80), (40, 80), "none"), session, trainer)
    means, in_arm = team_means(probe, probe.draw(rng, probe.effect(-RELEVANT[False]), 500))
    sd = [float(means[:, chosen].std()) for chosen in (in_arm, ~in_arm)]
    plan = needed(sd=(sd[0], sd[1]), teams=(40, 40), sessions=(80, 80), df=1e6, relevant=RELEVANT[False])
    if plan is None or plan.teams.estimate is None:
        return "too many teams"
    teams = plan.teams.estimate
    cell = Cell(roster((teams, 2 * teams), (teams, 2 * teams), "none"), session, trainer)
    found = mixed(cell, cell.draw(rng, cell.effect(-RELEVANT[False]), runs))
    power = float((found[:, 1] < 0).mean())
    asked = f"{teams} teams, {2 * teams} sessions per arm"
    return f"session {session:.1f} trainer {trainer:.1f}: {asked}: {power:.3f}"


def grid(pool: Any, tasks: list[tuple[str, Cell, int, int]]) -> None:
    """The table of all cells; those outside drawn again with more runs."""
    print("cell (sessions, shared, sd sessions, sd trainers)")
    print(f"{'':28s}  mixed cover cover power width MW    ses   team")
    outside = table(pool, tasks)
    again = [(n, c, AGAIN * runs, seed + len(tasks)) for n, c, runs, seed in tasks if n in outside]
    if again:
        print(f"\nDrawn again with {again[0][2]} runs:")
        outside = table(pool, again)
    print(f"{len(tasks) - len(outside)} of {len(tasks)} cells keep the promise.", *outside, sep="\n  not: ")


def table(pool: Any, tasks: list[tuple[str, Cell, int, int]]) -> list[str]:
    """Print a row per cell as it comes; the names of those outside."""
    outside = []
    for one in pool.imap(study, tasks):
        print(one.line(), flush=True)
        outside += [] if one.kept else [one.name]
    return outside


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibrate the comparison.")
    parser.add_argument("--runs", type=int, default=4000)
    parser.add_argument("--whole-runs", type=int, default=400, help="runs of all of compare, in four cells")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", default="", help="cells whose name holds this")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    start = time.perf_counter()
    tasks = [(name, cell, given.runs, given.seed + i) for i, (name, cell) in enumerate(cells())]
    tasks = [task for task in tasks if given.only in task[0]]
    print(f"{given.runs} runs a cell, seed {given.seed}")
    with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
        grid(pool, tasks)
        corners = [task for task in tasks if " half 0.4 0.4 " in task[0]]
        print("\nAll of compare:")
        for line in pool.imap(whole, [(n, c, given.whole_runs, s) for n, c, _, s in corners]):
            print(line, flush=True)
        print("\nPower with the teams that are asked for:")
        plans = [
            (s, t, given.runs // 2, given.seed) for s, t in ((0.4, 0.0), (0.0, 0.4), (0.4, 0.4), (0.8, 0.8))
        ]
        for line in pool.imap(planned, plans):
            print(line, flush=True)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
