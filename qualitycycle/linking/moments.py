"""At which moment a form was filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qualitycycle.findings import Finding
from qualitycycle.instrument import Instrument, Item
from qualitycycle.labels import normalise_label
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import Moment


def find_moments(
    items: Sequence[Item],
    instrument: Instrument,
    *,
    file: str,
    rows: Sequence[int],
    given: Moment | None = None,
    mapping: SurveyMapping | None = None,
    column: Sequence[Any] | None = None,
    header: str | None = None,
) -> tuple[list[Moment], list[Finding]]:
    """The moment of every row: the one given, the mapping's, a column's, or the only fit.

    Without any of these the moment is the only one at which all recognised items are
    asked; when several fit, the one whose set of items is exactly this one. Otherwise a
    finding lists the moments that are possible. ``header`` is what the column is called.
    """
    size = len(rows)
    if given is not None:
        return [given] * size, []
    if mapping is not None and mapping.moment is not None:
        return [mapping.moment] * size, []
    if column is not None:
        return _from_column(column, mapping.moments if mapping else {}, file, rows, header)
    fitting = fitting_moments(items, instrument)
    if len(fitting) == 1:
        return fitting * size, []
    possible = ", ".join(str(moment) for moment in fitting or Moment)
    return [], [Finding("linking.moment_unclear", file=file, details={"expected": possible})]


def fitting_moments(items: Sequence[Item], instrument: Instrument) -> list[Moment]:
    """The moments at which all of ``items`` are asked; an exact fit beats a wider one."""
    asked = {item.id for item in items if not item.background} or {item.id for item in items}
    wide, exact = [], []
    for moment in Moment:
        at_moment = {item.id for item in instrument.asked_at(moment)}
        required = {i.id for i in instrument.asked_at(moment) if not i.optional and not i.variants}
        if asked <= at_moment:
            wide.append(moment)
            if required and required <= asked:
                exact.append(moment)
    return exact if len(exact) == 1 else wide


def _from_column(
    column: Sequence[Any], named: Mapping[str, Moment], file: str, rows: Sequence[int], header: str | None
) -> tuple[list[Moment], list[Finding]]:
    known = {normalise_label(text): moment for text, moment in named.items()}
    known |= {str(moment): moment for moment in Moment}
    moments, findings = [], []
    for cell, row in zip(column, rows, strict=True):
        moment = known.get(normalise_label(str(cell if cell is not None else "")))
        if moment is None:
            findings.append(
                Finding(
                    "linking.unknown_moment",
                    file=file,
                    row=row,
                    column=header,
                    value=str(cell if cell is not None else ""),
                    details={"expected": ", ".join(known)},
                )
            )
        else:
            moments.append(moment)
    return moments, findings
