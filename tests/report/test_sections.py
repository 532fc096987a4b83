"""What the sections say, for a full year, an empty one, and one where all is hidden."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from qualitycycle import wording
from qualitycycle.report import SECTIONS, Document, document, render
from qualitycycle.report.account import sessions_sentence
from qualitycycle.report.document import Figure, Section
from qualitycycle.report.evidence import weight
from qualitycycle.report.model import CoverageRow, Estimate, ReportInput
from qualitycycle.report.phrases import key_measures
from qualitycycle.vocabulary import ARMS
from tests.report import samples
from tests.report.page import Element, parse, parsed, visible_text

SNAPSHOTS = Path(__file__).parent / "snapshots"


def said(report: ReportInput, section: str, language: str = "nl") -> str:
    """The visible text of one section."""
    written = {function.__name__: function for function in SECTIONS}[section](report, language)
    page = parse(render(Document("Titel", "", language, (written,))))
    return visible_text(section_of(page, section))


def section_of(page: Element, name: str) -> Element:
    return next(e for e in page.all("section") if e.attributes.get("id") == name)


def test_sections_come_in_the_agreed_order() -> None:
    made = document(samples.rich(), "nl")
    assert [section.id for section in made.sections] == [
        "summary",
        "account",
        "plan",
        "do",
        "check",
        "learning",
        "variants",
        "trend",
        "themes",
        "effects",
        "findings",
        "guarantees",
        "act",
        "earlier",
        "appendix",
    ]


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_section_has_something_to_say(
    section: Callable[[ReportInput, str], Section], language: str
) -> None:
    for report in (samples.rich(language), samples.empty(), samples.all_hidden(language)):
        made = section(report, language)
        assert made.blocks


def test_the_whole_dutch_report_reads_as_before() -> None:
    page = parsed("rich", "nl")
    text = visible_text(page.all("body")[0])
    path = SNAPSHOTS / "rich.nl.txt"
    if os.environ.get("QUALITYCYCLE_UPDATE_SNAPSHOTS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_every_denominator_is_named() -> None:
    text = said(samples.rich(), "account")
    assert "daar vulden 73 van de 142 deelnemers (51%) de lijst in. Wie niet antwoordde" in text
    for name, value in (("basistrainingen gegeven", 12), ("deelnemers", 142), ("lijsten ontvangen", 85)):
        assert f"| {name} | {value} |" in text
    assert "Van 1 basistraining is niet vastgelegd hoeveel deelnemers er waren." in text


def test_unknown_attendance_gives_an_unknown_response() -> None:
    report = samples.rich()
    row = replace(report.coverage.total, attended=None, answered=None, response_rate=None)
    text = said(replace(report, coverage=replace(report.coverage, total=row)), "account")
    assert "De respons is onbekend" in text
    assert "| respons | onbekend |" in text
    assert "51%" not in text


def test_a_small_group_gets_no_percentage() -> None:
    report = samples.rich()
    row = CoverageRow("total", 1, 1, 0, 9, 8, 0, 6, 6, 6, None)
    text = said(replace(report, coverage=replace(report.coverage, total=row, by_variant=())), "account")
    assert "6 van de 8 deelnemers vulden de lijst in." in text
    assert "%" not in text.partition("Gegeven, maar niet")[0]


def test_sessions_without_evaluation_are_named() -> None:
    text = said(samples.rich(), "account")
    assert "Van 2 basistrainingen is geen evaluatie binnen." in text
    assert "DUIN-2025-07 | Basistraining mentoren | 11 december 2025" in text


def test_missing_goals_and_actions_are_said_aloud() -> None:
    assert "Er zijn geen doelen vastgelegd" in said(samples.empty(), "plan")
    assert "Er zijn geen acties vastgelegd" in said(samples.empty(), "act")


@pytest.mark.parametrize(
    ("evaluated", "expected"),
    [
        (12, "Alle 12 basistrainingen zijn geëvalueerd."),
        (2, "Er zijn 12 basistrainingen gegeven; daarvan zijn er 2 geëvalueerd."),
        (1, "Er zijn 12 basistrainingen gegeven; daarvan is er 1 geëvalueerd."),
        (0, "Er zijn 12 basistrainingen gegeven; geen daarvan is geëvalueerd."),
    ],
)
def test_trainings_held_and_evaluated_in_one_sentence(evaluated: int, expected: str) -> None:
    row = replace(samples.rich().coverage.total, evaluated=evaluated)
    assert sessions_sentence(row, "nl") == expected


@pytest.mark.parametrize(("evaluated", "warned"), [(9, True), (10, False)])
def test_few_evaluations_are_said_before_the_figures(evaluated: int, warned: bool) -> None:
    report = samples.rich()
    coverage = replace(report.coverage, total=replace(report.coverage.total, evaluated=evaluated))
    text = said(replace(report, coverage=coverage), "check")
    first, _, _ = text.partition("Tussen haakjes")
    expected = "Maar 9 van de 12 basistrainingen zijn geëvalueerd. Lees deze cijfers als een eerste indruk."
    assert (expected in first) is warned


def test_tables_and_figures_explain_why_their_percentages_differ() -> None:
    text = said(samples.rich(), "check")
    assert "De figuren tellen elk antwoord. Daarom kunnen de percentages iets verschillen." in text
    captions = [line for line in text.splitlines() if line.startswith("Figuur")]
    assert captions
    assert not any("gunstig" in line for line in captions)


def test_an_interval_that_says_nothing_is_not_shown() -> None:
    report = samples.rich()
    wide = replace(report.items[1], favourable=Estimate(0.2, 0.0, 0.9), sessions=1)
    vague = replace(report, items=(report.items[0], wide, *report.items[2:]))
    row = next(line for line in said(vague, "check").splitlines() if line.startswith(f"| {wide.title}"))
    assert "te onzeker om te tonen (1 sessie)" in row
    assert "%" not in row
    told = said(samples.with_evidence(vague), "guarantees").splitlines()
    about = [line for line in told if wide.title.removesuffix(".") in line]
    assert about and all("%" not in line and line.startswith("Te onzeker") for line in about)
    assert weight(wide) == "too_uncertain"
    assert f"‘{wide.title}’ Hier antwoordt" not in said(vague, "summary")


def test_a_goal_that_cannot_be_told_says_why() -> None:
    text = said(samples.rich(), "plan")
    assert "waarschijnlijk tussen 7,3 en 7,9. De norm 7,5 ligt daartussen" in text
    assert text.count("ligt daartussen") == 1


def test_a_goal_without_words_is_told_by_its_question() -> None:
    report = samples.rich()
    goals = tuple(replace(goal, text="") for goal in report.goals)
    bare = replace(report, goals=goals)
    for section in ("plan", "summary", "act"):
        text = said(bare, section)
        assert "Weet je wat je anders gaat doen?" in text
        assert "TRF1" not in text
    assert "maat" not in said(bare, "plan")


def test_the_appendix_points_to_the_manifest_instead_of_printing_it() -> None:
    text = said(samples.rich(), "appendix")
    assert "in het bestand DUIN-2025-2026.nl.manifest.json naast dit rapport" in text
    assert "| ingelezen bestanden | 2" in text
    assert "9f2c" not in text
    assert "duckdb" not in text
    named = replace(samples.rich(), manifest_file="lijst.json")
    assert "in het bestand lijst.json naast" in said(named, "appendix")


def test_late_goals_and_overdue_actions_are_marked_in_words() -> None:
    assert "toen de eerste antwoorden al binnen waren" in said(samples.rich(), "plan")
    lines = said(samples.rich(), "act").splitlines()
    first = next(line for line in lines if "Oefenen met feedback" in line)
    assert first.startswith("over tijd")


def test_nothing_evaluated_says_so_and_shows_no_figures_of_answers() -> None:
    assert "nog geen enkele basistraining geëvalueerd" in said(samples.empty(), "summary")
    assert "Nog geen antwoorden" in said(samples.empty(), "check")
    assert "Er is niets te vergelijken" in said(samples.empty(), "variants")


def test_hidden_questions_show_no_number() -> None:
    text = said(samples.all_hidden(), "check")
    assert "niet getoond | – | – | – | –" in text
    assert "%" not in text.replace("%-interval", "")
    assert "minder dan 4 antwoorden" in text


def test_a_lowered_floor_is_printed_with_reason_and_name() -> None:
    for section in ("summary", "account"):
        text = said(samples.all_hidden(), section)
        assert "proef met kleine groepen" in text
        assert "M. Jansen, programmaleider" in text


def test_every_question_has_its_denominators_and_interval() -> None:
    text = said(samples.rich(), "check")
    for item in samples.rich().items:
        row = next(line for line in text.splitlines() if line.startswith(f"| {item.title}"))
        assert "niet getoond" in row if item.hidden else "| 82 | 10 | 12 |" in row
    assert "veel te lang of iets te lang 17 keer; iets te kort of veel te kort 22 keer" in text


def test_learning_tells_who_was_paired_before_how_they_changed() -> None:
    text = said(samples.rich(), "learning")
    paired, changed = (
        text.index("Van 28 mentoren hebben we een meting voor en na"),
        text.index("‘Bekwaamheids"),
    )
    assert paired < changed
    assert "28 van de 41 voormetingen (68%)" in text
    assert "Alleen voor hen kunnen we groei laten zien." in text
    assert "voormeting → nameting: Gemiddeld 0,5 punt hoger." in text
    assert "nog over, bij 19 mentoren met drie metingen: 70% (waarschijnlijk tussen 45% en 98%)" in text
    assert "weten we dus niet" in text


def test_a_look_back_is_a_part_of_its_own_and_is_not_drawn() -> None:
    measured, _, back = said(samples.rich(), "learning").partition("Terugblik achteraf")
    assert "terugblikvoormeting" not in measured and "terugblikvoormeting → nameting" in back
    assert "de maatlat is verschoven" in back
    section = next(one for one in document(samples.rich(), "nl").sections if one.id == "learning")
    drawn = next(block for block in section.blocks if isinstance(block, Figure))
    assert not any("terugblik" in cell for row in drawn.table.rows for cell in row)
    assert len(drawn.table.rows) == 3 + 2


def test_what_is_asked_later_only_is_use_in_practice() -> None:
    text = said(samples.rich(), "learning").partition("Toepassing in de praktijk")[2]
    assert "‘Hoe vaak bracht je de training in praktijk?’: 62% (45% tot 77%) gunstig" in text


def test_without_two_measurements_the_report_says_what_to_do() -> None:
    text = said(samples.empty(), "learning")
    assert "Nog geen groei te laten zien" in text and "koppelcode" in text
    hidden = said(samples.all_hidden(), "learning")
    assert "minder dan 4 mentoren" in hidden and "0,5" not in hidden


def test_variants_say_one_sentence_per_verdict_beside_the_region() -> None:
    text = said(samples.rich(), "variants")
    assert "Wie welke training kreeg, is niet door loting bepaald." in text
    own, _, region = text.partition("De hele regio")
    assert "alleen opleiding tegenover tandem: minder\nTrainingen van alleen de opleiding scoren 0,7" in own
    assert "alleen school tegenover tandem: niet te zeggen\nWe kunnen nog niet zeggen" in region


def test_pooled_years_are_said_aloud() -> None:
    report = samples.rich()
    pooled = tuple(replace(c, scope="partnership-all") for c in report.comparisons if c.scope != "region")
    text = said(replace(report, comparisons=pooled), "variants")
    assert "(Over alle schooljaren samen, omdat één jaar te weinig gegevens geeft.)" in text
    assert "De hele regio" not in text


def test_undecided_verdicts_are_counted_not_listed() -> None:
    text = said(samples.rich(), "variants")
    assert "Bij 2 andere vergelijkingen in dit partnerschap is er nog niets te zeggen." in text


def test_the_founding_survey_shows_both_denominators() -> None:
    page = parsed("rich", "nl")
    text = section_of(page, "trend").text()
    text = text.replace("\u00a0", " ")
    assert "24,2% van alle 231 mentoren, maar 35,7% van de 157 mentoren" in text
    for share in ("32,0% (26,4% tot 38,3%)", "28,6% (23,1% tot 34,7%)", "15,2% (11,1% tot 20,3%)"):
        assert share in text
    assert "84,8% (79,7% tot 88,9%)" in text


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (Estimate(0.8, 0.7, 0.9), "supports"),
        (Estimate(0.2, 0.1, 0.4), "nuances"),
        (Estimate(0.5, 0.4, 0.6), "both_sides"),
        (None, "too_few"),
    ],
)
def test_evidence_follows_the_interval(share: Estimate | None, expected: str) -> None:
    item = replace(samples.rich().items[0], favourable=share)
    assert weight(item) == expected


def test_guarantees_support_or_nuance() -> None:
    text = said(samples.rich(), "guarantees")
    assert text.count("\nOndersteunt\n") == text.count("\nNuanceert\n") == 4
    assert text.count("\nOntbreekt\n") == text.count("\nOntwikkelpunt\n") == 4
    assert "198 van de 312 mentoren" in text
    first = next(line for line in text.splitlines() if line.startswith("‘Met vragen een student"))
    assert "61% (50% tot 71%)" in first.replace("\u00a0", " ")
    assert "82 antwoorden, 10 trainingen, 12 trainers, 2025-2026" in first


def test_decisions_are_proposals_and_people_decide() -> None:
    text = said(samples.rich(), "act")
    assert "Een voorstel, geen besluit" in text
    assert "voorstel: aanpassen Laat elke training door een tandem geven" in text


def test_next_year_names_what_should_be_seen() -> None:
    text = said(samples.rich(), "act").partition("Wat het volgende rapport moet laten zien")[2]
    assert "‘Hoe heb je begeleidingsvaardigheden geoefend?’: werkte de actie" in text
    assert "Driekwart van de mentoren heeft een concreet voornemen" in text


def test_the_summary_holds_three_findings_and_a_table_of_words() -> None:
    made = document(samples.rich(), "nl").sections[0]
    text = said(samples.rich(), made.id)
    for word in ("↓ minder", "↑ beter", "= gelijk", "? niet te zeggen", "· te weinig gegevens"):
        assert word in text
    page = parsed("rich", "nl")
    assert [len(e.all("li")) for e in page.all("ol") if e.attributes.get("class") == "findings"] == [3]


def test_the_region_speaks_when_the_partnership_cannot() -> None:
    report = samples.rich()
    undecided = tuple(replace(c, verdict="too_few") if c.scope != "region" else c for c in report.comparisons)
    text = said(replace(report, comparisons=undecided), "summary")
    assert "In de hele regio: ‘Welk cijfer geef je de trainer(s) samen?’ Trainingen van alleen" in text


def test_key_measures_start_with_the_primary_one_and_include_what_differs() -> None:
    names = key_measures(samples.rich())
    assert names[0] == "TRN3"
    assert {"ZEL", "ALG1", "INH2"} <= set(names)
    assert "VRM1" not in names


def test_an_arm_the_partnership_cannot_compare_is_sent_to_the_region() -> None:
    report = samples.rich()
    regional = tuple(c for c in report.comparisons if c.regional or c.arm.name == "institute_only")
    text = said(replace(report, comparisons=regional), "variants")
    own, _, _ = text.partition("De hele regio")
    assert "alleen school tegenover tandem: te weinig gegevens\nIn dit partnerschap zijn er te weinig" in own
    assert "· te weinig gegevens" in said(replace(report, comparisons=regional), "summary")


def test_indicators_are_told_by_their_question() -> None:
    report = samples.rich()
    goals = (
        replace(report.goals[0], indicator="coverage", measure="favourable", value=Estimate(0.83), n=12),
        replace(report.goals[1], indicator="response_rate", value=Estimate(0.51), n=142),
    )
    text = said(replace(report, goals=goals), "plan")
    assert "deel van de basistrainingen dat geëvalueerd is" in text
    assert "83%; 12 basistrainingen" in text
    assert "51%; 142 deelnemers" in text
    assert "Welk cijfer geef je de trainer(s) samen?" in said(report, "plan")


def test_full_attendance_needs_no_second_count() -> None:
    report = samples.rich()
    row = replace(report.coverage.total, attended=142, attended_unknown=0, answered=None)
    row = replace(row, response_rate=82 / 142)
    text = said(replace(report, coverage=replace(report.coverage, total=row)), "account")
    assert "82 van de 142 deelnemers (58%) vulden de lijst in." in text


def test_a_question_reads_as_a_sentence_after_its_stem() -> None:
    title = samples.instrument().title_of
    assert title("ZEL2", "nl").startswith("Hoe goed lukt dit je: met vragen een student laten nadenken")
    assert title("ZEL2", "en").startswith("How well do you manage to use questions")
    assert samples.instrument().stems["K5"]["nl"] == "Hoe goed lukt het je om ..."
    bare = samples.instrument().model_copy(update={"stem_titles": {}})
    assert bare.title_of("ZEL1", "nl").startswith("Hoe goed lukt het je om feedback geven")


@pytest.mark.parametrize("variant", ARMS)
@pytest.mark.parametrize("language", wording.languages())
def test_every_variant_that_is_compared_has_its_words(variant: str, language: str) -> None:
    for key in ("compare.trainings", "pdca.given", "pdca.way"):
        assert wording.has(f"{key}.{variant}", language)
