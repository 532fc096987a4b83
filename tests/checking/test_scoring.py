from __future__ import annotations

from typing import Any

import pytest

from qualitycycle.checking import Scored, score_column
from qualitycycle.findings import Finding, Level
from qualitycycle.instrument import Scale
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import AnswerState

E5 = Scale(
    kind="ordinal",
    points=5,
    favourable=(4, 5),
    labels={
        "nl": ["helemaal mee oneens", "mee oneens", "neutraal", "mee eens", "helemaal mee eens"],
        "en": ["strongly disagree", "disagree", "neutral", "agree", "strongly agree"],
    },
)
MARK = Scale(kind="mark", minimum=1, maximum=10, step=0.5, favourable_from=7)
CHOICE = Scale(kind="single", labels={"nl": ["ja", "nee"], "en": ["yes", "no"]})
TOOLS = ["Rigging (bones; skin)", "Rigging", "Lighting, look"]
MULTI = Scale(kind="multi", labels={"en": TOOLS})
OPEN = Scale(kind="open")


def score(
    values: list[Any], scale: Scale, mapping: SurveyMapping | None = None
) -> tuple[list[Scored], list[Finding]]:
    return score_column(
        values,
        range(2, len(values) + 2),
        item="X1",
        scale=scale,
        scale_id="S",
        mapping=mapping,
        file="f.xlsx",
        header="Vraag",
        language="nl",
    )


@pytest.mark.parametrize(
    "cell",
    [
        "mee eens",
        " Mee  Eens\xa0",
        "agree",
        "AGREE",
        "4",
        4,
        4.0,
        "4 - mee eens",
        "4 (mee eens)",
        "4: mee eens",
    ],
)
def test_every_spelling_of_a_point_is_that_point(cell: Any) -> None:
    [scored], findings = score([cell], E5)
    assert (scored.state, scored.score, findings) == (AnswerState.ANSWERED, 4.0, [])


@pytest.mark.parametrize("cell", ["7,5", "7.5", 7.5])
def test_a_mark_may_be_half_and_have_a_comma(cell: Any) -> None:
    assert score([cell], MARK)[0][0].score == 7.5


@pytest.mark.parametrize("cell", [7.3, "11", 0, "-1", "7,25"])
def test_a_mark_outside_the_scale_is_named_with_its_row(cell: Any) -> None:
    _, [finding] = score([8, cell], MARK)
    assert (finding.code, finding.row, finding.column) == ("checking.out_of_scale", 3, "Vraag")
    assert finding.details["expected"] == "1 tot en met 10, in stappen van 0,5"


@pytest.mark.parametrize("cell", ["7-5", "8/10", "goed", "12 mei"])
def test_a_mark_is_never_guessed_from_something_else(cell: str) -> None:
    _, [finding] = score([cell], MARK)
    assert finding.is_error


@pytest.mark.parametrize("cell", [None, "", "  ", "NA", "n/a", "-"])
def test_blank_is_not_answered(cell: Any) -> None:
    assert score([cell], E5)[0][0].state is AnswerState.NOT_ANSWERED


@pytest.mark.parametrize("cell", ["n.v.t.", "nvt", "Weet ik niet", "niet van toepassing", "not applicable"])
def test_not_applicable_is_its_own_state(cell: str) -> None:
    assert score([cell], E5)[0][0].state is AnswerState.NOT_APPLICABLE


def test_unknown_labels_are_found_each_with_its_row() -> None:
    _, findings = score(["eens", "mee eens", "eens", "prima"], E5)
    assert [(found.row, found.value) for found in findings] == [(2, "eens"), (4, "eens"), (5, "prima")]
    assert "4 = mee eens" in findings[0].details["expected"]


def test_a_mapping_gives_other_spellings_by_item_or_scale() -> None:
    mapping = SurveyMapping(
        instrument="i", columns={"a": "X1"}, labels={"S": {"eens": 4}, "X1": {"top": "helemaal mee eens"}}
    )
    scored, findings = score(["Eens", "TOP"], E5, mapping)
    assert [one.score for one in scored] == [4.0, 5.0]
    assert not findings


def test_a_mapping_may_let_an_unknown_label_count_as_missing() -> None:
    mapping = SurveyMapping(instrument="i", columns={"a": "X1"}, unknown="missing")
    [scored], [finding] = score(["prima"], E5, mapping)
    assert scored.state is AnswerState.NOT_ANSWERED
    assert (finding.level, finding.code) == (Level.WARNING, "checking.label_as_missing")


def test_an_alias_beats_a_missing_token() -> None:
    mapping = SurveyMapping(instrument="i", columns={"a": "X1"}, labels={"X1": {"-": 1}})
    assert score(["-"], E5, mapping)[0][0].score == 1.0


def test_a_choice_is_stored_as_the_position_of_its_option() -> None:
    scored, _ = score(["Nee", "yes"], CHOICE)
    assert [one.options for one in scored] == [("2",), ("1",)]


def test_options_that_hold_the_separator_are_split_right() -> None:
    [scored], findings = score(["Rigging (bones; skin);Lighting, look;"], MULTI)
    assert scored.options == ("1", "3")
    assert not findings


def test_an_own_answer_counts_as_other_and_is_not_shown() -> None:
    [scored], [finding] = score(["Rigging;Mijn eigen ding;"], MULTI)
    assert scored.options == ("2", "other")
    assert scored.text == "Mijn eigen ding"
    assert "eigen" not in str(finding.value)
    assert finding.level is Level.WARNING


def test_open_text_is_kept_as_it_is() -> None:
    assert score(["n.v.t. maar ook"], OPEN)[0][0].text == "n.v.t. maar ook"
    assert score([None], OPEN)[0][0].state is AnswerState.NOT_ANSWERED


@pytest.mark.parametrize("cell", ["opt4", "OPT4", " opt4 ", "4", "mee eens", "agree"])
def test_codes_of_our_own_forms_are_read_beside_labels_in_any_language(cell: str) -> None:
    assert score([cell], E5)[0][0].score == 4.0


@pytest.mark.parametrize("cell", ["7p5", "7.5", "7,5", "7.5000000000"])
def test_a_mark_in_the_spelling_of_every_tool(cell: str) -> None:
    assert score([cell], MARK)[0][0].score == 7.5


def test_a_choice_by_the_code_of_our_own_forms() -> None:
    assert [one.options for one in score(["opt2", "yes"], CHOICE)[0]] == [("2",), ("1",)]


@pytest.mark.parametrize("cell", ["opt1 opt3", "opt1; opt3", "opt1;opt3;"])
def test_several_options_by_code(cell: str) -> None:
    [scored], findings = score([cell], MULTI)
    assert (scored.options, scored.text, findings) == (("1", "3"), None, [])


@pytest.mark.parametrize("cell", ["A4", "AO04", "opt6", "opt", "q4"])
def test_codes_of_somebody_elses_survey_are_not_guessed(cell: str) -> None:
    _, [finding] = score([cell], E5)
    assert finding.code == "checking.unknown_label"


@pytest.mark.parametrize("cell", ["4 - mee oneens", "1 (helemaal mee eens)", "2: agree"])
def test_a_number_that_contradicts_its_label_is_an_error(cell: str) -> None:
    [scored], [finding] = score([cell], E5)
    assert (finding.code, finding.level) == ("instrument_out.ambiguous_answer", Level.ERROR)
    assert scored.state is AnswerState.NOT_ANSWERED


def test_a_label_that_means_two_points_is_an_error_until_a_mapping_says_which() -> None:
    scale = Scale(
        kind="ordinal", points=2, favourable=(2,), labels={"nl": ["slecht", "best"], "en": ["best", "x"]}
    )
    assert [found.code for found in score(["best"], scale)[1]] == ["instrument_out.ambiguous_answer"]
    mapping = SurveyMapping(instrument="i", columns={"a": "X1"}, labels={"X1": {"best": 2, "top": "x"}})
    assert [one.score for one in score(["best", "top", "slecht"], scale, mapping)[0]] == [2.0, 2.0, 1.0]
    choice = Scale(kind="single", labels={"nl": ["ja", "no"], "en": ["no", "ja"]})
    assert len(score(["ja", "no"], choice)[1]) == 2


def test_labels_that_are_numbers_of_other_points_are_labels_and_only_own_codes_count_points() -> None:
    scale = Scale(kind="ordinal", points=3, favourable=(3,), labels={"nl": ["0 - ik", "1", "2 - zij"]})
    scored, findings = score(["0 - ik", "1", "2 - zij", "opt2"], scale)
    assert [one.score for one in scored] == [1.0, 2.0, 3.0, 2.0]
    assert not findings
