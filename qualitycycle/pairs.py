"""Who answered what at which moments: forms of one person put together by link code.

A *pattern* is what one person said at each moment, absent where they did not; patterns are
counted per session, so that no person comes out. They are the sufficient statistic of every
analysis of change: pairs of categories, sums and cross products all follow from them.

Forms belong to one person when they carry the same code within one session. A code that
occurs twice at one moment of a session is *ambiguous*: nobody knows whose forms those are,
so they stay single and are counted as such. A form without a code is single too.

People mistype codes. With ``near`` two codes of one session that differ in one of their six
characters (they share one masked form) are one person too, when they have no moment in common
and neither could as well be taken for somebody else's; ``split`` takes such people apart again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from qualitycycle.counts import needed
from qualitycycle.querying import (
    Choice,
    Filters,
    Sessions,
    Tables,
    among,
    answers_to,
    chosen_filters,
    facts_table,
    fetched,
    opened,
    oriented,
    row,
)
from qualitycycle.vocabulary import AnswerState, Moment

if TYPE_CHECKING:
    import pandas as pd

    from qualitycycle.store.snapshot import Snapshot

MOMENTS = (Moment.PRE, Moment.POST, Moment.FOLLOW_UP, Moment.RETRO_PRE)
"""The moments at which mentors say something of themselves, each a column of a pattern."""

PATTERN = [str(moment) for moment in MOMENTS]

MASKS = 6
"""So many masked forms a whole code has; a shorter code is never taken for another one."""

BITS = {name: 1 << at for at, name in enumerate(PATTERN)}
"""Each moment as a bit, for sets of moments in a column."""


def form_patterns(
    snapshot: Snapshot,
    sessions: Sessions,
    *,
    near: bool = False,
    engine: str = "duckdb",
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """At which moments people filled in a form, per session.

    One row per collection, pattern, ``ambiguous`` and ``apart``, with ``n`` people (of ambiguous
    and other single forms: forms) and the columns of ``querying.FACTS``. A moment is 1 where a
    form was completed, else missing. ``near`` also pairs codes that differ in one character;
    ``apart`` then holds, of people with two codes, the moments (``BITS``) of one of the two,
    else 0.
    """
    chosen = chosen_filters(filters)
    with opened(snapshot, engine) as tables:
        facts = facts_table(sessions, (), chosen)
        forms = _people(tables, facts, chosen, near).mutate(value=1.0)
        return _counted(tables, forms, facts, ["collection"])


def item_patterns(
    snapshot: Snapshot,
    sessions: Sessions,
    *,
    items: Choice = None,
    near: bool = False,
    engine: str = "duckdb",
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Which score people gave an item at each moment, per session.

    One row per item, collection, pattern of scores (missing where somebody did not answer
    the item), ``ambiguous`` and ``apart``, with ``n`` and the columns of ``querying.FACTS``.
    """
    chosen = chosen_filters(filters)
    with opened(snapshot, engine) as tables:
        facts = facts_table(sessions, (), chosen)
        people = _people(tables, facts, chosen, near)
        answers = _answers(tables, items, facts, chosen)
        said = people.inner_join(answers, "response_id").mutate(value=row().score)
        return _counted(tables, said, facts, ["item", "collection"])


def score_patterns(
    snapshot: Snapshot,
    sessions: Sessions,
    *,
    items: Sequence[str],
    min_answered: float,
    mirrored: Mapping[str, float] | None = None,
    near: bool = False,
    engine: str = "duckdb",
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """As ``item_patterns`` for a declared score; see ``counts.score_sums`` for its parts."""
    chosen = chosen_filters(filters)
    with opened(snapshot, engine) as tables:
        facts = facts_table(sessions, (), chosen)
        answers = _answers(tables, tuple(items), facts, chosen, jointly=True)
        answers = answers.mutate(score=oriented(mirrored or {}))
        scores = answers.group_by("response_id").agg(value=row().score.mean(), given=row().score.count())
        enough = scores.filter(row().given >= needed(len(items), min_answered), row().given <= len(items))
        said = _people(tables, facts, chosen, near).inner_join(enough, "response_id")
        return _counted(tables, said, facts, ["collection"])


def _answers(
    tables: Tables,
    items: Choice,
    facts: Any,
    chosen: Mapping[str, tuple[str, ...] | None],
    jointly: bool = False,
) -> Any:
    """What was answered at the moments of a pattern."""
    moments = {**chosen, "moment": tuple(PATTERN)}
    answered = answers_to(tables, items, facts, moments, jointly=jointly)
    answered = among(answered, state=str(AnswerState.ANSWERED))
    return answered.filter(row().score.notnull()).select("response_id", "item", "score")


def split(patterns: pd.DataFrame) -> pd.DataFrame:
    """The patterns as they are without ``near``: people with two codes taken apart."""
    import pandas as pd

    merged = patterns["apart"] > 0
    parts = [patterns[~merged]]
    for first in (True, False):
        part = patterns[merged].copy()
        for name, bit in BITS.items():
            part.loc[((part["apart"] & bit) > 0) != first, name] = float("nan")
        parts.append(part[part[PATTERN].notna().any(axis=1)])
    whole = pd.concat(parts, ignore_index=True).assign(apart=0)
    keys = [name for name in whole.columns if name != "n"]
    summed = pd.DataFrame(whole.groupby(keys, dropna=False, sort=False)["n"].sum()).reset_index()
    order = list(patterns.columns[: patterns.columns.get_loc("n")])
    return summed.sort_values(order, na_position="first", ignore_index=True)[list(patterns.columns)]


def _people(tables: Tables, facts: Any, chosen: Mapping[str, tuple[str, ...] | None], near: bool) -> Any:
    """Every completed form with the person it belongs to: its code, else the form itself."""
    import ibis

    forms = among(tables.responses, moment=PATTERN, instrument=chosen["instrument"])
    forms = forms.filter(row().n == 1, row().completed).semi_join(facts, "collection")
    coded = forms.filter(row().link_code.notnull())
    times = coded.group_by(["collection", "link_code", "moment"]).agg(times=row().count())
    bit = ibis.cases(*((row().moment == name, value) for name, value in BITS.items()), else_=0)
    codes = (
        times.mutate(bit=bit)
        .group_by(["collection", "link_code"])
        .agg(twice=row().times.max() > 1, moments=row().bit.sum())
    )
    keys = ["collection", "link_code"]
    codes = codes.left_join(_near_codes(coded, codes), keys) if near else codes.mutate(other=ibis.null(str))
    known = forms.left_join(codes, keys)
    single = known.link_code.isnull() | known.twice
    second = known.other < known.link_code
    return known.select(
        "response_id",
        "collection",
        "moment",
        person=ibis.ifelse(single, known.response_id, ibis.ifelse(second, known.other, known.link_code)),
        ambiguous=known.twice.fill_null(False),
        apart=ibis.ifelse(second, known.moments, 0).fill_null(0),
    )


def _near_codes(coded: Any, codes: Any) -> Any:
    """Per collection and code the ``other`` code that is surely the same person's.

    Sure is who has one candidate and is that candidate's only one: a code of the session with
    one masked form in common and no moment. A code that occurs twice is a candidate and never sure.
    """
    keys = ["collection", "link_code"]
    whole = coded.filter(row().link_masks.length() == MASKS)
    masks = whole.select(*keys, mask=whole.link_masks.unnest()).distinct()
    other = masks.rename(other="link_code")
    shared = masks.inner_join(other, ["collection", "mask"]).filter(row().link_code != row().other)
    near = shared.group_by([*keys, "other"]).agg(shared=row().count()).filter(row().shared == 1)
    mine = codes.select(*keys, "twice", "moments")
    theirs = codes.select("collection", other="link_code", other_twice="twice", other_moments="moments")
    found = near.inner_join(mine, keys).inner_join(theirs, ["collection", "other"])
    found = found.filter((row().moments & row().other_moments) == 0)
    counts = found.group_by(keys).agg(candidates=row().count())
    others = counts.rename(other="link_code", other_candidates="candidates")
    found = found.inner_join(counts, keys).inner_join(others, ["collection", "other"])
    sure = (row().candidates == 1) & (row().other_candidates == 1)
    return found.filter(sure, ~row().twice, ~row().other_twice).select(*keys, "other")


def _counted(tables: Tables, said: Any, facts: Any, keys: Sequence[str]) -> pd.DataFrame:
    """One column per moment for every person, then the number of people per pattern."""
    values = {name: row().value.max(where=row().moment == name) for name in PATTERN}
    people = said.group_by([*keys, "person"]).agg(
        ambiguous=row().ambiguous.any(), apart=row().apart.max(), **values
    )
    names = [*keys, *PATTERN, "ambiguous", "apart"]
    counted = people.group_by(names).agg(n=row().count())
    return fetched(tables, counted, facts, names, ["n"])
