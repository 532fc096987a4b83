"""Names of trainers as people write them, against the names in the register.

A name in a file only confirms who gave the session; it never changes the register.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from qualitycycle.findings import Finding, Level
from qualitycycle.register.derive import by_id
from qualitycycle.register.tables import fold_id

NEAR = 80.0
"""From this similarity (0-100) on, a name is worth asking about."""

_PARTICLES = frozenset({"van", "von", "vd", "vder", "vden", "der", "den", "de", "het", "ten", "ter", "te"})
_SOUNDS_LIKE = str.maketrans("cyz", "kis")
_TYPO = 80.0
_TITLES = frozenset(
    {"dhr", "heer", "mw", "mevr", "mevrouw", "juf", "meester", "mr", "dr", "drs", "ir", "ing", "prof"}
)
_SHORT_PARTICLE = re.compile(r"\bv\s?[./]\s?d(?:en|er)?\b\.?")
_APOSTROPHE_T = re.compile(r"['’`´]t\b")
_BETWEEN_NAMES = re.compile(r"[;&+\n|]|(?<!\bv)/|\s(?:en|and|met|with)\s")


class NameMatch(NamedTuple):
    """Whom a name stands for.

    ``trainer`` is an id when the name is exactly one trainer's, else None; ``score`` the
    similarity (0-100) with the best candidate; ``candidates`` ids, most alike first.
    """

    trainer: str | None
    score: float
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class _Name:
    words: tuple[str, ...]
    initials: tuple[str, ...]
    particles: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.words) + len(self.initials)


def match_name(text: str, trainers: Iterable[Mapping[str, Any]], near: float = NEAR) -> NameMatch:
    """The trainer a name stands for, if there is exactly one.

    Exact means: the trainer's id, or the same words and initials, whatever the case, accents, order
    (``de Vries, Marieke``), titles, and with particles (``van der``) and first names
    (``M.``) written out or not. Several such trainers, or only alike, gives candidates.

    >>> people = [{"id": "T1", "name": "Marieke de Vries"}, {"id": "T2", "name": "Jan Bakker"}]
    >>> match_name("vries, m. de", people)
    NameMatch(trainer='T1', score=100.0, candidates=('T1',))
    >>> match_name("Jan Backer", people).trainer, match_name("Jan Backer", people).candidates
    (None, ('T2',))
    """
    from rapidfuzz import fuzz

    written = _name(text)
    people = list(trainers)
    by_own_id = by_id(people).get(fold_id(text))
    if by_own_id is not None:
        return NameMatch(str(by_own_id["id"]), 100.0, (str(by_own_id["id"]),))
    named = [(str(row["id"]), _name(str(row["name"]))) for row in people if row.get("name")]
    exact = [
        id for id, name in named if not set(written.words).isdisjoint(name.words) and _same(written, name)
    ]
    if len(exact) == 1:
        return NameMatch(exact[0], 100.0, (exact[0],))
    if exact:
        return NameMatch(None, 100.0, tuple(exact))
    plain = _plain_text(written)
    scored = [(fuzz.token_set_ratio(plain, _plain_text(name)), id) for id, name in named] if plain else []
    alike = sorted((pair for pair in scored if pair[0] >= near), key=lambda pair: (-pair[0], pair[1]))
    return NameMatch(None, min(alike[0][0], 99.0) if alike else 0.0, tuple(id for _, id in alike[:3]))


def same_names(names: Sequence[str]) -> dict[int, int]:
    """Which names are somebody's who stands earlier in the list: position -> first position.

    Names are compared as ``match_name`` compares them.

    >>> same_names(["Marieke Jansen", "Sem Populier", "Jansen, M."])
    {2: 0}
    """
    earlier: dict[str, list[int]] = {}
    found: dict[int, int] = {}
    for at, text in enumerate(names):
        name = _name(text)
        alike = sorted({other for word in name.words for other in earlier.get(word, ())})
        first = next((other for other in alike if _same(name, _name(names[other]))), None)
        if first is not None:
            found[at] = found.get(first, first)
        for word in set(name.words):
            earlier.setdefault(word, []).append(at)
    return found


def likeness(one: str, other: str) -> Literal["same", "near"] | None:
    """Whether two names may be one person's: the same as ``match_name`` compares, or nearly so.

    Nearly: word by word they start alike and differ by a typing error, an initial standing
    for a word; one word at least is written out in both, and particles may differ.

    >>> likeness("Noor van der Wilg", "v.d. Wilg, N."), likeness("Karin Bakker", "C. Backer")
    ('same', 'near')
    >>> likeness("Karin Bakker", "Carla Bakker"), likeness("J. Bos", "J. Berg")
    (None, None)
    """
    first, second = _name(one), _name(other)
    if not first.words or not second.words:
        return None
    if _same(first, second):
        return "same"
    short, long = sorted((_by_first_letter(first), _by_first_letter(second)), key=len)
    if len(short) < 2 or len(short) != len(long):
        return None
    pairs = list(zip(short, long, strict=True))
    written_out = any(len(a) > 1 and len(b) > 1 for a, b in pairs)
    return "near" if written_out and all(_nearly(a, b) for a, b in pairs) else None


def first_letters(text: str) -> frozenset[str]:
    """The first letters of the words of a name, those that sound alike as one.

    >>> sorted(first_letters("Karin van der Wilg")) == sorted(first_letters("C. Wilg"))
    True
    """
    return frozenset(_sound(word) for word in _by_first_letter(_name(text)))


def _by_first_letter(name: _Name) -> list[str]:
    return sorted((*name.words, *name.initials), key=lambda word: (_sound(word), word))


def _sound(word: str) -> str:
    return word[0].translate(_SOUNDS_LIKE)


def _nearly(one: str, other: str) -> bool:
    from rapidfuzz import fuzz

    if _sound(one) != _sound(other):
        return False
    return 1 in (len(one), len(other)) or fuzz.ratio(one, other) >= _TYPO


def split_names(text: str, trainers: Sequence[Mapping[str, Any]] = ()) -> list[str]:
    """The names in a cell that names several trainers.

    A comma separates two names, unless the whole is one trainer's (``de Vries, Marieke``)
    or what stands around it is too short to be two full names.

    >>> split_names("Marieke de Vries en Jan Bakker; P. v/d Berg")
    ['Marieke de Vries', 'Jan Bakker', 'P. v/d Berg']
    >>> split_names("Marieke de Vries, Jan Bakker"), split_names("de Vries, Marieke")
    (['Marieke de Vries', 'Jan Bakker'], ['de Vries, Marieke'])
    """
    names: list[str] = []
    for part in _BETWEEN_NAMES.split(text):
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        whole = ", ".join(pieces)
        is_list = len(pieces) > 1 and all(_is_full(piece) for piece in pieces)
        if is_list and match_name(whole, trainers).trainer is None:
            names += pieces
        elif whole:
            names.append(whole)
    return names


def confirm_names(
    cells: Iterable[str | None],
    registered: Sequence[str],
    trainers: Sequence[Mapping[str, Any]],
    *,
    session: str,
    rows: Sequence[int] | None = None,
    file: str | None = None,
    column: str | None = None,
) -> list[Finding]:
    """What the names in a file say about the trainers registered with its session.

    ``cells`` are the cells of one column, ``rows`` their row numbers; ``registered`` the
    ids of the session's trainers; ``trainers`` the whole sheet. A name of a registered
    trainer gives nothing. One that is only alike, or unknown, is a warning to confirm. A
    trainer who is not registered with the session is an error when the file confirms
    nobody who is (the wrong session, or the register is wrong), else a warning.

    >>> people = [{"id": "T1", "name": "Marieke de Vries"}, {"id": "T2", "name": "Jan Bakker"}]
    >>> confirm_names(["M. de Vries", None], ["T1"], people, session="S1")
    []
    >>> [found.code for found in confirm_names(["Jan Bakker"], ["T1"], people, session="S1")]
    ['register.other_trainer']
    """
    known = by_id(trainers)
    present = [known[fold_id(id)] for id in registered if fold_id(id) in known]
    written = _written(cells, rows, trainers)
    judged = {name: _judge(name, present, trainers) for name in written}
    confirmed = any(code is None for code, _ in judged.values())
    found = []
    for name, (code, candidates) in judged.items():
        if code is None:
            continue
        lines = [line for line in written[name] if line is not None]
        details = {
            "session": session,
            "candidates": ", ".join(_introduced(known[fold_id(id)]) for id in candidates) or "-",
            "registered": ", ".join(_introduced(row) for row in present) or "-",
        }
        wrong = code == "register.other_trainer" and not confirmed
        found.append(
            Finding(
                code,
                Level.ERROR if wrong else Level.WARNING,
                file=file,
                row=min(lines, default=None),
                column=column,
                value=name,
                count=len(written[name]),
                details=details,
            )
        )
    return sorted(found, key=lambda one: not one.is_error)


def _judge(
    name: str, present: Sequence[Mapping[str, Any]], trainers: Sequence[Mapping[str, Any]]
) -> tuple[str | None, tuple[str, ...]]:
    """The code of what is wrong with a name (None: it confirms), with the candidates to show."""
    if not present:
        return "register.no_trainers_registered", ()
    if match_name(name, present).trainer is not None:
        return None, ()
    anyone = match_name(name, trainers)
    if anyone.trainer is not None:
        return "register.other_trainer", anyone.candidates
    here = match_name(name, present)
    if here.candidates or anyone.candidates:
        return "register.name_alike", here.candidates or anyone.candidates
    return "register.name_unknown", ()


def _written(
    cells: Iterable[str | None], rows: Sequence[int] | None, trainers: Sequence[Mapping[str, Any]]
) -> dict[str, list[int | None]]:
    """Every name written in the cells, as first spelled, with the rows it stands in."""
    places: dict[str, list[int | None]] = {}
    for position, cell in enumerate(cells):
        if cell and cell.strip():
            places.setdefault(cell, []).append(rows[position] if rows is not None else None)
    found: dict[str, list[int | None]] = {}
    spelled: dict[str, str] = {}
    for cell, lines in places.items():
        for name in split_names(cell, trainers):
            found.setdefault(spelled.setdefault(name.casefold(), name), []).extend(lines)
    return found


def _introduced(row: Mapping[str, Any]) -> str:
    return f"{row['id']} ({row['name']})" if row.get("name") else str(row["id"])


@lru_cache(maxsize=10_000)
def _name(text: str) -> _Name:
    expanded = _APOSTROPHE_T.sub(" het ", _SHORT_PARTICLE.sub(" vd ", text))
    letters = unicodedata.normalize("NFKD", expanded)
    plain = "".join(char for char in letters if not unicodedata.combining(char)).casefold()
    tokens = [word for word in re.split(r"[\W_]+", plain) if word and word not in _TITLES]
    particles = tuple(word for word in tokens if word in _PARTICLES)
    rest = sorted(word for word in tokens if word not in _PARTICLES)
    words, initials = (word for word in rest if len(word) > 1), (word for word in rest if len(word) == 1)
    return _Name(tuple(words), tuple(initials), particles)


def _plain_text(name: _Name) -> str:
    return " ".join((*name.initials, *name.words))


def _is_full(text: str) -> bool:
    """Whether a text can be a whole name: a first name or initial and a surname."""
    return _name(text).size > 1


def _same(one: _Name, other: _Name) -> bool:
    """Whether two names can be pair by pair the same, an initial standing for a word.

    They share a whole word, every other word has its initial on the other side, no initials
    contradict each other (a second initial may be left out), and particles agree.
    """
    shared = Counter(one.words) & Counter(other.words)
    if not shared or not _same_particles(one.particles, other.particles):
        return False
    short_in_other = Counter(word[0] for word in (Counter(one.words) - shared).elements())
    short_in_one = Counter(word[0] for word in (Counter(other.words) - shared).elements())
    initials_one, initials_other = Counter(one.initials), Counter(other.initials)
    if not (short_in_one <= initials_one and short_in_other <= initials_other):
        return False
    left_one, left_other = initials_one - short_in_one, initials_other - short_in_other
    common = left_one & left_other
    if left_one - common and left_other - common:
        return False
    paired = shared + short_in_one + short_in_other + common
    return paired.total() > 1 or one.size == other.size == 1


def _same_particles(one: Sequence[str], other: Sequence[str]) -> bool:
    if not one or not other or tuple(one) == tuple(other):
        return True
    short, long = sorted((one, other), key=len)
    return tuple(short) == ("vd",) and long[0] == "van"
