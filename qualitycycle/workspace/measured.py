"""What a workspace measures, for the rules of the register that ask whether an indicator exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qualitycycle.register.subject import Measured
from qualitycycle.register.tables import Records, Row, fold_id

if TYPE_CHECKING:
    from qualitycycle.config import Config
    from qualitycycle.workspace.core import Workspace

SHARES = ("coverage", "response_rate", "basic", "further")
"""Indicators that come from the register and from who answered: shares between 0 and 1."""


def measured_in(workspace: Workspace) -> Measured:
    """The indicators of a workspace with the ends of their scales, and what has answers."""
    answered = frozenset(fold_id(id) for id in workspace.evaluations.collections())
    return Measured(indicator_ranges(workspace.config), answered)


def indicator_ranges(config: Config) -> dict[str, tuple[float, float] | None]:
    """Every item and score of every questionnaire, and the shares; the ends of what decides on it."""
    names = [*config.items, *(name for one in config.instruments.values() for name in one.scores)]
    return {
        **{name: _ends(config, name) for name in names},
        **{name: (0.0, 1.0) for name in SHARES},
    }


def spelled(records: Records, measured: Measured) -> Records:
    """The rows with every indicator as the questionnaire spells it: codes are compared without case."""
    known = {fold_id(name): name for name in measured.ranges}

    def one(row: dict[str, Any]) -> dict[str, Any]:
        said = row.get("indicator")
        values = {**row, "indicator": known.get(fold_id(said), said)} if said else row
        return row.having(values) if isinstance(row, Row) else values

    return {table: [one(row) for row in rows] for table, rows in records.items()}


def _ends(config: Config, name: str) -> tuple[float, float] | None:
    scale = config.scale_of(name)
    if not scale.is_scored:
        return None
    is_score = name in config.instrument_of(name).scores
    scores = scale.scores()
    return (scores[0], scores[-1]) if is_score or scale.decides_on == "mean" else (0.0, 1.0)
