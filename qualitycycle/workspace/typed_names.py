"""Notes of the cycle that somebody types: no names, addresses or numbers of people in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qualitycycle.config import Organisations
from qualitycycle.findings import Finding
from qualitycycle.register.cycle_tables import CYCLE_TABLES
from qualitycycle.register.subject import oddity, problem
from qualitycycle.register.tables import AnyRecords, Row, Table, complete, key_of
from qualitycycle.themes.names import Names
from qualitycycle.themes.redaction import MAIL, NAME, NUMBER, PHONE, redact
from qualitycycle.workspace.unnamed import CODED, names_on

KINDS = (NAME, MAIL, PHONE, NUMBER)
_DATES = re.compile(r"(?<!\d)(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}-\d{1,2}-\d{4}|\d{4}\s?[-–/]\s?\d{4})(?!\d)")
_SAID = {NAME: "name", MAIL: "mail", PHONE: "phone", NUMBER: "number"}


def names_typed(current: AnyRecords, merged: AnyRecords, organisations: Organisations) -> Iterator[Finding]:
    """One finding per cell of the cycle that is new and names somebody.

    An error where a person, an address or a number is meant; a warning where a word may also be
    something else, and where a person's name stands for a function (``owner``).
    """
    typed = list(_typed(current, merged))
    if not typed:
        return
    names = names_on(merged)
    ours = re.compile("|".join(sorted(map(re.escape, _organisations(organisations)), key=len, reverse=True)))
    for table, row, column in typed:
        text = _DATES.sub(" ", ours.sub(" ", row[column]) if ours.pattern else row[column])
        yield from _named(table, row, column, text, names)


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
        free = [one.name for one in table.columns if one.kind == "text" and not one.refers_to]
        for row in merged.get(table.name, ()):
            old: Mapping[str, Any] = before.get(key_of(table, row), {})
            for name in free:
                if name not in CODED and row.get(name) and row[name] != old.get(name):
                    yield table, complete(table, row), name


def _organisations(organisations: Organisations) -> Sequence[str]:
    """Codes and names of organisations: words of these are no names of people."""
    parts = (organisations.partnerships, organisations.boards, organisations.institutes)
    return [word for part in parts for code, one in part.items() for word in (code, one.name) if word]
