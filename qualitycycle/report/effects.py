"""Check: what the actions did to their indicator, against what was predicted."""

from __future__ import annotations

from collections.abc import Iterator

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.document import ActionItem, ActionList, Block, Callout, Paragraph, Section
from qualitycycle.report.model import Effect, Estimate, ReportInput
from qualitycycle.report.model_cycle import Level
from qualitycycle.report.trail import EFFECTS, links


def effects(report: ReportInput, language: str) -> Section:
    """Per action that was due: the prediction, what was measured, what that means, the proposal."""
    blocks: list[Block] = [Paragraph(wording.text("pdca.effects.lead", language), "lead")]
    if report.effects:
        blocks.append(ActionList(tuple(_effect(one, report, language) for one in report.effects)))
        blocks.append(Paragraph(wording.text("pdca.effects.reading", language), "note"))
    else:
        title = wording.text("pdca.effects.none_title", language)
        blocks.append(Callout(title, wording.text("pdca.effects.none", language)))
    return Section(EFFECTS, wording.text("report.section.effects", language), tuple(blocks))


def effect_mark(effect: Effect, language: str) -> str:
    """What the action did, in a word or two."""
    return wording.text(f"pdca.effect.{effect.verdict}", language)


def _effect(one: Effect, report: ReportInput, language: str) -> ActionItem:
    facts = tuple(
        (wording.text(f"report.fact.{name}", language), value) for name, value in _facts(one, language)
    )
    return ActionItem(
        title=one.what,
        facts=facts,
        text=" ".join(one.sentences),
        mark=effect_mark(one, language),
        urgent=one.verdict == "worse",
        lines=one.reasons,
        trail=((wording.text("pdca.trail.action", language), links([one.action], report)),),
    )


def _facts(one: Effect, language: str) -> Iterator[tuple[str, str]]:
    yield "indicator", one.title
    if one.predicted is not None:
        yield "predicted", numbers.signed(Estimate(one.predicted), one.deciding, language)
    if one.measured is not None:
        yield "measured", numbers.signed(one.measured, one.deciding, language)
    for name, level in (("level_before", one.before), ("level_after", one.after)):
        if level is not None:
            yield name, _level(level, one, language)
    yield "proposal", wording.text(f"pdca.proposal.{one.proposal}", language)


def _level(level: Level, one: Effect, language: str) -> str:
    """Where the indicator stood, in which years, and on how much that rests."""
    counts = [
        wording.plural(f"pdca.count.{name}", n, language)
        for name, n in (("answers", level.n), ("sessions", level.sessions), ("trainers", level.trainers))
        if n is not None
    ]
    value = wording.text("report.hidden", language)
    if level.value is not None:
        value = numbers.amount(level.value.value, one.deciding, language)
    return "; ".join([value, *([", ".join(level.cycles)] if level.cycles else []), *counts])
