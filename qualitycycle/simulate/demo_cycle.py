"""Goals and surveys of the demo plan: what was agreed before the data."""

from __future__ import annotations

from datetime import date
from typing import Any

from qualitycycle.vocabulary import Guarantee

_GOALS = (
    ("D-DUIN-2024-1", "2024-2025", "TRN3", 7.5, 0.5, "W4", "Mentoren geven de trainers minstens een 7,5."),
    (
        "D-DUIN-2024-2",
        "2024-2025",
        "TRN1",
        4.0,
        0.3,
        "W1",
        "Mentoren zien hun eigen klas terug in de training.",
    ),
    ("D-MEER-2024-1", "2024-2025", "TRN3", 7.5, 0.5, "W4", "Mentoren geven de trainers minstens een 7,5."),
    ("D-MEER-2024-2", "2024-2025", "INH3", 3.8, 0.3, "W3", "Mentoren weten wat de opleiding van hen vraagt."),
    (
        "D-VELD-2024-1",
        "2024-2025",
        "coverage",
        0.8,
        None,
        "W4",
        "Vier van de vijf trainingen zijn geëvalueerd.",
    ),
    ("D-VELD-2024-2", "2024-2025", "INH1", 4.0, 0.3, "W1", "De inhoud sluit aan bij wat mentoren al kunnen."),
    ("D-DUIN-2025-1", "2025-2026", "TRN3", 7.5, 0.5, "W4", "Mentoren geven de trainers minstens een 7,5."),
    (
        "D-DUIN-2025-2",
        "2025-2026",
        "TRN1",
        4.0,
        0.3,
        "W1",
        "Mentoren zien hun eigen klas terug in de training.",
    ),
    ("D-DUIN-2025-3", "2025-2026", "INH3", 3.8, 0.3, "W3", "Mentoren weten wat de opleiding van hen vraagt."),
    ("D-MEER-2025-1", "2025-2026", "TRN3", 7.5, 0.5, "W4", "Mentoren geven de trainers minstens een 7,5."),
    ("D-MEER-2025-2", "2025-2026", "INH3", 3.8, 0.3, "W3", "Mentoren weten wat de opleiding van hen vraagt."),
    (
        "D-VELD-2025-1",
        "2025-2026",
        "coverage",
        0.8,
        None,
        "W4",
        "Vier van de vijf trainingen zijn geëvalueerd.",
    ),
    ("D-VELD-2025-2", "2025-2026", "INH1", 4.0, 0.3, "W1", "De inhoud sluit aan bij wat mentoren al kunnen."),
)

GOALS: tuple[dict[str, Any], ...] = tuple(
    {
        "id": id,
        "partnership": id.split("-")[1],
        "cycle": cycle,
        "indicator": indicator,
        "norm": norm,
        "relevant_difference": relevant,
        "owner": f"programmaleider {id.split('-')[1]}",
        "guarantee": Guarantee(guarantee),
        "agreed_on": date(int(cycle[:4]), 7, 3),
        "text": text,
    }
    for id, cycle, indicator, norm, relevant, guarantee, text in _GOALS
)
"""Every goal was agreed in July, before its cycle."""

SURVEYS: tuple[dict[str, Any], ...] = (
    {
        "id": "startenquete",
        "partnership": None,
        "cycle": "2023-2024",
        "title": "Startenquête mentoren",
        "invited": None,
    },
)
