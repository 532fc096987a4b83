"""From scored columns to the two tables the store keeps, with identity by hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from hashlib import sha256
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from qualitycycle import arrow
from qualitycycle.cells import distinct
from qualitycycle.checking.careless import languages_of
from qualitycycle.checking.coded import Coded, Scored
from qualitycycle.checking.columns import ColumnPlan, Export, ItemColumn
from qualitycycle.checking.misplaced import is_asked
from qualitycycle.checking.odd import Answered, Responses, Session, Stored
from qualitycycle.checking.rules import flag, mixed_languages
from qualitycycle.checking.scoring import score_column
from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header
from qualitycycle.vocabulary import AnswerState, Moment

ID_LENGTH = 20
SEPARATOR = "\x1e"
"""Stands between the parts of what is hashed together."""

ABSENT = Scored(AnswerState.NOT_ASKED)
SHARED = ("response_id", "collection", "moment", "instrument")
Columns = dict[str, list[Any]]
TEXT = pa.string()


class LinkCodes(Protocol):
    """The link codes of a file, which go no further than this."""

    @property
    def given(self) -> Sequence[bool]:
        """Which responses carry a code."""

    def hashed(self) -> tuple[list[str | None], list[list[str]]]:
        """The hash of each code (None without one), and of its one-character-masked forms."""


@dataclass(frozen=True)
class Described:
    """What is said of responses beyond their answers: language, link code, flags; with the findings."""

    columns: Columns = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Checked:
    """A file after checking: its fingerprint, its findings, and the rows to store as columns.

    ``keys`` and ``answers`` map columns of the store's tables (without import id) to lists or
    Arrow arrays of equal length; both are empty when a finding is an error. ``keys`` are the
    columns of responses by which an import is decided. ``describe`` works out the others, which
    is done once and may be done while the answers are being written. ``keyed``: the response
    ids come from the survey tool; else from the cells of the row.
    """

    keys: Columns
    answers: Mapping[str, Sequence[Any] | pa.Array | pa.ChunkedArray]
    fingerprint: str
    found: list[Finding] = field(default_factory=list)
    describe: Callable[[], Described] = Described
    keyed: bool = True

    @cached_property
    def described(self) -> Described:
        """The other columns of the responses, and what is odd about them."""
        return self.describe()

    @property
    def responses(self) -> Columns:
        """Every column of the responses."""
        return self.keys | self.described.columns

    @property
    def findings(self) -> list[Finding]:
        """All that was found."""
        return [*self.found, *self.described.findings]


def assemble(
    export: Export,
    plan: ColumnPlan,
    *,
    collections: Sequence[str],
    moments: Sequence[Moment],
    sessions: Mapping[str, Session],
    language: str,
    stored: Sequence[Stored] = (),
    link_codes: Callable[[Sequence[Any]], LinkCodes] | None = None,
) -> Checked:
    """Score every mapped column and make the responses and answers of a file.

    ``collections`` and ``moments`` have one entry per row; ``sessions`` says what is known of
    the sessions among the collections (so that a blank answer to a question for tandems only
    counts as *not asked* elsewhere), ``stored`` which of their responses are stored already:
    both let the rules flag what is odd. ``link_codes`` takes the cells with link codes.

    A response's key is a hash of (collection, moment, the tool's id), or without an id of
    (collection, moment, the cells of the row, its occurrence). ``row_hash`` covers the
    mapped answers, the day and whether a link code was given, and neither the collection
    nor the tool's id: the same content elsewhere or under another key is recognised.
    """
    size = len(export.rows)
    scored, findings = _score_all(export, plan, language)
    if any(found.is_error for found in findings):
        return Checked({}, {}, "", findings)
    scored = [(c, _not_asked(c, cells, plan, collections, sessions)) for c, cells in scored]
    completed = _completed(scored, size, export.completed)
    tool_ids = export.response_ids
    submitted = export.submitted or [None] * size
    codes = _codes(export, plan, link_codes)
    given = codes.given if codes is not None else [False] * size
    looked = Responses(
        [Answered(column, cells) for column, cells in scored],
        response_ids=_response_ids(collections, moments, tool_ids or _row_keys(export, plan)),
        row_hashes=_row_hashes(scored, submitted, given),
        collections=collections,
        moments=moments,
        submitted=submitted,
        completed=completed,
        codes=[None] * size,
        seconds=export.seconds,
        sessions=sessions,
        local=plan.instrument.local_items,
        stored=stored,
    )
    keys = _keys(looked, plan.instrument.id)
    return Checked(
        keys,
        _answers(keys, scored),
        digest([plan.instrument.id, *sorted(set(keys["moment"])), *sorted(looked.row_hashes)]),
        [*findings, *_empty_rows(export, completed)],
        partial(_describe, looked, codes, export),
        keyed=bool(tool_ids),
    )


def _keys(looked: Responses, instrument: str) -> Columns:
    """The columns of responses by which an import is decided."""
    return {
        "response_id": list(looked.response_ids),
        "collection": list(looked.collections),
        "moment": list(map(str, looked.moments)),
        "instrument": [instrument] * looked.size,
        "row_hash": list(looked.row_hashes),
        "submitted_on": list(looked.submitted),
        "completed": list(looked.completed),
        "n": [1] * looked.size,
    }


def _describe(looked: Responses, codes: LinkCodes | None, export: Export) -> Described:
    """The columns by which nothing is decided, with what is odd."""
    file, size = export.path.name, looked.size
    hashed, masks = codes.hashed() if codes is not None else ([None] * size, [[]] * size)
    flags, odd = flag(replace(looked, codes=hashed), export.rows, file)
    languages = export.languages or _languages(looked.answers, size)
    columns: Columns = {
        "language": list(languages),
        "link_code": list(hashed),
        "link_masks": masks,
        "flags": flags,
    }
    return Described(columns, [*odd, *mixed_languages(languages, file)])


def _languages(answers: Sequence[Answered], size: int) -> list[str | None]:
    """The language of each response, where its labels are of one."""
    return [min(spoken) if len(spoken) == 1 else None for spoken in languages_of(answers, size)]


def _score_all(
    export: Export, plan: ColumnPlan, language: str
) -> tuple[list[tuple[ItemColumn, Coded]], list[Finding]]:
    scored, findings = [], []
    for column in plan.items:
        cells, found = score_column(
            export.columns[column.index],
            export.rows,
            item=column.item.id,
            scale=column.scale,
            scale_id=column.item.scale,
            mapping=plan.mapping,
            file=export.path.name,
            header=column.header,
            language=language,
        )
        scored.append((column, cells))
        findings += found
    return scored, findings


def _not_asked(
    column: ItemColumn,
    cells: Coded,
    plan: ColumnPlan,
    collections: Sequence[str],
    sessions: Mapping[str, Session],
) -> Coded:
    """Blanks that mean the question was not put to this person."""
    blank = cells.is_in(AnswerState.NOT_ANSWERED)
    if plan.mapping is not None and column.item.id in plan.mapping.not_asked:
        return cells.instead(blank, ABSENT)
    owner = plan.instrument.local_items.get(column.item.id)
    if not column.item.variants and owner is None:
        return cells
    spared = {
        id
        for id, session in sessions.items()
        if not is_asked(column.item, session.variant) or owner not in (None, session.lead)
    }
    return cells.instead(blank & np.array([id in spared for id in collections], dtype=bool), ABSENT)


def _completed(
    scored: Sequence[tuple[ItemColumn, Coded]], size: int, told: Sequence[bool] | None
) -> list[bool]:
    """Whether a form holds an answer and was, as far as the tool says, sent in."""
    columns = [cells for column, cells in scored if not column.item.background]
    if not columns:
        columns = [cells for _, cells in scored]
    said = np.zeros(size, dtype=bool)
    for cells in columns:
        said |= cells.is_in(AnswerState.ANSWERED, AnswerState.NOT_APPLICABLE)
    found: list[bool] = (said if told is None else said & np.array(told, dtype=bool)).tolist()
    return found


def _empty_rows(export: Export, completed: Sequence[bool]) -> list[Finding]:
    rows = [row for row, done in zip(export.rows, completed, strict=True) if not done]
    if not rows:
        return []
    return [
        Finding("checking.no_content", Level.WARNING, file=export.path.name, row=rows[0], count=len(rows))
    ]


def _row_hashes(
    scored: Sequence[tuple[ItemColumn, Coded]],
    submitted: Sequence[date | None],
    coded: Sequence[bool],
) -> list[str]:
    """A hash per row; of the link code only that there is one, since short codes can be guessed."""
    columns = sorted(scored, key=lambda pair: pair[0].item.id)
    texts = [cells.each(partial(_content, column)).values for column, cells in columns]
    spelled = {day: "" if day is None else day.isoformat() for day in set(submitted)}
    days = [spelled[day] for day in submitted]
    codes = [f"{SEPARATOR}code" if has_one else SEPARATOR for has_one in coded]
    return [hash_of("".join(row)) for row in zip(days, codes, *texts, strict=True)]


def _content(column: ItemColumn, cell: Scored) -> str:
    """What an answer adds to the text of its row."""
    if cell.state is AnswerState.NOT_APPLICABLE:
        return f"{SEPARATOR}{column.item.id}=nvt"
    if cell.state is not AnswerState.ANSWERED:
        return ""
    value = cell.score if cell.score is not None else ";".join(cell.options)
    return f"{SEPARATOR}{column.item.id}={value}{cell.text or ''}"


def _row_keys(export: Export, plan: ColumnPlan) -> list[str]:
    """A key per row from its cells, so that a longer mapping later finds the same response.

    The link code stays out: it must not be found back by trying codes against a hash.
    """
    columns = [
        _named_texts(normalise_header(header), cells)
        for i, (header, cells) in enumerate(zip(export.headers, export.columns, strict=True))
        if i != plan.link_code
    ]
    return [digest([text for text in row if text]) for row in zip(*columns, strict=True)]


def _named_texts(name: str, cells: Sequence[Any]) -> list[str]:
    """``name=cell`` per cell, "" for a blank; each distinct cell is spelled once."""
    spelled = {cell: _canonical(cell) for cell in distinct(cells)}
    named = {cell: f"{name}={text}" if text else "" for cell, text in spelled.items()}
    return [named[cell] for cell in cells]


def _canonical(cell: Any) -> str:
    """One spelling of a cell, whichever program saved the file."""
    if cell is None:
        return ""
    if isinstance(cell, bool) or (isinstance(cell, float) and cell.is_integer()):
        return str(int(cell))
    text = " ".join(str(cell).replace("\xa0", " ").split())
    head, comma, tail = text.partition(",")
    return f"{head}.{tail}" if comma and head.isdigit() and tail.isdigit() else text


def _response_ids(collections: Sequence[str], moments: Sequence[Moment], keys: Sequence[str]) -> list[str]:
    """A hash of the place, the key and how often that key has occurred there."""
    seen: dict[str, int] = {}
    ids = []
    for row in map(SEPARATOR.join, zip(collections, map(str, moments), keys, strict=True)):
        seen[row] = often = seen.get(row, 0) + 1
        ids.append(hash_of(f"{row}{SEPARATOR}{often}")[:ID_LENGTH])
    return ids


def _codes(
    export: Export,
    plan: ColumnPlan,
    link_codes: Callable[[Sequence[Any]], LinkCodes] | None,
) -> LinkCodes | None:
    if plan.link_code is None or link_codes is None:
        return None
    return link_codes(export.columns[plan.link_code])


def _answers(
    keys: Columns, scored: Sequence[tuple[ItemColumn, Coded]]
) -> dict[str, pa.Array | pa.ChunkedArray]:
    """One row per response and item; one per chosen option of a multiple choice."""
    if not scored:
        return {}
    owners, parts = zip(*(_taken_apart(cells) for _, cells in scored), strict=True)
    given = [one for part in parts for one in part.distinct]
    before = np.cumsum([0, *(len(part.distinct) for part in parts)])
    at = np.concatenate([part.at + start for part, start in zip(parts, before, strict=False)])
    items = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    shared = {name: arrow.column(keys[name], TEXT) for name in SHARED}
    return {
        **{name: pa.chunked_array([_owned(values, of) for of in owners]) for name, values in shared.items()},
        "item": arrow.taken((column.item.id for column, _ in scored), items, TEXT),
        "state": arrow.taken((one.state.value for one in given), at, TEXT),
        "score": arrow.taken((one.score for one in given), at, pa.float64()),
        "option": arrow.taken((one.options[0] if one.options else None for one in given), at, TEXT),
        "text": arrow.taken((one.text for one in given), at, TEXT),
        "n": arrow.repeat(1, pa.int32(), len(at)),
    }


def _owned(values: pa.Array, owners: pa.Array | None) -> pa.Array:
    return values if owners is None else values.take(owners)


def _taken_apart(cells: Coded) -> tuple[pa.Array | None, Coded]:
    """The answers with at most one option each, and whose each is (None: one per response)."""
    parts = [_one_by_one(cell) for cell in cells.distinct]
    sizes = np.array([len(part) for part in parts], dtype=np.intp)
    if (sizes == 1).all():
        return None, cells
    starts, own = np.cumsum(sizes) - sizes, sizes[cells.at]
    within = np.arange(own.sum()) - np.repeat(np.cumsum(own) - own, own)
    at = np.repeat(starts[cells.at], own) + within
    flat = tuple(one for part in parts for one in part)
    owners = arrow.column(np.repeat(np.arange(len(cells)), own).tolist(), pa.int64())
    return owners, Coded(flat, at, (None,) * len(flat))


def _one_by_one(cell: Scored) -> list[Scored]:
    if len(cell.options) < 2:
        return [cell]
    return [
        Scored(cell.state, options=(option,), text=cell.text if option == "other" else None)
        for option in cell.options
    ]


def digest(parts: Sequence[str]) -> str:
    """A short hash over texts in order."""
    return hash_of(SEPARATOR.join(parts))


def hash_of(text: str) -> str:
    """A short hash of a text."""
    return sha256(text.encode()).hexdigest()[:32]
