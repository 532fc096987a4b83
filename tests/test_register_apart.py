"""The register of people is a store of its own: an attacker with both stores joins nothing but sessions.

The attacker reads every value of every column in both, also inside lists, JSON and Delta's own
log, and tries every person's id and name with every key file there is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from qualitycycle.register.cells import shown
from qualitycycle.register.tables import fold_id
from qualitycycle.workspace import Workspace
from tests.small_workspace import small_workspace
from tests.test_people import A, B, written

Columns = dict[tuple[str, str], set[str]]
SHARED = 3
"""Letters: shorter values than these (``nl``, ``1``) name nobody."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("apart")
    workspace = small_workspace(folder / "ws")
    assert workspace.import_board(written(folder / "a.xlsx", A), "DUIN-A").status == "imported"
    assert workspace.import_board(written(folder / "b.xlsx", B), "MEER-A").status == "imported"
    person = next(row["id"] for row in workspace.records.load()["mentors"] if row["name"] == B[1][0])
    kept = next(
        row["id"] for row in workspace.records.load()["mentors"] if row["name"] == "Noor van der Wilg"
    )
    assert workspace.merge_people(kept, person).status == "merged"
    return workspace


def tables(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for log in sorted(folder.glob("*/_delta_log")):
        rows = DeltaTable(log.parent).to_pyarrow_table().to_pylist()
        yield f"{folder.name}/{log.parent.name}", rows


def columns(folder: Path) -> Columns:
    """Every text in a store, by table and column; what stands inside lists and JSON too."""
    found: Columns = {}
    for table, rows in tables(folder):
        for row in rows:
            for name, value in row.items():
                found.setdefault((table, name), set()).update(fold_id(one) for one in texts(value))
    return {place: {value for value in values if len(value) >= SHARED} for place, values in found.items()}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value.startswith("["):
            yield from texts(json.loads(value))
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in texts(one))
    elif isinstance(value, list | tuple):
        yield from (text for one in value for text in texts(one))


def joins(register: Columns, evaluations: Columns, collections: set[str]) -> set[tuple[str, str]]:
    """Pairs of columns that have a value in common which is not a session or survey."""
    return {
        (".".join(one), ".".join(other))
        for one, ours in register.items()
        for other, theirs in evaluations.items()
        if (ours & theirs) - collections
    }


def collections_of(workspace: Workspace) -> set[str]:
    records = workspace.records.load(names=("sessions", "surveys"))
    return {fold_id(row["id"]) for rows in records.values() for row in rows}


def people_of(workspace: Workspace) -> dict[str, set[str]]:
    records = workspace.records.load()
    rows = [*records["trainers"], *records["mentors"]]
    return {what: {shown(row[what]) for row in rows if row[what]} for what in ("id", "name")}


def test_nothing_joins_but_a_session_or_survey(workspace: Workspace) -> None:
    register, evaluations = (columns(workspace.root / name) for name in ("register", "evaluations"))
    assert {table for table, _ in register} >= {"register/mentors", "register/merges"}
    assert {table for table, _ in evaluations} >= {"evaluations/responses", "evaluations/answers"}
    assert joins(register, evaluations, collections_of(workspace)) == set()


def test_sessions_do_join(workspace: Workspace) -> None:
    """The same attack with the one thing it may find: else it would find nothing ever."""
    register, evaluations = (columns(workspace.root / name) for name in ("register", "evaluations"))
    found = joins(register, evaluations, set())
    assert ("register/sessions.id", "evaluations/responses.collection") in found
    assert {name.split(".")[1] for name, _ in found} <= {"id", "session", "sessions"}
    assert {name.split(".")[1] for _, name in found} <= {"collection", "collections"}


def test_the_attack_finds_a_person_beside_an_answer(workspace: Workspace) -> None:
    register, evaluations = (columns(workspace.root / name) for name in ("register", "evaluations"))
    [someone, *_] = sorted(people_of(workspace)["id"])
    evaluations["evaluations/responses", "link_code"].add(fold_id(someone))
    found = joins(register, evaluations, collections_of(workspace))
    assert "evaluations/responses.link_code" in {name for _, name in found}


def test_no_file_of_the_answers_holds_a_person(workspace: Workspace) -> None:
    """Also not inside a longer text, in an old file, or in the smallest and largest value of a log."""
    people = {text.encode() for texts in people_of(workspace).values() for text in texts if len(text) > 4}
    files = [path for path in (workspace.root / "evaluations").rglob("*") if path.is_file()]
    logs = [path.read_bytes() for path in files if "_delta_log" in path.parts]
    values = [text.encode() for found in raw(workspace.root / "evaluations") for text in found]
    assert logs
    held = {person for person in people for text in (*logs, *values) if person in text}
    assert held == set()


def test_no_file_of_the_register_holds_a_response(workspace: Workspace) -> None:
    rows = dict(tables(workspace.root / "evaluations"))["evaluations/responses"]
    marks = {str(row[name]).encode() for row in rows for name in ("response_id", "row_hash", "link_code")}
    marks |= {str(row["import_id"]).encode() for row in rows}
    marks -= {b"None", b""}
    logs = [path.read_bytes() for path in (workspace.root / "register").rglob("*.json")]
    values = [text.encode() for found in raw(workspace.root / "register") for text in found]
    held = {mark for mark in marks for text in (*logs, *values) if mark in text}
    assert (len(marks) > 100, held) == (True, set())


def test_no_key_file_turns_a_person_into_a_response(workspace: Workspace) -> None:
    rows = dict(tables(workspace.root / "evaluations"))["evaluations/responses"]
    marks = {
        text
        for row in rows
        for name in ("response_id", "link_code", "link_masks")
        for text in texts(row[name])
    }
    keys = [path.read_bytes() for path in workspace.root.rglob("*.key")]
    keys += [bytes.fromhex(key.decode().strip()) for key in keys if key.strip().isalnum()]
    people = people_of(workspace)
    for person in (form for texts in people.values() for one in texts for form in (one, fold_id(one))):
        guesses = {hashlib.sha256(person.encode()).hexdigest()}
        guesses |= {hmac.new(key, person.encode(), "sha256").hexdigest() for key in keys}
        assert not {guess for guess in guesses for mark in marks if mark and guess.startswith(mark[:16])}


def raw(folder: Path) -> Iterator[set[str]]:
    for _, rows in tables(folder):
        for row in rows:
            yield {text for value in row.values() for text in texts(value)}
