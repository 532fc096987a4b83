"""Files that hold a questionnaire and no answers, as survey platforms write them.

LimeSurvey (``.lss``, ``.lsa``, tab-separated text) and XLSForm (Kobo, ODK, Ona). Such a
file says what the codes in an export mean; it belongs beside that export.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from qualitycycle.readers.raw import Options, RawExport

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

Kind = Literal["single", "multi", "scale", "number", "text", "date", "ranking", "computed", "file"]
"""What is asked: one of the options, several, one on a scale that rows share, or no options at all.

``computed``: filled by the form itself (a hidden field, an equation), never by the respondent.
"""

Texts: TypeAlias = Mapping[str, str]
"""One text per language code (``nl``, ``de-informal``); ``default`` where the file names none."""

TOOLS = {"limesurvey": "LimeSurvey", "xlsform": "XLSForm (KoboToolbox, ODK, Ona)"}
"""The names of the platforms as a sentence has them."""


@dataclass(frozen=True)
class Question:
    """One question as a respondent sees it; a row of an array is a question of its own.

    ``code`` is what a response export calls it: ``E2``, for a row ``likert[SQ001]``, in an
    XLSForm its name (its path where a name occurs twice). ``texts`` are plain (no HTML); for
    a row the statement, and then ``stems`` is the text above all rows. ``options`` are in the
    order of the form, code to label. ``groups`` is the heading it stands under. ``other``:
    there is a field to type another answer.
    """

    code: str
    texts: Texts
    kind: Kind
    options: Mapping[str, Texts] = field(default_factory=dict)
    stems: Texts = field(default_factory=dict)
    groups: Texts = field(default_factory=dict)
    other: bool = False

    def title(self, language: str | None = None) -> str:
        """The question in words; a statement with the text above it as ``stem [statement]``.

        >>> Question("a[1]", {"nl": "Helder"}, "scale", stems={"nl": "De trainer was"}).title("nl")
        'De trainer was [Helder]'
        """
        text, stem = in_language(self.texts, language), in_language(self.stems, language)
        return f"{stem} [{text}]" if stem and text else text or stem

    def label(self, code: str, language: str | None = None) -> str | None:
        """The text of an answer code in a language, else in any; None for an unknown code."""
        texts = self.options.get(code)
        return None if texts is None else in_language(texts, language) or code


@dataclass(frozen=True)
class Place:
    """Which question of a questionnaire a column is, and of which option of a multiple choice.

    ``part`` is the code of that option, or ``other`` or ``comment`` for the text typed beside.
    """

    question: Question
    part: str = ""


@dataclass(frozen=True)
class Structure:
    """A questionnaire as a platform keeps it.

    ``tool`` is ``limesurvey`` or ``xlsform``, ``languages`` has the base language first.
    """

    tool: str
    languages: tuple[str, ...]
    title: str
    questions: Mapping[str, Question]


class _Layout(Protocol):
    """What a module for one layout of a questionnaire offers."""

    def recognises(self, peek: Peek) -> bool: ...

    def read(self, peek: Peek) -> Structure: ...


def in_language(texts: Texts, language: str | None = None) -> str:
    """The text in this language, else in a variant of it, else the first there is; "" without any.

    >>> in_language({"de": "ja", "nl-informal": "jep"}, "nl"), in_language({"de": "ja"}, "fr")
    ('jep', 'ja')
    """
    filled = {key: text for key, text in texts.items() if text}
    if language:
        wanted = language.casefold()
        near = [key for key in filled if key.casefold()[:2] == wanted[:2]]
        exact = [key for key in near if key.casefold() == wanted]
        for key in (*exact, *near):
            return filled[key]
    return next(iter(filled.values()), "")


def read_structure(path: Path) -> Structure | None:
    """The questionnaire in a file; None when the file is something else.

    Recognised by content. Raises Refused when there is no such file, or when it is a
    questionnaire that is damaged.

    >>> from tempfile import mkdtemp
    >>> file = Path(mkdtemp()) / "structure.txt"
    >>> columns = ["class", "type/scale", "name", "relevance", "text", "language"]
    >>> rows = [columns, ["Q", "L", "TRN1", "1", "<b>Helder?</b>", "nl"], ["A", "0", "A1", "", "ja", "nl"]]
    >>> written = file.write_text("\\n".join("\\t".join(row) for row in rows), encoding="utf-8")
    >>> question = read_structure(file).questions["TRN1"]
    >>> question.kind, question.texts, question.label("A1")
    ('single', {'nl': 'Helder?'}, 'ja')
    """
    from qualitycycle.readers.peek import peek

    return structure_of(peek(path))


def structure_of(file: Peek) -> Structure | None:
    """As ``read_structure``, for a file that was opened before."""
    from qualitycycle.readers import structure_lss, structure_tsv, structure_xlsform

    known: tuple[_Layout, ...] = (structure_lss, structure_tsv, structure_xlsform)
    return next((layout.read(file) for layout in known if layout.recognises(file)), None)


def recognises(peek: Peek) -> bool:
    """Whether the file is a questionnaire without answers (an archive with answers is not)."""
    return peek.kind != "lsa" and structure_of(peek) is not None


def read(peek: Peek, options: Options) -> RawExport:
    """Always refused: what the file is, and where it belongs."""
    found = structure_of(peek)
    tool, count = ("", 0) if found is None else (TOOLS[found.tool], len(found.questions))
    details = {"tool": tool, "questions": count}
    raise Refused(Finding("platforms.structure", file=peek.file, details=details))
