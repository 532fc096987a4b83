"""The tables of the register, declared once.

This one specification drives the workbook's sheets, drop-downs and notes, the reading of
cells, the checks, and the schemas of the store. Names of tables and columns are fixed:
they are what people see as sheet and header, in every language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from qualitycycle.register.columns import (
    VARIANTS,
    choice,
    count,
    own_id,
    reference,
    references,
)
from qualitycycle.register.columns import Column as Column
from qualitycycle.register.columns import Kind as Kind
from qualitycycle.register.columns import Table as Table
from qualitycycle.register.cycle_tables import CYCLE_TABLES
from qualitycycle.vocabulary import Affiliation, SessionFormat, TrainingKind

Records = dict[str, list[dict[str, Any]]]
"""Rows per table name; every row maps column names to typed values."""

AnyRecords = Mapping[str, Sequence[Mapping[str, Any]]]
"""What functions accept: records, or anything that reads like them."""

FORBIDDEN_IN_IDS = "/\\;|"
"""Ids end up in file names, in lists joined by ``;`` and in teams joined by ``|``."""

PARTNERSHIPS = "partnerships"
"""The sheet that shows the organisations of the config; it is not read into the register."""

LISTS = "lists"
"""The hidden sheet behind the drop-downs."""

EARLIEST, LATEST = date(1980, 1, 1), date(2079, 12, 31)
"""Dates outside these are slips of the keyboard."""


class Row(dict[str, Any]):
    """A row that remembers where it stood; equal to the plain dict of its values.

    ``file`` and ``line`` are the workbook and the row number it shows (None for a row
    that did not come from a workbook). ``unread`` names columns whose cell could not be
    read and has been reported: they are absent from the row. A column that is absent
    says nothing about its value; a column that is None was left blank.

    >>> Row({"id": "T1"}, line=2) == {"id": "T1"}
    True
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        file: str | None = None,
        line: int | None = None,
        unread: Iterable[str] = (),
    ) -> None:
        super().__init__(values)
        self.file = file
        self.line = line
        self.unread = frozenset(unread)

    def having(self, values: Mapping[str, Any]) -> Row:
        """Other values in the same place."""
        return Row(values, self.file, self.line, self.unread)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "trainers",
            ("id",),
            (
                own_id(),
                Column("name"),
                choice("affiliation", Affiliation, "terms.affiliation"),
                reference("board", "boards.code"),
                reference("institute", "institutes.code"),
                Column("role"),
                Column("coordinating", "yes_no"),
                Column("active_from", "date"),
                Column("active_to", "date"),
                Column("train_the_trainer_on", "date"),
                Column("brlo", "yes_no"),
                Column("brlo_until", "date"),
            ),
        ),
        Table(
            "sessions",
            ("id",),
            (
                own_id(),
                Column("training"),
                choice("kind", TrainingKind, "terms.kind", required=True),
                Column("series"),
                reference("lead", "partnerships.code", required=True),
                references("shared_with", "partnerships.code"),
                references("boards", "boards.code"),
                choice("format", SessionFormat, "terms.format"),
                Column("contact_hours", "number", minimum=0),
                count("invited"),
                count("registered"),
                count("attended"),
                Column("cancelled", "yes_no"),
                choice("declared_variant", VARIANTS, "terms.variant"),
                Column("notes"),
            ),
        ),
        Table(
            "session_trainers",
            ("session", "trainer"),
            (
                reference("session", "sessions.id", required=True),
                reference("trainer", "trainers.id", required=True),
                choice("affiliation", Affiliation, "terms.affiliation"),
                Column("role"),
            ),
        ),
        Table(
            "active_periods",
            ("trainer", "active_from"),
            (
                reference("trainer", "trainers.id", required=True),
                Column("active_from", "date", required=True),
                Column("active_to", "date"),
                Column("reason"),
            ),
        ),
        Table(
            "requirements",
            ("trainer", "requirement", "on"),
            (
                reference("trainer", "trainers.id", required=True),
                reference("requirement", "requirements.code", required=True),
                choice(
                    "state",
                    ("requested", "passed", "asked_to_repeat", "lapsed"),
                    "register.standing",
                    required=True,
                ),
                Column("on", "date", required=True),
                Column("assessed_by"),
                Column("evidence"),
                Column("valid_until", "date"),
                Column("notes"),
            ),
        ),
        Table(
            "meetings",
            ("session", "date"),
            (
                reference("session", "sessions.id", required=True),
                Column("date", "date", required=True),
                Column("hours", "number", minimum=0),
            ),
        ),
        Table(
            "surveys",
            ("id",),
            (
                own_id(),
                reference("partnership", "partnerships.code"),
                Column("cycle", required=True),
                Column("title"),
                count("invited"),
            ),
        ),
        Table(
            "mentors",
            ("id",),
            (
                own_id(),
                Column("name"),
                reference("board", "boards.code"),
                Column("school"),
                choice("stage", ("novice", "experienced"), "register.stage"),
                Column("mentoring", "yes_no"),
            ),
        ),
        Table(
            "certificates",
            ("id",),
            (
                own_id(),
                reference("person", "mentors.id", "trainers.id", required=True),
                choice("kind", ("certificate", "attendance_proof"), "register.certificate", required=True),
                reference("session", "sessions.id"),
                Column("issued_on", "date", required=True),
                references("issuers", "boards.code", "institutes.code", "partnerships.code"),
                Column("valid_until", "date"),
            ),
        ),
        Table(
            "followed",
            ("person", "kind", "on"),
            (
                reference("person", "mentors.id", "trainers.id", required=True),
                choice("kind", TrainingKind, "terms.kind", required=True),
                Column("on", "date", required=True),
                reference("session", "sessions.id"),
                Column("proof", "yes_no"),
                references("issuers", "boards.code", "institutes.code", "partnerships.code"),
            ),
        ),
        *CYCLE_TABLES,
    )
}
"""Every table of the register, by name, in the order of the workbook's sheets."""

MERGES = Table(
    "merges",
    ("number",),
    (
        Column("number", "integer", required=True),
        Column("at", required=True),
        Column("by"),
        Column("kept", required=True),
        Column("gone", required=True),
        Column("steps", required=True),
        Column("undone_at"),
        Column("undone_by"),
    ),
)
"""The log of merged people: kept beside the tables, and no sheet that somebody could edit."""

PROMISES = Table(
    "promises",
    ("number",),
    (
        Column("number", "integer", required=True),
        Column("at", required=True),
        Column("table", required=True),
        Column("id", required=True),
        Column("column", required=True),
        Column("old", required=True),
        Column("new"),
    ),
    folder="cycle",
)
"""The log of norms and predictions that changed when the answers were there: kept, and no sheet."""

STORED: dict[str, Table] = {**TABLES, MERGES.name: MERGES, PROMISES.name: PROMISES}
"""Everything the register keeps on disk."""


def fold_id(value: Any) -> str:
    """The form in which ids are compared: without case, outer blanks and composed accents.

    >>> fold_id(" Sessie-É1 ") == fold_id("sessie-e\\u03011"), fold_id(None)
    (True, '')
    """
    if value is None:
        return ""
    return unicodedata.normalize("NFC", str(value)).strip().casefold()


def key_of(table: Table, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The identity of a row, as compared.

    >>> key_of(TABLES["session_trainers"], {"session": "S1", "trainer": "T9"})
    ('s1', 't9')
    """
    return tuple(fold_id(row.get(name)) for name in table.key)


def complete(table: Table, row: Mapping[str, Any]) -> Row:
    """The row with every column of the table, in order, and its values in their plain types.

    A list becomes a tuple, an enumeration its text, a datetime its day, so that rows from
    the workbook, the store and code compare equal.

    >>> complete(TABLES["meetings"], {"session": "S1", "date": datetime(2025, 9, 1, 15)})["date"]
    datetime.date(2025, 9, 1)
    """
    values = {column.name: _plain(column, row.get(column.name, column.blank)) for column in table.columns}
    return row.having(values) if isinstance(row, Row) else Row(values)


def complete_all(records: AnyRecords) -> Records:
    """Every table of the register, its rows completed; tables nobody mentioned are empty."""
    return {name: [complete(table, row) for row in records.get(name, ())] for name, table in TABLES.items()}


def _plain(column: Column, value: Any) -> Any:
    if column.kind == "list":
        return tuple(str(part) for part in value or ())
    if value is None or value == "":
        return None
    if column.kind == "date":
        return value.date() if isinstance(value, datetime) else value
    if column.kind in ("text", "choice"):
        return str(value)
    return float(value) if column.kind == "number" else value
