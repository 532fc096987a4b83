"""The report as a document: its sections in order.

To add a section: write a function (ReportInput, language) -> Section, add it to
``SECTIONS``, and its messages to the catalogues.
"""

from __future__ import annotations

from collections.abc import Callable

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.account import account
from qualitycycle.report.act import act
from qualitycycle.report.appendix import appendix, manifest
from qualitycycle.report.check import check
from qualitycycle.report.document import Document, Section
from qualitycycle.report.earlier import earlier
from qualitycycle.report.effects import effects
from qualitycycle.report.findings import findings
from qualitycycle.report.guarantees import guarantees
from qualitycycle.report.learning import learning
from qualitycycle.report.model import ReportInput
from qualitycycle.report.plan import do, plan
from qualitycycle.report.summary import summary
from qualitycycle.report.themes import themes
from qualitycycle.report.trend import trend
from qualitycycle.report.variants import variants

SECTIONS: tuple[Callable[[ReportInput, str], Section], ...] = (
    summary,
    account,
    plan,
    do,
    check,
    learning,
    variants,
    trend,
    themes,
    effects,
    findings,
    guarantees,
    act,
    earlier,
    appendix,
)
"""The chapters, in order; the first is the summary and carries no number."""


def document(report: ReportInput, language: str) -> Document:
    """The whole report in ``language``, ready to render."""
    partnership = report.partnership
    status = wording.text(f"report.status.{partnership.status}", language)
    return Document(
        title=wording.text("report.title", language, cycle=report.cycle),
        subtitle=partnership.name,
        language=language,
        sections=tuple(section(report, language) for section in SECTIONS),
        meta=(
            (wording.text("report.meta.status", language), status),
            (wording.text("report.meta.cycle", language), report.cycle),
            (wording.text("report.meta.instrument", language), report.instrument),
            (wording.text("report.meta.generated_on", language), numbers.day(report.generated_on, language)),
        ),
        manifest=manifest(report),
    )
