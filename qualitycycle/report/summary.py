"""The summary on one page: where we stand, what was found, what earlier decisions did, what is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.figures.differences import arm_name
from qualitycycle.report.account import floors_callout, response_sentence, sessions_sentence, standing_callout
from qualitycycle.report.document import (
    Block,
    Bullets,
    Callout,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
    Subsection,
)
from qualitycycle.report.looking_back import asked, looked_back
from qualitycycle.report.model import Comparison, ItemResult, ReportInput
from qualitycycle.report.phrases import (
    about,
    column,
    goal_title,
    key_measures,
    outcome,
    own,
    regional,
    verdict_here,
)

FINDINGS = 3
MEASURES = 4
"""So many rows of the table of words fit on one page with the rest."""


def summary(report: ReportInput, language: str) -> Section:
    """Three findings, what last year's decisions did, what is asked now, one table of words."""
    blocks: list[Block] = [Paragraph(wording.text("report.summary.lead", language), "lead")]
    if report.synthetic:
        title = wording.text("report.synthetic.title", language)
        blocks.append(Callout(title, wording.text("report.synthetic.text", language)))
    blocks += floors_callout(report, language)
    blocks += standing_callout(report, language)
    blocks.append(KeyFigures(tuple(_key_figures(report, language))))
    findings = _findings(report, language)
    heading = wording.plural("report.summary.findings", len(findings), language)
    blocks.append(Subsection(heading, (Bullets(tuple(findings), numbered=True),)))
    for name, part in (("looked_back", looked_back), ("decisions", asked)):
        heading = wording.text(f"report.summary.{name}", language)
        blocks.append(Subsection(heading, tuple(part(report, language))))
    blocks += _arrows(report, language)
    return Section("summary", wording.text("report.section.summary", language), tuple(blocks))


def _key_figures(report: ReportInput, language: str) -> Iterator[KeyFigure]:
    total = report.coverage.total
    held, evaluated = numbers.whole(total.held, language), numbers.whole(total.evaluated, language)
    yield KeyFigure(
        wording.text("report.key.of", language, part=evaluated, whole=held),
        wording.text("report.key.evaluated", language),
        wording.text("report.key.evaluated_note", language),
    )
    yield KeyFigure(
        numbers.whole(total.completed, language),
        wording.text("report.key.completed", language),
        response_sentence(total, language, short=True),
    )
    for item in _headline_measures(report):
        if item.deciding is not None and not numbers.too_uncertain(item.deciding, item.decides_on):
            yield KeyFigure(
                numbers.amount(item.deciding.value, item.decides_on, language),
                item.title,
                wording.text(f"report.key.{item.decides_on}_note", language, range=_range(item, language)),
            )


def _headline_measures(report: ReportInput) -> list[ItemResult]:
    """The primary measure and the mark for the training as a whole, when they are shown."""
    names = key_measures(report)
    found = [item for name in names if (item := report.measure(name)) and not item.hidden]
    marks = [item for item in found if item.kind == "mark"]
    return [*dict.fromkeys([*[i for i in found if i.id == report.primary], *marks])][:2]


def _range(item: ItemResult, language: str) -> str:
    answers = wording.plural("terms.answers", item.n or 0, language)
    deciding = item.deciding
    if deciding is None or deciding.low is None or deciding.high is None:
        return answers
    low, high = (numbers.amount(end, item.decides_on, language) for end in (deciding.low, deciding.high))
    return wording.text("report.key.range", language, answers=answers, low=low, high=high)


def _findings(report: ReportInput, language: str) -> list[str]:
    """The first findings there are, in the order of ``_HEADLINES``."""
    said = (headline(report, language) for headline in _HEADLINES)
    return [sentence for sentence in said if sentence][:FINDINGS]


def _coverage(report: ReportInput, language: str) -> str:
    total = report.coverage.total
    if not total.evaluated:
        return wording.text("report.summary.nothing_evaluated", language)
    return f"{sessions_sentence(total, language)} {response_sentence(total, language)}"


def _variants(report: ReportInput, language: str) -> str | None:
    """The verdict on the primary measure: a decided one first, the partnership's before the region's."""
    about_primary = [c for c in report.comparisons if c.measure == report.primary or c.primary]
    ranked = [*own(about_primary), *regional(about_primary)]
    decided = [c for c in ranked if c.verdict not in ("cannot_tell", "too_few")]
    chosen: Comparison | None = next(iter([*decided, *ranked]), None)
    if chosen is None:
        return None
    sentence = about(chosen, language)
    if chosen.regional:
        return wording.text("report.in_region", language, sentence=sentence)
    return sentence


def _goals(report: ReportInput, language: str) -> str | None:
    missed = [goal for goal in report.goals if goal.met == "no"]
    if not missed:
        return None
    return wording.text("report.summary.goal_missed", language, goal=goal_title(missed[0], report, language))


def _overdue(report: ReportInput, language: str) -> str | None:
    overdue = sum(action.overdue for action in report.actions)
    return wording.plural("report.summary.overdue", overdue, language) if overdue else None


def _weakest(report: ReportInput, language: str) -> str | None:
    shown = [
        (item.favourable.value, item)
        for item in report.items
        if item.favourable is not None and not numbers.too_uncertain(item.favourable, "favourable")
    ]
    if not shown:
        return None
    share, item = min(shown, key=lambda pair: pair[0])
    return wording.text(
        "report.summary.weakest", language, title=item.title, share=numbers.percent(share, language)
    )


def _hidden(report: ReportInput, language: str) -> str | None:
    hidden = bool(report.items) and all(item.hidden for item in report.items)
    return wording.text("report.summary.all_hidden", language) if hidden else None


_HEADLINES: tuple[Callable[[ReportInput, str], str | None], ...] = (
    _coverage,
    _variants,
    _hidden,
    _goals,
    _weakest,
    _overdue,
)
"""What may be told first, most important first."""


def _arrows(report: ReportInput, language: str) -> Iterator[Block]:
    names = key_measures(report)
    measures = [item for name in names if (item := report.measure(name))][:MEASURES]
    if not measures:
        return
    arms = list(dict.fromkeys(comparison.arm.name for comparison in report.comparisons))
    with_previous = any(item.previous_verdict for item in measures)
    columns = [column("measure", language), column("outcome", language)]
    columns += [column("previous", language)] * with_previous
    columns += [Column(_versus(arm, report, language)) for arm in arms]
    rows = tuple(
        (
            item.title,
            outcome(item, language),
            *[arrow(item.previous_verdict, language)] * with_previous,
            *(arrow(verdict_here(report, item.id, arm), language) for arm in arms),
        )
        for item in measures
    )
    yield DataTable(wording.text("report.summary.table", language), tuple(columns), rows)
    yield Paragraph(wording.text("report.summary.words", language), "note")


def arrow(verdict: str | None, language: str) -> str:
    """A verdict as a sign with its word; a dash when nothing was compared."""
    return wording.text(f"report.arrow.{verdict}", language) if verdict else "–"


def _versus(arm: str, report: ReportInput, language: str) -> str:
    return wording.text(
        "figures.versus",
        language,
        arm=arm_name(arm, language),
        reference=arm_name(report.reference, language),
    )
