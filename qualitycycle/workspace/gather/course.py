"""The key measures session by session: the charts of ``trend``, through its gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.trending import trend

CHARTS = 3
"""So many charts are shown at most; the indicators of goals and actions come before other measures."""


def course(about: About, key_measures: Iterable[str]) -> tuple[Mapping[str, Any], ...]:
    """The series of the primary measure, of the indicators agreed on, then of the other key measures."""
    chosen = [name for name in _in_order(about, key_measures) if about.is_measure(name)][:CHARTS]
    if not chosen:
        return ()
    found = trend(about.workspace, chosen, partnership=about.partnership)
    return tuple(found.payload["series"])


def _in_order(about: About, key_measures: Iterable[str]) -> list[str]:
    agreed = [
        str(row["indicator"])
        for table in ("goals", "actions")
        for row in about.view.records[table]
        if row["partnership"] == about.partnership and row["indicator"]
    ]
    primary = [about.instrument.primary] if about.instrument.primary else []
    return list(dict.fromkeys([*primary, *agreed, *key_measures]))
