"""The cycle in a report as plain values, for programs: the same objects, the same gate."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from qualitycycle.report.model import ReportInput
from qualitycycle.report.opens import still_open

PARTS = (
    "goals",
    "findings",
    "decisions",
    "actions",
    "effects",
    "practices",
    "replies",
    "proposals",
    "themes",
)


def as_data(report: ReportInput) -> dict[str, Any]:
    """Every object of the cycle, what is still open, and what earlier cycles led to it.

    Days are ISO text; a number that may not be shown is None. ``earlier`` is a list per kind of object;
    ``standing`` says that answers wait (see ``model.Standing``).
    """
    earlier: dict[str, list[Any]] = {}
    for one in report.earlier:
        earlier.setdefault(f"{type(one).__name__.lower()}s", []).append(_plain(asdict(one)))
    standing = {"standing": report.standing and _plain(asdict(report.standing))}
    parts = {name: [_plain(asdict(one)) for one in getattr(report, name)] for name in PARTS}
    return {**parts, "open": [asdict(one) for one in still_open(report)], "earlier": earlier, **standing}


def _plain(value: Any) -> Any:
    """The value with its days as text and its tuples as lists."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
