"""The register of a simulated region: plain rows per table, ready for a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from qualitycycle.simulate.invented import SCHOOLS, draw_names
from qualitycycle.simulate.plan import PartnershipPlan, RegionPlan, TrainerPlan, cycle_name
from qualitycycle.simulate.sessions import PlannedSession
from qualitycycle.vocabulary import Affiliation, TrainingKind

Row = dict[str, Any]

HOURS = 3.0
"""Contact hours of one meeting."""

TRAININGS = {
    TrainingKind.BASIC: "Basistraining mentoren",
    TrainingKind.REFRESHER: "Opfrismiddag mentoren",
    TrainingKind.DEEPENING: "Verdieping begeleidingsgesprekken",
    TrainingKind.TRAIN_THE_TRAINER: "Train-de-trainer",
}


def register_records(
    rng: np.random.Generator, plan: RegionPlan, sessions: Sequence[PlannedSession]
) -> dict[str, list[Row]]:
    """Every table of the register by name: a list of rows, columns as the register names them."""
    names = draw_names(rng, len(plan.trainers) + plan.mentors * len(plan.partnerships))
    mentors = _mentors(rng, plan, names[len(plan.trainers) :])
    apart = rng.spawn(1)[0]
    trainers = [_trainer(rng, plan, *pair) for pair in zip(plan.trainers, names, strict=False)]
    return {
        "trainers": trainers,
        "active_periods": [_period(trainers[0])],
        "requirements": [row for trainer in trainers for row in _requirements(apart, plan, trainer)],
        "sessions": [_session(plan, session) for session in sessions],
        "session_trainers": [
            {"session": session.id, "trainer": trainer, "affiliation": affiliation, "role": None}
            for session in sessions
            for trainer, affiliation in zip(session.team.trainers, session.affiliations, strict=True)
        ],
        "meetings": [
            {"session": session.id, "date": day, "hours": HOURS}
            for session in sessions
            for day in session.dates
        ],
        "surveys": [dict(survey) for survey in plan.surveys],
        "mentors": [mentor for partnership in mentors.values() for mentor in partnership],
        "certificates": _certificates(rng, plan, sessions, mentors),
        "followed": _followed(apart, plan, mentors),
        "goals": [dict(goal) for goal in plan.goals],
    }


def _trainer(rng: np.random.Generator, plan: RegionPlan, trainer: TrainerPlan, name: str) -> Row:
    """The trainer as known now: the affiliation of the last cycle."""
    affiliation, home = trainer.place(len(plan.cycles) - 1)
    trained = trainer.train_the_trainer and rng.random() < 0.8
    registered = bool(rng.random() < 0.4)
    start = int(rng.integers(2016, plan.cycles[0] + 1))
    return {
        "id": trainer.id,
        "name": name,
        "affiliation": affiliation,
        "board": home if affiliation is Affiliation.SCHOOL else None,
        "institute": home if affiliation is Affiliation.INSTITUTE else None,
        "role": trainer.role,
        "coordinating": trainer.coordinating,
        "active_from": date(start, 8, 1),
        "active_to": None,
        "train_the_trainer_on": date(start, 11, int(rng.integers(2, 28))) if trained else None,
        "brlo": registered,
        "brlo_until": date(int(rng.integers(2026, 2030)), 12, 31) if registered else None,
    }


def _period(trainer: Row) -> Row:
    """That a trainer began, said with its reason."""
    began = trainer["active_from"]
    return {"trainer": trainer["id"], "active_from": began, "active_to": None, "reason": "begonnen"}


def _requirements(rng: np.random.Generator, plan: RegionPlan, trainer: Row) -> list[Row]:
    """What was assessed of a trainer; for some it was written down without saying what shows it."""
    trained_on = trainer["train_the_trainer_on"]
    own: list[tuple[str, str, date]] = []
    if trained_on is not None and rng.random() < 0.7:
        own.append(("train_the_trainer", "passed", trained_on))
    elif trained_on is None and rng.random() < 0.5:
        state = "requested" if rng.random() < 0.8 else "asked_to_repeat"
        own.append(("train_the_trainer", state, date(plan.cycles[-1], 10, int(rng.integers(1, 29)))))
    if rng.random() < 0.8:
        day = trainer["active_from"].replace(month=9, day=int(rng.integers(1, 29)))
        own.append(("practice", "passed", day))
    return [
        {
            "trainer": trainer["id"],
            "requirement": requirement,
            "state": state,
            "on": day,
            "assessed_by": trainer["board"] or trainer["institute"],
            "evidence": "portfolio" if state == "passed" and rng.random() < 0.7 else None,
            "valid_until": None,
            "notes": None,
        }
        for requirement, state, day in own
    ]


def _followed(rng: np.random.Generator, plan: RegionPlan, mentors: Mapping[str, Sequence[Row]]) -> list[Row]:
    """A quarter of the mentors went to something after the basic training, some of it elsewhere."""
    rows = []
    for partnership in plan.partnerships:
        for mentor in mentors[partnership.code]:
            if rng.random() < 0.25:
                kind = TrainingKind.REFRESHER if rng.random() < 0.6 else TrainingKind.DEEPENING
                day = date(plan.cycles[-1], int(rng.integers(9, 13)), int(rng.integers(1, 29)))
                issuers = (partnership.institutes[0],) if rng.random() < 0.5 else ()
                own = {"person": mentor["id"], "kind": kind, "on": day, "session": None}
                rows.append({**own, "proof": bool(issuers), "issuers": issuers})
    return rows


def _session(plan: RegionPlan, session: PlannedSession) -> Row:
    team = session.team
    title = TRAININGS[team.kind]
    return {
        "id": session.id,
        "training": title,
        "kind": team.kind,
        "series": f"{title} {cycle_name(plan.cycles[session.cycle])}",
        "lead": team.partnership,
        "shared_with": team.shared_with,
        "boards": session.boards,
        "format": session.format,
        "contact_hours": HOURS * len(session.dates),
        "invited": session.invited,
        "registered": session.registered,
        "attended": None if session.cancelled else session.attended,
        "cancelled": session.cancelled,
        "declared_variant": team.declared_variant,
        "notes": team.notes or None,
    }


def _mentors(rng: np.random.Generator, plan: RegionPlan, names: Sequence[str]) -> dict[str, list[Row]]:
    """Mentors per partnership, spread over boards and schools."""
    mentors: dict[str, list[Row]] = {}
    for position, partnership in enumerate(plan.partnerships):
        own = names[position * plan.mentors : (position + 1) * plan.mentors]
        mentors[partnership.code] = [
            {
                "id": f"{partnership.code}-M{number:02d}",
                "name": name,
                "board": partnership.boards[number % len(partnership.boards)],
                "school": SCHOOLS[(8 * position + number % 8) % len(SCHOOLS)],
                "stage": "novice" if rng.random() < 0.4 else "experienced",
                "mentoring": bool(rng.random() < 0.8),
            }
            for number, name in enumerate(own, 1)
        ]
    return mentors


def _certificates(
    rng: np.random.Generator,
    plan: RegionPlan,
    sessions: Sequence[PlannedSession],
    mentors: Mapping[str, Sequence[Row]],
) -> list[Row]:
    """Half of the mentors trained in one of the sessions, some long ago, the others not."""
    rows: list[Row] = []
    for partnership in plan.partnerships:
        for mentor in mentors[partnership.code]:
            attended = [s for s in sessions if _could_attend(s, partnership, mentor)]
            chance = rng.random()
            if chance < 0.5 and attended:
                session = attended[int(rng.integers(len(attended)))]
                rows.append(_certificate(rng, partnership, mentor, session.dates[-1], session.id))
            elif chance < 0.65:
                issued = date(int(rng.integers(2019, 2022)), 11, int(rng.integers(2, 28)))
                rows.append(_certificate(rng, partnership, mentor, issued, None))
    return [{"id": f"C{number:03d}", **row} for number, row in enumerate(rows, 1)]


def _could_attend(session: PlannedSession, partnership: PartnershipPlan, mentor: Row) -> bool:
    return (
        session.team.partnership == partnership.code
        and session.team.kind is TrainingKind.BASIC
        and not session.cancelled
        and mentor["board"] in session.boards
    )


def _certificate(
    rng: np.random.Generator, partnership: PartnershipPlan, mentor: Row, issued: date, session: str | None
) -> Row:
    jointly = rng.random() < 0.6
    institute = partnership.institutes[0]
    proof = partnership.valid_years is None and rng.random() < 0.5
    return {
        "person": mentor["id"],
        "kind": "attendance_proof" if proof else "certificate",
        "session": session,
        "issued_on": issued,
        "issuers": (mentor["board"], institute) if jointly else (institute,),
        "valid_until": None
        if partnership.valid_years is None
        else issued.replace(year=issued.year + partnership.valid_years),
    }
