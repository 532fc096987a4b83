"""Which questionnaire versions of a question share a trend: those without a broken bridge between."""

from __future__ import annotations

from collections.abc import Sequence

from qualitycycle.instrument import Instrument


def eras(instruments: Sequence[Instrument], item: str) -> dict[str, str]:
    """Version -> the version with which its trend of ``item`` began.

    ``instruments`` from old to new. A version begins a new trend where its bridge for the item is
    broken; without a bridge an item that keeps its id continues.
    """
    found: dict[str, str] = {}
    current = ""
    for instrument in instruments:
        bridges = [one for one in instrument.bridges if one.item == item]
        if any(one.kind == "broken" for one in bridges):
            current = instrument.id
        elif bridges:
            current = found.get(bridges[-1].since, current)
        found[instrument.id] = current
    return found
