"""Tables that explain another file: names of columns, or answers with their codes. They hold no answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from qualitycycle.labels import normalise_header
from qualitycycle.readers.raw import Options, RawExport

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


def recognises(peek: Peek) -> bool:
    """Whether every one of its few headers is a word for what is explained or for the explanation.

    Both kinds must occur: ``column`` and ``label``, ``original_name`` and ``short_name``.
    """
    if peek.kind == "" or len(peek.grid.headers) > _MOST_COLUMNS:
        return False
    names = {normalise_header(header.replace("_", " ")) for header in peek.grid.headers}
    return names <= _EXPLAINED | _EXPLAINING and bool(names & _EXPLAINED) and bool(names & _EXPLAINING)


def read(peek: Peek, options: Options) -> RawExport:
    """Always refused: what the file is, and what it is good for."""
    details = {"columns": ", ".join(peek.grid.headers)}
    raise Refused(Finding("reading.dictionary", file=peek.file, details=details))
