"""The answer codes of an export made the texts that the respondent saw, by the questionnaire."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qualitycycle.findings import Finding, Level
from qualitycycle.labels import normalise_label
from qualitycycle.readers.multiple import Column
from qualitycycle.readers.structure import Place, in_language

Languages = Sequence[str | None]

_OTHER_CODE = "-oth-"
_OTHER = {"en": "Other", "nl": "Anders", "de": "Sonstiges", "fr": "Autre"}
_DATABASE_NUMBER = re.compile(r"-?\d+\.\d{10}")
_CLOSED = ("single", "scale", "ranking")


def holds_codes(columns: Sequence[Column], places: Mapping[int, Place]) -> bool:
    """Whether the answers in a file are codes: of the answers that can only be one, most are codes."""
    codes = texts = 0
    for at, place in places.items():
        cells = {str(cell).strip() for cell in columns[at].cells if cell is not None}
        if place.question.kind == "multi":
            codes += cells == {"Y"}
            texts += not cells <= {"Y", "N"}
        elif _is_closed(place):
            labels = _labels(place)
            codes += sum(
                cell in place.question.options and normalise_label(cell) not in labels for cell in cells
            )
            texts += sum(
                normalise_label(cell) in labels and cell not in place.question.options for cell in cells
            )
    return codes > texts


def explained(column: Column, place: Place, languages: Languages) -> Column:
    """The column with every known code as its text in the language of its row."""
    if place.question.kind == "number":
        return Column(column.header, column.title, [_short(cell) for cell in column.cells])
    if not _is_closed(place):
        return column
    known = {
        (code, language): _text(place, code, language)
        for code in (*place.question.options, _OTHER_CODE)
        for language in {*languages}
    }
    pairs = zip(column.cells, languages, strict=True)
    cells = [known.get((str(cell).strip(), language), cell) for cell, language in pairs]
    return Column(column.header, column.title, cells)


def unknown_codes(
    column: Column, place: Place, rows: Sequence[int], file: str, structure: str
) -> Iterator[Finding]:
    """The answers of a closed question that the questionnaire does not know."""
    if not _is_closed(place):
        return
    known = {*place.question.options, _OTHER_CODE}
    labels = _labels(place)
    for row, cell in zip(rows, column.cells, strict=True):
        text = "" if cell is None else str(cell).strip()
        if text and text not in known and normalise_label(text) not in labels:
            details = {"structure": structure}
            yield Finding(
                "platforms.unknown_code", Level.WARNING, file, row, column.header, text, details=details
            )


def _is_closed(place: Place) -> bool:
    return place.question.kind in _CLOSED and not place.part and bool(place.question.options)


def _labels(place: Place) -> set[str]:
    return {normalise_label(text) for texts in place.question.options.values() for text in texts.values()}


def _text(place: Place, code: str, language: str | None) -> str:
    if code in place.question.options:
        return place.question.label(code, language) or code
    return in_language(_OTHER, language)


def _short(cell: Any) -> Any:
    """``5.0000000000``, as a database keeps it, is 5."""
    if isinstance(cell, str) and _DATABASE_NUMBER.fullmatch(cell.strip()):
        return cell.strip().rstrip("0").rstrip(".")
    return cell
