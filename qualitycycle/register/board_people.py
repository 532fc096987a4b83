"""The people on a board's sheet as rows of the register: who is known, who is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass
class _Draft:
    """The rows found so far; a person may stand on several lines of the sheet."""

    sheet: Sheet
    board: str
    records: AnyRecords
    mapped: Mapped
    headers: Mapping[str, str]
    findings: list[Finding]
    mentors: dict[str, Row] = field(default_factory=dict)
    followed: dict[tuple[str, ...], Row] = field(default_factory=dict)
    certificates: dict[tuple[str, ...], Row] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)

    def tell(self, code: str, level: Level, row: int, field: str, value: Any, **details: Any) -> None:
        """A finding at a cell of the sheet."""
        column = self.headers.get(field)
        self.findings.append(
            Finding(code, level, self.sheet.file, row, column, shown(value), details=details)
        )


def rows_of(sheet: Sheet, board: str, records: AnyRecords, mapped: Mapped) -> tuple[Records, list[Finding]]:
    """Rows for ``upsert.merge``: mentors, what they followed, and their certificates.

    Somebody is known by id, or by a name that is exactly one mentor's of this board; else
    they are new and get an id of the board's code and a number. Blank cells say nothing; a
    name found by its spelling is not respelled. People who may be known under another id
    are findings.

    >>> sheet = Sheet("b.xlsx", ("Naam", "School"), (["Noor Wilg"], ["De Boom"]), (2,))
    >>> rows, found = rows_of(sheet, "A", {}, Mapped())
    >>> rows["mentors"]
    [{'id': 'A-001', 'board': 'A', 'name': 'Noor Wilg', 'school': 'De Boom'}]
    """
    lines, headers, findings = lines_of(sheet, mapped)
    draft = _Draft(sheet, board, records, mapped, headers, [*sheet.findings, *findings])
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
    known = by_id([*draft.records.get("trainers", ()), *draft.records.get("mentors", ())])
    if own is not None:
        return _by_own_id(draft, line, str(own), known)
    if not name:
        draft.tell("people.nameless", Level.ERROR, line.row, "name", "")
        return None
    here = [row for row in draft.records.get("mentors", ()) if row.get("board") == draft.board]
    people = [*here, *_new(draft)]
    found = match_name(name, people)
    if found.trainer is None and found.score == 100.0:
        candidates = ", ".join(found.candidates)
        draft.tell("people.several", Level.ERROR, line.row, "name", name, candidates=candidates)
        return None
    if found.trainer is None:
        return _added(draft, line, _free_id(draft, known))
    spelled = next(str(row["name"]) for row in people if row["id"] == found.trainer)
    if spelled.casefold() != name.casefold():
        draft.tell("people.known_as", Level.INFO, line.row, "name", name, id=found.trainer, known=spelled)
    return found.trainer


def _by_own_id(draft: _Draft, line: Line, own: str, known: Mapping[str, Mapping[str, Any]]) -> str | None:
    row = known.get(fold_id(own))
    if row is None:
        return _added(draft, line, own) if fold_id(own) not in draft.mentors else own
    if row.get("board") not in (None, draft.board):
        draft.tell("people.other_board", Level.ERROR, line.row, "id", own, board=row["board"])
        return None
    return str(row["id"])


def _added(draft: _Draft, line: Line, id: str) -> str:
    draft.added.setdefault(fold_id(id), line.row)
    return id


def _free_id(draft: _Draft, known: Mapping[str, Any]) -> str:
    number = 1
    while fold_id(f"{draft.board}-{number:03d}") in known.keys() | draft.mentors.keys():
        number += 1
    return f"{draft.board}-{number:03d}"


def _new(draft: _Draft) -> list[Row]:
    return [row for key, row in draft.mentors.items() if key in draft.added]


def _put_mentor(draft: _Draft, line: Line, person: str) -> None:
    said = {name: line.cells[name] for name in _SAYS if name in line.cells}
    if name := _name(line.cells):
        said["name"] = name
    known = by_id(draft.records.get("mentors", ())).get(fold_id(person))
    if known is not None and known.get("name") and "id" not in line.cells:
        said.pop("name", None)
    values = {"id": person, "board": draft.board, **said}
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
    if on is None and said not in (None, False) and "on" in cells:
        on = cells["on"]
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
    issued = line.cells.get("certificate_on") or day(said) or line.cells.get("on")
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
