"""Odd responses: what each rule flags and, as much, what it leaves alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from qualitycycle import wording
from qualitycycle.checking import RULES, Checked, ColumnPlan, assemble, plan_columns
from qualitycycle.checking.odd import Session, Stored
from qualitycycle.config import Config, load_config, shipped
from qualitycycle.linking import LinkCodes
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import Moment, Variant
from tests.checking.export import TinyExport, tiny

AGREEMENT = ("VRM1", "VRM3", "INH1", "INH3", "TRN1", "ZEL5", "TRF2")
FIRST, LAST = date(2025, 11, 4), date(2025, 12, 2)
SESSION = Session(Variant.INSTITUTE_ONLY, FIRST, LAST, attended=3)


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(shipped("config").parent)


def checked(
    config: Config,
    columns: Mapping[str, Sequence[Any]] | TinyExport,
    *,
    moment: Moment = Moment.POST,
    session: Session = SESSION,
    collections: Sequence[str] | None = None,
    stored: Sequence[Stored] = (),
) -> Checked:
    export = columns if isinstance(columns, TinyExport) else tiny(columns)
    plan = plan_columns(export, config)
    assert isinstance(plan, ColumnPlan), plan
    size = len(export.rows)
    found = assemble(
        export,
        plan,
        collections=collections or ["S1"] * size,
        moments=[moment] * size,
        sessions={"S1": session},
        language="nl",
        stored=stored,
        link_codes=lambda cells: LinkCodes.of(cells, b"key"),
    )
    assert found.responses, found.findings
    return found


def flagged(found: Checked, name: str) -> list[int]:
    """The positions with a flag; the finding says the same."""
    positions = [at for at, flags in enumerate(found.responses["flags"]) if name in flags]
    told = [one for one in found.findings if one.code == f"quality.flag_{name}"]
    assert [(one.count, one.row) for one in told] == (
        [(len(positions), positions[0] + 2)] if positions else []
    )
    return positions


def everywhere(*scores: int | None) -> dict[str, list[int | None]]:
    """The same score on every agreement question, per response."""
    return {item: list(scores) for item in AGREEMENT}


@pytest.mark.parametrize(
    ("texts", "is_test"),
    [
        (["test"], True),
        (["Test test test test", "test 2"], True),
        (["Dit is een test."], True),
        (["Goede toets", None], False),
        (["test", "Meer oefenen graag"], False),
        (["De test aan het eind was te lang"], False),
        ([None], False),
        (["alleen"], False),
    ],
)
def test_a_test_row_says_nothing_else(config: Config, texts: list[str | None], is_test: bool) -> None:
    named = dict(zip(("OPN1", "OPN2"), texts, strict=False))
    columns = {"ALG1": [8], **{item: [text] for item, text in named.items()}}
    assert flagged(checked(config, columns), "test_row") == ([0] if is_test else [])


def test_a_test_in_a_closed_question_counts_where_a_mapping_lets_it_pass(config: Config) -> None:
    mapping = SurveyMapping(
        instrument="nl-mentor-1.0", columns={"Fit": "INH1", "Mark": "ALG1"}, unknown="missing"
    )
    lenient = replace(config, mappings={"m": mapping})
    found = checked(lenient, {"Fit": ["test", "mee eens", "prima"], "Mark": [8, 8, 8]})
    assert flagged(found, "test_row") == [0]


def test_a_straight_line_is_the_same_answer_on_six_questions_or_more(config: Config) -> None:
    columns = everywhere(2, 3, 4)
    columns["ZEL5"] = [2, 4, None]
    assert flagged(checked(config, columns), "straight_line") == [0, 2]
    few = {item: [2] for item in AGREEMENT[:5]}
    assert flagged(checked(config, few), "straight_line") == []


def test_no_straight_line_over_questions_with_answers_of_their_own(config: Config) -> None:
    """Competence, anchored and agreement questions do not add up to one scale."""
    items = (*AGREEMENT[:4], "ZEL1", "ZEL2", "ZEL3", "ZEL4", "INH2", "TRF1")
    assert flagged(checked(config, {item: [3] for item in items}), "straight_line") == []


def test_the_best_answer_throughout_is_no_sign_where_the_others_give_it_too(config: Config) -> None:
    content = {item: [5, 5, 5, 5, 4] for item in AGREEMENT}
    assert flagged(checked(config, content), "straight_line") == [4]
    mixed = {item: [5, 4, 3, 4, 2] for item in AGREEMENT}
    mixed["ZEL5"] = [5, 3, 4, 5, 3]
    assert flagged(checked(config, mixed), "straight_line") == [0]
    worst = {item: [1, 1, 1, 1] for item in AGREEMENT}
    assert flagged(checked(config, worst), "straight_line") == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("telling", "is_reversed"),
    [
        ({"TRN3": 9, "ALG1": 8.5}, True),
        ({"ALG1": 8}, True),
        ({"ALG1": 9, "INH2": 3, "TRF1": 1}, True),
        ({"INH2": 4, "TRF1": 3}, True),
        ({"ALG1": 3}, False),
        ({"TRN3": 9, "ALG1": 5}, False),
        ({"ALG1": 9, "INH2": 1, "TRF1": 1}, False),
        ({}, False),
    ],
)
def test_who_is_against_everything_and_content_read_the_scale_upside_down(
    config: Config, telling: Mapping[str, float], is_reversed: bool
) -> None:
    columns = everywhere(1) | {"VRM3": [2], "TRF2": [4]} | {item: [score] for item, score in telling.items()}
    assert flagged(checked(config, columns), "reversed_scale") == ([0] if is_reversed else [])


def test_low_confidence_and_a_high_mark_is_no_reversed_scale(config: Config) -> None:
    columns = {item: [1] for item in ("ZEL1", "ZEL2", "ZEL3", "ZEL4", "INH3", "ZEL5")} | {"ALG1": [9]}
    assert flagged(checked(config, columns), "reversed_scale") == []


def timed(seconds: Sequence[float | None], questions: int = 7) -> TinyExport:
    items = [*AGREEMENT, "ALG1", "TRN3"][:questions]
    scores = [3 + at % 2 for at in range(len(seconds))]
    export = tiny({item: [*scores[at % 2 :], *scores[: at % 2]] for at, item in enumerate(items)})
    return replace(export, seconds=list(seconds))


def test_two_seconds_per_question_is_too_fast(config: Config) -> None:
    assert flagged(checked(config, timed([13.9, 14.0, None, 0, -5])), "too_fast") == [0]


def test_a_third_of_the_median_is_too_fast_where_there_are_ten_times(config: Config) -> None:
    usual = [300.0] * 9
    assert flagged(checked(config, timed([99.0, *usual])), "too_fast") == [0]
    assert flagged(checked(config, timed([101.0, *usual])), "too_fast") == []
    assert flagged(checked(config, timed([99.0, *usual[:8]])), "too_fast") == []
    assert flagged(checked(config, replace(timed([1.0]), seconds=None)), "too_fast") == []


def test_open_answers_take_no_time(config: Config) -> None:
    export = replace(tiny({"OPN1": ["Goed"], "ALG1": [8]}), seconds=[3.0])
    assert flagged(checked(config, export), "too_fast") == []


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "day", "fits"),
    [
        (Moment.POST, FIRST - DAY, False),
        (Moment.POST, FIRST, True),
        (Moment.POST, LAST + 60 * DAY, True),
        (Moment.POST, LAST + 61 * DAY, False),
        (Moment.RETRO_PRE, FIRST - DAY, False),
        (Moment.PRE, FIRST - 40 * DAY, True),
        (Moment.PRE, LAST, True),
        (Moment.PRE, LAST + DAY, False),
        (Moment.FOLLOW_UP, LAST + 59 * DAY, False),
        (Moment.FOLLOW_UP, LAST + 120 * DAY, True),
        (Moment.POST, None, True),
    ],
)
def test_dates_outside_the_session(config: Config, moment: Moment, day: date | None, fits: bool) -> None:
    export = replace(tiny({"ZEL1": [3]}), submitted=[day])
    found = checked(config, export, moment=moment)
    assert flagged(found, "outside_dates") == ([] if fits else [0])
    undated = checked(config, export, moment=moment, session=replace(SESSION, first=None, last=None))
    assert flagged(undated, "outside_dates") == []


def stored(n: int, *, moment: str = "post", completed: bool = True, code: str | None = None) -> list[Stored]:
    return [Stored(f"r{i}", f"h{i}", "S1", moment, completed, code) for i in range(n)]


def test_more_responses_than_people_present_counts_what_is_stored(config: Config) -> None:
    two = {"ALG1": [8, 7]}
    assert flagged(checked(config, two), "more_than_attended") == []
    assert flagged(checked(config, two, stored=stored(1)), "more_than_attended") == []
    assert flagged(checked(config, two, stored=stored(2)), "more_than_attended") == [0, 1]
    assert flagged(checked(config, two, stored=stored(2, completed=False)), "more_than_attended") == []
    assert flagged(checked(config, two, stored=stored(2, moment="pre")), "more_than_attended") == []
    many = {"ZEL1": [3] * 4}
    assert flagged(checked(config, many, moment=Moment.PRE), "more_than_attended") == []
    assert flagged(checked(config, many, moment=Moment.FOLLOW_UP), "more_than_attended") == [0, 1, 2, 3]
    unknown = replace(SESSION, attended=None)
    assert flagged(checked(config, many, session=unknown), "more_than_attended") == []


def test_a_grown_export_does_not_count_its_own_responses_twice(config: Config) -> None:
    first = checked(config, tiny({"ALG1": [8, 7]}, ["1", "2"]))
    names = ("response_id", "row_hash", "collection", "moment", "completed", "link_code")
    kept = [Stored(*row) for row in zip(*(first.responses[name] for name in names), strict=True)]
    grown = tiny({"ALG1": [8, 7, 9]}, ["1", "2", "3"])
    assert flagged(checked(config, grown, stored=kept), "more_than_attended") == []
    renumbered = tiny({"ALG1": [8, 7, 9]}, ["a", "b", "c"])
    assert flagged(checked(config, renumbered, stored=kept), "more_than_attended") == []


def test_a_code_that_occurs_twice_in_a_session_and_moment(config: Config) -> None:
    columns = {"Koppelcode": ["12ma07", "12-MA-07", None, None, "34ju01"], "ALG1": [8, 7, 6, 5, 9]}
    wide = replace(SESSION, attended=None)
    assert flagged(checked(config, columns, session=wide), "duplicate_code") == [0, 1]
    apart = ["S1", "S2", "S1", "S1", "S1"]
    assert flagged(checked(config, columns, session=wide, collections=apart), "duplicate_code") == []
    code = LinkCodes.of(["34ju01"], b"key").hashed()[0][0]
    assert flagged(checked(config, columns, session=wide, stored=stored(1, code=code)), "duplicate_code") == [
        0,
        1,
        4,
    ]
    before = stored(1, moment="pre", code=code)
    assert flagged(checked(config, columns, session=wide, stored=before), "duplicate_code") == [0, 1]


def test_an_answer_to_a_question_for_another_variant(config: Config) -> None:
    columns = {"TRN2": [4, None, "nvt"], "ALG1": [8, 7, 6]}
    found = checked(config, columns)
    assert flagged(found, "wrong_variant") == [0]
    [told] = [one for one in found.findings if one.code == "quality.flag_wrong_variant"]
    assert told.details["questions"] == "TRN2"
    for variant in (Variant.TANDEM, Variant.UNKNOWN):
        assert flagged(checked(config, columns, session=Session(variant)), "wrong_variant") == []


def test_labels_of_two_languages_in_one_response_and_in_one_file(config: Config) -> None:
    columns = {
        "VRM1": ["mee eens", "agree", "mee eens", 4],
        "INH1": ["neutral", "agree", "neutraal", "4 (eens)"],
    }
    found = checked(config, columns)
    assert flagged(found, "two_languages") == [0]
    assert found.responses["language"] == [None, "en", "nl", None]
    [told] = [one for one in found.findings if one.code == "quality.languages"]
    assert told.details["languages"] == "en 1, nl 1"
    one = checked(config, {"VRM1": ["mee eens", "neutraal"]})
    assert not any("languages" in found.code for found in one.findings)


@pytest.mark.parametrize("language", wording.languages())
def test_every_rule_has_its_sentences(language: str) -> None:
    for name in RULES:
        assert wording.has(f"quality.flag_{name}", language)
        assert wording.has(f"quality.flagged.{name}", language)


def test_flags_never_remove_an_answer(config: Config) -> None:
    columns = {**everywhere(1, 3), "ALG1": [9, 8], "OPN1": ["Test", "test"]}
    export = replace(tiny(columns), seconds=[2.0, 2.0], submitted=[FIRST - DAY] * 2)
    found = checked(config, export)
    assert all(len(flags) >= 3 for flags in found.responses["flags"])
    assert len(found.answers["item"]) == 2 * len(columns)
    assert found.responses["completed"] == [True, True] and found.responses["n"] == [1, 1]


@pytest.mark.corpus
def test_the_test_row_of_a_real_form_is_found(corpus: Path) -> None:
    """One of 230 people typed only "test", in four open questions and four times in one of them."""
    from qualitycycle.checking.careless import _says_test
    from qualitycycle.readers import read

    export = read(next((corpus / "exports" / "ms_forms").glob("Breda*responses.xlsx")))
    wanted = ("non-negotiable", "biggest gap", "emerging technology", "Open Feedback")
    typed = [
        [str(cell) for cell in row if cell]
        for row in zip(
            *(
                column
                for header, column in zip(export.headers, export.columns, strict=True)
                if any(part in header for part in wanted)
            ),
            strict=True,
        )
    ]
    assert [at for at, texts in enumerate(typed) if texts and all(map(_says_test, texts))] == [2]
