"""Whether the register is complete and does not contradict itself: every problem at once.

A rule is a function from a ``Subject`` to findings; adding one is adding a line to
``RULES``. Cell by cell rules are here, rules that compare tables in ``consistency``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from qualitycycle.config import Organisations
from qualitycycle.findings import Finding
from qualitycycle.register import consistency, cycle_rules, people
from qualitycycle.register.derive import CYCLE_START, sessions_overview
from qualitycycle.register.names import match_name
from qualitycycle.register.nearby import nearest
from qualitycycle.register.subject import (
    Measured,
    Subject,
    key_text,
    known_values,
    organisation_codes,
    problem,
)
from qualitycycle.register.tables import (
    EARLIEST,
    FORBIDDEN_IN_IDS,
    LATEST,
    TABLES,
    AnyRecords,
    Column,
    complete_all,
    fold_id,
    key_of,
)

_CYCLE = re.compile(r"(\d{4})-(\d{4})")

_TRAINER = ("trainers.id",)

_PERIODS = (
    ("trainers", "active_from", "active_to"),
    ("certificates", "issued_on", "valid_until"),
    ("active_periods", "active_from", "active_to"),
    ("requirements", "on", "valid_until"),
    ("actions", "starts_on", "due"),
)


def check(
    records: AnyRecords,
    organisations: Organisations,
    cycle_start: str = CYCLE_START,
    measured: Measured | None = None,
) -> list[Finding]:
    """Everything that is wrong or odd with the whole register, errors first.

    ``records`` is the register as it would be (after ``merge``), not only what one
    workbook holds: references are looked up in it, and indicators in ``measured``. Findings name
    the workbook, row and column of the rows that came from one, and always the sheet
    (``details["sheet"]``).

    >>> from qualitycycle.config import Organisations
    >>> region = Organisations(partnerships={"DUIN": {"name": "Duinrand"}})
    >>> [found.code for found in check({"sessions": [{"id": "S1", "kind": "basic", "lead": "DUN"}]}, region)]
    ['register.unknown_code.one', 'register.session_without_meeting']
    """
    whole = complete_all(records)
    subject = Subject(whole, organisations, cycle_start, sessions_overview(whole, cycle_start), measured)
    found = [one for rule in RULES for one in rule(subject)]
    return sorted(found, key=lambda one: not one.is_error)


def required_cells(subject: Subject) -> Iterator[Finding]:
    """A cell that must be filled in is blank."""
    for table, row, column in subject.cells():
        if column.required and row[column.name] in (None, ()) and column.name not in row.unread:
            code = cycle_rules.MISSING.get((table.name, column.name)) if key_text(table, row) else None
            yield problem(table, row, code or "register.missing", column.name)


def valid_ids(subject: Subject) -> Iterator[Finding]:
    """Ids are without characters that file names and lists use."""
    for table, row, column in subject.cells():
        value = row[column.name]
        if column.name == "id" and value and (set(value) & set(FORBIDDEN_IN_IDS) or "\n" in value):
            yield problem(table, row, "register.bad_id", "id")


def unique_keys(subject: Subject) -> Iterator[Finding]:
    """No two rows of a table say they are the same thing."""
    for table in TABLES.values():
        first: dict[tuple[str, ...], int | None] = {}
        for row in subject.rows(table.name):
            key = key_of(table, row)
            if not all(key):
                continue
            if key in first and first[key] is None:
                yield problem(table, row, "register.duplicate", table.key[-1])
            elif key in first:
                yield problem(table, row, "register.duplicate_of_row", table.key[-1], first=first[key])
            first.setdefault(key, row.line)


def known_choices(subject: Subject) -> Iterator[Finding]:
    """A choice is one of the choices (the workbook's reader already made sure)."""
    for table, row, column in subject.cells():
        value = row[column.name]
        if column.kind == "choice" and value is not None and value not in column.choices:
            yield problem(table, row, f"register.not_a_choice.{column.terms.rpartition('.')[2]}", column.name)


def sensible_values(subject: Subject) -> Iterator[Finding]:
    """Dates lie in years that make sense, numbers are not below their minimum, cycles are school years."""
    for table, row, column in subject.cells():
        value = row[column.name]
        if value is None:
            continue
        if column.kind == "date" and not EARLIEST <= value <= LATEST:
            yield problem(table, row, "register.implausible_date", column.name)
        elif column.minimum is not None and value < column.minimum:
            yield problem(table, row, "register.below_minimum", column.name, minimum=f"{column.minimum:g}")
        elif column.name == "cycle" and not _is_cycle(value):
            yield problem(table, row, "register.bad_cycle", column.name)


def periods_in_order(subject: Subject) -> Iterator[Finding]:
    """A period does not end before it starts."""
    for name, start, end in _PERIODS:
        for row in subject.rows(name):
            if row[start] and row[end] and row[end] < row[start]:
                yield problem(TABLES[name], row, "register.period_reversed", end, start=start)


def known_references(subject: Subject) -> Iterator[Finding]:
    """What a row refers to exists: in the register without regard to case, in config as spelled."""
    known = known_values(subject.records)
    codes = organisation_codes(subject.organisations)
    trainers = subject.records["trainers"]

    def exists(refers_to: tuple[str, ...], value: str) -> bool:
        return any(
            value in codes.get(target, ()) or fold_id(value) in known.get(target, ()) for target in refers_to
        )

    @cache
    def judged(refers_to: tuple[str, ...], value: str) -> tuple[str, str]:
        """The finding's code and what was expected; no code when nothing is wrong."""
        if exists(refers_to, value):
            return "", ""
        if refers_to == _TRAINER and (named := match_name(value, trainers).candidates):
            return "register.name_not_code", ", ".join(named)
        pool = [
            spelled for target in refers_to for spelled in codes.get(target) or known.get(target, {}).values()
        ]
        expected = nearest(value, pool)
        kind = "code" if any(target in codes for target in refers_to) else "reference"
        return f"register.unknown_{kind}.{_how_many(expected)}", ", ".join(expected)

    for table, row, column in subject.cells():
        for value in _values(column, row[column.name]) if column.refers_to else ():
            parts = [value]
            if column.kind == "list" and "," in value and not exists(column.refers_to, value):
                parts = [part for piece in value.split(",") if (part := piece.strip())]
                separated = "; ".join(parts)
                yield problem(
                    table, row, "register.comma_between_codes", column.name, value, expected=separated
                )
            for part in parts:
                code, expected = judged(column.refers_to, part)
                if code:
                    sheets = ", ".join(target.partition(".")[0] for target in column.refers_to)
                    yield problem(table, row, code, column.name, part, expected=expected, sheets=sheets)


RULES: tuple[Callable[[Subject], Iterable[Finding]], ...] = (
    required_cells,
    valid_ids,
    unique_keys,
    known_choices,
    known_references,
    sensible_values,
    periods_in_order,
    *consistency.RULES,
    *people.RULES,
    *cycle_rules.RULES,
)


def _how_many(expected: Sequence[str]) -> str:
    """Which sentence makes the suggestion."""
    return "none" if not expected else "one" if len(expected) == 1 else "several"


def _is_cycle(text: str) -> bool:
    years = _CYCLE.fullmatch(text)
    return years is not None and int(years[2]) == int(years[1]) + 1


def _values(column: Column, value: object) -> tuple[str, ...]:
    if column.kind == "list":
        return tuple(value) if isinstance(value, tuple) else ()
    return () if value is None else (str(value),)
