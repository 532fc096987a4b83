"""The questionnaire beside an export: which files are looked at, and which one counts."""

from __future__ import annotations

from pathlib import Path

from qualitycycle.readers.beside import beside
from qualitycycle.readers.structure import Structure
from tests.readers.conftest import Workbook, Write
from tests.readers.questionnaires import CHOICES, SURVEY, archive, lsr, lss, tsv


def files(path: Path, tool: str = "limesurvey", share: float = 1.0) -> list[str]:
    return [found.file for found in beside(path, tool, lambda structure: share)]


def test_every_layout_in_the_folder_and_nothing_else(
    write: Write, workbook: Workbook, tmp_path: Path
) -> None:
    export = write("a;b\n1;2\n")
    write(lss(), "b.lss")
    write(tsv(True), "c.txt")
    archive(tmp_path / "d.lsa", lss=lss(), lsr=lsr([{"id": "1"}]))
    write(lss().replace(">Survey<", ">Tokens<"), "e.lst")
    write("PK\x03\x04 broken", "f.zip")
    workbook(SURVEY, name="g.xlsx", sheet="survey", choices=CHOICES)
    workbook([["survey"], ["ja"]], name="h.xlsx", sheet="answers")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "i.lss").write_text(lss(), encoding="utf-8")
    assert files(export) == ["b.lss", "c.txt", "d.lsa"]
    assert files(export, "xlsform") == ["g.xlsx"]


def test_an_export_is_never_its_own_questionnaire(write: Write) -> None:
    assert files(write(lss(), "b.lss")) == []


def test_what_knows_too_few_columns_does_not_count(write: Write) -> None:
    export = write("a;b\n1;2\n")
    write(lss(), "b.lss")
    assert (files(export, share=0.79), files(export, share=0.8)) == ([], ["b.lss"])


def test_the_one_that_knows_most_columns_wins(write: Write) -> None:
    def share(structure: Structure) -> float:
        return len(structure.questions) / 14

    export = write("a;b\n1;2\n")
    write(tsv(), "a.txt")  # six questions
    write(lss(), "b.lss")
    write(lss(480), "c.lss")
    assert [found.file for found in beside(export, "limesurvey", share)] == ["b.lss", "c.lss"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert files(tmp_path / "nowhere" / "a.csv") == []
