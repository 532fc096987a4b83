"""The published cells on disk: one commit per print, nothing twice, and what was kept comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

from qualitycycle.store.kept import KEPT, KeptStore, Print, cell


def made(partnership: str = "DUIN", cycle: str = "2025-2026", **values: Any) -> Print:
    cells = tuple(
        cell({"guarantees": ["W2", "W4"], "reference": id, "value": 1 / 3, "n": n, **values})
        for id, n in (("TRN1", 40), ("TRN2", None))
    )
    snapshot = {"evaluations": {"answers": 3}, "config": "5d41"}
    return Print(partnership, cycle, date(2026, 7, 1), ("i1", "i2"), ("S1",), snapshot, cells)


def versions(root: Path) -> int:
    return DeltaTable(str(root / "cycle" / "kept")).version()


def test_nothing_is_made_before_the_first_print(tmp_path: Path) -> None:
    assert KeptStore(tmp_path).prints("DUIN") == ()
    assert not (tmp_path / "cycle").exists()


def test_a_print_comes_back_as_it_was(tmp_path: Path) -> None:
    kept = KeptStore(tmp_path).keep("DUIN", lambda known: made())
    assert KeptStore(tmp_path).prints("DUIN") == (kept,)
    assert replace(kept, number=0) == made()


def test_the_same_print_again_writes_nothing(tmp_path: Path) -> None:
    store = KeptStore(tmp_path)
    first = store.keep("DUIN", lambda known: made())
    before = versions(tmp_path)
    assert store.keep("DUIN", lambda known: replace(made(), kept_on=date(2027, 1, 1))) == first
    assert versions(tmp_path) == before


def test_a_newer_print_stands_beside_the_older_one(tmp_path: Path) -> None:
    store = KeptStore(tmp_path)
    store.keep("DUIN", lambda known: made())
    store.keep("DUIN", lambda known: made(side="supports"))
    store.keep("DUIN", lambda known: made())
    assert [one.cells[0]["side"] for one in store.prints("DUIN")] == [None, "supports", None]


def test_a_partnership_sees_its_own_prints_only(tmp_path: Path) -> None:
    store = KeptStore(tmp_path)
    for partnership in ("DUIN", "MEER"):
        store.keep(partnership, lambda known, name=partnership: made(name))  # type: ignore[misc]
    assert [one.partnership for one in store.prints("MEER")] == ["MEER"]


def test_of_two_at_once_the_second_knows_the_first(tmp_path: Path) -> None:
    seen: list[int] = []

    def keep(value: int) -> None:
        def make(known: tuple[Print, ...]) -> Print:
            seen.append(len(known))
            return made(n=value)

        KeptStore(tmp_path).keep("DUIN", make)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, range(4)))
    prints = KeptStore(tmp_path).prints("DUIN")
    assert sorted(one.cells[0]["n"] for one in prints) == [0, 1, 2, 3]
    assert [one.number for one in prints] == [1, 2, 3, 4]
    assert set(seen) == {0, 1, 2, 3}


def test_no_words_of_people_are_kept() -> None:
    assert not {"text", "title", "what", "owner"} & set(KEPT.schema.names)
