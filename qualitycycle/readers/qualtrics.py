"""Qualtrics: its text and workbook exports, with one, two or three header records.

The first record is a code per column, the second the question in words, the third
``ImportId`` (as JSON, or in old files as Python text). Workbooks have no third. The oldest
files call the tool's own columns ``V1`` to ``V10`` and say in the second record what they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

from qualitycycle.cells import is_blank_column
from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header, normalise_label
from qualitycycle.readers.days import seconds_between
from qualitycycle.readers.grid import Grid, Records, is_blank, named_rows, tabulate, unique_headers
from qualitycycle.readers.markup import plain
from qualitycycle.readers.multiple import Choice, Column, Option, is_chosen, join_choices
from qualitycycle.readers.option_columns import repeats
from qualitycycle.readers.raw import About, Options, RawExport, assemble

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "qualtrics"

_TELLING = frozenset(
    {
        *("startdate", "enddate", "recordeddate", "responseid", "responseset", "progress", "finished"),
        *("distributionchannel", "userlanguage", "externaldatareference", "externalreference"),
        *("duration (in seconds)", "recipientemail", "locationlatitude"),
    }
)
_OWN = _TELLING | {"status", "locationaccuracy"}
_NEEDED = 4
_IMPORT_ID = re.compile(r"\s*\{\W*ImportId\W")
_OLD_NAME = re.compile(r"V\d{1,2}")
_TIMING = re.compile(r".*_(first click|last click|page submit|click count)")
_CHECKS = re.compile(
    r"q_(recaptchascore|relevantid\w*|ballotboxstuffing|duplicaterespondent|totalduration|url|chl|language)"
)
_DEVICE = ("operating system", "browser", "version", "resolution")
_NUMBERED = re.compile(r"(?P<base>.+?)_-?\d+")
_FILLER = re.compile(r"( - Selected Choice|\s*\[Field-\d+\])")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d{5}(\.\d+)?")

_PREVIEW = frozenset(
    {
        *("1", "8", "9", "12", "17"),
        *("survey preview", "spam", "offline survey preview", "preview", "spam survey preview"),
    }
)
"""Values of Status that are no answers: a preview, spam, both, or a preview without connection."""
_TESTS = frozenset({"2", "survey test"})


@dataclass(frozen=True)
class _Layout:
    """Which records are headers: the place of the first, how many, and what they say."""

    top: int
    count: int
    codes: tuple[str, ...]
    titles: tuple[str, ...]
    old: bool


def recognises(peek: Peek) -> bool:
    """Whether the table has ``ImportId`` in one of its first records, or Qualtrics's own columns."""
    return peek.kind in ("csv", "xlsx", "ods") and _layout(peek.table.records) is not None


def read(peek: Peek, options: Options) -> RawExport:
    """The answers of a Qualtrics survey; previews and spam are left out and counted."""
    found = peek.table
    layout = _layout(found.records) or _Layout(0, 1, (), (), False)
    records = _one_header(found.records, layout)
    grid = real_rows(tabulate(peek.file, peek.kind, records, found.findings, found.day_first))
    columns = _columns(grid, layout, frozenset(map(normalise_header, options.keep)))
    whole = replace(
        grid,
        headers=tuple(column.header for column in columns),
        columns=tuple(list(column.cells) for column in columns),
        findings=(*grid.findings, *_incomplete(grid)),
    )
    return assemble(
        peek,
        FORMAT,
        options,
        response_id=("responseid",),
        submitted=("recordeddate", "enddate", "startdate"),
        ignore=own_columns(whole),
        grid=whole,
        about=about(grid, [column.title for column in columns], options),
    )


def is_qualtrics(headers: Sequence[str]) -> bool:
    """Whether enough of these headers are those that Qualtrics adds, also in a file of another kind."""
    return _known(headers) >= _NEEDED


def about(grid: Grid, titles: Sequence[str], options: Options) -> About:
    """What the columns of the tool say of every response."""
    return About(titles, _completed(grid), _seconds(grid, options), _languages(grid))


# --- the header records ---------------------------------------------------------------


def _layout(records: Records) -> _Layout | None:
    filled = list(islice((at for at, record in enumerate(records) if not is_blank(record)), 3))
    texts = [[plain(str(cell)) if isinstance(cell, str) else "" for cell in records[at]] for at in filled]
    last = next((place for place, row in enumerate(texts) if _import_ids(row)), None)
    if last is not None and last > 0:
        return _described(filled[0], filled[last] - filled[0] + 1, texts[0], texts[1] if last > 1 else [])
    if len(texts) > 1 and is_qualtrics(_named(texts[0], texts[1])):
        answers = any(_is_date(cell) for cell in records[filled[1]])
        count = 1 if answers else filled[1] - filled[0] + 1
        return _described(filled[0], count, texts[0], [] if answers else texts[1])
    return None


def _described(top: int, count: int, codes: Sequence[str], titles: Sequence[str]) -> _Layout:
    named = _named(codes, titles)
    old = "responseset" in map(normalise_header, named)
    return _Layout(top, count, tuple(named), tuple(titles), old)


def _import_ids(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text]
    return bool(filled) and 2 * sum(_IMPORT_ID.match(text) is not None for text in filled) >= len(filled)


def _named(codes: Sequence[str], titles: Sequence[str]) -> list[str]:
    """The codes, with what ``V1`` is called in the second record."""
    padded = [*titles, *[""] * len(codes)]
    return [
        title if _OLD_NAME.fullmatch(code) and normalise_header(title) in _OLD_OWN else code
        for code, title in zip(codes, padded, strict=False)
    ]


_OLD_OWN = _OWN | {"name", "emailaddress", "ipaddress"}


def _known(codes: Sequence[str]) -> int:
    return len(_TELLING & {normalise_header(code) for code in codes})


def _is_date(cell: Any) -> bool:
    return not isinstance(cell, str | None) or bool(isinstance(cell, str) and _DATE.fullmatch(cell.strip()))


def _one_header(records: Records, layout: _Layout) -> Records:
    """The records with one header; the others are blank, so that rows keep their numbers."""
    blank: Records = [[] for _ in range(layout.count - 1)]
    top = layout.top
    return [*records[:top], list(layout.codes), *blank, *records[top + layout.count :]]


# --- the rows -------------------------------------------------------------------------


def real_rows(grid: Grid) -> Grid:
    """The grid without previews and spam; tests stay and are told of."""
    statuses = [normalise_label(str(cell)) for cell in _cells(grid, "status")]
    out = [at for at, status in enumerate(statuses) if status in _PREVIEW]
    tests = [at for at, status in enumerate(statuses) if status in _TESTS]
    gone = {*out}
    stay = [at for at in range(len(grid.rows)) if at not in gone]
    return replace(
        grid,
        columns=tuple([column[at] for at in stay] for column in grid.columns),
        rows=tuple(grid.rows[at] for at in stay),
        findings=(
            *grid.findings,
            *_told(grid, "platforms.preview_rows", out),
            *_told(grid, "platforms.test_rows", tests),
        ),
    )


def _told(grid: Grid, code: str, places: Sequence[int]) -> list[Finding]:
    if not places:
        return []
    rows = [grid.rows[at] for at in places]
    details = {"rows": named_rows(rows)}
    return [Finding(code, Level.WARNING, grid.file, rows[0], count=len(rows), details=details)]


def _cells(grid: Grid, name: str) -> Sequence[Any]:
    at = grid.positions().get(name)
    return [] if at is None else grid.columns[at]


def _completed(grid: Grid) -> list[bool] | None:
    finished = _cells(grid, "finished")
    return [is_chosen(cell) for cell in finished] if finished else None


def _incomplete(grid: Grid) -> list[Finding]:
    count = (_completed(grid) or []).count(False)
    return [Finding("platforms.incomplete", Level.INFO, grid.file, count=count)] if count else []


def _seconds(grid: Grid, options: Options) -> list[float | None] | None:
    taken = _cells(grid, "duration (in seconds)")
    if taken:
        return [_number(cell) for cell in taken]
    starts, ends = _cells(grid, "startdate"), _cells(grid, "enddate")
    return seconds_between(starts, ends, options.day_first) if starts and ends else None


def _number(cell: Any) -> float | None:
    try:
        return float(str(cell).replace(",", "."))
    except ValueError:
        return None


def _languages(grid: Grid) -> list[str | None] | None:
    shown = _cells(grid, "userlanguage")
    return [str(cell).strip()[:2].casefold() if cell else None for cell in shown] if shown else None


# --- the columns ----------------------------------------------------------------------


def own_columns(grid: Grid) -> set[int]:
    """Positions of what the tool adds: about the response, the time on a page, the device, fraud checks."""
    names = [normalise_header(header) for header in grid.headers]
    devices = {name.removesuffix("_operating system") for name in names if name.endswith("_operating system")}
    return {
        at
        for at, name in enumerate(names)
        if name in _OWN
        or _TIMING.fullmatch(name)
        or _CHECKS.fullmatch(name)
        or (name.rpartition("_")[0] in devices and name.rpartition("_")[2] in _DEVICE)
    }


def _columns(grid: Grid, layout: _Layout, named: frozenset[str]) -> list[Column]:
    """The columns with their question in words; split multiple choices are one."""
    padded = [*layout.titles, *[""] * len(layout.codes)]
    texts = dict(zip(unique_headers(layout.codes), padded, strict=False))
    titles = [_FILLER.sub("", texts.get(header, "")) for header in grid.headers]
    groups = _groups(grid.headers)
    items = _items(titles, groups, layout.old)
    shown = [f"{stem} [{item}]" if item else title for title, (stem, item) in zip(titles, items, strict=True)]
    columns = [
        Column(header, "" if title == header else title, cells)
        for header, title, cells in zip(grid.headers, shown, grid.columns, strict=True)
    ]
    choices = [
        _choice(base, places, items)
        for base, places in groups.items()
        if named.isdisjoint(normalise_header(grid.headers[at]) for at in places)
        and _is_choice(grid, places, items, normalise_header(base) in named)
    ]
    return join_choices(columns, choices)


def _groups(headers: Sequence[str]) -> Mapping[str, list[int]]:
    """The columns of one question: ``Q3_1``, ``Q3_2``, ..."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for at, header in enumerate(headers):
        numbered = _NUMBERED.fullmatch(header)
        if numbered:
            groups[numbered["base"]].append(at)
    return groups


def _items(titles: Sequence[str], groups: Mapping[str, list[int]], old: bool) -> list[tuple[str, str]]:
    """The stem and the item of each title: ``stem - item``, in the oldest files ``stem-item``."""
    items = [(title, "") for title in titles]
    for places in groups.values():
        shared = _shared([titles[at] for at in places])
        for mark in (" - ", "-") if old else (" - ",):
            stem, found, _ = shared.rpartition(mark)
            if found and all(titles[at][len(stem) + len(mark) :].strip() for at in places):
                for at in places:
                    items[at] = (stem.strip(), titles[at][len(stem) + len(mark) :].strip())
                break
    return items


def _shared(texts: Sequence[str]) -> str:
    """The beginning that all texts have."""
    same = takewhile(lambda letters: len({*letters}) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in same)


def _is_choice(grid: Grid, places: Sequence[int], items: Sequence[tuple[str, str]], asked: bool) -> bool:
    """Whether every filled cell repeats its own item: then these are the options of one question.

    When nobody chose anything it is one only if a mapping asks for it.
    """
    filled = [at for at in places if not is_blank_column(grid.columns[at])]
    if len(places) < 2 or not (filled or asked):
        return False
    return all(bool(items[at][1]) and repeats(grid.columns[at], items[at][1]) for at in filled)


def _choice(base: str, places: Sequence[int], items: Sequence[tuple[str, str]]) -> Choice:
    return Choice(base, items[places[0]][0], tuple(Option(at, None) for at in places))
