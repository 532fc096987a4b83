"""The demo plan: three invented partnerships, two cycles, and a story for each.

DUIN gives many sessions with an institute trainer alone, and those are clearly worse on
the trainer items (and better at explaining what the programme expects). MEER has both
variants too, and there the differences are too small to matter. VELD evaluates few of its
sessions. Sizes and effects are chosen so that every seed tells the same story.
"""

from __future__ import annotations

from typing import Any

from qualitycycle.simulate.demo_cycle import GOALS, SURVEYS
from qualitycycle.simulate.plan import (
    Change,
    ItemPlan,
    PartnershipPlan,
    RegionPlan,
    RepeatPlan,
    TeamPlan,
    TrainerPlan,
)
from qualitycycle.vocabulary import Affiliation, SessionFormat, TrainingKind, Variant

SEED = 2030
"""The seed of the bundled examples. Chosen because no item without a true effect happens to differ."""

TANDEM, SCHOOL, INSTITUTE = Variant.TANDEM, Variant.SCHOOL_ONLY, Variant.INSTITUTE_ONLY

PARTNERSHIPS = (
    PartnershipPlan(
        "DUIN",
        boards=("DUIN-A", "DUIN-B"),
        institutes=("KUST",),
        attended=(9, 14),
        response=0.72,
        session_sd=0.45,
        trainer_sd=0.45,
        valid_years=5,
    ),
    PartnershipPlan(
        "MEER",
        boards=("MEER-A", "MEER-B"),
        institutes=("MEERWIJK",),
        attended=(14, 19),
        response=0.80,
        session_sd=0.15,
        trainer_sd=0.15,
        valid_years=5,
    ),
    PartnershipPlan(
        "VELD",
        boards=("VELD-A", "VELD-B"),
        institutes=("VELDHOF", "KUST"),
        attended=(13, 18),
        response=0.36,
        session_sd=0.45,
        trainer_sd=0.45,
    ),
)


def _school(partnership: str, number: int, **more: Any) -> TrainerPlan:
    board = f"{partnership}-{'AB'[number % 2]}"
    trained = partnership == "MEER"
    return TrainerPlan(
        f"{partnership}-S{number}",
        Affiliation.SCHOOL,
        board,
        "schoolopleider",
        train_the_trainer=trained,
        **more,
    )


def _institute(institute: str, number: int, **more: Any) -> TrainerPlan:
    return TrainerPlan(
        f"{institute}-I{number}", Affiliation.INSTITUTE, institute, "instituutsopleider", **more
    )


TRAINERS = (
    _school("DUIN", 1, coordinating=True),
    *(_school("DUIN", number) for number in range(2, 8)),
    _school("DUIN", 8, moves_to=(Affiliation.INSTITUTE, "KUST")),
    _institute("KUST", 1, coordinating=True),
    *(_institute("KUST", number) for number in range(2, 13)),
    _school("MEER", 1, coordinating=True),
    *(_school("MEER", number) for number in range(2, 10)),
    _institute("MEERWIJK", 1, coordinating=True),
    *(_institute("MEERWIJK", number) for number in range(2, 11)),
    *(_school("VELD", number) for number in range(1, 4)),
    *(_institute("VELDHOF", number) for number in range(1, 4)),
    TrainerPlan("EXTERN-1", Affiliation.EXTERNAL, "", "zelfstandig trainer"),
)

DUIN_TEAMS = (
    TeamPlan("DUIN", ("DUIN-S1", "KUST-I1"), (1, 1)),
    TeamPlan("DUIN", ("DUIN-S2", "KUST-I2"), (1, 1), shared_with=("VELD",)),
    TeamPlan("DUIN", ("DUIN-S3", "KUST-I3"), (0, 1)),
    TeamPlan("DUIN", ("DUIN-S4", "KUST-I4"), (1, 1)),
    TeamPlan("DUIN", ("DUIN-S5", "KUST-I5"), (1, 1), cancelled=(1, 0)),
    TeamPlan("DUIN", ("DUIN-S6", "KUST-I11"), (0, 1)),
    TeamPlan("DUIN", ("DUIN-S8", "KUST-I3"), (1, 0)),
    TeamPlan("DUIN", ("DUIN-S8",), (0, 1)),
    TeamPlan("DUIN", ("KUST-I1",), (1, 1)),
    TeamPlan("DUIN", ("KUST-I2",), (1, 1)),
    TeamPlan("DUIN", ("KUST-I6",), (1, 1)),
    TeamPlan("DUIN", ("KUST-I7",), (1, 1)),
    TeamPlan("DUIN", ("KUST-I8",), (1, 1)),
    TeamPlan("DUIN", ("KUST-I9",), (1, 1)),
    TeamPlan("DUIN", ("KUST-I10", "KUST-I12"), (0, 1)),
    TeamPlan("DUIN", ("DUIN-S6", "DUIN-S7"), (1, 1)),
    TeamPlan("DUIN", (), (0, 1), notes="Trainers niet doorgegeven."),
    TeamPlan("DUIN", ("DUIN-S1", "KUST-I6"), (0, 1), kind=TrainingKind.REFRESHER),
)

MEER_TEAMS = (
    TeamPlan("MEER", ("MEER-S1", "MEERWIJK-I1"), (1, 2)),
    TeamPlan("MEER", ("MEER-S2", "MEERWIJK-I2"), (1, 2)),
    TeamPlan("MEER", ("MEER-S3", "MEERWIJK-I3"), (1, 1)),
    TeamPlan("MEER", ("MEER-S4", "MEERWIJK-I4"), (1, 1)),
    TeamPlan("MEER", ("MEER-S5", "MEERWIJK-I5"), (0, 1)),
    TeamPlan("MEER", ("MEER-S6", "MEERWIJK-I5"), (0, 1), cancelled=(0, 1)),
    TeamPlan("MEER", ("MEER-S7", "MEERWIJK-I6"), (1, 1), shared_with=("DUIN",)),
    TeamPlan("MEER", ("MEERWIJK-I1",), (1, 2)),
    TeamPlan("MEER", ("MEERWIJK-I2",), (1, 2)),
    TeamPlan("MEER", ("MEERWIJK-I6",), (1, 1)),
    TeamPlan("MEER", ("MEERWIJK-I7",), (0, 1)),
    TeamPlan("MEER", ("MEERWIJK-I8",), (1, 1)),
    TeamPlan("MEER", ("MEERWIJK-I9", "MEERWIJK-I10"), (0, 1)),
    TeamPlan("MEER", ("MEER-S8", "MEER-S9"), (1, 1), evaluated=(0, 1)),
    TeamPlan("MEER", ("MEER-S9", "EXTERN-1"), (0, 1), notes="Ingehuurde trainer voor de oefendag."),
)

VELD_TEAMS = (
    TeamPlan("VELD", ("VELD-S1", "VELDHOF-I1"), (2, 2), evaluated=(1, 1)),
    TeamPlan("VELD", ("VELD-S2", "VELDHOF-I2"), (1, 2), evaluated=(0, 0)),
    TeamPlan("VELD", ("VELD-S3", "KUST-I4"), (1, 1), evaluated=(0, 0)),
    TeamPlan("VELD", ("VELDHOF-I1",), (1, 1), evaluated=(0, 0), format=SessionFormat.ONLINE),
    TeamPlan("VELD", ("VELDHOF-I3",), (1, 1), evaluated=(1, 0), cancelled=(0, 1)),
    TeamPlan("VELD", (), (1, 1), evaluated=(0, 1), declared_variant=Variant.TANDEM),
)

SATISFIED: dict[float, float] = {
    5: 0.2,
    5.5: 0.3,
    6: 0.8,
    6.5: 1.2,
    7: 9,
    7.5: 11,
    8: 44,
    8.5: 15,
    9: 16,
    9.5: 1.5,
    10: 1,
}
"""Mark for the trainers of a tandem: 8.1 on average."""

CONTENT: dict[float, float] = {5: 1, 5.5: 1, 6: 7, 6.5: 6, 7: 30, 7.5: 12, 8: 32, 8.5: 4, 9: 5, 9.5: 1, 10: 1}
COMPETENT: dict[float, float] = {1: 3, 2: 15, 3: 37, 4: 34, 5: 11}
"""Self-efficacy after the training."""

ITEMS = (
    ItemPlan("VRM1", {1: 2, 2: 8, 3: 20, 4: 45, 5: 25}, halo=0.4, own_sd=0.4),
    ItemPlan("VRM2", {1: 7, 2: 27, 3: 48, 4: 13, 5: 5}, halo=0.3, own_sd=1.3),
    ItemPlan("VRM3", {1: 1, 2: 4, 3: 14, 4: 49, 5: 32}, halo=0.3),
    ItemPlan("INH1", {1: 1, 2: 5, 3: 19, 4: 50, 5: 25}, halo=0.7, changes=(Change("VELD", None, 2025, 0.8),)),
    ItemPlan("INH2", {1: 6, 2: 24, 3: 42, 4: 28}, halo=0.3, own_sd=1.4),
    ItemPlan(
        "INH3",
        {1: 4, 2: 17, 3: 34, 4: 36, 5: 9},
        halo=0.4,
        not_applicable=0.04,
        effects={
            ("DUIN", INSTITUTE): 2.6,
            ("MEER", INSTITUTE): 0.3,
            ("VELD", INSTITUTE): 2.0,
            ("DUIN", SCHOOL): -0.5,
            ("MEER", SCHOOL): -0.5,
        },
        changes=(Change("MEER", None, 2025, 2.0),),
    ),
    ItemPlan(
        "TRN1",
        {1: 0.5, 2: 3, 3: 12, 4: 46, 5: 38.5},
        effects={("DUIN", INSTITUTE): -2.6, ("VELD", INSTITUTE): -1.5},
        changes=(Change("DUIN", INSTITUTE, 2025, 2.2),),
    ),
    ItemPlan("TRN2", {1: 1, 2: 3, 3: 15, 4: 48, 5: 33}, variants=(TANDEM,)),
    ItemPlan(
        "TRN3",
        SATISFIED,
        effects={("DUIN", INSTITUTE): -3.6, ("VELD", INSTITUTE): -2.0},
        changes=(Change("MEER", None, 2025, 0.0),),
    ),
    ItemPlan("ZEL1", COMPETENT, halo=0.9),
    ItemPlan("ZEL2", COMPETENT, halo=0.9),
    ItemPlan("ZEL3", {1: 5, 2: 20, 3: 38, 4: 28, 5: 9}, halo=0.9),
    ItemPlan("ZEL4", COMPETENT, halo=0.9),
    ItemPlan("ZEL5", {1: 1, 2: 4, 3: 18, 4: 47, 5: 30}, halo=0.5),
    ItemPlan("TRF1", {1: 8, 2: 36, 3: 40, 4: 16}, halo=0.3, own_sd=1.4),
    ItemPlan("TRF2", {1: 4, 2: 12, 3: 24, 4: 40, 5: 20}, halo=0.3, not_applicable=0.02),
    ItemPlan("ALG1", CONTENT, effects={("DUIN", INSTITUTE): -0.5}),
)

REPEAT = RepeatPlan(
    partnerships=("MEER",),
    gains={"INH3": 0.9, "ZEL1": 1.3, "ZEL2": 1.2, "ZEL3": 1.0, "ZEL4": 1.1, "ZEL5": 0.5, "TRF2": 0.0},
    kept=0.7,
    before=0.9,
    later=0.55,
    same_code=0.71,
    typo=0.06,
    applied=(ItemPlan("TRF3", {1: 8, 2: 34, 3: 42, 4: 16}, halo=0.4),),
    open_items=("OPN2",),
    choices={"BASIS": (0.72, 0.14, 0.08, 0.06)},
    cycles=(2025,),
)
"""Codes are given again as in a public set of course evaluations, where 59 % of the forms afterwards
find their form before, and 30 % of those before (of a course after which half as many answered)."""

DEMO = RegionPlan(
    cycles=(2024, 2025),
    partnerships=PARTNERSHIPS,
    trainers=TRAINERS,
    teams=DUIN_TEAMS + MEER_TEAMS + VELD_TEAMS,
    items=ITEMS,
    choices={"STAGE": (0.42, 0.56), "INSTITUTES": (0.62, 0.27, 0.09)},
    open_items=("OPN1",),
    responses=(5, 16),
    missing=0.015,
    person_sd=1.4,
    mentors=20,
    goals=GOALS,
    surveys=SURVEYS,
    repeat=REPEAT,
)
