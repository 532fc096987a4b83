"""Names and numbers of people out of a comment, before anyone reads it.

Too much is taken out rather than too little, and how much is counted: an ordinary word that is also
a surname goes when it stands as a name, and so does a word that differs one letter from a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from rapidfuzz.distance import OSA

from qualitycycle.themes.names import PARTICLES, TITLES, WORD, Names, folded

NAME, MAIL, PHONE, NUMBER, LINK = KINDS = "[naam]", "[e-mail]", "[telefoon]", "[nummer]", "[link]"


ABBREVIATIONS = frozenset({"ict", "pdca", "brlo", "pabo", "hbo", "mbo", "nvt", "vrm", "vho", "ipabo"})
MOST_WORDS = 7
"""Words of one name: two first names, two surnames and their particles."""

NEAR_LETTERS = 6
"""From so many letters on, a word that differs one letter from a name is taken for it."""

_BESIDE = re.compile(r"[\s.,'’`´\-‐-―/_]*")
_SPELLED = re.compile(r"(?<!\w)(?:\w[ .\-_*]{1,2}){2,}\w(?!\w)")
_ACCOUNT = re.compile(
    r"\b[A-Z]{2}\s?\d{2}[ .]?[A-Z0-9]{4}(?:[ .]?(?=[A-Z]{0,3}\d)[A-Z0-9]{4}){2,6}"
    r"(?:[ .]?(?=[A-Z]{0,2}\d)[A-Z0-9]{1,3})?\b",
    re.I,
)
"""An account number: after the bank every four signs hold a digit, unlike "op 12 juni voor iedereen"."""

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        MAIL,
        re.compile(
            r"[\w.+\-]+\s*(?:@|\(at\)|\[at\]|\s(?:at|apenstaartje)\s)\s*"
            r"[\w\-]+(?:(?:\.|\s*\(dot\)\s*|\spunt\s)[\w\-]+)+",
            re.I,
        ),
    ),
    (LINK, re.compile(r"(?:https?://|www\.)\S+|\b(?:[\w\-]+\.)+(?:nl|com|org|eu|net|be)(?:/\S*)?\b", re.I)),
    (NUMBER, _ACCOUNT),
    (PHONE, re.compile(r"(?<!\w)(?:\+|00)\d{2}[\s.\-()]*(?:\(0\))?(?:[\s.\-()]*\d){8,10}(?!\d)")),
    (PHONE, re.compile(r"(?<!\w)0\d(?:[\s.\-()/]*\d){8}(?!\d)")),
    (NUMBER, re.compile(r"(?<!\w)\d(?:[ .\-]?\d){6,}(?!\w)")),
    (NAME, re.compile(r"(?<!\w)@\w[\w.\-]+")),
    (NAME, re.compile(r"(?<!\w)(?:[A-Z]\.\s?)+(?:(?:van|de|der|den|ten|ter|te|'t)\s+)*[A-Z][^\W\d_]{2,}")),
    (
        NAME,
        re.compile(
            r"(?<=\b)(?i:meneer|mevrouw|mevr\.?|mw\.?|dhr\.?|juf|mrs\.?|ms\.?)\s+"
            r"(?:(?i:van|de|der|den|ten|ter|te)\s+)*[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)*"
        ),
    ),
)
"""What is taken out whoever it concerns, in this order; nine digits go whether or not they pass the
eleven test, and so does every longer row of digits."""


@dataclass(frozen=True)
class Redacted:
    """A comment that may be read: its ``text``, how often each kind was taken out, and how many of
    these are ``doubtful`` (an ordinary word, or a word that only looks like a name)."""

    text: str
    counts: Mapping[str, int] = field(default_factory=dict)
    doubtful: int = 0

    @property
    def total(self) -> int:
        """How many places were taken out."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    raw: str
    folded: str


def redact(text: str, names: Names, kinds: Collection[str] = KINDS) -> Redacted:
    """The comment without names, addresses and numbers of people; ``kinds`` are those taken out.

    >>> from qualitycycle.themes.names import names_of
    >>> redact("Vraag het P. de Vries (06-12345678).", names_of(["Pieter de Vries"])).text
    'Vraag het [naam] ([telefoon]).'
    """
    clean = unicodedata.normalize("NFKC", text)
    clean = "".join(one for one in clean if unicodedata.category(one) != "Cf" or one in "\n\t")
    counts: Counter[str] = Counter()
    clean, doubtful = _named(clean, names, counts, *_masked(clean, kinds))
    return Redacted(clean, dict(counts), doubtful)


def _masked(text: str, kinds: Collection[str]) -> tuple[list[tuple[int, int, str]], str]:
    """The places of the patterns, and the text with these blanked so that nothing counts twice."""
    places: list[tuple[int, int, str]] = []
    for kind, pattern in ((kind, pattern) for kind, pattern in _PATTERNS if kind in kinds):
        for match in pattern.finditer(text):
            places.append((match.start(), match.end(), kind))
            text = text[: match.start()] + "\0" * len(match.group()) + text[match.end() :]
    return places, text


def _named(
    clean: str, names: Names, counts: Counter[str], places: list[tuple[int, int, str]], masked: str
) -> tuple[str, int]:
    tokens = [_Token(m.start(), m.end(), m.group(), folded(m.group())) for m in WORD.finditer(masked)]
    certain = {at for at, token in enumerate(tokens) if _is_name(token, names)}
    certain |= set(_by_initials(tokens, masked, names))
    doubtful = {at for at, token in enumerate(tokens) if at not in certain and _may_be(token, names)}
    doubtful |= {
        at
        for at, token in enumerate(tokens)
        if _stem(token.folded, names.ordinary) and _leans(at, tokens, certain, masked)
    }
    sure = [_widened(at, tokens, masked) for at in sorted(certain)]
    sure += _spans(tokens, masked, names)
    sure += [match.span() for match in _SPELLED.finditer(masked) if _spells(match.group(), names)]
    sure += [(start, end) for start, end, kind in places if kind == NAME]
    perhaps = [_widened(at, tokens, masked) for at in sorted(doubtful)]
    places = _merged(clean, places + [(*place, NAME) for place in (*sure, *perhaps)])
    only = [place for place in perhaps if not _within(place, sure, places)]
    return _replaced(clean, places, counts), len(only)


def _within(
    place: tuple[int, int], sure: Sequence[tuple[int, int]], merged: Sequence[tuple[int, int, str]]
) -> bool:
    """Whether a doubtful place is part of one that holds a name for certain."""
    start, end = next((start, end) for start, end, _ in merged if start <= place[0] < end)
    return any(start <= one[0] < end for one in sure)


def _is_name(token: _Token, names: Names) -> bool:
    return _stem(token.folded, names.words) or _stem(token.folded, names.joined)


def _stem(word: str, known: frozenset[str]) -> bool:
    """Whether a word is a name, also in the genitive (Jans, Jan's) or as a plural."""
    return word in known or (word.endswith("s") and word[:-1] in known)


def _spans(tokens: Sequence[_Token], text: str, names: Names) -> Iterator[tuple[int, int]]:
    """Words beside each other that together are a name (``j van den berg``, ``vd berg``)."""
    for at in range(len(tokens)):
        word = tokens[at].folded
        for last in range(at + 1, min(at + MOST_WORDS, len(tokens))):
            if not _touch(tokens, last - 1, last, text):
                break
            word += tokens[last].folded
            if _stem(word, names.spans):
                yield tokens[at].start, tokens[last].end


def _may_be(token: _Token, names: Names) -> bool:
    """An ordinary word with a capital, or a word one letter away from one that is a name."""
    if _stem(token.folded, names.ordinary):
        return token.raw[0].isupper()
    if len(token.folded) < NEAR_LETTERS or not token.raw[0].isupper():
        return False
    return any(
        len(name) >= NEAR_LETTERS and OSA.distance(token.folded, name, score_cutoff=1) <= 1
        for name in chain(names.words, names.ordinary)
    )


def _leans(at: int, tokens: Sequence[_Token], certain: set[int], text: str) -> bool:
    """Whether an ordinary word stands beside a name, an initial or a title.

    Two particles before it (``van der berg``) make it a name too.
    """
    before = [other for other in range(at - 1, max(-1, at - 4), -1) if _touch(tokens, other, at, text)]
    particles = 0
    for other in before:
        if tokens[other].folded not in PARTICLES:
            titled = tokens[other].folded in TITLES
            return titled or other in certain or _is_initial(tokens[other], text)
        particles += 1
    after = at + 1
    beside = after < len(tokens) and _touch(tokens, at, after, text)
    follows = beside and (after in certain or _is_initial(tokens[after], text))
    return particles >= 2 or follows


def _touch(tokens: Sequence[_Token], first: int, second: int, text: str) -> bool:
    between = "".join(text[tokens[at].end : tokens[at + 1].start] for at in range(first, second))
    return _BESIDE.fullmatch(between) is not None


def _is_initial(token: _Token, text: str) -> bool:
    return len(token.raw) == 1 and token.raw.isalpha() and text[token.end : token.end + 1] == "."


def _by_initials(tokens: Sequence[_Token], text: str, names: Names) -> Iterator[int]:
    """Initials of a whole name: three letters or more (``PdV``), or with dots (``P.V.``)."""
    for at, token in enumerate(tokens):
        capitals = sum(letter.isupper() for letter in token.raw)
        if len(token.folded) > 2 and capitals > 1 and token.folded in names.initials - ABBREVIATIONS:
            yield at
        run = [at]
        while _is_initial(tokens[run[-1]], text) and run[-1] + 1 < len(tokens) and len(run) < 6:
            run.append(run[-1] + 1)
        letters = [one for one in run if _is_initial(tokens[one], text)]
        for size in range(len(letters), 1, -1):
            if "".join(tokens[one].folded for one in letters[:size]) in names.initials:
                yield from letters[:size]
                break


def _spells(text: str, names: Names) -> bool:
    letters = "".join(WORD.findall(folded(text))).replace("_", "")
    return any(name in letters for name in chain(names.words, names.joined, names.ordinary) if len(name) > 2)


def _widened(at: int, tokens: Sequence[_Token], text: str) -> tuple[int, int]:
    """A name with the particles and initials that stand beside it."""
    first, last = at, at
    while first > 0 and _touch(tokens, first - 1, first, text) and _belongs(tokens[first - 1], text):
        first -= 1
    while last + 1 < len(tokens) and _touch(tokens, last, last + 1, text):
        if not _is_initial(tokens[last + 1], text):
            break
        last += 1
    end = tokens[last].end + (last > at)
    return tokens[first].start, end


def _belongs(token: _Token, text: str) -> bool:
    return token.folded in PARTICLES or _is_initial(token, text)


def _merged(text: str, places: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The places in order, those that touch as one."""
    merged: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(places):
        if merged and kind == merged[-1][2] and _BESIDE.fullmatch(text[merged[-1][1] : start] or " "):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), kind)
        elif merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        else:
            merged.append((start, end, kind))
    return merged


def _replaced(text: str, places: Sequence[tuple[int, int, str]], counts: Counter[str]) -> str:
    """The text with every place replaced by its kind."""
    for start, end, kind in reversed(places):
        counts[kind] += 1
        text = f"{text[:start]}{kind}{text[end:]}"
    return text
