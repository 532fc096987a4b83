"""Check: what the actions did to their indicator, against what was predicted."""

from __future__ import annotations

from collections.abc import Iterator

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.document import (
    ActionItem,
    ActionList,
    Block,
    Bullets,
    Callout,
    Details,
    Paragraph,
    Section,
)
from qualitycycle.report.model import Effect, Estimate, ReportInput
from qualitycycle.report.trail import EFFECTS, links


def effects(report: ReportInput, language: str) -> Section:
    """Per action that was due: the prediction, what was measured, what that means, the proposal."""
    blocks: list[Block] = [Paragraph(wording.text("pdca.effects.lead", language), "lead")]
    if report.effects:
        for one in report.effects:
            blocks += _effect(one, report, language)
        blocks.append(Paragraph(wording.text("pdca.effects.reading", language), "note"))
    else:
        title = wording.text("pdca.effects.none_title", language)
        blocks.append(Callout(title, wording.text("pdca.effects.none", language)))
    return Section(EFFECTS, wording.text("report.section.effects", language), tuple(blocks))


def effect_mark(effect: Effect, language: str) -> str:
    """What the action did, in a word or two."""
    return wording.text(f"pdca.effect.{effect.verdict}", language)


def effect_line(effect: Effect, language: str) -> str:
    """What the action did, with the prediction and what was measured, for who reads one line."""
    if effect.measured is None or effect.predicted is None:
        return effect.said
    predicted = numbers.signed(Estimate(effect.predicted), effect.deciding, language)
    measured = numbers.signed(effect.measured, effect.deciding, language)
    values = {"said": effect.said, "predicted": predicted, "measured": measured}
    return wording.text("pdca.effects.line", language, **values)


def _effect(one: Effect, report: ReportInput, language: str) -> Iterator[Block]:
    """The action with its effect, and folded away everything that rests on."""
    yield ActionList((_item(one, report, language),))
    if one.sentences:
        summary = wording.text("pdca.effects.basis", language)
        yield Details(summary, (Bullets(one.sentences),))


def _item(one: Effect, report: ReportInput, language: str) -> ActionItem:
    facts = tuple(
        (wording.text(f"report.fact.{name}", language), value) for name, value in _facts(one, language)
    )
    return ActionItem(
        title=one.what,
        facts=facts,
        text=" ".join(part for part in (one.said, one.proposed) if part),
        mark=effect_mark(one, language),
        urgent=one.verdict == "worse",
        trail=tuple(
            (wording.text(f"pdca.trail.{name}", language), links([id], report))
            for name, id in (("action", one.action), ("decision", one.decision))
            if id
        ),
    )


def _facts(one: Effect, language: str) -> Iterator[tuple[str, str]]:
    if one.predicted is not None:
        yield "predicted", numbers.signed(Estimate(one.predicted), one.deciding, language)
    if one.measured is not None:
        yield "measured", numbers.signed(one.measured, one.deciding, language)
