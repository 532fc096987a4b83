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
from qualitycycle.simulate.schooldays import draw_submission
from qualitycycle.simulate.sessions import PlannedSession, plan_sessions
from qualitycycle.simulate.values import Form, SessionForms, SimulatedRegion, Truth
from qualitycycle.vocabulary import Moment, variant_of


def simulate_region(seed: int, plan: RegionPlan = DEMO) -> SimulatedRegion:
    """An invented region: its register, one set of forms per evaluated session, and the truth.

    The same seed and plan give the same region. Answers follow a cumulative-logit model
    with normal session, trainer and person effects (``answers``); a team counts as the
    mean of its trainers.

    >>> region = simulate_region(1)
    >>> sorted(region.records)[:3], region.forms[0].moment.value
    (['actions', 'certificates', 'goals'], 'post')
    """
    people, calendar, effects, forms = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)
    )
    sessions = plan_sessions(calendar, plan)
    trainers = {trainer.id: float(effects.normal()) for trainer in plan.trainers}
    partnerships = {partnership.code: partnership for partnership in plan.partnerships}
    return SimulatedRegion(
        seed=seed,
        records=register_records(people, plan, sessions),
        forms=tuple(
            _fill_in(forms, effects, plan, partnerships[s.team.partnership], s, trainers)
            for s in sessions
            if s.evaluated
        ),
        truth=_truth(plan),
    )


def _fill_in(
    rng: np.random.Generator,
    effects: np.random.Generator,
    plan: RegionPlan,
    partnership: PartnershipPlan,
    session: PlannedSession,
    trainers: Mapping[str, float],
) -> SessionForms:
    """Who of the people present answered, and what."""
    low, high = plan.responses
    n = int(np.clip(rng.binomial(session.attended, partnership.response), low, min(high, session.attended)))
    team = [trainers[trainer] for trainer in session.team.trainers]
    variant = variant_of(session.affiliations)
    answers = draw_answers(
        rng,
        plan,
        partnership=partnership.code,
        variant=variant,
        n=n,
        session_effect=partnership.session_sd * float(effects.normal()),
        trainer_effect=partnership.trainer_sd * (sum(team) / len(team) if team else float(effects.normal())),
    )
    filled = [_form(rng, plan, session.dates[-1], closed) for closed in answers]
    filled.sort(key=lambda form: form.submitted)
    return SessionForms(session.id, Moment.POST, variant, tuple(filled))


def _form(rng: np.random.Generator, plan: RegionPlan, day: date, closed: Mapping[str, Answer]) -> Form:
    started, submitted = draw_submission(rng, day)
    texts = {item: draw_open_answer(rng) for item in plan.open_items}
    return Form({**closed, **texts}, draw_link_code(rng), started, submitted)


def _truth(plan: RegionPlan) -> Truth:
    effects = {
        (item.id, partnership, variant): effect
        for item in plan.items
        for (partnership, variant), effect in item.effects.items()
    }
    return Truth(
        effects=effects,
        session_sd={p.code: p.session_sd for p in plan.partnerships},
        trainer_sd={p.code: p.trainer_sd for p in plan.partnerships},
        person_sd=plan.person_sd,
    )
