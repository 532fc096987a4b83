"""A change in words: paired people first, one sentence per verdict, no technical words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qualitycycle import wording
from qualitycycle.analysis.change import STEPS, Change, Matched, Retention
from qualitycycle.analysis.change_sentences import (
    caveat_sentences,
    change_sentences,
    matched_sentence,
    matched_sentences,
    retention_sentence,
    step_title,
)
from qualitycycle.analysis.proportions import Interval
from qualitycycle.vocabulary import Verdict

BETTER = Change(
    "ZEL",
    STEPS[0],
    Matched(28, 41, 35, 2, 6, 3),
    "mean",
    relevant=0.3,
    top=5,
    teams=6,
    mean=Interval(0.52, 0.31, 0.73),
    srm=Interval(0.9, 0.5, 1.3),
    improved=19,
    same=6,
    declined=3,
    everyone=Interval(0.47, 0.3, 0.64),
    verdict=Verdict.BETTER,
)


def test_the_paired_come_first_with_every_denominator() -> None:
    assert matched_sentence(BETTER.matched, STEPS[0], "nl", 5) == (
        "Van 28 mentoren hebben we een meting voor en na de training. "
        "Gekoppeld: 28 van de 41 voormetingen (68%), 28 van de 35 nametingen (80%). "
        "2 lijsten hebben een code die in die sessie vaker voorkomt en zijn niet gekoppeld. "
        "3 sessies hebben maar een van beide metingen en tellen hier niet mee."
    )


def test_that_only_the_paired_show_growth_is_said_once() -> None:
    hidden = Matched(None, None, None)
    said = matched_sentences([(STEPS[0], BETTER.matched), (STEPS[1], hidden)], "nl", 5)
    assert len(said) == 3 and said[-1] == "Alleen voor hen kunnen we groei laten zien."
    assert len(matched_sentences([(STEPS[0], hidden)], "nl", 5)) == 1


def test_below_ten_there_are_counts_and_no_percentages() -> None:
    few = matched_sentence(Matched(6, 9, None), STEPS[1], "nl", 5)
    assert "6 van de 9 nametingen" in few and "%" not in few and "vervolgmetingen" not in few
    hidden = matched_sentence(Matched(None, None, None), STEPS[1], "nl", 5)
    assert "minder dan 5" in hidden and "Gekoppeld" not in hidden


@pytest.mark.parametrize("language", wording.languages())
@pytest.mark.parametrize("deciding", ["mean", "favourable"])
@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.TOO_FEW])
def test_every_verdict_has_its_sentence(verdict: Verdict, deciding: str, language: str) -> None:
    ends = {Verdict.BETTER: (0.3, 0.7), Verdict.WORSE: (-0.7, -0.3)}.get(verdict, (-0.2, 0.25))
    one = replace(BETTER, verdict=verdict, deciding=deciding, mean=Interval(sum(ends) / 2, *ends))
    said = " ".join(change_sentences(one, language, 5))
    assert "change." not in said and "None" not in said and "-" not in said.partition(".")[0]
    assert ("procentpunt" in said or "percentage" in said) == (deciding == "favourable")


def test_how_much_how_many_and_what_everybody_says() -> None:
    assert change_sentences(BETTER, "nl", 5) == [
        "Gemiddeld 0,5 punt hoger. Dat is meer dan we door toeval verwachten; "
        "het ligt waarschijnlijk tussen 0,3 en 0,7 punt.",
        "Hoger: 19 mentoren, gelijk: 6, lager: 3.",
        "Met iedereen erbij, ook wie we niet konden koppelen, is het beeld hetzelfde (+0,5).",
    ]
    apart = replace(BETTER, everyone=Interval(0.1, -0.1, 0.3))
    assert "wie er ontbreekt" in change_sentences(apart, "nl", 5)[-1]


def test_a_fall_is_told_as_a_fall() -> None:
    worse = replace(BETTER, mean=Interval(-0.52, -0.73, -0.31), verdict=Verdict.WORSE)
    assert "0,5 punt lager" in change_sentences(worse, "nl", 5)[0]
    assert "tussen 0,3 en 0,7" in change_sentences(worse, "nl", 5)[0]
    open_end = replace(BETTER, mean=Interval(0.1, -0.2, 0.4), verdict=Verdict.CANNOT_TELL)
    assert "daling van 0,2 punt en ook bij een stijging van 0,4" in change_sentences(open_end, "nl", 5)[0]


def test_without_an_interval_the_reason_is_given() -> None:
    alone = replace(
        BETTER,
        mean=Interval(-0.5),
        everyone=Interval(),
        verdict=Verdict.CANNOT_TELL,
        reasons=("one_team",),
    )
    said = change_sentences(alone, "nl", 5)
    assert said[0] == "Gemiddeld -0,5 punt." and "hetzelfde trainersteam" in said[-1]


@pytest.mark.parametrize("language", wording.languages())
@pytest.mark.parametrize(
    "reason", ["few_pairs", "small_group", "few_left_out", "few_for_shares", "one_team", "no_variation"]
)
def test_every_reason_is_told(reason: str, language: str) -> None:
    refused = Change("ZEL", STEPS[0], Matched(None, None, None), "mean", reasons=(reason,))
    (said,) = change_sentences(refused, language, 5)
    assert "change." not in said and "{" not in said


def test_what_is_left_or_why_that_is_not_said() -> None:
    kept = Retention("ZEL", 19, Interval(0.75, 0.5, 1.04))
    assert retention_sentence(kept, "nl", 5) == (
        "Van de groei is bij de vervolgmeting nog over, bij 19 mentoren met drie metingen: "
        "75% (waarschijnlijk tussen 50% en 104%)."
    )
    assert "staat nog niet vast" in retention_sentence(Retention("ZEL", 19, reason="no_gain"), "nl", 5)
    assert "te weinig" in retention_sentence(Retention("ZEL", None, reason="few_pairs"), "nl", 5)


def test_no_cause_is_claimed_and_a_look_back_is_explained() -> None:
    (said,) = caveat_sentences([BETTER], "nl")
    assert "zonder training" in said
    both = caveat_sentences([BETTER, replace(BETTER, step=STEPS[3])], "nl")
    assert len(both) == 2 and "maatlat is verschoven" in both[1]
    assert caveat_sentences([replace(BETTER, improved=None)], "nl") == []


def test_a_step_is_named_by_its_moments() -> None:
    assert [step_title(step, "en") for step in STEPS[:2]] == ["before → after", "after → follow-up"]
