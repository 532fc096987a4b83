"""Microsoft Forms: its workbook, or a text file re-saved from it.

The columns the tool adds are known by name, in any place and language: ``ID``, start
and completion time, e-mail, name, last change, language, and for a quiz the points and
feedback beside every question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qualitycycle.labels import normalise_header, normalise_label
from qualitycycle.readers.grid import Grid
from qualitycycle.readers.headers import COMPLETION_HEADERS, MODIFIED_HEADERS, START_HEADERS, is_tool_header
from qualitycycle.readers.raw import About, Options, RawExport, assemble, seconds_taken

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "ms_forms"

_LANGUAGE = frozenset({"language", "taal", "sprache", "langue", "idioma", "lingua", "言語"})
_LANGUAGES = {
    **dict.fromkeys(("nederlands", "dutch", "niederländisch", "néerlandais"), "nl"),
    **dict.fromkeys(("english", "engels", "englisch", "anglais"), "en"),
    **dict.fromkeys(("deutsch", "german", "duits", "allemand"), "de"),
    **dict.fromkeys(("français", "french", "frans", "französisch"), "fr"),
}
_QUIZ = frozenset(
    {
        "total points",
        "quiz feedback",
        "grade posted time",
        # from here on unverified
        "totaal aantal punten",
        "totaalaantal punten",
        "feedback over quiz",
        "quizfeedback",
        "feedback bij quiz",
        "tijd van plaatsing van cijfer",
        "gesamtpunktzahl",
        "nombre total de points",
        "commentaires sur le questionnaire",
    }
)
_BESIDE_QUESTION = (
    "points - ",
    "feedback - ",
    # from here on unverified
    "punten - ",
    "punkte - ",
    "commentaires - ",
)


def recognises(peek: Peek) -> bool:
    """Whether the file is a table with two of ID, start time and completion time, at least one a time."""
    return peek.kind != "" and _is_ms_forms(peek.grid)


def read(peek: Peek, options: Options) -> RawExport:
    """The answers of a Microsoft Forms form; the day of completion is the day of submission.

    Columns keep the headers the tool gave them: of two questions with one text it calls the
    second ``Vader2``, and of a grid only the statements are left.
    """
    return assemble(
        peek,
        FORMAT,
        options,
        response_id=("id",),
        submitted=(*COMPLETION_HEADERS, *START_HEADERS),
        ignore=_own_columns(peek.grid),
        about=About(
            seconds=seconds_taken(peek.grid, START_HEADERS, COMPLETION_HEADERS, options),
            languages=_languages(peek.grid),
        ),
    )


def _languages(grid: Grid) -> list[str | None] | None:
    """The language in which each form was shown; None for a language of which no name is known."""
    at = next(iter(_leading_language([normalise_header(header) for header in grid.headers])), None)
    return None if at is None else [_language(cell) for cell in grid.columns[at]]


def _language(cell: Any) -> str | None:
    """Two letters.

    >>> [_language(cell) for cell in ("Nederlands (Nederland)", "en-US", "Klingon", None)]
    ['nl', 'en', None, None]
    """
    name = re.split(r"[\s(_-]", normalise_label(str(cell or "")))[0]
    return _LANGUAGES.get(name, name if name in _LANGUAGES.values() else None)


def _is_ms_forms(grid: Grid) -> bool:
    names = set(grid.positions())
    times = [not names.isdisjoint(COMPLETION_HEADERS), not names.isdisjoint(START_HEADERS)]
    return any(times) and sum(times) + ("id" in names) >= 2


def _own_columns(grid: Grid) -> set[int]:
    """Positions of the columns the tool adds, apart from the identities."""
    names = [normalise_header(header) for header in grid.headers]
    times = {*START_HEADERS, *COMPLETION_HEADERS, *MODIFIED_HEADERS}
    own = {at for at, name in enumerate(names) if name in times or name in _QUIZ}
    is_quiz = any(name in _QUIZ for name in names)
    for at, name in enumerate(names):
        mark = next((mark for mark in _BESIDE_QUESTION if name.startswith(mark)), None)
        if mark is not None and (is_quiz or name.removeprefix(mark) in names):
            own.add(at)
    return own | _leading_language(names)


def _leading_language(names: Sequence[str]) -> set[int]:
    """The tool's language column stands before the first question; later "Taal" is a question."""
    for at, name in enumerate(names):
        if name in _LANGUAGE:
            return {at}
        if not is_tool_header(name) and name not in _QUIZ:
            break
    return set()
