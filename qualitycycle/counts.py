"""Counts: the one query layer between the stored answers and every analysis.

What comes out is internal: it is personal data until it has been through the gate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Unpack

from qualitycycle.querying import (
    FACTS,
    Choice,
    Filters,
    Sessions,
    Surveys,
    among,
    answers_to,
    chosen_filters,
    facts_table,
    fetched,
    opened,
    oriented,
    row,
)
from qualitycycle.vocabulary import AnswerState

if TYPE_CHECKING:
    import pandas as pd

    from qualitycycle.store.snapshot import Snapshot

__all__ = ["FACTS", "KEYS", "Filters", "counts", "flag_counts", "needed", "response_counts", "score_sums"]

KEYS = ["collection", "moment", "instrument", "item", "state", "score", "option"]

ROUNDING = 0.005
"""A share such as 0.67 in an instrument stands for two thirds: it is read as rounded to 0.01."""


def counts(
    snapshot: Snapshot,
    sessions: Sessions,
    surveys: Surveys = (),
    *,
    item: Choice = None,
    apart: bool = False,
    engine: str = "duckdb",
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """How often each answer was given, per collection.

    One row per collection, moment, instrument, item, state, score and option that occurs,
    with ``n`` (the sum of the weights) and the columns of ``FACTS``. Only answers that are
    visible in ``snapshot`` and belong to a registered session or survey count; ``apart`` also
    gives those to versions that are not to be added, see ``querying.answers_to``.
    """
    chosen = chosen_filters(filters)
    with opened(snapshot, engine) as tables:
        facts = facts_table(sessions, surveys, chosen)
        answers = answers_to(tables, item, facts, chosen, apart=apart)
        counted = answers.group_by(KEYS).agg(n=row().n.sum())
        return fetched(tables, counted, facts, KEYS, ["n"])


def response_counts(
    snapshot: Snapshot,
    sessions: Sessions,
    surveys: Surveys = (),
    *,
    engine: str = "duckdb",
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """How many forms came in, per collection, moment, instrument and ``completed``.

    ``n`` is the sum of the weights; with the columns of ``FACTS``.
    """
    keys = ["collection", "moment", "instrument", "completed"]
    chosen = chosen_filters(filters)
    with opened(snapshot, engine) as tables:
        responses = among(tables.responses, moment=chosen["moment"], instrument=chosen["instrument"])
        facts = facts_table(sessions, surveys, chosen)
        counted = responses.semi_join(facts, "collection").group_by(keys).agg(n=row().n.sum())
        return fetched(tables, counted, facts, keys, ["n"])


def flag_counts(
    snapshot: Snapshot,
    sessions: Sessions,
    surveys: Surveys = (),
    *,
    engine: str = "duckdb",
    **filters: Unpack[Filters],
) -> dict[str, dict[str, int]]:
    """Flag -> collection -> how many responses carry it (see ``checking.rules``)."""
    chosen = chosen_filters(filters)
    with opened(snapshot, engine) as tables:
        responses = among(tables.responses, moment=chosen["moment"], instrument=chosen["instrument"])
        flagged = responses.semi_join(facts_table(sessions, surveys, chosen), "collection")
        flags = flagged.select("collection", flag=flagged.flags.unnest())
        frame = tables.run(flags.group_by(["flag", "collection"]).agg(n=flags.count()))
    found: dict[str, dict[str, int]] = {}
    for flag, collection, n in sorted(zip(frame["flag"], frame["collection"], frame["n"], strict=True)):
        found.setdefault(str(flag), {})[str(collection)] = int(n)
    return found


def score_sums(
    snapshot: Snapshot,
    sessions: Sessions,
    surveys: Surveys = (),
    *,
    items: Sequence[str],
    min_answered: float,
    mirrored: Mapping[str, float] | None = None,
    engine: str = "duckdb",
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """The sufficient statistics of a declared score, per collection and moment.

    A response's score is the mean of the ``items`` it answered, when it answered at least
    the fraction ``min_answered`` of them. ``n`` is the number of such responses, ``total``
    the sum of their scores and ``total_sq`` the sum of the squared scores; so the mean is
    total / n and the sum of squares within is total_sq - total² / n. ``mirrored`` gives,
    for an item on which low is good, the lowest plus the highest score of its scale, from
    which its score is subtracted. Responses known only as counts per option have no score.
    """
    keys = ["collection", "moment"]
    chosen = chosen_filters(filters)
    with opened(snapshot, engine) as tables:
        facts = facts_table(sessions, surveys, chosen)
        answers = answers_to(tables, tuple(items), facts, chosen, jointly=True)
        answers = answers.filter(row().state == str(AnswerState.ANSWERED), row().score.notnull())
        answers = answers.mutate(score=oriented(mirrored or {}))
        forms = answers.group_by([*keys, "response_id"]).agg(
            value=row().score.mean(), given=row().score.count(), weight=row().n.max()
        )
        forms = forms.filter(
            row().given >= needed(len(items), min_answered), row().given <= len(items), row().weight == 1
        )
        summed = forms.group_by(keys).agg(
            n=row().value.count(), total=row().value.sum(), total_sq=(row().value * row().value).sum()
        )
        return fetched(tables, summed, facts, keys, ["n", "total", "total_sq"])


def needed(items: int, min_answered: float) -> int:
    """How many of so many items a response must have answered.

    >>> needed(4, 0.67), needed(3, 0.67), needed(4, 0.5), needed(5, 1.0)
    (3, 2, 2, 5)
    """
    return max(1, math.ceil(items * (min_answered - ROUNDING)))
