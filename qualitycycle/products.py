"""Sums and cross products of the items of a score: what reliability and agreement are made of.

What comes out is internal: it is personal data until it has been through the gate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any, Unpack

from qualitycycle.analysis.reliability import CrossProducts
from qualitycycle.querying import (
    Filters,
    Sessions,
    Surveys,
    answers_to,
    chosen_filters,
    facts_table,
    opened,
    oriented,
    row,
)
from qualitycycle.vocabulary import AnswerState

if TYPE_CHECKING:
    from qualitycycle.store.snapshot import Snapshot


def score_products(
    snapshot: Snapshot,
    sessions: Sessions,
    surveys: Surveys = (),
    *,
    items: Sequence[str],
    mirrored: Mapping[str, float] | None = None,
    engine: str = "duckdb",
    **filters: Unpack[Filters],
) -> dict[str, CrossProducts]:
    """Collection -> the cross products of the ``items``, over responses that answered them all.

    The forms are put together and multiplied where they are stored; a row per collection
    comes out. ``mirrored`` and the filters are those of ``counts.score_sums``. Responses known
    only as counts per option have no cross products.
    """
    chosen = chosen_filters(filters)
    names = [f"item_{i}" for i in range(len(items))]
    pairs = list(combinations_with_replacement(range(len(items)), 2))
    with opened(snapshot, engine) as tables:
        facts = facts_table(sessions, surveys, chosen)
        answers = answers_to(tables, tuple(items), facts, chosen, jointly=True)
        answers = answers.filter(row().state == str(AnswerState.ANSWERED), row().score.notnull())
        answers = answers.mutate(score=oriented(mirrored or {}))
        values = {
            name: row().score.max(where=row().item == item) for name, item in zip(names, items, strict=True)
        }
        forms = answers.group_by(["collection", "moment", "response_id"]).agg(
            given=row().score.count(), weight=row().n.max(), **values
        )
        forms = forms.filter(
            row().given == len(items), row().weight == 1, *(row()[name].notnull() for name in names)
        )
        summed = forms.group_by("collection").agg(
            n=row().count(),
            **{name: row()[name].sum() for name in names},
            **{f"pair_{i}_{j}": (row()[names[i]] * row()[names[j]]).sum() for i, j in pairs},
        )
        found = tables.run(summed.order_by("collection"))
    return {str(one["collection"]): _products(items, one) for one in found.to_dict(orient="records")}


def _products(items: Sequence[str], summed: Mapping[Any, Any]) -> CrossProducts:
    places = range(len(items))
    return CrossProducts(
        tuple(items),
        int(summed["n"]),
        tuple(float(summed[f"item_{i}"]) for i in places),
        tuple(tuple(float(summed[f"pair_{min(i, j)}_{max(i, j)}"]) for j in places) for i in places),
    )
