"""How often is a good practice pointed at, or offered, where nothing truly differs?

Three partnerships give as many sessions a cycle by teams of two, over ``cycles`` cycles; people,
sessions and trainers differ by chance, partnerships do not (the histories of ``calibration_effect``
without a step). Of one partnership beside the two others, and of eight questions, is counted:

  found    ``practice candidates`` calls it consistently strong on a question
  any      so on at least one of the eight
  offered  a practice is offered to it, as its figure of the last cycle is lower (``Beside.lower``)
  certain  so because the whole interval lies below nothing; the rest by the estimate alone
  any      offered on at least one of the eight

The promise is that of ``candidates``: at most one in twenty questions (``MOST``). What is offered has
no such promise: it is help that costs a look, and a figure that seems lower is enough; how often
that is chance is printed, so that nobody takes an offer for proof.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.calibration_effect import QUESTIONS, RELEVANT, Array, History
from qualitycycle.analysis.measure import Measure
from qualitycycle.config import Floors
from qualitycycle.instrument import Scale
from qualitycycle.workspace.beside_region import set_apart
from qualitycycle.workspace.practice_candidates import consistent

MOST = 0.05
MEASURE = Measure(
    "X",
    Scale(kind="ordinal", points=5, favourable=(4, 5), uses_mean=True, relevant_mean=RELEVANT, labels={}),
    kind="score",
)


@dataclass(frozen=True)
class Told:
    """What is said of one question of one partnership."""

    found: bool
    offered: bool
    certain: bool


@dataclass(frozen=True)
class Rates:
    """Shares of one cell; ``found``, ``offered`` and ``certain`` of all questions of all runs."""

    name: str
    found: float
    found_any: float
    offered: float
    certain: float
    offered_any: float

    @property
    def kept(self) -> bool:
        """Whether no more than ``MOST`` of the questions are pointed at."""
        return self.found <= MOST

    def line(self) -> str:
        """A row of the table."""
        shown = (self.found, self.found_any, self.offered, self.certain, self.offered_any)
        return f"{self.name:57s}{' ' if self.kept else '!'} " + " ".join(f"{one:7.3f}" for one in shown)


def name_of(history: History) -> str:
    """What sets a cell apart."""
    differ = f"trainers {history.trainer_sd[1]:.1f} leaving {history.leaving:.1f}"
    return f"{history.earlier + 2} cycles {history.sessions:2d} sessions a cycle {differ}"


def frame_of(roster: pd.DataFrame, sums: Array, n: Array, question: int) -> pd.DataFrame:
    """One question as ``sums_or_counts`` gives a score: a row per session."""
    known = roster[["session", "team"]].assign(cycle=roster["cycle"].astype(str))
    return known.assign(n=n, total=sums[0, question], total_sq=sums[1, question])


def told(roster: pd.DataFrame, frame: pd.DataFrame) -> Told:
    """What the first partnership hears of one question."""
    own = set(roster.loc[roster["partnership"] == "P0", "session"])
    others = set(roster["session"]) - own
    cycles = sorted(frame["cycle"].unique())
    strong = consistent(frame, MEASURE, own, others, cycles, Floors())
    beside = set_apart(frame[frame["cycle"] == cycles[-1]], MEASURE, own, others, Floors())
    if beside is None:
        return Told(strong is not None, False, False)
    high = beside.difference.high
    return Told(strong is not None, beside.lower, high is not None and high < 0)


def study(task: tuple[History, int, int]) -> Rates:
    """One cell: ``runs`` histories in which nothing truly differs."""
    history, runs, seed = task
    rng, roster = np.random.default_rng(seed), history.roster()
    seen = np.array([_run(history, roster, rng) for _ in range(runs)])
    each, ever = seen.mean(axis=(0, 1)), seen.any(axis=1).mean(axis=0)
    found, offered, certain = map(float, each)
    return Rates(name_of(history), found, float(ever[0]), offered, certain, float(ever[1]))


def _run(history: History, roster: pd.DataFrame, rng: np.random.Generator) -> list[list[bool]]:
    sums, n = history.draw(rng, roster, 0.0)
    heard = [told(roster, frame_of(roster, sums, n, question)) for question in range(QUESTIONS)]
    return [[one.found, one.offered, one.certain] for one in heard]


def cells() -> Iterator[History]:
    """The grid: how many cycles and sessions, how far trainers differ and whether they stay."""
    for earlier in (0, 1):
        for sessions in (6, 8, 16):
            yield History(earlier=earlier, others=True, sessions=sessions)
        yield History(earlier=earlier, others=True, leaving=0.5)
        yield History(earlier=earlier, others=True, trainer_sd=(0.0, 0.0), session_sd=(0.0, 0.0))


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibrate candidates for good practices, and offers.")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    print("\nNothing truly differs; of one partnership and each of eight questions:")
    print(f"{'':59s}" + " ".join(f"{head:>7s}" for head in ("found", "any", "offered", "certain", "any")))
    outside = 0
    with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
        for one in pool.imap(study, [(one, given.runs, given.seed + i) for i, one in enumerate(cells())]):
            print(one.line(), flush=True)
            outside += not one.kept
    print(f"{outside} cells point at more than {MOST:.0%}.  {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
