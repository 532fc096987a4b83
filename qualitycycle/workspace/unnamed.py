"""What people wrote outside the answers, as it may be shown: without anybody on the register.

Goals, findings, panel notes and replies are free text, and so are file names and the values that
an import complains about. They keep their dates and numbers; names and mail addresses go, whoever
shows the text. The register's own views and workbook show what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from qualitycycle.register.tables import TABLES, Column, Records
from qualitycycle.themes.names import Names, names_of
from qualitycycle.themes.redaction import MAIL, NAME, redact

if TYPE_CHECKING:
    from qualitycycle.register.upsert import Change
    from qualitycycle.workspace.core import Workspace
    from qualitycycle.workspace.importing import FileImport
    from qualitycycle.workspace.matching import Matched

PEOPLE = ("trainers", "mentors")
KINDS = (NAME, MAIL)
CODED = ("id", "cycle", "indicator", "figures", "snapshot")
"""Columns of text that are no free text: codes, and what the program wrote itself."""


def names_on(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> Names:
    """The names of everybody on the register, in every way they may be written."""
    return names_of(str(row["name"]) for table in PEOPLE for row in records[table] if row.get("name"))


def unnamed(text: str, names: Names) -> str:
    """The text without names and mail addresses; a text without any stays as it is, sign for sign.

    >>> unnamed("In 2025-2026 deed P. de Vries het voor", names_of(["Piet de Vries"]))
    'In 2025-2026 deed [naam] het voor'
    """
    found = redact(text, names, KINDS)
    return found.text if found.total else text


def cycle_unnamed(records: Records) -> Records:
    """The records, what was written in the tables of the cycle without names."""
    names = names_on(records)
    return {
        table: [_row(TABLES[table].columns, row, names) for row in rows]
        if table in TABLES and TABLES[table].folder == "cycle"
        else rows
        for table, rows in records.items()
    }


def free_text(columns: Iterable[Column]) -> list[str]:
    """The columns in which people write what they like."""
    texts = (one.name for one in columns if one.kind == "text" and not one.refers_to)
    return [name for name in texts if name not in CODED]


def _row(columns: Sequence[Column], row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    free = {name: unnamed(row[name], names) for name in free_text(columns) if row.get(name)}
    return {**row, **free}


def import_unnamed(one: FileImport, names: Names) -> FileImport:
    """What became of a file, its name and findings without names of people."""
    findings = [finding_unnamed(found, names) for found in one.findings]
    return replace(one, file=unnamed(one.file, names), findings=findings)


def changes_unnamed(workspace: Workspace, changes: Sequence[Change]) -> list[Change]:
    """What changes in the register, the old and new texts without names of people."""
    texts = any(isinstance(it, str) for one in changes for pair in one.fields.values() for it in pair)
    if not texts:
        return list(changes)
    names = names_on(workspace.records.load(names=PEOPLE))

    def said(value: Any) -> Any:
        return unnamed(value, names) if isinstance(value, str) else value

    return [
        replace(one, fields={name: (said(old), said(new)) for name, (old, new) in one.fields.items()})
        for one in changes
    ]


@contextmanager
def refusals_unnamed(workspace: Workspace) -> Iterator[None]:
    """What is refused inside is refused without names of people."""
    try:
        yield
    except Refused as refused:
        names = names_on(workspace.records.load(names=PEOPLE))
        raise Refused([finding_unnamed(found, names) for found in refused.findings]) from refused


def matched_unnamed(workspace: Workspace, matched: Matched) -> Matched:
    """What was matched, its headers and labels without names of people."""
    names = names_on(workspace.records.load(names=PEOPLE))
    columns = tuple(
        replace(one, header=unnamed(one.header, names), title=unnamed(one.title, names))
        for one in matched.proposals.columns
    )
    return replace(
        matched,
        proposals=replace(matched.proposals, columns=columns),
        aliases=tuple(replace(one, label=unnamed(one.label, names)) for one in matched.aliases),
        strange=tuple(
            replace(one, label=unnamed(one.label, names), header=unnamed(one.header, names))
            for one in matched.strange
        ),
        findings=[finding_unnamed(found, names) for found in matched.findings],
    )


def finding_unnamed(found: Finding, names: Names) -> Finding:
    """A finding whose place, value and details hold no name."""
    file, column, value = (
        None if one is None else unnamed(one, names) for one in (found.file, found.column, found.value)
    )
    details = {
        name: unnamed(value, names) if isinstance(value, str) else value
        for name, value in found.details.items()
    }
    return replace(found, file=file, column=column, value=value, details=details)
