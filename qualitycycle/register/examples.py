"""Invented rows that show how the workbook is meant; reading a workbook skips them."""

from __future__ import annotations

from datetime import date

from qualitycycle import wording
from qualitycycle.config import Organisations
from qualitycycle.register.tables import Records


def example_records(organisations: Organisations, language: str) -> Records:
    """One tandem session with everything that belongs to it, in the first partnership.

    Every id starts with ``register.example.prefix`` of the language: that is how reading
    knows what to skip.

    >>> region = Organisations(partnerships={"DUIN": {"name": "Duinrand"}})
    >>> [row["id"] for row in example_records(region, "nl")["trainers"]]
    ['voorbeeld-T1', 'voorbeeld-T2']
    """
    lead, partnership = next(iter(organisations.partnerships.items()))
    board = next(iter(partnership.boards), None)
    institute = next(iter(partnership.institutes), None)
    prefix = wording.text("register.example.prefix", language)

    def said(name: str) -> str:
        return wording.text(f"register.example.{name}", language)

    school, college = f"{prefix}T1", f"{prefix}T2"
    session, mentor, goal = f"{prefix}S1", f"{prefix}M1", f"{prefix}D1"
    return {
        "trainers": [
            {
                "id": school,
                "name": said("school_trainer"),
                "affiliation": "school",
                "board": board,
                "role": said("school_role"),
                "coordinating": True,
                "active_from": date(2022, 8, 1),
                "train_the_trainer_on": date(2023, 3, 15),
                "brlo": True,
                "brlo_until": date(2027, 6, 30),
            },
            {
                "id": college,
                "name": said("institute_trainer"),
                "affiliation": "institute",
                "institute": institute,
                "role": said("institute_role"),
                "coordinating": False,
                "brlo": False,
            },
        ],
        "sessions": [
            {
                "id": session,
                "training": said("training"),
                "kind": "basic",
                "lead": lead,
                "boards": partnership.boards,
                "format": "on_site",
                "contact_hours": 9.0,
                "invited": 20,
                "registered": 18,
                "attended": 16,
                "cancelled": False,
                "notes": said("notes"),
            }
        ],
        "session_trainers": [
            {"session": session, "trainer": school},
            {"session": session, "trainer": college, "affiliation": "institute"},
        ],
        "meetings": [
            {"session": session, "date": date(2025, 9, 10), "hours": 3.0},
            {"session": session, "date": date(2025, 10, 8), "hours": 3.0},
            {"session": session, "date": date(2025, 11, 12), "hours": 3.0},
        ],
        "surveys": [
            {
                "id": f"{prefix}E1",
                "partnership": lead,
                "cycle": "2025-2026",
                "title": said("survey"),
                "invited": 60,
            }
        ],
        "mentors": [
            {
                "id": mentor,
                "name": said("mentor"),
                "board": board,
                "school": said("school"),
                "stage": "novice",
                "mentoring": True,
            }
        ],
        "certificates": [
            {
                "id": f"{prefix}C1",
                "person": mentor,
                "kind": "certificate",
                "session": session,
                "issued_on": date(2025, 11, 12),
                "issuers": tuple(code for code in (board, institute) if code),
                "valid_until": date(2030, 11, 12),
            }
        ],
        "goals": [
            {
                "id": goal,
                "partnership": lead,
                "cycle": "2025-2026",
                "indicator": "TRN3",
                "norm": 4.0,
                "relevant_difference": 0.3,
                "owner": said("owner"),
                "guarantee": "W4",
                "agreed_on": date(2025, 6, 18),
                "text": said("goal"),
            }
        ],
        "actions": [
            {
                "id": f"{prefix}A1",
                "partnership": lead,
                "goal": goal,
                "what": said("action"),
                "owner": said("owner"),
                "due": date(2026, 1, 31),
                "sessions": (session,),
                "indicator": "TRN3",
                "predicted_effect": 0.3,
                "status": "open",
            }
        ],
    }
