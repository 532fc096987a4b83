"""What a rule looks at, and how it says what it found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qualitycycle.config import Organisations
from qualitycycle.findings import Finding, Level
from qualitycycle.register.cells import shown
from qualitycycle.register.derive import SessionFacts
from qualitycycle.register.tables import TABLES, AnyRecords, Column, Row, Table, fold_id


@dataclass(frozen=True)
class Measured:
    """What a region measures: per indicator the ends of its scale (None: it has no scale), and the
    ids, as compared, of the sessions and surveys that have answers."""

    ranges: Mapping[str, tuple[float, float] | None]
    answered: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Subject:
    """The whole register with what follows from it; ``sessions`` is keyed by id as spelled.

    ``measured`` is None where the config is not known: nothing is then said of indicators.
    """

    records: AnyRecords
    organisations: Organisations
    cycle_start: str
    sessions: dict[str, SessionFacts]
    measured: Measured | None = None

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, complete and with their place."""
        for row in self.records[table]:
            yield row if isinstance(row, Row) else Row(row)

    def cells(self) -> Iterator[tuple[Table, Row, Column]]:
        """Every cell of every table."""
        for table in TABLES.values():
            for row in self.rows(table.name):
                for column in table.columns:
                    yield table, row, column


def problem(
    table: Table,
    row: Row,
    code: str,
    column: str,
    value: Any = None,
    level: Level = Level.ERROR,
    **details: Any,
) -> Finding:
    """A finding at a row's place; ``value`` is the cell's own when not given.

    ``details`` always hold ``sheet`` and ``at``, the row's key, for rows without a number.
    """
    content = row.get(column) if value is None else value
    return Finding(
        code,
        level,
        file=row.file,
        row=row.line,
        column=column,
        value=None if content in (None, ()) else shown(content),
        details={"sheet": table.name, "at": key_text(table, row), **details},
    )


def oddity(table: Table, row: Row, code: str, column: str, **details: Any) -> Finding:
    """A problem that does not refuse the register."""
    return problem(table, row, code, column, level=Level.WARNING, **details)


def key_text(table: Table, row: Mapping[str, Any]) -> str:
    """A row's key for a reader, as far as it is filled in.

    >>> key_text(TABLES["session_trainers"], {"session": "S1", "trainer": "T2"})
    'S1, T2'
    >>> key_text(TABLES["session_trainers"], {"session": None, "trainer": "T2"})
    'T2'
    """
    return ", ".join(shown(row[name]) for name in table.key if row.get(name) is not None)


def known_values(records: AnyRecords) -> dict[str, dict[str, str]]:
    """Per referable column (``trainers.id``): the id as compared -> as spelled."""
    found: dict[str, dict[str, str]] = {}
    for name, table in TABLES.items():
        if table.owns_itself:
            ids = found.setdefault(f"{name}.id", {})
            for row in records.get(name, ()):
                if key := fold_id(row.get("id")):
                    ids.setdefault(key, str(row["id"]))
    return found


def organisation_codes(organisations: Organisations) -> dict[str, list[str]]:
    """The codes in ``config/organisations.toml`` that register columns may refer to."""
    return {
        "partnerships.code": list(organisations.partnerships),
        "boards.code": list(organisations.boards),
        "institutes.code": list(organisations.institutes),
        "requirements.code": list(organisations.requirements),
    }
