"""What the headers of a LimeSurvey export say, in each of its notations.

``E2`` and ``likert[SQ001]`` (codes, also ``likert_SQ001``), ``Question [part]`` (full text),
and ``likert[SQ001]. Question [part]`` (both).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qualitycycle.labels import normalise_header, normalise_label
from qualitycycle.readers.structure import Place, Question, Structure

_CODE = re.compile(r"[A-Za-z]\w*(\[\w*\]){0,2}")
_CODE_AND_TEXT = re.compile(r"(?P<code>[A-Za-z]\w*(?:\[\w*\]){0,2})\. ?(?P<text>.*)", re.DOTALL)
_PART = re.compile(r"(?P<whole>.*?)\s*\[(?P<part>(?:[^\[\]]|\[[^\[\]]*\])*)\]", re.DOTALL)
_REPEATED = re.compile(r"#\d+$")

OTHER = "other"
COMMENT = "comment"
_OTHER_TEXTS = frozenset({"other", "anders", "overig", "sonstiges", "autre", "altres", "otro"})
_COMMENT_TEXTS = frozenset({"comment", "opmerking", "kommentar", "commentaire"})
_TYPED_TEXTS = {OTHER: _OTHER_TEXTS, COMMENT: _COMMENT_TEXTS}
"""What a header in words calls the texts typed beside the options."""


@dataclass(frozen=True)
class Heading:
    """A header taken apart: the ``code`` and the ``text`` it holds, "" where it holds none."""

    header: str
    code: str
    text: str

    @property
    def stem(self) -> str:
        """The code, else the text, without the part in brackets."""
        if self.code:
            return self.code.partition("[")[0]
        return split(self.text)[0]

    @property
    def part(self) -> str:
        """The code of the part in brackets, else its text."""
        if self.code:
            return self.code.partition("[")[2].removesuffix("]")
        return split(self.text)[1]

    @property
    def label(self) -> str:
        """The text of the part in brackets, "" where the header has only codes."""
        return split(self.text)[1]


def heading(header: str) -> Heading:
    """A header taken apart.

    >>> heading("likert1[perf4]. [Do you get enough?]")
    Heading(header='likert1[perf4]. [Do you get enough?]', code='likert1[perf4]', text='[Do you get enough?]')
    >>> heading("E2").code, heading("How hard was it?").text
    ('E2', 'How hard was it?')
    """
    bare = _REPEATED.sub("", header.strip())
    if _CODE.fullmatch(bare):
        return Heading(header, bare, "")
    both = _CODE_AND_TEXT.fullmatch(bare)
    return Heading(header, both["code"], both["text"].strip()) if both else Heading(header, "", bare)


def has_part(header: str) -> bool:
    """Whether a header is a code with brackets and its text: no other tool writes that."""
    both = _CODE_AND_TEXT.fullmatch(header.strip())
    return both is not None and "[" in both["code"]


def split(text: str) -> tuple[str, str]:
    """The text before the last brackets and the text in them.

    >>> split("How satisfied are you with [Your job]"), split("[Is [this] clear?]")
    (('How satisfied are you with', 'Your job'), ('', 'Is [this] clear?'))
    """
    match = _PART.fullmatch(text.strip())
    return (match["whole"], match["part"].strip()) if match else (text.strip(), "")


def words(text: str) -> str:
    """A header's text as a question reads: no empty brackets, no brackets around all of it.

    >>> words("[Is it clear?]"), words("Who uses it? []"), words("The trainer [was clear]")
    ('Is it clear?', 'Who uses it?', 'The trainer [was clear]')
    """
    stem, part = split(text)
    return f"{stem} [{part}]" if stem and part else stem or part


class Places:
    """Where the columns of an export stand in a questionnaire, by code or by text."""

    def __init__(self, structure: Structure) -> None:
        self._by_code: dict[str, Place] = {}
        self._by_text: dict[str, Place | None] = {}
        for question in structure.questions.values():
            for code, text, place in _columns(question, structure.languages):
                self._by_code.setdefault(_code_key(code), place)
                if text:
                    key = normalise_header(text)
                    same = self._by_text.get(key, place)
                    self._by_text[key] = place if same == place else None

    def find(self, head: Heading) -> Place | None:
        """The place of a column; None when it is unknown, or the text occurs more than once."""
        if head.code:
            return self._by_code.get(_code_key(head.code))
        return self._by_text.get(normalise_header(head.text))

    def share(self, heads: Sequence[Heading]) -> float:
        """Which share of the columns is known."""
        return sum(self.find(head) is not None for head in heads) / len(heads) if heads else 0.0


def _columns(question: Question, languages: Sequence[str]) -> Iterator[tuple[str, str, Place]]:
    """Every column a question makes: its code, its text in each language, and its place."""
    here = Place(question)
    if question.kind != "multi":
        yield question.code, "", here
        for language in languages:
            yield question.code, question.title(language), here
    for code, texts in _parts(question).items():
        place = Place(question, code)
        for language in languages:
            for shown in [texts[language]] if language in texts else _TYPED_TEXTS.get(code, {""}):
                text = f"{question.title(language)} [{shown}]" if shown else ""
                yield f"{question.code}[{code}]", text, place


def _parts(question: Question) -> Mapping[str, Mapping[str, str]]:
    """The columns beside or instead of a question's own: options of a multiple choice, typed texts."""
    if question.kind not in ("multi", "single"):
        return {}
    options = question.options if question.kind == "multi" else {}
    typed = (OTHER, COMMENT, *(f"{code}{COMMENT}" for code in options))
    return {**{code: {} for code in typed}, **options}


def _code_key(code: str) -> str:
    """``Q[SQ1][2]`` and ``Q_SQ1_2`` alike."""
    return re.sub(r"\W+", "_", code).strip("_").casefold()


def is_other(head: Heading) -> bool:
    """Whether a column holds the text typed beside the options."""
    return head.part.casefold() == OTHER if head.code else normalise_label(head.part) in _OTHER_TEXTS
