"""The decisions of an import, without a disk."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from qualitycycle.findings import Level
from qualitycycle.store.identity import Decision, ImportBatch, Known, decide
from qualitycycle.store.pairing import Seen
from tests.store.building import batch, people

CONSTANT = {"Q1": 5.0, "Q2": 5.0}


def stored(file: ImportBatch, import_id: str = "I1") -> Known:
    """What is visible when ``file`` has been imported."""
    rows = [row._replace(import_id=import_id) for row in file.seen]
    return Known(rows, {import_id: file.collections})


def beside(known: Known, file: ImportBatch) -> Known:
    """As ``known``, but ``file`` has another fingerprint."""
    return replace(known, same_content={})


def codes(decision: Decision) -> list[str]:
    return [found.code for found in decision.findings]


def test_a_first_file_is_new() -> None:
    decision = decide(Known(), batch(people("abc")))
    assert decision == Decision("imported", new=(0, 1, 2))


def test_the_same_file_is_already_here() -> None:
    file = batch(people("abc"))
    assert decide(stored(file), file) == Decision("already_imported", unchanged=3, import_id="I1")


def test_the_order_of_rows_does_not_matter() -> None:
    forms = people("abcd")
    turned = batch(dict(reversed(forms.items())))
    assert decide(beside(stored(batch(forms)), turned), turned).status == "already_imported"


def test_a_grown_export_adds_only_the_new() -> None:
    grown = batch(people("xabcy"))
    decision = decide(beside(stored(batch(people("abc"))), grown), grown)
    assert (decision.status, decision.new, decision.unchanged) == ("imported", (0, 4), 3)
    assert not decision.findings


def test_a_changed_response_is_refused_and_replace_accepts_it() -> None:
    known = beside(stored(batch(people("abc"))), batch(people("abc")))
    corrected = batch({**people("abcd"), "b": CONSTANT})
    refused = decide(known, corrected)
    assert (refused.status, codes(refused)) == ("rejected", ["store.changed_response"])
    assert refused.findings[0].count == 1
    assert refused.findings[0].details["collections"] == "S1"
    accepted = decide(known, corrected, replace=True)
    assert (accepted.status, accepted.new, accepted.changed) == ("imported", (3,), (1,))
    assert accepted.to_write == (1, 3)


@pytest.mark.parametrize("states", list(product(("new", "same", "changed"), repeat=4)))
@pytest.mark.parametrize("replacing", [False, True])
def test_every_mix_of_new_same_and_changed(states: tuple[str, ...], replacing: bool) -> None:
    file = batch(people("abcd"))
    rows = [
        row._replace(import_id="I1", row_hash=row.row_hash if state == "same" else "older")
        for row, state in zip(file.seen, states, strict=True)
        if state != "new"
    ]
    decision = decide(Known(rows), file, replacing)
    at = {state: tuple(i for i, s in enumerate(states) if s == state) for state in ("new", "changed")}
    assert (decision.new, decision.changed) == (
        at["new"],
        at["changed"],
    ) or decision.status == "already_imported"
    assert decision.unchanged == states.count("same")
    if at["changed"] and not replacing:
        assert decision.status == "rejected"
    elif at["new"] or at["changed"]:
        assert decision.status == "imported"
    else:
        assert decision.status == "already_imported"


def test_the_same_content_under_another_session_names_the_repair() -> None:
    known = stored(batch(people(range(10)), "S1"))
    decision = decide(known, batch(people(range(10)), "S2"))
    assert (decision.status, codes(decision)) == ("rejected", ["store.other_collection"])
    (found,) = decision.findings
    assert (found.value, found.count) == ("S2", 10)
    assert found.details == {"collections": "S1", "moments": "post", "import_id": "I1"}


def test_replace_does_not_accept_another_session() -> None:
    known = stored(batch(people(range(10)), "S1"))
    assert decide(known, batch(people(range(10)), "S2"), replace=True).status == "rejected"


@pytest.mark.parametrize(
    ("copied", "fresh", "status"),
    [
        (10, 10, "rejected"),
        (3, 3, "rejected"),
        (3, 4, "imported"),
        (2, 2, "imported"),
    ],
)
def test_half_the_rows_and_three_of_them_make_a_copy(copied: int, fresh: int, status: str) -> None:
    known = beside(stored(batch(people(range(20)), "S1")), batch({}))
    file = batch(people([*range(copied), *(f"new{i}" for i in range(fresh))]), "S2")
    assert decide(known, file).status == status


@pytest.mark.parametrize(("items", "status"), [(1, "imported"), (5, "imported"), (6, "rejected")])
@pytest.mark.parametrize("copied", [1, 2])
def test_fewer_than_three_rows_are_a_copy_only_when_they_say_much(
    copied: int, items: int, status: str
) -> None:
    known = beside(stored(batch(people(range(20), items), "S1")), batch({}))
    assert decide(known, batch(people(range(copied), items), "S2")).status == status


def test_another_moment_of_the_same_session_is_a_copy_too() -> None:
    known = stored(batch(people(range(6)), moment="pre"))
    decision = decide(beside(known, batch({})), batch(people(range(6)), moment="post"))
    assert codes(decision) == ["store.other_moment"]
    assert decision.findings[0].details["moments"] == "pre"


def test_rows_that_occur_in_several_places_prove_nothing() -> None:
    alike = {"a": CONSTANT, "b": CONSTANT, "c": CONSTANT}
    rows = [
        Seen(f"{place}{i}", row.row_hash, place, "post", "I1")
        for place in ("S1", "S3")
        for i, row in enumerate(batch(alike).seen)
    ]
    assert decide(Known(rows), batch(alike, "S2")).status == "imported"


def test_a_one_question_form_repeats_itself_without_being_a_copy() -> None:
    """Sixty marks in one session contain every mark of the next, by chance."""
    first = [Seen(f"x{i}", f"mark{1 + i % 5}", "S1", "post", "I1") for i in range(60)]
    marks = ["mark5", "mark4", "mark4", "mark1", "mark3"]
    file = batch(people(range(5)), "S2")
    scored = file.responses.set_column(file.responses.schema.get_field_index("row_hash"), "row_hash", [marks])
    assert decide(Known(first), replace(file, responses=scored)).status == "imported"


def test_a_file_of_identical_rows_is_recognised_by_its_fingerprint() -> None:
    file = batch(people(range(4), items=6), "S1")
    same = ["x"] * 4
    index = file.responses.schema.get_field_index("row_hash")
    known = stored(replace(file, responses=file.responses.set_column(index, "row_hash", [same])))
    other = batch(people(range(4), items=6), "S2")
    again = replace(other, responses=other.responses.set_column(index, "row_hash", [same]))
    assert codes(decide(known, again)) == ["store.other_collection"]
    assert decide(beside(known, again), again).status == "imported"


def test_one_file_may_hold_many_sessions_and_only_the_copied_one_is_named() -> None:
    known = beside(stored(batch(people(range(8)), "S1")), batch({}))
    where = {str(i): "S2" for i in range(8)} | {f"n{i}": "S3" for i in range(8)}
    file = batch(people([*range(8), *(f"n{i}" for i in range(8))]), collections=where)
    decision = decide(known, file)
    assert [(found.code, found.value, found.count) for found in decision.findings] == [
        ("store.other_collection", "S2", 8)
    ]


def test_a_file_re_cut_over_other_sessions_gives_one_finding_per_import() -> None:
    names = range(60)
    first = batch(people(names), collections={str(i): f"old{i // 6}" for i in names})
    second = batch(people(names), collections={str(i): f"new{i // 6}" for i in names})
    (found,) = decide(beside(stored(first), second), second).findings
    assert found.count == 60
    assert found.value == "new0, new1, new2 (+7)"


def test_a_shrunken_export_removes_nothing_and_says_so() -> None:
    known = beside(stored(batch(people("abcde"))), batch({}))
    decision = decide(known, batch(people("abc")))
    assert (decision.status, codes(decision)) == ("already_imported", ["store.fewer_responses"])
    assert decision.findings[0].level is Level.INFO
    assert decision.findings[0].count == 2
    grown_and_shrunken = decide(known, batch(people("abcx")))
    assert (grown_and_shrunken.status, grown_and_shrunken.new) == ("imported", (3,))
    assert grown_and_shrunken.findings[0].count == 2


def test_a_second_file_of_the_same_session_is_not_a_shrunken_one() -> None:
    known = beside(stored(batch(people("abc"))), batch({}))
    assert decide(known, batch(people("xyz"))).findings == ()


def test_all_errors_come_at_once() -> None:
    known = beside(stored(batch(people(range(10)), "S1")), batch({}))
    rows = [*known.responses, *batch(people(["z"]), "S2").seen]
    file = batch({**people(range(10)), "z": CONSTANT}, "S2")
    assert codes(decide(Known(rows), file)) == ["store.changed_response", "store.other_collection"]


def test_an_empty_and_an_impossible_file_are_refused() -> None:
    assert codes(decide(Known(), batch({}))) == ["store.nothing_to_import"]
    file = batch(people("ab"))
    twice = replace(file, responses=file.responses.take([0, 1, 1]))
    decision = decide(Known(), twice)
    assert codes(decision) == ["store.duplicate_response"]
    assert decision.findings[0].count == 1


def test_a_short_form_with_the_same_marks_is_no_copy_of_another_session() -> None:
    """Three marks that the other session also has, once more often than here."""
    file = batch(people(range(3), items=1), "S2")
    index = file.responses.schema.get_field_index("row_hash")
    marks = replace(file, responses=file.responses.set_column(index, "row_hash", [["8", "7", "8"]]))
    first = [Seen(f"x{i}", mark, "S1", "post", "I1") for i, mark in enumerate(["7", "8", "8", "9"])]
    assert decide(Known(first), marks).status == "imported"
    assert decide(Known(first, {"I1": ("S1",)}), marks).status == "imported"


@pytest.mark.parametrize("keyed", [True, False])
def test_the_same_answers_under_other_ids_are_already_here(keyed: bool) -> None:
    known = beside(stored(batch(people(range(8)))), batch({}))
    again = batch(people(range(8)), keyed=keyed, keys="other")
    decision = decide(known, again)
    assert (decision.status, decision.unchanged, decision.import_id) == ("already_imported", 8, "I1")


def test_a_grown_file_without_ids_adds_only_the_new() -> None:
    known = beside(stored(batch(people(range(8)))), batch({}))
    decision = decide(known, batch(people(range(10)), keyed=False))
    assert (decision.status, decision.new, decision.unchanged) == ("imported", (8, 9), 8)
    assert not decision.withdrawn


def test_equal_rows_pair_once_each() -> None:
    first = [Seen(f"x{i}", "8", "S1", "post", "I1") for i in range(2)]
    file = batch(people(range(3)), keyed=False)
    index = file.responses.schema.get_field_index("row_hash")
    marks = replace(file, responses=file.responses.set_column(index, "row_hash", [["8"] * 3]))
    decision = decide(Known(first), marks)
    assert (decision.new, decision.unchanged) == ((2,), 2)


def test_new_and_missing_rows_without_ids_need_replace() -> None:
    known = beside(stored(batch(people(range(8)), keyed=False)), batch({}))
    corrected = batch({**people(range(8)), "3": CONSTANT}, keyed=False)
    refused = decide(known, corrected)
    assert (refused.status, codes(refused)) == ("rejected", ["store.changed_or_other"])
    assert refused.findings[0].details == {"new": "1", "missing": "1", "collections": "S1"}
    accepted = decide(known, corrected, replace=True)
    assert (accepted.status, accepted.new, codes(accepted)) == ("imported", (3,), ["store.withdrawn"])
    assert [seen.response_id for seen in accepted.withdrawn] == [
        batch(people(range(8)), keyed=False).seen[3].response_id
    ]


@pytest.mark.parametrize("replacing", [False, True])
def test_a_shorter_file_without_ids_withdraws_nothing(replacing: bool) -> None:
    known = beside(stored(batch(people(range(8)), keyed=False)), batch({}))
    decision = decide(known, batch(people(range(5)), keyed=False), replacing)
    assert (decision.status, codes(decision)) == ("already_imported", ["store.fewer_responses"])
    assert (decision.withdrawn, decision.findings[0].count) == ((), 3)


def test_rows_moved_between_sessions_are_no_copies_when_they_replace() -> None:
    where = {str(i): "S1" if i < 4 else "S2" for i in range(8)}
    moved = where | {str(i): "S2" for i in range(3)}
    known = beside(stored(batch(people(range(8)), collections=where, keyed=False)), batch({}))
    file = batch(people(range(8)), collections=moved, keyed=False)
    assert codes(decide(known, file)) == ["store.changed_or_other"]
    accepted = decide(known, file, replace=True)
    assert (len(accepted.new), {seen.collection for seen in accepted.withdrawn}) == (3, {"S1"})


@pytest.mark.parametrize("replacing", [False, True])
def test_a_partial_export_with_ids_is_trusted(replacing: bool) -> None:
    known = beside(stored(batch(people(range(8)))), batch({}))
    decision = decide(known, batch(people(range(6, 12))), replacing)
    assert (decision.status, decision.new, decision.withdrawn) == ("imported", (2, 3, 4, 5), ())


def test_few_equal_marks_among_many_are_other_people_when_they_have_ids() -> None:
    first = [Seen(f"x{i}", f"mark{i % 5}", "S1", "post", "I1") for i in range(60)]
    file = batch(people(range(4), items=1))
    index = file.responses.schema.get_field_index("row_hash")
    marks = [["mark1", "mark2", "mark3", "mark1"]]
    scored = replace(file, responses=file.responses.set_column(index, "row_hash", marks))
    assert decide(Known(first), scored).new == (0, 1, 2, 3)
