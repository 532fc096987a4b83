"""Counts, coverage and survey options: what was asked, what came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from qualitycycle import counts as query
from qualitycycle import disclosure, wording
from qualitycycle.analysis.coverage import coverage
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.proportions import option_table
from qualitycycle.analysis.result import Result
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.instrument import Instrument
from qualitycycle.register.derive import SessionFacts, cycle_of
from qualitycycle.register.due import due, tally
from qualitycycle.register.indicators import indicators
from qualitycycle.vocabulary import AnswerState, Moment, Variant
from qualitycycle.workspace import responding
from qualitycycle.workspace.choices import check_choice, day_of, moment_named
from qualitycycle.workspace.flags import flag_totals
from qualitycycle.workspace.release import Group, group_note
from qualitycycle.workspace.view import View, take_view
from qualitycycle.workspace.wordings import APART, wording_notes

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

GROUPS = ("variant", "cycle", "format")
"""What shown counts can be split by; a session is never shown by itself."""

PLACES = ("partnership", "cycle", "variant", "format")
"""What names a group of sessions, as a filter or as a column."""


def counts(
    workspace: Workspace, item: str | Sequence[str] | None, *, raw: bool = False, **filters: Any
) -> pd.DataFrame:
    """The internal counts (``raw``, personal data), else the table of ``count``."""
    if not raw:
        return count(workspace, item, **filters).table
    view = take_view(workspace)
    return internal_counts(view, _items(view, item, filters.get("partnership")), **filters)


def internal_counts(view: View, items: Sequence[str] | None = None, **filters: Any) -> pd.DataFrame:
    """Counts per collection, item, state and answer, with the facts of the register."""
    moment_named(filters.get("moment"))
    view.check(cycle=filters.get("cycle"), partnership=filters.get("partnership"))
    return query.counts(view.snapshot, view.sessions, view.surveys, item=items, apart=True, **filters)


def count(
    workspace: Workspace,
    item: str | Sequence[str] | None = None,
    *,
    by: str | Sequence[str] = (),
    **filters: Any,
) -> Result:
    """Answers per item and category, optionally per group, through the gate.

    A group below the floor has no numbers; shares are fractions of the people who
    answered the item in that group, shown from the higher floor.
    """
    groups = [by] if isinstance(by, str) else list(by)
    for group in groups:
        check_choice("by", group, GROUPS)
    view = take_view(workspace)
    check_choice("collection", filters.get("collection"), view.surveys)
    frame = internal_counts(view, _items(view, item, filters.get("partnership")), **filters)
    table = _shown_counts(frame, view, groups, filters, workspace.language)
    measured = dict.fromkeys(table["item"])
    notes = (*_notes(table, view), *wording_notes(view, measured, workspace.language, key=APART, **filters))
    settings = {"by": groups, **filters}
    payload = {"by": groups, "counts": _records(table)}
    return Result("counts", table, settings, notes, (), view.stamp, payload, workspace.language)


def _items(view: View, item: str | Sequence[str] | None, partnership: str | None = None) -> list[str] | None:
    if item is None:
        return None
    named = [item] if isinstance(item, str) else list(item)
    items = [view.config.shared_named(name, partnership) for name in named]
    for name in items:
        instrument = view.config.instrument_of(name)
        if name in instrument.scores:
            expected = ", ".join(instrument.scores[name].items)
            raise UsageProblem(
                Finding("workspace.score_not_item", value=name, details={"expected": expected})
            )
    return items


def _shown_counts(
    frame: pd.DataFrame, view: View, groups: list[str], filters: Mapping[str, Any], language: str
) -> pd.DataFrame:
    """One row per group, item and category, unused categories included; what may not be seen is null."""
    keys = ["instrument", "item", *groups]
    rows: list[dict[str, Any]] = []
    for key, part in frame.groupby(keys, dropna=False, sort=False):
        named: dict[str, Any] = dict(zip(keys, key, strict=True))
        instrument = view.config.instruments[named["instrument"]]
        cells = _categories(part, instrument, named["item"], language)
        if not _may_show(view, {**filters, **named}):
            cells = [{**cell, "n": None, "share": None} for cell in cells]
        rows += [{**named, **cell} for cell in _gated(cells, view)]
    columns = ["title", "kind", "state", "score", "option", "label", "favourable", "n", "share"]
    table = pd.DataFrame(rows, columns=[*keys, *columns])
    return table.astype({"n": "Int64", "share": float})


def _notes(table: pd.DataFrame, view: View) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """What a reader must know of what is not shown; nothing when everything is."""
    floors = view.config.settings.floors
    answered = table[table["state"] == str(AnswerState.ANSWERED)]
    lowered = disclosure.lowered_note(floors)
    shares = answered["n"].notna() & answered["share"].isna() & (answered["kind"] != "open")
    return (
        *([group_note(floors)] if table["n"].isna().any() else []),
        *([("gate.shares", {"floor": floors.shares})] if shares.any() else []),
        *([lowered] if lowered else []),
    )


def _may_show(view: View, named: Mapping[str, Any]) -> bool:
    """Whether the group of sessions behind a row is released; a survey has no sessions."""
    moment = str(named.get("moment", Moment.POST))
    if moment == Moment.SURVEY or named.get("collection"):
        return True
    group = Group(*(named.get(place) for place in PLACES))
    return group in view.released_for(named["item"], named.get("kind", "basic"), moment)


def _gated(cells: list[dict[str, Any]], view: View) -> list[dict[str, Any]]:
    """The categories of one item in one group, on the people who answered it.

    With fewer answers than the floor nothing is shown, also not how many stayed silent:
    the answers would be the rest.
    """
    floors = view.config.settings.floors
    people = cells[0]["people"] if cells else 0
    shown = []
    for cell in cells:
        plain = {name: value for name, value in cell.items() if name != "people"}
        if people < floors.scores:
            plain |= {"n": None, "share": None}
        elif people < floors.shares:
            plain["share"] = None
        shown.append(plain)
    return shown


def _categories(part: pd.DataFrame, instrument: Instrument, item: str, language: str) -> list[dict[str, Any]]:
    """Every category of an item with its count, the other states after the answers."""
    scale = instrument.scale_of(item)
    asked = int(part.loc[part["state"] != str(AnswerState.NOT_ASKED), "n"].sum())
    silent = int(part.loc[part["state"] == str(AnswerState.NOT_ANSWERED), "n"].sum())
    answered = part[part["state"] == str(AnswerState.ANSWERED)]
    labels = scale.labels.get(language) or next(iter(scale.labels.values()), [])
    people = asked - silent if scale.kind == "multi" else int(answered["n"].sum())
    common = {"title": instrument.title_of(item, language), "kind": scale.kind, "people": people}
    rows: list[dict[str, Any]] = []
    if scale.is_scored:
        by_score = answered.groupby("score")["n"].sum()
        for position, score in enumerate(scale.scores()):
            n = int(by_score.get(score, 0))
            label = labels[position] if position < len(labels) else _number(score, language)
            favourable = Measure(item, scale, instrument.item(item).direction).is_favourable(score)
            rows.append({"score": score, "option": None, "label": label, "favourable": favourable, "n": n})
    elif scale.kind in ("single", "multi"):
        by_option = answered.groupby("option")["n"].sum()
        other = [option for option in by_option.index if not option.isdigit()]
        for option in [str(i) for i in range(1, len(labels) + 1)] + other:
            label = labels[int(option) - 1] if option.isdigit() else wording.text("terms.other", language)
            n = int(by_option.get(option, 0))
            rows.append({"score": None, "option": option, "label": label, "favourable": False, "n": n})
    for row in rows:
        row |= {"state": str(AnswerState.ANSWERED), "share": row["n"] / people if people else None}
    if scale.kind == "open":
        label = wording.text(f"terms.state.{AnswerState.ANSWERED}", language)
        rows.append({"label": label, "favourable": False, "n": people, "state": "answered", "share": None})
    for state in (AnswerState.NOT_ANSWERED, AnswerState.NOT_APPLICABLE, AnswerState.NOT_ASKED):
        n = int(part.loc[part["state"] == str(state), "n"].sum())
        label = wording.text(f"terms.state.{state}", language)
        rows.append({"state": str(state), "label": label, "favourable": False, "n": n, "share": None})
    return [{**row, **common} for row in rows]


def _number(score: float, language: str) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(score, "0.#", locale=language))


def status(
    workspace: Workspace,
    *,
    as_of: str | date | None = None,
    cycle: str | None = None,
    partnership: str | None = None,
    kind: str | None = "basic",
) -> Result:
    """Coverage: sessions held and evaluated, responses and the response rate.

    ``held`` counts sessions whose last meeting is on or before ``as_of`` (today) and that
    were not cancelled; ``evaluated`` those with at least one post response;
    ``response_rate`` is completed post responses over people present, over the sessions
    that say how many were present; null when none does. ``denominators`` has the invited,
    attended, started and completed, in total and per session; ``flags`` how many responses
    carry each flag (null: some, a number that may not be shown).
    """
    view = take_view(workspace)
    view.check(cycle=cycle, partnership=partnership)
    day = day_of(as_of)
    filters = {"cycle": cycle, "partnership": partnership, "kind": kind}
    chosen = [one for one in view.sessions.values() if _chosen(one, **filters)]
    found = coverage_of(view, chosen, day)
    held = [one for one in chosen if not one.cancelled and one.last_date and one.last_date <= day]
    table = _coverage_table(found, view)
    enough = found["responses"] >= view.config.settings.floors.scores or found["responses"] == 0
    rate = found["denominators"]["response_rate"]
    payload = {
        "cycle": cycle,
        "partnership": partnership,
        "as_of": day.isoformat(),
        "scope": _scope(view, cycle, partnership, workspace.language),
        "sessions": found["sessions"],
        "responses": found["responses"] if enough else None,
        "completed": found["completed"] if enough else None,
        "response_rate": found["response_rate"] if enough else None,
        "response": {
            "completed": rate["completed"] if enough else None,
            "attended": rate["n"] if rate["sessions"] else None,
            "sessions": rate["sessions"],
            "sessions_unknown": rate["sessions_unknown"],
        },
        "denominators": responding.as_json(
            responding.in_total(view, held), responding.per_session(view, held)
        ),
        "flags": flag_totals(view, kind, Group(partnership, cycle)),
        "due": _due(view, day, partnership),
        "indicators": _indicators(view, day, partnership),
        "not_evaluated": found["not_evaluated"],
        "by_variant": {
            row["variant"]: {name: row[name] for name in ("held", "evaluated", "responses")}
            for row in _records(table)
        },
    }
    hidden = payload["responses"] is None or bool(table["responses"].isna().any())
    notes = tuple(disclosure.notes(view.config.settings.floors)[:1]) if hidden else ()
    return Result("status", table, filters, notes, (), view.stamp, payload, workspace.language)


def _indicators(view: View, day: date, partnership: str | None) -> list[dict[str, Any]]:
    """The yearly figures of the register (who followed what) at the end of this cycle so far."""
    settings = view.config.settings
    now = cycle_of(day, settings.cycle.start)
    found = indicators(
        view.records,
        view.config.organisations,
        day,
        cycle_start=settings.cycle.start,
        counts_from=settings.floors.scores,
        shares_from=settings.floors.shares,
    )
    return [asdict(one) for one in found if one.cycle == now and partnership in (None, one.partnership)]


def _due(view: View, day: date, partnership: str | None) -> dict[str, dict[str, int]]:
    """How many people something is due for within 30 and 90 days, at the boards of a partnership."""
    organisations = view.config.organisations
    boards = organisations.partnerships[partnership].boards if partnership else None
    found = {}
    for within in (30, 90):
        own = [
            one
            for one in due(view.records, organisations, day, within)
            if boards is None or one.board in boards
        ]
        found[f"within_{within}"] = tally(own)
    return found


def coverage_of(view: View, sessions: Iterable[SessionFacts], as_of: date) -> dict[str, Any]:
    """Coverage of these sessions, see ``analysis.coverage``; counts are not gated yet."""
    facts = [
        {
            "id": one.id,
            "variant": str(one.variant),
            "cancelled": one.cancelled,
            "last_date": one.last_date,
            "invited": one.invited,
            "attended": one.attended,
        }
        for one in sessions
    ]
    return coverage(facts, view.forms, as_of)


def _chosen(facts: SessionFacts, *, cycle: str | None, partnership: str | None, kind: str | None) -> bool:
    return (
        (cycle is None or facts.cycle == cycle)
        and (partnership is None or partnership in facts.partnerships)
        and (kind is None or facts.kind == kind)
    )


def _coverage_table(found: Mapping[str, Any], view: View) -> pd.DataFrame:
    """Coverage per variant; responses below the floor hidden, also by subtraction."""
    order = [str(variant) for variant in Variant]
    rows = [
        {"variant": variant, **found["by_variant"][variant]}
        for variant in order
        if variant in found["by_variant"]
    ]
    table = pd.DataFrame(rows, columns=["variant", "held", "evaluated", "responses"])
    if table.empty:
        return table
    floors = view.config.settings.floors
    return disclosure.gate_cells(table, n="responses", floors=floors, within=[()], keep=("held", "evaluated"))


def _scope(view: View, cycle: str | None, partnership: str | None, language: str) -> str:
    where = (
        view.config.organisations.partnerships[partnership].name
        if partnership
        else wording.text("terms.region", language)
    )
    return f"{where}, {cycle or wording.text('terms.all_cycles', language)}"


def options(workspace: Workspace, item: str, *, collection: str, moment: str = "survey") -> Result:
    """A closed question of one collection: option, n, denominator, share and Wilson interval.

    Independent answers of a survey only: answers in sessions are clustered and need
    ``compare``. Answers are never cross-tabulated.
    """
    view = take_view(workspace)
    check_choice("collection", collection, view.surveys)
    frame = internal_counts(view, _items(view, item), moment=moment, collection=collection)
    instrument = view.config.instrument_of(item)
    labels = instrument.scale_of(item).labels
    texts = labels.get(workspace.language) or next(iter(labels.values()))
    answered = frame[frame["state"] == str(AnswerState.ANSWERED)].groupby("option")["n"].sum()
    counted = {text: int(answered.get(str(i), 0)) for i, text in enumerate(texts, 1)}
    table = option_table(counted)
    floors = view.config.settings.floors
    released = disclosure.gate_distribution(counted, floors)
    if released.counts is None:
        table[["n", "denominator"]] = None
    if released.shares is None:
        table[["share", "low", "high"]] = None
    return Result(
        "options",
        table,
        {"item": item, "collection": collection},
        tuple(disclosure.notes(floors)[:1]),
        (),
        view.stamp,
        {"item": item, "collection": collection, "options": _records(table)},
        workspace.language,
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain JSON values; hidden numbers are null."""
    plain = table.astype(object).where(table.notna(), None)
    return [
        {str(name): value.item() if hasattr(value, "item") else value for name, value in row.items()}
        for row in plain.to_dict(orient="records")
    ]
