"""Sessions in time as a part of the report: a chart per measure and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qualitycycle import wording
from qualitycycle.figures import trend_caption, trend_figure, trend_plot, trend_table
from qualitycycle.report.document import Block, Bullets, Paragraph, Subsection
from qualitycycle.report.phrases import drawn


def session_course(series: Iterable[Mapping[str, Any]], language: str) -> Subsection:
    """The charts of ``trend`` with their sentences.

    ``series``: the entries of ``payload["series"]``, already through the gate. A chart that may not
    show points still has its sentences.
    """
    blocks: list[Block] = [Paragraph(wording.text("trend.report.lead", language), "lead")]
    for one in series:
        plot = trend_plot(one)
        caption = trend_caption(plot, language)
        if plot.points:
            blocks.append(drawn(caption, trend_figure(plot, language), trend_table(plot, language)))
        else:
            blocks.append(Paragraph(caption, "label"))
        blocks.append(Bullets(tuple(one["notes"][1:])))
    return Subsection(wording.text("trend.report.heading", language), tuple(blocks))
