"""Where the figures come from (Verantwoording): every denominator by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qualitycycle import wording
from qualitycycle.figures import coverage_figure, coverage_table, numbers
from qualitycycle.figures.values import Column
from qualitycycle.report.document import (
    Block,
    Bullets,
    Callout,
    DataTable,
    Details,
    Paragraph,
    Section,
    Subsection,
)
from qualitycycle.report.model import CoverageRow, ReportInput
from qualitycycle.report.phrases import column, drawn


def account(report: ReportInput, language: str) -> Section:
    """Sessions held and evaluated, participants, response, what was hidden, what was odd."""
    total = report.coverage.total
    blocks: list[Block] = [
        Paragraph(wording.text("report.account.lead", language), "lead"),
        Paragraph(f"{sessions_sentence(total, language)} {response_sentence(total, language)}"),
        *standing_callout(report, language),
        _denominators(total, language),
    ]
    if report.coverage.by_variant:
        rows = report.coverage.by_variant
        caption = wording.text("report.account.by_variant", language)
        table = replace(coverage_table(rows, language), caption=caption)
        blocks.append(drawn(table.caption, coverage_figure(rows, language), table))
    if report.coverage.sessions:
        blocks.append(_per_session(report, language))
    blocks.append(Subsection(wording.text("report.account.missing", language), _missing(report, language)))
    blocks.append(
        Subsection(wording.text("report.account.quality", language), tuple(_quality(report, language)))
    )
    return Section("account", wording.text("report.section.account", language), tuple(blocks))


def sessions_sentence(total: CoverageRow, language: str) -> str:
    """How many of the basic trainings held were evaluated."""
    if not total.held:
        return wording.text("report.account.no_sessions", language)
    if not total.evaluated:
        return wording.plural("report.account.none", total.held, language)
    if total.evaluated == total.held:
        return wording.plural("report.account.all", total.held, language)
    held = numbers.whole(total.held, language)
    return wording.plural("report.account.some", total.evaluated, language, held=held)


def response_sentence(total: CoverageRow, language: str, short: bool = False) -> str:
    """Who filled in the form, out of whom; says so when the response is unknown or hidden."""
    if not total.evaluated:
        return wording.text("report.response.none", language)
    if total.completed is None:
        return wording.text("report.response.hidden", language)
    form = ("short" if short else "long") + ("_some" if total.attended_unknown else "")
    completed = numbers.whole(total.completed, language)
    answered = total.answered if total.attended_unknown else total.completed
    if total.attended is None or answered is None:
        key = f"report.response.unknown.{'short' if short else 'long'}"
        return wording.text(key, language, completed=completed)
    values = {
        "answered": numbers.whole(answered, language),
        "attended": numbers.whole(total.attended, language),
    }
    if total.response_rate is None:
        return wording.text(f"report.response.counts.{form}", language, **values)
    rate = numbers.percent(total.response_rate, language)
    return wording.text(f"report.response.rate.{form}", language, rate=rate, **values)


def floors_callout(report: ReportInput, language: str) -> Iterator[Block]:
    """The signed reason for a lowered floor, on every report that uses it."""
    if report.floors.lowered:
        yield Callout(
            wording.text("report.floors.lowered_title", language),
            wording.text(
                "report.floors.lowered",
                language,
                reason=report.floors.reason.strip().rstrip("."),
                signed_by=report.floors.signed_by.strip().rstrip("."),
            ),
            "warning",
        )


def standing_callout(report: ReportInput, language: str) -> Iterator[Block]:
    """That answers came in which do not count yet, and why."""
    if report.standing:
        key = "report.standing.own" if report.standing.own else "report.standing.elsewhere"
        day = numbers.day(report.standing.day, language)
        title = wording.text("report.standing.title", language)
        yield Callout(title, wording.text(key, language, day=day))


def _denominators(total: CoverageRow, language: str) -> DataTable:
    rate = "–" if total.response_rate is None else numbers.percent(total.response_rate, language)
    cells = (
        ("held", numbers.whole(total.held, language)),
        ("cancelled", numbers.whole(total.cancelled, language)),
        ("evaluated", numbers.whole(total.evaluated, language)),
        ("invited", _known(total.invited, language)),
        ("attended", _known(total.attended, language)),
        ("responses", numbers.whole(total.responses, language)),
        ("completed", numbers.whole(total.completed, language)),
        ("response_rate", _known(None, language) if total.attended is None else rate),
    )
    rows = tuple(
        (
            wording.text(f"report.denominator.{name}", language),
            value,
            wording.text(f"report.denominator.{name}.meaning", language),
        )
        for name, value in cells
    )
    note = ""
    if total.attended_unknown:
        note = wording.plural("report.account.attended_unknown", total.attended_unknown, language)
    columns = (
        column("what", language),
        column("number", language, "right"),
        column("meaning", language),
    )
    return DataTable(wording.text("report.account.table", language), columns, rows, note=note)


def _per_session(report: ReportInput, language: str) -> Details:
    """From invitation to form, session by session; few forms are not shown."""
    names = ("session", "invited", "attended", "started", "completed")
    heads = tuple(
        Column(wording.text(f"quality.column.{name}", language), "right" if name != "session" else "left")
        for name in names
    )
    rows = tuple(
        (
            one.id,
            _known(one.invited, language),
            _known(one.attended, language),
            numbers.whole(one.started, language),
            numbers.whole(one.completed, language),
        )
        for one in report.coverage.sessions
    )
    title = wording.text("quality.per_session", language)
    return Details(title, (DataTable(title, heads, rows),))


def _known(count: int | None, language: str) -> str:
    return wording.text("report.unknown", language) if count is None else numbers.whole(count, language)


def _missing(report: ReportInput, language: str) -> tuple[Block, ...]:
    missing = report.coverage.not_evaluated
    if not missing:
        key = "all_evaluated" if report.coverage.total.held else "no_sessions"
        return (Paragraph(wording.text(f"report.account.{key}", language)),)
    rows = tuple((ref.id, ref.title, numbers.day(ref.ended_on, language)) for ref in missing)
    columns = (column("session", language), column("training", language), column("last_day", language))
    sentence = wording.plural("report.account.not_evaluated", len(missing), language)
    caption = wording.text("report.account.missing_table", language)
    return (Paragraph(sentence), DataTable(caption, columns, rows))


def _quality(report: ReportInput, language: str) -> Iterator[Block]:
    floors, hidden = report.floors, report.quality.hidden_cells
    sentence = wording.text("report.account.floors", language, scores=floors.scores, shares=floors.shares)
    if hidden:
        sentence = f"{sentence} {wording.plural('report.account.hidden', hidden, language)}"
    yield Paragraph(sentence)
    yield from floors_callout(report, language)
    if report.quality.wordings:
        yield Bullets(report.quality.wordings)
    if report.quality.flags:
        yield Paragraph(wording.text("report.account.flags", language))
        yield Bullets(tuple(_flag(text, count, language) for text, count in report.quality.flags))
        yield Paragraph(wording.text("quality.kept", language), "note")
    elif report.coverage.total.evaluated:
        yield Paragraph(wording.text("report.account.no_flags", language))


def _flag(text: str, count: int | None, language: str) -> str:
    if count is None:
        return wording.text("quality.hidden", language, text=text)
    return wording.text("report.account.flag", language, text=text, count=numbers.whole(count, language))
