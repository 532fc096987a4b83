"""Files as survey tools write them, read into one shape: ``RawExport``.

A format is a module with ``recognises(peek)`` and ``read(peek, options)`` and one line in
``READERS``. What says who somebody is never leaves this room.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Literal, Protocol

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, fold, has_errors
from qualitycycle.readers import (
    delimited,
    dictionary,
    entry,
    google_forms,
    indico,
    kobo,
    limesurvey,
    ms_forms,
    option_counts,
    qualtrics,
    spreadsheet,
    spss,
    structure,
    surveymonkey,
    typeform,
)
from qualitycycle.readers.peek import Peek, peek
from qualitycycle.readers.raw import Options, RawExport

__all__ = ["READERS", "Options", "Peek", "RawExport", "peek", "read"]


class Reader(Protocol):
    """What a format's module offers."""

    def recognises(self, peek: Peek) -> bool:
        """Whether this reader knows the file; may raise Refused when it cannot be read at all."""

    def read(self, peek: Peek, options: Options) -> RawExport:
        """The file's answers with every finding, errors included."""


READERS: dict[str, Reader] = {
    "structure": structure,
    "spss": spss,
    "entry": entry,
    "kobo": kobo,
    "qualtrics": qualtrics,
    "limesurvey": limesurvey,
    "surveymonkey": surveymonkey,
    "ms_forms": ms_forms,
    "typeform": typeform,
    "indico": indico,
    "google_forms": google_forms,
    "option_counts": option_counts,
    "dictionary": dictionary,
    "xlsx": spreadsheet,
    "ods": spreadsheet,
    "csv": delimited,
}
"""The formats in the order in which they are tried: a tool's own layout before a plain table.

First those with more header records than one, which look at the records before there is a header.
"""


def read(
    path: Path | Peek,
    *,
    format: str | None = None,
    sheet: str | None = None,
    response_id: str | Literal[False] | None = None,
    submitted: str | None = None,
    keep: Collection[str] = (),
    structure: Path | None = None,
    day_first: bool | None = None,
) -> RawExport:
    """Read one file of answers; identity columns are dropped before anything else sees them.

    The format is recognised by content, never by the file's name; ``format`` (a key of
    ``READERS``, as a mapping may state) skips that: ``csv``, ``xlsx`` and ``ods`` then
    all mean a plain table in whatever container. ``response_id`` and ``submitted`` name
    the columns with the tool's id (False: there is none) and the day of submission when
    the tool's own names do not; ``day_first`` is the order of its dates, when they do not
    show it (``4/5/2026``). ``keep`` are headers that mappings name: they save a
    column whose header is only ambiguous ("Locatie"), never a name or an address, and a
    column that would be joined with its neighbours stays by itself when they name it.

    ``structure`` is the file with the questionnaire that explains the codes (LimeSurvey,
    XLSForm); without it the one that lies beside the file and fits is used.

    A file of which a ``Peek`` was opened before is not read from the disk or parsed again.

    Raises Refused with every finding when one of them is an error. Warnings and
    information are in the export's ``findings``.

    >>> from tempfile import mkdtemp
    >>> file = Path(mkdtemp()) / "export.csv"
    >>> written = file.write_text("ID;Naam;Cijfer\\n1;Piet;7,5\\n2;An;8\\n", encoding="utf-8")
    >>> export = read(file)
    >>> export.format, export.headers, list(export.columns[0])
    ('csv', ('Cijfer',), ['7,5', '8'])
    >>> export.response_ids, export.dropped
    (['1', '2'], ('Naam',))
    """
    try:
        file = peek(path, sheet) if isinstance(path, Path) else path.on(sheet)
        options = Options(sheet, response_id, submitted, tuple(keep), structure, day_first)
        export = _reader(file, format).read(file, options)
    except Refused as refused:
        raise Refused(fold(refused.findings)) from None
    findings = fold(export.findings)
    if has_errors(findings):
        raise Refused(findings)
    return replace(export, findings=tuple(findings))


def _reader(file: Peek, format: str | None) -> Reader:
    """The first reader that recognises the file; Refused when another one was asked for."""
    if format is not None and format not in READERS:
        details = {"expected": ", ".join(READERS)}
        raise Refused(Finding("reading.unknown_format", file=file.file, value=format, details=details))
    plain = (delimited, spreadsheet)
    if format is not None and READERS[format] in plain:
        return spreadsheet if spreadsheet.recognises(file) else delimited
    found = next((reader for reader in READERS.values() if reader.recognises(file)), delimited)
    if format is not None and found is not READERS[format]:
        raise Refused(Finding("reading.not_this_format", file=file.file, value=format))
    return found
