"""LimeSurvey's tab-separated structure (``.txt``), in both layouts.

Rows of class S, SL, G, Q, SQ and A; the order says what belongs to what: a sub-question or
answer to the question above it. Every language repeats the rows under the same codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qualitycycle.readers.grid import is_blank
from qualitycycle.readers.markup import plain
from qualitycycle.readers.structure import Structure, in_language
from qualitycycle.readers.structure_types import Asked, all_questions

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

Row = Mapping[str, str]

_NEEDED = frozenset({"class", "type/scale", "name", "relevance", "text", "language"})
_START = 4000


def recognises(peek: Peek) -> bool:
    """Whether the text has the columns of a structure, in either layout."""
    return peek.kind == "csv" and _names_columns(peek.data) and _header(peek.table.records) >= _NEEDED


def read(peek: Peek) -> Structure:
    """The questionnaire in the file."""
    survey = _Survey()
    for row in _rows(peek.table.records):
        survey.take(row)
    base = survey.settings.get("language", "")
    named = (base, *survey.settings.get("additional_languages", "").split(), *survey.titles)
    languages = tuple(dict.fromkeys(filter(None, named)))
    questions = all_questions(survey.asked.values(), languages)
    return Structure("limesurvey", languages, in_language(survey.titles, base), questions)


@dataclass
class _Survey:
    """The rows of the file taken one after the other, under the group and question above them."""

    settings: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    headings: dict[str, dict[str, str]] = field(default_factory=dict)
    group: dict[str, str] = field(default_factory=dict)
    current: Asked = field(default_factory=lambda: Asked("", ""))

    def take(self, row: Row) -> None:
        name, scale, language, text = row["name"], row["type/scale"], row["language"], row["text"]
        match row["class"].strip().upper():
            case "S":
                self.settings[name] = text
            case "SL" if name == "surveyls_title":
                self.titles[language] = plain(text)
            case "G":
                self.group = self.headings.setdefault(scale or name, {})
                self.group[language] = plain(name)
            case "Q":
                new = Asked(name, scale, groups=self.group, other=row.get("other") == "Y")
                self.current = self.asked.setdefault(name, new)
                self.current.texts[language] = plain(text)
            case "SQ":
                down = scale in ("", "0")
                parts = self.current.rows if down else self.current.across
                parts.setdefault(name, {})[language] = plain(text)
            case "A":
                answers = self.current.answers.setdefault(scale or "0", {})
                answers.setdefault(name, {})[language] = plain(text)


def _names_columns(data: bytes) -> bool:
    start = data[:_START].replace(b"\x00", b"")
    return b"type/scale" in start and b"relevance" in start


def _header(records: Sequence[Sequence[str]]) -> set[str]:
    first = next((record for record in records if not is_blank(record)), [])
    return {str(cell).strip().casefold() for cell in first}


def _rows(records: Sequence[Sequence[str]]) -> Iterator[Row]:
    filled = [record for record in records if not is_blank(record)]
    names = [cell.strip().casefold() for cell in filled[0]]
    for record in filled[1:]:
        cells = [*record, *[""] * (len(names) - len(record))]
        yield dict(zip(names, cells, strict=False))
