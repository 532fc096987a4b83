"""What was promised before there were answers, and what was changed of it since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qualitycycle.register.tables import PROMISES, fold_id
from qualitycycle.workspace.view import View


@dataclass(frozen=True)
class Promise:
    """A number that was promised ``first`` and the one that stands ``now``, and the columns of its
    goal or action that changed when the answers it is judged on were there."""

    first: float | None
    now: float | None
    changed: tuple[str, ...]


def promise_of(view: View, table: str, row: Mapping[str, Any], column: str) -> Promise:
    """What a goal or an action promised in a column, by the log of the register."""
    log = [
        one
        for one in view.records.get(PROMISES.name, ())
        if one["table"] == table and fold_id(one["id"]) == fold_id(row["id"])
    ]
    before = [float(one["old"]) for one in log if one["column"] == column]
    now = row.get(column)
    return Promise(before[0] if before else now, now, tuple(dict.fromkeys(one["column"] for one in log)))


def predicted_of(view: View, action: Mapping[str, Any]) -> Promise:
    """The effect that was predicted of an action."""
    return promise_of(view, "actions", action, "predicted_effect")
