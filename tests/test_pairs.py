"""Forms of one person put together, against plain matching of the same forms."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitycycle.pairs import PATTERN, form_patterns, item_patterns, score_patterns
from qualitycycle.querying import FACTS
from qualitycycle.store.evaluations import EvaluationStore
from tests.store.building import batch
from tests.test_counts import SESSIONS

ITEMS = ["Q1", "Q2", "Q3"]


class Filled(NamedTuple):
    """A form: where, when, by whom (their code, None without) and what was answered."""

    session: str
    moment: str
    code: str | None
    answers: Mapping[str, float | None]
    completed: bool = True


def store_of(folder: Path, forms: Iterable[Filled]) -> EvaluationStore:
    """A store with these forms, one import per session and moment."""
    store = EvaluationStore(folder)
    places: defaultdict[tuple[str, str], list[Filled]] = defaultdict(list)
    for form in forms:
        places[form.session, form.moment].append(form)
    for (session, moment), filled in places.items():
        file = batch({str(i): form.answers for i, form in enumerate(filled)}, session, moment)
        responses = _put(file.responses, "link_code", [form.code for form in filled])
        responses = _put(responses, "completed", [form.completed for form in filled])
        assert store.write(replace(file, responses=responses)).status == "imported"
    return store


def _put(table: pa.Table, name: str, values: list[Any]) -> pa.Table:
    index = table.schema.get_field_index(name)
    return table.set_column(index, table.schema.field(name), pa.array(values, table.schema.field(name).type))


def people(forms: Iterable[Filled]) -> list[tuple[str, bool, dict[str, Filled]]]:
    """Session, whether ambiguous, and the forms by moment, of everybody; one form at a time."""
    done = [form for form in forms if form.completed]
    often = Counter((form.session, form.code, form.moment) for form in done)
    twice = {(session, code) for (session, code, _), n in often.items() if n > 1 and code is not None}
    single, coded = [], defaultdict(dict)
    for form in done:
        if form.code is None or (form.session, form.code) in twice:
            single.append((form.session, form.code is not None, {form.moment: form}))
        else:
            coded[form.session, form.code][form.moment] = form
    return single + [(session, False, found) for (session, _), found in coded.items()]


def patterns(
    forms: Iterable[Filled], value: Any = lambda form: 1.0
) -> Counter[tuple[str, bool, tuple[float | None, ...]]]:
    """What each person said at each moment, counted; those who said nothing left out."""
    counted: Counter[tuple[str, bool, tuple[float | None, ...]]] = Counter()
    for session, ambiguous, found in people(forms):
        said = tuple(value(found[moment]) if moment in found else None for moment in PATTERN)
        if any(one is not None for one in said):
            counted[session, ambiguous, said] += 1
    return counted


def found_in(frame: pd.DataFrame) -> Counter[tuple[str, bool, tuple[float | None, ...]]]:
    rows = frame[["collection", "ambiguous", *PATTERN, "n"]].itertuples(index=False)
    return Counter(
        {
            (c, bool(a), tuple(None if math.isnan(x) else round(x, 9) for x in said)): n
            for c, a, *said, n in rows
        }
    )


def mean_of(form: Filled, mirrored: Iterable[str] = ()) -> float | None:
    given = [6 - x if i in mirrored else x for i, x in form.answers.items() if x is not None]
    return round(sum(given) / len(given), 9) if len(given) >= 2 else None


FORMS = st.lists(
    st.builds(
        Filled,
        st.sampled_from(["S1", "S2", "S3", "REGION"]),
        st.sampled_from([*PATTERN, "student"]),
        st.sampled_from([None, "a", "b", "c", "d"]),
        st.fixed_dictionaries({item: st.none() | st.integers(1, 5).map(float) for item in ITEMS}),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=40,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(forms=FORMS)
def test_random_forms_are_matched_as_plain_python_matches_them(
    forms: list[Filled], tmp_path_factory: pytest.TempPathFactory
) -> None:
    snapshot = store_of(tmp_path_factory.mktemp("random"), forms).snapshot()
    basic = [form for form in forms if form.session in ("S1", "S2") and form.moment in PATTERN]
    assert found_in(form_patterns(snapshot, SESSIONS)) == patterns(basic)
    said = item_patterns(snapshot, SESSIONS, items=ITEMS)
    for item in ITEMS:
        wanted = patterns(basic, lambda form, item=item: form.answers[item])
        assert found_in(said[said["item"] == item]) == wanted
    scores = score_patterns(snapshot, SESSIONS, items=ITEMS, min_answered=0.67, mirrored={"Q2": 6.0})
    assert found_in(scores) == patterns(basic, lambda form: mean_of(form, ["Q2"]))


def three(code: str | None, *scores: float, session: str = "S1") -> list[Filled]:
    """Somebody's forms at the first moments, one score per moment."""
    return [
        Filled(session, moment, code, {"Q1": score}) for moment, score in zip(PATTERN, scores, strict=False)
    ]


def test_the_same_person_at_three_moments_is_one_row(tmp_path: Path) -> None:
    store = store_of(tmp_path, [*three("a", 2, 4, 3), *three("b", 2, 4, 3), *three("c", 1, 4)])
    said = item_patterns(store.snapshot(), SESSIONS, items="Q1")
    assert found_in(said) == {
        ("S1", False, (2.0, 4.0, 3.0, None)): 2,
        ("S1", False, (1.0, 4.0, None, None)): 1,
    }


def test_a_code_that_occurs_twice_pairs_nobody(tmp_path: Path) -> None:
    twice = [Filled("S1", "pre", "a", {"Q1": 1.0}), *three("a", 2, 4, 3), *three("b", 3, 5)]
    said = item_patterns(store_of(tmp_path, twice).snapshot(), SESSIONS, items="Q1")
    assert said.loc[said["ambiguous"], "n"].sum() == 4
    assert found_in(said[~said["ambiguous"]]) == {("S1", False, (3.0, 5.0, None, None)): 1}


def test_a_form_that_was_opened_and_left_makes_no_code_ambiguous(tmp_path: Path) -> None:
    forms = [*three("a", 2, 4), Filled("S1", "pre", "a", {"Q1": None}, completed=False)]
    said = item_patterns(store_of(tmp_path, forms).snapshot(), SESSIONS, items="Q1")
    assert found_in(said) == {("S1", False, (2.0, 4.0, None, None)): 1}


def test_the_same_code_in_two_sessions_is_two_people(tmp_path: Path) -> None:
    before, after = three("a", 2, 4)[0], three("a", 2, 4, session="S2")[1]
    said = item_patterns(store_of(tmp_path, [before, after]).snapshot(), SESSIONS, items="Q1")
    assert all(sum(x is not None for x in pattern) == 1 for _, _, pattern in found_in(said))


def test_patterns_carry_the_facts_of_their_session_and_follow_the_filters(tmp_path: Path) -> None:
    forms = [*three("a", 2, 4), *three("b", 2, 4, session="S2"), *three("c", 2, 4, session="S3")]
    snapshot = store_of(tmp_path, forms).snapshot()
    said = form_patterns(snapshot, SESSIONS)
    assert list(said.columns) == [
        "collection",
        *PATTERN,
        "ambiguous",
        "apart",
        "n",
        *[name for name in FACTS.names if name != "collection"],
    ]
    assert dict(zip(said["collection"], said["team"], strict=True)) == {"S1": "T1|T2", "S2": "T3"}
    assert set(form_patterns(snapshot, SESSIONS, cycle="2025-2026")["collection"]) == {"S2"}
    assert set(form_patterns(snapshot, SESSIONS, kind=None)["collection"]) == {"S1", "S2", "S3"}
    assert set(form_patterns(snapshot, SESSIONS, partnership="KUST")["collection"]) == {"S1"}


def test_no_forms_give_an_empty_table(tmp_path: Path) -> None:
    snapshot = EvaluationStore(tmp_path / "none").snapshot()
    assert len(form_patterns(snapshot, SESSIONS)) == len(item_patterns(snapshot, SESSIONS, items="Q1")) == 0
    assert list(score_patterns(snapshot, SESSIONS, items=ITEMS, min_answered=1)["n"]) == []
