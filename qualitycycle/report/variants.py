"""Check: whether it matters who gave the training; one sentence per verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualitycycle import wording
from qualitycycle.figures import difference_figure, difference_table, numbers
from qualitycycle.figures.differences import arm_name, difference_text
from qualitycycle.report.document import (
    Block,
    Bullets,
    Callout,
    Column,
    DataTable,
    Details,
    Panel,
    Panels,
    Paragraph,
    Section,
    Subsection,
)
from qualitycycle.report.model import Comparison, ReportInput
from qualitycycle.report.phrases import (
    about,
    column,
    drawn,
    key_measures,
    own,
    regional,
    told,
)

OPEN_VERDICTS = ("cannot_tell", "too_few")


def variants(report: ReportInput, language: str) -> Section:
    """The primary measure first, beside the region; then the other measures, as exploration."""
    reference = arm_name(report.reference, language)
    lead = wording.text("report.variants.lead", language, reference=reference)
    blocks: list[Block] = [Paragraph(lead, "lead")]
    if not report.comparisons:
        title = wording.text("report.variants.none_title", language)
        blocks.append(Callout(title, wording.text("report.variants.none", language)))
    else:
        lot = wording.text("report.variants.lot_title", language)
        blocks.append(Callout(lot, wording.text("report.variants.lot", language)))
        blocks += _primary(report, language)
        blocks += _figure(report, language)
        blocks += _others(report, language)
    return Section("variants", wording.text("report.section.variants", language), tuple(blocks))


def _primary(report: ReportInput, language: str) -> Iterator[Block]:
    chosen = [c for c in report.comparisons if _is_primary(c, report)]
    if not chosen:
        return
    panels = [
        Panel(wording.text(f"report.variants.panel.{name}", language), tuple(_said(part, language)))
        for name, part in (("own", own(chosen)), ("region", regional(chosen)))
        if part
    ]
    heading = wording.text("report.variants.primary", language, title=chosen[0].title)
    yield Subsection(heading, (Panels(tuple(panels)),))


def _is_primary(comparison: Comparison, report: ReportInput) -> bool:
    return comparison.primary or comparison.measure == report.primary


def _said(comparisons: Sequence[Comparison], language: str) -> Iterator[Block]:
    for comparison in comparisons:
        yield Paragraph(_label(comparison, language), "label")
        yield Paragraph(told(comparison, language))
        for reason in comparison.reasons:
            yield Paragraph(reason, "note")
        yield _numbers(comparison, language)


def _label(comparison: Comparison, language: str) -> str:
    """What is compared with what, and the verdict in one word."""
    return wording.text(
        "report.variants.label",
        language,
        arm=arm_name(comparison.arm.name, language),
        reference=arm_name(comparison.reference.name, language),
        verdict=wording.text(f"terms.verdict.{comparison.verdict}", language),
    )


def _figure(report: ReportInput, language: str) -> Iterator[Block]:
    names = key_measures(report)
    chosen = [c for name in names for c in report.comparisons if c.measure == name]
    if any(c.difference is not None for c in chosen):
        table = difference_table(chosen, language)
        yield drawn(table.caption, difference_figure(chosen, language), table)


def _others(report: ReportInput, language: str) -> Iterator[Block]:
    others = [c for c in report.comparisons if not _is_primary(c, report)]
    if not others:
        return
    blocks: list[Block] = [Paragraph(wording.text("report.variants.exploratory", language))]
    decided = [c for c in own(others) if c.verdict not in OPEN_VERDICTS]
    undecided = len(own(others)) - len(decided)
    if decided:
        sentences = (about(c, language) for c in decided)
        blocks.append(Bullets(tuple(sentences)))
    if undecided:
        blocks.append(Paragraph(wording.plural("report.variants.undecided", undecided, language)))
    blocks.append(_words(others, language))
    blocks.append(_every_sentence(others, language))
    yield Subsection(wording.text("report.variants.others", language), tuple(blocks))


def _words(comparisons: Sequence[Comparison], language: str) -> DataTable:
    """Every verdict in a word: a row per measure and arm, the partnership beside the region."""
    keys = list(dict.fromkeys((c.title, c.measure, c.arm.name) for c in comparisons))
    found = {(c.measure, c.arm.name, c.scope == "region"): c.verdict for c in comparisons}
    rows = tuple(
        (
            title,
            arm_name(arm, language),
            _word(found.get((measure, arm, False)), language),
            _word(found.get((measure, arm, True)), language),
        )
        for title, measure, arm in keys
    )
    columns = (
        column("question", language),
        column("variant", language),
        column("own", language),
        column("region", language),
    )
    reference = arm_name(comparisons[0].reference.name, language)
    caption = wording.text("report.variants.table", language, reference=reference)
    return DataTable(caption, columns, rows)


def _word(verdict: str | None, language: str) -> str:
    return wording.text(f"report.arrow.{verdict}", language) if verdict else "–"


def _every_sentence(comparisons: Sequence[Comparison], language: str) -> Details:
    summary = wording.text("report.variants.all_numbers", language)
    blocks: list[Block] = []
    for comparison in comparisons:
        sentence = about(comparison, language)
        scope = wording.text(f"figures.scope.{comparison.scope}", language)
        text = wording.text("report.variants.scoped", language, scope=scope, sentence=sentence)
        blocks += [Paragraph(text), *(Paragraph(reason, "note") for reason in comparison.reasons)]
        blocks += _tables(comparison, language)
    return Details(summary, tuple(blocks))


def _numbers(comparison: Comparison, language: str) -> Details:
    return Details(wording.text("report.variants.numbers", language), tuple(_tables(comparison, language)))


def _tables(comparison: Comparison, language: str) -> Iterator[DataTable]:
    arm, reference = comparison.arm, comparison.reference
    names = ("n", "sessions", "trainers", "teams")
    rows = [
        (
            wording.text(f"report.numbers.{name}", language),
            numbers.whole(getattr(arm, name), language),
            numbers.whole(getattr(reference, name), language),
        )
        for name in names
    ]
    values = [numbers.with_interval(side.value, comparison.deciding, language) for side in (arm, reference)]
    rows.append((wording.text(f"report.numbers.{comparison.deciding}", language), values[0], values[1]))
    headers = (arm_name(arm.name, language), arm_name(reference.name, language))
    columns = (column("what", language), *(Column(header, "right") for header in headers))
    yield DataTable(
        wording.text("report.numbers.arms", language, title=comparison.title), columns, tuple(rows)
    )
    yield _tests(comparison, language)


def _tests(comparison: Comparison, language: str) -> DataTable:
    rows = [("difference", difference_text(comparison, language))]
    if comparison.relevant is not None:
        relevant = numbers.difference(comparison.relevant, comparison.deciding, language)
        rows.append(("relevant", relevant))
    for name in ("p_value", "p_adjusted", "p_floor", "naive_p"):
        value = getattr(comparison.probabilities, name)
        if value is not None:
            rows.append((name, numbers.decimal(value, language, 3)))
    columns = (column("what", language), column("value", language, "right"))
    return DataTable(
        wording.text("report.numbers.tests", language, title=comparison.title),
        columns,
        tuple((wording.text(f"report.numbers.{name}", language), value) for name, value in rows),
    )
