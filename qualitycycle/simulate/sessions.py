"""The sessions of a plan, with dates, attendance and the affiliations of the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from qualitycycle.simulate.plan import PartnershipPlan, RegionPlan, TeamPlan
from qualitycycle.simulate.schooldays import draw_meetings
from qualitycycle.vocabulary import Affiliation, SessionFormat, TrainingKind

FORMATS = (SessionFormat.ON_SITE, SessionFormat.BLENDED, SessionFormat.ONLINE)
FORMAT_SHARES = (0.7, 0.2, 0.1)


@dataclass(frozen=True)
class PlannedSession:
    """One session of a team; ``cycle`` is the position in the plan's cycles."""

    id: str
    cycle: int
    team: TeamPlan
    format: SessionFormat
    dates: tuple[date, ...]
    affiliations: tuple[Affiliation, ...]
    boards: tuple[str, ...]
    invited: int
    registered: int
    attended: int
    cancelled: bool
    evaluated: bool


def plan_sessions(rng: np.random.Generator, plan: RegionPlan) -> list[PlannedSession]:
    """Every session of the plan, numbered by date within partnership and cycle."""
    sessions: list[PlannedSession] = []
    for cycle, first_year in enumerate(plan.cycles):
        for partnership in plan.partnerships:
            drawn = list(_draw_sessions(rng, plan, partnership, cycle, first_year))
            drawn.sort(key=lambda session: session.dates)
            years = f"{first_year % 100:02d}{(first_year + 1) % 100:02d}"
            sessions += [
                replace(session, id=f"{partnership.code}-{years}-{number:02d}")
                for number, session in enumerate(drawn, 1)
            ]
    return sessions


def _draw_sessions(
    rng: np.random.Generator, plan: RegionPlan, partnership: PartnershipPlan, cycle: int, first_year: int
) -> Iterator[PlannedSession]:
    for team in plan.teams:
        if team.partnership != partnership.code:
            continue
        held, evaluated = team.held[cycle], team.evaluated_in(cycle)
        cancelled = team.cancelled[cycle] if team.cancelled else 0
        affiliations = tuple(trainer.place(cycle)[0] for trainer in plan.members(team))
        for number in range(held + cancelled):
            yield _draw_session(
                rng, partnership, team, cycle, first_year, affiliations, number < evaluated, number >= held
            )


def _draw_session(
    rng: np.random.Generator,
    partnership: PartnershipPlan,
    team: TeamPlan,
    cycle: int,
    first_year: int,
    affiliations: tuple[Affiliation, ...],
    evaluated: bool,
    cancelled: bool,
) -> PlannedSession:
    count = 1 if team.kind is TrainingKind.REFRESHER else int(rng.integers(3, 5))
    low, high = partnership.attended
    attended = int(rng.integers(low, high + 1))
    registered = attended + int(rng.integers(0, 4))
    boards = partnership.boards if rng.random() < 0.6 else (str(rng.choice(partnership.boards)),)
    return PlannedSession(
        id="",
        cycle=cycle,
        team=team,
        format=team.format or FORMATS[int(rng.choice(len(FORMATS), p=FORMAT_SHARES))],
        dates=draw_meetings(rng, first_year, count),
        affiliations=affiliations,
        boards=boards,
        invited=registered + int(rng.integers(2, 10)),
        registered=registered,
        attended=0 if cancelled else attended,
        cancelled=cancelled,
        evaluated=evaluated,
    )
