"""Check: the key figure through time, and the survey the cycle started from."""

from __future__ import annotations

from collections.abc import Iterator

from qualitycycle import wording
from qualitycycle.figures import (
    numbers,
    options_figure,
    options_table,
    over_time_caption,
    over_time_figure,
    over_time_table,
)
from qualitycycle.report.document import Block, Callout, Paragraph, Section, Subsection
from qualitycycle.report.model import Founding, ReportInput, SurveyQuestion
from qualitycycle.report.phrases import drawn


def trend(report: ReportInput, language: str) -> Section:
    """One dot per few sessions, then the founding survey."""
    blocks: list[Block] = [Paragraph(wording.text("report.trend.lead", language), "lead")]
    shown = [series for series in report.over_time if series.points]
    if not shown:
        title = wording.text("report.trend.none_title", language)
        blocks.append(Callout(title, wording.text("report.trend.none", language)))
    for series in shown:
        figure = over_time_figure(series, language)
        blocks.append(drawn(over_time_caption(series, language), figure, over_time_table(series, language)))
        if series.left_out:
            left_out = wording.plural("report.trend.left_out", series.left_out, language)
            blocks.append(Paragraph(left_out, "note"))
    if shown:
        blocks.append(Paragraph(wording.text("report.trend.reading", language)))
    if report.founding is not None:
        blocks.append(_founding(report.founding, language))
    return Section("trend", wording.text("report.section.trend", language), tuple(blocks))


def _founding(founding: Founding, language: str) -> Subsection:
    heading = wording.text("report.founding.heading", language, title=founding.title, cycle=founding.cycle)
    invited = "unknown" if founding.invited is None else "known"
    sentence = wording.text(
        f"report.founding.invited_{invited}", language, invited=numbers.whole(founding.invited, language)
    )
    blocks: list[Block] = [Paragraph(wording.text("report.founding.lead", language, invited=sentence))]
    for question in founding.questions:
        table = options_table(question, language)
        blocks.append(drawn(table.caption, options_figure(question, language), table))
        blocks += _denominator(question, language)
    return Subsection(heading, tuple(blocks))


def _denominator(question: SurveyQuestion, language: str) -> Iterator[Block]:
    """The same count as a share of both denominators, so that neither is mistaken for the other."""
    position = question.highlight
    if position is None or len(question.bases) < 2:
        return
    whole, part = question.bases[:2]
    shares = [base.shares[position] for base in (whole, part)]
    if shares[0] is None or shares[1] is None:
        return
    yield Callout(
        wording.text("report.founding.denominator_title", language),
        wording.text(
            "report.founding.denominator",
            language,
            option=question.options[position],
            count=numbers.whole(question.counts[position], language),
            all=numbers.whole(whole.n, language),
            trained=numbers.whole(part.n, language),
            share_of_all=numbers.percent(shares[0].value, language, 1),
            share_of_trained=numbers.percent(shares[1].value, language, 1),
        ),
    )
