"""The ordinal models beside statsmodels and bambi, and on 73,421 ratings; run by hand, prints medians.

    python benchmarks/ordinal.py [--pairs 5] [--data FOLDER] [--sampling 1000]

``FOLDER`` holds insteval.csv (lme4's InstEval); without it only the small cases run. bambi
comes with ``pip install qualitycycle[bench]``; without it that comparison is left out. Of each
pair one fit is ours and one theirs, in turn; the ratio is the median over the pairs.
R's times are those of its package ordinal on a machine like the one of the README.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import statistics
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qualitycycle.analysis.ordinal import clm, clmm

WINE = Path(__file__).parents[1] / "tests" / "analysis" / "ordinal" / "data" / "wine.csv"
JUDGE = "rating ~ temp + contact + (1 | judge)"
MIXED = {"y ~ service + (1 | d)": 425, "y ~ service + (1 | s) + (1 | d)": 974}
COMPARED = "score ~ arm + cycle + (1 | session) + (1 | mm(t1, t2))"


def main() -> None:
    """All cases in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--data", type=Path, default=corpus())
    parser.add_argument("--sampling", type=int, default=1000)
    options = parser.parse_args()
    wine = pd.read_csv(WINE)
    beside_statsmodels("wine, 72 rows", "rating ~ temp + contact", wine, options.pairs)
    as_compared(options.pairs)
    if options.data and (options.data / "insteval.csv").exists():
        frame = insteval(options.data)
        beside_statsmodels("insteval, 73,421 rows", "y ~ service + factor(lectage)", frame, options.pairs)
        for formula, seconds in MIXED.items():
            alone(formula, options.data, options.pairs, seconds)
    else:
        print("insteval.csv is not there: give its folder with --data")
    beside_bambi(options.sampling, options.pairs)


def corpus() -> Path | None:
    """The folder with data of the shared corpus, when there is one."""
    folder = os.environ.get("QUALITYCYCLE_CORPUS")
    return Path(folder) / "reference" / "data" if folder else None


def insteval(folder: Path) -> pd.DataFrame:
    """lme4's InstEval, with its factors as text."""
    return pd.read_csv(folder / "insteval.csv").astype({"service": str, "studage": str})


def beside_statsmodels(name: str, formula: str, frame: pd.DataFrame, pairs: int) -> None:
    """``clm`` on rows and on counts against ``OrderedModel`` on rows, all with standard errors."""
    response, right = formula.split(" ~ ")
    columns = right.replace("factor(", "").replace(")", "").split(" + ")
    used = [*columns, response]
    counts = frame.groupby(used).size().rename("n").reset_index()
    table = pd.get_dummies(frame[columns].astype(str), drop_first=True, dtype=float)
    ours, theirs, ratios = [], [], []
    for _ in range(pairs):
        our_seconds, model = timed(lambda: clm(formula, frame))
        their_seconds, (value, errors) = timed(lambda: ordered_model(frame[response], table))
        ours.append(our_seconds)
        theirs.append(their_seconds)
        ratios.append(their_seconds / our_seconds)
    on_counts = [timed(lambda: clm(formula, counts, weights="n"))[0] for _ in range(pairs)]
    print(f"\n{name}: {formula}")
    row("clm on rows", ours)
    row(f"clm on {len(counts)} counts", on_counts)
    row("statsmodels OrderedModel on rows", theirs, f"{statistics.median(ratios):.1f} times clm on rows")
    off = abs(model.log_likelihood - value)
    print(f"  log-likelihood {model.log_likelihood:.8f} and {value:.8f}, {off:.1e} apart")
    slopes = model.standard_errors.to_numpy()[-len(errors) :]
    print(f"  standard errors of the slopes at most {np.abs(slopes - errors).max():.1e} apart")
    if off > 1e-6:
        raise SystemExit("the log-likelihoods are more than 1e-6 apart")


def ordered_model(response: pd.Series[Any], table: pd.DataFrame) -> tuple[float, np.ndarray]:
    """The log-likelihood and the standard errors of the slopes by statsmodels."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    found = OrderedModel(response, table, distr="logit").fit(method="bfgs", gtol=1e-8, maxiter=1000, disp=0)
    return float(found.llf), np.asarray(found.bse)[: table.shape[1]]


def as_compared(pairs: int) -> None:
    """The model of a comparison, with 40 sessions and 25 trainers, on counts of 12 answers each."""
    rng = np.random.default_rng(1)
    rows = []
    trainers, scores = rng.normal(0, 0.5, 25), np.array([-3.0, -1.5, 0.5, 2.0])
    for session in range(40):
        pair = rng.choice(25, 2, replace=False)[: 1 + session % 2]
        latent = trainers[pair].mean() + rng.normal(0, 0.5) + rng.logistic(size=12)
        names = [f"t{number}" for number in pair] + [None] * (2 - len(pair))
        for score in 1 + np.searchsorted(scores, latent):
            rows.append((f"s{session}", *names, "ab"[session % 2], f"c{session % 3}", score))
    frame = pd.DataFrame(rows, columns=["session", "t1", "t2", "arm", "cycle", "score"])
    counts = frame.groupby(list(frame), dropna=False).size().rename("n").reset_index()
    clmm(COMPARED, counts, weights="n")
    print(f"\none item of a comparison, 40 sessions, 25 trainers: {COMPARED}")
    row("clmm on counts", [timed(lambda: clmm(COMPARED, counts, weights="n"))[0] for _ in range(4 * pairs)])


def alone(formula: str, folder: Path, times: int, seconds_of_r: int) -> None:
    """``clmm`` on insteval, every time in a process of its own, which tells its peak memory."""
    context = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as pool:
        found = [pool.submit(peak, formula, folder).result() for _ in range(times)]
    seconds, memory, values = zip(*found, strict=True)
    print(f"\ninsteval, 73,421 rows, with standard errors: {formula}")
    row("clmm", seconds, f"peak {max(memory):.2f} GB; R: {seconds_of_r} s")
    print(f"  log-likelihood {values[0]:.6f}")


def peak(formula: str, folder: Path) -> tuple[float, float, float]:
    """Seconds, peak memory of this process in GB, log-likelihood."""
    frame = insteval(folder)
    seconds, model = timed(lambda: clmm(formula, frame))
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, model.log_likelihood


def beside_bambi(draws: int, pairs: int) -> None:
    """The wine judges by ``clmm`` and, where it is installed, sampled by bambi."""
    print(f"\nwine: {JUDGE}")
    wine = pd.read_csv(WINE)
    model = clmm(JUDGE, wine, quadrature=10)
    row("clmm, 10 nodes", [timed(lambda: clmm(JUDGE, wine, quadrature=10))[0] for _ in range(pairs)])
    names = [*model.coefficients.index, "judge"]
    estimates = [*model.coefficients, model.random_sd["judge"]]
    errors = [*model.standard_errors, np.nan]
    table = pd.DataFrame({"clmm": estimates, "error": errors}, index=names)
    if importlib.util.find_spec("bambi"):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            seconds, sampling, means, deviations = pool.submit(sampled, draws).result()
        row("bambi", [seconds], f"of which sampling {sampling:.1f} s")
        table["bambi"], table["deviation"] = means, deviations
        print(
            "  bambi gives means over the posterior, here with priors as wide as the data leave undisturbed"
        )
    else:
        print("  bambi is not installed (pip install qualitycycle[bench]); it is left out")
    print("  " + table.round(2).to_string().replace("\n", "\n  "))


def sampled(draws: int) -> tuple[float, float, list[float], list[float]]:
    """Seconds in all and of sampling, posterior means and deviations in the order of ``clmm``."""
    import bambi
    from pymc.distributions.transforms import ordered

    frame = pd.read_csv(WINE)
    frame["rating"] = pd.Categorical(frame["rating"], ordered=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wide = bambi.Prior("Normal", mu=0, sigma=10)
        cuts = bambi.Prior("Normal", mu=np.linspace(-2, 2, 4), sigma=10, transform=ordered)
        priors = {"temp": wide, "contact": wide, "threshold": cuts}
        model = bambi.Model(JUDGE, frame, family="cumulative", priors=priors)
        options = {"draws": draws, "tune": draws, "chains": 2, "cores": 2, "random_seed": 1}
        seconds, found = timed(lambda: model.fit(progressbar=False, **options))
    parts = [found.posterior[name] for name in ("threshold", "temp", "contact", "1|judge_sigma")]
    means = np.concatenate([np.atleast_1d(part.mean(("chain", "draw")).to_numpy()) for part in parts])
    spread = np.concatenate([np.atleast_1d(part.std(("chain", "draw")).to_numpy()) for part in parts])
    return seconds, float(found.posterior.attrs["sampling_time"]), means.tolist(), spread.tolist()


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """How long ``run`` takes in seconds, and what it gives."""
    start = time.perf_counter()
    found = run()
    return time.perf_counter() - start, found


def row(name: str, seconds: Any, said: str = "") -> None:
    """One line of the report: the median."""
    print(f"  {name:36}{statistics.median(seconds):10.4f} s  {said}".rstrip())


if __name__ == "__main__":
    main()
