"""Figures: results and report values in, plotly figures and their tables out.

Every figure carries its text alternative (``alt_text``) and has a companion table, so
that nothing is said by a picture or a colour alone. ``figure`` draws the result of an
analysis; the other functions draw the values the report is made of.
"""

from qualitycycle.figures.change import change_caption, change_figure, change_table
from qualitycycle.figures.coverage import coverage_figure, coverage_table
from qualitycycle.figures.differences import difference_caption, difference_figure, difference_table
from qualitycycle.figures.distribution import (
    distribution_caption,
    distribution_figure,
    distribution_groups,
    distribution_table,
)
from qualitycycle.figures.effect import effect_caption, effect_figure, effect_lines, effect_table
from qualitycycle.figures.legend import Key, keys, without_legend
from qualitycycle.figures.options import options_figure, options_table
from qualitycycle.figures.reliability import reliability_figure, reliability_table
from qualitycycle.figures.results import FIGURES, figure, figure_table
from qualitycycle.figures.spread import spread_caption, spread_figure, spread_table
from qualitycycle.figures.style import CONFIG, alt_text
from qualitycycle.figures.trend import trend_caption, trend_figure, trend_plot, trend_table

__all__ = [
    "CONFIG",
    "FIGURES",
    "Key",
    "alt_text",
    "change_caption",
    "change_figure",
    "change_table",
    "coverage_figure",
    "coverage_table",
    "difference_caption",
    "difference_figure",
    "difference_table",
    "distribution_caption",
    "distribution_figure",
    "distribution_groups",
    "distribution_table",
    "effect_caption",
    "effect_figure",
    "effect_lines",
    "effect_table",
    "figure",
    "figure_table",
    "keys",
    "options_figure",
    "options_table",
    "reliability_figure",
    "reliability_table",
    "spread_caption",
    "spread_figure",
    "spread_table",
    "trend_caption",
    "trend_figure",
    "trend_plot",
    "trend_table",
    "without_legend",
]
