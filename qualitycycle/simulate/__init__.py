"""An invented region from a seed: people, sessions, answers, and the truth behind them."""

from qualitycycle.simulate.base import MOST_CYCLES
from qualitycycle.simulate.demo import DEMO, SEED
from qualitycycle.simulate.plan import (
    NOT_APPLICABLE,
    Answer,
    Change,
    ItemPlan,
    PartnershipPlan,
    RegionPlan,
    RepeatPlan,
    TeamPlan,
    TrainerPlan,
)
from qualitycycle.simulate.region import simulate_region
from qualitycycle.simulate.repeats import repeated_sessions
from qualitycycle.simulate.scenarios import SCENARIOS, scenario_plan
from qualitycycle.simulate.truth import ArmTruth, Difference, true_answers, truth_of
from qualitycycle.simulate.values import Form, SessionForms, SimulatedRegion

__all__ = [
    "DEMO",
    "MOST_CYCLES",
    "NOT_APPLICABLE",
    "SCENARIOS",
    "SEED",
    "Answer",
    "ArmTruth",
    "Change",
    "Difference",
    "Form",
    "ItemPlan",
    "PartnershipPlan",
    "RegionPlan",
    "RepeatPlan",
    "SessionForms",
    "SimulatedRegion",
    "TeamPlan",
    "TrainerPlan",
    "repeated_sessions",
    "scenario_plan",
    "simulate_region",
    "true_answers",
    "truth_of",
]
