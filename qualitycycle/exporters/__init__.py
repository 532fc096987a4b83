"""Data out, in the shape other tools give or take."""

from qualitycycle.exporters.examples import write_examples
from qualitycycle.exporters.ms_forms import LINK_CODE_HEADER, NOT_APPLICABLE_LABEL, write_ms_forms

__all__ = ["LINK_CODE_HEADER", "NOT_APPLICABLE_LABEL", "write_examples", "write_ms_forms"]
