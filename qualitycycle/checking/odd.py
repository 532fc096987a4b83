"""What a rule on odd responses looks at, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from qualitycycle.checking.coded import Coded
from qualitycycle.checking.export import ItemColumn
from qualitycycle.vocabulary import Moment, Variant


class Stored(NamedTuple):
    """A response that is in the store already."""

    response_id: str
    row_hash: str
    collection: str
    moment: str
    completed: bool
    link_code: str | None


@dataclass(frozen=True)
class Session:
    """What the register says of a session; None for what it does not say."""

    variant: Variant = Variant.UNKNOWN
    first: date | None = None
    last: date | None = None
    attended: int | None = None
    lead: str | None = None


@dataclass(frozen=True)
class Answered:
    """One item's answers."""

    column: ItemColumn
    scored: Coded


@dataclass(frozen=True)
class Responses:
    """The responses of a file. Every list has one entry per response, in the order of the file.

    ``seconds`` is None when the tool does not say how long people took. ``sessions`` holds what
    is known of the sessions among ``collections``, ``local`` whose the items of one partnership
    are, ``stored`` the responses of these collections
    that are in the store.
    """

    answers: Sequence[Answered]
    response_ids: Sequence[str]
    row_hashes: Sequence[str]
    collections: Sequence[str]
    moments: Sequence[Moment]
    submitted: Sequence[date | None]
    completed: Sequence[bool]
    codes: Sequence[str | None]
    seconds: Sequence[float | None] | None = None
    sessions: Mapping[str, Session] = field(default_factory=dict)
    local: Mapping[str, str] = field(default_factory=dict)
    stored: Sequence[Stored] = ()

    @property
    def size(self) -> int:
        """How many responses there are."""
        return len(self.response_ids)

    def others_stored(self) -> Iterator[Stored]:
        """The stored responses that are not also in this file, under their key or by content."""
        if not self.stored:
            return
        ids = set(self.response_ids)
        places = zip(self.collections, self.moments, self.row_hashes, strict=True)
        contents = {(collection, str(moment), row) for collection, moment, row in places}
        for one in self.stored:
            if one.response_id not in ids and (one.collection, one.moment, one.row_hash) not in contents:
                yield one


class Odd(NamedTuple):
    """The positions of the responses that a rule flags; ``details`` fill its sentence."""

    positions: Sequence[int] = ()
    details: Mapping[str, Any] = {}
