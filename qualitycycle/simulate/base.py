"""The region that every scenario shares: who gives what, how many come, what is asked.

Per two cycles 30 tandem sessions by 12 teams, 12 institute-only sessions by 6 trainers (half
of them also in a tandem) and 6 school-only sessions by 3 pairs, in three invented
partnerships. Trainers and sessions differ by about 0.4 log-odds; nothing else does.
"""

from __future__ import annotations

from dataclasses import replace

from qualitycycle.simulate.demo import DEMO, ITEMS, REPEAT
from qualitycycle.simulate.plan import PartnershipPlan, RegionPlan, TeamPlan, TrainerPlan
from qualitycycle.vocabulary import ARMS, Affiliation

LAST_YEAR = 2025
"""The first year of the last cycle: the demo's."""

MOST_CYCLES = 8

TEAM_SD = 0.5
"""Of sessions and of trainers, in log-odds of one person; 0.4 when people are averaged."""

INSTITUTES = {"DUIN": ("KUST",), "MEER": ("MEERWIJK",), "VELD": ("VELDHOF", "KUST")}

SCHOOL_TRAINERS, INSTITUTE_TRAINERS = range(1, 7), range(1, 6)
TANDEM_TURNS = ((1, 1), (1, 1), (2, 1), (1, 2))
"""Sessions in even and odd cycles of tandem 1 to 4; tandem n is school trainer n with institute trainer n."""

ALONE = (1, 5)
"""The institute trainers who also give sessions alone; the last gives no other."""


def base_region(cycles: int = 2) -> RegionPlan:
    """The shared plan over the last ``cycles`` school years: no variant has any effect.

    >>> plan = base_region(1)
    >>> plan.cycles, sum(team.held[0] for team in plan.teams)
    ((2025,), 24)
    """
    return replace(
        DEMO,
        cycles=tuple(range(LAST_YEAR + 1 - cycles, LAST_YEAR + 1)),
        partnerships=tuple(_partnership(code) for code in INSTITUTES),
        trainers=tuple(trainer for code in INSTITUTES for trainer in _trainers(code)),
        teams=tuple(team for code in INSTITUTES for team in _teams(code, cycles)),
        items=tuple(replace(item, effects={}, changes=(), own_sd=0.15) for item in ITEMS),
        responses=(6, 20),
        goals=(),
        surveys=(),
        people="bridge",
        repeat=replace(REPEAT, cycles=()),
        willingness={arm: 0.0 for arm in ARMS},
    )


def in_turns(even: int, odd: int, cycles: int) -> tuple[int, ...]:
    """A number of sessions that alternates over the cycles.

    >>> in_turns(2, 1, 3)
    (2, 1, 2)
    """
    return tuple((even, odd)[cycle % 2] for cycle in range(cycles))


def _partnership(code: str) -> PartnershipPlan:
    return PartnershipPlan(
        code,
        boards=(f"{code}-A", f"{code}-B"),
        institutes=INSTITUTES[code],
        attended=(12, 26),
        response=0.6,
        session_sd=TEAM_SD,
        trainer_sd=TEAM_SD,
        valid_years=5,
    )


def _trainers(code: str) -> list[TrainerPlan]:
    institute = INSTITUTES[code][0]
    return [
        *(
            TrainerPlan(
                f"{code}-S{number}", Affiliation.SCHOOL, f"{code}-{'AB'[number % 2]}", "schoolopleider"
            )
            for number in SCHOOL_TRAINERS
        ),
        *(
            TrainerPlan(f"{institute}-I{number}", Affiliation.INSTITUTE, institute, "instituutsopleider")
            for number in INSTITUTE_TRAINERS
        ),
    ]


def _teams(code: str, cycles: int) -> list[TeamPlan]:
    institute = INSTITUTES[code][0]
    return [
        *(
            TeamPlan(code, (f"{code}-S{number}", f"{institute}-I{number}"), in_turns(*turns, cycles))
            for number, turns in enumerate(TANDEM_TURNS, 1)
        ),
        *(TeamPlan(code, (f"{institute}-I{number}",), in_turns(1, 1, cycles)) for number in ALONE),
        TeamPlan(code, (f"{code}-S5", f"{code}-S6"), in_turns(1, 1, cycles)),
    ]
