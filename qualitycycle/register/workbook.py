"""The register as an Excel workbook: what people fill in who do not type commands.

One sheet per table; sheet names and headers are fixed, everything else speaks the
reader's language. What is written reads back as the same records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.findings import Finding, Level
from qualitycycle.register.cells import Unreadable, clean, read_cell, shown
from qualitycycle.register.tables import (
    LISTS,
    PARTNERSHIPS,
    TABLES,
    AnyRecords,
    Column,
    Records,
    Row,
    Table,
    complete_all,
    fold_id,
)

if TYPE_CHECKING:
    from qualitycycle.config import Organisations

_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
_HEADER_WITHIN = 20


def write_workbook(
    path: Path,
    records: AnyRecords,
    organisations: Organisations,
    language: str,
    with_examples: bool = False,
) -> None:
    """Write the register, or an empty one to fill in, as a workbook at ``path``.

    ``with_examples`` adds invented rows that show how it is meant; reading skips them.
    """
    from qualitycycle.register.examples import example_records
    from qualitycycle.register.layout import build

    whole = complete_all(records)
    examples = complete_all(example_records(organisations, language) if with_examples else {})
    build(whole, examples, organisations, language).save(path)


def read_workbook(path: Path, organisations: Organisations | None = None) -> tuple[Records, list[Finding]]:
    """The rows of every sheet there is, and everything that cannot be read, errors first.

    Rows are ``tables.Row``: they know their file and row number. Sheets and columns that are
    missing are absent from the records; the records are worth importing only when no
    finding is an error. With ``organisations`` a change on the partnerships sheet, which
    is for reference only, is a warning.
    """
    file = _named(path)
    as_named, findings = _sheets(path)
    if findings:
        return {}, findings
    findings += _unknown_sheets(file, list(as_named))
    sheets = {_squashed(name): cells for name, cells in as_named.items()}
    records: Records = {}
    examples: list[Row] = []
    for name, table in TABLES.items():
        if name in sheets:
            rows, found = _read_sheet(table, file, sheets[name])
            findings += found
            examples += (row for row in rows if _is_example(table, row))
            records[name] = [row for row in rows if not _is_example(table, row)]
    if examples:
        findings.append(Finding("register.examples_skipped", Level.INFO, file, count=len(examples)))
    if organisations is not None:
        findings += _changed_partnerships(file, sheets.get(PARTNERSHIPS, []), organisations)
    return records, sorted(findings, key=lambda one: not one.is_error)


Cells = list[tuple[int, list[Any]]]
"""The rows of a sheet with the number the spreadsheet shows."""


def _sheets(path: Path) -> tuple[dict[str, Cells], list[Finding]]:
    """The sheets by name, or why there are none."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if path.is_dir():
        return {}, [Finding("register.is_directory", file=_named(path))]
    if not path.exists():
        return {}, [Finding("register.no_file", file=_named(path))]
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            return {name: _numbered(workbook, name) for name in workbook.sheet_names}, []
    except PasswordError:
        return {}, [Finding("register.protected", file=_named(path))]
    except (CalamineError, OSError):
        code = "register.protected" if _looks_encrypted(path) else "register.unreadable_file"
        return {}, [Finding(code, file=_named(path))]


def _named(path: Path) -> str:
    """The name by which findings call a file; that of the folder for ``.``."""
    return path.name or path.absolute().name or str(path)


def _looks_encrypted(path: Path) -> bool:
    """A password turns an xlsx into a compound file."""
    try:
        with path.open("rb") as handle:
            return path.suffix.casefold() != ".xls" and handle.read(8) == _COMPOUND_FILE
    except OSError:
        return False


def _numbered(workbook: Any, name: str) -> Cells:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return []
    rows = sheet.to_python(skip_empty_area=True)
    return [(number, row) for number, row in enumerate(rows, start=sheet.start[0] + 1) if _filled(row)]


def _filled(row: Sequence[Any]) -> bool:
    return any(not isinstance(cell, str) or clean(cell) for cell in row)


def _unknown_sheets(file: str, names: Sequence[str]) -> Iterator[Finding]:
    """A sheet nobody knows: a misspelling of a missing one is an error, else it is not read."""
    present = {_squashed(name): name for name in names}
    if present.keys().isdisjoint(TABLES):
        yield Finding("register.no_sheets", file=file, details={"expected": ", ".join(TABLES)})
        return
    read_me = {_squashed(wording.text("register.readme.sheet", one)) for one in wording.languages()}
    missing = [name for name in TABLES if name not in present]
    for squashed, name in present.items():
        if squashed not in {*TABLES, PARTNERSHIPS, LISTS} | read_me:
            yield _unknown(file, "sheet", name, missing, TABLES)


def _unknown(
    file: str,
    what: str,
    name: str,
    missing: Sequence[str],
    known: Iterable[str],
    row: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> Finding:
    likely = _likely(name, missing)
    return Finding(
        f"register.misspelled_{what}" if likely else f"register.unknown_{what}",
        Level.ERROR if likely else Level.WARNING,
        file=file,
        row=row,
        value=name,
        details={**(details or {}), "expected": likely or ", ".join(known)},
    )


def _likely(name: str, missing: Sequence[str]) -> str:
    """The missing name this one is probably meant to be; empty when there is none."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(_squashed(name), missing, scorer=fuzz.ratio, score_cutoff=75)
    return str(found[0]) if found else ""


def _read_sheet(table: Table, file: str, cells: Cells) -> tuple[list[Row], list[Finding]]:
    """The rows under the header, which is the first row that holds a known column's name."""
    header = next((at for at, (_, row) in enumerate(cells[:_HEADER_WITHIN]) if _is_header(table, row)), None)
    if header is None:
        details = {"sheet": table.name, "expected": ", ".join(table.names)}
        missing = (
            [Finding("register.no_header", file=file, row=cells[0][0], details=details)] if cells else []
        )
        return [], missing
    body = cells[header + 1 :]
    columns = _columns(table, cells[header][1])
    findings = list(_header_findings(table, file, cells[header], bool(body)))
    rows = []
    for line, row in body:
        if _filled([row[at] for at in columns]):
            one, found = _read_row(table, file, line, {column: row[at] for at, column in columns.items()})
            rows.append(one)
            findings += found
    return rows, findings


def _columns(table: Table, header: Sequence[Any]) -> dict[int, Column]:
    """Which position holds which column; of a header that stands there twice the first."""
    names = [_squashed(shown(cell)) for cell in header]
    return {names.index(name): table.column(name) for name in table.names if name in names}


def _header_findings(
    table: Table, file: str, header: tuple[int, Sequence[Any]], has_rows: bool
) -> Iterator[Finding]:
    line, cells = header
    names = [_squashed(shown(cell)) for cell in cells]
    missing = [name for name in table.names if name not in names]
    where = {"sheet": table.name}
    for name, cell in zip(names, cells, strict=True):
        if name and name not in table.names:
            yield _unknown(file, "column", shown(cell), missing, table.names, row=line, details=where)
    for name in table.names:
        if names.count(name) > 1:
            yield Finding("register.column_twice", file=file, row=line, column=name, details=where)
        elif name in missing and name in table.key and has_rows:
            yield Finding("register.missing_column", file=file, row=line, column=name, details=where)


def _read_row(table: Table, file: str, line: int, cells: Mapping[Column, Any]) -> tuple[Row, list[Finding]]:
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for column, raw in cells.items():
        try:
            values[column.name] = read_cell(column, raw)
        except Unreadable as problem:
            findings.append(
                Finding(
                    problem.code,
                    file=file,
                    row=line,
                    column=column.name,
                    value=shown(raw),
                    details={"sheet": table.name},
                )
            )
    return Row(values, file, line, [found.column for found in findings if found.column]), findings


def _is_example(table: Table, row: Row) -> bool:
    """Whether a row is one of the template's examples, in whatever language it was written."""
    own = fold_id(row.get(table.key[0]))
    return any(own.startswith(wording.text("register.example.prefix", one)) for one in wording.languages())


def _changed_partnerships(file: str, cells: Cells, organisations: Organisations) -> Iterator[Finding]:
    """Codes that someone added to the sheet that is only for reference."""
    if not cells:
        return
    names = [_squashed(shown(cell)) for cell in cells[0][1]]
    for column, known in (
        ("code", organisations.partnerships),
        ("board", organisations.boards),
        ("institute", organisations.institutes),
    ):
        for line, row in cells[1:] if column in names else ():
            code = shown(row[names.index(column)])
            if code and code not in known:
                details = {"sheet": PARTNERSHIPS}
                yield Finding(
                    "register.not_in_config", Level.WARNING, file, line, column, code, details=details
                )


def _is_header(table: Table, row: Sequence[Any]) -> bool:
    return not {_squashed(shown(cell)) for cell in row}.isdisjoint(table.names)


def _squashed(name: str) -> str:
    """The form in which names of sheets and headers are compared.

    >>> _squashed(" Session trainers ")
    'session_trainers'
    """
    return "_".join(clean(name).casefold().replace("-", " ").replace("_", " ").split())
