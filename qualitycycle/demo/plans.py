"""What the invented partnerships say and want: everything in the demo that does not come from figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qualitycycle.vocabulary import Variant

FIRST_CYCLE, LAST_CYCLE = "2024-2025", "2025-2026"
TALKED, FOUND, DECIDED, AGREED = date(2025, 6, 17), date(2025, 6, 24), date(2025, 6, 26), date(2025, 7, 3)
"""The end of the first cycle: panels, findings, decisions, and what the next cycle begins with."""

STARTS, DUE = date(2025, 8, 25), date(2026, 6, 15)
LOOKED, AGREED_AGAIN = date(2026, 6, 23), date(2026, 7, 2)
"""The end of the second cycle: what the actions did, and what is agreed for the third."""

STARTS_AGAIN, DUE_AGAIN = date(2026, 8, 24), date(2027, 6, 15)


@dataclass(frozen=True)
class ActionPlan:
    """What a partnership does about a goal of the first cycle.

    ``panel`` is what mentors said; ``goal`` is the goal of the second cycle that the action serves,
    ``then`` what is agreed for the third cycle whatever the figures say.
    """

    found_on: str
    goal: str
    panel: str
    decision: str
    what: str
    owner: str
    predicted: float
    then: str = ""
    variant: Variant | None = None

    @property
    def partnership(self) -> str:
        """Whose plan it is, as its goal says."""
        return self.goal.split("-")[1]


ACTIONS = (
    ActionPlan(
        found_on="D-DUIN-2024-2",
        goal="D-DUIN-2025-2",
        panel="Het ging over de opleiding en weinig over onze eigen groep.",
        decision="Ook wie zonder schoolopleider traint, brengt voorbeelden uit de klas mee.",
        what="Instituutsopleiders gebruiken de gezamenlijke map met voorbeelden uit de klas.",
        owner="coördinator instituutsopleiders",
        predicted=0.5,
        then="De map wordt aangevuld met filmpjes, en we kijken nog een jaar.",
        variant=Variant.INSTITUTE_ONLY,
    ),
    ActionPlan(
        found_on="D-MEER-2024-2",
        goal="D-MEER-2025-2",
        panel="Pas bij de eindbeoordeling hoorden we wat de opleiding wilde zien.",
        decision="Elke training legt uit wat de opleiding van een mentor vraagt.",
        what="De opleiding licht in elke training de beoordelingsformulieren toe.",
        owner="programmaleider MEER",
        predicted=0.4,
    ),
    ActionPlan(
        found_on="D-MEER-2024-1",
        goal="D-MEER-2025-1",
        panel="Goede trainers; het verhaal sloot niet altijd op elkaar aan.",
        decision="Wij houden vast wat goed gaat en bereiden voortaan samen voor.",
        what="Alle trainers bereiden de training samen voor, ook wie alleen voor de groep staat.",
        owner="coördinerend schoolopleider",
        predicted=0.5,
    ),
    ActionPlan(
        found_on="D-VELD-2024-2",
        goal="D-VELD-2025-2",
        panel="Wie al jaren begeleidt, hoorde veel dat bekend was.",
        decision="De training begint bij wat mentoren al kunnen.",
        what="Trainers vragen vooraf welke gesprekken mentoren lastig vinden.",
        owner="programmaleider VELD",
        predicted=0.4,
        then="De laatste tien minuten van elke training zijn voor het formulier, zodat wij het kunnen zien.",
    ),
)
"""One action that truly works, one without any effect, and two of which the figures cannot tell."""

GOALS_LOOKED_AT = {
    FIRST_CYCLE: ("D-DUIN-2024-1", "D-VELD-2024-1"),
    LAST_CYCLE: ("D-DUIN-2025-1", "D-DUIN-2025-3", "D-VELD-2025-1"),
}
"""Goals that a finding is recorded of at the end of their cycle, beside those that actions serve."""

PRACTICE: Mapping[str, Any] = {
    "partnership": "MEER",
    "title": "De beoordelingsformulieren op tafel",
    "context": "Trainingen van drie of vier middagen, in een tandem of door de opleiding alleen.",
    "what": "Elke middag één formulier, één voorbeeld uit de klas, en wat de opleiding daarin zoekt.",
    "indicator": "INH3",
    "trainers": ("MEER-S1", "MEERWIJK-I1"),
    "owner": "programmaleider MEER",
}
"""The good practice behind the action of MEER, by two trainers who agree to share it."""

REUSED_BY = "VELD"

REPLIES = (
    ("D-DUIN-2025-2", "Meer voorbeelden uit de eigen klas.", "we_do", "DUIN-S1", "KUST-I1"),
    ("D-MEER-2025-2", "Eerder horen wat de opleiding vraagt.", "we_do", "MEER-S1", "MEERWIJK-I1"),
    ("D-VELD-2025-2", "Een aparte groep voor ervaren mentoren.", "not_now", "VELD-S1", "VELDHOF-I1"),
)
"""Goal whose action answers it, what participants said, the answer, and who signed for both halves."""

NOT_NOW = "Met dit aantal mentoren kan er nog geen tweede groep zijn; we bekijken het opnieuw in 2027."
