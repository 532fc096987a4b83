from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.checking import Checked, ColumnPlan, assemble, option_counts, plan_columns
from qualitycycle.checking.odd import Session
from qualitycycle.config import Config, load_config, shipped
from qualitycycle.findings import fold
from qualitycycle.linking import LinkCodes
from qualitycycle.vocabulary import Moment, Variant
from tests.checking.export import TinyExport, tiny

CODE = "Koppelcode"
SESSIONS = {"S1": Session(Variant.TANDEM), "S2": Session(Variant.INSTITUTE_ONLY)}


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(shipped("config").parent)


def check(config: Config, export: TinyExport, collections: Sequence[str] | str = "S1") -> Checked:
    plan = plan_columns(export, config)
    assert isinstance(plan, ColumnPlan), plan
    size = len(export.rows)
    return assemble(
        export,
        plan,
        collections=[collections] * size if isinstance(collections, str) else collections,
        moments=[Moment.POST] * size,
        sessions=SESSIONS,
        language="nl",
        link_codes=lambda cells: LinkCodes.of(cells, b"key"),
    )


def column(checked: Checked, name: str) -> list[Any]:
    return checked.responses[name]


def states(checked: Checked, item: str) -> list[str]:
    rows = zip(*(checked.answers[name].to_pylist() for name in ("item", "state")), strict=True)
    return [state for name, state in rows if name == item]


def test_one_row_per_response_and_item(config: Config) -> None:
    checked = check(config, tiny({"TRN3": [8, None, "nvt"], "ALG1": [7, 6, 9]}, ["1", "2", "3"]))
    assert len(column(checked, "n")) == 3
    assert len(checked.answers["n"]) == 6
    assert states(checked, "TRN3") == ["answered", "not_answered", "not_applicable"]
    assert column(checked, "completed") == [True, True, True]


def test_a_blank_tandem_question_is_not_asked_elsewhere(config: Config) -> None:
    checked = check(config, tiny({"TRN2": [None, None, 4], "ALG1": [7, 7, 7]}), ["S1", "S2", "S2"])
    assert states(checked, "TRN2") == ["not_answered", "not_asked", "answered"]
    assert [found.code for found in checked.findings] == ["quality.flag_wrong_variant"]


def test_rows_without_content_are_counted_and_kept_as_started(config: Config) -> None:
    checked = check(
        config, tiny({"TRN3": [8, None, None], "STAGE": [None, "3 jaar of langer (ervaren)", None]})
    )
    [finding] = checked.findings
    assert (finding.code, finding.count, finding.row) == ("checking.no_content", 2, 3)
    assert column(checked, "completed") == [True, False, False]


def test_all_problems_of_all_columns_come_at_once(config: Config) -> None:
    checked = check(config, tiny({"TRN3": [80, 8], "INH1": ["prima", "prima"]}))
    folded = fold(checked.findings)
    assert [(found.code, found.count) for found in folded] == [
        ("checking.out_of_scale", 1),
        ("checking.unknown_label", 2),
    ]
    assert checked.responses == {}


def test_the_link_code_is_stored_as_hashes_only(config: Config) -> None:
    checked = check(config, tiny({CODE: ["12ma07", None], "TRN3": [8, 7]}))
    assert column(checked, "link_code")[1] is None
    assert len(column(checked, "link_masks")[0]) == 6
    assert "12ma07" not in str(checked.responses) + str(checked.answers)


def test_a_tool_id_is_not_stored_either(config: Config) -> None:
    checked = check(config, tiny({"TRN3": [8]}, ["respondent-4711"]))
    assert "4711" not in str(checked.responses)


def test_a_longer_mapping_finds_the_same_responses(config: Config) -> None:
    """Without a tool id the key is over the cells, so unmapped columns do not change it."""
    from dataclasses import replace

    from qualitycycle.mapping import SurveyMapping

    export = tiny({"Mark": [8, 8], "Fit": [4, 5]})
    found = []
    for columns in ({"Mark": "TRN3"}, {"Mark": "TRN3", "Fit": "INH1"}):
        mapping = SurveyMapping(instrument="nl-mentor-1.0", columns=columns)
        found.append(check(replace(config, mappings={"m": mapping}), export))
    short, long = found
    assert column(short, "response_id") == column(long, "response_id")
    assert column(short, "row_hash") != column(long, "row_hash")


def test_equal_rows_without_id_are_separate_responses(config: Config) -> None:
    ids = column(check(config, tiny({"TRN3": [8, 8, 8]})), "response_id")
    assert len(set(ids)) == 3


def test_the_content_does_not_depend_on_the_tool_id(config: Config) -> None:
    columns = {"TRN3": [8, 7, 9]}
    plain, numbered = check(config, tiny(columns)), check(config, tiny(columns, ["1", "2", "3"]))
    assert column(plain, "row_hash") == column(numbered, "row_hash")
    assert plain.fingerprint == numbered.fingerprint
    assert set(column(plain, "response_id")).isdisjoint(column(numbered, "response_id"))
    assert (plain.keyed, numbered.keyed) == (False, True)


def test_a_link_code_changes_the_content_and_its_letters_do_not(config: Config) -> None:
    without = check(config, tiny({"TRN3": [8, 7]}))
    coded, other = (check(config, tiny({"TRN3": [8, 7], CODE: [c, None]})) for c in ("12ma07", "34ju01"))
    assert column(coded, "response_id") == column(without, "response_id")
    assert column(coded, "row_hash") == column(other, "row_hash")
    assert column(coded, "row_hash")[0] != column(without, "row_hash")[0]
    assert column(coded, "row_hash")[1] == column(without, "row_hash")[1]


def test_the_collection_is_in_the_key_but_not_in_the_content(config: Config) -> None:
    export = tiny({"TRN3": [8]}, ["1"])
    one, other = check(config, export, "S1"), check(config, export, "S2")
    assert column(one, "response_id") != column(other, "response_id")
    assert column(one, "row_hash") == column(other, "row_hash")
    assert one.fingerprint == other.fingerprint


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 10), st.sampled_from(["mee eens", "neutraal", ""])), min_size=1, max_size=8
    )
)
def test_the_fingerprint_ignores_the_order_of_rows_and_columns(answers: list[tuple[int, str]]) -> None:
    config = load_config(shipped("config").parent)
    ids = [str(i) for i in range(len(answers))]
    marks, labels = [mark for mark, _ in answers], [label for _, label in answers]
    forward = check(config, tiny({"TRN3": marks, "INH1": labels}, ids))
    backward = check(config, tiny({"INH1": labels[::-1], "TRN3": [float(m) for m in marks[::-1]]}, ids[::-1]))
    assert forward.fingerprint == backward.fingerprint
    assert sorted(column(forward, "response_id")) == sorted(column(backward, "response_id"))


def test_flags_are_kept_with_the_response(config: Config) -> None:
    e5 = {name: [1, 4] for name in ("VRM1", "VRM3", "INH1", "INH3", "TRN1", "ZEL5", "TRF2")}
    checked = check(config, tiny({**e5, "ALG1": [9, 8], "OPN1": ["Test", "Goed"]}))
    assert set(column(checked, "flags")[0]) == {"test_row", "straight_line", "reversed_scale"}
    assert column(checked, "flags")[1] == ["straight_line"]
    assert {found.code for found in checked.findings} == {
        "quality.flag_test_row",
        "quality.flag_straight_line",
        "quality.flag_reversed_scale",
    }


def counts_export(rows: Mapping[tuple[str, str], Any]) -> TinyExport:
    return tiny(
        {
            "item": [item for item, _ in rows],
            "option": [option for _, option in rows],
            "count": list(rows.values()),
        }
    )


def test_option_counts_keep_the_base_and_never_cross(config: Config) -> None:
    instrument = config.instruments["nl-start-1.0"]
    export = counts_export({("NASCHOLING", "nee"): 196, ("NASCHOLING", "ja"): "35"})
    checked = option_counts(export, instrument, collection="start", moment=Moment.SURVEY, language="nl")
    assert column(checked, "n") == [231]
    assert dict(zip(checked.answers["option"], checked.answers["n"], strict=True)) == {"1": 35, "2": 196}


def test_option_counts_name_every_problem(config: Config) -> None:
    instrument = config.instruments["nl-start-1.0"]
    export = counts_export(
        {("NASCHOLING", "misschien"): 1, ("LEEFTIJD", "ja"): 2, ("NASCHOLING", "ja"): "veel"}
    )
    checked = option_counts(export, instrument, collection="start", moment=Moment.SURVEY, language="nl")
    assert [(found.code, found.row) for found in checked.findings] == [
        ("checking.unknown_label", 2),
        ("checking.unknown_item", 3),
        ("checking.not_a_count", 4),
    ]


def test_questions_that_add_up_to_other_numbers_are_refused(config: Config) -> None:
    instrument = config.instruments["nl-start-1.0"]
    export = counts_export({("NASCHOLING", "ja"): 35, ("BASIS", "niet gevolgd"): 74})
    checked = option_counts(export, instrument, collection="start", moment=Moment.SURVEY, language="nl")
    assert [found.code for found in checked.findings] == ["checking.uneven_counts"]


def test_what_the_tool_says_of_a_form_is_kept(config: Config) -> None:
    """A form that was not sent in keeps its answers and is not complete; the language goes along."""
    export = replace(
        tiny({"TRN3": [4, 5, None]}), completed=[True, False, True], languages=["nl", "en", None]
    )
    found = check(config, export)
    assert column(found, "completed") == [True, False, False]
    assert column(found, "language") == ["nl", "en", None]
    assert states(found, "TRN3") == ["answered", "answered", "not_answered"]


@pytest.mark.parametrize("numbered", [True, False])
def test_what_was_imported_before_is_recognised_for_ever(config: Config, numbered: bool) -> None:
    """Numbers made by the program as it was before rows got more flags and languages."""
    cells = {
        "TRN3": [8, "7,5", "nvt"],
        "INH1": ["mee eens", "agree", None],
        "TRN2": [4, None, None],
        "OPN1": ["Test", "Meer oefenen", None],
        "STAGE": ["3 jaar of langer (ervaren)", None, None],
        CODE: ["12ma07", None, "34ju01"],
    }
    export = replace(
        tiny(cells, ["a1", "a2", "a3"] if numbered else None),
        submitted=[date(2026, 3, 4), None, date(2020, 1, 1)],
        seconds=[3.0, None, 240.0],
        languages=["nl", "en", None],
    )
    found = check(config, export, ["S1", "S1", "S2"])
    assert found.fingerprint == "a00df642e8190758746047e5f9deadeb"
    assert column(found, "row_hash") == [
        "4eb88c329a765e62e1ea4c755bc65d3a",
        "b978d600a4d490c790e33f6a532fadac",
        "a647001cdcf66464af7ce8d4bcb569cc",
    ]
    assert column(found, "response_id") == (
        ["92845ec1e3df86697dfa", "ff188b9ff502a2a860be", "f91a233f015f5f57b719"]
        if numbered
        else ["c40142951bda45a363ea", "669648978beed213623d", "f5b1733169a948a78707"]
    )
