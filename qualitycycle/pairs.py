"""Who answered what at which moments: forms of one person put together by link code.

A *pattern* is what one person said at each moment, absent where they did not; patterns are
counted per session, so that no person comes out. They are the sufficient statistic of every
analysis of change: pairs of categories, sums and cross products all follow from them.

Forms belong to one person when they carry the same code within one session. A code that
occurs twice at one moment of a session is *ambiguous*: nobody knows whose forms those are,
so they stay single and are counted as such. A form without a code is single too.
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


def form_patterns(
    snapshot: Snapshot, sessions: Sessions, *, engine: str = "duckdb", **filters: Unpack[Filters]
) -> pd.DataFrame:
    """At which moments people filled in a form, per session.

    One row per collection, pattern and ``ambiguous``, with ``n`` people (of ambiguous and
    other single forms: forms) and the columns of ``querying.FACTS``. A moment is 1 where a
    form was completed, else missing.
    """
    chosen = chosen_filters(filters)
    with opened(snapshot, engine) as tables:
        facts = facts_table(sessions, (), chosen)
        forms = _people(tables, facts, chosen).mutate(value=1.0)
        return _counted(tables, forms, facts, ["collection"])


def item_patterns(
    snapshot: Snapshot,
    sessions: Sessions,
    *,
    items: Choice = None,
    engine: str = "duckdb",
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Which score people gave an item at each moment, per session.

    One row per item, collection, pattern of scores (missing where somebody did not answer
    the item) and ``ambiguous``, with ``n`` and the columns of ``querying.FACTS``.
    """
    chosen = chosen_filters(filters)
    with opened(snapshot, engine) as tables:
        facts = facts_table(sessions, (), chosen)
        people = _people(tables, facts, chosen)
        said = people.inner_join(_answers(tables, items), "response_id").mutate(value=row().score)
        return _counted(tables, said, facts, ["item", "collection"])


def score_patterns(
    snapshot: Snapshot,
    sessions: Sessions,
    *,
    items: Sequence[str],
    min_answered: float,
    mirrored: Mapping[str, float] | None = None,
    engine: str = "duckdb",
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """As ``item_patterns`` for a declared score; see ``counts.score_sums`` for its parts."""
    chosen = chosen_filters(filters)
    with opened(snapshot, engine) as tables:
        facts = facts_table(sessions, (), chosen)
        answers = _answers(tables, tuple(items)).mutate(score=oriented(mirrored or {}))
        scores = answers.group_by("response_id").agg(value=row().score.mean(), given=row().score.count())
        enough = scores.filter(row().given >= needed(len(items), min_answered), row().given <= len(items))
        said = _people(tables, facts, chosen).inner_join(enough, "response_id")
        return _counted(tables, said, facts, ["collection"])


def _answers(tables: Tables, items: Choice) -> Any:
    answered = among(tables.answers, item=items, state=str(AnswerState.ANSWERED))
    return answered.filter(row().score.notnull()).select("response_id", "item", "score")


def _people(tables: Tables, facts: Any, chosen: Mapping[str, tuple[str, ...] | None]) -> Any:
    """Every completed form with the person it belongs to: its code, else the form itself."""
    import ibis

    forms = among(tables.responses, moment=PATTERN, instrument=chosen["instrument"])
    forms = forms.filter(row().n == 1, row().completed).semi_join(facts, "collection")
    forms = forms.select("response_id", "collection", "moment", "link_code")
    coded = forms.filter(row().link_code.notnull())
    times = coded.group_by(["collection", "link_code", "moment"]).agg(times=row().count())
    codes = times.group_by(["collection", "link_code"]).agg(twice=row().times.max() > 1)
    known = forms.left_join(codes, ["collection", "link_code"])
    single = known.link_code.isnull() | known.twice
    return known.select(
        "response_id",
        "collection",
        "moment",
        person=ibis.ifelse(single, known.response_id, known.link_code),
        ambiguous=known.twice.fill_null(False),
    )


def _counted(tables: Tables, said: Any, facts: Any, keys: Sequence[str]) -> pd.DataFrame:
    """One column per moment for every person, then the number of people per pattern."""
    values = {name: row().value.max(where=row().moment == name) for name in PATTERN}
    people = said.group_by([*keys, "person"]).agg(ambiguous=row().ambiguous.any(), **values)
    names = [*keys, *PATTERN, "ambiguous"]
    counted = people.group_by(names).agg(n=row().count())
    return fetched(tables, counted, facts, names, ["n"])
