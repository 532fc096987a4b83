from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.checking.proposals import (
    CERTAIN,
    DOUBTFUL,
    LIKELY,
    Certainty,
    Proposal,
    Role,
    choose,
    in_words,
    propose,
)
from qualitycycle.config import Config, load_config, shipped
from qualitycycle.instrument import Instrument, Item, Scale
from qualitycycle.mapping import SurveyMapping
from tests.checking.export import TinyExport, tiny

AGREE = ["helemaal mee oneens", "mee oneens", "neutraal", "mee eens", "helemaal mee eens"]
MARKS = [7, 8, 9, 6, "7,5"]


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(shipped("config").parent)


def form(config: Config, *ids: str) -> dict[str, Sequence[Any]]:
    """A file with these questions in words and answers that fit."""
    columns: dict[str, Sequence[Any]] = {}
    for id in ids:
        item = config.instrument.item(id)
        scale = config.instrument.scale_of(id)
        labels = scale.labels.get("nl")
        columns[item.text["nl"]] = (
            labels[:4] if labels else ["goed zo"] * 4 if scale.kind == "open" else MARKS[:4]
        )
    return columns


def by_header(config: Config, export: TinyExport, **choices: Any) -> dict[str, Proposal]:
    return {one.header: one for one in propose(export, config, **choices).columns}


def renamed(columns: Mapping[str, Sequence[Any]], old: str, new: str) -> dict[str, Sequence[Any]]:
    return {new if header == old else header: cells for header, cells in columns.items()}


def test_the_same_words_and_fitting_answers_are_certain(config: Config) -> None:
    made = propose(tiny(form(config, "TRN3", "INH1", "VRM2")), config)
    assert [one.item for one in made.columns] == ["TRN3", "INH1", "VRM2"]
    assert {one.word for one in made.columns} == {Certainty.CERTAIN}
    assert made.instrument.id == "nl-mentor-1.0"


def test_other_words_are_less_certain_and_say_why(config: Config) -> None:
    text = config.instrument.item("INH1").text["nl"]
    columns = renamed(
        form(config, "TRN3", "INH1"), text, "De inhoud sloot goed aan bij wat ik als mentor meemaak."
    )
    one = by_header(config, tiny(columns))["De inhoud sloot goed aan bij wat ik als mentor meemaak."]
    assert one.item == "INH1"
    assert DOUBTFUL <= one.certainty < CERTAIN
    assert one.reasons[0] == "near_text" and "labels_fit" in one.reasons


def test_answers_that_do_not_fit_make_it_less_certain(config: Config) -> None:
    text = config.instrument.item("INH1").text["nl"]
    [fits] = propose(tiny({text: AGREE}), config).columns
    [strange] = propose(tiny({text: ["stimme zu", "stimme nicht zu"]}), config).columns
    assert fits.word is Certainty.CERTAIN
    assert strange.item == "INH1" and strange.word is Certainty.LIKELY
    assert "labels_strange" in strange.reasons


def test_an_item_goes_to_one_column_only(config: Config) -> None:
    text = config.instrument.item("TRN3").text["nl"]
    made = propose(tiny({text: MARKS, f"{text} (tweede keer)": MARKS}), config)
    items = [one.item for one in made.columns if one.item is not None]
    assert len(items) == len(set(items))
    assert made.columns[0].item == "TRN3"


def test_a_code_alone_is_never_enough(config: Config) -> None:
    columns = {f"Q{at}": cells for at, cells in enumerate(form(config, "TRN3", "INH1", "VRM2").values())}
    made = propose(tiny(columns), config)
    assert all(one.item is None for one in made.columns)


def test_one_code_of_ours_among_other_headers_is_not_enough(config: Config) -> None:
    made = propose(tiny({"TRN3": MARKS, "Datum": ["a"] * 5, "Zaal": ["b"] * 5}), config)
    assert all(one.item is None for one in made.columns)


def test_codes_of_this_questionnaire_count_when_most_headers_are_codes(config: Config) -> None:
    made = propose(tiny({"TRN3": MARKS, "INH1": AGREE, "VRM1": AGREE}), config)
    assert [one.item for one in made.columns] == ["TRN3", "INH1", "VRM1"]
    assert {one.word for one in made.columns} == {Certainty.LIKELY}


def test_a_code_whose_words_are_another_question_is_not_that_question(config: Config) -> None:
    export = replace(
        tiny({"TRN3": AGREE, "INH1": MARKS}),
        titles=(config.instrument.item("INH1").text["nl"], config.instrument.item("TRN3").text["nl"]),
    )
    assert [one.item for one in propose(export, config).columns] == ["INH1", "TRN3"]


def test_the_statement_of_a_grid_and_a_number_in_front_are_seen_through(config: Config) -> None:
    text = config.instrument.item("INH1").text["nl"]
    for header in (f"Wat vind je hiervan? [{text}]", f"12. {text}", f"De training - {text}"):
        [one] = propose(tiny({header: AGREE}), config).columns
        assert (one.item, one.word) == ("INH1", Certainty.CERTAIN), header


def test_english_words_find_the_item_too(config: Config) -> None:
    [one] = propose(tiny({config.instrument.item("INH1").text["en"]: ["agree", "disagree"]}), config).columns
    assert one.item == "INH1" and one.word is Certainty.CERTAIN


def test_what_an_earlier_mapping_called_a_question_is_remembered(config: Config) -> None:
    mapping = SurveyMapping(instrument="nl-mentor-1.0", columns={"Punten voor de leiding": "TRN3"})
    told = replace(config, mappings={"old": mapping})
    [one] = propose(tiny({"Punten voor de leiding": MARKS}), told).columns
    assert (one.item, one.reasons[0]) == ("TRN3", "earlier")
    [unknown] = propose(tiny({"Punten voor de leiding": MARKS}), config).columns
    assert unknown.item is None


def test_an_earlier_mapping_of_a_bare_code_teaches_nothing(config: Config) -> None:
    told = replace(
        config, mappings={"old": SurveyMapping(instrument="nl-mentor-1.0", columns={"Q9": "TRN3"})}
    )
    [one] = propose(tiny({"Q9": MARKS}), told).columns
    assert one.item is None


def test_the_place_between_two_certain_questions_helps_a_vague_one(config: Config) -> None:
    items = config.instrument.items
    at = next(i for i in range(1, len(items) - 1) if items[i].id == "VRM2")
    vague = "Tijd en opbrengst: hoe was de verhouding van de training?"
    alone = by_header(
        config, tiny({vague: AGREE[:0] or config.instrument.scale_of("VRM2").labels["nl"][:4]})
    )[vague]
    columns = form(config, items[at - 1].id, "VRM2", items[at + 1].id)
    among = by_header(config, tiny(renamed(columns, items[at].text["nl"], vague)))[vague]
    assert among.item == "VRM2" and "order" in among.reasons
    assert among.certainty > alone.certainty
    assert among.certainty < CERTAIN


def test_columns_that_are_no_question_get_a_role(config: Config) -> None:
    rows = [f"{n}" for n in range(101, 107)]
    export = tiny(
        {
            "Koppelcode (6 tekens)": ["ab12cd"] * 6,
            "Groep": ["DUIN-1", "DUIN-1", "DUIN-2", "DUIN-2", "DUIN-1", "DUIN-2"],
            "Nummer": rows,
            "Ingevuld": ["2026-01-01"] * 6,
            "Zelf bedacht": ["12ma07", "34li01", "99xx12", "11ab22", "08ef15", "45ok19"],
            "Leeg": [None] * 6,
            "Iets anders": ["a", "b", "a", "b", "a", "b"],
        }
    )
    made = by_header(config, export, sessions=["duin-1", "DUIN-2"])
    assert {header: one.role for header, one in made.items()} == {
        "Koppelcode (6 tekens)": Role.LINK_CODE,
        "Groep": Role.SESSION,
        "Nummer": Role.RESPONSE_ID,
        "Ingevuld": Role.SUBMITTED,
        "Zelf bedacht": Role.RESPONSE_ID,
        "Leeg": Role.IGNORE,
        "Iets anders": Role.UNKNOWN,
    }
    assert made["Nummer"].word is Certainty.LIKELY
    assert made["Ingevuld"].word is Certainty.DOUBTFUL, "text that looks like a day may be read in two ways"


def test_the_questionnaire_is_chosen_by_the_whole_file(config: Config) -> None:
    other = Instrument(
        id="other",
        title={"en": "Other"},
        scales={"open": Scale(kind="open")},
        items=(
            Item(id="A", text={"en": "What did you like?"}, scale="open"),
            Item(id="B", text={"en": "What else?"}, scale="open"),
        ),
    )
    both = replace(config, instruments={**config.instruments, "other": other})
    export = tiny({"What did you like?": ["x"], "What else?": ["y"]})
    assert propose(export, both).instrument.id == "other"
    assert propose(export, both, "nl-mentor-1.0").instrument.id == "nl-mentor-1.0"


def test_somebody_who_decides_wins_and_frees_the_item_elsewhere(config: Config) -> None:
    made = propose(tiny(form(config, "TRN3", "INH1")), config)
    first, second = made.columns
    chosen = choose(made, {first.header: "INH1"})
    assert [one.item for one in chosen.columns] == ["INH1", None]
    left_out = choose(made, {second.header: ""})
    assert left_out.columns[1].role is Role.IGNORE and left_out.columns[1].item is None


@given(st.floats(0, 1))
def test_words_follow_certainty(certainty: float) -> None:
    order = [Certainty.NONE, Certainty.DOUBTFUL, Certainty.LIKELY, Certainty.CERTAIN]
    floors = [0.0, DOUBTFUL, LIKELY, CERTAIN]
    word = in_words(certainty)
    assert certainty >= floors[order.index(word)]
    higher = order.index(word) + 1
    assert higher == len(order) or certainty < floors[higher]


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_order_of_columns_finds_every_question(data: st.DataObject) -> None:
    config = load_config(shipped("config").parent)
    ids = ["VRM1", "VRM2", "INH1", "INH2", "TRN1", "TRN3", "ALG1", "ZEL1", "ZEL4"]
    columns = list(form(config, *ids).items())
    order = data.draw(st.permutations(range(len(ids))))
    made = propose(tiny(dict(columns[at] for at in order)), config)
    assert [one.item for one in made.columns] == [ids[at] for at in order]
