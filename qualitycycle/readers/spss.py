"""SPSS: a ``.sav`` or ``.zsav`` file, whatever tool wrote it.

Value labels become the answers, variable labels the questions in words, and what SPSS
calls missing is blank. A multiple-response set is one column. Needs the extra ``spss``.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header
from qualitycycle.readers import kobo, qualtrics
from qualitycycle.readers.grid import Grid, is_blank
from qualitycycle.readers.headers import TOOL_HEADERS
from qualitycycle.readers.multiple import Choice, Column, Label, Option, join_choices
from qualitycycle.readers.raw import About, Options, RawExport, assemble

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "spss"

_NUMBERED = re.compile(r"var\d+", re.IGNORECASE)
_PATH = re.compile(r"[\w./-]+")
_UNREADABLE = (ValueError, OverflowError, OSError, MemoryError)
"""What damaged values raise before the library itself finds the damage."""
_QUALTRICS_NAMES = {"duration__in_seconds_": "Duration (in seconds)"}


def recognises(peek: Peek) -> bool:
    """Whether the file is SPSS data."""
    return peek.kind == "sav"


def read(peek: Peek, options: Options) -> RawExport:
    """The answers in an SPSS file; Refused when it is damaged or the extra is not installed."""
    data, about = _load(peek)
    cells, findings = _answers(peek.file, data, about)
    columns = [
        Column(*_named(name, about.column_names_to_labels.get(name) or ""), cells[name]) for name in data
    ]
    named = frozenset(map(normalise_header, options.keep))
    columns = _joined(columns, data, about, named)
    grid, titles = _grid(peek.file, columns, findings, _filled(list(data.values())))
    if qualtrics.is_qualtrics(grid.headers):
        grid = qualtrics.real_rows(grid)
        own, told = qualtrics.own_columns(grid), qualtrics.about(grid, titles, options)
    else:
        own, told = _own_columns(grid), About(titles)
    return assemble(peek, FORMAT, options, ignore=own, grid=grid, about=told)


def _load(peek: Peek) -> tuple[Mapping[str, Sequence[Any]], Any]:
    """The values per variable as they are stored, and what SPSS says of the variables."""
    try:
        import pyreadstat
    except ImportError:
        raise Refused(Finding("platforms.spss_extra", file=peek.file)) from None
    broken = (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, *_UNREADABLE)
    loaded: tuple[Mapping[str, Sequence[Any]], Any]
    try:
        with warnings.catch_warnings(action="ignore"):  # of names that occur twice: made unique
            loaded = pyreadstat.read_sav(io.BytesIO(peek.data), user_missing=True, output_format="dict")
    except broken:
        raise Refused(Finding("platforms.broken_sav", file=peek.file)) from None
    return loaded


def _answers(
    file: str, data: Mapping[str, Sequence[Any]], about: Any
) -> tuple[dict[str, list[Any]], list[Finding]]:
    """The cells of each variable as texts of answers, and how many are blank because SPSS says so."""
    cells, findings = {}, []
    for name, values in data.items():
        ranges = about.missing_ranges.get(name, [])
        labels = {key: text.strip() for key, text in about.variable_value_labels.get(name, {}).items()}
        missing = [_in_ranges(value, ranges) for value in values]
        cells[name] = [
            None if gone else labels.get(value) or _plain(value)
            for value, gone in zip(values, missing, strict=True)
        ]
        if any(missing):
            count = sum(missing)
            findings.append(Finding("platforms.user_missing", Level.INFO, file, column=name, count=count))
    return cells, findings


def _in_ranges(value: Any, ranges: Sequence[Mapping[str, Any]]) -> bool:
    """Whether SPSS calls a value missing: it is one of some values, or lies in a range."""
    if value is None or isinstance(value, date | time):
        return False
    alike = [one for one in ranges if isinstance(one["lo"], str) == isinstance(value, str)]
    return any(one["lo"] <= value <= one["hi"] for one in alike)


def _plain(value: Any) -> Any:
    """A value as None, text, number or datetime.

    >>> _plain(7.0), _plain(float("nan")), _plain("  "), _plain(date(2026, 5, 4))
    (7, None, None, datetime.datetime(2026, 5, 4, 0, 0))
    """
    if isinstance(value, float):
        if value != value:
            return None
        return int(value) if value.is_integer() else value
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, time):
        return value.isoformat()
    return None if isinstance(value, str) and not value.strip() else value


def _named(name: str, label: str) -> tuple[str, str]:
    """The header and the question in words; the name is the header unless it is only a number.

    >>> _named("Q1", " What did you learn? "), _named("var12", "group/TRN1"), _named("Q2", " ")
    (('Q1', 'What did you learn?'), ('group/TRN1', ''), ('Q2', ''))
    """
    text = " ".join(label.split())
    if _NUMBERED.fullmatch(name) and _PATH.fullmatch(text):
        return text, ""
    return _QUALTRICS_NAMES.get(name.casefold(), name), "" if text == name else text


def _filled(values: Sequence[Sequence[Any]]) -> list[int]:
    """The places of the cases in which anything is stored, be it a value that SPSS calls missing."""
    stored = [[_plain(value) for value in column] for column in values]
    return [at for at, case in enumerate(zip(*stored, strict=True)) if not is_blank(case)]


def _grid(
    file: str, columns: Sequence[Column], findings: Sequence[Finding], filled: Sequence[int]
) -> tuple[Grid, list[str]]:
    """These cases, numbered as below a header, and the titles of the columns."""
    cells = tuple([column.cells[at] for at in filled] for column in columns)
    headers = tuple(column.header for column in columns)
    rows = tuple(at + 2 for at in filled)
    return Grid(file, "sav", headers, cells, rows, tuple(findings)), [column.title for column in columns]


def _own_columns(grid: Grid) -> set[int]:
    """Positions of what LimeSurvey, Kobo or another tool added."""
    names = [normalise_header(header) for header in grid.headers]
    return {at for at, name in enumerate(names) if name in TOOL_HEADERS or name in kobo.OWN}


# --- multiple-response sets -----------------------------------------------------------


def _joined(
    columns: Sequence[Column], data: Mapping[str, Sequence[Any]], about: Any, named: frozenset[str]
) -> list[Column]:
    """The columns with each multiple-response set as one; a set of which a mapping names a part stays."""
    places = {name: at for at, name in enumerate(data)}
    taken = {at for name, at in places.items() if normalise_header(name) in named}
    columns, choices = list(columns), []
    for name, described in about.mr_sets.items():
        parts = [part for part in described["variable_list"] if part in places]
        if not parts or not taken.isdisjoint(places[part] for part in parts):
            continue
        taken.update(places[part] for part in parts)
        options = [Option(places[part], None) for part in parts]
        if described["is_dichotomy"]:
            for part in parts:
                ticks = [value == described["counted_value"] or None for value in data[part]]
                columns[places[part]] = replace(columns[places[part]], cells=ticks)
            options = [Option(places[part], _label(columns[places[part]])) for part in parts]
        choices.append(Choice(name.lstrip("$"), " ".join(described["label"].split()), tuple(options)))
    return join_choices(columns, choices)


def _label(column: Column) -> Label:
    return lambda row: column.title or column.header
