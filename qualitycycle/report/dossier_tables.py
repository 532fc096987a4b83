"""The cycles beside each other: how a question moved, what the register counted, what was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.document import Column, DataTable
from qualitycycle.report.dossier_model import Dossier, Year
from qualitycycle.report.evidence_lines import figure
from qualitycycle.report.model import Action, Decision, Estimate, Finding, Goal
from qualitycycle.report.model_cycle import Stage
from qualitycycle.report.model_evidence import SIDES, Evidence

FACTS = ("tandem", "train_the_trainer", "mentors", "coverage", "response", "actions_closed", "practices")
"""What the register counts, in the order of the rows."""

NOTHING = "–"
ROOMY, LINE = 3, 24
"""Up to so many cycles beside each other, lines of so many signs are kept whole."""


def counts(dossier: Dossier, guarantee: str, language: str) -> DataTable:
    """The matrix over the cycles: how much stood on each side."""
    sides = tuple(Column(wording.text(f"guarantees.side.{side}", language)) for side in SIDES)
    rows = tuple(
        (year.cycle, *(_counted(year, guarantee, side, language) for side in SIDES)) for year in dossier.told
    )
    columns = (Column(wording.text("guarantees.column.cycle", language)), *sides)
    return DataTable(wording.text("guarantees.table.counts", language), columns, rows)


def _counted(year: Year, guarantee: str, side: str, language: str) -> str:
    """How many of each kind of evidence; what is on no list comes from the register."""
    there = [one.key[0] for one in year.about(guarantee) if one.side == side]
    named = ["goal", "finding", "effect", "question", "action"]
    groups = [(kind, there.count(kind)) for kind in ("question", "goal", "effect", "action", "finding")]
    proposed = sum(kind.startswith("propose_") for kind in there)
    groups += [("proposal", proposed), ("register", sum(k not in named for k in there) - proposed)]
    said = [wording.plural(f"guarantees.count.{kind}", n, language) for kind, n in groups if n]
    return ", ".join(said) or NOTHING


def questions(dossier: Dossier, guarantee: str, language: str) -> DataTable | None:
    """Every question with a figure in some cycle: its figures side by side, and how it moved."""
    found = [key for key in dossier.keys(guarantee) if key[0] == "question" and _series(dossier, key)]
    if not found:
        return None
    rows = tuple(tuple(_question(dossier, key, language)) for key in found)
    if len(dossier.told) <= ROOMY:
        rows = tuple((title, *map(_in_lines, cells)) for title, *cells in rows)
    columns = (
        Column(wording.text("guarantees.column.question", language)),
        *(Column(_heading(year, language)) for year in dossier.told),
        Column(wording.text("guarantees.column.moved", language)),
    )
    note = wording.text("guarantees.table.questions.note", language)
    return DataTable(wording.text("guarantees.table.questions", language), columns, rows, note)


def _in_lines(cell: str) -> str:
    """A cell whose short lines stay whole: with few cycles there is room for them.

    >>> _in_lines("46% (37–55%)").isspace(), " " in _in_lines("46% (37–55%)")
    (False, False)
    """
    lines = cell.split("\n")
    return "\n".join(line.replace(" ", "\N{NO-BREAK SPACE}") if len(line) <= LINE else line for line in lines)


def _heading(year: Year, language: str) -> str:
    """The cycle, and that its answers are gone."""
    cycle = year.cycle.replace("-", "\N{NON-BREAKING HYPHEN}")
    return cycle if year.state != "gone" else wording.text("guarantees.column.gone", language, cycle=cycle)


def _question(dossier: Dossier, key: tuple[str, str], language: str) -> Iterator[str]:
    series = _series(dossier, key)
    yield dossier.name(next(iter(series.values())))
    for year in dossier.told:
        one = series.get(year.cycle)
        broken = (key[1], year.cycle) in dossier.breaks
        yield _cell(one, broken, language) if one else _without(year, key, language)
    yield wording.text(f"guarantees.moved.{moved(dossier, key)}", language)


def _series(dossier: Dossier, key: tuple[str, str]) -> dict[str, Evidence]:
    """Cycle -> the evidence with this key that has a figure."""
    found = {year.cycle: year.find(key) for year in dossier.years}
    return {cycle: one for cycle, one in found.items() if one is not None and one.value is not None}


def _cell(one: Evidence, broken: bool, language: str) -> str:
    said = wording.text(
        "guarantees.cell.question",
        language,
        value=_short(one, language),
        n=numbers.whole(one.n, language),
        sessions=numbers.whole(one.sessions, language),
        says=_says(one, language),
    )
    if one.held and one.taken_on:
        said = wording.text(
            "guarantees.cell.held", language, cell=said, day=numbers.day(one.taken_on, language)
        )
    return wording.text("guarantees.cell.broken", language, cell=said) if broken else said


def _short(one: Evidence, language: str) -> str:
    """The value and the ends of its interval, with room to break between them."""
    if one.value is None or one.value.low is None or one.value.high is None:
        return figure(one, language)
    value, low, high = (
        numbers.amount(end, one.measure, language) for end in (one.value.value, one.value.low, one.value.high)
    )
    return f"{value} ({low}–\N{WORD JOINER}{high})"


def _says(one: Evidence, language: str) -> str:
    return wording.text(f"guarantees.says.{'open' if one.side == 'gap' else one.side}", language)


def _without(year: Year, key: tuple[str, str], language: str) -> str:
    one = year.find(key)
    return wording.text(f"guarantees.cell.{one.code}", language) if one else NOTHING


def moved(dossier: Dossier, key: tuple[str, str]) -> str:
    """How a question moved since it was last asked differently: first against last figure.

    ``up`` or ``down`` when the intervals lie apart, ``cannot_tell`` when they do not, ``once`` with
    one figure, ``broken`` when the last one cannot be held against an earlier one.
    """
    series = _series(dossier, key)
    run: list[Evidence] = []
    for cycle, one in series.items():
        run = [one] if (key[1], cycle) in dossier.breaks else [*run, one]
    if len(run) < 2:
        return "broken" if len(series) > 1 else "once"
    return _apart(run[0].value, run[-1].value)


def _apart(first: Estimate | None, last: Estimate | None) -> str:
    """Whether the second interval lies above or below the first."""
    if first is None or last is None:
        return "cannot_tell"
    if first.high is not None and last.low is not None and last.low > first.high:
        return "up"
    if first.low is not None and last.high is not None and last.high < first.low:
        return "down"
    return "cannot_tell"


def facts(dossier: Dossier, guarantee: str, language: str) -> DataTable | None:
    """What the register counted, per cycle."""
    there = {key[0] for key in dossier.keys(guarantee)}
    rows = tuple(
        (wording.text(f"guarantees.fact.{code}", language), *_facts(dossier.told, code, language))
        for code in FACTS
        if code in there
    )
    if not rows:
        return None
    columns = (
        Column(wording.text("guarantees.column.fact", language)),
        *(Column(year.cycle) for year in dossier.told),
    )
    return DataTable(wording.text("guarantees.table.facts", language), columns, rows)


def _facts(years: Iterable[Year], code: str, language: str) -> Iterator[str]:
    for year in years:
        one = year.find((code, ""))
        yield fact(one, language) if one else NOTHING


def fact(one: Evidence, language: str) -> str:
    """A count of a total, or a share, with what it says."""
    if one.total is None or one.value is not None:
        value = figure(one, language) if one.value else numbers.whole(one.count, language)
    else:
        count, total = (numbers.whole(n, language) for n in (one.count, one.total))
        value = wording.text("guarantees.cell.fact", language, count=count, total=total)
    return wording.text("guarantees.cell.says", language, value=value, says=_says(one, language))


def chain(dossier: Dossier, guarantee: str, language: str) -> DataTable | None:
    """What was agreed, found, decided and done, each with what it came from and how it ended."""
    mine = [one for one in dossier.stages if guarantee in dossier.tags.get(one.id, ())]
    if not mine:
        return None
    rows = tuple(
        (
            one.id,
            one.cycle or NOTHING,
            _told(one, dossier, language),
            _before(one),
            ended(one, dossier, language),
        )
        for one in mine
    )
    names = ("id", "cycle", "what", "before", "ended")
    columns = tuple(Column(wording.text(f"guarantees.column.{name}", language)) for name in names)
    return DataTable(wording.text("guarantees.table.chain", language), columns, rows)


def _told(one: Stage, dossier: Dossier, language: str) -> str:
    kind = wording.text(f"guarantees.stage.{type(one).__name__.lower()}", language)
    text = one.text if isinstance(one, Goal) else one.what
    indicator = one.indicator
    text = text or dossier.titles.get(indicator, indicator)
    return wording.text("guarantees.cell.stage", language, kind=kind, text=text)


def _before(one: Stage) -> str:
    return ", ".join(one.before) or NOTHING


def ended(one: Stage, dossier: Dossier, language: str) -> str:
    """What became of an object: as last printed, else as the register has it."""
    if isinstance(one, Finding):
        return wording.text(f"register.finding_kind.{one.kind}", language)
    if isinstance(one, Decision):
        return wording.text(f"register.decision_kind.{one.kind}", language)
    kind = "effect" if isinstance(one, Action) else "goal"
    printed = [found for year in dossier.years if (found := year.find((kind, one.id)))]
    status = wording.text(f"register.status.{one.status}", language) if isinstance(one, Action) else ""
    said = _outcome(printed[-1], language) if printed else ""
    return ", ".join(part for part in (status, said) if part) or NOTHING


def _outcome(one: Evidence, language: str) -> str:
    """The outcome of a goal or the effect of an action, with its figure."""
    said = wording.text(f"guarantees.outcome.{one.code}", language)
    if one.value is None:
        return said
    value = figure(one, language)
    rest = (
        wording.text("guarantees.base.n", language, n=numbers.whole(one.n, language))
        if one.n is not None
        else wording.text("guarantees.base.sessions", language, n=numbers.whole(one.sessions, language))
        if one.sessions is not None
        else ""
    )
    return wording.text(
        "guarantees.cell.outcome", language, said=said, value=", ".join(filter(None, (value, rest)))
    )
