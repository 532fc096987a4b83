"""The dossier as a document: the cycles beside each other, and never a verdict."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from qualitycycle import wording
from qualitycycle.report import document, render
from qualitycycle.report.dossier import dossier_document
from qualitycycle.report.dossier_model import Dossier, Year
from qualitycycle.report.dossier_tables import moved
from qualitycycle.report.model import Estimate, Partnership
from qualitycycle.report.model_evidence import Evidence
from tests.report import samples
from tests.report.page import Element, parse, visible_text

SNAPSHOT = Path(__file__).parent / "snapshots" / "dossier.nl.txt"
VERDICT = re.compile(
    r"\bvoldoe(t|n)\b|\bvoldaan\b|\btoereikend|\bmeets\b|\bcompl(y|ies|iant)\b|\bsatisf", re.IGNORECASE
)


def lower(one: Evidence, cycle: str) -> Evidence:
    """The same evidence in an earlier cycle, a lower figure."""
    if one.value is None or one.value.low is None or one.value.high is None or not one.is_question:
        return replace(one, cycle=cycle)
    step = 0.4 if one.measure == "favourable" else 1.0
    value = Estimate(*(max(0.0, end - step) for end in (one.value.value, one.value.low, one.value.high)))
    return replace(one, cycle=cycle, value=value)


def dossier() -> Dossier:
    """Four cycles: no report, a kept one, one that changed, one of now."""
    made = samples.rich()
    told = [one for one in made.evidence if one.code != "practices"]
    first = tuple(lower(one, "2023-2024") for one in told)
    second = tuple(
        replace(one, cycle="2024-2025", held="few_more", taken_on=date(2025, 7, 1))
        if one.reference == "TRN3" and one.is_question
        else replace(one, cycle="2024-2025")
        for one in told
    )
    return Dossier(
        partnership=Partnership("DUIN", "Samen Opleiden Duinrand"),
        years=(
            Year("2022-2023", "missing"),
            Year("2023-2024", "gone", date(2024, 7, 3), first),
            Year("2024-2025", "changed", date(2025, 7, 4), second),
            Year("2025-2026", "same", date(2026, 7, 6), made.evidence),
        ),
        generated_on=date(2026, 7, 6),
        titles={one.reference: one.text for one in made.evidence if one.is_question},
        texts={one.reference: one.text for one in made.evidence if not one.is_question},
        breaks=frozenset({("INH1", "2025-2026")}),
        stages=(*made.goals, *made.findings, *made.decisions, *made.actions),
        tags={one.reference: one.guarantees for one in made.evidence if not one.is_question}
        | {one.id: ("W1",) for one in made.decisions},
        synthetic=True,
    )


def page(language: str = "nl") -> Element:
    return parse(render(dossier_document(dossier(), language)))


def test_the_whole_dutch_dossier_reads_as_before() -> None:
    text = visible_text(page().all("body")[0])
    if os.environ.get("QUALITYCYCLE_UPDATE_SNAPSHOTS") == "1":
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_sentence_on_a_guarantee_is_a_verdict(language: str) -> None:
    path = wording.FOLDER / language / "LC_MESSAGES" / "guarantees.po"
    with path.open("rb") as handle:
        catalogue = read_po(handle, locale=language)
    for message in catalogue:
        assert not VERDICT.search(str(message.string)), message.id
    for made in (dossier_document(dossier(), language), document(samples.rich(language), language)):
        assert not VERDICT.search(visible_text(parse(render(made))))


def test_a_dossier_needs_no_script_or_network() -> None:
    made = render(dossier_document(dossier(), "nl"))
    assert "Plotly.newPlot" in made and len(made) < 400_000
    assert not re.search(r"""(src|href)=["']https?:""", made)


def test_every_guarantee_has_a_chapter_between_what_it_is_and_what_is_missing() -> None:
    made = dossier_document(dossier(), "nl")
    chapters = ["overview", "W1", "W2", "W3", "W4", "missing", "prompts", "account"]
    assert [section.id for section in made.sections] == chapters


def test_how_a_question_moved() -> None:
    made = dossier()
    assert moved(made, ("question", "TRN1")) == "up"
    assert moved(made, ("question", "INH1")) == "broken"
    backwards = replace(made, years=made.years[::-1])
    assert moved(backwards, ("question", "TRN1")) == "down"
    now = replace(made, years=made.years[-1:])
    assert moved(now, ("question", "TRN1")) == "once"
    same = replace(made, years=made.years[-2:])
    assert moved(same, ("question", "TRN1")) == "cannot_tell"


def test_what_became_of_each_cycle_is_told() -> None:
    text = visible_text(page())
    for said in (
        "2022-2023: er is geen rapport gemaakt",
        "2023-2024: de antwoorden zijn niet meer aanwezig",
        "2024-2025: de antwoorden zijn gewijzigd sinds het rapport",
        "2023\u20112024 (bewaard)",
        "cijfer van 1 juli 2025",
    ):
        assert said in text


def test_the_prompts_start_from_what_was_found() -> None:
    text = visible_text(next(e for e in page().all("section") if e.attributes.get("id") == "prompts"))
    assert text.count("Waar zijn jullie trots op?") == text.count("Wat gaan jullie doen") == 4
    contrary = replace(
        samples.rich().evidence[0],
        side="nuances",
        code="finding_concern",
        reference="B9",
        text="Te weinig tijd",
        indicator="VRM1",
        value=None,
        guarantees=("W3",),
    )
    made = dossier()
    last = replace(made.last, evidence=(*made.last.evidence, contrary))
    text = visible_text(parse(render(dossier_document(replace(made, years=(last,)), "nl"))))
    assert "Waar zeggen cijfers en mensen iets anders? Bevinding B9, een zorg" in text


def test_without_any_report_there_is_still_a_dossier() -> None:
    bare = replace(dossier(), years=(Year("2025-2026", "missing"),), stages=())
    text = visible_text(parse(render(dossier_document(bare, "nl"))))
    assert text.count("Over deze jaren is nog geen rapport gemaakt.") == 4
