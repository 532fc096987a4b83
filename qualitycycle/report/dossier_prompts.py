"""Questions for the critical reflection, each with what the figures and the panel give as a start."""

from __future__ import annotations

from collections.abc import Iterator

from qualitycycle import wording
from qualitycycle.report.document import Bullets, Paragraph, Section, Subsection
from qualitycycle.report.dossier_model import Dossier
from qualitycycle.report.evidence_lines import figure, line, title
from qualitycycle.report.guarantees import heading
from qualitycycle.report.model_evidence import Evidence
from qualitycycle.vocabulary import Guarantee

CONTRARY = {"finding_strength": "nuances", "finding_concern": "supports"}
"""What people found -> what a figure would say that does not agree with it."""


def prompts(dossier: Dossier, language: str) -> Section:
    """Per guarantee: what are you proud of, where do figures and panel disagree, what will you do."""
    parts = tuple(
        Subsection(heading(one, language), (Bullets(tuple(_questions(str(one), dossier, language))),))
        for one in Guarantee
    )
    lead = Paragraph(wording.text("guarantees.prompt.lead", language), "lead")
    return Section("prompts", wording.text("guarantees.dossier.prompts", language), (lead, *parts))


def _questions(guarantee: str, dossier: Dossier, language: str) -> Iterator[str]:
    yield _proud(guarantee, dossier, language)
    yield _disagree(guarantee, dossier, language)
    yield _will_do(guarantee, dossier, language)


def _proud(guarantee: str, dossier: Dossier, language: str) -> str:
    """The question with the strongest support in the last cycle that was printed."""
    best = max(
        (one for one in _mine(guarantee, dossier) if one.side == "supports" and one.is_question),
        key=_support,
        default=None,
    )
    if best is None:
        return wording.text("guarantees.prompt.proud_open", language)
    values = {"title": title(best, language, dossier.name), "value": figure(best, language)}
    return wording.text("guarantees.prompt.proud", language, **values)


def _support(one: Evidence) -> float:
    """How far the low end of the interval of a share lies above one half; scores come after these."""
    if one.value is None or one.value.low is None or one.measure == "mean":
        return float("-inf")
    return one.value.low - (one.against or 0.0)


def _disagree(guarantee: str, dossier: Dossier, language: str) -> str:
    """A finding of people and a figure on the same question that point different ways."""
    for year in reversed(dossier.told):
        mine = year.about(guarantee)
        for found in mine:
            wanted = CONTRARY.get(found.code)
            other = year.find(("question", found.indicator)) if wanted else None
            if other is not None and other.side == wanted:
                return wording.text(
                    "guarantees.prompt.disagree",
                    language,
                    finding=line(found, language, dossier.name),
                    figure=line(other, language, dossier.name),
                )
    return wording.text("guarantees.prompt.disagree_open", language)


def _will_do(guarantee: str, dossier: Dossier, language: str) -> str:
    points = [one for one in _mine(guarantee, dossier) if one.side == "point"]
    if not points:
        return wording.text("guarantees.prompt.do_open", language)
    said = " ".join(line(one, language, dossier.name) for one in points)
    return wording.text("guarantees.prompt.do", language, points=said)


def _mine(guarantee: str, dossier: Dossier) -> tuple[Evidence, ...]:
    return dossier.told[-1].about(guarantee) if dossier.told else ()
