"""Small pieces that several sections share: key measures, outcomes, verdicts in their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import alt_text, numbers
from qualitycycle.report.document import Column, DataTable, Figure
from qualitycycle.report.model import Comparison, Goal, ItemResult, ReportInput
from qualitycycle.vocabulary import Verdict

KEY_MEASURES = 6
"""How many measures the summary and the figure of differences show at most."""


def column(name: str, language: str, align: Literal["left", "right"] = "left") -> Column:
    """The column ``report.column.<name>``."""
    return Column(wording.text(f"report.column.{name}", language), align)


def drawn(caption: str, figure: go.Figure, table: DataTable) -> Figure:
    """A figure block; its text alternative comes with the figure."""
    return Figure(caption, alt_text(figure), figure, table)


def outcome(item: ItemResult, language: str) -> str:
    """The deciding measure of a question with its interval."""
    if item.hidden:
        return wording.text("report.hidden", language)
    if item.deciding is None:
        return wording.text("report.hidden_share", language)
    if numbers.too_uncertain(item.deciding, item.decides_on):
        return numbers.if_certain(item.deciding, item.decides_on, item.sessions, language)
    value = numbers.with_interval(item.deciding, item.decides_on, language)
    return wording.text(f"report.outcome.{item.decides_on}", language, value=value)


def own(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """The partnership's own verdicts."""
    return [comparison for comparison in comparisons if not comparison.regional]


def regional(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """The region's verdicts."""
    return [comparison for comparison in comparisons if comparison.regional]


def verdict_here(report: ReportInput, measure: str, arm: str) -> str | None:
    """The partnership's own verdict; too few when only the region could be compared."""
    about = [c for c in report.comparisons if (c.measure, c.arm.name) == (measure, arm)]
    mine = [comparison.verdict for comparison in own(about)]
    if mine:
        return mine[0]
    return Verdict.TOO_FEW.value if about else None


def indicator_name(report: ReportInput, code: str, language: str) -> str:
    """What an indicator measures: a question, a score, coverage or response; else as written."""
    item = report.measure(code)
    if item is not None:
        return item.title
    key = f"report.indicator.{code}"
    return wording.text(key, language) if wording.has(key, language) else code


def goal_title(goal: Goal, report: ReportInput, language: str) -> str:
    """A goal in its own words, or else by what it measures."""
    return goal.text or indicator_name(report, goal.indicator, language)


def key_measures(report: ReportInput) -> list[str]:
    """What a reader sees first: the primary measure, the scores, the marks, then whatever
    differs between variants."""
    primary = [report.primary] if report.primary and report.measure(report.primary) else []
    scores = [score.id for score in report.scores]
    marks = [item.id for item in report.items if item.kind == "mark"]
    differing = [c.measure for c in own(report.comparisons) if c.verdict in ("better", "worse")]
    known = {item.id for item in report.measures}
    ordered = dict.fromkeys([*primary, *scores, *marks, *differing])
    return [name for name in ordered if name in known][:KEY_MEASURES]


def about(comparison: Comparison, language: str) -> str:
    """A verdict's sentence after the question it is about."""
    sentence = told(comparison, language)
    return wording.text("report.about", language, title=comparison.title, sentence=sentence)


def told(comparison: Comparison, language: str) -> str:
    """A verdict's sentence, which says so when years were taken together."""
    if comparison.scope != "partnership-all":
        return comparison.sentence
    return wording.text("report.variants.pooled", language, sentence=comparison.sentence)
