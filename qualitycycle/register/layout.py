"""What the register's workbook looks like: sheets, notes, drop-downs, a page that explains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableStyleInfo

from qualitycycle import wording
from qualitycycle.register.cells import show_cell
from qualitycycle.register.tables import (
    EARLIEST,
    LATEST,
    LISTS,
    PARTNERSHIPS,
    TABLES,
    Column,
    Records,
    Table,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from qualitycycle.config import Organisations

ROOM = 2000
"""Rows that drop-downs and formats cover, beyond which nobody types by hand."""

_INK, _REQUIRED, _OPTIONAL, _CYCLE = "FFFFFF", "1F4E79", "5B7FA6", "7F6000"
_PAGE_WIDTH = 100
_DATE_FORMATS = {"nl": "dd-mm-yyyy"}
_WIDE = frozenset({"notes", "text", "what", "result", "title", "training", "context", "reference", "said"})
_KEPT = frozenset({"figures", "snapshot"})
"""Columns that the program fills in and nobody reads: there, but folded away."""

_README_LINES = ("order", "notes", "ids", "lists", "dates", "variant", "parts", "absent", "check")


def build(records: Records, examples: Records, organisations: Organisations, language: str) -> Workbook:
    """The whole workbook; ``examples`` come above the records, in italics."""
    book = Workbook()
    book.properties.creator = "qualitycycle"
    book.properties.title = wording.text("register.readme.title", language)
    read_me: Any = book.active
    lists = book.create_sheet(LISTS)
    ranges = _write_lists(lists, organisations, language)
    _write_partnerships(book.create_sheet(PARTNERSHIPS), organisations, language)
    for name, table in TABLES.items():
        room = max(ROOM, len(records[name]) + ROOM // 2)
        sheet = book.create_sheet(name)
        _write_table(sheet, table, examples[name], records[name], language)
        _add_drop_downs(sheet, table, ranges, room, language)
    _write_read_me(read_me, language)
    book.move_sheet(lists, len(book.sheetnames))
    lists.sheet_state = "hidden"
    return book


def _write_table(
    sheet: Worksheet,
    table: Table,
    examples: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    language: str,
) -> None:
    sheet.append(list(table.names))
    for at, column in enumerate(table.columns, start=1):
        _style_header(sheet, at, table, column, language)
    for number, row in enumerate([*examples, *rows], start=2):
        for at, column in enumerate(table.columns, start=1):
            _write_cell(sheet, number, at, show_cell(column, row[column.name], language))
            if number < 2 + len(examples):
                sheet.cell(number, at).font = Font(italic=True, color="7F7F7F")
    _frame(sheet, table.name, len(table.columns), 1 + len(examples) + len(rows))
    sheet.sheet_properties.tabColor = _REQUIRED if table.folder == "register" else _CYCLE


def _style_header(sheet: Worksheet, at: int, table: Table, column: Column, language: str) -> None:
    cell = sheet.cell(1, at)
    _paint_header(cell, _REQUIRED if column.required else _OPTIONAL)
    note = wording.text(f"register.column.{table.name}.{column.name}", language)
    if column.required:
        note = f"{note}\n{wording.text('register.readme.required', language)}"
    cell.comment = Comment(note, "qualitycycle", height=40 + 18 * (1 + len(note) // 38), width=300)
    letter = get_column_letter(at)
    dimension: Any = sheet.column_dimensions[letter]
    dimension.width = 44 if column.name in _WIDE else max(14, len(column.name) + 6)
    dimension.hidden = column.name in _KEPT
    dimension.number_format = _number_format(column, language)


def _number_format(column: Column, language: str) -> str:
    if column.kind == "date":
        return _DATE_FORMATS.get(language, "yyyy-mm-dd")
    return "General" if column.kind in ("integer", "number") else "@"


def _write_cell(sheet: Worksheet, row: int, at: int, value: Any) -> None:
    """A value as itself: text stays text, also when it looks like a formula or a number."""
    if value is None:
        return
    cell: Any = sheet.cell(row, at)
    cell.value = value
    cell.number_format = sheet.column_dimensions[get_column_letter(at)].number_format
    if isinstance(value, str):
        cell.value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", value)
        cell.data_type = "s"
        if len(value) > 40 and not sheet.column_dimensions[get_column_letter(at)].hidden:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _frame(sheet: Worksheet, name: str, width: int, height: int) -> None:
    """An Excel table over the rows (it grows as people type), a header that stays in sight."""
    ref = f"A1:{get_column_letter(width)}{max(2, height)}"
    table = ExcelTable(displayName=f"register_{name}", ref=ref)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
    sheet.add_table(table)
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_lists(sheet: Worksheet, organisations: Organisations, language: str) -> dict[str, str]:
    """One column per list on the hidden sheet; the range of each by its name."""
    lists: dict[str, list[str]] = {
        "partnerships.code": list(organisations.partnerships),
        "boards.code": list(organisations.boards),
        "institutes.code": list(organisations.institutes),
        "requirements.code": list(organisations.requirements),
        "yes_no": [wording.text("terms.yes", language), wording.text("terms.no", language)],
    }
    for column in (column for table in TABLES.values() for column in table.columns if column.choices):
        lists[column.terms] = [str(show_cell(column, choice, language)) for choice in column.choices]
    ranges = {}
    for at, (name, values) in enumerate(lists.items(), start=1):
        for number, value in enumerate([name, *values], start=1):
            _write_cell(sheet, number, at, value)
        letter = get_column_letter(at)
        ranges[name] = f"{quote_sheetname(LISTS)}!${letter}$2:${letter}${max(2, 1 + len(values))}"
    return ranges


def _add_drop_downs(
    sheet: Worksheet, table: Table, ranges: Mapping[str, str], room: int, language: str
) -> None:
    """What a cell accepts: a choice from its list, an id from another sheet, a date, a number."""
    for at, column in enumerate(table.columns, start=1):
        rule = _rule(column, ranges, room)
        if rule is None:
            continue
        kind = "reference" if column.refers_to else column.kind
        rule.errorTitle = wording.text("register.typing.title", language)
        rule.error = wording.text(f"register.typing.{kind}", language)
        rule.showErrorMessage = True
        letter = get_column_letter(at)
        rule.add(f"{letter}2:{letter}{room}")
        sheet.add_data_validation(rule)


def _rule(column: Column, ranges: Mapping[str, str], room: int) -> DataValidation | None:
    """A reference only warns: what it refers to may be in the register without being on a sheet."""
    if column.kind == "list":
        return None
    if column.refers_to:
        name, _, key = column.refers_to[0].partition(".")
        source = ranges.get(column.refers_to[0], f"{quote_sheetname(name)}!$A$2:$A${room}")
        return _listed(source, "stop" if key == "code" else "warning")
    if column.kind in ("choice", "yes_no"):
        return _listed(ranges[column.terms or "yes_no"], "stop")
    if column.kind == "date":
        first, last = (f"DATE({day.year},{day.month},{day.day})" for day in (EARLIEST, LATEST))
        return DataValidation(
            type="date",
            operator="between",
            formula1=first,
            formula2=last,
            errorStyle="warning",
            allow_blank=True,
        )
    if column.minimum is not None:
        return DataValidation(
            type="whole" if column.kind == "integer" else "decimal",
            operator="greaterThanOrEqual",
            formula1=f"{column.minimum:g}",
            allow_blank=True,
        )
    return None


def _listed(source: str, style: Literal["stop", "warning"]) -> DataValidation:
    return DataValidation(type="list", formula1=source, errorStyle=style, allow_blank=True)


def _write_partnerships(sheet: Worksheet, organisations: Organisations, language: str) -> None:
    """The organisations of the config, to look up codes; locked, because it is not read."""
    partnerships = [
        (code, one.name, one.status, "; ".join(one.boards), "; ".join(one.institutes))
        for code, one in organisations.partnerships.items()
    ]
    boards = [(code, one.name) for code, one in organisations.boards.items()]
    institutes = [(code, one.name) for code, one in organisations.institutes.items()]
    at = 1
    for names, rows in (
        (("code", "name", "status", "boards", "institutes"), partnerships),
        (("board", "board_name"), boards),
        (("institute", "institute_name"), institutes),
    ):
        _write_block(sheet, at, names, rows)
        at += len(names) + 1
    note = wording.text("register.sheet.partnerships", language)
    sheet["A1"].comment = Comment(note, "qualitycycle", height=120, width=300)
    sheet.freeze_panes = "A2"
    sheet.protection.sheet = True
    sheet.sheet_properties.tabColor = "7F7F7F"


def _write_block(sheet: Worksheet, at: int, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    for offset, name in enumerate(names):
        _write_cell(sheet, 1, at + offset, name)
        _paint_header(sheet.cell(1, at + offset), _OPTIONAL)
        width = 34 if name.endswith("name") else 18
        sheet.column_dimensions[get_column_letter(at + offset)].width = width
    for number, row in enumerate(rows, start=2):
        for offset, value in enumerate(row):
            _write_cell(sheet, number, at + offset, value)


def _write_read_me(sheet: Worksheet, language: str) -> None:
    def said(name: str) -> str:
        return wording.text(f"register.readme.{name}", language)

    sheet.title = said("sheet")
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = _PAGE_WIDTH
    _write_heading(sheet, 1, said("title"), 16)
    _write_paragraph(sheet, 2, "", said("intro"))
    for row, name in enumerate(_README_LINES, start=4):
        _write_paragraph(sheet, row, said(f"{name}.title"), said(name))
    below = 5 + len(_README_LINES)
    _write_heading(sheet, below, said("sheets"), 13)
    for row, name in enumerate([PARTNERSHIPS, *TABLES], start=below + 1):
        _write_paragraph(sheet, row, name, wording.text(f"register.sheet.{name}", language))
        link: Any = sheet.cell(row, 1)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{quote_sheetname(name)}!A1")
        link.font = Font(bold=True, underline="single", color=_REQUIRED)


def _write_heading(sheet: Worksheet, row: int, text: str, size: int) -> None:
    _write_cell(sheet, row, 1, text)
    sheet.cell(row, 1).alignment = Alignment(wrap_text=False)
    sheet.cell(row, 1).font = Font(bold=True, size=size, color=_REQUIRED)


def _write_paragraph(sheet: Worksheet, row: int, label: str, text: str) -> None:
    _write_cell(sheet, row, 1, label)
    sheet.cell(row, 1).font = Font(bold=True)
    sheet.cell(row, 1).alignment = Alignment(vertical="top")
    _write_cell(sheet, row, 2, text)
    sheet.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[row].height = 15 * (1 + len(text) // _PAGE_WIDTH) + 4


def _paint_header(cell: Any, color: str) -> None:
    cell.fill = PatternFill("solid", fgColor=color)
    cell.font = Font(bold=True, color=_INK)
    cell.alignment = Alignment(vertical="center")
