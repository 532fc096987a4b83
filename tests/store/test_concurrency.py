"""Several people import at once; nothing is counted twice and nothing is lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from qualitycycle.store.evaluations import EvaluationStore
from qualitycycle.store.identity import ImportBatch, Outcome
from tests.store.building import batch, expected, people, shown
from tests.store.racing import at_once

CHANGED = {"Q0": 1.0, "Q1": 1.0, "Q2": 1.0, "Q3": 1.0}


def write(folder: str, file: ImportBatch) -> Outcome:
    return EvaluationStore(folder).write(file)


def write_many(folder: str, files: list[ImportBatch]) -> list[str]:
    return [EvaluationStore(folder).write(file).status for file in files]


def tidy(folder: str, times: int) -> list[str]:
    """Compaction and sweeping while others import, without regard for who is under way."""
    store = EvaluationStore(folder)
    for _ in range(times):
        store.sweep(timedelta(0))
        store.compact()
    return []


def test_eight_imports_of_the_same_content_make_one(tmp_path: Path) -> None:
    """The store does not exist yet, so they also race to make it."""
    folder = str(tmp_path / "evaluations")
    file = batch(people(range(30)))
    outcomes = at_once(write, [(folder, file)] * 8)
    assert Counter(outcome.status for outcome in outcomes) == {"imported": 1, "already_imported": 7}
    assert len({outcome.import_id for outcome in outcomes}) == 1
    store = EvaluationStore(folder)
    assert shown(store) == expected(file)
    assert store.snapshot().exact, "the losers left rows behind"


def test_eight_different_files_all_land(tmp_path: Path) -> None:
    folder = str(tmp_path / "evaluations")
    files = [batch(people([f"{n}-{i}" for i in range(20)]), f"S{n}") for n in range(8)]
    outcomes = at_once(write, [(folder, file) for file in files])
    assert [outcome.status for outcome in outcomes] == ["imported"] * 8
    store = EvaluationStore(folder)
    assert shown(store) == expected(*files)
    assert store.snapshot().exact


def test_grown_moved_and_corrected_exports_at_once(tmp_path: Path) -> None:
    """Whatever the order turns out to be, every form counts once, and one version of it."""
    folder = str(tmp_path / "evaluations")
    small, grown = batch(people(range(10))), batch(people(range(14)))
    moved = batch(people(range(10)), "S2")
    corrected = batch(people(range(10)) | {"4": CHANGED})
    outcomes = at_once(write, [(folder, file) for file in (small, grown, moved, corrected) * 2])
    statuses = [outcome.status for outcome in outcomes]
    now = shown(EvaluationStore(folder))
    landed = [
        file
        for file, status in zip((small, grown, moved, corrected) * 2, statuses, strict=True)
        if status == "imported"
    ]
    assert now == expected(*landed)
    places = {id for file in (small, grown, corrected) for id in expected(file)}
    assert set(now) <= places or set(now) == set(expected(moved)), "one session, not two"
    assert not (moved in landed and len(landed) > 1)


def test_importing_while_somebody_tidies_up(tmp_path: Path) -> None:
    """A sweep that takes the rows of an import under way makes it write them again."""
    folder = str(tmp_path / "evaluations")
    files = [
        [batch(people([f"{n}-{k}-{i}" for i in range(5)]), f"S{n}-{k}") for k in range(6)] for n in range(2)
    ]
    at_once(_either, [("write", folder, files[0]), ("write", folder, files[1]), ("tidy", folder, 12)])
    store = EvaluationStore(folder)
    assert shown(store) == expected(*files[0], *files[1])
    store.sweep(timedelta(0))
    assert store.snapshot().exact
    assert shown(store) == expected(*files[0], *files[1])


def _either(what: str, folder: str, argument: object) -> list[str]:
    if what == "tidy":
        assert isinstance(argument, int)
        return tidy(folder, argument)
    assert isinstance(argument, list)
    statuses = write_many(folder, argument)
    assert set(statuses) == {"imported"}
    return statuses
