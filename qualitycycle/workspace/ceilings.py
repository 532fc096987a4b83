"""Items on which most people gave the best answer, so that the scale no longer tells good from better.

Whether an item is at its ceiling is settled per instrument version and cycle on all answers of
the region, arms taken together: every comparison in that cycle then uses the same measure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from qualitycycle import counts as query
from qualitycycle.analysis.measure import Measure, at_ceiling
from qualitycycle.vocabulary import AnswerState
from qualitycycle.workspace.view import View

if TYPE_CHECKING:
    Group = tuple[str, str, str]
    """An item, an instrument version and a cycle."""


def at_their_ceiling(
    view: View, answers: pd.DataFrame, measures: Iterable[Measure], *, moment: str, kind: str | None
) -> set[str]:
    """The items of which most ``answers`` come from a version and cycle at the ceiling.

    ``answers``: the counts of one scope, with columns item, instrument, cycle and n.
    """
    items = [measure for measure in measures if measure.has_top]
    groups = _groups(view, items, moment, kind)
    if not groups:
        return set()
    keys = zip(answers["item"], answers["instrument"], answers["cycle"], strict=True)
    full = pd.Series([key in groups for key in keys], index=answers.index)
    share = (answers["n"] * full).groupby(answers["item"]).sum() / answers.groupby("item")["n"].sum()
    return {str(item) for item, part in share.items() if part > 0.5}


def _groups(view: View, measures: Iterable[Measure], moment: str, kind: str | None) -> set[Group]:
    """Every version and cycle in which an item is at the ceiling, in the whole region; each item once."""
    known: dict[str, set[Group]] = view.memo.setdefault(("ceilings", moment, kind), {})
    new = {measure.id: measure for measure in measures if measure.id not in known}
    if new:
        frame = query.counts(view.snapshot, view.sessions, item=list(new), moment=moment, kind=kind)
        answered = frame[(frame["state"] == str(AnswerState.ANSWERED)) & frame["score"].notna()]
        known |= {id: set() for id in new}
        for keys, part in answered.groupby(["item", "instrument", "cycle"]):
            item, instrument, cycle = map(str, keys)
            if at_ceiling(part, new[item]):
                known[item].add((item, instrument, cycle))
    return {group for groups in known.values() for group in groups}
