"""The reply to participants: from the recorded replies, signed by both halves, to one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding, Level, has_errors
from qualitycycle.register.derive import SessionFacts, affiliation_on, by_id, with_periods
from qualitycycle.register.tables import fold_id
from qualitycycle.report.reply import NOT_NOW, WE_DO, Reply, ReplySheet, Signature, render_reply
from qualitycycle.themes.redaction import LINK, MAIL, NAME, NUMBER, PHONE, redact
from qualitycycle.vocabulary import Affiliation
from qualitycycle.workspace import responding
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.theming import names_in
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

Row = Mapping[str, Any]

HALVES = (Affiliation.SCHOOL, Affiliation.INSTITUTE)
MARKS = (NAME, MAIL, PHONE, NUMBER, LINK)
ENDINGS = (".html", ".pdf")
QUOTES = 4
ON_A_PAGE = 8
"""So many replies of three lines each, with quotes, fit on one page of A4."""

KIND = "basic"


@dataclass(frozen=True)
class WrittenReply:
    """The sheet on disk: how many replies are on it, and what the writer should know."""

    path: Path
    replies: int
    findings: tuple[Finding, ...] = ()


def write_reply(
    workspace: Workspace,
    path: Path,
    *,
    session: str | None = None,
    partnership: str | None = None,
    cycle: str | None = None,
    quotes: bool = False,
    force: bool = False,
) -> WrittenReply:
    """Write the replies of one session, or of a partnership's cycle, as HTML or PDF by the ending.

    Both halves of the tandem have signed every reply: a school and an institute trainer, of a
    session two of its own; a session of one half needs that half only, and one of which it is not
    known (or that an outsider gave alone) any trainer of either half. ``quotes`` adds a few
    reviewed quotes to the sheet of a cycle (from ten open answers on); the sheet of a session has
    none, and of answers only how many there were, where that may be shown.

    Raises UsageProblem when it is not clear which sheet, or for another ending; Refused when there
    are no replies, a half has not signed, somebody signed for the wrong half, a reason is missing,
    or when the file is there and not ``force``.
    """
    view = take_view(workspace)
    facts = _asked_for(view, path, session, partnership, cycle, quotes)
    if path.exists() and not force:
        raise Refused(Finding("workspace.file_exists", file=str(path)))
    rows = _rows(view, facts, partnership, cycle)
    problems = [*_none(rows, session or f"{partnership} {cycle}"), *_unready(view, rows, facts)]
    if has_errors(problems):
        raise Refused(problems)
    quoted = _quotes(workspace, str(partnership), str(cycle)) if quotes else ()
    sheet, removed = _sheet(view, rows, facts, str(partnership), str(cycle), quoted, workspace.language)
    _write(render_reply(sheet, workspace.language), path)
    found = [Finding("practice.names_removed", Level.WARNING, count=removed)] if removed else []
    if len(rows) > ON_A_PAGE:
        found.append(Finding("practice.long_sheet", Level.WARNING, count=len(rows)))
    return WrittenReply(path, len(rows), tuple(found))


def _asked_for(
    view: View, path: Path, session: str | None, partnership: str | None, cycle: str | None, quotes: bool
) -> SessionFacts | None:
    """The session that is meant, or None for a partnership's cycle."""
    whole = partnership is not None and cycle is not None
    if (session is None) != whole or (session is not None and (partnership or cycle)):
        raise UsageProblem(Finding("practice.which_sheet"))
    if session is not None and quotes:
        raise UsageProblem(Finding("practice.no_quotes_of_session", value=session))
    if path.suffix.lower() not in ENDINGS:
        raise UsageProblem(Finding("certificates.format", file=path.name, value=path.suffix or "-"))
    view.check(cycle=cycle, partnership=partnership)
    if session is None:
        return None
    known = {fold_id(id): one for id, one in view.sessions.items()}
    if fold_id(session) not in known:
        check_choice("session", session, view.sessions)
    return known[fold_id(session)]


def _rows(view: View, facts: SessionFacts | None, partnership: str | None, cycle: str | None) -> list[Row]:
    """The replies of the session, or every reply of the partnership's cycle."""
    rows = view.records.get("replies", ())
    if facts is not None:
        return [row for row in rows if fold_id(row.get("session")) == fold_id(facts.id)]
    return [
        row
        for row in rows
        if fold_id(row.get("partnership")) == fold_id(partnership) and row.get("cycle") == cycle
    ]


def _none(rows: Sequence[Row], where: str) -> Iterator[Finding]:
    if not rows:
        yield Finding("practice.no_replies", value=where)


def _unready(view: View, rows: Sequence[Row], facts: SessionFacts | None) -> Iterator[Finding]:
    """What every reply still lacks before it may go out."""
    halves, actions = signing(facts), by_id(view.records.get("actions", ()))
    for row in rows:
        id = str(row["id"])
        if not _deed(row, actions):
            code = "practice.no_reason" if row.get("answer") == NOT_NOW else "practice.no_deed"
            yield Finding(code, value=id)
        for half in halves:
            signed = row.get(f"signed_{half}")
            if not signed:
                yield Finding(f"practice.unsigned_{half}", value=id)
            elif not _of_half(view, signed, half, facts, row.get("signed_on")):
                yield Finding(f"practice.signed_wrong_{half}", value=id)
        if not row.get("signed_on") and any(row.get(f"signed_{half}") for half in halves):
            yield Finding("practice.unsigned_day", value=id)


def _deed(row: Row, actions: Mapping[str, Row]) -> str:
    """What is done or why not, in words; what is done may be left to the action itself."""
    action = actions.get(fold_id(row.get("action")), {}) if row.get("answer") == WE_DO else {}
    return str(row.get("what") or action.get("what") or "")


def signing(facts: SessionFacts | None) -> tuple[Affiliation, ...]:
    """Which halves sign: those that gave the session, else both.

    >>> [str(half) for half in signing(None)]
    ['school', 'institute']
    """
    gave = tuple(half for half in HALVES if facts is not None and half in facts.affiliations)
    return gave or HALVES


def _of_half(
    view: View, trainer: str, half: Affiliation, facts: SessionFacts | None, day: date | None
) -> bool:
    """Whether a trainer signs for that half: one who gave the session so, else by the register."""
    if facts is not None and half in facts.affiliations:
        given = zip(facts.trainers, facts.affiliations, strict=True)
        return any(fold_id(one) == fold_id(trainer) and of == half for one, of in given)
    known = with_periods(view.records).get(fold_id(trainer))
    return affiliation_on(None, known, day) == half


def _sheet(
    view: View,
    rows: Sequence[Row],
    facts: SessionFacts | None,
    partnership: str,
    cycle: str,
    quotes: Sequence[str],
    language: str,
) -> tuple[ReplySheet, int]:
    """The sheet, and how many names and numbers of people were taken out of it."""
    names, actions = names_in(view), by_id(view.records.get("actions", ()))
    replies = []
    for row in sorted(rows, key=lambda row: str(row["id"])):
        said, what = (redact(text, names).text for text in (row["said"], _deed(row, actions)))
        action = actions.get(fold_id(row.get("action")), {})
        replies.append(Reply(said, row["answer"], what, action.get("due"), action.get("closed_on")))
    removed = sum(text.count(mark) for one in replies for text in (one.said, one.what) for mark in MARKS)
    lead = facts.lead or "" if facts else partnership
    known = view.config.organisations.partnerships
    last = max(row["signed_on"] for row in rows)
    sheet = ReplySheet(
        known[lead].name if lead in known else lead,
        _about(view, facts, cycle, language),
        replies,
        [Signature(str(half), last if half in signing(facts) else None) for half in HALVES],
        _figures(view, facts, partnership, cycle, language),
        quotes,
        view.config.settings.synthetic,
    )
    return sheet, removed


def _about(view: View, facts: SessionFacts | None, cycle: str, language: str) -> str:
    from qualitycycle.report.certificate import day_in_words

    if facts is None:
        return wording.text("practice.sheet.cycle", language, cycle=cycle)
    training = redact(facts.training or "", names_in(view)).text
    training = training or wording.text(f"terms.kind.{facts.kind}", language)
    if facts.last_date is None:
        return training
    day = day_in_words(facts.last_date, language)
    return wording.text("practice.sheet.session", language, training=training, day=day)


def _figures(
    view: View, facts: SessionFacts | None, partnership: str, cycle: str, language: str
) -> tuple[str, ...]:
    """How many filled in the evaluation, where that may be shown; nothing else of one session.

    Of a cycle over the basic trainings, as ``status`` tells it.
    """
    if facts is not None:
        found = responding.per_session(view, [facts])[facts.id]
    else:
        held = [
            one
            for one in view.sessions.values()
            if (one.cycle, one.kind) == (cycle, KIND)
            and partnership in one.partnerships
            and not one.cancelled
        ]
        found = responding.in_total(view, held)
    if not found.completed:
        return ()
    known = found.attended is not None and not found.unknown[1] and found.attended >= found.completed
    key = "practice.sheet.answered" if known else "practice.sheet.answered_only"
    values = {"completed": found.completed, "attended": found.attended}
    return (wording.text(key, language, **values),)


def _quotes(workspace: Workspace, partnership: str, cycle: str) -> tuple[str, ...]:
    """A few texts a reviewer released, of a group that is large enough."""
    found = workspace.themes(partnership=partnership, cycle=cycle, quotes=True).payload["quotes"]
    return tuple(one["text"] for one in found[:QUOTES])


def _write(page: str, path: Path) -> None:
    from qualitycycle.report.pdf import print_pdf

    try:
        if path.suffix.lower() == ".pdf":
            print_pdf(page, path)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as problem:
        details = {"problem": problem.strerror or str(problem)}
        raise Refused(Finding("workspace.cannot_write", file=str(path), details=details)) from problem
