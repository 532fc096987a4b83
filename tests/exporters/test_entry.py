from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from qualitycycle.exporters.entry import ROOM, entry_workbook
from tests.exporters.questionnaire import odd_form


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "invoer.xlsx"
    entry_workbook(odd_form(), path)
    return path


def choices(path: Path, code: str, sheet: int = 1) -> list[object]:
    """What the drop-down under a code offers."""
    book = load_workbook(path)
    page, lists = book.worksheets[sheet], book.worksheets[-1]
    letter = next(cell.column_letter for cell in page[2] if cell.value == code)
    wanted = f"{letter}3:{letter}{2 + ROOM}"
    rule = next(rule for rule in page.data_validations.dataValidation if str(rule.sqref) == wanted)
    cells = str(rule.formula1).rpartition("!")[2].replace("$", "")
    return [row[0].value for row in lists[cells]]


def test_every_form_has_two_sheets_and_open_questions_one(written: Path) -> None:
    book = load_workbook(written)
    assert book.sheetnames == ["lees mij", "eerste invoer", "tweede invoer", "lijsten"]
    first, second = ([cell.value for cell in sheet[2]] for sheet in book.worksheets[1:3])
    assert set(first) - set(second) == {"WHY"}
    assert (first[0], first[-1]) == ("qc_form", "koppelcode")
    assert book["lijsten"].sheet_state == "hidden"
    assert book["eerste invoer"]["E1"].value == "Hoe goed lukt het je om ... Vragen stellen."


def test_drop_downs_take_labels_and_bare_numbers(written: Path) -> None:
    assert choices(written, "AG_1") == [
        "1 - helemaal mee oneens",
        "2 - mee oneens",
        "3 - neutraal",
        "4 - mee eens",
        "5 - helemaal mee eens",
        "niet van toepassing / weet ik niet",
        *(1, 2, 3, 4, 5),
    ]
    assert choices(written, "MARK")[12:] == [7, 7.5, 8, 8.5, 9, 9.5, 10, "niet van toepassing / weet ik niet"]
    assert choices(written, "GROUPS", sheet=2) == ["2", "1", "3 of meer"]
    assert choices(written, "TOOLS[opt2]") == ["x"]


def test_numbers_are_no_choice_where_a_label_is_a_number(written: Path) -> None:
    assert choices(written, "WHO") == [
        *("0 - vooral ik", "1", "2", "3 - vooral zij"),
        "niet van toepassing / weet ik niet",
    ]


def test_it_says_where_the_forms_belong(written: Path) -> None:
    told = {row[0]: row[1] for row in load_workbook(written)["lees mij"].iter_rows(values_only=True)}
    assert told["qc_session"] == "DUIN-2526-04"
    assert told["qc_instrument"] == "rond-2.0"


def test_the_same_form_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    entry_workbook(odd_form(), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == written.read_bytes()


def test_in_english(tmp_path: Path) -> None:
    path = tmp_path / "entry.xlsx"
    entry_workbook(odd_form("en"), path)
    assert load_workbook(path).sheetnames[:3] == ["read me", "first entry", "second entry"]
    assert choices(path, "TEMPO")[0] == "1 - too slow"
