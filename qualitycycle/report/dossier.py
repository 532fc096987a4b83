"""The dossier for the peer review as a document: six cycles per guarantee, and what to reflect on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report import dossier_tables as tables
from qualitycycle.report.document import (
    Block,
    Bullets,
    Callout,
    Column,
    DataTable,
    Document,
    Panel,
    Panels,
    Paragraph,
    Section,
    Subsection,
)
from qualitycycle.report.dossier_model import Dossier, Year
from qualitycycle.report.dossier_prompts import prompts
from qualitycycle.report.evidence_lines import TOGETHER, lines
from qualitycycle.report.guarantees import heading
from qualitycycle.report.model_evidence import Evidence
from qualitycycle.vocabulary import Guarantee

NOTHING = "–"


def dossier_document(dossier: Dossier, language: str) -> Document:
    """The whole dossier in ``language``, ready to render."""
    first, last = dossier.years[0].cycle, dossier.last.cycle
    return Document(
        title=wording.text("guarantees.dossier.title", language),
        subtitle=dossier.partnership.name,
        language=language,
        sections=(
            _overview(dossier, language),
            *(_guarantee(one, dossier, language) for one in Guarantee),
            _missing(dossier, language),
            prompts(dossier, language),
            _account(dossier, language),
        ),
        meta=(
            (
                wording.text("guarantees.dossier.cycles", language),
                _span(first, last, language),
            ),
            (
                wording.text("report.meta.generated_on", language),
                numbers.day(dossier.generated_on, language),
            ),
        ),
        manifest=dossier.manifest,
    )


def _span(first: str, last: str, language: str) -> str:
    if first == last:
        return last
    return wording.text("guarantees.dossier.span", language, first=first, last=last)


def _section(id: str, heading: str, blocks: Iterator[Block]) -> Section:
    return Section(id, heading, tuple(blocks))


def _overview(dossier: Dossier, language: str) -> Section:
    return _section(
        "overview", wording.text("guarantees.dossier.overview", language), _overviewed(dossier, language)
    )


def _overviewed(dossier: Dossier, language: str) -> Iterator[Block]:
    if dossier.synthetic:
        title = wording.text("report.synthetic.title", language)
        yield Callout(title, wording.text("report.synthetic.text", language))
    yield Paragraph(wording.text("guarantees.dossier.lead", language), "lead")
    names = ("cycle", "coverage", "response", "instrument", "taken_on", "answers")
    columns = tuple(Column(wording.text(f"guarantees.column.{name}", language)) for name in names)
    rows = tuple(tuple(_year(year, language)) for year in dossier.years)
    note = wording.text("guarantees.dossier.states", language)
    yield DataTable(wording.text("guarantees.table.years", language), columns, rows, note)
    yield Paragraph(wording.text("guarantees.reading", language), "note")


def _year(year: Year, language: str) -> Iterator[str]:
    yield year.cycle
    for code in ("coverage", "response"):
        one = year.find((code, ""))
        yield _share(one, language) if one else NOTHING
    versions = dict.fromkeys(one.instrument for one in year.evidence if one.instrument and one.value)
    yield ", ".join(versions) or NOTHING
    yield numbers.day(year.taken_on, language) if year.taken_on else NOTHING
    yield wording.text(f"guarantees.state.{year.state}", language)


def _share(one: Evidence, language: str) -> str:
    """A count of a total; of the response the share and how many answered."""
    if one.value is None:
        count, total = (numbers.whole(n, language) for n in (one.count, one.total))
        return wording.text("guarantees.cell.fact", language, count=count, total=total)
    n = wording.text("guarantees.base.n", language, n=numbers.whole(one.n, language))
    return f"{numbers.percent(one.value.value, language)}, {n}"


def _guarantee(guarantee: Guarantee, dossier: Dossier, language: str) -> Section:
    return _section(str(guarantee), heading(guarantee, language), _told(str(guarantee), dossier, language))


def _told(guarantee: str, dossier: Dossier, language: str) -> Iterator[Block]:
    yield Paragraph(wording.text(f"guarantees.asks.{guarantee}", language), "lead")
    if not dossier.told:
        yield Paragraph(wording.text("guarantees.dossier.nothing", language))
        return
    yield tables.counts(dossier, guarantee, language)
    parts = (tables.questions, tables.facts, tables.chain)
    yield from (made for part in parts if (made := part(dossier, guarantee, language)) is not None)
    yield _last(guarantee, dossier, language)


def _last(guarantee: str, dossier: Dossier, language: str) -> Block:
    """What is missing and what to work on, of the last cycle of which something was printed.

    What has a figure stands in the tables.
    """
    year = dossier.told[-1]
    panels = []
    for side in ("gap", "point"):
        mine = [one for one in year.about(guarantee) if one.side == side and one.value is None]
        title = wording.text(f"guarantees.side.{side}", language)
        title = wording.text("guarantees.dossier.of", language, title=title, cycle=year.cycle)
        said = tuple(lines(mine, language, dossier.name))
        none = Paragraph(wording.text(f"guarantees.dossier.none.{side}", language))
        panels.append(Panel(title, (Bullets(said) if said else none,)))
    return Panels(tuple(panels))


def _missing(dossier: Dossier, language: str) -> Section:
    return _section(
        "missing", wording.text("guarantees.dossier.missing", language), _missed(dossier, language)
    )


def _missed(dossier: Dossier, language: str) -> Iterator[Block]:
    """Cycles without a report or without their answers, then what was missing again and again."""
    years = [
        wording.text(f"guarantees.missing.{year.state}", language, cycle=year.cycle)
        for year in dossier.years
        if year.state != "same"
    ]
    if years:
        yield Bullets(tuple(years))
    again = tuple(_again(dossier, language))
    if again:
        yield Paragraph(wording.text("guarantees.missing.again", language), "label")
        yield Bullets(again)
    if not years and not again:
        yield Paragraph(wording.text("guarantees.missing.none", language))


def _again(dossier: Dossier, language: str) -> Iterator[str]:
    """What was missing in the last cycle and in others before it, the longest missing first."""
    missing: dict[tuple[int, object], list[Evidence]] = {}
    for one in dossier.told[-1].evidence if dossier.told else ():
        times = sum(_is_missing(year.find(one.key), one.code) for year in dossier.told)
        if _is_missing(one, one.code) and times > 1:
            missing.setdefault((times, one.code if one.code in TOGETHER else one.key), []).append(one)
    for (times, _), alike in sorted(missing.items(), key=lambda pair: -pair[0][0]):
        codes = sorted({code for one in alike for code in one.guarantees})
        for said in lines(alike, language, dossier.name):
            values = {"said": said, "n": times, "codes": ", ".join(codes)}
            yield wording.text("guarantees.missing.times", language, **values)


def _is_missing(one: Evidence | None, code: str) -> bool:
    """Whether evidence is a gap without a figure, for the same reason."""
    return one is not None and (one.side, one.code, one.value) == ("gap", code, None)


def _account(dossier: Dossier, language: str) -> Section:
    parts: tuple[tuple[str, Callable[[], tuple[str, ...]]], ...] = (
        ("method", lambda: tuple(_method(language))),
        ("breaks", lambda: tuple(_breaks(dossier, language))),
    )
    blocks: list[Block] = []
    for name, told in parts:
        if said := told():
            title = wording.text(f"guarantees.account.{name}", language)
            blocks.append(Subsection(title, (Bullets(said),)))
    return Section("account", wording.text("guarantees.dossier.account", language), tuple(blocks))


METHOD = ("printed", "subtract", "moved", "verdict", "people")


def _method(language: str) -> Iterator[str]:
    yield from (wording.text(f"guarantees.method.{name}", language) for name in METHOD)


def _breaks(dossier: Dossier, language: str) -> Iterator[str]:
    for item, cycle in sorted(dossier.breaks):
        title = wording.text("guarantees.title", language, title=dossier.titles.get(item, item))
        yield wording.text("guarantees.account.broken", language, title=title, cycle=cycle)
