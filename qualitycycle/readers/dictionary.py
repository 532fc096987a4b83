"""Tables that explain another file: names of columns, or answers with their codes. They hold no answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualitycycle.findings import Finding
from qualitycycle.labels import normalise_header

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

_EXPLAINED = frozenset(
    {
        *("column", "column name", "variable", "variable name", "field", "field name", "original name"),
        *("question", "question text", "kolom", "kolomnaam", "variabele", "veld", "vraag", "vraagtekst"),
    }
)
_EXPLAINING = frozenset(
    {
        *("short name", "new name", "short", "verbatim", "label", "value", "code", "meaning", "description"),
        *("type", "korte naam", "nieuwe naam", "waarde", "betekenis", "omschrijving", "toelichting"),
    }
)
_MOST_COLUMNS = 6


def dictionary(peek: Peek) -> Finding | None:
    """What a table that only explains another file is refused with; None for any other file.

    Every one of its few headers is a word for what is explained (``column``) or for the
    explanation (``short_name``), and both kinds occur.
    """
    if peek.kind == "" or len(peek.grid.headers) > _MOST_COLUMNS:
        return None
    names = {normalise_header(header.replace("_", " ")) for header in peek.grid.headers}
    if not names <= _EXPLAINED | _EXPLAINING or not names & _EXPLAINED or not names & _EXPLAINING:
        return None
    details = {"columns": ", ".join(peek.grid.headers)}
    return Finding("reading.dictionary", file=peek.file, count=len(peek.grid.rows), details=details)
