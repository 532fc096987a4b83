from __future__ import annotations

from dataclasses import replace

import pytest

from qualitycycle.checking import ColumnPlan, plan_columns
from qualitycycle.checking.repairs import list_missing, list_unmapped
from qualitycycle.config import Config, load_config, shipped
from qualitycycle.findings import Finding, Level
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import Moment
from tests.checking.export import TinyExport, tiny

TRN3, INH1 = "Welk cijfer geef je de trainer(s) samen?", "De inhoud sloot aan bij mijn ervaring als mentor."
VAGUE = "Sloot de training aan bij mijn ervaring?"
GERMAN = ["stimme zu", "stimme nicht zu", "teils"]


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(shipped("config").parent)


def told(config: Config, export: TinyExport) -> list[Finding]:
    """What is said of the columns of a file that is not refused."""
    plan = plan_columns(export, config)
    assert isinstance(plan, ColumnPlan), plan
    return list_unmapped(plan, "tiny.xlsx")


def codes(findings: list[Finding]) -> list[str]:
    return [found.code for found in findings]


def test_a_vague_header_is_named_and_not_taken(config: Config) -> None:
    found = told(config, tiny({TRN3: [7], VAGUE: ["mee eens"]}))
    assert codes(found) == ["checking.maybe_renamed", "checking.unmapped_columns"]
    assert (found[0].level, found[0].column, found[0].details["item"]) == (Level.WARNING, VAGUE, "INH1")


def test_a_question_that_is_there_is_not_looked_for_again(config: Config) -> None:
    assert codes(told(config, tiny({TRN3: [7], INH1: ["mee eens"], VAGUE: ["mee eens"]}))) == [
        "checking.unmapped_columns"
    ]


def test_one_strange_answer_is_a_slip_and_two_may_be_another_language(config: Config) -> None:
    assert codes(told(config, tiny({TRN3: [7], INH1: ["best wel"]}))) == []
    assert codes(told(config, tiny({TRN3: [7, 8, 9], INH1: GERMAN}))) == ["checking.strange_scale"]
    mostly_ours = ["mee eens"] * 6 + GERMAN
    assert codes(told(config, tiny({TRN3: [7] * 9, INH1: mostly_ours}))) == []


def test_a_renamed_column_of_a_mapping_names_the_header_most_like_it(config: Config) -> None:
    mapping = SurveyMapping(instrument="nl-mentor-1.0", columns={"Cijfer voor de trainers samen": "TRN3"})
    mapped = replace(config, mappings={"m": mapping})
    for header, nearest in (("Cijfer voor de trainers", "Cijfer voor de trainers"), ("Zaal", "-")):
        [found] = plan_columns(tiny({header: [7]}), mapped, "m")  # type: ignore[misc]
        assert (found.code, found.details["nearest"]) == ("checking.mapped_column_missing", nearest)


def test_a_mapping_is_of_another_form_when_it_leaves_a_question_out(config: Config) -> None:
    short = SurveyMapping(instrument="nl-mentor-1.0", moment=Moment.PRE, columns={TRN3: "TRN3"})
    plan = plan_columns(tiny({TRN3: [7], INH1: ["mee eens"]}), replace(config, mappings={"m": short}))
    assert isinstance(plan, ColumnPlan) and plan.mapping is None
    assert {column.item.id for column in plan.items} == {"TRN3", "INH1"}
    told_so = short.model_copy(update={"ignore": (INH1,)})
    again = plan_columns(tiny({TRN3: [7], INH1: ["mee eens"]}), replace(config, mappings={"m": told_so}))
    assert isinstance(again, ColumnPlan) and again.mapping_name == "m"


def test_half_a_file_is_told_from_one_missing_question(config: Config) -> None:
    def missing(without: int, moments: set[Moment]) -> Finding:
        asked = [
            item
            for item in config.instrument.asked_at(Moment.POST)
            if not (item.optional or item.background or item.variants)
        ]
        plan = plan_columns(tiny({item.text["nl"]: [None] for item in asked[without:]}), config)
        assert isinstance(plan, ColumnPlan)
        [found] = list_missing(plan, moments, "tiny.xlsx", "nl")
        assert found.count == without and found.details["asked"] == len(asked)
        return found

    assert missing(1, {Moment.POST}).code == "checking.items_missing"
    assert missing(10, {Moment.POST}).code == "checking.half_a_file"
    assert missing(1, set()).code == "checking.items_missing", "without a moment: of the fullest one"
