"""Several tables that change together, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from qualitycycle.register.tables import MERGES, TABLES
from qualitycycle.store import delta
from qualitycycle.store.records import Records, RecordStore
from tests.store.building import tree
from tests.store.racing import PATIENCE, SPAWN, at_once

SESSION = {"id": "S1", "kind": "basic", "lead": "DUIN", "shared_with": ("VEEN", "KUST"), "contact_hours": 6}
MEETING = {"session": "S1", "date": date(2025, 9, 10), "hours": 3.5}
Change = Mapping[str, Sequence[Mapping[str, Any]]]


@pytest.fixture
def store(tmp_path: Path) -> RecordStore:
    return RecordStore(tmp_path)


def upsert(rows: Sequence[Mapping[str, Any]], new: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(row for row in rows if row["id"] != new["id"]), new]


def test_an_empty_register(store: RecordStore, tmp_path: Path) -> None:
    assert store.load() == {name: [] for name in TABLES}
    assert store.versions() == {"commits": None}
    assert store.update(lambda records: records) == {"commits": None}
    assert tree(tmp_path) == {}


def test_rows_come_back_with_their_types(store: RecordStore) -> None:
    versions = store.update(
        lambda records: {
            "sessions": [SESSION],
            "meetings": [MEETING],
            "trainers": [{"id": "T1", "coordinating": True, "active_from": date(2020, 8, 1)}],
            "actions": [{"id": "A1", "partnership": "DUIN", "what": "x", "owner": "y", "sessions": ("S1",)}],
        }
    )
    records = store.load()
    (session,) = records["sessions"]
    assert (session["shared_with"], session["boards"], session["contact_hours"]) == (
        ("VEEN", "KUST"),
        (),
        6.0,
    )
    assert (session["training"], session["invited"], session["cancelled"]) == (None, None, None)
    assert list(session) == list(TABLES["sessions"].names)
    assert records["meetings"] == [MEETING]
    assert records["trainers"][0]["active_from"] == date(2020, 8, 1)
    assert records["actions"][0]["sessions"] == ("S1",)
    assert set(versions) == {"sessions", "meetings", "trainers", "actions", "commits"}
    assert store.versions() == versions
    assert store.load(names=["meetings"]) == {"meetings": [MEETING]}


def test_the_cycle_lives_in_its_own_folder(store: RecordStore, tmp_path: Path) -> None:
    goal = {"id": "G1", "partnership": "DUIN", "cycle": "2025-2026", "indicator": "TRN3"}
    store.update(lambda records: {"goals": [goal], "sessions": [SESSION]})
    assert (tmp_path / "cycle" / "goals" / "_delta_log").is_dir()
    assert (tmp_path / "register" / "sessions" / "_delta_log").is_dir()


def test_only_changed_tables_are_rewritten(store: RecordStore, tmp_path: Path) -> None:
    first = store.update(lambda records: {"sessions": [SESSION], "meetings": [MEETING]})
    second = store.update(lambda records: {**records, "meetings": []})
    assert (second["sessions"], second["meetings"]) == (first["sessions"], (first["meetings"] or 0) + 1)
    before = tree(tmp_path)
    assert store.update(lambda records: records) == second
    assert tree(tmp_path) == before


def test_an_earlier_register_can_be_read_again(store: RecordStore) -> None:
    first = store.update(lambda records: {"sessions": [SESSION]})
    store.update(lambda records: {"sessions": [SESSION, {**SESSION, "id": "S2"}], "meetings": [MEETING]})
    assert len(store.load()["sessions"]) == 2
    then = store.load(at=first)
    assert ([row["id"] for row in then["sessions"]], then["meetings"]) == (["S1"], [])


def test_a_refused_change_writes_nothing(store: RecordStore, tmp_path: Path) -> None:
    store.update(lambda records: {"sessions": [SESSION]})
    before = tree(tmp_path)

    def refuse(records: Records) -> Change:
        records["sessions"].clear()
        raise Refused(Finding("register.wrong"))

    with pytest.raises(Refused) as refusal:
        store.update(refuse)
    assert refusal.value.findings[0].code == "register.wrong"
    assert tree(tmp_path) == before


def test_names_do_not_stand_in_the_log(store: RecordStore, tmp_path: Path) -> None:
    trainer = {"id": "T1", "name": "Aafke Vermeulen-Bos"}
    store.update(lambda records: {"trainers": [trainer]})
    log = b"".join(path.read_bytes() for path in tmp_path.rglob("_delta_log/*"))
    assert b"Aafke" not in log


def test_half_a_change_is_invisible(store: RecordStore) -> None:
    """A table was rewritten and the list was not: as after a kill."""
    store.update(lambda records: {"sessions": [SESSION], "meetings": [MEETING]})
    table = delta.open_table(delta.place(store.where, "register", "sessions"))
    assert table is not None
    assert delta.replace(table, delta.read(table, ["id"]).slice(0, 0)) == 2
    assert store.load()["sessions"][0]["id"] == "S1"
    store.update(lambda records: {"sessions": upsert(records["sessions"], {**SESSION, "id": "S2"})})
    assert [row["id"] for row in store.load()["sessions"]] == ["S1", "S2"]


def add_sessions(folder: str, writer: int, times: int) -> None:
    store = RecordStore(folder)
    for number in range(times):
        id = f"S{writer}-{number}"
        store.update(
            lambda records, id=id: {  # type: ignore[misc]
                "sessions": upsert(records["sessions"], {**SESSION, "id": id}),
                "meetings": [*records["meetings"], {**MEETING, "session": id}],
            }
        )


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    at_once(add_sessions, [(str(tmp_path), writer, 4) for writer in range(3)])
    records = RecordStore(tmp_path).load()
    expected = {f"S{writer}-{number}" for writer in range(3) for number in range(4)}
    assert {row["id"] for row in records["sessions"]} == expected
    assert sorted(row["session"] for row in records["meetings"]) == sorted(expected)


def count_up(folder: str, ready: Any) -> None:
    """Sessions and meetings grow together, for ever."""
    ready.set()
    add_sessions(folder, 0, 1_000_000)


def test_killed_for_real_the_tables_still_agree(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    add_sessions(str(tmp_path), 1, 1)
    for seen in range(3):
        ready = SPAWN.Event()
        process = SPAWN.Process(target=count_up, args=(str(tmp_path), ready))
        process.start()
        assert ready.wait(PATIENCE)
        sessions = tmp_path / "register" / "sessions" / "_delta_log"
        before = len(list(sessions.glob("*.json")))
        while len(list(sessions.glob("*.json"))) < before + 2 + seen:
            pass
        process.kill()
        process.join(PATIENCE)
        records = store.load()
        assert len(records["sessions"]) == len({row["session"] for row in records["meetings"]})


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=8)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.none() | texts,
    "choice": st.none() | texts,
    "integer": st.none() | st.integers(0, 10_000),
    "number": st.none() | st.floats(-1e6, 1e6),
    "date": st.none() | st.dates(date(1980, 1, 1), date(2079, 12, 31)),
    "yes_no": st.none() | st.booleans(),
    "list": st.lists(texts, max_size=3).map(tuple),
}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_row_makes_the_round_trip(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = {
        name: data.draw(
            st.lists(
                st.fixed_dictionaries({column.name: VALUES[column.kind] for column in table.columns}),
                max_size=3,
            )
        )
        for name, table in TABLES.items()
        if name in data.draw(st.sets(st.sampled_from(sorted(TABLES)), max_size=3))
    }
    store = RecordStore(tmp_path_factory.mktemp("records"))
    store.update(lambda records: rows)
    assert store.load() == {**{name: [] for name in TABLES}, **rows}


def test_the_log_of_merges_lies_beside_the_sheets(store: RecordStore) -> None:
    line = {"number": 1, "at": "2026-01-01", "kept": "M1", "gone": "M2", "steps": "[]"}
    versions = store.update(lambda records: {"mentors": [{"id": "M1"}], "merges": [line]})
    assert MERGES.name not in store.load()
    [kept] = store.load(names=(MERGES.name,))[MERGES.name]
    assert kept == {**line, "by": None, "undone_at": None, "undone_by": None}
    store.update(lambda records: {"merges": [*records["merges"], {**line, "number": 2}]})
    assert len(store.load(versions, (MERGES.name,))[MERGES.name]) == 1
