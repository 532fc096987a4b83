"""Responses that do not fit the session they are put with: its days, attendance, variant, codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from qualitycycle.checking.odd import Odd, Responses, Session
from qualitycycle.instrument import Item
from qualitycycle.vocabulary import AnswerState, Moment, Variant

KNOWN_VARIANTS = (Variant.TANDEM, Variant.SCHOOL_ONLY, Variant.INSTITUTE_ONLY)

AFTERWARDS = timedelta(days=60)
"""Until so long after the last meeting a form is about how it was, and from then on about later."""

PRESENT = (Moment.POST, Moment.RETRO_PRE, Moment.FOLLOW_UP)
"""The moments at which only those who attended can answer."""

NAMED = 3
"""So many sessions or questions are named."""


def is_asked(item: Item, variant: Variant | None) -> bool:
    """Whether an item is put to people of a session of this variant; who knows, of an unknown one."""
    return not item.variants or variant not in KNOWN_VARIANTS or variant in item.variants


def wrong_variant(responses: Responses) -> Odd:
    """Responses that answer an item for another variant of training, such as one about the tandem."""
    limited = [one for one in responses.answers if one.column.item.variants]
    wrong = np.zeros(responses.size, dtype=bool)
    questions: list[str] = []
    for one in limited:
        spared = {id for id, s in responses.sessions.items() if not is_asked(one.column.item, s.variant)}
        elsewhere = np.array([collection in spared for collection in responses.collections], dtype=bool)
        answered = one.scored.is_in(AnswerState.ANSWERED) & elsewhere
        wrong |= answered
        questions += [one.column.item.id] if answered.any() else []
    return Odd(np.flatnonzero(wrong).tolist(), {"questions": _named(questions)})


def other_partnership(responses: Responses) -> Odd:
    """Responses that answer a question which another partnership added for itself."""
    wrong = np.zeros(responses.size, dtype=bool)
    questions: list[str] = []
    for one in responses.answers:
        owner = responses.local.get(one.column.item.id)
        if owner is None:
            continue
        others = {id for id, session in responses.sessions.items() if session.lead not in (None, owner)}
        elsewhere = np.array([collection in others for collection in responses.collections], dtype=bool)
        answered = one.scored.is_in(AnswerState.ANSWERED) & elsewhere
        wrong |= answered
        questions += [one.column.item.id] if answered.any() else []
    return Odd(np.flatnonzero(wrong).tolist(), {"questions": _named(questions)})


def outside_dates(responses: Responses) -> Odd:
    """Responses sent in on a day that does not fit the session and the moment.

    Before: after the last meeting. Afterwards (and a look back): before the first meeting, or
    more than sixty days after the last. Later: within sixty days after the last meeting. What
    the register or the tool does not say is not judged. The sixty days are our own: forms come
    in within days, and the first follow-up is due after three months.
    """
    places = list(zip(responses.submitted, responses.moments, responses.collections, strict=True))
    wrong = {
        (day, moment, collection)
        for day, moment, collection in set(places)
        if day is not None
        and (session := responses.sessions.get(collection)) is not None
        and not fits(day, moment, session)
    }
    flagged = _among(places, wrong)
    return Odd(flagged, {"sessions": _named(responses.collections[at] for at in flagged)})


def fits(day: date, moment: Moment, session: Session) -> bool:
    """Whether a form of ``moment`` can have been sent in on ``day``.

    >>> session = Session(first=date(2025, 11, 4), last=date(2025, 12, 2))
    >>> fits(date(2025, 11, 5), Moment.POST, session), fits(date(2025, 11, 3), Moment.POST, session)
    (True, False)
    """
    if session.first is None or session.last is None:
        return True
    if moment is Moment.PRE:
        return day <= session.last
    if moment is Moment.FOLLOW_UP:
        return day >= session.last + AFTERWARDS
    return session.first <= day <= session.last + AFTERWARDS


def more_than_attended(responses: Responses) -> Odd:
    """Responses of a session and moment with more completed forms than people who attended.

    Forms that are stored already count. Which of them are too many nobody knows, so all of
    this file carry the flag. A form before the training may come from who stayed away.
    """
    places = list(zip(responses.collections, responses.moments, strict=True))
    counted: Counter[tuple[str, str]] = Counter()
    for (collection, moment, done), n in Counter(
        zip(responses.collections, responses.moments, responses.completed, strict=True)
    ).items():
        counted[collection, str(moment)] += n * done
    for stored in responses.others_stored():
        counted[stored.collection, stored.moment] += stored.completed
    full = {
        (collection, moment)
        for (collection, moment), n in counted.items()
        if moment in PRESENT
        and (session := responses.sessions.get(collection)) is not None
        and session.attended is not None
        and n > session.attended
    }
    flagged = _among(places, full)
    return Odd(flagged, {"sessions": _named(responses.collections[at] for at in flagged)})


def duplicate_codes(responses: Responses) -> Odd:
    """Responses whose link code another response of the same session and moment has too.

    Forms that are stored already count; they keep the flags they came with.
    """
    if not any(responses.codes):
        return Odd()
    places = list(zip(responses.collections, map(str, responses.moments), responses.codes, strict=True))
    often = Counter(place for place in places if place[2] is not None)
    often.update((one.collection, one.moment, one.link_code) for one in responses.others_stored())
    return Odd(_among(places, {place for place, n in often.items() if n > 1}))


def _among(places: Sequence[Hashable], wrong: Collection[Hashable]) -> list[int]:
    """At which positions the place is one of ``wrong``."""
    return [position for position, place in enumerate(places) if place in wrong] if wrong else []


def _named(names: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(names))
    more = len(distinct) - NAMED
    return ", ".join(distinct[:NAMED]) + (f" (+{more})" if more > 0 else "")
