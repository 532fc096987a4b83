"""The questions of a LimeSurvey export: titles, texts for codes, multiple choices as one column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_header
from qualitycycle.readers.answer_codes import explained, holds_codes, unknown_codes
from qualitycycle.readers.beside import Beside, Explained, settle
from qualitycycle.readers.limesurvey_columns import Heading, Places, heading, is_other, split, words
from qualitycycle.readers.multiple import (
    NOT_CHOSEN,
    Choice,
    Column,
    Label,
    Option,
    is_chosen,
    join_choices,
    says_chosen_or_not,
)
from qualitycycle.readers.structure import Place

_LETTERED = re.compile(r"A\d+|-oth-")


@dataclass(frozen=True)
class Source:
    """The columns of an export that are questions, as they stand there.

    ``rows`` and ``languages`` are parallel to the cells; ``named`` are the headers, normalised,
    that a mapping names: such a column stays what it is.
    """

    file: str
    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    languages: tuple[str | None, ...]
    named: frozenset[str] = frozenset()

    @cached_property
    def heads(self) -> tuple[Heading, ...]:
        """The headers taken apart."""
        return tuple(heading(column.header) for column in self.columns)


def questions(source: Source, fitting: Sequence[Beside]) -> Explained:
    """The columns as a respondent saw them, with the texts of the questionnaire that fits, if any does."""
    if fitting:
        return settle(source.file, fitting, lambda found: _explained(source, found))
    return join_choices(_titled(source, {}), _choices(source, {})), _unexplained(source)


def _explained(source: Source, found: Beside) -> Explained:
    known = Places(found.structure)
    base = next(iter(found.structure.languages), None)
    spoken = [language or base for language in source.languages]
    placed = {at: place for at, head in enumerate(source.heads) if (place := known.find(head)) is not None}
    columns = _titled(source, placed)
    findings: list[Finding] = []
    if holds_codes(columns, placed):
        for at, place in placed.items():
            findings += unknown_codes(columns[at], place, source.rows, source.file, found.file)
            columns[at] = explained(columns[at], place, spoken)
    return join_choices(columns, _choices(source, placed)), findings


def _titled(source: Source, placed: Mapping[int, Place]) -> list[Column]:
    """The columns with their question in words where the header is not just that."""
    return [
        Column(column.header, _title(head, placed.get(at)), column.cells)
        for at, (column, head) in enumerate(zip(source.columns, source.heads, strict=True))
    ]


def _title(head: Heading, place: Place | None) -> str:
    if place is not None and not head.text:
        title = place.question.title()
        return f"{title} [{place.part}]" if place.part else title
    text = words(head.text)
    return "" if text == head.header.strip() else text


def _unexplained(source: Source) -> list[Finding]:
    """A warning when answers are codes that nothing explains."""
    for column in source.columns:
        cells = [str(cell) for cell in column.cells if cell is not None]
        if cells and all(_LETTERED.fullmatch(cell) for cell in cells):
            return [
                Finding(
                    "platforms.codes_unexplained",
                    Level.WARNING,
                    source.file,
                    column=column.header,
                    value=cells[0],
                )
            ]
    return []


# --- multiple choices -----------------------------------------------------------------


def _choices(source: Source, placed: Mapping[int, Place]) -> list[Choice]:
    """The groups of columns that are one multiple choice; none of which a mapping names a column."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for at, head in enumerate(source.heads):
        if head.part and normalise_header(head.header) not in source.named:
            groups[head.stem].append(at)
    found = [_known_choice(source, at, placed) or _seen_choice(source, at, placed) for at in groups.values()]
    return [choice for choice in found if choice is not None]


def _known_choice(source: Source, group: Sequence[int], placed: Mapping[int, Place]) -> Choice | None:
    """The choice that a questionnaire says these columns are."""
    places = {at: placed[at] for at in group if at in placed and placed[at].question.kind == "multi"}
    if not places:
        return None
    question = next(iter(places.values())).question
    options = [
        Option(at, None if place.part == "other" else _label(source, at, place))
        for at, place in places.items()
        if place.part in question.options or place.part == "other"
    ]
    header, title = _joined_header(source.heads[group[0]]), question.title()
    same = normalise_header(header) == normalise_header(title)
    return Choice(header, "" if same else title, tuple(options))


def _label(source: Source, at: int, place: Place) -> Label:
    """The option in the words of the header, else in the language of the row."""
    shown = source.heads[at].label
    return lambda row: shown or place.question.label(place.part, source.languages[row]) or place.part


def _seen_choice(source: Source, group: Sequence[int], placed: Mapping[int, Place]) -> Choice | None:
    """The choice that columns show to be: they say only yes and no, and a mapping or the rows agree."""
    typed = [at for at in group if is_other(source.heads[at])]
    ticked = [at for at in group if at not in typed]
    cells = [source.columns[at].cells for at in ticked]
    if len(ticked) < 2 or any(at in placed for at in ticked) or not all(map(says_chosen_or_not, cells)):
        return None
    head = source.heads[group[0]]
    header, title = _joined_header(head), split(head.text)[0] if head.code else ""
    if normalise_header(header) not in source.named and not _shows_choice(cells):
        return None
    options = [Option(at, _shown(source.heads[at])) for at in ticked]
    return Choice(header, title, (*options, *(Option(at, None) for at in typed)))


def _shown(head: Heading) -> Label:
    return lambda row: head.label or head.part


def _shows_choice(cells: Sequence[Sequence[Any]]) -> bool:
    """Whether something was chosen, and only that is filled, or every row is filled or blank as a whole."""
    if not any(is_chosen(cell) for column in cells for cell in column):
        return False
    if not any(str(cell).strip().casefold() in NOT_CHOSEN for column in cells for cell in column):
        return True
    return all(len({cell is None for cell in row}) == 1 for row in zip(*cells, strict=True))


def _joined_header(head: Heading) -> str:
    text = split(head.text)[0]
    return f"{head.stem}. {text}" if head.code and text else head.stem
