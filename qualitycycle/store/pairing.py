"""Which rows of a file are responses that are stored already, perhaps under another key?

A response that the survey tool did not number is known by its cells, and cells change
without anybody answering again: a column more, another program, another mapping. So rows
are compared by key first, and what is left by content.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Place = tuple[str, str]
"""A collection and a moment."""

Content = frozenset[tuple[str, str]]
"""What a response says: (item, answer)."""

TELLING = 3
"""So many rows that occur once here and once there are no coincidence."""

RICH = 6
"""With so many answers per response on average, equal rows are no coincidence either."""


class Seen(NamedTuple):
    """What identifies a response; ``import_id`` is empty for one that is not stored yet."""

    response_id: str
    row_hash: str
    collection: str
    moment: str
    import_id: str = ""
    instrument: str = ""

    @property
    def place(self) -> Place:
        """Where the response belongs."""
        return self.collection, self.moment


@dataclass(frozen=True)
class Comparison:
    """A file beside the store; ``new`` and ``changed`` are positions in the file.

    ``same`` gives the stored response of every row that is stored unchanged. ``missing``
    are the stored responses of the file's places that are not in the file. ``doubtful_new``
    and ``doubtful_missing`` are those of which nobody can tell whether they are the same
    people, answering anew or corrected, or others.
    """

    new: tuple[int, ...]
    changed: tuple[int, ...]
    same: Mapping[int, Seen]
    missing: tuple[Seen, ...]
    doubtful_new: tuple[int, ...] = ()
    doubtful_missing: tuple[Seen, ...] = ()


def compare(
    rows: Sequence[Seen],
    stored: Sequence[Seen],
    *,
    keyed: bool,
    given: Mapping[str, Content],
    answers_per_row: float,
) -> Comparison:
    """Compare ``rows`` of a file with the ``stored`` responses that are visible.

    ``keyed``: the survey tool numbered the responses. Then keys are trusted, unless the
    file and a place have no key in common and their contents are the same. ``given`` has
    what stored and new responses of such places say, on the items both have.
    """
    if not stored:
        return Comparison(tuple(range(len(rows))), (), {}, ())
    mine = {seen.response_id: seen for seen in stored}
    at = dict(enumerate(rows))
    found = {i: mine[row.response_id] for i, row in at.items() if row.response_id in mine}
    same = {i: seen for i, seen in found.items() if seen.row_hash == rows[i].row_hash}
    changed = tuple(i for i in found if i not in same)
    places, ids = {row.place for row in rows}, {row.response_id for row in rows}
    missing = [seen for seen in stored if seen.place in places and seen.response_id not in ids]
    new = [i for i, row in at.items() if row.response_id not in mine]
    apart = strange_places(rows, stored)
    left = _seen_by_place(missing)
    for place, positions in _by_place(new, rows).items():
        absent = left.get(place, [])
        pairs = _pairs(positions, rows, absent)
        whole = len(pairs) == len(positions) >= TELLING
        certain = answers_per_row >= RICH or len(pairs) == len(absent)
        if not keyed or (place in apart and whole and certain):
            same |= pairs
    partners = {seen.response_id for seen in same.values()}
    new = [i for i in new if i not in same]
    missing = [seen for seen in missing if seen.response_id not in partners]
    doubt = _alike(new, missing, rows, apart, given) if keyed else places
    doubtful = [i for i in new if rows[i].place in doubt]
    absent = [seen for seen in missing if seen.place in doubt]
    if not doubtful or not absent:
        doubtful, absent = [], []
    return Comparison(tuple(new), changed, same, tuple(missing), tuple(doubtful), tuple(absent))


def strange_places(rows: Iterable[Seen], stored: Iterable[Seen]) -> set[Place]:
    """The places of ``rows`` that have stored responses, none of which has a key of the file."""
    ids, places = {row.response_id for row in rows}, {row.place for row in rows}
    known: defaultdict[Place, set[str]] = defaultdict(set)
    for seen in stored:
        known[seen.place].add(seen.response_id)
    return {place for place in places & set(known) if not known[place] & ids}


def _by_place(positions: Iterable[int], rows: Sequence[Seen]) -> dict[Place, list[int]]:
    found: defaultdict[Place, list[int]] = defaultdict(list)
    for position in positions:
        found[rows[position].place].append(position)
    return found


def _seen_by_place(responses: Iterable[Seen]) -> dict[Place, list[Seen]]:
    found: defaultdict[Place, list[Seen]] = defaultdict(list)
    for seen in responses:
        found[seen.place].append(seen)
    return found


def _pairs(positions: Sequence[int], rows: Sequence[Seen], absent: Sequence[Seen]) -> dict[int, Seen]:
    """Rows and stored responses with the same content, each used once."""
    left: defaultdict[str, list[Seen]] = defaultdict(list)
    for seen in reversed(absent):
        left[seen.row_hash].append(seen)
    return {i: left[rows[i].row_hash].pop() for i in positions if left[rows[i].row_hash]}


def _alike(
    new: Sequence[int],
    missing: Sequence[Seen],
    rows: Sequence[Seen],
    apart: Iterable[Place],
    given: Mapping[str, Content],
) -> set[Place]:
    """The places whose stored responses say what the file's say, under other keys."""
    found = set()
    left = _seen_by_place(missing)
    for place, positions in _by_place(new, rows).items():
        if place not in apart:
            continue
        here = [given.get(rows[i].response_id, frozenset()) for i in positions]
        there = [given.get(seen.response_id, frozenset()) for seen in left.get(place, [])]
        if _same_people(here, there):
            found.add(place)
    return found


def _same_people(here: Sequence[Content], there: Sequence[Content]) -> bool:
    """Whether two lists of contents are too much alike for coincidence.

    Short answers repeat themselves: of those only two equal lists count.
    """
    ours, theirs = Counter(c for c in here if c), Counter(c for c in there if c)
    matches = (ours & theirs).total()
    if matches == len(here) == len(there):
        return matches >= TELLING
    telling = [c for c, n in ours.items() if n == 1 == theirs[c]]
    rich = sum(map(len, telling)) >= RICH * len(telling)
    return rich and len(telling) >= TELLING and 2 * matches >= len(here)
