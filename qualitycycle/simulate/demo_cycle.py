"""Goals, actions and surveys of the demo plan: what was agreed before the data."""

from __future__ import annotations

from datetime import date
from typing import Any

from qualitycycle.vocabulary import Guarantee, Variant

_GOALS = (
    ("D-DUIN-2024-1", "2024-2025", "TRN3", 7.5, 0.5, "W4", "Mentoren geven de trainers minstens een 7,5."),
    ("D-DUIN-2025-1", "2025-2026", "TRN3", 7.5, 0.5, "W4", "Mentoren geven de trainers minstens een 7,5."),
    ("D-DUIN-2025-2", "2025-2026", "INH3", 3.8, 0.3, "W3", "Mentoren weten wat de opleiding van hen vraagt."),
    ("D-MEER-2025-1", "2025-2026", "TRN3", 7.5, 0.5, "W4", "Mentoren geven de trainers minstens een 7,5."),
    ("D-MEER-2025-2", "2025-2026", "TRF2", 3.5, 0.3, "W3", "Mentoren krijgen op school tijd en steun."),
    (
        "D-VELD-2025-1",
        "2025-2026",
        "coverage",
        0.8,
        None,
        "W4",
        "Vier van de vijf trainingen zijn geëvalueerd.",
    ),
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

ACTIONS: tuple[dict[str, Any], ...] = (
    {
        "id": "A-DUIN-1",
        "partnership": "DUIN",
        "goal": "D-DUIN-2025-1",
        "what": "Instituutsopleiders gebruiken de gezamenlijke map met voorbeelden uit de klas.",
        "owner": "coördinator instituutsopleiders",
        "due": date(2026, 5, 29),
        "sessions": ("2025-2026", Variant.INSTITUTE_ONLY),
        "indicator": "TRN1",
        "predicted_effect": 0.3,
        "status": "open",
        "closed_on": None,
        "result": None,
    },
    {
        "id": "A-DUIN-2",
        "partnership": "DUIN",
        "goal": "D-DUIN-2025-2",
        "what": "De opleiding licht in elke tandem-training de beoordelingsformulieren toe.",
        "owner": "programmaleider DUIN",
        "due": date(2027, 3, 31),
        "sessions": ("2025-2026", Variant.TANDEM),
        "indicator": "INH3",
        "predicted_effect": 0.4,
        "status": "in_progress",
        "closed_on": None,
        "result": None,
    },
    {
        "id": "A-MEER-1",
        "partnership": "MEER",
        "goal": "D-MEER-2025-1",
        "what": "Alle trainers bereiden de training samen voor, ook wie alleen voor de groep staat.",
        "owner": "coördinerend schoolopleider",
        "due": date(2025, 12, 1),
        "sessions": (),
        "indicator": "TRN3",
        "predicted_effect": 0.2,
        "status": "done",
        "closed_on": date(2025, 11, 20),
        "result": "Twee voorbereidingsmiddagen gehouden; draaiboek vastgesteld.",
    },
    {
        "id": "A-MEER-2",
        "partnership": "MEER",
        "goal": "D-MEER-2025-2",
        "what": "Schoolleiders krijgen een pagina met wat een mentor aan tijd nodig heeft.",
        "owner": "programmaleider MEER",
        "due": date(2027, 2, 1),
        "sessions": (),
        "indicator": "TRF2",
        "predicted_effect": 0.2,
        "status": "open",
        "closed_on": None,
        "result": None,
    },
    {
        "id": "A-VELD-1",
        "partnership": "VELD",
        "goal": "D-VELD-2025-1",
        "what": "De laatste tien minuten van elke training zijn voor het formulier.",
        "owner": "programmaleider VELD",
        "due": date(2027, 6, 30),
        "sessions": (),
        "indicator": "coverage",
        "predicted_effect": 0.5,
        "status": "open",
        "closed_on": None,
        "result": None,
    },
)
"""``sessions`` of an action: cycle and variant; the simulator fills in the ids."""

SURVEYS: tuple[dict[str, Any], ...] = (
    {
        "id": "startenquete",
        "partnership": None,
        "cycle": "2023-2024",
        "title": "Startenquête mentoren",
        "invited": None,
    },
)
