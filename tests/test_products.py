"""Cross products from the store, against the same answers laid out in a frame."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.reliability import cross_products
from qualitycycle.products import score_products
from qualitycycle.store.evaluations import EvaluationStore
from tests.store.building import batch
from tests.test_counts import SESSIONS, SURVEYS, put

ITEMS = ["Q0", "Q1", "Q2"]
FORMS = st.lists(
    st.fixed_dictionaries({item: st.none() | st.integers(1, 5).map(float) for item in ITEMS}),
    min_size=1,
    max_size=12,
)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=FORMS, other=FORMS)
def test_every_collection_has_the_products_of_its_complete_forms(
    one: list[dict[str, float | None]],
    other: list[dict[str, float | None]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = EvaluationStore(tmp_path_factory.mktemp("products"))
    for place, forms in (("S1", one), ("REGION", other)):
        store.write(batch({f"{place}{i}": form for i, form in enumerate(forms)}, place))
    found = score_products(store.snapshot(), SESSIONS, SURVEYS, items=ITEMS)
    for place, forms in (("S1", one), ("REGION", other)):
        expected = cross_products(pd.DataFrame(forms, columns=ITEMS))
        assert found.get(place) == (expected if expected.n else None)


def test_filters_and_mirrored_items(tmp_path: Path) -> None:
    store = EvaluationStore(tmp_path)
    store.write(batch({"a": {"Q0": 1.0, "Q1": 2.0}, "b": {"Q0": 2.0, "Q1": 5.0, "X": 4.0}}, "S1"))
    store.write(batch({"c": {"Q0": 1.0, "Q1": 1.0}}, "S2", "pre"))
    items = ["Q0", "Q1"]
    assert set(score_products(store.snapshot(), SESSIONS, items=items)) == {"S1"}
    assert set(score_products(store.snapshot(), SESSIONS, items=items, moment="pre")) == {"S2"}
    assert score_products(store.snapshot(), SESSIONS, items=items, partnership="VEEN") == {}
    turned = score_products(store.snapshot(), SESSIONS, items=items, mirrored={"Q1": 6.0})["S1"]
    assert (turned.sums, turned.products) == ((3.0, 5.0), ((5.0, 6.0), (6.0, 17.0)))


def test_counts_per_option_have_no_products(tmp_path: Path) -> None:
    store = EvaluationStore(tmp_path)
    file = batch({"a": {"Q0": 4.0, "Q1": 5.0}}, "S1")
    store.write(replace(file, answers=put(file.answers, "n", [20, 20])))
    assert score_products(store.snapshot(), SESSIONS, items=["Q0", "Q1"]) == {}
    assert score_products(EvaluationStore(tmp_path / "empty").snapshot(), SESSIONS, items=["Q0"]) == {}
