"""From a raw export to responses and answers, with every problem found at once.

``plan_columns`` decides which column is which question, ``score_column`` turns cells
into the four states and scores, ``rules`` flags odd responses, and ``assemble`` makes
the tables the store keeps. Values in, values out: nothing here reads disk.
"""

from qualitycycle.checking.assemble import Checked, assemble
from qualitycycle.checking.coded import Scored
from qualitycycle.checking.columns import ColumnPlan, Export, ItemColumn, plan_columns
from qualitycycle.checking.option_counts import option_counts
from qualitycycle.checking.rules import RULES
from qualitycycle.checking.scoring import score_column

__all__ = [
    "RULES",
    "Checked",
    "ColumnPlan",
    "Export",
    "ItemColumn",
    "Scored",
    "assemble",
    "option_counts",
    "plan_columns",
    "score_column",
]
