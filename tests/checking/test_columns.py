from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qualitycycle.checking import ColumnPlan, plan_columns
from qualitycycle.config import Config, load_config, shipped
from qualitycycle.findings import Finding
from qualitycycle.mapping import SurveyMapping
from tests.checking.export import tiny

TRN3 = "Welk cijfer geef je de trainer(s) samen?"
INH1 = "The content matched my experience as a mentor."


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(shipped("config").parent)


def planned(plan: object) -> ColumnPlan:
    assert isinstance(plan, ColumnPlan), plan
    return plan


def errors(plan: ColumnPlan) -> list[Finding]:
    return [found for found in plan.findings if found.is_error]


def with_mapping(config: Config, **mapping: object) -> Config:
    made = SurveyMapping.model_validate({"instrument": "nl-mentor-1.0", **mapping})
    return replace(config, mappings={"mine": made})


def test_headers_in_either_language_find_their_items(config: Config) -> None:
    plan = planned(plan_columns(tiny({f" {TRN3}\xa0": [8], INH1.upper(): [4], "Iets anders": ["x"]}), config))
    assert {column.item.id for column in plan.items} == {"TRN3", "INH1"}
    assert plan.unmapped == ("Iets anders",)
    assert plan.instrument.id == "nl-mentor-1.0"


def test_a_grid_header_finds_its_row(config: Config) -> None:
    header = (
        "Hoe goed lukt het je om ... [Feedback geven waardoor een student de volgende les iets anders doet.]"
    )
    plan = planned(plan_columns(tiny({header: [4]}), config))
    assert [column.item.id for column in plan.items] == ["ZEL1"]


def test_a_column_with_a_code_is_known_by_its_title(config: Config) -> None:
    export = replace(tiny({"Q1": [8], "Q2": [4], "Q3": ["x"]}), titles=(TRN3, f"Training [{INH1}]", "Iets"))
    plan = planned(plan_columns(export, config))
    assert [(column.header, column.item.id) for column in plan.items] == [("Q1", "TRN3"), ("Q2", "INH1")]


def test_the_link_code_column_is_found_and_not_listed(config: Config) -> None:
    plan = planned(plan_columns(tiny({"Koppelcode: zes tekens": ["12ma07"], TRN3: [8]}), config))
    assert plan.link_code == 0
    assert plan.unmapped == ()


def test_nothing_recognised_says_what_was_seen(config: Config) -> None:
    export = tiny({f"Column {i}": [1] for i in range(200)})
    [finding] = plan_columns(export, config)  # type: ignore[misc]
    assert finding.code == "checking.nothing_recognised"
    assert finding.count == 200
    assert "Column 0" in finding.details["headers"]


def test_a_near_header_is_never_taken_silently(config: Config) -> None:
    export = tiny({"Welk cijfer geef jij de trainers samen?": [8], INH1: [4]})
    [finding] = errors(planned(plan_columns(export, config)))
    assert finding.code == "checking.near_header"
    assert finding.details["item"] == "TRN3"


def test_one_question_twice_is_refused(config: Config) -> None:
    [finding] = errors(planned(plan_columns(tiny({TRN3: [8], "TRN3": [9]}), config)))
    assert finding.code == "checking.item_twice"


def test_a_fitting_mapping_is_found_by_itself(config: Config) -> None:
    mapped = with_mapping(config, columns={"Mark": "TRN3"}, ignore=["Remarks"])
    plan = planned(plan_columns(tiny({"mark ": [8], "Remarks": ["x"], "Extra": ["y"]}), mapped))
    assert plan.mapping_name == "mine"
    assert plan.unmapped == ("Extra",)


def test_every_missing_mapped_column_is_named_at_once(config: Config) -> None:
    mapped = with_mapping(config, columns={"Mark": "TRN3", "Fit": "INH1"}, link_code="Code")
    findings = plan_columns(tiny({"Marks": [8]}), mapped, "mine")
    assert isinstance(findings, list)
    assert [found.column for found in findings] == ["Mark", "Fit", "Code"]
    assert findings[0].details["nearest"] == "Marks"


def test_an_unknown_mapping_lists_the_known_ones(config: Config) -> None:
    [finding] = plan_columns(tiny({"a": [1]}), with_mapping(config, columns={"a": "TRN3"}), "other")  # type: ignore[misc]
    assert finding.details["expected"] == "mine"


def test_shipped_config_is_a_folder() -> None:
    assert isinstance(shipped("config"), Path)


@pytest.mark.parametrize("header", ["qc_block_7/ZEL1", "a/b/ZEL1", "Hoe goed/slecht .../zel1", "grid7[ZEL1]"])
def test_a_question_is_found_below_its_groups(config: Config, header: str) -> None:
    plan = planned(plan_columns(tiny({header: [4]}), config))
    assert [column.item.id for column in plan.items] == ["ZEL1"]


@pytest.mark.parametrize("header", ["MENTORTRAINED", "MENTOR_TRAINED", "g1[mentortrained]"])
def test_an_id_is_known_where_a_tool_takes_letters_and_digits_only(config: Config, header: str) -> None:
    plan = planned(plan_columns(tiny({header: ["ja"]}), config))
    assert [column.item.id for column in plan.items] == ["MENTOR_TRAINED"]


@pytest.mark.parametrize(
    "header", ["qc_instrument", "qcinstrument", "g/qc_instrument", "qcinstrument. qc_instrument"]
)
def test_a_form_we_made_says_of_which_questionnaire_it_is(config: Config, header: str) -> None:
    basis = "Wanneer heb je de basistraining voor mentoren gevolgd?"
    plan = planned(plan_columns(tiny({basis: ["niet gevolgd"], header: ["nl-start-1.0"]}), config))
    assert (plan.instrument.id, plan.unmapped) == ("nl-start-1.0", ())
    plain = planned(plan_columns(tiny({basis: ["niet gevolgd"]}), config))
    assert plain.instrument.id == "nl-mentor-1.0"


@pytest.mark.parametrize("named", [["nl-oud-0.1", None], ["nl-start-1.0", "nl-mentor-1.0"]])
def test_a_questionnaire_nobody_keeps_or_two_at_once_are_refused(
    config: Config, named: list[str | None]
) -> None:
    [found] = plan_columns(tiny({TRN3: [8, 8], "qc_instrument": named}), config)  # type: ignore[misc]
    assert (found.code, found.column) == ("instrument_out.instrument_unclear", "qc_instrument")
