"""What is due when in the school year: per session, per partnership and cycle, per action, per board."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qualitycycle.config import Organisations
from qualitycycle.register.derive import CYCLE_START, SessionFacts, SurveyFacts, cycle_of
from qualitycycle.register.due import due
from qualitycycle.register.judged import judging
from qualitycycle.register.tables import AnyRecords, fold_id
from qualitycycle.school_year import (
    CalendarSettings,
    cycle_ends,
    cycle_later,
    cycle_starts,
    first_on_or_after,
    months_later,
    nearest_school_day,
)
from qualitycycle.vocabulary import UNFINISHED, Moment

DONE, COMING, NOW, OVERDUE, TOO_LATE, CANCELLED = STATES = (
    "done",
    "coming",
    "now",
    "overdue",
    "too_late",
    "cancelled",
)
KINDS = (
    "goals",
    "pre",
    "post",
    "post_reminder",
    "follow_up",
    "student_survey",
    "draft_report",
    "decisions",
    "action",
    "act_check",
    "expiry",
)


@dataclass(frozen=True)
class Task:
    """Something to do on the day ``on`` (until ``until``, where that is known).

    ``kind`` is one of ``KINDS``, ``state`` of ``STATES``: ``now`` can be done today, ``overdue``
    still has to be done, ``too_late`` no longer can. ``subject`` is the id of the session or
    action, or the code of the board; ``what`` is free text of the register about it, ``period``
    the month of what runs out.
    """

    kind: str
    on: date
    state: str
    partnership: str | None
    cycle: str | None = None
    subject: str | None = None
    until: date | None = None
    what: str = ""
    period: str | None = None

    @property
    def key(self) -> str:
        """What makes this the same task when it is worked out again, also on another day.

        >>> Task("pre", date(2025, 9, 1), "coming", "DUIN", "2025-2026", "S1").key
        'pre/DUIN/2025-2026/S1/-'
        """
        parts = (self.kind, self.partnership, self.cycle, self.subject, self.period)
        return "/".join(part or "-" for part in parts)


@dataclass(frozen=True)
class Happened:
    """What has happened: which collections have any response of a moment, which reports exist.

    ``asked`` are the moments the questionnaires have questions for.
    """

    answered: frozenset[tuple[str, str]] = frozenset()
    reported: frozenset[tuple[str, str]] = frozenset()
    asked: frozenset[str] = frozenset(str(moment) for moment in Moment)


@dataclass(frozen=True)
class Rules:
    """By what the days are worked out, and as of which day."""

    settings: CalendarSettings
    as_of: date
    cycle_start: str = CYCLE_START

    def near(self, day: date, partnership: str | None, **bounds: date) -> date:
        """The nearest school day of a partnership."""
        return nearest_school_day(day, self.settings.holidays, partnership, **bounds)

    def state(self, on: date, until: date | None, done: bool, after: str = TOO_LATE) -> str:
        """The state of a task today; ``after`` is what it is once ``until`` has passed.

        >>> rules = Rules(CalendarSettings(), date(2026, 1, 10))
        >>> rules.state(date(2026, 1, 5), None, False), rules.state(date(2026, 1, 5), date(2026, 1, 9), False)
        ('overdue', 'too_late')
        """
        if done:
            return DONE
        if self.as_of < on:
            return COMING
        if until is None:
            return NOW if self.as_of == on else OVERDUE
        return NOW if self.as_of <= until else after

    def cycles(self) -> tuple[str, str, str]:
        """The cycle before this one, this one, and the next."""
        now = cycle_of(self.as_of, self.cycle_start)
        return cycle_later(now, -1), now, cycle_later(now)

    def starts(self, cycle: str) -> date:
        """The first day of a cycle."""
        return cycle_starts(cycle, self.cycle_start)

    def ends(self, cycle: str) -> date:
        """The last day of a cycle."""
        return cycle_ends(cycle, self.cycle_start)


def session_tasks(sessions: Iterable[SessionFacts], happened: Happened, rules: Rules) -> Iterator[Task]:
    """The pre form, the form at the last meeting with a reminder, and the follow-up of each session.

    Sessions of the cycle before this one and later. ``done`` once any response of the moment is
    there (``retro_pre`` stands for ``pre``). Nobody knows whether a reminder was sent: after a week
    it is not mentioned any more.
    """
    first = rules.starts(rules.cycles()[0])
    for one in sessions:
        if one.first_date is not None and one.last_date is not None and one.first_date >= first:
            for kind, on, until, done in _of_session(one, one.first_date, one.last_date, happened, rules):
                state = CANCELLED if one.cancelled else rules.state(on, until, done)
                yield Task(kind, on, state, one.lead, one.cycle, one.id, until, one.training or "")


def _of_session(
    one: SessionFacts, first: date, last: date, happened: Happened, rules: Rules
) -> Iterator[tuple[str, date, date, bool]]:
    settings, day = rules.settings, timedelta(days=1)

    def any_of(*moments: Moment) -> bool:
        return any((one.id, str(moment)) in happened.answered for moment in moments)

    if Moment.PRE in happened.asked:
        until = first - day
        on = rules.near(first - settings.pre_days * day, one.lead, latest=until)
        yield "pre", on, first, any_of(Moment.PRE, Moment.RETRO_PRE)
    if Moment.POST in happened.asked:
        closes = last + settings.post_open_days * day
        yield "post", last, closes, any_of(Moment.POST)
        on = rules.near(
            last + settings.post_reminder_days * day, one.lead, earliest=last + day, latest=closes
        )
        if rules.as_of <= on + 7 * day:
            yield "post_reminder", on, on + 7 * day, False
    if Moment.FOLLOW_UP in happened.asked:
        wanted = months_later(last, settings.follow_up_months)
        earliest = months_later(last, settings.follow_up_from_months)
        on = rules.near(wanted, one.lead, earliest=earliest)
        yield "follow_up", on, on + settings.follow_up_open_days * day, any_of(Moment.FOLLOW_UP)


def cycle_tasks(
    sessions: Sequence[SessionFacts],
    surveys: Iterable[SurveyFacts],
    records: AnyRecords,
    happened: Happened,
    rules: Rules,
) -> Iterator[Task]:
    """Per partnership and cycle: goals, the student survey, the draft report and the decisions.

    Partnerships that lead or share a session in the cycle before this one, in this one or in the
    next; a past cycle counts only with sessions, and asks for no goals any more. Goals come before
    the first invitation of the cycle, decisions after the cycle.
    """
    before, now, after = rules.cycles()
    held = _held(sessions, (before, now, after))
    done = _decided(records) | {("student_survey", *one) for one in _surveyed(surveys, happened)}
    done |= {("draft_report", fold_id(partnership), cycle) for partnership, cycle in happened.reported}
    active = list(dict.fromkeys(partnership for partnership, _ in held))
    for partnership in sorted(active):
        for cycle in (before, now, after):
            first = held.get((partnership, cycle))
            if first is not None or cycle != before:
                for kind, on, until in _of_cycle(partnership, cycle, first, happened, rules):
                    settled = (kind, fold_id(partnership), cycle) in done or (
                        kind == "student_survey" and (kind, "", cycle) in done
                    )
                    yield Task(kind, on, rules.state(on, until, settled), partnership, cycle, None, until)


def _of_cycle(
    partnership: str, cycle: str, first: date | None, happened: Happened, rules: Rules
) -> Iterator[tuple[str, date, date | None]]:
    settings, start, end = rules.settings, rules.starts(cycle), rules.ends(cycle)
    latest = first - timedelta(days=settings.pre_days + 1) if first else end
    if end >= rules.as_of:
        goals = min(first_on_or_after(settings.goals, start), latest)
        yield "goals", rules.near(goals, partnership, latest=latest), None
    if Moment.STUDENT in happened.asked:
        on = rules.near(first_on_or_after(settings.student_survey, start), partnership, latest=end)
        yield "student_survey", on, end
    yield "draft_report", rules.near(first_on_or_after(settings.draft_report, start), partnership), None
    on = first_on_or_after(settings.decisions, end + timedelta(days=1))
    yield "decisions", rules.near(on, partnership), None


def _held(sessions: Iterable[SessionFacts], cycles: Sequence[str]) -> dict[tuple[str, str], date]:
    """The first meeting of each partnership in each of these cycles."""
    held: dict[tuple[str, str], date] = {}
    for one in sessions:
        if one.cycle in cycles and one.first_date is not None and not one.cancelled:
            for partnership in one.partnerships:
                key = (partnership, str(one.cycle))
                held[key] = min(one.first_date, held.get(key, one.first_date))
    return held


def _surveyed(surveys: Iterable[SurveyFacts], happened: Happened) -> Iterator[tuple[str, str]]:
    """Where students answered: partnership (as compared; empty: the region) and cycle."""
    for one in surveys:
        if one.cycle and (one.id, str(Moment.STUDENT)) in happened.answered:
            yield fold_id(one.partnership), one.cycle


def _decided(records: AnyRecords) -> set[tuple[str, str, str]]:
    """For which partnership and cycle there are goals, and decisions on findings of the cycle."""
    goals = {
        ("goals", fold_id(row.get("partnership")), str(row.get("cycle"))) for row in _rows(records, "goals")
    }
    cycle_of_finding = {fold_id(row.get("id")): row.get("cycle") for row in _rows(records, "findings")}
    decided = {
        ("decisions", fold_id(row.get("partnership")), str(cycle_of_finding.get(fold_id(finding))))
        for row in _rows(records, "decisions")
        for finding in row.get("findings") or ()
    }
    return goals | decided


def action_tasks(records: AnyRecords, rules: Rules) -> Iterator[Task]:
    """Per action the day it is due, and the draft report or the decisions, whichever comes first
    after it, for which it is looked at again.

    An action is done when it is closed, and looked at when a decision judges it. Those that were
    due before the previous cycle are left alone once they are closed.
    """
    decisions = _rows(records, "decisions")
    oldest = rules.starts(rules.cycles()[0])
    for row in _rows(records, "actions"):
        on, status = row.get("due"), row.get("status") or "open"
        if on is None or status == "dropped":
            continue
        partnership, subject, what = row.get("partnership"), str(row["id"]), row.get("what") or ""
        if status in UNFINISHED or on >= oldest:
            state = rules.state(on, None, status not in UNFINISHED)
            yield Task("action", on, state, partnership, None, subject, None, what)
        if on >= oldest:
            settings = rules.settings
            days = (first_on_or_after(one, on) for one in (settings.draft_report, settings.decisions))
            check = rules.near(min(days), partnership)
            state = rules.state(check, None, bool(judging(decisions, subject)))
            yield Task("act_check", check, state, partnership, None, subject, None, what)


def expiry_tasks(
    records: AnyRecords, organisations: Organisations, rules: Rules, within: int
) -> Iterator[Task]:
    """Per board and month: certificates and requirements run out. Nobody is named or counted."""
    since = rules.as_of - timedelta(days=within)
    found = due(records, organisations, rules.as_of, within)
    months = {(one.board, one.until.replace(day=1)) for one in found if one.until and one.until >= since}
    for board, month in sorted(months, key=lambda pair: (pair[1], pair[0] or "")):
        until = months_later(month, 1) - timedelta(days=1)
        on = rules.near(month, None, earliest=month)
        state = rules.state(on, until, False, OVERDUE)
        yield Task("expiry", on, state, None, None, board, until, period=f"{month:%Y-%m}")


def _rows(records: AnyRecords, table: str) -> Sequence[Mapping[str, Any]]:
    return records.get(table, ())
