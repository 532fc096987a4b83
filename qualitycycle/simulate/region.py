"""The simulated region: who gave which session when, and what the mentors answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from qualitycycle.simulate.answers import draw_answers
from qualitycycle.simulate.demo import DEMO
from qualitycycle.simulate.invented import draw_link_code, draw_open_answer
from qualitycycle.simulate.plan import Answer, PartnershipPlan, RegionPlan
from qualitycycle.simulate.records import register_records
from qualitycycle.simulate.repeats import Group, draw_repeats, is_repeated
from qualitycycle.simulate.response import draw_people
from qualitycycle.simulate.schooldays import draw_submission
from qualitycycle.simulate.sessions import PlannedSession, plan_sessions
from qualitycycle.simulate.values import Form, SessionForms, SimulatedRegion
from qualitycycle.vocabulary import Moment, variant_of


def simulate_region(seed: int, plan: RegionPlan = DEMO) -> SimulatedRegion:
    """An invented region: its register, and one set of forms per evaluated session.

    The same seed and plan give the same region. Answers follow a cumulative-logit model
    with normal session, trainer and person effects (``answers``); a team counts as the
    mean of its trainers. What is true of the plan is in ``truth``.

    >>> region = simulate_region(1)
    >>> sorted(region.records)[:3], region.forms[0].moment.value
    (['active_periods', 'certificates', 'followed'], 'post')
    """
    people, calendar, effects, forms, again = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(5)
    )
    sessions = plan_sessions(calendar, plan)
    trainers = {trainer.id: (trainer.effect, float(effects.normal())) for trainer in plan.trainers}
    partnerships = {partnership.code: partnership for partnership in plan.partnerships}
    filled = [
        (session, *_fill_in(forms, effects, plan, partnerships[session.team.partnership], session, trainers))
        for session in sessions
        if session.evaluated
    ]
    return SimulatedRegion(
        seed=seed,
        records=register_records(people, plan, sessions),
        forms=tuple(handed_in for _, handed_in, _ in filled),
        repeats=tuple(
            forms
            for session, _, group in filled
            if is_repeated(plan, session)
            for forms in draw_repeats(again, plan, session, group)
        ),
    )


def _fill_in(
    rng: np.random.Generator,
    effects: np.random.Generator,
    plan: RegionPlan,
    partnership: PartnershipPlan,
    session: PlannedSession,
    trainers: Mapping[str, tuple[float | None, float]],
) -> tuple[SessionForms, Group]:
    """Who of the people present answered, and what; and who these people are."""
    variant = variant_of(session.affiliations)
    people, n = draw_people(rng, plan, partnership, variant, session.attended)
    team = [
        partnership.trainer_sd * drawn if known is None else known
        for known, drawn in (trainers[trainer] for trainer in session.team.trainers)
    ]
    of_session = partnership.session_sd * float(effects.normal())
    of_trainers = sum(team) / len(team) if team else partnership.trainer_sd * float(effects.normal())
    answers = draw_answers(
        rng,
        plan,
        partnership=partnership.code,
        variant=variant,
        year=plan.cycles[session.cycle],
        people=people,
        session_effect=of_session,
        trainer_effect=of_trainers,
    )
    filled = [_form(rng, plan, session.dates[-1], closed) for closed in answers[:n]]
    group = Group(people, [form.link_code for form in filled], of_session + of_trainers)
    filled.sort(key=lambda form: form.submitted)
    return SessionForms(session.id, Moment.POST, variant, tuple(filled), tuple(answers[n:])), group


def _form(rng: np.random.Generator, plan: RegionPlan, day: date, closed: Mapping[str, Answer]) -> Form:
    started, submitted = draw_submission(rng, day)
    texts = {item: draw_open_answer(rng) for item in plan.open_items}
    return Form({**closed, **texts}, draw_link_code(rng), started, submitted)
