"""Invented rows that show how the workbook is meant; reading a workbook skips them."""

from __future__ import annotations

from collections.abc import Callable
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
    session, mentor = f"{prefix}S1", f"{prefix}M1"
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
        **_agreed(lead, prefix, said),
        **_exchanged(lead, prefix, session, (school, college), said),
    }


def _agreed(lead: str, prefix: str, said: Callable[[str], str]) -> Records:
    """One round of the cycle: a goal, a finding with its source, a decision, an action."""
    goal, finding, decision = (f"{prefix}{letter}1" for letter in ("D", "BEV", "BES"))
    return {
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
        "findings": [
            {
                "id": finding,
                "partnership": lead,
                "cycle": "2025-2026",
                "goal": goal,
                "indicator": "TRN3",
                "kind": "concern",
                "what": said("finding"),
                "owner": said("owner"),
                "found_on": date(2026, 6, 10),
            }
        ],
        "sources": [
            {
                "finding": finding,
                "number": 1,
                "kind": "panel",
                "reference": said("panel"),
                "said": said("panel_said"),
                "on": date(2026, 5, 20),
            }
        ],
        "decisions": [
            {
                "id": decision,
                "partnership": lead,
                "findings": (finding,),
                "kind": "adapt",
                "what": said("decision"),
                "owner": said("owner"),
                "decided_on": date(2026, 6, 24),
            }
        ],
        "actions": [
            {
                "id": f"{prefix}A1",
                "partnership": lead,
                "decision": decision,
                "goal": goal,
                "what": said("action"),
                "owner": said("owner"),
                "agreed_on": date(2026, 6, 24),
                "starts_on": date(2026, 9, 1),
                "due": date(2027, 6, 30),
                "variant": "tandem",
                "indicator": "TRN3",
                "predicted_effect": 0.3,
                "status": "open",
            }
        ],
    }


def _exchanged(
    lead: str, prefix: str, session: str, trainers: tuple[str, str], said: Callable[[str], str]
) -> Records:
    """What came of it for others: a good practice, its reuse, and a reply to participants."""
    practice, action = f"{prefix}GP1", f"{prefix}A1"
    return {
        "practices": [
            {
                "id": practice,
                "partnership": lead,
                "title": said("practice"),
                "context": said("practice_context"),
                "what": said("action"),
                "indicator": "TRN3",
                "action": action,
                "trainers": trainers,
                "agreed": trainers,
                "status": "draft",
                "owner": said("owner"),
            }
        ],
        "reuses": [
            {"practice": practice, "partnership": lead, "on": date(2027, 9, 1), "owner": said("owner")}
        ],
        "replies": [
            {
                "id": f"{prefix}T1",
                "partnership": lead,
                "cycle": "2025-2026",
                "session": session,
                "finding": f"{prefix}BEV1",
                "said": said("reply_said"),
                "answer": "we_do",
                "what": said("reply_what"),
                "action": action,
            }
        ],
    }
