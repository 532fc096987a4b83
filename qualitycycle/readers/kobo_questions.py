"""The questions of a Kobo, Ona or ODK export: short headers, titles, multiple choices as one column."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qualitycycle.findings import Finding
from qualitycycle.labels import normalise_header
from qualitycycle.readers.answer_codes import explained, holds_codes, unknown_codes
from qualitycycle.readers.beside import Beside, Explained, beside, settle
from qualitycycle.readers.multiple import Choice, Column, Label, Option, join_choices
from qualitycycle.readers.option_columns import JOINER
from qualitycycle.readers.structure import Place, Question, Structure
from qualitycycle.vocabulary import BLOCK_PREFIX

_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_TRUTH = frozenset({"true", "false", "waar", "onwaar"})
"""As the platform writes it, and as a Dutch Excel does that saved the file again."""
_BITS = frozenset({"0", "1"})


def questions(
    file: Path, columns: Sequence[Column], rows: Sequence[int], named: frozenset[str], stated: Path | None
) -> Explained:
    """The columns as a respondent saw them, with the texts of the XLSForm that lies beside the file.

    ``named`` are the headers, normalised, that a mapping names: such a column stays what it is.
    ``stated`` is the XLSForm that somebody says it is.
    """
    fitting = beside(file, "xlsform", lambda structure: _Form(structure).share(columns), stated)
    if fitting:
        return settle(file.name, fitting, lambda found: _explained(file.name, found, columns, rows, named))
    return _shortened(join_choices(*_choices(columns, named, None)), named), []


class _Form:
    """Where the columns of an export stand in an XLSForm, by name or by label."""

    def __init__(self, structure: Structure) -> None:
        self._by_name: dict[str, Place] = {}
        self._by_label: dict[str, Place | None] = {}
        for question in structure.questions.values():
            place = Place(question)
            self._by_name[question.code.rpartition("/")[2]] = place
            for text in question.texts.values():
                key = normalise_header(text)
                self._by_label[key] = None if key in self._by_label else place

    def find(self, header: str) -> Place | None:
        """The place of a column or of the path over the options of a multiple choice."""
        by_name = self._by_name.get(_last(header))
        return by_name or self._by_label.get(normalise_header(header))

    def share(self, columns: Sequence[Column]) -> float:
        """Which share of the columns is known; of a multiple choice every option counts."""
        known = sum(any(map(self.find, _readings(column.header))) for column in columns)
        return known / len(columns) if columns else 0.0


def _readings(header: str) -> list[str]:
    """What a header may name: a question, an option under it, the text typed beside it."""
    return [header, header.rpartition("/")[0], header.removesuffix("_other")]


def _last(header: str) -> str:
    """The name at the end of a path; a header that is no path of names is itself."""
    parts = header.split("/")
    return parts[-1] if all(_NAME.fullmatch(part) for part in parts) else header


# --- which columns are one multiple choice --------------------------------------------


def _choices(
    columns: Sequence[Column], named: frozenset[str], form: _Form | None
) -> tuple[list[Column], list[Choice]]:
    """The multiple choices, and the columns without those that hold all chosen codes of one."""
    splits = _splits(columns, named, form)
    stay = [at for at, column in enumerate(columns) if column.header not in splits]
    moved = {at: place for place, at in enumerate(stay)}
    choices = []
    for path, places in splits.items():
        place = form.find(path) if form else None
        options = [Option(moved[at], _label(columns[at].header[len(path) + 1 :], place)) for at in places]
        choices.append(Choice(path, _title(path, place), tuple(options)))
    return [columns[at] for at in stay], choices


def _label(code: str, place: Place | None) -> Label:
    text = (place.question.label(code) if place else None) or code
    return lambda row: text


def _splits(columns: Sequence[Column], named: frozenset[str], form: _Form | None) -> dict[str, list[int]]:
    """The path of each multiple choice and the places of its options.

    The options of a question stand under its path, hold true and false (or 1 and 0), and
    nothing else stands there. A group of questions of our own forms is never one question.
    """
    ticked = {column.header: _may_be_option(column, named) for column in columns}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for at, column in enumerate(columns):
        path = _path_over(column.header, ticked) if ticked[column.header] else None
        if path is not None:
            found[path].append(at)
    return {
        path: places
        for path, places in found.items()
        if not _last(path).startswith(BLOCK_PREFIX)
        and (_is_named(path, named) or _is_choice(columns, path, places, form))
    }


def _is_named(header: str, named: frozenset[str]) -> bool:
    """Whether a mapping names a header, or the name at the end of its path."""
    return not named.isdisjoint((normalise_header(header), normalise_header(_last(header))))


def _may_be_option(column: Column, named: frozenset[str]) -> bool:
    """Whether a column holds ticks, and a mapping does not take it for a question."""
    parts = column.header.split("/")
    over = ("/".join(parts[:length]) for length in range(1, len(parts)))
    of_named = any(_is_named(path, named) for path in over)
    return _ticks(column.cells) and (of_named or not _is_named(column.header, named))


def _ticks(cells: Sequence[Any]) -> bool:
    values = _values(cells)
    return values <= _TRUTH or values <= _BITS


def _values(cells: Sequence[Any]) -> set[str]:
    return {str(cell).strip().casefold() for cell in cells if cell is not None}


def _path_over(header: str, ticked: Mapping[str, bool]) -> str | None:
    """The longest path over a header with only ticks under it: two at least, or a column of its own."""
    parts = header.split("/")
    for length in range(len(parts) - 1, 0, -1):
        path = "/".join(parts[:length])
        under = [other for other in ticked if other.startswith(f"{path}/")]
        if all(ticked[other] for other in under) and (len(under) > 1 or path in ticked):
            return path
    return None


def _is_choice(columns: Sequence[Column], path: str, places: Sequence[int], form: _Form | None) -> bool:
    """Whether ticks are sure to be one question's.

    So says the form, a column with all chosen codes, or true and false; with 1 and 0 every
    row is filled or blank as a whole.
    """
    place = form.find(path) if form else None
    if place is not None:
        return place.question.kind == "multi"
    values = {value for at in places for value in _values(columns[at].cells)}
    if any(column.header == path for column in columns) or (values and values <= _TRUTH):
        return True
    rows = zip(*(columns[at].cells for at in places), strict=True)
    return bool(values) and all(len({cell is None for cell in row}) == 1 for row in rows)


# --- texts ----------------------------------------------------------------------------


def _explained(
    file: str, found: Beside, columns: Sequence[Column], rows: Sequence[int], named: frozenset[str]
) -> Explained:
    form = _Form(found.structure)
    left, choices = _choices(columns, named, form)
    split = {option.at for choice in choices for option in choice.options}
    places = {at: form.find(column.header) for at, column in enumerate(left) if at not in split}
    placed = {at: place for at, place in places.items() if place is not None}
    titled = [
        Column(one.header, _title(one.header, placed.get(at)), one.cells) for at, one in enumerate(left)
    ]
    closed = {at: place for at, place in placed.items() if place.question.kind != "multi"}
    findings: list[Finding] = []
    if holds_codes(titled, closed):
        for at, place in closed.items():
            findings += unknown_codes(titled[at], place, rows, file, found.file)
            titled[at] = explained(titled[at], place, [None] * len(rows))
    for at in placed.keys() - closed.keys():
        titled[at] = _worded(titled[at], placed[at].question)
    return _shortened(join_choices(titled, choices), named), findings


def _title(header: str, place: Place | None) -> str:
    title = place.question.title() if place else ""
    return "" if normalise_header(title) == normalise_header(header) else title


def _worded(column: Column, question: Question) -> Column:
    """A column with all chosen codes of a multiple choice, as their texts."""
    return Column(column.header, column.title, [_chosen(cell, question) for cell in column.cells])


def _chosen(cell: Any, question: Question) -> Any:
    labels = [question.label(code) for code in str(cell).split()] if cell is not None else []
    known = [label for label in labels if label is not None]
    return JOINER.join(known) if known and len(known) == len(labels) else cell


def _shortened(columns: Sequence[Column], named: frozenset[str]) -> list[Column]:
    """The columns under the name at the end of their path, where no other column has that name."""
    count = Counter(normalise_header(_last(column.header)) for column in columns)
    return [Column(_short(column.header, count, named), column.title, column.cells) for column in columns]


def _short(header: str, count: Mapping[str, int], named: frozenset[str]) -> str:
    last = _last(header)
    alone = count[normalise_header(last)] == 1 and normalise_header(header) not in named
    return last if alone else header
