"""How far sessions, trainers and teams differ, and how much of that is chance."""

from qualitycycle.analysis.spread.members import Of
from qualitycycle.analysis.spread.model import LeftOut, SpreadModel, fit_spread
from qualitycycle.analysis.spread.split import Split
from qualitycycle.analysis.spread.units import Spread, Unit, inside, spread

__all__ = ["LeftOut", "Of", "Split", "Spread", "SpreadModel", "Unit", "fit_spread", "inside", "spread"]
