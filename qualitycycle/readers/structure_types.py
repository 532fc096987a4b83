"""The question types of LimeSurvey: which questions, and which columns, one of its questions makes.

https://www.limesurvey.org/manual/Question_types; the letters are those of its files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qualitycycle.readers.structure import Kind, Question, Texts, in_language

_YES_NO = {
    "Y": {"en": "Yes", "nl": "Ja", "de": "Ja", "fr": "Oui", "ca": "Sí", "es": "Sí"},
    "N": {"en": "No", "nl": "Nee", "de": "Nein", "fr": "Non", "ca": "No", "es": "No"},
}
_UNCERTAIN = {"U": {"en": "Uncertain", "nl": "Onzeker", "de": "Unsicher", "fr": "Sans opinion"}}
_CHANGE = {
    "I": {"en": "Increase", "nl": "Toename", "de": "Zunahme", "fr": "Augmentation"},
    "S": {"en": "Same", "nl": "Gelijk", "de": "Gleich", "fr": "Sans changement"},
    "D": {"en": "Decrease", "nl": "Afname", "de": "Abnahme", "fr": "Diminution"},
}
_GENDER = {
    "F": {"en": "Female", "nl": "Vrouw", "de": "Weiblich", "fr": "Féminin"},
    "M": {"en": "Male", "nl": "Man", "de": "Männlich", "fr": "Masculin"},
}


def _numbers(highest: int) -> dict[str, Texts]:
    return {str(number): {"default": str(number)} for number in range(1, highest + 1)}


_OWN_OPTIONS: Mapping[str, Mapping[str, Texts]] = {
    "Y": _YES_NO,
    "G": _GENDER,
    "5": _numbers(5),
    "A": _numbers(5),
    "B": _numbers(10),
    "C": {"Y": _YES_NO["Y"], **_UNCERTAIN, "N": _YES_NO["N"]},
    "E": _CHANGE,
}
"""Options that are not in the files: LimeSurvey translates them itself (nl and fr partly unverified)."""

_PLAIN: Mapping[str, Kind] = {
    **dict.fromkeys("L!OYGI", "single"),
    "5": "scale",
    **dict.fromkeys("MP", "multi"),
    "N": "number",
    "D": "date",
    **dict.fromkeys("STU", "text"),
    "*": "computed",
    "|": "file",
}
_PER_ROW: Mapping[str, Kind] = {**dict.fromkeys("FHABCE", "scale"), "K": "number", "Q": "text"}
_PER_CELL: Mapping[str, Kind] = {":": "number", ";": "text"}
_DUAL_SCALE, _RANKING, _LIST_WITH_COMMENT = "1", "R", "O"


@dataclass
class Asked:
    """A question as LimeSurvey's files have it, whatever their layout.

    ``rows`` and ``across`` are its sub-questions (down, and for a table across), code to
    texts; ``answers`` its options per scale.
    """

    code: str
    type: str
    texts: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    other: bool = False
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    across: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def options(self, scale: str = "0") -> Mapping[str, Texts]:
        """The options in the file, else those LimeSurvey has itself, in the languages of the question."""
        own = _OWN_OPTIONS.get(self.type, {})
        return self.answers.get(scale) or {
            code: {language: in_language(texts, language) for language in self.texts}
            for code, texts in own.items()
        }

    def part(self, key: str, texts: Texts, kind: Kind, options: Mapping[str, Texts]) -> Question:
        """The question that is one column of several under this one."""
        return Question(self.code + key, texts, kind, options, self.texts, self.groups)


def all_questions(asked: Iterable[Asked], languages: Sequence[str]) -> dict[str, Question]:
    """The questions of a whole survey by their codes; in every text the base language comes first."""
    ordered = (_base_first(one, languages) for one in asked)
    return {question.code: question for one in ordered for question in questions(one)}


def _base_first(asked: Asked, languages: Sequence[str]) -> Asked:
    def texts(found: Mapping[str, str]) -> dict[str, str]:
        return {key: found[key] for key in dict.fromkeys((*languages, *found)) if key in found}

    def each(found: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        return {code: texts(labels) for code, labels in found.items()}

    return replace(
        asked,
        texts=texts(asked.texts),
        groups=texts(asked.groups),
        rows=each(asked.rows),
        across=each(asked.across),
        answers={scale: each(labels) for scale, labels in asked.answers.items()},
    )


def questions(asked: Asked) -> Iterator[Question]:
    """The questions a respondent sees; none for a text that is only shown.

    >>> rows = {"SQ1": {"nl": "Helder"}, "SQ2": {"nl": "Nuttig"}}
    >>> [q.code for q in questions(Asked("trainer", "A", {"nl": "De trainer was"}, rows=rows))]
    ['trainer[SQ1]', 'trainer[SQ2]']
    """
    if asked.type in _PLAIN:
        yield _whole(asked, _PLAIN[asked.type])
    elif asked.type in _PER_ROW:
        kind = _PER_ROW[asked.type]
        options = asked.options() if kind == "scale" else {}
        yield from (asked.part(f"[{key}]", texts, kind, options) for key, texts in asked.rows.items())
    elif asked.type in _PER_CELL:
        yield from _cells(asked, _PER_CELL[asked.type])
    elif asked.type == _DUAL_SCALE:
        for key, texts in asked.rows.items():
            for place, scale in enumerate(("0", "1"), start=1):
                yield asked.part(f"[{key}][{place}]", texts, "scale", asked.options(scale))
    elif asked.type == _RANKING:
        for place in range(1, len(asked.options()) + 1):
            texts = dict.fromkeys(asked.texts, str(place))
            yield asked.part(f"[{place}]", texts, "ranking", asked.options())


def _whole(asked: Asked, kind: Kind) -> Question:
    options = asked.rows if kind == "multi" else asked.options()
    other = asked.other or asked.type == _LIST_WITH_COMMENT
    return Question(asked.code, asked.texts, kind, options, groups=asked.groups, other=other)


def _cells(asked: Asked, kind: Kind) -> Iterator[Question]:
    for key, texts in asked.rows.items():
        for column, heading in asked.across.items():
            both = {language: f"{text} | {heading.get(language, column)}" for language, text in texts.items()}
            yield asked.part(f"[{key}_{column}]", both, kind, {})
