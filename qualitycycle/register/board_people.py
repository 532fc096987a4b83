"""The people on a board's sheet as rows of the register: who is known, who is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from qualitycycle.findings import Finding, Level
from qualitycycle.register.board_sheet import Line, Mapped, Sheet, day, lines_of
from qualitycycle.register.cells import shown
from qualitycycle.register.derive import by_id
from qualitycycle.register.duplicates import as_findings, propose
from qualitycycle.register.names import match_name
from qualitycycle.register.tables import TABLES, AnyRecords, Records, Row, complete, fold_id, key_of
from qualitycycle.vocabulary import TrainingKind

_SAYS = ("name", "school", "stage", "mentoring")

_FIELDS_OF = {
    ("mentors", "name"): ("name", "last_name"),
    ("followed", "on"): ("training_on", "training", "date"),
    ("followed", "kind"): ("training",),
    ("certificates", "issued_on"): ("certificate_on", "certificate", "date"),
    ("certificates", "kind"): ("certificate",),
}
"""From which fields of a sheet a column of the register was filled, likeliest first."""


@dataclass
class _Draft:
    """The rows found so far; a person may stand on several lines of the sheet."""

    sheet: Sheet
    board: str
    records: AnyRecords
    mapped: Mapped
    headers: Mapping[str, str]
    findings: list[Finding]
    merged: Sequence[Mapping[str, Any]] = ()
    mentors: dict[str, Row] = field(default_factory=dict)
    followed: dict[tuple[str, ...], Row] = field(default_factory=dict)
    certificates: dict[tuple[str, ...], Row] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)

    def tell(self, code: str, level: Level, row: int, field: str, value: Any, **details: Any) -> None:
        """A finding at a cell of the sheet."""
        column = self.headers.get(field)
        said = None if isinstance(value, bool) else shown(value)
        self.findings.append(Finding(code, level, self.sheet.file, row, column, said, details=details))


def rows_of(
    sheet: Sheet,
    board: str,
    records: AnyRecords,
    mapped: Mapped,
    merged: Sequence[Mapping[str, Any]] = (),
) -> tuple[Records, list[Finding]]:
    """Rows for ``upsert.merge``: mentors, what they followed, and their certificates.

    Somebody is known by id, or by a name that is exactly one mentor's of this board; else
    they are new and get an id of the board's code and a number. Blank cells say nothing; a
    name found by its spelling is not respelled. People who may be known under another id
    are findings. ``merged`` are those who went up in others (``merging.former``): under
    their old id or name they are known, and of whom they became only blanks are filled.

    >>> sheet = Sheet("b.xlsx", ("Naam", "School"), (["Noor Wilg"], ["De Boom"]), (2,))
    >>> rows, found = rows_of(sheet, "A", {}, Mapped())
    >>> rows["mentors"]
    [{'id': 'A-001', 'board': 'A', 'name': 'Noor Wilg', 'school': 'De Boom'}]
    """
    lines, headers, findings = lines_of(sheet, mapped)
    draft = _Draft(sheet, board, records, mapped, headers, [*sheet.findings, *findings], merged)
    _say_kind(draft, lines)
    for line in lines:
        person = _person(draft, line)
        if person is not None:
            _put_mentor(draft, line, person)
            _put_followed(draft, line, person)
            _put_certificate(draft, line, person)
    incoming = _incoming(draft)
    everybody = {**records, "mentors": [*records.get("mentors", ()), *_new(draft)]}
    draft.findings += as_findings(propose(everybody, draft.added), draft.added, sheet.file)
    return incoming, draft.findings


def in_their_words(findings: Sequence[Finding], sheet: Sheet, mapped: Mapped) -> list[Finding]:
    """Findings on rows of the sheet, with the sheet's own headers in place of the register's columns."""
    _, headers, _ = lines_of(sheet, mapped)

    def said(found: Finding) -> Finding:
        about = str(found.details.get("sheet"))
        if found.file != sheet.file or found.row is None or about not in TABLES:
            return found
        fields = _FIELDS_OF.get((about, found.column or ""), (found.column or "",))
        column = next((headers[name] for name in fields if name in headers), None)
        details = {name: value for name, value in found.details.items() if name != "sheet"}
        return replace(found, column=column, details=details)

    return [said(found) for found in findings]


def _say_kind(draft: _Draft, lines: Sequence[Line]) -> None:
    """Of which training the dates are, when the sheet does not say."""
    dated = any("training_on" in line.cells or day(line.cells.get("training")) for line in lines)
    if dated and draft.mapped.kind is None and not any(_kind_said(line) for line in lines):
        header = draft.headers.get("training_on") or draft.headers.get("training")
        draft.findings.append(Finding("people.kind_assumed", Level.INFO, draft.sheet.file, column=header))


def _kind_said(line: Line) -> bool:
    return isinstance(line.cells.get("training"), str)


def _name(cells: Mapping[str, Any]) -> str:
    parts = [cells.get(part) for part in ("first_name", "particle", "last_name")]
    return str(cells.get("name") or " ".join(str(part) for part in parts if part))


def _person(draft: _Draft, line: Line) -> str | None:
    """The id of the person on a line; None (and a finding) when that is not clear."""
    name, own = _name(line.cells), line.cells.get("id")
    if own is not None:
        return _by_own_id(draft, line, str(own))
    if not name:
        draft.tell("people.nameless", Level.ERROR, line.row, "name", "")
        return None
    people = _candidates(draft)
    found = match_name(name, people)
    if found.trainer is None and found.score < 100.0:
        return _added(draft, line, _free_id(draft))
    if len(set(found.candidates)) > 1:
        candidates = ", ".join(sorted(set(found.candidates)))
        draft.tell("people.several", Level.ERROR, line.row, "name", name, candidates=candidates)
        return None
    id = found.candidates[0]
    spelled = next(str(row["name"]) for row in people if row["id"] == id)
    if spelled.casefold() != name.casefold():
        draft.tell("people.known_as", Level.INFO, line.row, "name", name, id=id, known=spelled)
    return id


def _candidates(draft: _Draft) -> list[Mapping[str, Any]]:
    """The mentors of the board, those on earlier lines, and those who went up in others."""
    here = [row for row in draft.records.get("mentors", ()) if row.get("board") == draft.board]
    before = [{**row, "id": row["now"]} for row in draft.merged if row.get("board") == draft.board]
    return [*here, *_new(draft), *before]


def _by_own_id(draft: _Draft, line: Line, own: str) -> str | None:
    before = by_id(draft.merged).get(fold_id(own))
    if before is not None:
        said = {"now": before["now"], "number": before["number"]}
        draft.tell("people.merged_before", Level.WARNING, line.row, "id", own, **said)
        return str(before["now"])
    row = _known(draft).get(fold_id(own))
    if row is None:
        return _added(draft, line, own) if fold_id(own) not in draft.mentors else own
    if row.get("board") not in (None, draft.board):
        draft.tell("people.other_board", Level.ERROR, line.row, "id", own, board=row["board"])
        return None
    return str(row["id"])


def _known(draft: _Draft) -> dict[str, Mapping[str, Any]]:
    return by_id([*draft.records.get("trainers", ()), *draft.records.get("mentors", ())])


def _added(draft: _Draft, line: Line, id: str) -> str:
    draft.added.setdefault(fold_id(id), line.row)
    return id


def _free_id(draft: _Draft) -> str:
    taken = {*_known(draft), *draft.mentors, *(fold_id(row["id"]) for row in draft.merged)}
    number = 1
    while fold_id(f"{draft.board}-{number:03d}") in taken:
        number += 1
    return f"{draft.board}-{number:03d}"


def _new(draft: _Draft) -> list[Row]:
    return [row for key, row in draft.mentors.items() if key in draft.added]


def _put_mentor(draft: _Draft, line: Line, person: str) -> None:
    said = {name: line.cells[name] for name in _SAYS if name in line.cells}
    if name := _name(line.cells):
        said["name"] = name
    known = by_id(draft.records.get("mentors", ())).get(fold_id(person), {})
    if known.get("name") and "id" not in line.cells:
        said.pop("name", None)
    if known.get("board") not in (None, draft.board):
        said = {name: value for name, value in said.items() if known.get(name) is None}
    values = {"id": person, "board": known.get("board") or draft.board, **said}
    earlier = draft.mentors.get(fold_id(person))
    if earlier is None:
        draft.mentors[fold_id(person)] = Row(values, draft.sheet.file, line.row)
        return
    for name, value in said.items():
        if name != "name" and earlier.get(name, value) != value:
            draft.tell("people.says_two_things", Level.ERROR, line.row, name, value, first=earlier.line)
        earlier.setdefault(name, value)


def _put_followed(draft: _Draft, line: Line, person: str) -> None:
    cells = line.cells
    said = cells.get("training")
    on = cells.get("training_on") or day(said)
    if on is None and said not in (None, False) and "date" in cells:
        on = cells["date"]
    if on is None:
        if said not in (None, False):
            draft.tell("people.training_without_date", Level.WARNING, line.row, "training", said)
        return
    kind = said if isinstance(said, str) else draft.mapped.kind or str(TrainingKind.BASIC)
    row = {"person": person, "kind": kind, "on": on}
    if "proof" in cells:
        row["proof"] = cells["proof"]
    draft.followed[key_of(TABLES["followed"], row)] = Row(row, draft.sheet.file, line.row)


def _put_certificate(draft: _Draft, line: Line, person: str) -> None:
    said = line.cells.get("certificate", "certificate_on" in line.cells)
    if said is False:
        return
    issued = line.cells.get("certificate_on") or day(said) or line.cells.get("date")
    if issued is None:
        draft.tell("people.certificate_without_date", Level.WARNING, line.row, "certificate", said)
        return
    kind = said if isinstance(said, str) else "certificate"
    key = (fold_id(person), kind, issued.isoformat())
    row = {"id": _certificate_id(draft, person, kind, issued), "person": person}
    values = {**row, "kind": kind, "issued_on": issued}
    draft.certificates.setdefault(key, Row(values, draft.sheet.file, line.row))


def _certificate_id(draft: _Draft, person: str, kind: str, issued: date) -> str:
    """That of the same paper in the register, else one made of the person's id."""
    known = draft.records.get("certificates", ())
    for row in known:
        if (fold_id(row["person"]), row["kind"], row["issued_on"]) == (fold_id(person), kind, issued):
            return str(row["id"])
    mark = "C" if kind == "certificate" else "B"
    taken = {fold_id(row["id"]) for row in known}
    base = f"{person}-{mark}{issued:%Y%m%d}"
    return next(id for id in _numbered(base) if fold_id(id) not in taken)


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def _incoming(draft: _Draft) -> Records:
    """The rows to bring in; what somebody followed before stays with what is new."""
    table = TABLES["followed"]
    people = {fold_id(row["person"]) for row in draft.followed.values()}
    kept: dict[tuple[str, ...], Any] = {
        key_of(table, row): complete(table, row)
        for row in draft.records.get("followed", ())
        if fold_id(row["person"]) in people
    }
    for key, row in draft.followed.items():
        kept[key] = row.having({**kept.get(key, {}), **row})
    return {
        "mentors": list(draft.mentors.values()),
        "followed": list(kept.values()),
        "certificates": list(draft.certificates.values()),
    }
