"""An item or score by its name, as the measure that analyses take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualitycycle.analysis.measure import Measure
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import Moment

if TYPE_CHECKING:
    from qualitycycle.config import Config


def measure_named(config: Config, name: str) -> tuple[Measure, str]:
    """An item or score as a measure, and the moment it is asked at: after a training where it is.

    Raises UsageProblem for a question that has no scores; ``name`` exists.
    """
    instrument, scale = config.instrument_of(name), config.scale_of(name)
    if not scale.is_scored:
        raise UsageProblem(Finding("workspace.not_scored", value=name))
    if name in instrument.scores:
        items = [instrument.item(id) for id in instrument.scores[name].items]
        measure = Measure(name, scale, kind="score")
    else:
        items = [instrument.item(name)]
        measure = Measure(name, scale, items[0].direction)
    asked = [moment for moment in (Moment.POST, *Moment) if all(moment in one.moments for one in items)]
    return measure, str(asked[0] if asked else Moment.POST)
