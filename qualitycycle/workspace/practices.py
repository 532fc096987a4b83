"""Good practices: whose they are, what they are worth, and who may be offered them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding, Level
from qualitycycle.register.tables import fold_id
from qualitycycle.workspace.beside_region import beside_region
from qualitycycle.workspace.choices import day_of
from qualitycycle.workspace.effect_figures import title_of
from qualitycycle.workspace.practice_candidates import Candidate, candidates
from qualitycycle.workspace.practice_cards import (
    PracticeCard,
    asked_still,
    cards,
    may_be_offered,
)
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.analysis.result import Result
    from qualitycycle.workspace.core import Workspace

Notes = tuple[tuple[str, Mapping[str, Any]], ...]

OWN = "own"
COLUMNS = ("id", "whose", "title", "indicator", "grade", "reused", "status")


def offered_to(
    view: View, partnership: str, cycle: str | None = None, *, day: date | None = None
) -> tuple[PracticeCard, ...]:
    """The practices of other partnerships that may help a partnership, as cards.

    A practice is offered when every trainer whose practice it is has agreed and the partnership's
    figure on its indicator is lower than that of the rest of the region in ``cycle`` (all cycles
    when that may not be shown): its whole 95 % interval is, or its estimate by the relevant
    difference (``beside_region``). That is help that costs a look and no proof: of a hundred figures on
    which nothing truly differs, two to seven seem lower (``benchmarks/calibration_practices.py``).
    Nothing is offered on a figure that may not be shown. Which
    other partnerships are lower is not told, and the order is that of the ids.
    """
    every = tuple(view.cycles())
    ladder = [(cycle,), every] if cycle else [every]
    lower: dict[str, bool] = {}
    found = []
    for row, card in _cards(view, day or date.today()):
        if fold_id(row["partnership"]) == fold_id(partnership) or not may_be_offered(row):
            continue
        if card.indicator not in lower:
            lower[card.indicator] = _lower(view, card.indicator, partnership, ladder, day)
        if lower[card.indicator]:
            found.append(card)
    return tuple(sorted(found, key=lambda card: card.id))


def _lower(
    view: View, indicator: str, partnership: str, ladder: Iterable[Sequence[str]], day: date | None
) -> bool:
    """Whether a figure is lower, over the first of these cycles of which it may be shown."""
    told = (beside_region(view, indicator, partnership, cycles, day) for cycles in ladder)
    return next((one.lower for one in told if one is not None), False)


def own_practices(view: View, partnership: str, *, day: date | None = None) -> tuple[PracticeCard, ...]:
    """A partnership's own practices as cards, whatever their status."""
    found = _cards(view, day or date.today())
    mine = (card for row, card in found if fold_id(row["partnership"]) == fold_id(partnership))
    return tuple(sorted(mine, key=lambda card: card.id))


def _cards(view: View, day: date) -> list[tuple[Mapping[str, Any], PracticeCard]]:
    """Every practice with its card; effects are measured once per view and day."""
    from qualitycycle.workspace.effects import measured_by

    key = ("practice cards", day)
    if key not in view.memo:
        effects = {fold_id(id): one.effect for id, one in measured_by(view, day).items()}
        view.memo[key] = cards(view.records, effects)
    found: list[tuple[Mapping[str, Any], PracticeCard]] = view.memo[key]
    return found


def practices(
    workspace: Workspace,
    *,
    partnership: str | None = None,
    cycle: str | None = None,
    practice: str | None = None,
    as_of: str | date | None = None,
) -> Result:
    """Good practices as cards: all of them, or a partnership's own and those offered to it.

    One row per practice; ``whose`` is ``own`` or the code of the partnership it comes from. A
    finding says of which practices trainers still have to be asked, and how many: which ones is in
    the register. Raises UsageProblem for a practice, partnership or cycle that does not exist.
    """
    import pandas as pd

    from qualitycycle.analysis.result import Result

    view, day = take_view(workspace), day_of(as_of)
    view.check(cycle=cycle, partnership=partnership)
    chosen = _chosen(view, partnership, cycle, practice, day)
    shown = [_plain(view, card, partnership, workspace.language) for card in chosen]
    table = pd.DataFrame([{name: one[name] for name in COLUMNS} for one in shown], columns=list(COLUMNS))
    settings = {"partnership": partnership, "cycle": cycle, "practice": practice, "as_of": day.isoformat()}
    told = {card.id for card in chosen if partnership is None or card.partnership == partnership}
    findings = tuple(_still_to_ask(view, told))
    notes: Notes = (("practice.note.consent", {}), ("practice.note.evidence", {}))
    payload = {**settings, "practices": shown}
    return Result(
        "practices", table, settings, notes, findings, view.stamp, payload, language=workspace.language
    )


def _chosen(
    view: View, partnership: str | None, cycle: str | None, practice: str | None, day: date
) -> list[PracticeCard]:
    if practice is not None:
        found = [card for row, card in _cards(view, day) if fold_id(row["id"]) == fold_id(practice)]
        if not found:
            raise UsageProblem(Finding("practice.unknown", value=practice))
        return found
    if partnership is None:
        return sorted((card for _, card in _cards(view, day)), key=lambda card: card.id)
    return [*own_practices(view, partnership, day=day), *offered_to(view, partnership, cycle, day=day)]


def _plain(view: View, card: PracticeCard, partnership: str | None, language: str) -> dict[str, Any]:
    """A card as plain values with its evidence in words; an open result elsewhere names nobody."""
    values = asdict(card) | {"shared_on": card.shared_on and card.shared_on.isoformat()}
    return values | {
        "whose": OWN if card.partnership == partnership else card.partnership,
        "indicator_title": title_of(view, card.indicator, language),
        "evidence": evidence_sentence(card, language),
        "results": list(card.results),
    }


def evidence_sentence(card: PracticeCard, language: str) -> str:
    """How strong the evidence is and why, in one sentence."""
    return wording.text(f"practice.evidence.{card.reason}.{card.grade}", language)


def _still_to_ask(view: View, told: Iterable[str]) -> Iterable[Finding]:
    wanted = {fold_id(id) for id in told}
    for row in view.records.get("practices", ()):
        count = asked_still(row)
        if fold_id(row["id"]) in wanted and count and row.get("status") != "withdrawn":
            code = "practice.still_to_ask" if row.get("trainers") else "practice.nobodys"
            yield Finding(code, Level.WARNING, value=str(row["id"]), count=count)


def practice_candidates(workspace: Workspace, *, partnership: str | None = None) -> Result:
    """Where a good practice may be found: see ``practice_candidates.candidates``.

    One row per indicator and group, with whom to ask in words: always the trainers of a group that
    may be shown, never one of them.
    """
    import pandas as pd

    from qualitycycle.analysis.result import Result

    view = take_view(workspace)
    view.check(partnership=partnership)
    found = candidates(view, partnership)
    rows = [_candidate(view, one, workspace.language) for one in found]
    names = ("indicator", "ask", "cycles")
    table = pd.DataFrame([{name: row[name] for name in names} for row in rows], columns=list(names))
    settings = {"partnership": partnership}
    notes: Notes = ((f"practice.note.{'candidates' if rows else 'no_candidates'}", {}),)
    payload = {**settings, "candidates": rows}
    return Result("practice_candidates", table, settings, notes, (), view.stamp, payload, workspace.language)


def _candidate(view: View, one: Candidate, language: str) -> dict[str, Any]:
    if one.partnership is not None:
        name = view.config.organisations.partnerships[one.partnership].name
        ask = wording.text("practice.ask.partnership", language, name=name)
    else:
        variant = wording.text(f"terms.variant.{one.variant}", language)
        ask = wording.text("practice.ask.variant", language, variant=variant)
    return {
        "indicator": one.indicator,
        "indicator_title": title_of(view, one.indicator, language),
        "partnership": one.partnership,
        "variant": one.variant,
        "cycles": list(one.cycles),
        "difference": {
            "estimate": one.difference.estimate,
            "low": one.difference.low,
            "high": one.difference.high,
        },
        "ask": ask,
    }
