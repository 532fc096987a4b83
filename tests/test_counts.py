"""The one query layer, against plain counting of the same answers."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitycycle.counts import FACTS, KEYS, counts, needed, response_counts, score_sums
from qualitycycle.register.derive import SessionFacts, SurveyFacts, sessions_overview, surveys_overview
from qualitycycle.store import delta
from qualitycycle.store.evaluations import EvaluationStore, append_rows
from qualitycycle.store.identity import Known, decide
from tests.store.building import batch, people, shown

REGISTER: dict[str, list[dict[str, Any]]] = {
    "trainers": [
        {"id": "T1", "affiliation": "school"},
        {"id": "T2", "affiliation": "institute"},
        {"id": "T3", "affiliation": "institute"},
    ],
    "sessions": [
        {"id": "S1", "kind": "basic", "lead": "DUIN", "format": "online", "shared_with": ("KUST",)},
        {"id": "S2", "kind": "basic", "lead": "VEEN", "format": "on_site"},
        {"id": "S3", "kind": "refresher", "lead": "DUIN", "format": "on_site"},
        {"id": "S4", "kind": "basic", "lead": "DUIN"},
    ],
    "meetings": [
        {"session": "S1", "date": date(2024, 9, 10)},
        {"session": "S2", "date": date(2025, 9, 10)},
        {"session": "S3", "date": date(2025, 9, 11)},
    ],
    "session_trainers": [
        {"session": "S1", "trainer": "T2"},
        {"session": "S1", "trainer": "T1"},
        {"session": "S2", "trainer": "T3"},
        {"session": "S3", "trainer": "T1"},
    ],
    "surveys": [
        {"id": "REGION", "cycle": "2024-2025"},
        {"id": "OWN", "cycle": "2025-2026", "partnership": "DUIN"},
    ],
}
SESSIONS: dict[str, SessionFacts] = sessions_overview(REGISTER)
SURVEYS: dict[str, SurveyFacts] = surveys_overview(REGISTER)
PLACES = ["S1", "S2", "S3", "S4", "REGION", "OWN", "NOBODY"]
CHANGED = {"Q0": 5.0, "Q1": None, "Q2": 5.0, "Q3": 5.0}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EvaluationStore:
    """Every collection and two moments, with a grown, a replaced, a retracted and a killed import."""
    store = EvaluationStore(tmp_path_factory.mktemp("evaluations"))
    for place in PLACES:
        for moment in ("post", "pre", "survey"):
            store.write(batch(people([f"{place}{moment}{i}" for i in range(7)]), place, moment))
    grown = people([f"S1post{i}" for i in range(9)]) | {"S1post3": CHANGED}
    assert store.write(batch(grown, "S1"), replace=True).status == "imported"
    undone = store.write(batch(people([f"undone{i}" for i in range(5)]), "S2")).import_id
    assert undone is not None and store.retract(undone).status == "retracted"
    killed = batch(people([f"killed{i}" for i in range(5)]), "S2")
    append_rows(store.where, killed, decide(Known(), killed), "20250101-000000-00000000")
    return store


def plain(store: EvaluationStore, places: set[str], moments: set[str]) -> Counter[tuple[Any, ...]]:
    """The same counts, one row at a time, from an independent reading of the files."""
    visible = shown(store)
    table = delta.open_table(delta.place(store.where, "responses"))
    assert table is not None
    rows = delta.read(table, ["response_id", "collection", "moment"]).to_pylist()
    where = {row["response_id"]: (row["collection"], row["moment"]) for row in rows}
    counted: Counter[tuple[Any, ...]] = Counter()
    for response_id, form in visible.items():
        collection, moment = where[response_id]
        if collection in places and moment in moments:
            for item, score in form.items():
                state = "answered" if score is not None else "not_answered"
                counted[collection, moment, item, state, score] += 1
    return counted


def put(table: pa.Table, name: str, values: list[Any]) -> pa.Table:
    """The table with other values in one column."""
    index = table.schema.get_field_index(name)
    return table.set_column(index, table.schema.field(name), pa.array(values, table.schema.field(name).type))


def as_counter(frame: pd.DataFrame) -> Counter[tuple[Any, ...]]:
    rows = frame[["collection", "moment", "item", "state", "score", "n"]].itertuples(index=False)
    return Counter({(c, m, i, s, None if math.isnan(x) else x): n for c, m, i, s, x, n in rows})


@pytest.mark.parametrize(
    ("filters", "places", "moments"),
    [
        ({}, {"S1", "S2", "S4", "REGION", "OWN"}, {"post"}),
        ({"moment": "survey"}, {"S1", "S2", "S4", "REGION", "OWN"}, {"survey"}),
        ({"moment": None, "kind": None}, set(PLACES) - {"NOBODY"}, {"post", "pre", "survey"}),
        ({"kind": "refresher"}, {"S3", "REGION", "OWN"}, {"post"}),
        ({"kind": ["basic", "refresher"], "variant": ["tandem", "school_only"]}, {"S1", "S3"}, {"post"}),
        ({"variant": "unknown"}, {"S4"}, {"post"}),
        ({"cycle": "2024-2025"}, {"S1", "REGION"}, {"post"}),
        ({"cycle": ["2024-2025", "2025-2026"]}, {"S1", "S2", "REGION", "OWN"}, {"post"}),
        ({"partnership": "KUST"}, {"S1"}, {"post"}),
        ({"partnership": ["DUIN", "KUST"]}, {"S1", "S4", "OWN"}, {"post"}),
        ({"format": "on_site"}, {"S2"}, {"post"}),
        ({"collection": ["S2", "S3"], "moment": ["pre", "post"]}, {"S2"}, {"pre", "post"}),
        ({"partnership": "NOWHERE"}, set(), {"post"}),
        ({"instrument": "other-1.0"}, set(), {"post"}),
    ],
)
def test_filters_find_the_collections_they_name(
    store: EvaluationStore, filters: dict[str, Any], places: set[str], moments: set[str]
) -> None:
    counted = counts(store.snapshot(), SESSIONS, SURVEYS, **filters)
    assert as_counter(counted) == plain(store, places, moments)


def test_items_are_a_filter_of_their_own(store: EvaluationStore) -> None:
    both = counts(store.snapshot(), SESSIONS, SURVEYS, item=["Q0", "Q2"])
    assert set(both["item"]) == {"Q0", "Q2"}
    one = counts(store.snapshot(), SESSIONS, SURVEYS, item="Q2")
    pd.testing.assert_frame_equal(one, both[both["item"] == "Q2"].reset_index(drop=True))


def test_every_count_carries_the_facts_of_its_session(store: EvaluationStore) -> None:
    counted = counts(store.snapshot(), SESSIONS.values(), SURVEYS.values())
    assert list(counted.columns) == [*KEYS, "n", *[name for name in FACTS.names if name != "collection"]]
    first = counted[counted["collection"] == "S1"].iloc[0]
    assert (first["variant"], first["team"], first["cycle"], first["lead"], first["shared_with"]) == (
        "tandem",
        "T1|T2",
        "2024-2025",
        "DUIN",
        "KUST",
    )
    survey = counted[counted["collection"] == "REGION"].iloc[0]
    assert survey[["kind", "variant", "team", "lead"]].isna().all()
    assert survey["cycle"] == "2024-2025"


def test_an_unknown_filter_or_engine_is_a_mistake_of_the_caller(store: EvaluationStore) -> None:
    with pytest.raises(TypeError, match="partnerships"):
        counts(store.snapshot(), SESSIONS, partnerships="DUIN")  # type: ignore[call-arg]


def test_no_answers_give_an_empty_table_of_the_same_shape(store: EvaluationStore, tmp_path: Path) -> None:
    empty = EvaluationStore(tmp_path / "none").snapshot()
    full = counts(store.snapshot(), SESSIONS, SURVEYS)
    nothing = counts(empty, SESSIONS, SURVEYS)
    assert len(nothing) == 0
    assert (list(nothing.columns), nothing["n"].dtype) == (list(full.columns), full["n"].dtype)
    assert len(response_counts(empty, SESSIONS)) == 0
    assert len(score_sums(empty, SESSIONS, items=["Q0"], min_answered=1)) == 0
    assert len(counts(store.snapshot(), [])) == 0


def test_responses_are_counted_by_weight_and_completeness(tmp_path: Path) -> None:
    store = EvaluationStore(tmp_path)
    file = batch(people(range(5)), "S1")
    done = put(file.responses, "completed", [True, False, True, True, False])
    store.write(replace(file, responses=put(done, "n", [1, 1, 1, 1, 30])))
    counted = response_counts(store.snapshot(), SESSIONS)
    assert dict(zip(counted["completed"], counted["n"], strict=True)) == {False: 31, True: 3}
    assert set(counted["variant"]) == {"tandem"}


def test_a_score_is_the_mean_of_enough_answered_items(tmp_path: Path) -> None:
    store = EvaluationStore(tmp_path)
    forms: dict[str, dict[str, float | None]] = {
        "all": {"Q1": 5, "Q2": 4, "Q3": 3, "Q4": 4, "X": 1},
        "three": {"Q1": 2, "Q2": None, "Q3": 3, "Q4": 4, "X": 1},
        "two": {"Q1": 5, "Q2": 5, "Q3": None, "Q4": None, "X": 1},
        "none": {"Q1": None, "Q2": None, "Q3": None, "Q4": None, "X": 1},
    }
    store.write(batch(forms, "S1"))
    items = ["Q1", "Q2", "Q3", "Q4"]
    (row,) = score_sums(store.snapshot(), SESSIONS, items=items, min_answered=0.67).to_dict("records")
    assert (row["n"], row["total"], row["total_sq"]) == (2, 4 + 3, 16 + 9)
    (row,) = score_sums(store.snapshot(), SESSIONS, items=items, min_answered=0.5).to_dict("records")
    assert (row["n"], row["total"]) == (3, 4 + 3 + 5)
    mirrored = {item: 6.0 for item in items}
    (row,) = score_sums(store.snapshot(), SESSIONS, items=items, min_answered=1, mirrored=mirrored).to_dict(
        "records"
    )
    assert (row["n"], row["total"]) == (1, 2)


def test_counts_per_option_have_no_score(tmp_path: Path) -> None:
    """A survey known only as totals: nobody knows which answers belong together."""
    store = EvaluationStore(tmp_path)
    file = batch({"a": {"Q1": 4.0, "Q2": 5.0}}, "S1")
    store.write(replace(file, answers=put(file.answers, "n", [20, 30])))
    assert counts(store.snapshot(), SESSIONS)["n"].tolist() == [20, 30]
    assert len(score_sums(store.snapshot(), SESSIONS, items=["Q1", "Q2"], min_answered=0.5)) == 0


def test_needed_items_are_at_least_the_fraction() -> None:
    for items in range(1, 30):
        for percent in range(1, 101):
            enough = needed(items, percent / 100)
            assert 1 <= enough <= items
            assert enough / items >= percent / 100 - 0.005
            assert enough == 1 or (enough - 1) / items < percent / 100


answers = st.dictionaries(
    st.sampled_from(["Q1", "Q2", "Q3"]), st.none() | st.integers(1, 5).map(float), min_size=1
)
files = st.lists(
    st.tuples(
        st.sampled_from(["S1", "S2", "REGION"]),
        st.sampled_from(["post", "pre"]),
        st.dictionaries(st.integers(0, 30).map(str), answers, min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=files)
def test_random_answers_count_as_pandas_counts_them(
    files: list[tuple[str, str, dict[str, dict[str, float | None]]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = EvaluationStore(tmp_path_factory.mktemp("random"))
    landed: dict[tuple[str, str, str], dict[str, float | None]] = {}
    for place, moment, forms in files:
        if store.write(batch(forms, place, moment), replace=True).status == "imported":
            landed |= {(place, moment, who): form for who, form in forms.items()}
    rows = [
        (place, moment, who, item, score)
        for (place, moment, who), form in landed.items()
        for item, score in form.items()
    ]
    source = pd.DataFrame(rows, columns=["collection", "moment", "who", "item", "score"])
    keys = ["collection", "moment", "item", "score"]
    wanted = source.groupby(keys, dropna=False).size().reset_index(name="n")
    found = counts(store.snapshot(), SESSIONS, SURVEYS, moment=None)[[*keys, "n"]]
    pd.testing.assert_frame_equal(
        found.sort_values(keys, ignore_index=True),
        wanted.sort_values(keys, ignore_index=True),
        check_dtype=False,
    )
    _check_scores(store, source)


def _check_scores(store: EvaluationStore, source: pd.DataFrame) -> None:
    enough = needed(3, 0.67)
    scores: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for (place, moment, _), form in source.groupby(["collection", "moment", "who"]):
        given = form["score"].dropna()
        if len(given) >= enough:
            scores[place, moment].append(given.mean())
    sums = score_sums(
        store.snapshot(), SESSIONS, SURVEYS, items=["Q1", "Q2", "Q3"], min_answered=0.67, moment=None
    )
    assert {(r.collection, r.moment): r.n for r in sums.itertuples()} == {
        k: len(v) for k, v in scores.items()
    }
    for row in sums.itertuples():
        values = scores[row.collection, row.moment]
        assert row.total == pytest.approx(sum(values))
        assert row.total_sq == pytest.approx(sum(value**2 for value in values))


@pytest.mark.parametrize("name", ["mijn map", "Traïningen #2 (2025)", "a&b+c=d, e'f", "*", "wat?", "100%"])
def test_the_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    store = EvaluationStore(tmp_path / name / "evaluations")
    first = store.write(batch(people("abc"), "S1"))
    store.write(batch(people("abc") | {"b": CHANGED}, "S1"), replace=True)
    assert len(shown(store)) == 3
    assert counts(store.snapshot(), SESSIONS)["n"].sum() == 12
    assert first.import_id is not None
    store.retract(first.import_id)
    store.compact(vacuum=True, keep=timedelta(0))
    assert counts(store.snapshot(), SESSIONS)["n"].sum() == 4


def test_dates_survive(store: EvaluationStore) -> None:
    counted = counts(store.snapshot(), SESSIONS, collection="S1")
    assert set(counted["first_date"].dt.date) == {date(2024, 9, 10)}
    assert counted["first_date"].max() - counted["first_date"].min() == timedelta(0)
