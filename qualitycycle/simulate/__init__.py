"""An invented region from a seed: people, sessions, answers, and the truth behind them."""

from qualitycycle.simulate.demo import DEMO, SEED
from qualitycycle.simulate.plan import (
    NOT_APPLICABLE,
    Answer,
    ItemPlan,
    PartnershipPlan,
    RegionPlan,
    TeamPlan,
    TrainerPlan,
)
from qualitycycle.simulate.region import simulate_region
from qualitycycle.simulate.values import Form, SessionForms, SimulatedRegion, Truth

__all__ = [
    "DEMO",
    "NOT_APPLICABLE",
    "SEED",
    "Answer",
    "Form",
    "ItemPlan",
    "PartnershipPlan",
    "RegionPlan",
    "SessionForms",
    "SimulatedRegion",
    "TeamPlan",
    "TrainerPlan",
    "Truth",
    "simulate_region",
]
