"""What is true of a plan, worked out from the plan itself; nothing here is drawn.

Two differences per question and arm, both arm minus tandem, positive is better:

``true``   the same sessions, trainers and people, once as this arm and once as a tandem;
``seen``   what the answers of very many such regions show: each arm with its own trainers, and
           only the people who answered.

Where the two differ, counting answers misleads. Expectations over sessions, trainers and
people are taken by Gauss-Hermite quadrature of the model in ``answers`` and ``response``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qualitycycle.instrument import Instrument
from qualitycycle.simulate.answers import category_shares, thresholds
from qualitycycle.simulate.people import Floats, flattening, person_effects
from qualitycycle.simulate.plan import Change, ItemPlan, PartnershipPlan, RegionPlan, TeamPlan, cycle_name
from qualitycycle.simulate.response import chance, intercept
from qualitycycle.vocabulary import ARMS, TrainingKind, Variant

REFERENCE = Variant.TANDEM
NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Difference:
    """Arm minus tandem: in mean score (None where a scale has no mean), and in the shares of
    favourable and of top answers (fractions; None for a declared score)."""

    mean: float | None
    favourable: float | None
    top: float | None

    def as_json(self) -> dict[str, float | None]:
        """The keys of ``truth.json``."""
        return {
            "mean_difference": _rounded(self.mean),
            "favourable_difference": _rounded(self.favourable),
            "top_difference": _rounded(self.top),
        }


@dataclass(frozen=True)
class ArmTruth:
    """What is true of one question (or declared score) in one arm.

    ``log_odds`` is the effect for one person; ``odds_ratio`` (of a higher answer, sessions and
    trainers alike), ``session_sd`` and ``trainer_sd`` (log-odds) are those of people together,
    as a model without person effects estimates them. All four are None for a declared score.
    """

    item: str
    arm: Variant
    log_odds: float | None
    odds_ratio: float | None
    session_sd: float | None
    trainer_sd: float | None
    true: Difference
    seen: Difference

    def as_json(self) -> dict[str, Any]:
        """One entry of ``items`` in ``truth.json``."""
        return {
            "item": self.item,
            "arm": str(self.arm),
            "reference": str(REFERENCE),
            "log_odds": self.log_odds,
            "odds_ratio": _rounded(self.odds_ratio),
            **self.true.as_json(),
            "session_sd": _rounded(self.session_sd),
            "trainer_sd": _rounded(self.trainer_sd),
            "seen": self.seen.as_json(),
        }


@dataclass(frozen=True)
class Setting:
    """Sessions that are alike: ``year`` is the first since when actions work as they do there, ``known``
    the mean of the trainers' known effects, ``drawn`` the variance of the mean of the others, in
    units of one trainer's variance."""

    partnership: PartnershipPlan
    variant: Variant
    year: int
    known: float
    drawn: float


Sessions = Counter[Setting]


def sessions_of(plan: RegionPlan) -> Sessions:
    """How many evaluated basic sessions of each kind the plan has."""
    partnerships = {partnership.code: partnership for partnership in plan.partnerships}
    sessions: Sessions = Counter()
    for team, variant, cycle, n in _evaluated(plan):
        known = [trainer.effect for trainer in plan.members(team)]
        setting = Setting(
            partnerships[team.partnership],
            variant,
            plan.epoch(cycle),
            known=sum(effect or 0.0 for effect in known) / len(known),
            drawn=known.count(None) / len(known) ** 2,
        )
        sessions[setting] += n
    return +sessions


def true_answers(plan: RegionPlan, instrument: Instrument) -> list[ArmTruth]:
    """What is true per question, then per declared score, of every arm beside the tandem.

    >>> from qualitycycle.config import load_config, shipped
    >>> from qualitycycle.simulate.scenarios import scenario_plan
    >>> instrument = load_config(shipped("config").parent).instrument
    >>> truth = true_answers(scenario_plan("tandem"), instrument)
    >>> [(one.item, str(one.arm)) for one in truth if one.true.mean and one.true.mean < -0.2]
    [('TRN1', 'institute_only'), ('TRN3', 'institute_only')]
    """
    sessions = sessions_of(plan)
    arms = [arm for arm in ARMS if arm is not REFERENCE and any(s.variant is arm for s in sessions)]
    items = [
        _of_item(plan, item, arm, sessions, instrument)
        for item in plan.items
        if not item.variants
        for arm in arms
    ]
    scores = [
        _of_score(id, arm, [one for one in items if one.item in score.items and one.arm is arm])
        for id, score in instrument.scores.items()
        if {one.id for one in plan.items} >= set(score.items)
        for arm in arms
    ]
    return [*items, *scores]


def truth_of(plan: RegionPlan, instrument: Instrument) -> dict[str, Any]:
    """Everything that is true of a plan, as plain values: what ``truth.json`` says.

    ``cycles``           the school years
    ``reference``        the arm that the others stand beside
    ``sessions``         evaluated basic sessions per arm
    ``latent_sd``        standard deviations of one person's log-odds: ``sessions`` and ``trainers`` per
                         partnership, and ``people``
    ``items``            per question or score and arm: ``ArmTruth``
    ``known_trainers``   trainers with an effect of their own; the dominant trainer is one
    ``response``         per partnership and arm: who answers
    ``change``           whose people are also asked before and later, and what they gain and keep
    ``actions``          per question that an action changes: where, since which cycle and how much
    """
    sessions = sessions_of(plan)
    return {
        "cycles": [cycle_name(year) for year in plan.cycles],
        "reference": str(REFERENCE),
        "sessions": {str(arm): _only(sessions, arm).total() for arm in ARMS},
        "latent_sd": {
            "sessions": {one.code: one.session_sd for one in plan.partnerships},
            "trainers": {one.code: one.trainer_sd for one in plan.partnerships},
            "people": plan.person_sd,
        },
        "items": [one.as_json() for one in true_answers(plan, instrument)],
        "known_trainers": known_trainers(plan),
        "response": response_mechanism(plan),
        "change": change_mechanism(plan),
        "actions": effects_of_actions(plan, instrument),
    }


def effects_of_actions(plan: RegionPlan, instrument: Instrument) -> list[dict[str, Any]]:
    """What every action truly does: in log-odds of one person, and to the sessions it works in,
    beside the same sessions without it. An action that meets no evaluated session is left out."""
    sessions = sessions_of(plan)
    return [
        {
            "item": item.id,
            "partnership": change.partnership,
            "variant": None if change.variant is None else str(change.variant),
            "since": cycle_name(change.since),
            "log_odds": change.log_odds,
            **_read(_changed(plan, item, change, sessions), item, instrument).as_json(),
        }
        for item in plan.items
        for change in item.changes
        if _works(change, sessions)
    ]


def _works(change: Change, sessions: Sessions) -> Sessions:
    """The sessions in which an action works."""
    return Counter(
        {one: n for one, n in sessions.items() if change.holds(one.partnership.code, one.variant, one.year)}
    )


def _changed(plan: RegionPlan, item: ItemPlan, change: Change, sessions: Sessions) -> Floats:
    """What a change does to the share of each score, over the sessions in which it works."""
    without = replace(item, changes=tuple(one for one in item.changes if one is not change))
    works = _works(change, sessions)
    shares = [
        n
        * (
            _setting_shares(plan, item, one, one.variant, False)
            - _setting_shares(plan, without, one, one.variant, False)
        )
        for one, n in works.items()
    ]
    return np.asarray(np.sum(shares, axis=0) / works.total())


def change_mechanism(plan: RegionPlan) -> dict[str, Any] | None:
    """Who is asked before and months later, what they gain per question (log-odds of one person),
    the part that is left later, and how codes are given again; None when nobody is."""
    repeat = plan.repeat
    if repeat is None:
        return None
    return {
        "partnerships": list(repeat.partnerships),
        "cycles": [cycle_name(year) for year in repeat.cycles or plan.cycles],
        "log_odds": dict(repeat.gains),
        "kept": repeat.kept,
        "rate": {"pre": repeat.before, "follow_up": repeat.later},
        "codes": {"same": repeat.same_code, "one_character": repeat.typo},
    }


def response_mechanism(plan: RegionPlan) -> list[dict[str, Any]]:
    """Per partnership and arm: ``chance = logistic(intercept + willingness * person)``, and the
    ``rate`` of people who answer."""
    return [
        {
            "partnership": one.code,
            "arm": str(arm),
            "intercept": _rounded(intercept(one.response, willingness)),
            "willingness": willingness,
            "rate": _rounded(float(WEIGHTS @ chance(one.response, willingness, NODES))),
        }
        for one in plan.partnerships
        for arm, willingness in plan.willingness.items()
    ]


def known_trainers(plan: RegionPlan) -> list[dict[str, Any]]:
    """The trainers whose effect is no matter of chance, and how many of each arm's sessions they give."""
    return [
        {
            "trainer": trainer.id,
            "log_odds": trainer.effect,
            "sessions": {
                str(arm): [_given(plan, arm, trainer.id), _given(plan, arm)]
                for arm in ARMS
                if _given(plan, arm)
            },
        }
        for trainer in plan.trainers
        if trainer.effect is not None
    ]


def _given(plan: RegionPlan, arm: Variant, trainer: str | None = None) -> int:
    """Sessions of an arm: all, or those of one trainer."""
    return sum(
        n
        for team, variant, _, n in _evaluated(plan)
        if variant is arm and (trainer is None or trainer in team.trainers)
    )


def _evaluated(plan: RegionPlan) -> Iterator[tuple[TeamPlan, Variant, int, int]]:
    """Each known team, as what it gives in a cycle, the cycle, and its evaluated basic sessions."""
    for team in plan.teams:
        if team.kind is TrainingKind.BASIC and team.trainers:
            for cycle in range(len(plan.cycles)):
                yield team, plan.variant(team, cycle), cycle, team.evaluated_in(cycle)


def _of_item(
    plan: RegionPlan, item: ItemPlan, arm: Variant, sessions: Sessions, instrument: Instrument
) -> ArmTruth:
    arms = {variant: _only(sessions, variant) for variant in (arm, REFERENCE)}
    both = arms[arm] + arms[REFERENCE]
    true = _shares(plan, item, both, arm) - _shares(plan, item, both, REFERENCE)
    seen = _shares(plan, item, arms[arm], arm, True) - _shares(plan, item, arms[REFERENCE], REFERENCE, True)
    effect = _mean(arms[arm], lambda one: item.level(one.partnership.code, arm, one.year)) - _mean(
        arms[arm], lambda one: item.level(one.partnership.code, REFERENCE, one.year)
    )
    left = flattening(item.halo * plan.person_sd, plan.people)
    session = _mean(both, lambda one: (item.halo * one.partnership.session_sd) ** 2 + item.own_sd**2)
    trainer = _mean(both, lambda one: (item.halo * one.partnership.trainer_sd) ** 2)
    return ArmTruth(
        item.id,
        arm,
        log_odds=effect,
        odds_ratio=float(np.exp(effect * left)),
        session_sd=float(np.sqrt(session) * left),
        trainer_sd=float(np.sqrt(trainer) * left),
        true=_read(true, item, instrument),
        seen=_read(seen, item, instrument),
    )


def _of_score(id: str, arm: Variant, items: Sequence[ArmTruth]) -> ArmTruth:
    """A declared score is the mean of its items, and so are its differences."""
    true, seen = (
        Difference(float(np.mean([getattr(one, name).mean for one in items])), None, None)
        for name in ("true", "seen")
    )
    return ArmTruth(id, arm, None, None, None, None, true, seen)


def _shares(
    plan: RegionPlan, item: ItemPlan, sessions: Sessions, variant: Variant, answering: bool = False
) -> Floats:
    """The expected share of each score, every session counting once, given as ``variant``."""
    shares = [n * _setting_shares(plan, item, setting, variant, answering) for setting, n in sessions.items()]
    return np.asarray(np.sum(shares, axis=0) / sessions.total())


def _setting_shares(
    plan: RegionPlan, item: ItemPlan, setting: Setting, variant: Variant, answering: bool
) -> Floats:
    """The same in one kind of session; ``answering``: among the people who answer."""
    home = setting.partnership
    level = item.level(home.code, variant, setting.year) + item.halo * setting.known
    spread = np.hypot(
        item.halo * np.hypot(home.session_sd, home.trainer_sd * np.sqrt(setting.drawn)), item.own_sd
    )
    weights = WEIGHTS
    if answering and variant in plan.willingness:
        weights = weights * chance(home.response, plan.willingness[variant], NODES)
    person_sd = item.halo * plan.person_sd
    eta = level + person_effects(NODES, person_sd, plan.people)[:, None] + spread * NODES
    cuts = thresholds(item.shares, person_sd, plan.people)
    within = np.einsum("s,psk->pk", WEIGHTS, category_shares(cuts, eta))
    return np.asarray(weights @ within / weights.sum())


def _read(difference: Floats, item: ItemPlan, instrument: Instrument) -> Difference:
    """A difference in shares per score, read on the item's scale: positive is better."""
    scale = instrument.scale_of(item.id)
    scores = np.array(sorted(item.shares), dtype=float)
    low, high = scale.scores()[0], scale.scores()[-1]
    if instrument.item(item.id).direction == "lower":
        scores = low + high - scores
    favourable = np.array([scale.is_favourable(score) for score in scores])
    top = favourable if scale.kind == "balanced" else scores == high
    return Difference(
        mean=float(difference @ scores) if scale.uses_mean else None,
        favourable=float(difference[favourable].sum()),
        top=float(difference[top].sum()),
    )


def _only(sessions: Sessions, variant: Variant) -> Sessions:
    return Counter({setting: n for setting, n in sessions.items() if setting.variant is variant})


def _mean(sessions: Sessions, value: Callable[[Setting], float]) -> float:
    return sum(n * value(setting) for setting, n in sessions.items()) / sessions.total()


def _rounded(value: float | None) -> float | None:
    """Six decimals, and no minus before a zero."""
    return None if value is None else round(value, 6) + 0.0
