"""What a change says, as sentences for a reader.

Who was paired comes first, then the change of these people, then whether everybody together
says the same. All words are in the ``change`` catalogues.
"""

from __future__ import annotations

from collections.abc import Iterable

from babel.numbers import format_decimal

from qualitycycle import wording
from qualitycycle.analysis.change import Change, Matched, Retention, Step
from qualitycycle.vocabulary import Moment, Verdict

WITHOUT_NEAR = "without_near"
"""The reason that a change is told without nearly equal codes, though they were asked for."""

SHARES_FROM = 10
"""Below this number of people no percentages are written (counts are)."""


def matched_sentences(forms: Iterable[tuple[Step, Matched]], language: str, floor: int) -> list[str]:
    """What a reader must know first: per step who was paired, and that only they show growth."""
    known = list(forms)
    said = [matched_sentence(found, step, language, floor) for step, found in known]
    if any(found.paired is not None for _, found in known):
        said.append(wording.text("change.matched.only", language))
    return said


def matched_sentence(found: Matched, step: Step, language: str, floor: int) -> str:
    """Of how many people there are two measurements, and out of how many at either moment.

    >>> step = Step(Moment.PRE, Moment.POST)
    >>> print(matched_sentence(Matched(28, 41, 35), step, "nl", 5).split(". ")[0])
    Van 28 mentoren hebben we een meting voor en na de training
    """
    if found.paired is None:
        return wording.text("change.matched.few", language, step=step_title(step, language), floor=floor)
    said = [wording.text(f"change.matched.{step.start}.{step.end}", language, n=found.paired)]
    parts = [
        _part(moment, found.paired, whole, rate, language)
        for moment, whole, rate in zip(step, (found.start, found.end), found.rates, strict=True)
        if whole is not None and rate is not None
    ]
    if parts:
        said.append(wording.text("change.matched.of", language, parts=", ".join(parts)))
    if found.near is not None:
        said.append(_near_sentence(found, step, language))
    if found.ambiguous:
        said.append(wording.plural("change.matched.ambiguous", found.ambiguous, language))
    if found.single_sessions:
        said.append(wording.plural("change.matched.single", found.single_sessions, language))
    return " ".join(said)


def _near_sentence(found: Matched, step: Step, language: str) -> str:
    """How many are paired when codes that differ in one character count too."""
    more = (found.near or 0) - (found.paired or 0)
    if not more:
        return wording.text("quality.near.none", language)
    parts = [
        _part(moment, found.near or 0, whole, rate, language)
        for moment, whole, rate in zip(step, (found.start, found.end), found.near_rates, strict=True)
        if whole is not None and rate is not None
    ]
    return wording.text("quality.near.matched", language, n=found.near, parts=", ".join(parts) or found.near)


def change_sentences(one: Change, language: str, floor: int) -> list[str]:
    """The change in words: how much, how many went up or down, and what everybody says."""
    said = [] if one.verdict is Verdict.TOO_FEW else [_verdict(one, language)]
    if one.improved is not None:
        counts = {"improved": one.improved, "same": one.same, "declined": one.declined}
        said.append(wording.text("change.counts", language, **counts))
    if one.agrees is not None:
        key = "change.everyone.agrees" if one.agrees else "change.everyone.differs"
        said.append(wording.text(key, language, change=_signed(one, one.everyone.estimate, language)))
    return [
        *said,
        *(_reason(reason, language, floor) for reason in one.reasons),
    ]


def _reason(reason: str, language: str, floor: int) -> str:
    domain = "quality" if reason == WITHOUT_NEAR else "change.reason"
    return wording.text(f"{domain}.{reason}", language, floor=floor)


def retention_sentence(one: Retention, language: str, floor: int) -> str:
    """How much of the gain is left, or why that cannot be said.

    >>> from qualitycycle.analysis.proportions import Interval
    >>> print(retention_sentence(Retention("ZEL", 19, Interval(0.75, 0.5, 1.04)), "nl", 5).split(":")[1])
     75% (waarschijnlijk tussen 50% en 104%).
    """
    if one.kept.estimate is None:
        return wording.text(f"change.retention.{one.reason}", language, floor=floor)
    ends = (one.kept.estimate, one.kept.low, one.kept.high)
    kept, low, high = (_percent(end or 0.0, language) for end in ends)
    return wording.text("change.retention.kept", language, n=one.paired, kept=kept, low=low, high=high)


def caveat_sentences(changes: Iterable[Change], language: str) -> list[str]:
    """What must not be read into these changes."""
    shown = [one for one in changes if one.improved is not None]
    keys = []
    if shown:
        keys.append("change.caveat.no_comparison")
    if any(one.step.retrospective for one in shown):
        keys.append("change.caveat.retrospective")
    return [wording.text(key, language) for key in keys]


def step_title(step: Step, language: str) -> str:
    """From which moment to which.

    >>> from qualitycycle.analysis.change import STEPS
    >>> step_title(STEPS[0], "nl")
    'voormeting → nameting'
    """
    return " → ".join(wording.text(f"terms.moment.{moment}", language) for moment in step)


def _part(moment: Moment, paired: int, whole: int, rate: float, language: str) -> str:
    """How many were paired out of those at one moment, with a percentage where there are enough."""
    share = f" ({_percent(rate, language)})" if whole >= SHARES_FROM else ""
    return wording.text(f"change.part.{moment}", language, n=paired, whole=whole, share=share)


def _verdict(one: Change, language: str) -> str:
    low, high = one.mean.low, one.mean.high
    unit = "mean" if one.deciding == "mean" else "share"
    if one.mean.estimate is None:
        return wording.text(f"change.word.{one.verdict}", language)
    if low is None or high is None:
        key = f"change.{unit}.unsure"
        return wording.text(key, language, change=_signed(one, one.mean.estimate, language))
    if one.verdict in (Verdict.BETTER, Verdict.WORSE):
        low, high = sorted((abs(low), abs(high)))
    return wording.text(
        f"change.{unit}.{one.verdict}",
        language,
        change=_size(one, one.mean.estimate, language),
        low=_size(one, low, language),
        high=_size(one, high, language),
        relevant=_size(one, one.relevant, language, "#,##0.0#"),
    )


def _size(one: Change, number: float | None, language: str, pattern: str = "#,##0.0") -> str:
    """The size of a change in points or percentage points; never "0.0" for what is not 0."""
    size = abs(number or 0.0) * _scale(one)
    if 0 < size < 0.05:
        limit = format_decimal(0.1, format="0.0", locale=language)
        return wording.text("compare.number.below", language, limit=limit)
    return str(format_decimal(size, format=pattern, locale=language))


def _signed(one: Change, number: float | None, language: str) -> str:
    pattern = "+0.0;-0.0" if one.deciding == "mean" else "+0;-0"
    return str(format_decimal((number or 0.0) * _scale(one), format=pattern, locale=language))


def _scale(one: Change) -> int:
    return 1 if one.deciding == "mean" else 100


def _percent(share: float, language: str) -> str:
    return f"{format_decimal(round(100 * share), format='#,##0', locale=language)}%"
