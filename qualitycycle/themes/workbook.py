"""The workbook in which people decide on comments: out with proposals, back with decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qualitycycle import wording
from qualitycycle.codebook import Codebook
from qualitycycle.findings import Finding

SHEET, BOOK = "comments", "codebook"
COLUMNS = (
    "comment",
    "item",
    "text",
    "removed",
    "doubtful",
    "proposals",
    "theme_1",
    "theme_2",
    "theme_3",
    "state",
    "reason",
    "edited_text",
)
"""Fixed names, in every language."""
STATES = ("keep", "edit", "withhold")
_WIDTHS = (15, 9, 70, 10, 10, 34, 18, 18, 18, 12, 30, 50)


@dataclass(frozen=True)
class Line:
    """One comment as it goes out and what was decided when it comes back; ``row`` as Excel shows it."""

    comment: str
    item: str
    text: str
    removed: int = 0
    doubtful: int = 0
    proposals: str = ""
    themes: tuple[str, ...] = ()
    state: str = ""
    reason: str = ""
    edited: str = ""
    row: int = 0


def write_comments(path: Path, lines: Sequence[Line], codebook: Codebook, language: str) -> None:
    """Write the comments with drop-downs for themes and state, and the codebook beside them."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet.append(COLUMNS)
    for line in lines:
        cells = (line.comment, line.item, _plain(line.text), line.removed, line.doubtful, line.proposals)
        themes = (*line.themes, "", "", "")[:3]
        sheet.append((*cells, *themes, line.state, _plain(line.reason), _plain(line.edited)))
    for at, (cell, width) in enumerate(zip(sheet[1], _WIDTHS, strict=True), start=1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row in sheet.iter_rows(min_row=2):
        for one in row:
            one.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(one.value, str):
                one.data_type = "s"
    sheet.freeze_panes = "D2"
    last = len(lines) + 1
    codes = DataValidation("list", f"{BOOK}!$A$2:$A${len(codebook.themes) + 1}", allow_blank=True)
    states = DataValidation("list", f'"{",".join(STATES)}"', allow_blank=True)
    for rule, area in ((codes, f"G2:I{last}"), (states, f"J2:J{last}")):
        if lines:
            sheet.add_data_validation(rule)
            rule.add(area)
    _explain(book.create_sheet(BOOK), codebook, language)
    book.save(path)


def _plain(text: str) -> str:
    """Without characters a workbook cannot hold."""
    return "".join(one for one in text if one in "\n\t" or ord(one) >= 32)


def _explain(sheet: Any, codebook: Codebook, language: str) -> None:
    sheet.append(["code", wording.text("themes.column.theme", language), ""])
    for code, theme in codebook.themes.items():
        about = theme.description.get(language) or next(iter(theme.description.values()))
        sheet.append([code, codebook.name_of(code, language), about])
    sheet.append([])
    for key in ("themes.how.states", "themes.how.names", "themes.how.text"):
        sheet.append([None, None, wording.text(key, language)])
    for column, width in zip("ABC", (16, 28, 100), strict=True):
        sheet.column_dimensions[column].width = width


def read_comments(path: Path, codebook: Codebook) -> tuple[list[Line], list[Finding]]:
    """The lines somebody decided on, and everything that is wrong with them.

    A line without state and themes has not been decided and is left out.
    """
    from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

    file = path.name
    if not path.is_file():
        return [], [Finding("themes.no_file", file=file)]
    try:
        with CalamineWorkbook.from_path(path) as book:
            rows = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    except WorksheetNotFound:
        return [], [Finding("themes.no_sheet", file=file, details={"sheet": SHEET})]
    except (CalamineError, OSError):
        return [], [Finding("themes.unreadable", file=file)]
    heads = [str(cell).strip() for cell in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name not in heads]
    if missing:
        return [], [Finding("themes.no_columns", file=file, row=1, value=", ".join(missing))]
    lines = [_line(dict(zip(heads, row, strict=False)), at) for at, row in enumerate(rows[1:], start=2)]
    decided = [line for line in lines if line.state or line.themes]
    found = [one for line in decided for one in _problems(line, codebook)]
    return decided, [replace(one, file=file) for one in found]


def _line(row: dict[str, Any], at: int) -> Line:
    cells = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    themes = tuple(dict.fromkeys(cells[f"theme_{n}"] for n in (1, 2, 3) if cells[f"theme_{n}"]))
    return Line(
        cells["comment"],
        cells["item"],
        cells["text"],
        themes=themes,
        state=cells["state"].casefold(),
        reason=cells["reason"],
        edited=cells["edited_text"],
        row=at,
    )


def _problems(line: Line, codebook: Codebook) -> list[Finding]:
    found = [
        Finding(
            "themes.unknown_theme",
            row=line.row,
            column="theme_1",
            value=code,
            details={"expected": ", ".join(codebook.themes)},
        )
        for code in line.themes
        if code not in codebook.themes
    ]
    if line.state not in STATES:
        details = {"expected": ", ".join(STATES)}
        found.append(
            Finding("themes.unknown_state", row=line.row, column="state", value=line.state, details=details)
        )
    if line.state == "withhold" and not line.reason:
        found.append(Finding("themes.no_reason", row=line.row, column="reason"))
    if line.state == "edit" and not line.edited:
        found.append(Finding("themes.no_text", row=line.row, column="edited_text"))
    return found
