"""The Word document for Microsoft Forms: what it reads as questions, and that the export comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from qualitycycle.config import shipped
from qualitycycle.exporters.ms_forms import TOOL_HEADERS
from qualitycycle.exporters.word import word_form, word_questions
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace import Workspace, init_workspace

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


def test_a_document_is_written_again_byte_for_byte_alike_in_its_text(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "ws", "nl")
    made = workspace.export_instrument("word", tmp_path / "one.docx").form
    word_form(made, tmp_path / "two.docx")
    assert read_as_forms_does(tmp_path / "one.docx") == read_as_forms_does(tmp_path / "two.docx")
