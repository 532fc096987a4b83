"""A board's own sheet of mentors: its headers, in its own words, to rows of the register.

What every column is taken for is told; what cannot be placed is left out and told too. A
small TOML decides what the headers do not say::

    sheet = "Mentoren"            # which sheet of a workbook
    kind = "basic"                # the training the dates are of
    [columns]
    "Wie" = "name"
    "Opmerking" = ""              # not read
    [values.stage]
    "vos" = "experienced"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from qualitycycle import wording
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header
from qualitycycle.register.cells import Unreadable, clean, read_cell, shown
from qualitycycle.register.tables import TABLES, Column
from qualitycycle.vocabulary import TrainingKind

_MENTORS, _FOLLOWED, _CERTIFICATES = (TABLES[name] for name in ("mentors", "followed", "certificates"))

FIELDS: dict[str, Column] = {
    "id": Column("id"),
    "name": Column("name"),
    "first_name": Column("first_name"),
    "particle": Column("particle"),
    "last_name": Column("last_name"),
    "school": Column("school"),
    "stage": _MENTORS.column("stage"),
    "mentoring": _MENTORS.column("mentoring"),
    "training": _FOLLOWED.column("kind"),
    "training_on": _FOLLOWED.column("on"),
    "proof": _FOLLOWED.column("proof"),
    "certificate": _CERTIFICATES.column("kind"),
    "certificate_on": _CERTIFICATES.column("issued_on"),
    "date": Column("date", "date"),
    "since": Column("since"),
    "contact": Column("contact"),
}
"""What a column of a board's sheet can be, and how its cells are read."""

NOT_KEPT = ("since", "contact")
"""What boards write down and the register has no place for."""

SURE, DOUBTFUL = 88.0, 72.0
_TITLE_WITHIN = 15


@dataclass(frozen=True)
class Sheet:
    """A table with one header; ``rows`` are the numbers a spreadsheet shows."""

    file: str
    headers: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]
    rows: tuple[int, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Mapped:
    """What somebody decided about a sheet, beside what its headers say."""

    sheet: str | None = None
    kind: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One row of the sheet, typed; a field is absent where the cell was blank or unreadable."""

    row: int
    cells: Mapping[str, Any]


def mapping_of(text: str, file: str) -> Mapped:
    """The decisions in a TOML; Refused with everything that is wrong with them.

    >>> mapping_of('kind = "basic"', "b.toml").kind
    'basic'
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise Refused(Finding("people.bad_toml", file=file, details={"problem": str(problem)})) from None
    problems = list(_mapping_problems(said, file))
    if problems:
        raise Refused(problems)
    columns = {normalise_header(header): name for header, name in said.get("columns", {}).items()}
    values = {
        name: {_folded(word): meant for word, meant in words.items()}
        for name, words in said.get("values", {}).items()
    }
    return Mapped(said.get("sheet"), said.get("kind"), columns, values)


def header_at(records: Sequence[Sequence[Any]], mapped: Mapped) -> int:
    """The position of the record that names the columns: the first that names two or more.

    >>> header_at([["Mentoren 2025"], [], ["Naam", "School"], ["Noor", "De Wilg"]], Mapped())
    2
    """
    for at, record in enumerate(records[:_TITLE_WITHIN]):
        headers = [shown(cell) for cell in record if cell is not None and shown(cell)]
        if sum(_field_of(header, mapped)[1] >= SURE for header in headers) >= 2:
            return at
    return 0


def lines_of(sheet: Sheet, mapped: Mapped) -> tuple[list[Line], dict[str, str], list[Finding]]:
    """The rows as typed values, the header per field, and what was taken for what."""
    places, findings = _places(sheet, mapped)
    lines = []
    for at, row in enumerate(sheet.rows):
        raw = {name: sheet.columns[place][at] for name, place in places.items()}
        cells, found = _read(sheet, row, raw, places, mapped)
        findings += found
        lines.append(Line(row, cells))
    return lines, {name: sheet.headers[place] for name, place in places.items()}, findings


def _places(sheet: Sheet, mapped: Mapped) -> tuple[dict[str, int], list[Finding]]:
    """Which position holds which field; of two columns for one field the likelier."""
    judged = [(at, *_field_of(header, mapped)) for at, header in enumerate(sheet.headers)]
    places: dict[str, int] = {}
    findings = list(_unknown_headers(sheet, mapped))
    for at, name, score in sorted(judged, key=lambda one: (-one[2], one[0])):
        header = sheet.headers[at]
        if score < SURE:
            likely = name if score >= DOUBTFUL else ""
            findings.append(_left_out(sheet.file, header, likely))
        elif name in NOT_KEPT:
            findings.append(Finding(f"people.not_kept.{name}", Level.INFO, sheet.file, column=header))
        elif name in places:
            details = {"other": sheet.headers[places[name]], "field": name}
            findings.append(
                Finding("people.column_twice", Level.WARNING, sheet.file, column=header, details=details)
            )
        elif name:
            places[name] = at
            details = {"field": name}
            findings.append(
                Finding("people.taken_for", Level.INFO, sheet.file, column=header, details=details)
            )
    if not places.keys() & {"id", "name", "last_name"}:
        findings.append(Finding("people.no_name_column", file=sheet.file))
    return dict(sorted(places.items(), key=lambda one: one[1])), findings


def _left_out(file: str, header: str, likely: str) -> Finding:
    if likely:
        return Finding("people.doubtful", Level.WARNING, file, column=header, details={"field": likely})
    return Finding("people.left_out", Level.WARNING, file, column=header)


def _unknown_headers(sheet: Sheet, mapped: Mapped) -> Iterator[Finding]:
    """Columns that the mapping names and the sheet does not have."""
    present = {normalise_header(header) for header in sheet.headers}
    for header in mapped.columns:
        if header not in present:
            details = {"expected": ", ".join(sheet.headers)}
            yield Finding("people.no_such_column", file=sheet.file, value=header, details=details)


def _field_of(header: str, mapped: Mapped) -> tuple[str, float]:
    """The field a header is most like, and how much (0-100); decided ones are certain."""
    from rapidfuzz import fuzz, process

    own = normalise_header(header)
    if own in mapped.columns:
        return mapped.columns[own], 100.0
    words = _synonyms()
    found = process.extractOne(_folded(header), list(words), scorer=fuzz.ratio)
    return (words[found[0]], float(found[1])) if found else ("", 0.0)


@cache
def _synonyms() -> dict[str, str]:
    """How boards call the fields, in every language, as compared."""
    return {
        _folded(word): name
        for name in FIELDS
        for language in wording.languages()
        for word in (name, *wording.text(f"people.header.{name}", language).split(";"))
    }


def _read(
    sheet: Sheet, row: int, raw: Mapping[str, Any], places: Mapping[str, int], mapped: Mapped
) -> tuple[dict[str, Any], list[Finding]]:
    cells: dict[str, Any] = {}
    findings = []
    for name, cell in raw.items():
        if cell is None or not shown(cell):
            continue
        try:
            cells[name] = _typed(name, mapped.values.get(name, {}).get(_folded(shown(cell)), cell))
        except Unreadable as problem:
            header = sheet.headers[places[name]]
            findings.append(Finding(problem.code, file=sheet.file, row=row, column=header, value=shown(cell)))
    return cells, findings


def _typed(name: str, cell: Any) -> Any:
    """The value of a cell; a certificate or training may be said with a date or with yes and no."""
    if name == "mentoring" and isinstance(cell, int | float):
        return cell > 0
    if name in ("certificate", "training"):
        return _said_or_dated(FIELDS[name], cell)
    return read_cell(FIELDS[name], cell)


def _said_or_dated(column: Column, cell: Any) -> Any:
    for kind in (column, Column("said", "yes_no"), Column("dated", "date")):
        try:
            return read_cell(kind, cell)
        except Unreadable:
            continue
    return read_cell(column, clean(str(cell)))


def _mapping_problems(said: Mapping[str, Any], file: str) -> Iterator[Finding]:
    known = {"sheet": str, "kind": str, "columns": dict, "values": dict}
    for key, value in said.items():
        if not isinstance(value, known.get(key, ())):
            details = {"expected": ", ".join(known)}
            yield Finding("people.bad_key", file=file, value=key, details=details)
    if said.get("kind") not in (None, *map(str, TrainingKind)):
        yield _not_one_of(file, "kind", said["kind"], list(map(str, TrainingKind)))
    for table in ("columns", "values"):
        entries = said.get(table)
        for header, name in entries.items() if isinstance(entries, dict) else ():
            chosen = name if table == "columns" else header
            if chosen not in ("", *FIELDS):
                yield _not_one_of(file, header, chosen, list(FIELDS))
            if table == "values" and not isinstance(name, dict):
                yield _not_one_of(file, header, str(name), ["[values.stage]"])


def _not_one_of(file: str, key: str, value: Any, expected: Sequence[str]) -> Finding:
    details = {"expected": ", ".join(expected)}
    return Finding("people.not_one_of", file=file, column=key, value=str(value), details=details)


def _folded(text: str) -> str:
    return " ".join(clean(text).casefold().replace("_", " ").split()).rstrip("?:.")


def day(value: Any) -> date | None:
    """A date when the value is one."""
    return value if isinstance(value, date) else None
