"""What readers are told: every verdict and reason, in both languages, in their own numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from qualitycycle.analysis.arms import Variances
from qualitycycle.analysis.comparison import Comparison
from qualitycycle.analysis.power import Needed, Range
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.sentences import (
    caveat_sentences,
    explained_sentences,
    needed_sentence,
    note_sentence,
    reason_sentences,
    sentence,
    size_sentence,
)
from qualitycycle.analysis.verdict import Reason
from qualitycycle.vocabulary import Verdict

NAMES = {"tandem": "tandem-trainingen", "institute_only": "alleen een instituutsopleider"}
MEAN = Comparison(
    item="TRN3",
    arm="tandem",
    reference="institute_only",
    responses={"tandem": 120, "institute_only": 90},
    sessions={"tandem": 12, "institute_only": 1},
    trainers={"tandem": 20, "institute_only": 6},
    teams={"tandem": 10, "institute_only": 6},
    means={"tandem": Interval(8.1, 7.8, 8.4), "institute_only": Interval(7.4, 7.0, 7.8)},
    favourable=None,
    deciding="mean",
    mean_difference=Interval(0.7, 0.3, 1.1),
    favourable_difference=None,
    verdict=Verdict.BETTER,
    reasons=(),
    relevant=0.5,
    p_value=0.004,
    scale_top=10.0,
)
SHARE = replace(
    MEAN,
    means=None,
    mean_difference=None,
    deciding="favourable",
    favourable={"tandem": Interval(0.81), "institute_only": Interval(0.64)},
    favourable_difference=Interval(0.17, 0.06, 0.28),
    relevant=0.1,
    scale_top=None,
)


def moved(comparison: Comparison, verdict: Verdict, low: float, high: float, **more: object) -> Comparison:
    interval = Interval((low + high) / 2, low, high)
    key = "mean_difference" if comparison.deciding == "mean" else "favourable_difference"
    return replace(comparison, verdict=verdict, **{key: interval}, **more)  # type: ignore[arg-type]


def test_clear_difference_in_dutch() -> None:
    assert sentence(MEAN, "nl", NAMES) == (
        "Bij tandem-trainingen is het gemiddelde 8,1, bij alleen een instituutsopleider 7,4. "
        "Bij tandem-trainingen is de uitkomst 0,7 punt hoger dan bij alleen een instituutsopleider. "
        "Dat verschil is groter dan we door toeval verwachten; "
        "het ligt waarschijnlijk tussen 0,3 en 1,1 punt."
    )


def test_variants_are_told_as_trainings_under_their_own_names() -> None:
    own = {"tandem": "tandem", "institute_only": "alleen opleiding"}
    assert sentence(MEAN, "nl", own) == sentence(MEAN, "nl")
    assert "Tandem-trainingen scoren 0,7 punt hoger dan trainingen van alleen" in sentence(MEAN, "nl")
    other = replace(MEAN, arm="online", means=None)
    assert sentence(other, "nl", {"online": "online"}).startswith("Bij online is de uitkomst 0,7 punt hoger")


def test_unclear_difference_names_both_directions() -> None:
    found = sentence(moved(MEAN, Verdict.CANNOT_TELL, -0.4, 0.8), "nl", NAMES)
    assert "0,4 punt in het nadeel" in found
    assert "0,8 punt in het voordeel van tandem-trainingen" in found
    assert "nog niet zeggen" in found


def test_worse_gives_sizes_from_small_to_large() -> None:
    found = sentence(moved(MEAN, Verdict.WORSE, -1.1, -0.3), "en")
    assert "Tandem trainings score 0.7 points lower than institute-only trainings." in found
    assert "between 0.3 and 1.1 points" in found


def test_unsure_on_one_side() -> None:
    ahead = sentence(moved(MEAN, Verdict.CANNOT_TELL, 0.1, 0.9), "en")
    behind = sentence(moved(SHARE, Verdict.CANNOT_TELL, -0.2, -0.05), "en")
    assert "0.1 to 0.9 points to the advantage" in ahead
    assert "5.0 to 20.0 percentage points to the disadvantage" in behind


def test_shares_in_percentage_points() -> None:
    found = sentence(SHARE, "nl")
    assert "gemiddeld 81,0% van de antwoorden gunstig, bij trainingen van alleen de opleiding 64,0%" in found
    assert "17,0 procentpunt hoger" in found
    assert "tussen 6,0 en 28,0 procentpunt" in found


def test_no_percentages_of_fewer_than_ten() -> None:
    few = replace(SHARE, responses={"tandem": 9, "institute_only": 90})
    assert "%" not in sentence(few, "nl")
    assert "%" not in sentence(replace(SHARE, responses={"tandem": None, "institute_only": 90}), "nl")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_small_difference_is_never_zero_point_zero(language: str) -> None:
    tiny = moved(MEAN, Verdict.EQUIVALENT, 0.01, 0.05, reasons=("demonstrable_but_small",))
    better = moved(MEAN, Verdict.BETTER, 0.004, 1.2)
    [small] = reason_sentences(tiny, language)
    for text in (small, sentence(better, language)):
        assert not re.search(r"\b0[.,]0\b", text)
        assert {"nl": "minder dan 0,1", "en": "less than 0.1"}[language] in text


def test_small_relevant_difference_says_on_what_scale() -> None:
    small = moved(MEAN, Verdict.EQUIVALENT, 0.05, 0.15, reasons=("demonstrable_but_small",), scale_top=5.0)
    [found] = reason_sentences(small, "nl")
    assert found == (
        "Het verschil is aantoonbaar, maar klein (0,1 punt op 5). Voor de praktijk maakt dit weinig uit."
    )


def test_agreed_differences_keep_their_second_decimal() -> None:
    found = sentence(moved(MEAN, Verdict.EQUIVALENT, -0.1, 0.1, relevant=0.25), "nl")
    assert "kleiner dan 0,25 punt" in found


PLAN = Needed(0.5, 0.8, Range(14, 9, 40), Range(1_700, 900, None), 6)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("base", [MEAN, SHARE], ids=["mean", "share"])
@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("interval", [(-0.2, 0.4), (0.1, 0.4), (-0.4, -0.1), None])
def test_every_sentence_is_finished(
    language: str, base: Comparison, verdict: Verdict, interval: tuple[float, float] | None
) -> None:
    made = moved(base, verdict, *(interval or (0.0, 0.0)), reasons=tuple(Reason), needed=PLAN, naive_p=0.001)
    if interval is None:
        made = replace(
            made, mean_difference=None, favourable_difference=Interval(), means=None, favourable=None
        )
    said = [
        sentence(made, language),
        *reason_sentences(made, language),
        *caveat_sentences(made, language),
        needed_sentence(made, language) or "x.",
    ]
    assert len(said) > len(Reason)
    for text in said:
        assert text.endswith(".")
        assert "{" not in text and "compare." not in text and "None" not in text
        assert not re.search(r"p-?(waarde|value)|signific|[α-ω]", text, re.IGNORECASE)
    wrong_mark = r"\d\.\d\b" if language == "nl" else r"\d,\d\b"
    assert not any(re.search(wrong_mark, text) for text in said)


def test_withheld_numbers_leave_the_verdict_in_words() -> None:
    hidden = replace(MEAN, mean_difference=Interval(), means=None, responses={"tandem": None})
    assert sentence(hidden, "nl") == (
        "Bij tandem-trainingen is de uitkomst hoger dan bij trainingen van alleen de opleiding."
    )


def test_needed() -> None:
    unsure = moved(MEAN, Verdict.CANNOT_TELL, -0.4, 0.8, needed=PLAN)
    found = needed_sentence(unsure, "nl")
    assert found is not None
    assert "ongeveer 14 trainersteams" in found and "tussen 9 en 40" in found and "1.700 sessies" in found
    enough = replace(unsure, needed=replace(PLAN, teams_now=20))
    assert "about enough" in (needed_sentence(enough, "en") or "")
    hopeless = replace(unsure, needed=replace(PLAN, teams=Range(None, None, None)))
    assert "haalbaar" in (needed_sentence(hopeless, "nl") or "")
    open_ended = replace(unsure, needed=replace(PLAN, teams=Range(14, 9, None)))
    assert "9 of meer" in (needed_sentence(open_ended, "nl") or "")
    assert needed_sentence(MEAN, "nl") is None
    assert needed_sentence(replace(MEAN, needed=PLAN), "nl") is None
    untold = replace(unsure, needed=None, variances=Variances(0.1, None, 1.0))
    assert "niet te zeggen" in (needed_sentence(untold, "nl") or "")
    assert needed_sentence(replace(untold, variances=Variances(0.1, 0.1, 1.0)), "nl") is None


def test_caveats_fit_the_comparison() -> None:
    keys = len(caveat_sentences(replace(MEAN, primary=True), "nl"))
    naive = moved(MEAN, Verdict.CANNOT_TELL, -0.4, 0.8, naive_p=0.001, primary=True)
    assert len(caveat_sentences(naive, "nl")) == keys + 1
    assert len(caveat_sentences(replace(naive, naive_p=0.2), "nl")) == keys
    assert any("verkennend" in text for text in caveat_sentences(MEAN, "nl"))
    assert "niet door loting bepaald" in caveat_sentences(MEAN, "nl")[0]


def test_title_and_notes() -> None:
    assert sentence(MEAN, "nl", title="Welk cijfer?").startswith("“Welk cijfer?” Bij tandem")
    said = note_sentence(("compare.note.one_arm", {"item": "TRN2", "arm": "tandem"}), "nl")
    assert said == "TRN2: alleen antwoorden bij tandem, dus niets om mee te vergelijken."
    assert "(3)" in note_sentence(("compare.note.excluded_other", {"sessions": 3}), "nl")
    assert "blauw" in note_sentence(
        ("compare.note.reference_fallback", {"reference": "b"}), "nl", {"b": "blauw"}
    )


@pytest.mark.parametrize(("language", "words"), [("nl", "te ruim"), ("en", "too wide")])
def test_a_margin_that_is_too_wide_is_said_where_nothing_differs(language: str, words: str) -> None:
    alike = replace(MEAN, variances=Variances(0.0, 0.001, 1.0))
    apart = replace(MEAN, variances=Variances(0.1, 0.2, 0.7))
    assert any(words in line for line in explained_sentences(alike, language))
    told = explained_sentences(apart, language)
    assert any("10%" in line and "20%" in line for line in told)
    assert not any(words in line for line in told)


@pytest.mark.parametrize(("language", "words"), [("nl", "niet te zeggen"), ("en", "cannot")])
def test_a_variance_that_cannot_be_told_is_not_called_nothing(language: str, words: str) -> None:
    for variances, share in ((Variances(0.25, None, 0.75), "25%"), (Variances(None, 0.4, 0.6), "40%")):
        [said] = explained_sentences(replace(MEAN, variances=variances), language)
        assert words in said and share in said and "0%" not in said.replace(share, "")


@pytest.mark.parametrize(("language", "words"), [("nl", "te krap"), ("en", "too narrow")])
def test_a_margin_that_is_too_narrow_is_said_where_few_teams_differ(language: str, words: str) -> None:
    few = {arm: 4 for arm in MEAN.teams}
    for teams, variances, told in (
        (few, Variances(0.0, 0.3, 1.0), True),
        (few, Variances(None, 0.3, 1.0), True),
        (few, Variances(0.3, 0.2, 1.0), False),
        (few, Variances(0.3, None, 1.0), False),
        ({arm: 5 for arm in few}, Variances(0.0, 0.3, 1.0), False),
    ):
        said = explained_sentences(replace(MEAN, teams=teams, variances=variances), language)
        assert any(words in line for line in said) is told


def test_sizes_in_words() -> None:
    def said(low: float, high: float) -> str:
        return size_sentence(MEAN, Interval((low + high) / 2, low, high), "nl")

    assert said(-1.9, -0.7).endswith("lager (waarschijnlijk tussen 0,7 en 1,9)")
    assert said(0.7, 1.9).endswith("hoger (waarschijnlijk tussen 0,7 en 1,9)")
    assert said(-0.5, 0.9).endswith("hoger (waarschijnlijk tussen -0,5 en +0,9)")
