"""Check: what people wrote in their own words, as reviewers put it together."""

from __future__ import annotations

from collections.abc import Iterator

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.document import Block, Bullets, Callout, DataTable, Paragraph, Section, Subsection
from qualitycycle.report.model import ReportInput, Themes
from qualitycycle.report.phrases import column


def themes(report: ReportInput, language: str) -> Section:
    """Per open question its themes with counts, and remarks that were released."""
    blocks: list[Block] = [Paragraph(wording.text("pdca.themes.lead", language), "lead")]
    for one in report.themes:
        blocks.append(Subsection(one.title, tuple(_question(one, language))))
    if not report.themes:
        title = wording.text("pdca.themes.none_title", language)
        blocks.append(Callout(title, wording.text("pdca.themes.none", language)))
    return Section("themes", wording.text("report.section.themes", language), tuple(blocks))


def _question(one: Themes, language: str) -> Iterator[Block]:
    if one.themes:
        yield _table(one, language)
    if one.quotes:
        yield Paragraph(wording.text("pdca.themes.quotes", language), "label")
        yield Bullets(tuple(_quote(quote.text, quote.themes, language) for quote in one.quotes))
    yield from (Paragraph(note, "note") for note in one.notes)


def _table(one: Themes, language: str) -> DataTable:
    columns = (
        column("theme", language),
        column("mentions", language, "right"),
        column("share", language, "right"),
    )
    rows = tuple(
        (
            theme.title,
            numbers.whole(theme.n, language),
            "–" if theme.share is None else numbers.with_interval(theme.share, "favourable", language),
        )
        for theme in one.themes
    )
    caption = wording.plural("pdca.themes.table", one.written or 0, language)
    return DataTable(caption, columns, rows)


def _quote(text: str, titles: tuple[str, ...], language: str) -> str:
    if not titles:
        return wording.text("pdca.source.said", language, said=text)
    return wording.text("pdca.themes.quote", language, text=text, themes=", ".join(titles))
