"""What we rely on Delta for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from qualitycycle.errors import Refused
from qualitycycle.store import delta
from qualitycycle.store.delta import TableSpec

SPEC = TableSpec(pa.schema([("id", pa.string()), ("import_id", pa.string())]), statistics=("import_id",))


def rows(*ids: str, import_id: str = "I") -> pa.Table:
    return pa.table({"id": list(ids), "import_id": [import_id] * len(ids)}, SPEC.schema)


def ids(where: str) -> list[str]:
    table = delta.open_table(where)
    assert table is not None
    return sorted(delta.read(table, ["id"])["id"].to_pylist())


def test_opening_nothing_makes_nothing(tmp_path: Path) -> None:
    assert delta.open_table(delta.place(tmp_path, "none")) is None
    assert not list(tmp_path.iterdir())


def test_a_name_can_be_committed_once(tmp_path: Path) -> None:
    table = delta.open_or_create(delta.place(tmp_path, "t"), SPEC)
    stale = delta.open_or_create(delta.place(tmp_path, "t"), SPEC)
    assert delta.commit(table, rows("a"), {"x": 1})
    assert not delta.commit(stale, rows("b"), {"x": 1})
    assert delta.commit(stale, rows("c"), {"y": 1}), "another name is no conflict"
    assert ids(delta.place(tmp_path, "t")) == ["a", "c"]


def test_a_commit_of_names_alone_holds(tmp_path: Path) -> None:
    table = delta.open_or_create(delta.place(tmp_path, "t"), SPEC)
    stale = delta.open_or_create(delta.place(tmp_path, "t"), SPEC)
    assert delta.commit(table, rows(), {"x": 1})
    assert not delta.commit(stale, rows("b"), {"x": 1})


def test_appending_goes_on_after_somebody_deleted(tmp_path: Path) -> None:
    where = delta.place(tmp_path, "t")
    delta.append(where, SPEC, rows("a"), "one")
    stale = delta.open_table(where)
    delta.delete(where, "id", ["a"])
    assert stale is not None and not delta.commit(stale, rows("b"), {"two": 1})
    delta.append(where, SPEC, rows("b"), "two")
    delta.append(where, SPEC, rows("b"), "two")
    assert ids(where) == ["b"]


def test_replacing_loses_to_anybody(tmp_path: Path) -> None:
    where = delta.place(tmp_path, "t")
    table = delta.open_or_create(where, SPEC)
    stale = delta.open_or_create(where, SPEC)
    assert delta.replace(table, rows("a")) == 1
    assert delta.replace(stale, rows("b")) is None
    assert ids(where) == ["a"]


def test_conditions_quote_what_they_get(tmp_path: Path) -> None:
    where = delta.place(tmp_path, "t")
    delta.append(where, SPEC, rows("it's", 'a "b"', "' OR 1=1 --"), "one")
    delta.delete(where, "id", ["' OR 1=1 --"])
    assert ids(where) == ['a "b"', "it's"]
    table = delta.open_table(where)
    assert table is not None
    assert delta.read(table, ["id"], delta.one_of("id", ["it's"])).num_rows == 1
    assert delta.read(table, ["id"], delta.one_of("id", [])).num_rows == 0


def test_a_short_vacuum_spares_files_that_no_commit_mentions_yet(tmp_path: Path) -> None:
    where = delta.place(tmp_path, "t")
    delta.append(where, SPEC, rows("a"), "one")
    delta.append(where, SPEC, rows("b"), "two")
    delta.compact(where)
    under_way = tmp_path / "t" / "part-under-way.parquet"
    under_way.write_bytes(b"not yet committed")
    before = len(list(tmp_path.glob("t/*.parquet")))
    delta.vacuum(where, timedelta(0))
    assert under_way.exists()
    assert len(list(tmp_path.glob("t/*.parquet"))) == before - 2
    assert ids(where) == ["a", "b"]


def test_what_the_disk_does_wrong_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal, delta.reachable("share"):
        raise PermissionError("no access")
    (found,) = refusal.value.findings
    assert (found.code, found.file, found.details["problem"]) == ("store.unreachable", "share", "no access")


def test_giving_up_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delta, "ATTEMPTS", 0)
    with pytest.raises(Refused) as refusal:
        delta.append(delta.place(tmp_path, "t"), SPEC, rows("a"), "one")
    assert refusal.value.findings[0].code == "store.busy"
    assert not list(tmp_path.iterdir())
