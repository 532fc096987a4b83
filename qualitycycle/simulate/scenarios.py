"""Scenarios: what is true, as a change of the one region they share.

``null``                 who gives a training makes no difference; trainers and sessions differ
``tandem``               institute-only sessions score lower on the questions about the trainers
``dominant_trainer``     no effect of the variant; one poor trainer gives most institute-only sessions
``ceiling``              as ``tandem``, while nearly everybody ticks the top answer where they agree
``selective_response``   no effect; after institute-only sessions the discontented answer more
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from qualitycycle.simulate.base import base_region, in_turns
from qualitycycle.simulate.plan import ItemPlan, RegionPlan, TeamPlan
from qualitycycle.vocabulary import Variant

TRAINER_ITEMS = ("TRN1", "TRN3")
"""Asked of every variant and about the trainers."""

TANDEM_EFFECT = -2.0
"""What institute-only sessions lose on ``TRAINER_ITEMS``, in log-odds of one person."""

DOMINANT_TRAINER = "KUST-I1"
DOMINANT_EFFECT = -2.0
"""How much poorer the dominant trainer is than the average one, on every question."""

DOMINANT_TURNS = {"DUIN": (2, 1), "MEER": (2, 1), "VELD": (1, 2)}
"""The dominant trainer's institute-only sessions in even and odd cycles, of two per partnership."""

AGREEMENT_ITEMS = ("VRM1", "VRM3", "INH1", "INH3", "TRN1", "TRN2", "ZEL5", "TRF2")
"""The questions on the agreement scale."""

AT_THE_CEILING: dict[float, float] = {1: 0.5, 2: 1, 3: 3, 4: 15.5, 5: 80}

WILLINGNESS = -3.0
"""What the log-odds of answering lose per standard deviation of contentment, after such sessions."""


def null(region: RegionPlan) -> RegionPlan:
    """The shared region as it is."""
    return region


def tandem(region: RegionPlan) -> RegionPlan:
    """Institute-only sessions score lower on the questions about the trainers."""
    effects = {
        (partnership.code, Variant.INSTITUTE_ONLY): TANDEM_EFFECT for partnership in region.partnerships
    }
    return _with_items(region, TRAINER_ITEMS, lambda item: replace(item, effects=effects))


def dominant_trainer(region: RegionPlan) -> RegionPlan:
    """One trainer is poor and gives most institute-only sessions; their number stays the same."""
    trainers = tuple(
        replace(trainer, effect=DOMINANT_EFFECT) if trainer.id == DOMINANT_TRAINER else trainer
        for trainer in region.trainers
    )
    kept = (team for team in region.teams if region.variant(team, 0) is not Variant.INSTITUTE_ONLY)
    return replace(region, trainers=trainers, teams=(*kept, *_dominated(region)))


def ceiling(region: RegionPlan) -> RegionPlan:
    """The tandem effect, on agreement questions where most people tick the top answer."""
    return _with_items(tandem(region), AGREEMENT_ITEMS, lambda item: replace(item, shares=AT_THE_CEILING))


def selective_response(region: RegionPlan) -> RegionPlan:
    """After institute-only sessions the discontented answer more; there is no effect."""
    return replace(region, willingness={**region.willingness, Variant.INSTITUTE_ONLY: WILLINGNESS})


SCENARIOS: Mapping[str, Callable[[RegionPlan], RegionPlan]] = {
    "null": null,
    "tandem": tandem,
    "dominant_trainer": dominant_trainer,
    "ceiling": ceiling,
    "selective_response": selective_response,
}
"""Name -> function from the shared region to the scenario's; a new scenario is a new line."""


def scenario_plan(scenario: str, cycles: int = 2) -> RegionPlan:
    """The plan of a scenario (KeyError for an unknown name) over ``cycles`` school years.

    >>> scenario_plan("null") == base_region()
    True
    """
    return SCENARIOS[scenario](base_region(cycles))


def _with_items(
    region: RegionPlan, ids: tuple[str, ...], change: Callable[[ItemPlan], ItemPlan]
) -> RegionPlan:
    return replace(region, items=tuple(change(item) if item.id in ids else item for item in region.items))


def _dominated(region: RegionPlan) -> list[TeamPlan]:
    """Per partnership the dominant trainer's sessions; what is left stays with its own last trainer."""
    cycles, teams = len(region.cycles), []
    for code, (even, odd) in DOMINANT_TURNS.items():
        own = [
            team
            for team in region.teams
            if team.partnership == code and region.variant(team, 0) is Variant.INSTITUTE_ONLY
        ]
        teams += [
            TeamPlan(code, (DOMINANT_TRAINER,), in_turns(even, odd, cycles)),
            replace(own[-1], held=in_turns(len(own) - even, len(own) - odd, cycles)),
        ]
    return teams
