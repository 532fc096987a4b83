"""Sessions in time as a part of the report: a chart per measure and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qualitycycle import wording
from qualitycycle.figures import trend_caption, trend_figure, trend_plot, trend_table
from qualitycycle.report.document import Block, Bullets, Paragraph, Subsection
from qualitycycle.report.phrases import drawn


def session_course(series: Sequence[Mapping[str, Any]], language: str) -> Subsection:
    """The charts of ``trend`` with their sentences; what holds for every chart is said once, last.

    ``series``: the entries of ``payload["series"]``, already through the gate. A chart that may not
    show points still has its sentences.
    """
    blocks: list[Block] = [Paragraph(wording.text("trend.report.lead", language), "lead")]
    shared = _shared(series)
    for one in series:
        plot = trend_plot(one)
        caption = trend_caption(plot, language)
        if plot.points:
            blocks.append(drawn(caption, trend_figure(plot, language), trend_table(plot, language)))
        else:
            blocks.append(Paragraph(caption, "label"))
        if own := tuple(line for line in one["notes"][1:] if line not in shared):
            blocks.append(Bullets(own))
    if shared:
        blocks += [Paragraph(wording.text("report.trend.shared", language), "label"), Bullets(shared)]
    return Subsection(wording.text("trend.report.heading", language), tuple(blocks))


def _shared(series: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The sentences that stand under every one of several charts."""
    first, *others = series
    if not others:
        return ()
    return tuple(line for line in first["notes"][1:] if all(line in other["notes"] for other in others))
