"""Notes of the cycle that somebody types: no names, addresses or numbers of people in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qualitycycle.config import Organisations
from qualitycycle.findings import Finding
from qualitycycle.register.cycle_tables import CYCLE_TABLES
from qualitycycle.register.entry import LETTERS
from qualitycycle.register.subject import oddity, problem
from qualitycycle.register.tables import AnyRecords, Row, Table, complete, key_of
from qualitycycle.themes.names import Names
from qualitycycle.themes.redaction import MAIL, NAME, NUMBER, PHONE, redact
from qualitycycle.workspace.unnamed import free_text, names_on

KINDS = (NAME, MAIL, PHONE, NUMBER)
_DATES = re.compile(r"(?<!\d)(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}-\d{1,2}-\d{4}|\d{4}\s?[-–/]\s?\d{4})(?!\d)")
_IDS = re.compile(rf"(?<!\w)(?:{'|'.join(LETTERS.values())})(?:-\w+)+")
_SAID = {NAME: "name", MAIL: "mail", PHONE: "phone", NUMBER: "number"}


def names_typed(current: AnyRecords, merged: AnyRecords, codes: Iterable[str]) -> Iterator[Finding]:
    """One finding per cell of the cycle that is new and names somebody.

    An error where a person, an address or a number is meant; a warning where a word may also be
    something else, and where a person's name stands for a function (``owner``). ``codes`` are
    words that are no names: of organisations, of questions.
    """
    typed = list(_typed(current, merged))
    if not typed:
        return
    names = names_on(merged)
    longest_first = sorted(map(re.escape, codes), key=len, reverse=True)
    ours = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")
    for table, row, column in typed:
        text = row[column]
        for known in (_IDS, ours, _DATES):
            text = known.sub(" ", text)
        yield from _named(table, row, column, text, names)


def codes_of(organisations: Organisations) -> list[str]:
    """Codes and names of organisations."""
    parts = (organisations.partnerships, organisations.boards, organisations.institutes)
    return [word for part in parts for code, one in part.items() for word in (code, one.name) if word]


def _named(table: Table, row: Row, column: str, text: str, names: Names) -> Iterator[Finding]:
    found = redact(text, names, KINDS)
    certain = {kind: count for kind, count in found.counts.items() if kind != NAME or count > found.doubtful}
    if not found.counts:
        return
    if column == "owner" and set(found.counts) == {NAME}:
        yield oddity(table, row, "cycle.owner_named", column, value="...")
    elif certain:
        kind = next(iter(certain))
        yield problem(table, row, f"cycle.typed.{_SAID[kind]}", column, value="...")
    else:
        yield oddity(table, row, "cycle.typed.perhaps", column, value="...")


def _typed(current: AnyRecords, merged: AnyRecords) -> Iterator[tuple[Table, Row, str]]:
    """Every cell of free text that an import adds or changes."""
    for table in CYCLE_TABLES:
        before = {key_of(table, row): complete(table, row) for row in current.get(table.name, ())}
        free = free_text(table.columns)
        for row in merged.get(table.name, ()):
            old: Mapping[str, Any] = before.get(key_of(table, row), {})
            for name in free:
                if row.get(name) and row[name] != old.get(name):
                    yield table, complete(table, row), name
