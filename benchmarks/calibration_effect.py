"""Does ``act check`` call chance a success? And does it find what an action really does?

Histories are drawn of three partnerships that each give ``SESSIONS`` sessions a cycle by teams of
two; eight questions share what people, sessions and trainers think of everything and differ by
what each question adds. In the triggering cycle the question with the lowest figure is chosen in
the first partnership (for a difference in differences: the lowest beside the others), an action
begins, and the next cycle is compared with what went before.

Without a step, the share of such actions that is called effective (the promise: at most 5 %):

  check    by ``act check``: the triggering cycle left out, or allowed for when it is all there is
  naive    by the same model and interval on the triggering cycle, as if nothing had been chosen
  bias     what it finds on average, in units of the relevant difference; ``naive`` beside it

With a step on a question that was not chosen for its figure:

  found    the share of histories in which it is found
  promised what the power calculation said beforehand, knowing the variances
  covered  the interval holds the step

The promise: ``check`` at most 0.05, ``found`` not below ``promised``; a cell outside by chance is
drawn again with ``AGAIN`` times as many runs.

Last, what is not promised: when only the lowest ``SELDOM`` of all lowest figures leads to an action,
they were chosen from many more than eight.
"""

from __future__ import annotations

import argparse
import itertools
import math
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qualitycycle.analysis.arms import Variances, fit_arms
from qualitycycle.analysis.effect.model import BEFORE, WITH, WITHOUT, Effect, effect_of
from qualitycycle.analysis.effect.power import chance, planned
from qualitycycle.analysis.effect.shrink import shrunken_by
from qualitycycle.simulate.answers import expected_mean, thresholds
from qualitycycle.simulate.cell import SHARES
from qualitycycle.simulate.plan import ItemPlan

Array = NDArray[Any]

QUESTIONS = 8
PEOPLE = (6, 20)
RELEVANT = 0.3
STEP = 0.45
MOST = 0.05
AGAIN = 4
PROBES = 150
SELDOM = 0.1


@dataclass(frozen=True)
class History:
    """One cell: what was held, and how far it differs (standard deviations in log-odds).

    ``earlier``: cycles before the triggering one; ``others``: whether other partnerships are
    compared with; ``leaving``: the share of teams that is new in every cycle; ``spread``: how far
    questions truly differ. ``sessions``, ``trainers``: what is common to all questions, then what
    each question has of its own.
    """

    earlier: int = 0
    others: bool = False
    sessions: int = 8
    leaving: float = 0.0
    spread: float = 0.0
    session_sd: tuple[float, float] = (0.3, 0.25)
    trainer_sd: tuple[float, float] = (0.4, 0.4)
    person_sd: float = 1.0

    @property
    def name(self) -> str:
        """What sets the cell apart."""
        design = "with/without" if self.others else "before/after"
        left = f"{self.earlier} earlier" if self.earlier else "trigger only"
        differ = f"trainers {self.trainer_sd[1]:.1f} leaving {self.leaving:.1f} spread {self.spread:.1f}"
        return f"{design} {left:12s} {self.sessions:2d} sessions {differ}"

    @property
    def sd(self) -> float:
        """Of everything that differs, for one answer given by teams of two."""
        trainers = sum(one**2 for one in self.trainer_sd) / 2
        return float(np.sqrt(self.person_sd**2 + sum(one**2 for one in self.session_sd) + trainers))

    def roster(self) -> pd.DataFrame:
        """Every session: its partnership, cycle and team. Two sessions a cycle by every team."""
        rows = []
        for place in range(3 if self.others else 1):
            teams, new = list(range(self.sessions // 2)), itertools.count(self.sessions // 2)
            for cycle in range(self.earlier + 2):
                if cycle:
                    gone = range(round(self.leaving * len(teams)))
                    teams = [*teams[len(gone) :], *(next(new) for _ in gone)]
                for number in range(self.sessions):
                    team = teams[number % len(teams)]
                    name, members = f"{place}-{cycle}-{number}", f"S{place}.{team}|I{place}.{team}"
                    rows.append((name, f"P{place}", cycle, members))
        return pd.DataFrame(rows, columns=["session", "partnership", "cycle", "team"])

    def draw(self, rng: np.random.Generator, roster: pd.DataFrame, step: float) -> tuple[Array, Array]:
        """Sums and sums of squares, questions by sessions, with the numbers of people.

        ``step``: log-odds by which the first question rises where the action applies.
        """
        people = sorted({one for team in roster["team"] for one in team.split("|")})
        at = {one: i for i, one in enumerate(people)}
        own = np.array([[at[one] for one in team.split("|")] for team in roster["team"]])
        n = rng.integers(PEOPLE[0], PEOPLE[1] + 1, len(roster))
        of = np.repeat(np.arange(len(roster)), n)
        level = self._both(rng, len(roster), self.session_sd)
        level += self._both(rng, len(people), self.trainer_sd)[:, own].mean(axis=2)
        level += self.spread * np.linspace(-1, 1, QUESTIONS)[:, None]
        level[0] += step * applies(self, roster)
        eta = (
            level[:, of]
            + self.person_sd * rng.standard_normal(len(of))
            + rng.logistic(size=(QUESTIONS, len(of)))
        )
        scores = 1.0 + (eta[..., None] > thresholds(SHARES[False], self.sd)).sum(axis=-1)
        starts = np.concatenate([[0], np.cumsum(n)[:-1]])
        sums = np.stack([np.add.reduceat(scores**power, starts, axis=1) for power in (1, 2)])
        return sums, n

    def _both(self, rng: np.random.Generator, many: int, sd: tuple[float, float]) -> Array:
        return sd[0] * rng.standard_normal(many) + sd[1] * rng.standard_normal((QUESTIONS, many))

    def log_odds(self, difference: float) -> float:
        """The step in log-odds that truly raises the mean of the first question by ``difference``."""
        from scipy.optimize import brentq

        item, at = ItemPlan("X", SHARES[False]), -self.spread
        start = expected_mean(item, at, self.sd)
        return float(brentq(lambda step: expected_mean(item, at + step, self.sd) - start - difference, 0, 6))


def applies(history: History, roster: pd.DataFrame) -> Array:
    """The sessions the action applies to: of the first partnership in the last cycle."""
    return ((roster["partnership"] == "P0") & (roster["cycle"] == history.earlier + 1)).to_numpy()


def frames(history: History, roster: pd.DataFrame, naive: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sessions of the comparison with their cell, and those the action was chosen on."""
    last, trigger = history.earlier + 1, history.earlier
    since = np.where(applies(history, roster), WITH, WITHOUT)
    cells = roster.assign(arm=np.where(roster["cycle"] == last, since, BEFORE), variant="tandem")
    out = (cells["cycle"] < trigger) if naive else (cells["cycle"] == trigger) & (history.earlier > 0)
    return cells[~out], cells[cells["cycle"] == trigger]


def figures(sums: Array, n: Array) -> Array:
    """The mean per session and question."""
    found: Array = (sums[0] / n).T
    return found


def levels(history: History, roster: pd.DataFrame, sums: Array, n: Array) -> Array:
    """The figure of every question in the triggering cycle, beside the other partnerships if there are."""
    trigger = (roster["cycle"] == history.earlier).to_numpy()
    own = (roster["partnership"] == "P0").to_numpy()

    def mean(chosen: Array) -> Array:
        found: Array = sums[0][:, chosen].sum(axis=1) / n[chosen].sum()
        return found

    beside = mean(trigger & ~own) if history.others else np.zeros(QUESTIONS)
    found: Array = mean(trigger & own) - beside
    return found


def lowest(history: History, roster: pd.DataFrame, sums: Array, n: Array) -> int:
    """The question the action is about: the lowest, or the lowest beside the other partnerships."""
    return int(levels(history, roster, sums, n).argmin())


def checked(history: History, roster: pd.DataFrame, sums: Array, n: Array, question: int) -> Effect | None:
    """What ``act check`` makes of one history."""
    used, triggering = (filled(part, sums, n, question) for part in frames(history, roster, False))
    found = effect_of(used, triggering, chosen_from=QUESTIONS)
    if found is None or history.earlier:
        return found
    at = triggering.index.to_numpy()
    own = (triggering["partnership"] == "P0").to_numpy()
    return found.with_baseline_raised(shrunken_by(figures(sums, n)[at], own, question))


def naively(history: History, roster: pd.DataFrame, sums: Array, n: Array, question: int) -> Effect | None:
    """The same model on the triggering cycle, with an interval that knows of no choice."""
    used, triggering = (filled(part, sums, n, question) for part in frames(history, roster, True))
    return effect_of(used, triggering.iloc[:0], chosen_from=1)


def filled(part: pd.DataFrame, sums: Array, n: Array, question: int) -> pd.DataFrame:
    at = part.index.to_numpy()
    return part.assign(n=n[at], total=sums[0, question, at], total_sq=sums[1, question, at])


@dataclass(frozen=True)
class Outcome:
    """Shares of the runs of one cell, and the mean of what was found without a step."""

    name: str
    runs: int
    check: float
    naive: float
    bias: float
    naive_bias: float
    found: float
    promised: float
    covered: float

    @property
    def kept(self) -> bool:
        """Whether the promise is kept, as far as this many runs can tell for the power."""
        slack = 2 * math.sqrt(self.promised * (1 - self.promised) / self.runs)
        return self.check <= MOST and self.found >= self.promised - slack and self.covered >= 0.93

    def line(self) -> str:
        """A row of the table."""
        shown = (self.check, self.naive, self.bias, self.naive_bias, self.found, self.promised, self.covered)
        return f"{self.name:75s}{' ' if self.kept else '!'} " + " ".join(f"{one:6.3f}" for one in shown)


def study(task: tuple[History, int, int]) -> Outcome:
    """One cell: ``runs`` histories without and as many with a step."""
    history, runs, seed = task
    rng, roster = np.random.default_rng(seed), history.roster()
    null = [_null(history, roster, rng) for _ in range(runs)]
    told = np.array([[low > 0 for _, low in pair] for pair in null]).mean(axis=0)
    bias = np.array([[at for at, _ in pair] for pair in null]).mean(axis=0) / RELEVANT
    step = history.log_odds(STEP)
    ends = np.array([_with_step(history, roster, rng, step) for _ in range(runs)])
    covered = float(((ends[:, 0] <= STEP) & (ends[:, 1] >= STEP)).mean())
    return Outcome(
        history.name,
        runs,
        check=float(told[0]),
        naive=float(told[1]),
        bias=float(bias[0]),
        naive_bias=float(bias[1]),
        found=float((ends[:, 0] > 0).mean()),
        promised=promised(history, roster, rng, min(PROBES, runs)),
        covered=covered,
    )


def _null(history: History, roster: pd.DataFrame, rng: np.random.Generator) -> list[tuple[float, float]]:
    sums, n = history.draw(rng, roster, 0.0)
    question = lowest(history, roster, sums, n)
    both = (method(history, roster, sums, n, question) for method in (checked, naively))
    return [_ends(one)[:2] for one in both]


def _with_step(
    history: History, roster: pd.DataFrame, rng: np.random.Generator, step: float
) -> tuple[float, ...]:
    sums, n = history.draw(rng, roster, step)
    return _ends(checked(history, roster, sums, n, 0))[1:]


def _ends(found: Effect | None) -> tuple[float, float, float]:
    if found is None:
        return 0.0, -np.inf, np.inf
    one = found.interval()
    return float(one.estimate or 0.0), float(one.low or 0.0), float(one.high or 0.0)


def promised(history: History, roster: pd.DataFrame, rng: np.random.Generator, probes: int) -> float:
    """The power the design has for the step, the variances known from many sessions elsewhere."""
    large = replace(history, sessions=40, others=False, earlier=0, leaving=0.0)
    elsewhere = large.roster()
    models = []
    for _ in range(probes):
        sums, n = large.draw(rng, elsewhere, 0.0)
        used = filled(frames(large, elsewhere, False)[0], sums, n, 0)
        models.append(fit_arms(used))
    parts = [one.variances for one in models if one is not None]
    mean = {name: float(np.mean([getattr(one, name) or 0.0 for one in parts])) for name in NAMES}
    used, triggering = (part.assign(n=int(np.mean(PEOPLE))) for part in frames(history, roster, False))
    plan = planned(used, triggering, Variances(**mean), chosen_from=QUESTIONS)
    if plan is None:
        return 0.0
    return chance(STEP, plan.contrast.se, plan.contrast.df, plan.strictness())


NAMES = ("sessions", "trainers", "answers")


def seldom(task: tuple[History, int, int]) -> str:
    """The share called effective without a step when an action begins only now and then."""
    history, runs, seed = task
    rng, roster = np.random.default_rng(seed), history.roster()
    first = (history.draw(rng, roster, 0.0) for _ in range(PROBES))
    norm = float(np.quantile([levels(history, roster, *one).min() for one in first], SELDOM))
    told: list[tuple[bool, bool]] = []
    while len(told) < runs:
        sums, n = history.draw(rng, roster, 0.0)
        figures_now = levels(history, roster, sums, n)
        if figures_now.min() < norm:
            question = int(figures_now.argmin())
            both = (method(history, roster, sums, n, question) for method in (checked, naively))
            check, naive = (_ends(one)[1] > 0 for one in both)
            told.append((check, naive))
    shares = np.array(told).mean(axis=0)
    return f"{history.name:75s}  check {shares[0]:.3f}  naive {shares[1]:.3f}"


def cells() -> Iterator[History]:
    """The grid: what there is to compare with, who leaves, and how far trainers and questions differ."""
    for others, earlier in itertools.product((False, True), (0, 1, 2)):
        yield History(earlier=earlier, others=others)
        yield History(earlier=earlier, others=others, leaving=0.5)
        yield History(earlier=earlier, others=others, sessions=16, leaving=0.25, trainer_sd=(0.4, 0.2))
        yield History(earlier=earlier, others=others, sessions=4)
        yield History(earlier=earlier, others=others, spread=0.5)
        yield History(earlier=earlier, others=others, trainer_sd=(0.0, 0.0), session_sd=(0.0, 0.0))


HEADS = ("check", "naive", "bias", "naive", "found", "promis", "cover")


def table(pool: Any, tasks: list[tuple[History, int, int]]) -> list[str]:
    """Print a row per cell as it comes; the names of those outside."""
    outside = []
    for one in pool.imap(study, tasks):
        print(one.line(), flush=True)
        outside += [] if one.kept else [one.name]
    return outside


def report(pool: Any, runs: int, seed: int, only: str = "") -> None:
    """The table of all cells; those outside drawn again with more runs."""
    tasks = [(one, runs, seed + i) for i, one in enumerate(cells()) if only in one.name]
    print("\nThe effect of an action chosen for the lowest of eight figures:")
    print(f"{'':77s}" + " ".join(f"{head:>6s}" for head in HEADS))
    outside = table(pool, tasks)
    again = [(one, AGAIN * runs, own + len(tasks)) for one, _, own in tasks if one.name in outside]
    if again:
        print(f"\nDrawn again with {AGAIN * runs} runs:")
        outside = table(pool, again)
    print(f"{len(tasks) - len(outside)} of {len(tasks)} cells keep the promise.", *outside, sep="\n  not: ")
    print(f"\nNot promised: only the lowest {SELDOM:.0%} of the lowest figures leads to an action:")
    choices = [History(earlier, others) for others in (False, True) for earlier in (0, 1)]
    for line in pool.imap(seldom, [(one, runs // 2, seed) for one in choices]):
        print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibrate the effect of actions.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", default="", help="cells whose name holds this")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    start = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
        report(pool, given.runs, given.seed, given.only)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
