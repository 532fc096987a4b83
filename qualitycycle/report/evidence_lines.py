"""Evidence in sentences: each says what it rests on, how many answered, where and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.report.document import Block, Bullets, Panel, Panels, Paragraph
from qualitycycle.report.model_evidence import SIDES, Evidence, Side

Name = Callable[[Evidence], str]
"""The title of what evidence is about, in the language of the document."""

TOGETHER = ("few", "uncertain", "elsewhere", "not_measured")
"""Questions without a figure are told in one sentence."""

CODES_WITH_MEASURE = ("measured", "both_sides")


def own_text(one: Evidence) -> str:
    """The title or words the evidence came with."""
    return one.text


def matrix(evidence: Sequence[Evidence], guarantee: str, language: str, name: Name = own_text) -> Panels:
    """The four columns of one guarantee."""
    mine = [one for one in evidence if guarantee in one.guarantees]
    return Panels(
        tuple(
            Panel(
                wording.text(f"guarantees.side.{side}", language),
                (_column([one for one in mine if one.side == side], side, language, name),),
            )
            for side in SIDES
        )
    )


def _column(evidence: Sequence[Evidence], side: Side, language: str, name: Name) -> Block:
    if not evidence:
        return Paragraph(wording.text(f"guarantees.none.{side}", language))
    return Bullets(tuple(lines(evidence, language, name)))


def lines(evidence: Iterable[Evidence], language: str, name: Name = own_text) -> Iterator[str]:
    """A sentence for each; the questions without a figure together."""
    together: dict[str, list[Evidence]] = {}
    for one in evidence:
        if one.code in TOGETHER:
            together.setdefault(one.code, []).append(one)
        else:
            yield line(one, language, name)
    for code, alike in together.items():
        titles = "; ".join(title(one, language, name) for one in alike)
        yield wording.text(f"guarantees.evidence.{code}", language, titles=titles, cycles=_cycles(alike))


def title(one: Evidence, language: str, name: Name = own_text) -> str:
    """What evidence is about, in quotes."""
    return wording.text("guarantees.title", language, title=name(one).strip().removesuffix("."))


def _cycles(evidence: Iterable[Evidence]) -> str:
    return ", ".join(sorted({one.cycle for one in evidence}))


def line(one: Evidence, language: str, name: Name = own_text) -> str:
    """What one piece of evidence says, then what it rests on."""
    code = f"{one.code}.{one.measure}" if one.code in CODES_WITH_MEASURE else one.code
    sentence = wording.text(f"guarantees.evidence.{code}", language, **_values(one, language, name))
    rests = base(one, language)
    return f"{sentence} {rests}" if rests else sentence


def _values(one: Evidence, language: str, name: Name) -> dict[str, str]:
    """Everything a sentence may name."""
    return {
        "id": one.reference,
        "title": title(one, language, name),
        "value": figure(one, language),
        "count": numbers.whole(one.count, language),
        "total": numbers.whole(one.total, language),
        "cycle": one.cycle,
    }


def figure(one: Evidence, language: str) -> str:
    """The value with its interval, signed where it is a difference; words when it is not shown."""
    if one.code.startswith("effect_"):
        return numbers.signed(one.value, one.measure, language)
    return numbers.with_interval(one.value, one.measure, language)


def base(one: Evidence, language: str) -> str:
    """On how many answers, trainings and trainers a figure rests, of which cycle, taken when."""
    counts = [
        wording.text(f"guarantees.base.{part}", language, n=numbers.whole(count, language))
        for part, count in (("n", one.n), ("sessions", one.sessions), ("trainers", one.trainers))
        if count is not None
    ]
    if one.against is not None and one.code.startswith(("goal_", "effect_")):
        part = "predicted" if one.code.startswith("effect_") else "norm"
        against = numbers.amount(one.against, one.measure, language)
        counts.append(wording.text(f"guarantees.base.{part}", language, n=against))
    rest = ", ".join([*counts, one.cycle]) if not one.proposed and one.side != "point" else ""
    found = [wording.text("guarantees.base", language, rest=rest)] if rest else []
    if one.held:
        day = numbers.day(one.taken_on, language)
        found.append(wording.text(f"guarantees.held.{one.held}", language, day=day))
    return " ".join(found)
