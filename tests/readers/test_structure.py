"""Questionnaires of LimeSurvey and XLSForm: recognised, read, and refused as answers."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from qualitycycle.errors import Refused
from qualitycycle.readers.structure import Question, Structure, in_language, read_structure
from tests.readers.conftest import Refusal, Workbook, Write
from tests.readers.questionnaires import CHOICES, SETTINGS, SURVEY, lss, tsv


def found(path: Path) -> Structure:
    structure = read_structure(path)
    assert structure is not None
    return structure


def test_what_holds_no_questionnaire_is_none(write: Write, workbook: Workbook) -> None:
    assert read_structure(write("Vraag;Cijfer\nja;8\n")) is None
    assert read_structure(workbook([["Vraag"], ["ja"]])) is None
    assert read_structure(write('<?xml version="1.0"?><feed/>', "feed.xml")) is None
    assert read_structure(write("$FL2 not really", "a.sav")) is None
    with pytest.raises(Refused):
        read_structure(Path("nowhere.lss"))


@pytest.mark.parametrize("version", [261, 366, 480, 640])
def test_both_layouts_of_limesurvey_say_the_same(write: Write, version: int) -> None:
    structure = found(write(lss(version), "anything.csv"))
    assert structure == found(write(lss(366), "other.lss"))
    assert (structure.tool, structure.languages, structure.title) == ("limesurvey", ("nl", "de"), "Evaluatie")


def test_the_questions_a_limesurvey_form_makes(write: Write) -> None:
    questions = found(write(lss())).questions
    assert [(code, question.kind) for code, question in questions.items()] == [
        ("P1", "single"),
        ("likert[SQ001]", "scale"),
        ("likert[SQ002]", "scale"),
        ("seen", "multi"),
        ("again", "single"),
        ("hours[lez]", "number"),
        ("rank[1]", "ranking"),
        ("rank[2]", "ranking"),
        ("dual[a][1]", "scale"),
        ("dual[a][2]", "scale"),
        ("open", "text"),
        ("session", "computed"),
        ("table[r_c]", "number"),
        ("mark", "number"),
    ]
    first = questions["P1"]
    assert (first.texts, first.other) == ({"nl": "Welke taal?", "de": "Welche Sprache?"}, True)
    assert first.options == {
        "A1": {"nl": "Nederlands", "de": "Niederländisch"},
        "A2": {"nl": "Duits", "de": "Deutsch"},
    }
    assert questions["likert[SQ002]"].title("de") == "Der Trainer war [pünktlich [immer]]"
    assert questions["likert[SQ001]"].groups == {"nl": "De dag", "de": "Der Tag"}
    assert questions["again"].options == {"Y": {"nl": "Ja", "de": "Ja"}, "N": {"nl": "Nee", "de": "Nein"}}
    assert [list(questions[f"dual[a][{place}]"].options) for place in (1, 2)] == [["l"], ["h"]]
    assert questions["table[r_c]"].title("nl") == "Per week [thuis | maandag]"
    assert list(next(iter(questions.values())).texts) == ["nl", "de"]  # the base language first


@pytest.mark.parametrize("newer", [False, True])
def test_both_layouts_of_the_tab_separated_structure(write: Write, newer: bool) -> None:
    structure = found(write(tsv(newer), "structure.txt"))
    from_xml = found(write(lss())).questions
    assert (structure.languages, structure.title) == (("nl", "de"), "Evaluatie")
    assert list(structure.questions) == list(from_xml)[:6]
    for code, question in structure.questions.items():
        assert (question.texts, question.options) == (from_xml[code].texts, from_xml[code].options)
        assert (question.stems, question.groups) == (from_xml[code].stems, from_xml[code].groups)


@pytest.mark.parametrize("key", ["list name", "list_name", "List Name "])
def test_an_xlsform(workbook: Workbook, key: str) -> None:
    choices = [[key, *CHOICES[0][1:]], *CHOICES[1:]]
    path = workbook(SURVEY, sheet="survey", choices=choices, settings=SETTINGS, notes=[["x"], ["y"]])
    structure = found(path)
    assert (structure.tool, structure.title, structure.languages) == ("xlsform", "Evaluation", ("nl", "en"))
    assert {code: question.kind for code, question in structure.questions.items()} == {
        "TRN1": "scale",
        "seen": "multi",
        "colour": "single",
        "age": "number",
        "remark": "text",
        "session": "computed",
    }
    agree, colour = structure.questions["TRN1"], structure.questions["colour"]
    assert (agree.texts, agree.groups) == (
        {"nl": "Helder?", "en": "Clear?"},
        {"nl": "De training", "en": "The training"},
    )
    assert agree.options == {"1": {"nl": "oneens", "en": "disagree"}, "5": {"nl": "eens", "en": "agree"}}
    assert colour.texts == {"nl": "Colour"}  # of two columns called label the first that is filled
    assert (colour.other, list(colour.options)) == (True, ["red", "other"])


def test_a_name_in_two_groups_keeps_its_path(workbook: Workbook) -> None:
    rows = [["type", "name", "label"], ["text", "why", "Why?"]]
    rows += [["begin group", "b", "B"], ["text", "why", "Why again?"], ["end group", None, None]]
    structure = found(workbook(rows, sheet="Survey ", Choices=[["list_name", "name"], ["a", "b"]]))
    assert {code: question.texts for code, question in structure.questions.items()} == {
        "why": {"default": "Why?"},
        "b/why": {"default": "Why again?"},
    }


def test_a_questionnaire_is_no_file_of_answers(write: Write, workbook: Workbook, refusal: Refusal) -> None:
    form = workbook(SURVEY, sheet="survey", choices=CHOICES, settings=SETTINGS)
    for path, tool, count in (
        (write(lss(), "a.lss"), "LimeSurvey", 14),
        (write(tsv(), "a.txt"), "LimeSurvey", 6),
        (form, "XLSForm (KoboToolbox, ODK, Ona)", 6),
    ):
        (finding,) = refusal(path)
        assert (finding.code, finding.details["tool"]) == ("platforms.structure", tool)
        assert finding.details["questions"] == count


@pytest.mark.parametrize(
    "text",
    [
        lss()[:900],
        lss().replace("<document>", '<!DOCTYPE d [<!ENTITY a "aaa">]><document>').replace("Welke", "&a;"),
        lss().replace('encoding="UTF-8"', 'encoding="no-such"'),
    ],
    ids=["half", "entities", "encoding"],
)
def test_a_damaged_or_dangerous_questionnaire_is_refused(write: Write, refusal: Refusal, text: str) -> None:
    (finding,) = refusal(write(text, "a.lss"))
    assert finding.code == "platforms.broken_xml"


def test_other_xml_is_only_a_wrong_kind(write: Write, refusal: Refusal) -> None:
    for text in ('<?xml version="1.0"?><feed/>', lss().replace(">Survey<", ">Tokens<")):
        (finding,) = refusal(write(text, "a.xml"))
        assert (finding.code, finding.details["kind"]) == ("reading.wrong_kind", "XML")


def test_values_cannot_be_changed() -> None:
    question = Question("a", {"nl": "A"}, "text")
    with pytest.raises(FrozenInstanceError):
        question.code = "b"  # type: ignore[misc]


def test_a_text_in_the_nearest_language() -> None:
    texts = {"en": "yes", "de-informal": "jo", "de": "ja", "nl": ""}
    assert [in_language(texts, language) for language in ("de", "de-informal", "DE", "nl", None)] == [
        *("ja", "jo", "ja", "yes", "yes")
    ]
    assert in_language({}, "nl") == ""
    assert Question("a", {}, "single", {"1": {}}).label("1") == "1"
    assert Question("a", {}, "single", {"1": {"nl": "een"}}).label("2") is None
