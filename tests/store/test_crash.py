"""An import that is killed anywhere leaves the store as before or after, never between."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from qualitycycle.store import delta
from qualitycycle.store.evaluations import EvaluationStore, append_rows, append_to, make_visible, stamped
from qualitycycle.store.identity import ImportBatch, decide
from qualitycycle.store.ledger import new_id, read_ledger
from qualitycycle.store.look import take_look
from qualitycycle.store.schemas import EVALUATIONS
from tests.store.building import batch, expected, people, shown, tree
from tests.store.racing import PATIENCE, SPAWN

NOW = timedelta(0)
FIRST = batch(people(range(5)), "S0")
LONG_AGO = "20250101-000000-00000000"


def file_number(number: int) -> ImportBatch:
    return batch(people([f"{number}-{i}" for i in range(6)]), f"S{number}")


def import_on_and_on(folder: str, first: int, ready: Any) -> None:
    """What the killed process does: one file after another."""
    store = EvaluationStore(folder)
    store.history()
    ready.set()
    for number in count(first):
        store.write(file_number(number))


def commits(folder: Path, table: str) -> int:
    return len(list((folder / table / "_delta_log").glob("*.json")))


def written(table: str) -> Callable[[Path], Callable[[], bool]]:
    """The moment at which another commit appears in ``table``."""

    def watch(folder: Path) -> Callable[[], bool]:
        before = commits(folder, table)
        return lambda: commits(folder, table) > before

    return watch


def some_data_file(folder: Path) -> Callable[[], bool]:
    """The moment at which a Parquet file lies there that no commit mentions yet."""
    before = len(list(folder.rglob("*.parquet")))
    return lambda: len(list(folder.rglob("*.parquet"))) > before


def after(seconds: float) -> Callable[[Path], Callable[[], bool]]:
    def watch(folder: Path) -> Callable[[], bool]:
        end = time.monotonic() + seconds
        return lambda: time.monotonic() > end

    return watch


MOMENTS = [
    some_data_file,
    *[written(table) for table in ("responses", "answers", "imports")],
    *[after(seconds) for seconds in (0.0, 0.013, 0.031, 0.07)],
]


def test_killed_for_real(tmp_path: Path) -> None:
    """SIGKILL at moments watched on the disk and at odd times; then everything imports again."""
    folder = tmp_path / "evaluations"
    store = EvaluationStore(folder)
    store.write(FIRST)
    files, reached = [FIRST], 1
    for moment in MOMENTS:
        ready = SPAWN.Event()
        process = SPAWN.Process(target=import_on_and_on, args=(str(folder), reached, ready))
        process.start()
        assert ready.wait(PATIENCE)
        due = moment(folder)
        while not due():
            pass
        process.kill()
        process.join(PATIENCE)
        landed = {event["collections"][0] for event in store.history()}
        while f"S{reached}" in landed:
            files.append(file_number(reached))
            reached += 1
        assert shown(store) == expected(*files), "neither before nor after"
        assert store.write(file_number(reached)).status == "imported"
        files.append(file_number(reached))
        reached += 1
    store.sweep(NOW)
    assert store.snapshot().exact
    assert shown(store) == expected(*files)


def killed_after(store: EvaluationStore, file: ImportBatch, import_id: str, what: str) -> None:
    """The state a kill leaves behind, made with the steps of an import itself."""
    decision = decide(take_look(store.where).known(file), file)
    if what == "nothing but a ledger":
        delta.open_or_create(delta.place(store.where, "imports"), EVALUATIONS["imports"])
    elif what == "responses":
        emptied = replace(file, answers=file.answers.slice(0, 0))
        append_rows(store.where, emptied, decision, import_id)
    elif what == "answers":
        append_to(store.where, "answers", stamped("answers", file.answers, import_id), import_id)
    else:
        append_rows(store.where, file, decision, import_id)


@pytest.mark.parametrize("before", ["nothing", "another import"])
@pytest.mark.parametrize("what", ["nothing but a ledger", "responses", "answers", "responses and answers"])
def test_half_an_import_is_invisible(tmp_path: Path, before: str, what: str) -> None:
    store = EvaluationStore(tmp_path / "evaluations")
    files = [FIRST] if before == "another import" else []
    for file in files:
        store.write(file)
    killed_after(store, file_number(1), LONG_AGO, what)
    assert shown(store) == expected(*files)
    assert store.snapshot().exact == (what == "nothing but a ledger")
    assert len(store.history()) == len(files)
    assert store.write(file_number(1)).status == "imported"
    assert shown(store) == expected(*files, file_number(1))
    swept = store.sweep(timedelta(days=1))
    assert swept == (() if what == "nothing but a ledger" else (LONG_AGO,))
    assert store.snapshot().exact
    assert shown(store) == expected(*files, file_number(1))
    assert store.sweep(NOW) == ()


def test_a_sweep_leaves_imports_under_way_alone(tmp_path: Path) -> None:
    store = EvaluationStore(tmp_path / "evaluations")
    store.write(FIRST)
    killed_after(store, file_number(1), new_id(read_ledger(None).now()), "responses and answers")
    before = tree(tmp_path)
    assert store.sweep() == ()
    assert tree(tmp_path) == before


def test_an_import_that_sleeps_while_it_is_swept_cannot_become_half_visible(tmp_path: Path) -> None:
    """A laptop closed for a day between the rows and the commit."""
    store = EvaluationStore(tmp_path / "evaluations")
    store.write(FIRST)
    found, file = take_look(store.where), file_number(1)
    imports = found.tables["imports"]
    assert imports is not None
    decision = decide(found.known(file), file)
    append_rows(store.where, file, decision, LONG_AGO)
    assert store.sweep(timedelta(days=1)) == (LONG_AGO,)
    assert make_visible(imports, found.ledger, file, decision, LONG_AGO) is False
    assert shown(store) == expected(FIRST)
    assert store.write(file).status == "imported"


def test_a_sweep_that_was_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    store = EvaluationStore(tmp_path / "evaluations")
    first = store.write(FIRST)
    store.write(file_number(1))
    assert first.import_id is not None
    store.retract(first.import_id)
    imports = delta.open_table(delta.place(store.where, "imports"))
    assert imports is not None
    number = (imports.transaction_version("ledger") or 0) + 1
    nothing = EVALUATIONS["imports"].schema.empty_table()
    assert delta.commit(imports, nothing, {"ledger": number, first.import_id: 2})
    assert shown(store) == expected(file_number(1))
    assert store.sweep(NOW) == (first.import_id,)
    assert store.snapshot().exact
