"""Cumulative link (mixed) models for ordered answers, on counts, named as R's ordinal names them."""

from qualitycycle.analysis.ordinal.model import OrdinalModel, clm, clmm

__all__ = ["OrdinalModel", "clm", "clmm"]
