"""Files as Microsoft Forms makes them: layout, labels and oddities; read back they say the same."""

from __future__ import annotations

import time
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from qualitycycle.config import load_config
from qualitycycle.exporters import LINK_CODE_HEADER, NOT_APPLICABLE_LABEL, write_ms_forms
from qualitycycle.exporters.ms_forms import headers, items_on_form
from qualitycycle.instrument import Instrument
from qualitycycle.simulate import NOT_APPLICABLE, Form
from qualitycycle.vocabulary import Moment, Variant

INSTRUMENT = load_config(Path(__file__).parents[2]).instrument
DAY = datetime(2025, 11, 18, 16, 45, 10)


def form(code: str | None = "12ma07", **answers: Any) -> Form:
    return Form(answers, code, DAY, DAY.replace(minute=51))


def rows_of(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Sheet1").to_python()


def column(path: Path, item: str, language: str = "nl") -> list[Any]:
    rows = rows_of(path)
    wanted = INSTRUMENT.item(item).text[language]
    at = [str(header).strip() for header in rows[0]].index(wanted)
    return [row[at] for row in rows[1:]]


def test_the_tools_own_columns_come_first_and_say_nothing(tmp_path: Path) -> None:
    rows = rows_of(write_ms_forms(tmp_path / "a.xlsx", INSTRUMENT, [form(), form()]))
    assert rows[0][:5] == ["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam"]
    assert [row[:5] for row in rows[1:]] == [
        [1.0, DAY, DAY.replace(minute=51), "anonymous", ""],
        [2.0, DAY, DAY.replace(minute=51), "anonymous", ""],
    ]


def test_english_forms(tmp_path: Path) -> None:
    path = write_ms_forms(tmp_path / "a.xlsx", INSTRUMENT, [form(VRM1=5.0, TRN3=7.5)], language="en")
    assert rows_of(path)[0][:5] == ["ID", "Start time", "Completion time", "Email", "Name"]
    assert rows_of(path)[0][-1] == LINK_CODE_HEADER["en"]
    assert column(path, "VRM1", "en")[0].strip() == "strongly agree"
    assert column(path, "TRN3", "en") == ["7.5"]


def test_one_sheet_with_one_excel_table_and_true_datetimes(tmp_path: Path) -> None:
    path = write_ms_forms(tmp_path / "a.xlsx", INSTRUMENT, [form(), form()])
    workbook = load_workbook(path)
    assert workbook.sheetnames == ["Sheet1"]
    sheet = workbook["Sheet1"]
    (table,) = sheet.tables.values()
    assert (table.displayName, table.tableStyleInfo.name) == ("Table1", "TableStyleMedium2")
    assert table.ref == sheet.dimensions
    assert sheet["B2"].is_date and sheet["B2"].number_format == r"m/d/yy\ h:mm:ss"


def test_headers_are_the_questions_some_with_a_blank_behind() -> None:
    items = items_on_form(INSTRUMENT, Moment.POST, Variant.TANDEM)
    row = headers(items, "nl")
    assert [text.strip() for text in row[5:-1]] == [item.text["nl"] for item in items]
    assert Counter(text[-1] for text in row if text[-1].isspace()).keys() == {" ", "\u00a0"}
    assert "Feedback geven waardoor een student de volgende les iets anders doet." in [
        text.strip() for text in row
    ]


def test_only_a_tandem_is_asked_about_both_trainers() -> None:
    asked = {
        variant: {item.id for item in items_on_form(INSTRUMENT, Moment.POST, variant)}
        for variant in (*Variant, None)
    }
    assert asked[Variant.TANDEM] - asked[Variant.INSTITUTE_ONLY] == {"TRN2"}
    assert all("TRN2" not in items for variant, items in asked.items() if variant != Variant.TANDEM)
    assert {"STAGE", "INSTITUTES"} <= asked[None]


def test_answers_are_labels_never_codes(tmp_path: Path) -> None:
    forms = [form(VRM1=float(point), VRM2=float(point), STAGE=1.0 + point % 2) for point in range(1, 6)]
    path = write_ms_forms(tmp_path / "a.xlsx", INSTRUMENT, forms)
    for item in ("VRM1", "VRM2"):
        labels = INSTRUMENT.scale_of(item).labels["nl"]
        assert [str(cell).strip() for cell in column(path, item)] == labels
    assert set(column(path, "STAGE")) == set(INSTRUMENT.item("STAGE").labels["nl"])
    assert column(path, "VRM1")[-1].endswith("\u00a0")


def test_marks_blanks_and_not_applicable(tmp_path: Path) -> None:
    forms = [form(TRN3=8.0), form(TRN3=7.5), form(TRN3=None), form(INH3=NOT_APPLICABLE, OPN1="nvt")]
    path = write_ms_forms(tmp_path / "a.xlsx", INSTRUMENT, forms)
    assert column(path, "TRN3") == [8.0, "7,5", "", ""]
    assert column(path, "INH3")[-1] == NOT_APPLICABLE_LABEL["nl"]
    assert column(path, "OPN1") == ["", "", "", "nvt"]


def test_link_codes_are_the_last_column(tmp_path: Path) -> None:
    path = write_ms_forms(tmp_path / "a.xlsx", INSTRUMENT, [form("12ma07"), form(None)])
    assert [row[-1] for row in rows_of(path)] == [LINK_CODE_HEADER["nl"], "12ma07", ""]


def test_a_multiple_choice_ends_in_a_semicolon_and_repeated_questions_are_numbered(tmp_path: Path) -> None:
    options = ["gesprek", "observatie (kort; lang)", "intervisie"]
    item = {"text": {"nl": "Wat deed je?"}, "scale": "multi", "labels": {"nl": options}}
    instrument = Instrument.model_validate(
        {
            "id": "x",
            "title": {"nl": "x"},
            "scales": {"multi": {"kind": "multi"}},
            "items": [{"id": "A", **item}, {"id": "B", **item}],
        }
    )
    path = write_ms_forms(tmp_path / "a.xlsx", instrument, [form(A=(1, 2), B=(3,))])
    header, row = rows_of(path)
    assert header[5:7] == ["Wat deed je?", "Wat deed je?\u00a0"]
    assert row[5] == "gesprek;observatie (kort; lang);"
    assert row[6] == "intervisie;"
    assert headers([instrument.items[0]] * 3, "nl")[5:8] == [
        "Wat deed je?",
        "Wat deed je?\u00a0",
        "Wat deed je?2",
    ]


def test_a_form_nobody_filled_in(tmp_path: Path) -> None:
    path = write_ms_forms(tmp_path / "a.xlsx", INSTRUMENT, [])
    assert len(rows_of(path)) == 1
    assert load_workbook(path)["Sheet1"].tables["Table1"].ref.endswith("2")


def test_same_forms_same_bytes(tmp_path: Path) -> None:
    first = write_ms_forms(tmp_path / "a.xlsx", INSTRUMENT, [form(VRM1=4.0)])
    time.sleep(1.1)
    second = write_ms_forms(tmp_path / "b.xlsx", INSTRUMENT, [form(VRM1=4.0)])
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2025-11-18T16:51:10Z") == 2
