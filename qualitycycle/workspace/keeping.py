"""What a report printed, into the store of published cells and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from qualitycycle.report.dossier_model import State
from qualitycycle.report.model import Estimate, ReportInput
from qualitycycle.report.model_evidence import Evidence
from qualitycycle.store.kept import KeptStore, Print, cell
from qualitycycle.workspace.settling import Earlier, Touched, has_figure, settle
from qualitycycle.workspace.view import View, take_view
from qualitycycle.workspace.waiting import counted

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace


def keep(workspace: Workspace, report: ReportInput) -> Print:
    """Keep what a report says of the guarantees; the same report again writes nothing.

    Figures that could be subtracted from an earlier print are kept as they were printed before.
    When every answer is gone the last print stands, and nothing is written.
    """
    view = take_view(workspace)
    now = _base(workspace, view, report)

    def made(known: tuple[Print, ...]) -> Print:
        before = [one for one in known if one.cycle == now.cycle]
        evidence = report.evidence
        if before and any(map(_answered, evidence_of(before[-1]))) and not any(map(_answered, evidence)):
            return before[-1]
        belongs = _belonging(workspace)
        changes = [Earlier(evidence_of(one), _touched(one, now, belongs, view)) for one in before]
        waits = report.standing is not None and report.standing.own
        settled = settle(evidence, changes, view.config.settings.floors, waits)
        return replace(now, cells=tuple(_cell(one) for one in settled))

    return KeptStore(workspace.root).keep(now.partnership, made)


def _base(workspace: Workspace, view: View, report: ReportInput) -> Print:
    """A print of a report before its cells: what its figures rest on."""
    partnership, cycle = report.partnership.code, report.cycle
    stamp: Mapping[str, Any] = report.manifest.snapshot
    mine = _sessions(view, partnership, cycle)
    return Print(
        partnership=partnership,
        cycle=cycle,
        kept_on=report.generated_on,
        imports=tuple(sorted(counted(workspace.evaluations.history(), stamp, mine))),
        collections=tuple(sorted(id for id in mine if view.forms.get(id))),
        snapshot={**stamp, "evaluations": stamp["evaluations"]["versions"]},
        cells=(),
    )


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
    belongs = _belonging(workspace)
    imports = {id for id in view.snapshot.visible if belongs[id] & sessions}
    answered = {id for id in sessions if view.forms.get(id)}
    return "same" if (imports, answered) == (set(one.imports), set(one.collections)) else "changed"


def _answered(one: Evidence) -> bool:
    return one.is_question and has_figure(one)


def _sessions(view: View, partnership: str, cycle: str) -> set[str]:
    """The sessions of a cycle that a partnership leads or shares."""
    return {
        facts.id
        for facts in view.sessions.values()
        if facts.cycle == cycle and partnership in facts.partnerships
    }


def _belonging(workspace: Workspace) -> dict[str, set[str]]:
    """Import -> where its answers belong; also of those that were undone."""
    return {
        event["import_id"]: set(event["collections"])
        for event in workspace.evaluations.history()
        if event["event"] == "import"
    }


def _touched(before: Print, now: Print, belongs: Mapping[str, set[str]], view: View) -> Touched:
    """The trainings, and their trainers, that answers came to or went from between two prints."""
    changed = set(before.imports) ^ set(now.imports)
    ids = {id for one in changed for id in belongs.get(one, set())}
    ids &= {*before.collections, *now.collections}
    ids |= set(before.collections) ^ set(now.collections)
    known = {id: view.sessions[id].trainers for id in ids if id in view.sessions}
    people = {trainer for id in ids for trainer in known.get(id) or (f"/{id}",)}
    return Touched(len(ids), len(people))


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
