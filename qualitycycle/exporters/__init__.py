"""Data out, in the shape other tools give or take."""

from qualitycycle.exporters.examples import write_examples
from qualitycycle.exporters.ms_forms import LINK_CODE_HEADER, NOT_APPLICABLE_LABEL, write_ms_forms
from qualitycycle.exporters.region import EXPORTS, REGISTER, write_region

__all__ = [
    "EXPORTS",
    "LINK_CODE_HEADER",
    "NOT_APPLICABLE_LABEL",
    "REGISTER",
    "write_examples",
    "write_ms_forms",
    "write_region",
]
