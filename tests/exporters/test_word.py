"""The Word document for Microsoft Forms: what it reads as questions, and that the export comes back."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from qualitycycle import wording
from qualitycycle.config import shipped
from qualitycycle.errors import Refused
from qualitycycle.exporters.form import build_form
from qualitycycle.exporters.ms_forms import TOOL_HEADERS
from qualitycycle.exporters.word import word_form, word_questions
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace import Workspace, init_workspace
from tests.exporters.questionnaire import odd_form, odd_instrument

SESSION = "DUIN-2526-03"
QUESTION, OPTION = re.compile(r"(\d+)\. (.+)", re.DOTALL), re.compile(r"([A-Z])\. (.+)")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = init_workspace(tmp_path_factory.mktemp("word") / "ws", "nl")
    assert made.import_register(shipped("examples") / "register.xlsx").status == "imported"
    return made


def read_as_forms_does(path: Path) -> list[tuple[str, list[str]]]:
    """Numbered paragraphs are questions, lettered lines their options, all else is text."""
    found: list[tuple[str, list[str]]] = []
    for paragraph in Document(str(path)).paragraphs:
        if question := QUESTION.fullmatch(paragraph.text):
            assert int(question[1]) == len(found) + 1
            found.append((question[2], []))
        elif option := OPTION.fullmatch(paragraph.text):
            found[-1][1].append(option[2])
    return found


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("moment", [Moment.PRE, Moment.POST, Moment.FOLLOW_UP])
def test_what_forms_reads_imports_without_a_question(
    workspace: Workspace, tmp_path: Path, moment: Moment, language: str
) -> None:
    path = tmp_path / "form.docx"
    made = workspace.export_instrument("word", path, moment=moment, session=SESSION, language=language)
    questions = read_as_forms_does(path)
    assert questions == word_questions(made.form)
    export = tmp_path / f"Evaluatie {SESSION}.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*TOOL_HEADERS[language], *(text for text, _ in questions)])
    for number in (1, 2):
        chosen = [
            options[number % len(options)] if options else f"1{number}ab0{number}" for _, options in questions
        ]
        sheet.append([number, "2026-05-01 12:00", "2026-05-01 12:05", "anonymous", None, *chosen])
    book.save(export)
    report = workspace.import_evaluations([export], moment=moment, dry_run=True)
    [one] = report.files
    assert one.status == "checked", one.findings
    assert one.responses == 2
    assert not [found for found in one.findings if found.code.startswith("checking.")]


def test_the_document_holds_nothing_that_could_be_taken_for_a_question(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "ws", "nl")
    path = tmp_path / "form.docx"
    made = workspace.export_instrument("word", path)
    document = Document(str(path))
    assert document.tables == []
    assert all(not section.header.paragraphs[0].text for section in document.sections)
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == made.form.title("nl")
    assert all(QUESTION.fullmatch(text) or OPTION.fullmatch(text) for text in texts[1:])
    assert document.core_properties.author == ""


def test_the_same_form_gives_the_same_bytes_in_its_own_language(tmp_path: Path) -> None:
    for name in ("one", "two"):
        word_form(odd_form("nl"), tmp_path / f"{name}.docx")
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()
    document = Document(str(tmp_path / "one.docx"))
    [language] = document.styles.element.xpath("w:docDefaults//w:lang")
    assert language.get(language.nsmap["w"].join("{}") + "val") == "nl"


def test_what_forms_cannot_know_is_said(tmp_path: Path) -> None:
    [found] = word_form(odd_form("nl"), tmp_path / "form.docx")
    assert (found.code, found.details["questions"]) == (
        "form.word_several",
        "'Wat gebruik je? (meer antwoorden mogen)'",
    )
    assert word_form(build_form(odd_instrument(), Moment.POST, language="en"), tmp_path / "en.docx")


def test_a_mark_out_of_a_hundred_is_typed_and_no_option_is_lost(tmp_path: Path) -> None:
    odd = odd_instrument()
    wide = odd.scales["mark"].model_copy(update={"maximum": 100.0, "step": 1.0})
    made = build_form(odd.model_copy(update={"scales": {**odd.scales, "mark": wide}}), Moment.POST)
    found = word_form(made, tmp_path / "form.docx")
    assert [one.code for one in found] == ["form.word_several", "form.word_typed"]
    assert ("Welk cijfer geef je?", []) in read_as_forms_does(tmp_path / "form.docx")


def test_a_stem_stands_in_front_of_each_of_its_questions() -> None:
    texts = [text for text, _ in word_questions(odd_form("en"))]
    assert "How well do you manage to ... Let silences fall." in texts


def test_without_its_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(Refused) as refused:
        word_form(odd_form(), tmp_path / "form.docx")
    assert "qualitycycle[docx]" in wording.message(refused.value.findings[0], "nl")
    assert list(tmp_path.iterdir()) == []
