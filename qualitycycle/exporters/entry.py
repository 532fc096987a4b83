"""A workbook to type paper forms over in, twice; ``readers.entry`` reads it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.exporters.form import LINK_CODE, Block, Form, Option, Question
from qualitycycle.exporters.ms_forms import ZIP_DATE, without_clock
from qualitycycle.readers.entry import FORM
from qualitycycle.vocabulary import OPTION_PREFIX

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ROOM = 300
"""So many forms the drop-downs reach; who needs more drags them down."""

TOP = 2
"""Rows above the first form: the questions and their codes."""

CHOSEN = "x"
"""What is typed at an option of a multiple choice that was ticked."""

_LINES = ("twice", "number", "choose", "blank", "differ", "import")
_INK, _HEAD, _FAINT = "FFFFFF", "1F4E79", "808080"


@dataclass(frozen=True)
class Column:
    """One column to type in: its code, what stands above it, what may be chosen, on which sheets."""

    code: str
    title: str
    choices: tuple[Any, ...] = ()
    name: str = ""
    is_text: bool = False
    compared: bool = True


def entry_workbook(form: Form, path: Path) -> None:
    """Write the workbook for keyed entry of ``form``, in the form's language.

    Two sheets with a row per paper form and a drop-down per closed question; open answers are
    typed once. The same form gives the same bytes.
    """
    from openpyxl import Workbook

    book = Workbook()
    read_me: Any = book.active
    columns = list(_columns(form))
    lists = book.create_sheet(wording.text("instrument_out.sheet_lists", form.language))
    ranges = _write_lists(lists, columns)
    for which in ("first", "second"):
        sheet = book.create_sheet(wording.text(f"instrument_out.sheet_{which}", form.language))
        _write_sheet(sheet, [c for c in columns if c.compared or which == "first"], ranges, form.language)
    _write_read_me(read_me, form)
    book.move_sheet(lists, len(book.sheetnames))
    lists.sheet_state = "hidden"
    path.write_bytes(_saved(book))


def _saved(book: Workbook) -> bytes:
    book.properties.creator = "qualitycycle"
    saved = io.BytesIO()
    book.save(saved)
    return without_clock(saved.getvalue(), datetime(*ZIP_DATE[:3]))


def _columns(form: Form) -> Iterator[Column]:
    yield Column(FORM, wording.text("instrument_out.form_number", form.language))
    for block in form.blocks:
        for question in block.questions:
            yield from _question(question, block, form.language)
    if form.asks_link_code:
        yield Column(LINK_CODE, form.link_code_text(form.language), is_text=True)


def _question(question: Question, block: Block, language: str) -> Iterator[Column]:
    stem = block.stem_text(language)
    title = f"{stem} {question.text(language)}" if stem else question.text(language)
    if question.kind == "open":
        yield Column(question.id, title, is_text=True, compared=False)
    elif question.kind == "multi":
        for option in question.options:
            named = f"{title} [{option.text(language)}]"
            yield Column(f"{question.id}[{option.code}]", named, (CHOSEN,), "chosen")
    else:
        name = question.id if question.item.labels else question.item.scale
        yield Column(question.id, title, tuple(_choices(question, language)), name)


def _choices(question: Question, language: str) -> Iterator[Any]:
    """What a cell takes: the labels, each behind its number, and the bare numbers for quick typing."""
    points = question.points()
    if question.kind == "mark":
        yield from question.scale.scores()
    elif not question.scale.is_scored or points[0].code.startswith(OPTION_PREFIX):
        yield from (option.text(language) for option in points)
    else:
        yield from (f"{option.code} - {option.text(language)}" for option in points)
    yield from (option.text(language) for option in _without(question.options, points))
    if question.scale.is_scored and question.kind != "mark" and points[0].code.isdigit():
        yield from (int(option.code) for option in points)


def _without(options: Sequence[Option], points: Sequence[Option]) -> Iterable[Option]:
    return (option for option in options if option not in points)


def _write_lists(sheet: Worksheet, columns: Sequence[Column]) -> dict[str, str]:
    """One column per list of choices on the hidden sheet; its range by name."""
    from openpyxl.utils import get_column_letter, quote_sheetname

    ranges: dict[str, str] = {}
    for column in columns:
        if not column.choices or column.name in ranges:
            continue
        at = len(ranges) + 1
        for row, value in enumerate((column.name, *column.choices), start=1):
            _put(sheet, row, at, value)
        letter, last = get_column_letter(at), 1 + len(column.choices)
        ranges[column.name] = f"{quote_sheetname(sheet.title)}!${letter}$2:${letter}${last}"
    return ranges


def _write_sheet(sheet: Worksheet, columns: Sequence[Column], ranges: dict[str, str], language: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for at, column in enumerate(columns, start=1):
        head: Any = _put(sheet, 1, at, column.title)
        head.font = Font(bold=True, color=_INK)
        head.fill = PatternFill("solid", fgColor=_HEAD)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        _put(sheet, TOP, at, column.code).font = Font(color=_FAINT, size=8)
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = 12 if at == 1 else 28
        if column.is_text:
            for row in range(TOP + 1, TOP + ROOM + 1):
                sheet.cell(row, at).number_format = "@"
        if column.choices:
            rule = _drop_down(ranges[column.name], language)
            rule.add(f"{letter}{TOP + 1}:{letter}{TOP + ROOM}")
            sheet.add_data_validation(rule)
    sheet.row_dimensions[1].height = 78
    sheet.freeze_panes = f"B{TOP + 1}"


def _drop_down(source: str, language: str) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
    rule.errorTitle = wording.text("instrument_out.typing_title", language)
    rule.error = wording.text("instrument_out.typing_choose", language)
    return rule


def _write_read_me(sheet: Worksheet, form: Form) -> None:
    """How to type forms over, and at the bottom where they belong."""
    from openpyxl.styles import Alignment, Font

    language = form.language
    sheet.title = wording.text("instrument_out.sheet_explained", language)
    _put(sheet, 1, 1, form.title(language)).font = Font(bold=True, size=14)
    for row, line in enumerate(_LINES, start=3):
        cell: Any = _put(sheet, row, 1, wording.text(f"instrument_out.entry_{line}", language))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
        sheet.row_dimensions[row].height = 34
    row = 3 + len(_LINES) + 1
    _put(sheet, row, 1, wording.text("instrument_out.entry_leave", language)).font = Font(color=_FAINT)
    for at, (name, value) in enumerate(form.hidden().items(), start=row + 1):
        for place, text in enumerate((name, value), start=1):
            _put(sheet, at, place, text).font = Font(color=_FAINT)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 76


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> Any:
    """A value as itself: text stays text, also when it looks like a formula."""
    cell: Any = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
