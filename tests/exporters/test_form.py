from __future__ import annotations

from dataclasses import replace

import pytest

from qualitycycle.exporters.form import Place, build_form
from qualitycycle.vocabulary import Moment, Variant
from tests.exporters.questionnaire import TANDEM, odd_form, odd_instrument


def test_neighbours_on_one_scale_stand_together_and_keep_their_order() -> None:
    form = odd_form()
    assert [[question.id for question in block.questions] for block in form.blocks] == [
        ["AG_1", "AG_2", "TANDEM"],
        ["K1", "K2"],
        ["WHO"],
        ["TEMPO"],
        ["MARK"],
        ["TOOLS"],
        ["GROUPS"],
        ["WHY"],
        ["LOCAL1"],
    ]
    assert [block.stem_text("en") for block in form.blocks[:2]] == [None, "How well do you manage to ..."]


@pytest.mark.parametrize("variant", [Variant.SCHOOL_ONLY, Variant.UNKNOWN, None])
def test_a_question_for_tandems_is_only_asked_of_a_tandem(variant: Variant | None) -> None:
    assert odd_form(place=replace(TANDEM, variant=variant)).left_out == ("TANDEM",)


@pytest.mark.parametrize("partnership", ["VELD", None])
def test_a_local_question_is_only_asked_in_its_own_partnership(partnership: str | None) -> None:
    assert odd_form(place=replace(TANDEM, partnership=partnership)).left_out == ("LOCAL1",)


def test_scored_questions_can_be_not_applicable_and_choices_cannot() -> None:
    last = {question.id: question.options[-1].code for question in odd_form().questions if question.options}
    assert {id for id, code in last.items() if code == "nvt"} == {
        *("AG_1", "AG_2", "TANDEM", "K1", "K2", "WHO", "TEMPO", "MARK")
    }


def test_codes_are_scores_unless_a_label_could_be_taken_for_one() -> None:
    codes = {question.id: [option.code for option in question.points()] for question in odd_form().questions}
    assert codes["AG_1"] == ["1", "2", "3", "4", "5"]
    assert codes["WHO"] == ["opt1", "opt2", "opt3", "opt4"]
    assert codes["GROUPS"] == ["opt1", "opt2", "opt3"]
    assert codes["MARK"][:3] == ["1", "1.5", "2"]


def test_the_form_starts_in_the_language_asked_for() -> None:
    assert odd_form("en").languages == ("en", "nl")
    assert odd_form("fr").languages == ("nl", "en")


def test_paired_moments_ask_for_a_link_code() -> None:
    asks = {moment for moment in Moment if build_form(odd_instrument(), moment).asks_link_code}
    assert asks == {Moment.PRE, Moment.POST, Moment.FOLLOW_UP}


def test_what_rides_along_names_the_place_and_nobody() -> None:
    assert odd_form().hidden() == {
        "qc_instrument": "rond-2.0",
        "qc_moment": "post",
        "qc_session": "DUIN-2526-04",
    }
    assert "qc_session" not in odd_form(place=Place()).hidden()
