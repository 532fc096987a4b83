"""The measured effect of an action, honest about how the action was chosen."""

from qualitycycle.analysis.effect.model import Effect, effect_of
from qualitycycle.analysis.effect.outcome import ActionEffect, Cell
from qualitycycle.analysis.effect.verdict import EffectReason, EffectVerdict

__all__ = ["ActionEffect", "Cell", "Effect", "EffectReason", "EffectVerdict", "effect_of"]
