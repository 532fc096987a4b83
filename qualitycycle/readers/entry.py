"""Our own workbook for paper forms: every form typed over twice, on two sheets.

``exporters.entry`` writes it. On both sheets the first row holds the questions, the second
their codes (the first of them ``qc_form``), every other row one paper form under its number.
What the two sheets agree on is a response; where they differ, the form waits and the
difference is told. The sheet that explains also says which session the forms are of.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_label
from qualitycycle.readers import spreadsheet
from qualitycycle.readers.grid import Grid, Records, is_blank, named_rows
from qualitycycle.readers.raw import About, Options, RawExport, assemble
from qualitycycle.vocabulary import OWN_COLUMNS

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "entry"

FORM = "qc_form"
"""The code of the column with the number of the paper form."""

LINK_CODE = "koppelcode"
"""The code of the column whose values no finding shows."""

MASK = "•••"

_SHEET_NAME = re.compile(r'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"')
_PART = re.compile(r"(.+)\[(.+)\]")
_NUMBERED = re.compile(r"(\d+(?:[.,]\d+)?)( - .+)?")

Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One sheet as typed: the questions by their code, the forms by their number with their row."""

    sheet: str
    titles: Mapping[str, str]
    places: Mapping[str, int]
    forms: Mapping[str, tuple[int, Cells]]

    def cell(self, form: str, code: str) -> str:
        """Where a cell stands, as a spreadsheet names it: ``'sheet'!C5``."""
        from openpyxl.utils import get_column_letter

        return f"'{self.sheet}'!{get_column_letter(self.places[code] + 1)}{self.forms[form][0]}"


@cache
def sheet_names(which: str) -> frozenset[str]:
    """What the sheet ``first``, ``second`` or ``explained`` is called, in every language.

    >>> sorted(sheet_names("first"))
    ['eerste invoer', 'first entry']
    """
    return frozenset(
        wording.text(f"instrument_out.sheet_{which}", language) for language in wording.languages()
    )


def recognises(peek: Peek) -> bool:
    """Whether the file is a workbook with a sheet for the first entry."""
    return not sheet_names("first").isdisjoint(_names(peek))


def read(peek: Peek, options: Options) -> RawExport:
    """The forms on which both sheets agree, and those typed once; every difference is a finding.

    Headers are the ids of items, the number of the paper form is the response's id.
    """
    sheets = peek.sheets
    findings: list[Finding] = []
    entries = [
        _entry(name, records, peek.file, findings)
        for which in ("first", "second")
        for name, records in sheets.items()
        if name in sheet_names(which)
    ]
    typed = [entry for entry in entries if entry.forms]
    if not findings:
        findings += _once(typed, peek.file)
    differing = {form: found for form, found in _differences(typed, peek.file)}
    findings += [found for several in differing.values() for found in several]
    grid, titles = _grid(peek, entries, set(differing), _about(sheets), findings)
    return assemble(
        peek, FORMAT, options, response_id=(FORM,), ignore=(), grid=grid, about=About(titles=titles)
    )


def _names(peek: Peek) -> list[str]:
    """The names of the sheets, without reading the sheets of an XLSX."""
    if peek.kind == "ods":
        return list(peek.sheets)
    if peek.kind != "xlsx":
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(peek.data)) as package:
            book = package.read("xl/workbook.xml").decode("utf-8", errors="replace")
    except (*spreadsheet.BROKEN_ZIP, KeyError):
        return []
    return [html.unescape(name) for name in _SHEET_NAME.findall(book)]


def _about(sheets: Mapping[str, Records]) -> dict[str, str]:
    """What the sheet that explains says of the session, the instrument and the moment."""
    rows = [row for name in sheets if name in sheet_names("explained") for row in sheets[name]]
    return {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] in OWN_COLUMNS and row[1]}


def _entry(sheet: str, records: Records, file: str, findings: list[Finding]) -> Entry:
    top = next((at for at, record in enumerate(records) if record and record[0] == FORM), None)
    if top is None:
        raise Refused(Finding("instrument_out.entry_no_codes", file=file, details={"sheet": sheet}))
    places = {str(code): at for at, code in enumerate(records[top]) if not is_blank([code])}
    above = records[top - 1] if top else [""] * len(records[top])
    titles = {code: " ".join(str(above[at]).split()) for code, at in places.items()}
    findings += _uncoded(sheet, records[top], above, file)
    forms: dict[str, tuple[int, Cells]] = {}
    numbered: dict[str, list[int]] = {}
    for row, record in enumerate(records[top + 1 :], start=top + 2):
        if is_blank(record):
            continue
        cells = {code: None if is_blank([record[at]]) else record[at] for code, at in places.items()}
        number = _text(cells.pop(FORM))
        numbered.setdefault(number, []).append(row)
        if number:
            forms.setdefault(number, (row, cells))
    findings += _number_problems(sheet, numbered, file)
    return Entry(sheet, titles, places, forms)


def _uncoded(sheet: str, codes: Sequence[Any], above: Sequence[Any], file: str) -> Iterator[Finding]:
    for code, title in zip(codes, above, strict=True):
        if is_blank([code]) and not is_blank([title]):
            details = {"sheet": sheet}
            yield Finding(
                "instrument_out.entry_own_column", Level.INFO, file, column=str(title), details=details
            )


def _number_problems(sheet: str, numbered: Mapping[str, Sequence[int]], file: str) -> Iterator[Finding]:
    for number, rows in numbered.items():
        details = {"sheet": sheet, "rows": named_rows(rows)}
        if not number:
            yield Finding(
                "instrument_out.entry_no_number", file=file, row=rows[0], count=len(rows), details=details
            )
        elif len(rows) > 1:
            yield Finding(
                "instrument_out.entry_number_twice", file=file, row=rows[0], value=number, details=details
            )


def _once(typed: Sequence[Entry], file: str) -> Iterator[Finding]:
    """What was typed on one sheet only, so that nobody compared it."""
    if len(typed) == 1:
        details = {"sheet": typed[0].sheet}
        count = len(typed[0].forms)
        yield Finding("instrument_out.entry_once", Level.WARNING, file, count=count, details=details)
    for one, other in zip(typed, reversed(typed), strict=True):
        alone = [form for form in one.forms if form not in other.forms]
        if alone:
            details = {"sheet": one.sheet, "other": other.sheet, "forms": ", ".join(alone)}
            yield Finding(
                "instrument_out.entry_one_sheet", Level.WARNING, file, count=len(alone), details=details
            )


def _differences(typed: Sequence[Entry], file: str) -> Iterator[tuple[str, list[Finding]]]:
    """Per form typed twice and not alike: every question on which the two differ."""
    if len(typed) < 2:
        return
    first, second = typed
    shared = [code for code in first.titles if code in second.titles and code != FORM]
    for form in first.forms:
        if form not in second.forms:
            continue
        pairs = [(code, first.forms[form][1][code], second.forms[form][1][code]) for code in shared]
        found = [
            _difference(first, second, form, code, one, other, file)
            for code, one, other in pairs
            if not _same(one, other)
        ]
        if found:
            yield form, found


def _difference(
    first: Entry, second: Entry, form: str, code: str, one: Any, other: Any, file: str
) -> Finding:
    hidden = code == LINK_CODE
    details = {
        "form": form,
        "question": first.titles[code],
        "first": MASK if hidden else _text(one) or "-",
        "second": MASK if hidden else _text(other) or "-",
        "first_cell": first.cell(form, code),
        "second_cell": second.cell(form, code),
    }
    row = first.forms[form][0]
    return Finding("instrument_out.entry_differs", Level.WARNING, file, row, code, details=details)


def _same(one: Any, other: Any) -> bool:
    """Whether two people typed the same: a number is the same as that number with its label."""
    texts = [normalise_label(_text(cell)) for cell in (one, other)]
    if texts[0] == texts[1]:
        return True
    matches = [match for text in texts if (match := _NUMBERED.fullmatch(text))]
    if len(matches) < 2 or all(match.group(2) for match in matches):
        return False
    return len({float(match.group(1).replace(",", ".")) for match in matches}) == 1


def _text(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _grid(
    peek: Peek,
    entries: Sequence[Entry],
    waiting: set[str],
    about: Mapping[str, str],
    findings: Sequence[Finding],
) -> tuple[Grid, list[str]]:
    """One table of the forms that count, and the question above every column."""
    titles = {code: title for entry in reversed(entries) for code, title in entry.titles.items()}
    codes = [code for entry in entries for code in entry.titles if code != FORM]
    forms = {form: entry.forms[form] for entry in reversed(entries) for form in entry.forms}
    order = dict.fromkeys(form for entry in entries for form in entry.forms if form not in waiting)
    columns: dict[str, list[Any]] = {FORM: list(order)}
    named = {FORM: ""}
    for code in dict.fromkeys(codes):
        part = _PART.fullmatch(code)
        cells = [forms[form][1].get(code) for form in order]
        if part is None:
            columns[code], named[code] = cells, titles[code]
            continue
        name, option = part.groups()
        before = columns.get(name, [None] * len(order))
        columns[name] = [_joined(known, option, cell) for known, cell in zip(before, cells, strict=True)]
        named[name] = titles[code].rpartition(" [")[0]
    for name, value in about.items():
        columns[name], named[name] = [value] * len(order), ""
    rows = tuple(forms[form][0] for form in order)
    grid = Grid(peek.file, peek.kind, tuple(columns), tuple(columns.values()), rows, tuple(findings))
    return grid, list(named.values())


def _joined(known: Any, option: str, cell: Any) -> Any:
    """The options of a multiple choice chosen so far, and this one when its cell is filled."""
    if cell is None:
        return known
    return option if known is None else f"{known}; {option}"
