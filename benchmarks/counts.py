"""How long the counts take on many answers; run by hand, prints medians.

    python benchmarks/counts.py [--answers 20000000] [--imports 40]
                                [--sessions 2000] [--repeat 7] [--folder DIR]

Fills a store with random answers of 20 items in the usual tables (kept with ``--folder``,
so that a second run starts at once), then times each query, and the same grouping in bare
DuckDB on the same files.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from qualitycycle.counts import counts, response_counts, score_sums
from qualitycycle.register.derive import SessionFacts, sessions_overview
from qualitycycle.store.evaluations import EvaluationStore, ImportBatch
from qualitycycle.store.schemas import ANSWERS, RESPONSES

ITEMS = [f"TRN{i}" for i in range(1, 21)]


def main() -> None:
    """Fill, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--answers", type=int, default=20_000_000)
    parser.add_argument("--imports", type=int, default=40)
    parser.add_argument("--sessions", type=int, default=2_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "evaluations"
        per_import = options.answers // options.imports // len(ITEMS)
        store, register = filled(folder, options.imports, per_import, options.sessions // options.imports)
        snapshot = store.snapshot()
        median("snapshot", store.snapshot, options.repeat)
        median("counts, one item", lambda: counts(snapshot, register, item="TRN3"), options.repeat)
        median("counts, all items", lambda: counts(snapshot, register), options.repeat)
        median("response counts", lambda: response_counts(snapshot, register), options.repeat)
        score = ITEMS[:4]
        median(
            "score of 4 items",
            lambda: score_sums(snapshot, register, items=score, min_answered=0.67),
            options.repeat,
        )
        median("bare DuckDB, all items", lambda: bare(snapshot.answers), options.repeat)


def filled(
    folder: Path, imports: int, per_import: int, of_sessions: int
) -> tuple[EvaluationStore, dict[str, SessionFacts]]:
    """The store, filled when it is not, and a register that fits it."""
    store = EvaluationStore(folder)
    started = time.perf_counter()
    for number in range(len(store.history()), imports):
        store.write(batch(number, per_import, of_sessions))
    sessions = [f"S{n}-{s}" for n in range(imports) for s in range(of_sessions)]
    print(f"{imports * per_import * len(ITEMS):,} answers, {len(sessions):,} sessions")
    print(f"{'filling':28}{time.perf_counter() - started:8.2f} s")
    day = date(2024, 9, 1)
    return store, sessions_overview(
        {
            "trainers": [{"id": f"T{i}", "affiliation": ("school", "institute")[i % 2]} for i in range(200)],
            "sessions": [{"id": id, "kind": "basic", "lead": f"P{i % 3}"} for i, id in enumerate(sessions)],
            "meetings": [
                {"session": id, "date": day + timedelta(days=i % 600)} for i, id in enumerate(sessions)
            ],
            "session_trainers": [
                {"session": id, "trainer": f"T{(i + k) % 200}"}
                for i, id in enumerate(sessions)
                for k in range(1 + i % 2)
            ],
        }
    )


def batch(number: int, size: int, of_sessions: int) -> ImportBatch:
    """One file of ``size`` responses, spread over its sessions."""
    random = np.random.default_rng(number)
    ids = [f"{number:04x}{i:016x}" for i in range(size)]
    sessions = [f"S{number}-{i * of_sessions // size}" for i in range(size)]
    shared = {"collection": sessions, "moment": ["post"] * size, "instrument": ["bench-1.0"] * size}
    responses = table(
        RESPONSES,
        {"response_id": ids, **shared, "row_hash": ids, "completed": [True] * size, "n": [1] * size},
    )
    each = np.repeat(np.arange(size), len(ITEMS))
    asked = size * len(ITEMS)
    given = random.random(asked) > 0.05
    score = pa.array(random.integers(1, 6, asked).astype(float), mask=~given)
    forms = table(ANSWERS, {"response_id": ids, **shared}, without={"item", "state", "score", "n"})
    answers = forms.take(pa.array(each))
    columns = {
        "item": pa.array(ITEMS * size),
        "state": pa.array(np.where(given, "answered", "not_answered").tolist()),
        "score": score,
        "n": pa.array(np.ones(asked, dtype="int32")),
    }
    for name, values in columns.items():
        answers = answers.append_column(name, values)
    distinct = tuple(dict.fromkeys(sessions))
    return ImportBatch(
        f"bench-{number}.csv",
        str(number),
        str(number),
        "csv",
        None,
        "bench-1.0",
        ("post",),
        distinct,
        responses,
        answers,
    )


def table(schema: pa.Schema, columns: dict[str, list[object]], without: set[str] | None = None) -> pa.Table:
    """A table of ``schema`` without import id; columns that are not given are null."""
    size = len(columns["response_id"])
    names = [name for name in schema.names if name != "import_id" and name not in (without or set())]
    return pa.table(
        {
            name: pa.array(columns[name], schema.field(name).type)
            if name in columns
            else pa.nulls(size, schema.field(name).type)
            for name in names
        }
    )


def bare(uris: tuple[str, ...]) -> object:
    """The grouping of ``counts`` without register and visibility."""
    import duckdb

    keys = "collection, moment, instrument, item, state, score, option"
    query = f"SELECT {keys}, sum(n) FROM read_parquet($uris) GROUP BY {keys}"
    return duckdb.connect().sql(query, params={"uris": list(uris)}).to_arrow_table()


def median(name: str, run: Callable[[], object], repeat: int) -> None:
    """Run a few times and print the median."""
    seconds = []
    for _ in range(repeat):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    print(f"{name:28}{statistics.median(seconds):8.2f} s   (best {min(seconds):.2f})")


if __name__ == "__main__":
    main()
