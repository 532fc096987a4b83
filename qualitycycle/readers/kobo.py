"""KoboToolbox, Ona and ODK: their text and workbook exports.

Headers are names with the path of their groups, or labels. A multiple choice is a column per
option, perhaps beside one with all chosen codes. Codes get their texts from the XLSForm that
lies beside the file. What could be answered more than once (a repeat) is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header
from qualitycycle.readers import spreadsheet
from qualitycycle.readers.grid import Grid, Records, Table, is_blank, tabulate
from qualitycycle.readers.kobo_questions import questions
from qualitycycle.readers.multiple import Column
from qualitycycle.readers.raw import About, Options, RawExport, assemble, seconds_taken

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "kobo"

_IDS = ("_uuid", "_id", "meta/instanceid", "instanceid", "meta-instanceid", "key")
_SUBMITTED = ("_submission_time", "submissiondate", "end", "today", "start")
OWN = frozenset(
    {
        *("_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_tags", "_index"),
        *("__version__", "_version_", "_version", "_edited", "_duration", "_total_media", "_media_count"),
        *("_media_all_received", "_xform_id", "_xform_id_string", "_attachments", "_bamboo_dataset_id"),
        *("_date_modified", "_review_status", "_review_comment", "_geolocation", "_submission__id"),
        *("formhub/uuid", "meta/instanceid", "meta/instancename", "meta/deprecatedid", "meta/rootuuid"),
        *("instanceid", "instancename", "meta-instanceid", "meta-instancename"),
        *("_submitted_by", "_device_id", "_parent_index", "_parent_table_name"),
    }
)
"""What KoboToolbox and Ona add."""

_CENTRAL = frozenset(
    {
        *(
            "submissiondate",
            "key",
            "submitterid",
            "submittername",
            "attachmentspresent",
            "attachmentsexpected",
        ),
        *("reviewstate", "deviceid", "edits", "formversion"),
    }
)
"""What ODK Central adds."""

_TIMES = ("start", "end", "today")
_DEVICE = frozenset({"simid", "devicephonenum", "audit", "background-audio", "caseid"})
_REPEAT = re.compile(r"(?P<name>[^\[\]]+)\[\d+\]/.+")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?")
_SKIPPED = "n/a"
_COORDINATE = re.compile(r"(_.+_|.+-)(latitude|longitude|altitude|precision|accuracy)")
"""The parts of a place (``_where_latitude``, in ODK Central ``where-Latitude``): never read."""
_TELLING = frozenset({"_uuid", "_submission_time", "meta/instanceid", "instanceid", "_id", "_submitted_by"})


def recognises(peek: Peek) -> bool:
    """Whether a table, or one sheet of a workbook, has the columns these platforms add."""
    if peek.kind == "csv":
        return _is_main(peek.table.records)
    return peek.kind in ("xlsx", "ods") and len(_main_sheets(peek)) == 1


def read(peek: Peek, options: Options) -> RawExport:
    """The answers, one record per form; the platform's own columns and repeats are left out."""
    found = _table(peek)
    grid = _blanked(tabulate(peek.file, peek.kind, found.records, found.findings, found.day_first))
    own = [at for at, header in enumerate(grid.headers) if _is_own(grid, at, header)]
    repeats = [at for at, header in enumerate(grid.headers) if _REPEAT.fullmatch(header)]
    asked = [at for at in range(len(grid.headers)) if at not in own and at not in repeats]
    columns = [Column(grid.headers[at], "", grid.columns[at]) for at in asked]
    named = frozenset(map(normalise_header, options.keep))
    made, findings = questions(peek.path, columns, grid.rows, named, options.structure)
    whole = [*(Column(grid.headers[at], "", grid.columns[at]) for at in own), *made]
    return assemble(
        peek,
        FORMAT,
        options,
        response_id=_IDS,
        submitted=_SUBMITTED,
        ignore=range(len(own)),
        grid=replace(
            grid,
            headers=tuple(column.header for column in whole),
            columns=tuple(list(column.cells) for column in whole),
            findings=(*grid.findings, *_told_repeats(grid, repeats), *findings),
        ),
        about=About(
            [column.title for column in whole], seconds=seconds_taken(grid, ("start",), ("end",), options)
        ),
    )


# --- the sheet with the forms ---------------------------------------------------------


def _header(records: Records) -> list[str]:
    first = next((record for record in records if not is_blank(record)), [])
    return [normalise_header(str(cell)) for cell in first if cell is not None]


def _is_main(records: Records) -> bool:
    """Whether a table holds forms: the platform's columns, and no reference to another sheet."""
    names = set(_header(records))
    known = names & (OWN | _CENTRAL)
    telling = bool(names & _TELLING) or {"submissiondate", "key"} <= names
    return len(known) >= 2 and telling and "_parent_index" not in names and "parent_key" not in names


def _main_sheets(peek: Peek) -> list[str]:
    if peek.sheet is not None:
        return [peek.sheet] if _is_main(peek.sheets.get(peek.sheet, [])) else []
    return [name for name, records in peek.sheets.items() if _is_main(records)]


def _table(peek: Peek) -> Table:
    """The records of the forms; the sheets of repeats are told of."""
    if peek.kind == "csv":
        return peek.table
    name = _main_sheets(peek)[0]
    others = [other for other in peek.sheets if other != name]
    found = spreadsheet.table({name: peek.sheets[name]}, peek.file)
    if not others:
        return found
    details = {"sheets": ", ".join(others)}
    told = Finding("platforms.repeat_sheets", Level.INFO, peek.file, details=details)
    return replace(found, findings=(*found.findings, told))


# --- the columns the platform adds ----------------------------------------------------


def _blanked(grid: Grid) -> Grid:
    """The grid in which a question that was skipped is blank."""
    return replace(grid, columns=tuple([_unskipped(cell) for cell in column] for column in grid.columns))


def _unskipped(cell: Any) -> Any:
    return None if isinstance(cell, str) and cell.strip() == _SKIPPED else cell


def _is_own(grid: Grid, at: int, header: str) -> bool:
    """Whether the platform or a device added the column, or it is part of a place on the map."""
    name = normalise_header(header)
    last = name.rpartition("/")[2]
    if name == "status":
        return "submissiondate" in grid.positions()
    if last in _TIMES:
        return _holds_times(grid.columns[at])
    return name in OWN | _CENTRAL | _DEVICE or _COORDINATE.fullmatch(last) is not None


def _holds_times(cells: Sequence[Any]) -> bool:
    """Whether a column that may be called by a device holds nothing but moments."""
    return all(cell is None or not isinstance(cell, str) or _TIME.fullmatch(cell.strip()) for cell in cells)


def _told_repeats(grid: Grid, places: Sequence[int]) -> list[Finding]:
    names = dict.fromkeys(_REPEAT.sub(r"\g<name>", grid.headers[at]) for at in places)
    if not names:
        return []
    details = {"columns": ", ".join(names)}
    return [Finding("platforms.repeats", Level.WARNING, grid.file, details=details)]
