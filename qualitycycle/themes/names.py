"""The names to look for in a text: every way in which somebody on the register may be written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

WORD = re.compile(r"[^\W_]+")


def _these(words: str) -> frozenset[str]:
    return frozenset(words.split())


PARTICLES = _these("van von der den de het ten ter te la le du di da el al t v d vd vder vden")
TITLES = _these(
    "meneer mevrouw mevr mw dhr juf juffrouw meester mr mrs ms miss docent trainer trainster mentor"
)
ORDINARY = _these(
    "bakker visser smit mulder boer bos berg dijk groot klein wit zwart bruin koning prins jong oud vos haas "
    "hoop roos mark mei kok schipper kuiper koster meijer brink veld beek dam vliet wal winter zomer post "
    "kuipers bloem steen molen hof huis water goed lang kort vries graaf keizer leeuw vrede rust will may "
    "rose young brown white black green hill wood king cook smith baker hope grace joy june art bill sky "
    "school open rijk sterk stam pot bal kamp heuvel kerk poort duin wolf hart hand arts haan jager"
)
SHORTEST = 4
"""Letters: a form that is shorter stands for nobody."""

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ĳ": "ij"})

Parts = tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """The names to look for: ``words`` stand for a person by themselves, ``ordinary`` ones only as a
    name, ``joined`` are forms without spaces, ``spans`` those of them that also count when written
    as several words, ``initials`` the letters of a whole name."""

    words: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    spans: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Name:
    """A name in its parts: what stands first, and per surname the particles before it."""

    first: Parts
    surnames: tuple[tuple[Parts, str], ...]


def folded(text: str) -> str:
    """Text as names are compared: without case and accents, ij as y.

    >>> folded("Çelik-IJzerman")
    'celik-yzerman'
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(one for one in plain if not unicodedata.combining(one)).replace("ij", "y")


def names_of(people: Iterable[str]) -> Names:
    """The names to look for, of people as the register writes them.

    >>> sorted(names_of(["Pieter de Vries"]).words), sorted(names_of(["de Vries, Pieter"]).initials)
    (['pieter'], ['pdv', 'pv'])
    """
    words: set[str] = set()
    joined: set[str] = set()
    spans: set[str] = set()
    initials: set[str] = set()
    for person in people:
        name = _parts(person)
        words.update(one for one in (*name.first, *(last for _, last in name.surnames)) if len(one) > 1)
        joined.update(_alone(name), _whole(name))
        spans.update(_together(name))
        initials.update(_initials(name))
    ordinary = {word for word in words if word in _ORDINARY_FOLDED or len(word) <= 2}
    long = {one for one in joined | spans if len(one) >= SHORTEST}
    return Names(
        frozenset(words - ordinary),
        frozenset(ordinary),
        frozenset(long - words),
        frozenset(one for one in spans - words if len(one) >= SHORTEST),
        frozenset(initials),
    )


_ORDINARY_FOLDED = frozenset(map(folded, ORDINARY))


def _parts(person: str) -> _Name:
    last, comma, first = person.partition(",")
    words = [WORD.findall(folded(word)) for word in (f"{first} {last}" if comma else person).split()]
    words = [[part for part in word if part not in TITLES] for word in words]
    words = [word for word in words if word]
    led = [at for at, word in enumerate(words) if at and PARTICLES.intersection(word)]
    begin = led[0] if led else max(1, len(words) - 1)
    first_parts = [part for word in words[:begin] for part in word if part not in PARTICLES]
    surnames: list[tuple[Parts, str]] = []
    before: list[str] = []
    for part in (part for word in words[begin:] for part in word):
        if part in PARTICLES:
            before.append(part)
            continue
        surnames.append((tuple(before), part))
        before = []
    return _Name(tuple(first_parts), tuple(surnames))


def _particles(before: Parts) -> set[str]:
    """How particles are written: in full, left out, and shortened.

    >>> sorted(_particles(("van", "den")))
    ['', 'vanden', 'vd', 'vden']
    """
    if not before:
        return {""}
    return {"", "".join(before), "".join(one[0] for one in before), before[0][0] + "".join(before[1:])}


def _given(name: _Name) -> set[str]:
    """How first names are written: each, together, and as initials."""
    letters = "".join(one[0] for one in name.first)
    return {*name.first, "".join(name.first), letters, letters[:1]} - {""}


def _together(name: _Name) -> Iterator[str]:
    """First names or initials with a surname, in either order, and a surname with two particles."""
    for before, last in name.surnames:
        particles = _particles(before)
        for given, between in product(_given(name), particles):
            yield from (given + between + last, between + last + given, last + given + between)
        if len(before) > 1:
            yield from (between + last for between in particles if between)
    if len(name.first) > 1:
        yield "".join(name.first)


def _alone(name: _Name) -> Iterator[str]:
    """A surname with its particles, written as one word."""
    for before, last in name.surnames:
        yield from (between + last for between in _particles(before) if between)


def _whole(name: _Name) -> Iterator[str]:
    """All surnames, and the whole name, with and without particles."""
    for with_particles in (True, False):
        tail = "".join(("".join(before) if with_particles else "") + last for before, last in name.surnames)
        if len(name.surnames) > 1:
            yield tail
        yield "".join(name.first) + tail


def _initials(name: _Name) -> Iterator[str]:
    """The initials of a whole name, and of one with only one of its surnames."""
    firsts = {"".join(one[0] for one in name.first), "".join(one[0] for one in name.first[:1])} - {""}
    chosen: list[Sequence[tuple[Parts, str]]] = [name.surnames, *([one] for one in name.surnames)]
    for first, surnames in product(firsts, chosen):
        full = first + "".join("".join(one[0] for one in before) + last[0] for before, last in surnames)
        short = first + "".join(last[0] for _, last in surnames)
        yield from (one for one in (full, short) if len(one) > 1)
