"""The dossier for the peer review: what was printed over six cycles, also when the answers are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle import versions
from qualitycycle.register.derive import cycle_of
from qualitycycle.report.dossier import dossier_document
from qualitycycle.report.dossier_model import Dossier, Year
from qualitycycle.report.html import render
from qualitycycle.report.model import Partnership
from qualitycycle.report.model_cycle import Stage
from qualitycycle.school_year import cycle_later
from qualitycycle.store.kept import Print
from qualitycycle.workspace.gather import gather_evidence
from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.gather.cycle import loop
from qualitycycle.workspace.keeping import evidence_of, keep, prints, rests_on, texts
from qualitycycle.workspace.reporting import PACKAGES, write_all
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

CYCLES = 6
"""A peer review looks back over so many cycles."""


@dataclass(frozen=True)
class WrittenDossier:
    """A dossier on disk, and what it was made from."""

    partnership: str
    path: Path
    content: Dossier

    def as_json(self) -> dict[str, Any]:
        """What was written, with what became of the answers under each cycle, as plain values."""
        return {
            "partnership": self.partnership,
            "file": str(self.path),
            "cycles": [
                {
                    "cycle": year.cycle,
                    "answers": year.state,
                    "taken_on": year.taken_on.isoformat() if year.taken_on else None,
                    "evidence": len(year.evidence),
                }
                for year in self.content.years
            ],
        }


def write_dossier(
    workspace: Workspace, partnership: str, last: str | None = None, language: str | None = None
) -> WrittenDossier:
    """Write ``reports/<partnership>-dossier-<last>.<language>.html`` over six cycles up to ``last``.

    Without ``last`` up to the latest cycle in which a training of the partnership ended. What reports
    printed is what is told; of a cycle with answers and without a report the figures are worked out,
    printed here, and kept like those of a report.
    """
    view = take_view(workspace)
    view.check(cycle=last, partnership=partnership)
    language = language or workspace.language
    told = replace(workspace, language=language)
    dossier = _gathered(told, view, partnership, last or _latest(view, partnership, date.today()))
    name = f"{partnership}-dossier-{dossier.last.cycle}.{language}.html"
    path = workspace.root / "reports" / name
    write_all(((path, render(dossier_document(dossier, language))),))
    return WrittenDossier(partnership, path, dossier)


def _latest(view: View, partnership: str, day: date) -> str:
    """The latest cycle in which a training of a partnership was held; else the latest there is."""
    held = [
        facts.cycle
        for facts in view.sessions.values()
        if partnership in facts.partnerships and facts.last_date and facts.last_date <= day
    ]
    now = cycle_of(day, view.config.settings.cycle.start)
    return max((cycle for cycle in held if cycle), default=(view.cycles() or [now])[-1])


def _gathered(workspace: Workspace, view: View, partnership: str, last: str) -> Dossier:
    known = prints(workspace, partnership)
    cycles = [cycle_later(last, -years) for years in reversed(range(CYCLES))]
    for cycle in cycles:
        if cycle not in known and _has_answers(view, partnership, cycle):
            known[cycle] = _printed_now(workspace, partnership, cycle)
    first = next((at for at, cycle in enumerate(cycles) if _is_there(view, known, partnership, cycle)), -1)
    years = tuple(_year(workspace, view, cycle, known.get(cycle)) for cycle in cycles[first:])
    stages = tuple(_stages(workspace, view, partnership, [one.cycle for one in years]))
    named = view.config.organisations.partnerships[partnership]
    return Dossier(
        partnership=Partnership(partnership, named.name, named.status),
        years=years,
        generated_on=date.today(),
        titles=_titles(view, years, workspace.language),
        texts=texts(view),
        breaks=frozenset(_breaks(view, years)),
        stages=stages,
        tags=_tags(years, stages),
        manifest=_manifest(partnership, [known[one.cycle] for one in years if one.cycle in known]),
        synthetic=view.config.settings.synthetic,
    )


def _has_answers(view: View, partnership: str, cycle: str) -> bool:
    return any(
        view.forms.get(facts.id)
        for facts in view.sessions.values()
        if facts.cycle == cycle and partnership in facts.partnerships
    )


def _is_there(view: View, known: Mapping[str, Print], partnership: str, cycle: str) -> bool:
    """Whether a dossier begins at a cycle: there was a training in it, or a report of it."""
    sessions = view.sessions.values()
    return cycle in known or any(
        facts.cycle == cycle and partnership in facts.partnerships for facts in sessions
    )


def _printed_now(workspace: Workspace, partnership: str, cycle: str) -> Print:
    packages = {name: version(name) for name in PACKAGES}
    return keep(workspace, gather_evidence(workspace, partnership, cycle, packages, date.today()))


def _year(workspace: Workspace, view: View, cycle: str, made: Print | None) -> Year:
    if made is None:
        return Year(cycle, "missing")
    return Year(cycle, rests_on(workspace, view, made), made.kept_on, evidence_of(made))


def _stages(workspace: Workspace, view: View, partnership: str, cycles: Iterable[str]) -> Iterator[Stage]:
    """Every goal, finding, decision and action of the cycles, each with what it came from."""
    found: dict[str, Stage] = {}
    for cycle in cycles:
        about = About(workspace, view, partnership, cycle, date.today())
        here = loop(about, ())
        every: tuple[Stage, ...] = (*here.goals, *here.findings, *here.decisions, *here.actions)
        found |= {one.id: one for one in every}
    yield from sorted(found.values(), key=lambda one: one.cycle)


def _titles(view: View, years: Iterable[Year], language: str) -> dict[str, str]:
    """The titles of every question and score that is told of, as it is put now."""
    told = {id for year in years for one in year.evidence for id in (one.reference, one.indicator)}
    config = view.config
    known = {
        id for id in told if id in config.items or any(id in o.scores for o in config.instruments.values())
    }
    return {id: config.instrument_of(id).title_of(id, language) for id in known}


def _breaks(view: View, years: Iterable[Year]) -> Iterator[tuple[str, str]]:
    """The cycles from which on a question was asked so differently that it is another one."""
    instruments = list(view.config.instruments.values())
    before: dict[str, str] = {}
    for year in years:
        for one in year.evidence:
            if not one.is_question or one.value is None:
                continue
            side = _side(view, instruments, one.reference, one.instrument)
            if before.setdefault(one.reference, side) != side:
                yield one.reference, year.cycle
            before[one.reference] = side


def _side(view: View, instruments: Iterable[Any], name: str, instrument: str) -> str:
    """The version that began a question as ``instrument`` asks it; of a score over all its questions."""
    made = view.config.instruments.get(instrument)
    items = made.scores[name].items if made and name in made.scores else (name,)
    return " ".join(versions.sides(instruments, item).get(instrument, instrument) for item in items)


def _tags(years: Iterable[Year], stages: Iterable[Stage]) -> dict[str, tuple[str, ...]]:
    """The guarantees of every object of the cycle: its own, else those of what it is about."""
    every = [one for year in years for one in year.evidence if one.reference]
    tags = {one.reference: one.guarantees for one in every if not one.is_question}
    linked = list(stages)
    for one in (*linked, *reversed(linked)):
        if not tags.get(one.id):
            tags[one.id] = _of_neighbours(one, linked, tags)
    return tags


def _of_neighbours(
    one: Stage, stages: Iterable[Stage], tags: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The guarantees of what led to an object, else of what came of it."""
    before = [tag for id in one.before for tag in tags.get(id, ())]
    after = [tag for other in stages if one.id in other.before for tag in tags.get(other.id, ())]
    return tuple(dict.fromkeys(before or after))


def _manifest(partnership: str, made: Iterable[Print]) -> dict[str, object]:
    """Which prints a dossier was made from."""
    return {
        "partnership": partnership,
        "prints": [
            {"cycle": one.cycle, "kept_on": one.kept_on.isoformat(), "number": one.number, **one.snapshot}
            for one in made
        ],
    }
