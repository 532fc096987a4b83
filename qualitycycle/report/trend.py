"""Check: the key measures through time, and the survey the cycle started from."""

from __future__ import annotations

from collections.abc import Iterator

from qualitycycle import wording
from qualitycycle.figures import numbers, options_figure, options_table
from qualitycycle.report.course import session_course
from qualitycycle.report.document import Block, Callout, Paragraph, Section, Subsection
from qualitycycle.report.model import Founding, ReportInput, SurveyQuestion
from qualitycycle.report.phrases import drawn


def trend(report: ReportInput, language: str) -> Section:
    """The charts of the key measures, session by session, then the founding survey."""
    blocks: list[Block] = [Paragraph(wording.text("report.trend.lead", language), "lead")]
    if report.course:
        blocks.append(session_course(report.course, language))
    else:
        title = wording.text("report.trend.none_title", language)
        blocks.append(Callout(title, wording.text("report.trend.none", language)))
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
