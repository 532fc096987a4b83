from __future__ import annotations

from typing import Any

import pytest

from qualitycycle.checking.export import ItemColumn
from qualitycycle.checking.strange_labels import label_fit, strange_labels
from qualitycycle.config import Config, load_config, shipped
from qualitycycle.instrument import Scale
from qualitycycle.mapping import SurveyMapping
from tests.checking.export import tiny


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(shipped("config").parent)


def mapped(config: Config, **items: str) -> list[ItemColumn]:
    instrument = config.instrument
    return [
        ItemColumn(at, header, instrument.item(item), instrument.scale_of(item))
        for at, (header, item) in enumerate(items.items())
    ]


def test_a_misspelt_label_stands_for_its_point_and_the_rest_is_counted(config: Config) -> None:
    export = tiny(
        {
            "a": ["mee eens", "helemal mee eens", "Helemal mee eens", "geen idee"],
            "b": ["geen idee", "neutraal", None, "5"],
        }
    )
    near, strange = strange_labels(export, mapped(config, a="INH1", b="VRM1"))
    assert [(one.scale, one.known, one.target, one.count) for one in near] == [
        ("E5", "helemaal mee eens", 5, 2)
    ]
    assert [(one.scale, one.label, one.header, one.count) for one in strange] == [("E5", "geen idee", "a", 2)]


def test_what_a_mapping_says_is_not_strange(config: Config) -> None:
    export = tiny({"a": ["top", "neutraal"]})
    mapping = SurveyMapping(instrument="nl-mentor-1.0", columns={"a": "INH1"}, labels={"E5": {"top": 5}})
    assert strange_labels(export, mapped(config, a="INH1"), mapping) == ([], [])
    assert strange_labels(export, mapped(config, a="INH1"))[1][0].label == "top"


def test_an_item_with_labels_of_its_own_has_its_own_table(config: Config) -> None:
    item = config.instrument.item("VRM2")
    assert item.labels
    _, strange = strange_labels(tiny({"a": ["heel raar"]}), mapped(config, a="VRM2"))
    assert strange[0].scale == "VRM2"


def test_open_columns_and_rows_beyond_the_sample_are_not_looked_at(config: Config) -> None:
    assert strange_labels(tiny({"a": ["wat ook"]}), mapped(config, a="OPN1")) == ([], [])
    late = tiny({"a": ["neutraal", "raar"]})
    assert strange_labels(late, mapped(config, a="INH1"), rows=1) == ([], [])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["mee eens", "neutraal"], 1.0),
        (["mee eens", "raar", "raar", "raar"], 0.25),
        (["raar"], 0.0),
        ([None, "", "n.v.t."], None),
        ([4, 5.0, 2], 1.0),
    ],
)
def test_the_fit_is_the_share_of_answers_a_scale_takes(
    config: Config, cells: list[Any], expected: float | None
) -> None:
    assert label_fit(cells, config.instrument.scale_of("INH1")) == expected


def test_long_texts_say_nothing_about_an_open_question_and_few_words_speak_against_it() -> None:
    assert label_fit(["een heel verhaal " * 9, "nog een heel verhaal"], Scale(kind="open")) is None
    assert label_fit(["ja", "nee"] * 9, Scale(kind="open")) == 0.5
