"""The calendar of the school year: what is due, for a terminal, as JSON and as a calendar file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from qualitycycle.register.calendar_rules import (
    CANCELLED,
    NOW,
    OVERDUE,
    Happened,
    Rules,
    Task,
    action_tasks,
    cycle_tasks,
    expiry_tasks,
    session_tasks,
)
from qualitycycle.register.derive import cycle_of
from qualitycycle.themes.redaction import redact
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace.choices import day_of
from qualitycycle.workspace.theming import names_in
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.analysis.result import Result
    from qualitycycle.exporters.ics import Event
    from qualitycycle.workspace.core import Workspace

WITHIN, YEAR = 90, 366
"""How many days a list looks ahead and back, and a calendar file."""

SUBJECTS = {"action": "action", "act_check": "action", "expiry": "board"}
"""What the subject of a task is, where it is not a session."""


def calendar(
    workspace: Workspace,
    *,
    as_of: str | date | None = None,
    within: int | None = None,
    cycle: str | None = None,
    partnership: str | None = None,
    kind: str | None = None,
) -> Result:
    """What is due when: every task of which the day lies ``within`` so many days of ``as_of``
    (today; 90 days), and whatever can be done now or still has to be done.

    One row per task: ``on``, ``until``, ``kind``, ``state``, ``partnership``, ``cycle``,
    ``session``, ``action`` or ``board``, and ``what`` and ``about`` in words, without names of
    people. ``kind`` keeps the sessions of one kind of training. Of answers it says only whether
    there are any. Raises UsageProblem for a day, cycle or partnership that does not exist.
    """
    import pandas as pd

    from qualitycycle.analysis.result import Result

    view, day = take_view(workspace), day_of(as_of)
    within = WITHIN if within is None else within
    view.check(cycle=cycle, partnership=partnership)
    near = tasks(workspace, view, day, within)
    asked = [task for task in near if _asked_for(view, task, cycle, partnership, kind)]
    rows = list(_rows(view, [task for task in asked if task.state != CANCELLED], workspace.language))
    names = ("on", "what", "about", "state")
    table = pd.DataFrame([{name: row[name] for name in names} for row in rows], columns=list(names))
    settings = {"as_of": day.isoformat(), "within": within, "cycle": cycle, "partnership": partnership}
    settings["kind"] = kind
    payload = {**settings, "calendar": rows}
    notes = _notes(view, day)
    return Result("calendar", table, settings, notes, (), view.stamp, payload, workspace.language)


def export_calendar(
    workspace: Workspace,
    path: Path,
    *,
    as_of: str | date | None = None,
    within: int | None = None,
    cycle: str | None = None,
    partnership: str | None = None,
    kind: str | None = None,
    force: bool = False,
) -> int:
    """Write the tasks as a calendar file (RFC 5545), a year ahead and back unless told.

    An event keeps its identity, so importing a later file updates the calendar; a session that
    was cancelled takes its events out again. No names of people are in it. Gives how many events.
    Raises Refused when the file is there and not ``force``, or cannot be written.
    """
    from qualitycycle.exporters.ics import calendar_file

    if path.exists() and not force:
        raise Refused(Finding("workspace.file_exists", file=str(path)))
    view, day = take_view(workspace), day_of(as_of)
    view.check(cycle=cycle, partnership=partnership)
    near = tasks(workspace, view, day, YEAR if within is None else within)
    asked = [task for task in near if _asked_for(view, task, cycle, partnership, kind)]
    events = list(_events(view, asked, workspace.language))
    where = view.config.organisations.partnerships[partnership].name if partnership else ""
    title = f"{wording.text('calendar.title', workspace.language)} {where}".strip()
    _write(path, calendar_file(events, title, workspace.language, datetime.now(UTC)))
    return len(events)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as problem:
        details = {"problem": problem.strerror or str(problem)}
        raise Refused(Finding("workspace.cannot_write", file=str(path), details=details)) from problem


def tasks(workspace: Workspace, view: View, day: date, within: int) -> list[Task]:
    """Every task near a day, in order of their days; also those of sessions that were cancelled."""
    settings = view.config.settings
    rules, happened = Rules(settings.calendar, day, settings.cycle.start), _happened(workspace, view)
    sessions = list(view.sessions.values())
    found = [
        *session_tasks(sessions, happened, rules),
        *cycle_tasks(sessions, view.surveys.values(), view.records, happened, rules),
        *action_tasks(view.records, rules),
        *expiry_tasks(view.records, view.config.organisations, rules, within),
    ]
    first, last = day - timedelta(days=within), day + timedelta(days=within)
    near = [task for task in found if task.state in (NOW, OVERDUE) or first <= task.on <= last]
    return sorted(near, key=lambda task: (task.on, task.key))


def _happened(workspace: Workspace, view: View) -> Happened:
    """Where there are any responses, of which moment, and which reports were written."""
    from qualitycycle.counts import response_counts

    if "any responses" not in view.memo:
        frame = response_counts(view.snapshot, view.sessions, view.surveys, kind=None, moment=None)
        there = frame[frame["n"] > 0]
        view.memo["any responses"] = frozenset(zip(there["collection"], there["moment"], strict=True))
    reports = (workspace.root / "reports").glob("*/*.html")
    known = view.config.organisations.partnerships
    reported = frozenset(
        (code, path.parent.name)
        for path in reports
        for code in known
        if path.name.startswith(f"{code}-{path.parent.name}.")
    )
    instruments = view.config.instruments.values()
    asked = {str(moment) for moment in Moment for one in instruments if one.asked_at(moment)}
    return Happened(view.memo["any responses"], reported, frozenset(asked))


def _asked_for(view: View, task: Task, cycle: str | None, partnership: str | None, kind: str | None) -> bool:
    """Whether a task is of this cycle (else that of its day), partnership and kind of training."""
    session = view.sessions.get(task.subject or "") if task.kind not in SUBJECTS else None
    if kind is not None and session is not None and session.kind != kind:
        return False
    own = task.cycle or cycle_of(task.on, view.config.settings.cycle.start)
    if cycle not in (None, own):
        return False
    if partnership is None:
        return True
    if task.kind == "expiry":
        return task.subject in view.config.organisations.partnerships[partnership].boards
    return partnership == task.partnership or (session is not None and partnership in session.shared_with)


def _rows(view: View, found: list[Task], language: str) -> Iterator[dict[str, Any]]:
    """The tasks as plain values, with what they are in words."""
    clean = _redacted(view, found)
    for task in found:
        subject = {SUBJECTS.get(task.kind, "session"): task.subject}
        yield {
            "kind": task.kind,
            "on": task.on.isoformat(),
            "until": task.until and task.until.isoformat(),
            "state": task.state,
            "partnership": task.partnership,
            "cycle": task.cycle,
            **{name: subject.get(name) for name in ("session", "action", "board")},
            "what": _what(task, language),
            "about": _about(task, clean[task.what], language),
        }


def _events(view: View, found: list[Task], language: str) -> Iterator[Event]:
    from qualitycycle.exporters.ics import Event

    clean = _redacted(view, found)
    for task in found:
        what, about = _what(task, language), _about(task, clean[task.what], language)
        state = wording.text(f"calendar.state.{task.state}", language)
        summary = what if not about else f"{what}: {about}"
        yield Event(
            task.key,
            task.on,
            f"{summary} ({state})" if task.state in ("done", "too_late", CANCELLED) else summary,
            wording.text(f"calendar.how.{task.kind}", language),
            wording.text("calendar.title", language),
            task.state == CANCELLED,
        )


def _redacted(view: View, found: list[Task]) -> Mapping[str, str]:
    """The free texts of the register that go with the tasks, without names of people."""
    names = names_in(view)
    return {text: redact(text, names).text for text in {task.what for task in found}}


def _what(task: Task, language: str) -> str:
    from babel.dates import format_date

    month = format_date(task.until, "MMMM y", locale=language) if task.period and task.until else ""
    return wording.text(f"calendar.what.{task.kind}", language, cycle=task.cycle or "", month=month)


def _about(task: Task, text: str, language: str) -> str:
    """Whose task it is, and of which session, action or board."""
    if task.kind == "expiry":
        return task.subject or wording.text("calendar.no_board", language)
    parts = (task.partnership, task.subject, f"({text})" if text else None)
    return " ".join(part for part in parts if part)


def _notes(view: View, day: date) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """When no holidays are known for this school year: then only weekends are avoided."""
    settings = view.config.settings
    rules = Rules(settings.calendar, day, settings.cycle.start)
    now = rules.cycles()[1]
    start, end = rules.starts(now), rules.ends(now)
    known = any(one.first <= end and one.last >= start for one in settings.calendar.holidays)
    return () if known else (("calendar.no_holidays", {"cycle": now}),)
