"""Which decisions judge an action: what is done with it, not that somebody looks further."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qualitycycle.register.tables import fold_id
from qualitycycle.vocabulary import JUDGING


def judging(decisions: Iterable[Mapping[str, Any]], action: str) -> list[Mapping[str, Any]]:
    """The decisions that judge an action, as they stand; to look further is not to judge.

    >>> rows = [{"id": "B1", "action": "a1", "kind": "investigate"},
    ...         {"id": "B2", "action": "A1", "kind": "adopt"}]
    >>> [row["id"] for row in judging(rows, "A1")]
    ['B2']
    """
    wanted = fold_id(action)
    return [row for row in decisions if fold_id(row.get("action")) == wanted and row.get("kind") in JUDGING]
