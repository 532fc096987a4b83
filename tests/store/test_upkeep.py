"""Small files are merged, left-over rows go, and what was retracted leaves the disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from qualitycycle.store import delta
from qualitycycle.store.evaluations import EvaluationStore, append_rows
from qualitycycle.store.identity import Known, decide
from qualitycycle.store.ledger import made_at, new_id
from qualitycycle.store.upkeep import EVERY, MANY_FILES
from tests.store.building import batch, digest, expected, people, shown

NOW = timedelta(0)
LONG_AGO = "20250101-000000-00000000"


def on_disk(store: EvaluationStore) -> set[str]:
    """Every response id in any Parquet file, whether a view shows it or not."""
    found: set[str] = set()
    for name in ("responses", "answers"):
        for path in Path(store.folder).glob(f"{name}/*.parquet"):
            found |= set(pq.ParquetFile(path).read(["response_id"])["response_id"].to_pylist())
    return found


def test_retracted_answers_leave_the_disk(tmp_path: Path) -> None:
    store = EvaluationStore(tmp_path)
    gone, kept = batch(people("abc"), "S1"), batch(people("xyz"), "S2")
    outcome = store.write(gone)
    store.write(kept)
    store.compact()
    assert outcome.import_id is not None
    store.retract(outcome.import_id)
    assert set(expected(gone)) <= on_disk(store)
    store.compact(vacuum=True)
    assert set(expected(gone)) <= on_disk(store), "a week is the default"
    store.compact(vacuum=True, keep=NOW)
    assert on_disk(store) == set(expected(kept))
    assert shown(store) == expected(kept)
    assert store.history()[0]["state"] == "retracted"
    assert store.write(gone).status == "imported"
    assert shown(store) == expected(gone, kept)


def test_many_imports_are_merged_by_themselves_and_count_the_same(tmp_path: Path) -> None:
    store = EvaluationStore(tmp_path)
    files = [
        batch(people([f"{n}-{i}" for i in range(2)], items=2), f"S{n}") for n in range(MANY_FILES + EVERY)
    ]
    for file in files:
        assert store.write(file).status == "imported"
    for name in ("responses", "answers", "imports"):
        table = delta.open_table(delta.place(store.where, name))
        assert table is not None and len(table.file_uris()) <= EVERY + 1
    assert shown(store) == expected(*files)
    assert store.write(files[3]).status == "already_imported"


def test_what_a_killed_import_left_is_cleared_by_later_imports(tmp_path: Path) -> None:
    store = EvaluationStore(tmp_path)
    left = batch(people("abc"), "S0")
    append_rows(store.where, left, decide(Known(), left), LONG_AGO)
    for number in range(EVERY):
        store.write(batch(people([f"{number}"], items=2), f"S{number}"))
    assert store.snapshot().exact


def test_compaction_keeps_the_log_of_earlier_views(tmp_path: Path) -> None:
    """Delta keeps transaction names and old versions through a checkpoint and a vacuum."""
    store = EvaluationStore(tmp_path)
    first = batch(people("ab"), "S1")
    store.write(first)
    then = store.snapshot()
    store.write(batch(people("cd"), "S2"))
    imports = delta.open_table(delta.place(store.where, "imports"))
    assert imports is not None
    imports.create_checkpoint()
    store.compact(vacuum=True, keep=NOW)
    assert shown(store, then.versions) == expected(first)
    assert store.write(first).status == "already_imported"
    assert store.write(batch(people("ef"), "S3")).status == "imported"


def test_ids_say_when_an_import_began() -> None:
    at = datetime(2026, 11, 5, 13, 45, 59, tzinfo=UTC)
    assert made_at(new_id(at)) == at
    assert made_at("from-elsewhere") < datetime(1900, 1, 1, tzinfo=UTC)
    assert len({new_id(at) for _ in range(100)}) == 100


def test_rows_are_appended_once_per_name(tmp_path: Path) -> None:
    """A retry after a lost answer of the disk does not write twice."""
    store = EvaluationStore(tmp_path)
    file = batch(people("abc"))
    for _ in range(2):
        append_rows(store.where, file, decide(Known(), file), LONG_AGO)
    assert sum(len(pq.ParquetFile(p).read()) for p in tmp_path.glob("responses/*.parquet")) == 3
    assert digest("S1", "post", "a") in on_disk(store)
