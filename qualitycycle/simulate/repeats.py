"""The same people before the training and months later: their forms, and their codes as they type them.

Who filled in a form afterwards is known; of the others it is drawn who they are. A person's
level on a question is the same at every moment but for the gain of the training, of which a part
is left later. People forget and mistype their code, so only some of the forms can be paired.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from qualitycycle.simulate.answers import draw_choice, draw_item, thresholds
from qualitycycle.simulate.invented import LETTERS, draw_link_code, draw_open_answer
from qualitycycle.simulate.people import Floats, person_effects
from qualitycycle.simulate.plan import Answer, ItemPlan, RegionPlan, RepeatPlan
from qualitycycle.simulate.schooldays import is_school_day
from qualitycycle.simulate.sessions import PlannedSession
from qualitycycle.simulate.values import Form, SessionForms
from qualitycycle.vocabulary import Moment, TrainingKind, variant_of

SIGNS = LETTERS + "0123456789"
CODE_LENGTH = 6
SUMMER = ((7, 8), (8, 31))
"""No forms are asked for between these days; they come in October instead."""


@dataclass(frozen=True)
class Group:
    """The people of a session: how they differ, their code, and what the training did to them.

    ``people`` are standard normal scores, those who answered afterwards first; ``codes`` are the
    codes of these (None: left blank). ``level`` is the effect of session and trainers.
    """

    people: Floats
    codes: Sequence[str | None]
    level: float


def is_repeated(plan: RegionPlan, session: PlannedSession) -> bool:
    """Whether people of a session are also asked before and later."""
    repeat = plan.repeat
    return (
        repeat is not None
        and session.evaluated
        and session.team.kind is TrainingKind.BASIC
        and session.team.partnership in repeat.partnerships
        and plan.cycles[session.cycle] in (repeat.cycles or plan.cycles)
    )


def draw_repeats(
    rng: np.random.Generator, plan: RegionPlan, session: PlannedSession, group: Group
) -> tuple[SessionForms, SessionForms]:
    """The forms of a session before the training and months after it.

    Everybody who registered may answer before, everybody who was present later.
    """
    repeat = plan.repeat
    assert repeat is not None
    strangers = rng.standard_normal(max(0, session.registered - len(group.people)))
    people = np.concatenate([group.people, strangers])
    codes = [*group.codes, *(draw_link_code(rng) for _ in range(len(people) - len(group.codes)))]
    before, later = (
        [i for i in range(n) if rng.random() < share]
        for n, share in ((session.registered, repeat.before), (session.attended, repeat.later))
    )
    first, last = session.dates[0], session.dates[-1]
    forms = (
        (Moment.PRE, before, first - timedelta(days=1), {id: -gain for id, gain in repeat.gains.items()}),
        (
            Moment.FOLLOW_UP,
            later,
            follow_up_day(rng, last),
            {id: -(1 - repeat.kept) * gain for id, gain in repeat.gains.items()},
        ),
    )
    found = []
    for moment, who, day, shifts in forms:
        answers = _answers(rng, plan, repeat, session, group, people[who], moment, shifts)
        filled = [
            Form(said, _typed(rng, codes[i], repeat), *_sent(rng, day))
            for i, said in zip(who, answers, strict=True)
        ]
        filled.sort(key=lambda form: form.submitted)
        found.append(SessionForms(session.id, moment, variant_of(session.affiliations), tuple(filled)))
    return found[0], found[1]


def follow_up_day(rng: np.random.Generator, last: date) -> date:
    """Three to four months after the last meeting; in October when that is in the summer.

    >>> follow_up_day(np.random.default_rng(1), date(2026, 4, 10)).month
    10
    """
    day = last + timedelta(days=int(rng.integers(92, 122)))
    if SUMMER[0] <= (day.month, day.day) <= SUMMER[1]:
        day = date(day.year, 10, int(rng.integers(1, 10)))
    while not is_school_day(day):
        day += timedelta(days=1)
    return day


def _answers(
    rng: np.random.Generator,
    plan: RegionPlan,
    repeat: RepeatPlan,
    session: PlannedSession,
    group: Group,
    people: Floats,
    moment: Moment,
    shifts: Mapping[str, float],
) -> list[dict[str, Answer]]:
    """What these people answer at a moment; the session and its trainers count only afterwards."""
    variant = variant_of(session.affiliations)
    after = moment is not Moment.PRE
    items = [item for item in plan.items if item.id in repeat.gains]
    columns: dict[str, Sequence[Answer]] = {}
    for item in (*items, *(repeat.applied if after else ())):
        effect = item.level(session.team.partnership, variant, plan.cycles[session.cycle])
        level = effect + item.halo * group.level if after else 0.0
        columns[item.id] = _column(rng, plan, item, people, level + shifts.get(item.id, 0.0))
    for id, weights in {**plan.choices, **({} if after else repeat.choices)}.items():
        columns[id] = draw_choice(rng, weights, len(people))
    if after:
        columns |= {id: [draw_open_answer(rng) for _ in people] for id in repeat.open_items}
    return [{id: column[i] for id, column in columns.items()} for i in range(len(people))]


def _column(
    rng: np.random.Generator, plan: RegionPlan, item: ItemPlan, people: Floats, shift: float
) -> list[Answer]:
    sd = item.halo * plan.person_sd
    eta = shift + person_effects(people, sd, plan.people) + rng.normal(0.0, item.own_sd)
    return draw_item(rng, item, eta=eta, cuts=thresholds(item.shares, sd, plan.people), missing=plan.missing)


def _typed(rng: np.random.Generator, code: str | None, repeat: RepeatPlan) -> str | None:
    """The code as somebody types it another time: the same, with a slip, or another one."""
    chance = rng.random()
    if code is None or chance > repeat.same_code + repeat.typo:
        return draw_link_code(rng)
    if chance < repeat.same_code:
        return code
    at = int(rng.integers(CODE_LENGTH))
    others = [sign for sign in SIGNS if sign != code[at].lower()]
    return code[:at] + others[int(rng.integers(len(others)))] + code[at + 1 :]


def _sent(rng: np.random.Generator, day: date) -> tuple[datetime, datetime]:
    """Opened in the evening, sent some minutes later."""
    started = datetime.combine(day, time(19, 0)) + timedelta(seconds=int(rng.integers(0, 7200)))
    return started, started + timedelta(seconds=int(rng.integers(120, 420)))


def repeated_sessions(plan: RegionPlan) -> Iterator[int]:
    """How many sessions of every team and cycle are also asked before and later."""
    repeat = plan.repeat
    for team in plan.teams if repeat is not None else ():
        for cycle, year in enumerate(plan.cycles):
            if (
                repeat is not None
                and team.kind is TrainingKind.BASIC
                and team.partnership in repeat.partnerships
                and year in (repeat.cycles or plan.cycles)
            ):
                yield team.evaluated_in(cycle)
