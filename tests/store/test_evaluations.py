"""Imports, retractions and views, on a real folder."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitycycle.errors import Refused
from qualitycycle.store.evaluations import EvaluationStore, Outcome
from qualitycycle.store.identity import ImportBatch
from tests.store.building import batch, digest, expected, people, shown, tree

NOW = timedelta(0)
CHANGED = {"Q0": 1.0, "Q1": 1.0, "Q2": None, "Q3": 2.0}


@pytest.fixture
def store(tmp_path: Path) -> EvaluationStore:
    return EvaluationStore(tmp_path / "evaluations")


def codes(outcome: Outcome) -> list[str]:
    return [found.code for found in outcome.findings]


def test_an_import_shows_what_the_file_holds(store: EvaluationStore) -> None:
    file = batch(people("abc") | {"d": CHANGED})
    outcome = store.write(file)
    assert (outcome.status, outcome.new_responses, outcome.responses, outcome.answers) == (
        "imported",
        4,
        4,
        15,
    )
    assert shown(store) == expected(file)
    assert store.collections() == ("S1",)


def test_the_five_outcomes_of_importing_again(store: EvaluationStore) -> None:
    first = batch(people(range(5)))
    imported = store.write(first)
    again = store.write(batch(people(reversed(range(5))), file="re-saved.xlsx"))
    assert (again.status, again.import_id, again.unchanged_responses) == (
        "already_imported",
        imported.import_id,
        5,
    )
    grown = store.write(batch(people(range(7))))
    assert (grown.status, grown.new_responses, grown.unchanged_responses) == ("imported", 2, 5)
    corrected = batch(people(range(7)) | {"3": CHANGED})
    refused = store.write(corrected)
    assert (refused.status, codes(refused), refused.findings[0].file) == (
        "rejected",
        ["store.changed_response"],
        "export.xlsx",
    )
    elsewhere = store.write(batch(people(range(7)), "S2"))
    assert codes(elsewhere) == ["store.other_collection"]
    assert shown(store) == expected(batch(people(range(7))))
    accepted = store.write(corrected, replace=True)
    assert (accepted.status, accepted.changed_responses, accepted.unchanged_responses) == ("imported", 1, 6)
    assert shown(store) == expected(corrected)


def test_a_then_b_then_a_again(store: EvaluationStore) -> None:
    a, b = batch(people("abc")), batch(people("abc") | {"b": CHANGED})
    store.write(a)
    store.write(b, replace=True)
    assert store.write(a).status == "rejected"
    assert store.write(a, replace=True).status == "imported"
    assert shown(store) == expected(a)
    assert store.write(a).status == "already_imported"


def test_retracting_brings_back_what_was_replaced(store: EvaluationStore) -> None:
    a, b = batch(people("abc")), batch(people("abc") | {"b": CHANGED})
    first, second = store.write(a), store.write(b, replace=True)
    assert second.import_id is not None and first.import_id is not None
    assert store.retract(second.import_id).status == "retracted"
    assert shown(store) == expected(a)
    store.retract(first.import_id)
    assert shown(store) == {}
    assert store.write(a).status == "imported"
    assert shown(store) == expected(a)


def test_a_withdrawn_response_counts_nothing_and_can_come_back(store: EvaluationStore) -> None:
    a = batch(people(range(8)), keyed=False)
    b = batch(people(range(8)) | {"3": CHANGED}, keyed=False)
    first = store.write(a)
    assert codes(store.write(b)) == ["store.changed_or_other"]
    second = store.write(b, replace=True)
    assert (second.status, second.new_responses, second.withdrawn_responses) == ("imported", 1, 1)
    assert shown(store) == expected(b)
    assert store.snapshot().exact
    assert [event["responses"] for event in store.history()] == [8, 1]
    assert (store.write(b).status, store.write(b, replace=True).status) == ("already_imported",) * 2
    third = store.write(a, replace=True)
    assert (third.status, third.new_responses, third.withdrawn_responses) == ("imported", 1, 1)
    assert shown(store) == expected(a)
    for undone, left in ((third, b), (second, a)):
        store.retract(str(undone.import_id))
        assert shown(store) == expected(left)
    store.retract(str(first.import_id))
    assert shown(store) == {}


def test_what_came_back_counts_once_when_its_withdrawal_is_undone(store: EvaluationStore) -> None:
    a = batch(people(range(8)), keyed=False)
    store.write(a)
    second = store.write(batch(people(range(8)) | {"3": CHANGED}, keyed=False), replace=True)
    store.write(a, replace=True)
    store.retract(str(second.import_id))
    assert shown(store) == expected(a)
    store.compact(vacuum=True, keep=NOW)
    assert shown(store) == expected(a)


def test_ids_and_a_question_more_are_recognised_by_the_shared_answers(store: EvaluationStore) -> None:
    short = batch(people(range(8), items=2), keyed=False)
    longer = batch(people(range(8), items=3), keys="tool")
    store.write(short)
    assert codes(store.write(longer)) == ["store.changed_or_other"]
    outcome = store.write(longer, replace=True)
    assert (outcome.new_responses, outcome.withdrawn_responses) == (8, 8)
    assert shown(store) == expected(longer)
    store.retract(str(outcome.import_id))
    assert shown(store) == expected(short)


def test_retracting_twice_or_something_unknown(store: EvaluationStore) -> None:
    assert codes(store.retract("20260101-000000-00000000")) == ["store.unknown_import"]
    outcome = store.write(batch(people("ab")))
    assert outcome.import_id is not None
    done = store.retract(outcome.import_id)
    assert (done.status, done.responses, done.answers) == ("retracted", 2, 8)
    again = store.retract(outcome.import_id)
    assert (again.status, codes(again)) == ("already_retracted", ["store.already_retracted"])
    assert not again.findings[0].is_error
    event = store.history()[-1]
    assert codes(store.retract(event["import_id"])) == ["store.unknown_import"]


def test_history_tells_what_happened(store: EvaluationStore) -> None:
    assert store.history() == []
    first = store.write(batch(people("ab"), file="one.xlsx"))
    store.write(batch(people("xyz"), "S2", file="two.xlsx"))
    assert first.import_id is not None
    store.retract(first.import_id)
    events = store.history()
    assert [(event["state"], event["file"], event["responses"]) for event in events] == [
        ("retracted", "one.xlsx", 2),
        ("imported", "two.xlsx", 3),
        ("retraction", "one.xlsx", 2),
    ]
    assert events[2]["retracts"] == first.import_id
    assert events[0]["collections"] == ["S1"]
    assert events[0]["imported_at"] < events[1]["imported_at"] < events[2]["imported_at"]
    assert events[0]["imported_at"].utcoffset() == NOW


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_dry_run_or_refusal_leaves_every_byte(store: EvaluationStore, dry_run: bool) -> None:
    folder = Path(store.folder)
    first, grown = batch(people(range(6))), batch(people(range(8)))
    changed, moved = batch(people(range(6)) | {"2": CHANGED}), batch(people(range(6)), "S2")
    assert store.write(first, dry_run=True).status == "checked"
    assert store.write(batch({}), dry_run=dry_run).status == "rejected"
    store.snapshot(), store.history(), store.retract("nothing"), store.sweep(NOW), store.compact(vacuum=True)
    assert not folder.exists()
    store.write(first)
    before = tree(folder)
    assert store.write(grown, dry_run=True).status == "checked"
    assert store.write(first, dry_run=dry_run).status == "already_imported"
    for refused in (changed, moved):
        assert store.write(refused, dry_run=dry_run).status == "rejected"
    assert tree(folder) == before


def test_a_dry_run_gives_the_same_findings(store: EvaluationStore) -> None:
    store.write(batch(people(range(6))))
    for file in (batch(people(range(6)) | {"2": CHANGED}), batch(people(range(4)) | people("x"))):
        assert store.write(file, dry_run=True).findings == store.write(file).findings


def test_one_file_with_many_sessions_is_one_import(store: EvaluationStore) -> None:
    where = {str(i): f"S{i % 7}" for i in range(50)}
    store.write(batch(people(range(50)), collections=where))
    assert len(store.history()) == 1
    assert len(shown(store)) == 50
    assert set(store.collections()) == set(where.values())


def test_an_earlier_view_can_be_read_again(store: EvaluationStore) -> None:
    a, b = batch(people("abc")), batch(people("abcd") | {"b": CHANGED})
    store.write(a)
    then = store.snapshot()
    store.write(b, replace=True)
    for number in range(3):
        store.write(batch(people([f"{number}{i}" for i in range(3)]), f"T{number}"))
    store.compact(vacuum=True, keep=NOW)
    assert shown(store, then.versions) == expected(a)
    again = store.snapshot(then.versions)
    assert (again.visible, again.superseded, again.collections) == (then.visible, frozenset(), ("S1",))
    json.dumps(again.as_dict())


def test_a_view_whose_answers_were_removed_is_refused(store: EvaluationStore) -> None:
    outcome = store.write(batch(people("abc")))
    then = store.snapshot()
    assert outcome.import_id is not None
    store.retract(outcome.import_id)
    assert shown(store, then.versions) == expected(batch(people("abc")))
    store.sweep(NOW)
    with pytest.raises(Refused) as refusal:
        store.snapshot(then.versions)
    assert [found.code for found in refusal.value.findings] == ["store.snapshot_gone"]


def test_a_view_of_an_empty_store(store: EvaluationStore) -> None:
    snapshot = store.snapshot()
    assert (snapshot.answers, snapshot.responses, snapshot.visible, snapshot.exact) == ((), (), (), True)
    store.write(batch(people("abc")))
    assert store.snapshot(snapshot.versions).answers == ()


def test_a_view_keeps_its_files_while_others_write(store: EvaluationStore) -> None:
    store.write(batch(people("abc")))
    before = store.snapshot()
    store.write(batch(people("abc") | {"b": CHANGED}), replace=True)
    outcome = store.write(batch(people("xyz"), "S2"))
    assert outcome.import_id is not None
    store.retract(outcome.import_id)
    store.sweep(NOW)
    store.compact()
    assert all(Path(uri).exists() for uri in (*before.answers, *before.responses))


def test_open_answers_do_not_leak_into_the_log(store: EvaluationStore) -> None:
    """Delta keeps the smallest and largest value of a column; an open answer must not be one."""
    secret = "de directeur luistert nooit"
    outcome = store.write(batch(people("abc"), texts={who: secret for who in "abc"}))
    log = b"".join(path.read_bytes() for path in Path(store.folder).rglob("_delta_log/*"))
    assert secret[:12].encode() not in log
    assert digest("S1", "post", "a").encode() not in log
    assert outcome.import_id is not None and outcome.import_id.encode() in log


@pytest.mark.parametrize("name", ["map [2025]", "a|b", "a^b", "Gedeelde%20documenten", "a\\b"])
def test_a_folder_name_that_delta_cannot_handle(tmp_path: Path, name: str) -> None:
    """Without this, delta-rs ends the program or makes another folder."""
    with pytest.raises(Refused) as refusal:
        EvaluationStore(tmp_path / name).write(batch(people("a")))
    assert refusal.value.findings[0].code == "store.folder_name"
    assert not list(tmp_path.iterdir())


def test_the_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "evaluations").write_text("not a folder")
    with pytest.raises(Refused) as refusal:
        EvaluationStore(tmp_path / "evaluations").write(batch(people("a")))
    (found,) = refusal.value.findings
    assert (found.code, "\n" in found.details["problem"]) == ("store.unreachable", False)


def test_a_broken_log_is_a_finding(store: EvaluationStore) -> None:
    store.write(batch(people("a")))
    (Path(store.folder) / "imports" / "_delta_log" / f"{1:020}.json").write_text("{broken")
    for call in (store.snapshot, store.history, lambda: store.write(batch(people("b")))):
        with pytest.raises(Refused):
            call()


def test_importing_needs_no_pandas(tmp_path: Path) -> None:
    """Pandas alone takes as long as a whole import may."""
    program = f"""
import sys
from qualitycycle.arrow import from_rows
from qualitycycle.store.evaluations import EvaluationStore, ImportBatch
from qualitycycle.store.schemas import ANSWERS, RESPONSES
import pyarrow as pa
def without(schema): return pa.schema([f for f in schema if f.name != "import_id"])
row = dict(response_id="r1", collection="S1", moment="post", instrument="t", row_hash="h", n=1)
responses = from_rows([dict(row, link_masks=[], flags=[])], without(RESPONSES))
answers = from_rows([dict(row, item="Q", state="answered", score=4.0)], without(ANSWERS))
file = ImportBatch("f", "s", "p", "csv", None, "t", ("post",), ("S1",), responses, answers)
store = EvaluationStore({str(tmp_path / "e")!r})
assert store.write(file).status == "imported"
assert store.write(file).status == "already_imported"
assert store.snapshot().exact and store.history()
print(sorted({{"pandas", "ibis", "duckdb", "scipy"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


Step = tuple[str, dict[str, int], bool]
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("import"),
            st.dictionaries(st.sampled_from("abcde"), st.integers(0, 2), min_size=1),
            st.booleans(),
        ),
        st.tuples(st.sampled_from(["retract", "tidy"]), st.just({"which": 0}), st.booleans()),
    ),
    min_size=2,
    max_size=9,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=steps, which=st.randoms(use_true_random=False))
def test_any_history_shows_what_a_simple_model_says(
    steps: list[Step], which: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The model: imports in a list, each a dictionary; a later one covers an earlier one."""
    store = EvaluationStore(tmp_path_factory.mktemp("model"))
    model: list[tuple[str, dict[str, int]]] = []
    for action, forms, flag in steps:
        if action == "import":
            _import(store, model, forms, flag)
        elif action == "retract" and model:
            import_id, _ = model.pop(which.randrange(len(model)))  # type: ignore[attr-defined]
            assert store.retract(import_id).status == "retracted"
        elif flag:
            store.sweep(NOW)
        else:
            store.compact(vacuum=True, keep=NOW)
        assert shown(store) == expected(_file(_seen(model)))


def _import(
    store: EvaluationStore, model: list[tuple[str, dict[str, int]]], forms: dict[str, int], replace: bool
) -> None:
    seen = _seen(model)
    added = {who: version for who, version in forms.items() if seen.get(who) != version}
    changed = set(added) & set(seen)
    outcome = store.write(_file(forms), replace=replace)
    if changed and not replace:
        assert outcome.status == "rejected"
    elif not added:
        assert outcome.status == "already_imported"
    else:
        assert outcome.status == "imported" and outcome.import_id is not None
        assert (outcome.new_responses, outcome.changed_responses) == (len(added) - len(changed), len(changed))
        model.append((outcome.import_id, added))


def _seen(model: list[tuple[str, dict[str, int]]]) -> dict[str, int]:
    return {who: version for _, forms in model for who, version in forms.items()}


def _file(forms: dict[str, int]) -> ImportBatch:
    made = {who: people([who], shift=version)[who] for who, version in forms.items()}
    return batch(made)
