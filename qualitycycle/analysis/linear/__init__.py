"""Linear mixed models for scores, on sums, that hold up with few sessions and trainers."""

from qualitycycle.analysis.linear.model import LinearModel, lmm
from qualitycycle.analysis.linear.small_sample import Contrast

__all__ = ["Contrast", "LinearModel", "lmm"]
