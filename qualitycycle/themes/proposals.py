"""Which themes a comment is probably about: words of the codebook, and comments already decided on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log, sqrt

import snowballstemmer

from qualitycycle.codebook import Codebook

LANGUAGES = {"nl": "dutch", "en": "english"}
LEAST = 0.3
"""A proposal with less certainty is not made."""
MOST = 3

_WORD = re.compile(r"[^\W\d_]+")
_SMALL = {
    "nl": "de het een en van is ik dat niet met voor te was wat meer om maar ook goed heel",
    "en": "the a and of is i that not with for to was what more but also good very it we",
}
_TELLING = {language: frozenset(words.split()) for language, words in _SMALL.items()}


@dataclass(frozen=True)
class Proposal:
    """A theme a comment may be about, with a certainty from 0 to 1 that is no probability."""

    theme: str
    certainty: float


@dataclass(frozen=True)
class Example:
    """A comment somebody decided on, and its themes."""

    text: str
    themes: tuple[str, ...]


def language_of(text: str, default: str = "nl") -> str:
    """The language a comment is probably in, by its small words.

    >>> language_of("more time for the examples"), language_of("meer tijd voor het oefenen")
    ('en', 'nl')
    """
    words = _words(text)
    hits = {language: sum(word in telling for word in words) for language, telling in _TELLING.items()}
    best = max(hits, key=lambda language: (hits[language], language == default))
    return best if hits[best] else default


def stems(text: str, language: str) -> list[str]:
    """The stems of the words (Snowball; placeholders are no words).

    >>> stems("oefeningen", "nl") == stems("oefening", "nl")
    True
    """
    return [_stem(word, language) for word in _words(text)]


def propose(text: str, codebook: Codebook, examples: Sequence[Example] = ()) -> list[Proposal]:
    """The themes of a comment, most certain first, at most three.

    Every word of a theme that occurs halves what is left of the doubt; the nearest decided comment
    (cosine of stems weighted by tf-idf) takes its likeness of it. Of a comment that says nothing
    nothing is proposed.

    >>> from qualitycycle.codebook import Theme
    >>> theme = Theme(name={"nl": "Tijd"}, description={"nl": "Duur"}, terms={"nl": ["tijd"]})
    >>> propose("De tijden waren krap", Codebook(themes={"time": theme}))
    [Proposal(theme='time', certainty=0.5)]
    """
    language = language_of(text)
    own = stems(text, language)
    near = _nearest(own, language, [*_shipped(codebook, language), *examples])
    found = []
    for code, theme in codebook.themes.items():
        terms = {stem for term in theme.terms.get(language, ()) for stem in stems(term, language)}
        hits = len(terms & set(own))
        certainty = 1 - 0.5**hits * (1 - near.get(code, 0.0))
        if certainty >= LEAST:
            found.append(Proposal(code, round(certainty, 2)))
    return sorted(found, key=lambda one: -one.certainty)[:MOST]


def _shipped(codebook: Codebook, language: str) -> list[Example]:
    return [
        Example(text, (code,))
        for code, theme in codebook.themes.items()
        for text in theme.examples.get(language, ())
    ]


def _nearest(own: Sequence[str], language: str, examples: Sequence[Example]) -> dict[str, float]:
    """Per theme the likeness of its nearest example."""
    small = {_stem(word, language) for word in _TELLING.get(language, ())}
    bags = [Counter(stem for stem in stems(one.text, language) if stem not in small) for one in examples]
    rare = Counter(stem for bag in bags for stem in bag)
    weight = {stem: log((1 + len(bags)) / (1 + n)) for stem, n in rare.items()}
    mine = Counter(stem for stem in own if stem in weight)
    found: dict[str, float] = {}
    for one, bag in zip(examples, bags, strict=True):
        likeness = _cosine(mine, bag, weight)
        for theme in one.themes:
            found[theme] = max(found.get(theme, 0.0), likeness)
    return found


def _cosine(one: Mapping[str, int], other: Mapping[str, int], weight: Mapping[str, float]) -> float:
    shared = sum(n * other.get(stem, 0) * weight[stem] ** 2 for stem, n in one.items())
    return shared / (_norm(one, weight) * _norm(other, weight)) if shared else 0.0


def _norm(bag: Mapping[str, int], weight: Mapping[str, float]) -> float:
    return sqrt(sum((n * weight[stem]) ** 2 for stem, n in bag.items()))


def _words(text: str) -> list[str]:
    return _WORD.findall(re.sub(r"\[[\w-]+\]", " ", text.casefold()))


@cache
def _stem(word: str, language: str) -> str:
    stemmed: str = _stemmer(language).stemWord(word)
    return stemmed


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(LANGUAGES.get(language, "dutch"))
