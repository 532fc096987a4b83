"""Check: whether it matters who gave the training; one sentence per verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

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
    verdict_here,
)
from qualitycycle.vocabulary import Verdict

OPEN_VERDICTS = (Verdict.CANNOT_TELL, Verdict.TOO_FEW)


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
    mine, theirs = own(chosen), regional(chosen)
    known = {comparison.arm.name for comparison in mine}
    here = [*_said(mine, language)]
    for comparison in theirs:
        if comparison.arm.name not in known:
            here += _only_region(comparison, language)
    panels = [
        Panel(wording.text(f"report.variants.panel.{name}", language), tuple(blocks))
        for name, blocks in (("own", here), ("region", [*_said(theirs, language)]))
        if blocks
    ]
    heading = wording.text("report.variants.primary", language, title=chosen[0].title)
    yield Subsection(heading, (Panels(tuple(panels)),))


def _only_region(comparison: Comparison, language: str) -> Iterator[Block]:
    """What to say of an arm that can only be compared in the region."""
    here = replace(comparison, verdict=Verdict.TOO_FEW.value)
    yield Paragraph(_label(here, language), "label")
    yield Paragraph(wording.text("report.variants.only_region", language))


def _is_primary(comparison: Comparison, report: ReportInput) -> bool:
    return comparison.primary or comparison.measure == report.primary


def _said(comparisons: Sequence[Comparison], language: str) -> Iterator[Block]:
    for comparison in comparisons:
        yield Paragraph(_label(comparison, language), "label")
        yield Paragraph(told(comparison, language))
        for reason in comparison.reasons:
            yield Paragraph(reason, "note")
        if comparison.rivals:
            summary = wording.text("report.variants.rivals", language)
            yield Details(summary, (Bullets(comparison.rivals),))
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
    """The key measures, without arms that could be compared nowhere."""
    known = {(c.measure, c.arm.name) for c in report.comparisons if c.difference is not None}
    names = key_measures(report)
    chosen = [c for name in names for c in report.comparisons if c.measure == name]
    drawable = [c for c in chosen if (c.measure, c.arm.name) in known]
    if not drawable:
        return
    table = difference_table(drawable, language)
    yield drawn(table.caption, difference_figure(drawable, language), table)
    yield Paragraph(wording.text("figures.note.scale", language), "note")
    if len(drawable) < len(chosen):
        yield Paragraph(wording.text("report.variants.left_out", language), "note")


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
    blocks.append(_words(report, others, language))
    blocks.append(_every_sentence(others, language))
    yield Subsection(wording.text("report.variants.others", language), tuple(blocks))


def _words(report: ReportInput, comparisons: Sequence[Comparison], language: str) -> DataTable:
    """Every verdict in a word: a row per measure, per arm the partnership beside the region."""
    region = {(c.measure, c.arm.name): c.verdict for c in regional(comparisons)}
    arms = list(dict.fromkeys(comparison.arm.name for comparison in comparisons))
    titles = {comparison.measure: comparison.title for comparison in comparisons}
    rows = []
    for measure, title in titles.items():
        pairs = [(verdict_here(report, measure, arm), region.get((measure, arm))) for arm in arms]
        rows.append((title, *(_word(verdict, language) for pair in pairs for verdict in pair)))
    columns = [column("question", language)]
    for arm in arms:
        name = arm_name(arm, language)
        for place in ("own", "region"):
            columns.append(Column(wording.text(f"report.column.arm_{place}", language, arm=name)))
    reference = arm_name(comparisons[0].reference.name, language)
    caption = wording.text("report.variants.table", language, reference=reference)
    return DataTable(caption, tuple(columns), tuple(rows))


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
    if arm.value is not None and reference.value is not None:
        label = wording.text(f"report.numbers.{comparison.deciding}", language)
        levels = [
            numbers.with_interval(v, comparison.deciding, language) for v in (arm.value, reference.value)
        ]
        rows.append((label, levels[0], levels[1]))
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
    behind = comparison.behind
    if behind.odds_ratio is not None:
        rows.append(("odds_ratio", numbers.with_interval(behind.odds_ratio, "mean", language, digits=2)))
    if behind.superiority is not None:
        rows.append(("superiority", numbers.with_interval(behind.superiority, "favourable", language)))
    if behind.design_effect is not None:
        rows.append(("design_effect", numbers.amount(behind.design_effect, "mean", language)))
    for name in ("p_value", "p_adjusted", "p_floor", "naive_p"):
        value = getattr(behind, name)
        if value is not None:
            rows.append((name, numbers.probability(value, language)))
    columns = (column("what", language), column("value", language, "right"))
    return DataTable(
        wording.text("report.numbers.tests", language, title=comparison.title),
        columns,
        tuple((wording.text(f"report.numbers.{name}", language), value) for name, value in rows),
    )
