"""What a report printed, into the store of published cells and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from qualitycycle.report.dossier_model import State
from qualitycycle.report.model import Estimate, ReportInput
from qualitycycle.report.model_evidence import Evidence
from qualitycycle.store.kept import KeptStore, Print, cell
from qualitycycle.workspace.settling import Earlier, Touched, has_figure, settle
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace


def keep(workspace: Workspace, report: ReportInput) -> Print:
    """Keep what a report says of the guarantees; the same report again writes nothing.

    Figures that could be subtracted from an earlier print are kept as they were printed before.
    When every answer is gone the last print stands, and nothing is written.
    """
    view = take_view(workspace)
    partnership, cycle = report.partnership.code, report.cycle
    collections = _collections(workspace)
    stamp: Mapping[str, Any] = report.manifest.snapshot
    mine = _sessions(view, partnership, cycle)
    imports = tuple(sorted(id for id in stamp["evaluations"]["imports"] if collections[id] & mine))

    def made(known: tuple[Print, ...]) -> Print:
        before = [one for one in known if one.cycle == cycle]
        evidence = report.evidence
        if before and any(map(_answered, evidence_of(before[-1]))) and not any(map(_answered, evidence)):
            return before[-1]
        changes = [
            Earlier(evidence_of(one), _touched(one.imports, imports, collections, view, partnership, cycle))
            for one in before
        ]
        cells = tuple(_cell(one) for one in settle(evidence, changes, view.config.settings.floors))
        return Print(partnership, cycle, report.generated_on, imports, _short(stamp), cells)

    return KeptStore(workspace.root).keep(partnership, made)


def prints(workspace: Workspace, partnership: str) -> dict[str, Print]:
    """The last print of every cycle of a partnership."""
    return {one.cycle: one for one in KeptStore(workspace.root).prints(partnership)}


def evidence_of(one: Print) -> tuple[Evidence, ...]:
    """The evidence of a print; every figure with the day on which it was taken."""
    return tuple(_evidence(values, one.kept_on, one.cycle) for values in one.cells)


def rests_on(workspace: Workspace, view: View, one: Print) -> State:
    """What became of the answers under a print: ``same``, ``changed`` or ``gone``."""
    sessions = _sessions(view, one.partnership, one.cycle)
    if not any(view.forms.get(id) for id in sessions):
        return "gone" if one.imports else "same"
    collections = _collections(workspace)
    now = {id for id in view.snapshot.visible if collections[id] & sessions}
    return "same" if now == set(one.imports) else "changed"


def _answered(one: Evidence) -> bool:
    return one.is_question and has_figure(one)


def _sessions(view: View, partnership: str, cycle: str) -> set[str]:
    """The sessions of a cycle that a partnership leads or shares."""
    return {
        facts.id
        for facts in view.sessions.values()
        if facts.cycle == cycle and partnership in (facts.lead, *facts.shared_with)
    }


def _collections(workspace: Workspace) -> dict[str, set[str]]:
    """Import -> where its answers belong; also of those that were undone."""
    return {
        event["import_id"]: set(event["collections"])
        for event in workspace.evaluations.history()
        if event["event"] == "import"
    }


def _touched(
    before: Iterable[str],
    now: Iterable[str],
    collections: Mapping[str, set[str]],
    view: View,
    partnership: str,
    cycle: str,
) -> Touched:
    """The trainings, and their trainers, that an import came to or went from in between."""
    changed = set(before) ^ set(now)
    ids = {id for one in changed for id in collections.get(one, set())}
    ids &= _sessions(view, partnership, cycle)
    people = {trainer for id in ids for trainer in view.sessions[id].trainers or (f"/{id}",)}
    return Touched(len(ids), len(people))


def _short(stamp: Mapping[str, Any]) -> dict[str, Any]:
    """What the figures were made from: the versions of every table, and the config."""
    return {**stamp, "evaluations": stamp["evaluations"]["versions"]}


def _cell(one: Evidence) -> dict[str, Any]:
    """Evidence without the words of people: these stay in the register, under its id."""
    values = asdict(one)
    figure = values.pop("value") or {"value": None}
    return cell({**values, **figure})


def _evidence(values: Mapping[str, Any], kept_on: date, cycle: str) -> Evidence:
    names = ("value", "low", "high")
    figure = None if values["value"] is None else Estimate(*(values[name] for name in names))
    rest = {name: value for name, value in values.items() if name not in names}
    made = Evidence(**{**rest, "value": figure, "cycle": cycle})
    return replace(made, taken_on=made.taken_on or kept_on) if has_figure(made) else made


def texts(view: View) -> dict[str, str]:
    """Object of the cycle -> what people wrote of it."""
    columns: Sequence[tuple[str, str]] = (
        ("goals", "text"),
        ("findings", "what"),
        ("decisions", "what"),
        ("actions", "what"),
    )
    return {row["id"]: row[column] or "" for table, column in columns for row in view.records[table]}
