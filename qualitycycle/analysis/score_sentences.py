"""What the reliability of a score says, as sentences for a reader (catalogue ``reliability``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal

from qualitycycle import wording
from qualitycycle.analysis.scores import FEW_SESSIONS, NORM, ScoreReliability

STRONG, FAIR = 0.7, 0.5
"""From where agreement is strong, and from where fair (LeBreton, Senter, Organizational
Research Methods 11 (2008) 815-852)."""

BETTER_WITHOUT = 0.02
"""By how much the others must gain before a reader is told to look at an item."""


def sentences(
    one: ScoreReliability,
    language: str,
    *,
    titles: Mapping[str, str],
    limits: Mapping[str, Any],
) -> list[str]:
    """What a score is good for, what its numbers mean, its weakest item, and agreement.

    ``titles``: the text of the score and of every item; ``limits``: ``minimum`` respondents,
    and the ``sessions``, ``answers`` and ``trainers`` from which agreement is told. A refused
    score has one sentence, with what it would take.
    """
    values = {"title": titles[one.score], "items": len(one.items), **limits}
    if one.n is None:
        return [wording.text(f"reliability.refused.{one.reasons[0]}", language, **values)]
    likely = one.likely
    shares = {"share": likely.estimate, "low": likely.low, "high": likely.high, "norm": NORM}
    values |= {name: _percent(share, language) for name, share in shares.items()}
    values["n"] = str(format_decimal(one.n, "#,##0", locale=language))
    said = [
        wording.text(f"reliability.usable.{one.usable}", language, **values),
        wording.text("reliability.share", language, **values),
        _weakest(one, titles, language),
        _agreement(one, language, values),
    ]
    return [line for line in said if line]


def _weakest(one: ScoreReliability, titles: Mapping[str, str], language: str) -> str:
    item, alpha = one.weakest, one.alpha.alpha
    if item is None or item.alpha_if_dropped is None or alpha is None:
        return ""
    form = "look" if item.alpha_if_dropped > alpha + BETTER_WITHOUT else "fine"
    return wording.text(f"reliability.weakest.{form}", language, item=titles[item.item])


def _agreement(one: ScoreReliability, language: str, values: Mapping[str, Any]) -> str:
    if one.agreement is None:
        few = FEW_SESSIONS in one.reasons
        return wording.text("reliability.agreement.too_few", language, **values) if few else ""
    form = "strong" if one.agreement >= STRONG else "fair" if one.agreement >= FAIR else "weak"
    value = str(format_decimal(one.agreement, "0.00", locale=language))
    told = {"value": value, "over": one.sessions}
    return wording.text(f"reliability.agreement.{form}", language, **told)


def _percent(share: float | None, language: str) -> str:
    return str(format_decimal(100 * max(share or 0.0, 0.0), "0", locale=language))
