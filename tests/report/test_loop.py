"""The loop in the report: every object has a place, every place can be reached, and what waits is said."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from qualitycycle.report.data import as_data
from qualitycycle.report.document import anchor
from qualitycycle.report.model import Action, Decision, Effect, Finding, ReportInput
from qualitycycle.report.opens import still_open
from qualitycycle.report.trail import trail_of
from tests.report import samples
from tests.report.page import Element, parsed
from tests.report.test_sections import said

LANGUAGES = ("nl", "en")
DECIDED = ("BES-DUIN-2025-1", "BES-DUIN-2025-2", "BES-DUIN-2025-3")


def stage(report: ReportInput, id: str) -> Finding | Decision | Action:
    found = next(one for one in report.stages if one.id == id)
    assert isinstance(found, Finding | Decision | Action)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_object_has_its_place_and_can_be_reached(language: str) -> None:
    report, page = samples.rich(language), parsed("rich", language)
    linked = {link.attributes["href"] for link in page.all("a")}
    places = {item.attributes.get("id") for item in page.all("li")}
    for one in report.objects:
        assert anchor(one.id) in places
        if one.before or one.id in {id for other in report.stages for id in other.before}:
            assert f"#{anchor(one.id)}" in linked


def test_the_number_of_an_object_is_printed_with_it() -> None:
    for item in parsed("rich", "nl").all("li"):
        if item.attributes.get("id"):
            assert item.attributes["id"] == anchor(_object_id(item))


def _object_id(item: Element) -> str:
    return next(e.text() for e in item.all("span") if e.attributes.get("class") == "object-id")


@pytest.mark.parametrize(
    ("id", "before", "after"),
    [
        ("BEV-DUIN-2024-1", ["D0"], ["BES-DUIN-2024-1"]),
        ("BES-DUIN-2024-1", ["BEV-DUIN-2024-1"], ["D1", "A3"]),
        ("A3", ["BES-DUIN-2024-1"], ["D1", "GP-DUIN-1"]),
        ("BEV-DUIN-2025-1", ["D2"], [*DECIDED, "T-DUIN-2025-1"]),
        ("A1", ["BES-DUIN-2025-1"], ["T-DUIN-2025-1"]),
    ],
)
def test_an_object_says_what_led_to_it_and_what_came_of_it(
    id: str, before: list[str], after: list[str] | None
) -> None:
    report = samples.rich()
    rows = {name: [link.text for link in links] for name, links in trail_of(stage(report, id), report, "nl")}
    assert rows.get("komt uit") == before
    assert rows.get("leidde tot") == after


def test_a_goal_that_an_action_led_to_is_not_what_the_action_came_from() -> None:
    report = samples.rich()
    action = replace(report.actions[2], goal="D1")
    report = replace(report, actions=(*report.actions[:2], action))
    rows = {name: [link.text for link in links] for name, links in trail_of(action, report, "nl")}
    assert rows["komt uit"] == ["BES-DUIN-2024-1"] and "D1" in rows["leidde tot"]
    ((name, links),) = trail_of(report.goals[0], report, "nl")
    assert name == "komt uit" and "A3" in [link.text for link in links]


def test_an_id_that_has_no_place_leads_nowhere() -> None:
    report = samples.rich()
    lost = replace(report.findings[0], goal="D-ELDERS-1")
    ((_, links), *_) = trail_of(lost, report, "nl")
    assert [(link.text, link.target) for link in links] == [("D-ELDERS-1", "")]


def test_what_waits_for_people_is_listed_the_most_pressing_first() -> None:
    found = [(one.kind, one.id) for one in still_open(samples.rich())]
    assert found == [
        ("undecided", "A3"),
        ("overdue", "A1"),
        ("without_action", "BES-DUIN-2025-2"),
        ("without_decision", "BEV-DUIN-2025-2"),
    ]


def test_a_proposal_is_closed_by_a_decision_on_its_action() -> None:
    report = samples.rich()
    assert "undecided" in {one.kind for one in still_open(report)}
    judged = replace(report, effects=(replace(report.effects[0], decision="BES-DUIN-2025-1"),))
    assert "undecided" not in {one.kind for one in still_open(judged)}
    assert "besluit\nBES-DUIN-2025-1" in said(judged, "effects")


def test_an_effect_that_tells_nothing_asks_for_nothing() -> None:
    report = samples.rich()
    vague = replace(report.effects[0], verdict="cannot_tell", proposal="cannot_tell", measured=None)
    assert "undecided" not in {one.kind for one in still_open(replace(report, effects=(vague,)))}


def test_nothing_open_is_said_too() -> None:
    assert "Er staat niets open" in said(samples.empty(), "act")


def test_the_summary_tells_what_last_year_did_and_what_is_asked_now() -> None:
    text = said(samples.rich(), "summary")
    back = text.partition("Wat besloten we vorig jaar")[2]
    looked, _, asked = back.partition("Wat vragen we nu te besluiten?")
    assert "werkte minder dan verwacht De training wordt korter." in looked
    assert "Verwacht: 15 procentpunt; gemeten: 8 (1 tot 15) procentpunt." in looked
    assert "voorstel: aanpassen Dagdelen korter maken" in asked.partition("tandem")[0]


def test_without_decisions_the_summary_says_so() -> None:
    assert "Vorig jaar is geen besluit vastgelegd." in said(samples.empty(), "summary")


def test_an_earlier_decision_without_effect_says_how_far_its_action_is() -> None:
    report = replace(samples.rich(), effects=())
    looked = said(report, "summary").partition("Wat besloten we vorig jaar")[2]
    assert "klaar De training wordt korter." in looked
    running = replace(report.actions[2], status="in_progress", result="", closed_on=None)
    looked = said(replace(report, actions=(running,)), "summary").partition("vorig jaar")[2]
    assert "Loopt nog; het effect is nog niet te meten." in looked


def test_actions_in_force_say_on_how_many_trainings() -> None:
    report = samples.rich()
    text = said(report, "do").partition("Acties die al liepen")[2]
    assert "Dagdelen korter maken" in text and "7 van de 12 gegeven trainingen" in text
    assert "Oefenen met feedback" not in text
    few = replace(report.actions[2], reached=replace(report.actions[2].reached, sessions=None))  # type: ignore[type-var]
    assert "enkele trainingen" in said(replace(report, actions=(few,)), "do")


def test_a_finding_names_every_source_and_what_changed_since() -> None:
    text = said(samples.rich(), "findings")
    assert "Bron (analyse): aandeel gunstig op" in text
    assert "sindsdien kwamen er 9 antwoorden bij" in text
    assert "Bron (panelgesprek): panel van zes mentoren. ‘We praten erover, maar we doen het niet.’" in text
    assert "Bron (thema uit open antwoorden): thema ‘oefenen’, 2 juni 2026." in text


def test_a_chart_that_begins_anew_names_the_day() -> None:
    text = said(samples.rich(), "act")
    assert (
        "besluit: grafiek opnieuw laten beginnen De training is vernieuwd" in text
        and "1 augustus 2026" in text
    )


def test_an_effect_stands_beside_its_prediction() -> None:
    text = said(samples.rich(), "effects")
    assert "verwacht effect\n15 procentpunt" in text
    assert "gemeten effect\n8 (1 tot 15) procentpunt" in text


def test_open_answers_are_counted_or_it_is_said_what_to_do() -> None:
    text = said(samples.rich(), "themes")
    assert "| oefenen | 18 | 44% (30% tot 59%)" in text
    assert "‘Meer tijd om te oefenen met [naam] erbij.’ (oefenen)" in text
    assert "qualitycycle themes export" in said(samples.all_hidden(), "themes")


def test_what_participants_said_stands_with_what_is_done() -> None:
    text = said(samples.rich(), "act").partition("Wat deelnemers zeiden")[2]
    assert "‘We oefenden te weinig.’ T-DUIN-2025-1\nElk dagdeel krijgt een oefenronde." in text


def test_practices_of_others_and_our_own_stand_apart() -> None:
    own, _, offered = said(samples.rich(), "act").partition("komt van een ander partnerschap")
    assert "Drie dagdelen in plaats van vier" in own and "Filmfragmenten" in offered
    assert "Bij ons werkte het ook" in offered


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_data_hold_every_object_and_are_plain(language: str) -> None:
    report = samples.rich(language)
    data = json.loads(json.dumps(as_data(report)))
    for name in ("goals", "findings", "decisions", "actions", "practices", "replies"):
        assert [one["id"] for one in data[name]] == [one.id for one in getattr(report, name)]
    assert data["decisions"][2]["holds_from"] == "2026-08-01"
    assert data["effects"][0]["measured"] == {"value": 0.08, "low": 0.01, "high": 0.15}
    assert [one["id"] for one in data["earlier"]["findings"]] == ["BEV-DUIN-2024-1"]
    assert data["open"][0]["kind"] == "undecided"


def test_effects_without_numbers_have_only_words() -> None:
    hidden = Effect(
        "A3", "Dagdelen korter maken", "Tijd", "mean", "too_few", "cannot_tell", said="Te weinig."
    )
    text = said(replace(samples.rich(), effects=(hidden,)), "effects")
    assert "te weinig gegevens Dagdelen korter maken" in text and "gemeten effect" not in text
