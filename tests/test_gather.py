"""The report's loop from a real register: what is of this cycle, what was in force, what it goes back to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qualitycycle.config import shipped
from qualitycycle.report.document import anchor
from qualitycycle.report.model import Action, ReportInput
from qualitycycle.report.model_cycle import Reached
from qualitycycle.workspace import Workspace, init_workspace
from qualitycycle.workspace.gather import gather
from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.gather.cycle import loop
from qualitycycle.workspace.gather.sources import sources_of
from qualitycycle.workspace.registry import upsert_register
from qualitycycle.workspace.view import take_view
from tests.report.page import parse

DAY = date(2026, 7, 20)
OWNER = {"partnership": "DUIN", "owner": "werkgroep DUIN"}
MEER = {"partnership": "MEER", "owner": "werkgroep MEER"}

SESSIONS: dict[str, list[dict[str, Any]]] = {
    "trainers": [
        {"id": f"T{n}", "name": name, "affiliation": "school"}
        for n, name in enumerate(("Bo Aarden", "Cas Beemster", "Dea Caland", "Eef Dommel"))
    ],
    "sessions": [{"id": f"S{n}", "kind": "basic", "lead": "DUIN"} for n in range(8)],
    "meetings": [{"session": f"S{n}", "date": date(2024 if n < 3 else 2025, 10, 1 + n)} for n in range(8)],
    "session_trainers": [{"session": f"S{n}", "trainer": f"T{n % 4}"} for n in range(8)],
}

LOOP: dict[str, list[dict[str, Any]]] = {
    "goals": [
        {
            "id": "D-DUIN-2024-1",
            "cycle": "2024-2025",
            "indicator": "TRN3",
            "norm": 7.5,
            "agreed_on": date(2024, 7, 1),
            **OWNER,
        },
        {
            "id": "D-DUIN-2025-1",
            "cycle": "2025-2026",
            "indicator": "TRN3",
            "norm": 7.8,
            "agreed_on": date(2025, 7, 5),
            **OWNER,
        },
        {
            "id": "D-DUIN-2025-2",
            "cycle": "2025-2026",
            "indicator": "INH2",
            "agreed_on": date(2025, 7, 5),
            **OWNER,
        },
    ],
    "findings": [
        {
            "id": "BEV-DUIN-2024-1",
            "cycle": "2024-2025",
            "goal": "d-duin-2024-1",
            "indicator": "TRN3",
            "kind": "concern",
            "what": "De trainers kennen elkaar niet.",
            "found_on": date(2025, 6, 10),
            **OWNER,
        },
        {
            "id": "BEV-DUIN-2025-1",
            "cycle": "2025-2026",
            "action": "A-DUIN-2025-1",
            "indicator": "TRN3",
            "kind": "strength",
            "what": "Het voorbereiden met Quirien werkt.",
            "found_on": date(2026, 6, 10),
            **OWNER,
        },
    ],
    "sources": [
        {"finding": "BEV-DUIN-2025-1", "number": 2, "kind": "panel", "reference": "panel", "said": "Fijn."},
        {"finding": "BEV-DUIN-2025-1", "number": 1, "kind": "theme", "reference": "thema samen"},
        {"finding": "BEV-DUIN-2024-1", "number": 1, "kind": "panel", "reference": "panel"},
    ],
    "decisions": [
        {
            "id": "BES-DUIN-2024-1",
            "findings": ("BEV-DUIN-2024-1",),
            "kind": "adapt",
            "what": "Samen voorbereiden.",
            "decided_on": date(2025, 7, 1),
            **OWNER,
        },
        {
            "id": "BES-DUIN-2025-1",
            "findings": ("BEV-DUIN-2025-1",),
            "kind": "investigate",
            "what": "Zoek uit wat het kost.",
            "decided_on": date(2026, 7, 1),
            **OWNER,
        },
    ],
    "actions": [
        {
            "id": "A-DUIN-2025-1",
            "decision": "BES-DUIN-2024-1",
            "what": "Elke training samen voorbereiden",
            "agreed_on": date(2025, 7, 2),
            "starts_on": date(2025, 10, 5),
            "due": date(2026, 5, 1),
            "indicator": "TRN3",
            "predicted_effect": 0.4,
            "status": "done",
            "closed_on": date(2026, 5, 1),
            "result": "Gedaan.",
            **OWNER,
        },
        {
            "id": "A-DUIN-2026-1",
            "decision": "BES-DUIN-2025-1",
            "what": "Uren bijhouden",
            "agreed_on": date(2026, 7, 2),
            "due": date(2026, 7, 10),
            "indicator": "INH2",
            "predicted_effect": 0.1,
            "status": "open",
            **OWNER,
        },
        {
            "id": "A-DUIN-2026-2",
            "decision": "BES-DUIN-2024-1",
            "what": "Ook de opfristraining samen voorbereiden",
            "agreed_on": date(2025, 7, 2),
            "starts_on": date(2026, 9, 1),
            "due": date(2027, 6, 1),
            "indicator": "VRM1",
            **OWNER,
        },
    ],
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A register with two cycles of sessions and the loop over both; no answers."""
    made = init_workspace(tmp_path_factory.mktemp("loop") / "ws", "nl")
    for rows in (SESSIONS, LOOP):
        outcome = upsert_register(made, lambda current, rows=rows: (rows, []), False)  # type: ignore[misc]
        assert outcome.status == "imported", outcome.findings
    return made


@pytest.fixture(scope="module")
def report(workspace: Workspace) -> ReportInput:
    return gather(workspace, "DUIN", "2025-2026", {}, DAY)


def test_the_objects_of_the_cycle_are_apart_from_earlier_ones(report: ReportInput) -> None:
    assert [one.id for one in report.goals] == ["D-DUIN-2025-1", "D-DUIN-2025-2"]
    assert [one.id for one in report.findings] == ["BEV-DUIN-2025-1"]
    assert [one.id for one in report.decisions] == ["BES-DUIN-2025-1"]
    earlier = {"D-DUIN-2024-1", "BEV-DUIN-2024-1", "BES-DUIN-2024-1", "A-DUIN-2026-2"}
    assert {one.id for one in report.earlier} == earlier


def test_a_goal_goes_on_with_the_nearest_object_on_its_indicator(report: ReportInput) -> None:
    assert [one.came_from for one in report.goals] == [("A-DUIN-2025-1",), ()]


def test_references_are_followed_whatever_their_case(report: ReportInput) -> None:
    finding = next(one for one in report.earlier if one.id == "BEV-DUIN-2024-1")
    assert finding.before == ("D-DUIN-2024-1",)


def test_an_earlier_action_was_in_force_on_the_sessions_it_reached(report: ReportInput) -> None:
    old, new = report.actions[:2]
    assert (old.in_force, new.in_force) == (True, False)
    assert old.reached == Reached(4, 5) and new.reached is None
    assert old.predicted == "0,4 punt" and new.predicted == "10 procentpunt"


def test_an_action_of_an_earlier_decision_that_has_yet_to_begin_is_not_of_this_cycle(
    workspace: Workspace, report: ReportInput
) -> None:
    assert [one.id for one in report.actions] == ["A-DUIN-2025-1", "A-DUIN-2026-1"]
    [later] = [one for one in report.earlier if isinstance(one, Action)]
    assert later.id == "A-DUIN-2026-2" and not later.in_force and later.reached is None
    first = gather(workspace, "DUIN", "2024-2025", {}, DAY)
    assert "A-DUIN-2026-2" in [one.id for one in first.actions], "its decision is of that cycle"


def test_an_action_without_a_decision_is_of_the_cycle_it_was_agreed_in(workspace: Workspace) -> None:
    """Agreed on in 2025-2026, to begin after it: no report on an earlier cycle looks ahead to it."""
    view = take_view(workspace)
    last = next(row for row in view.records["actions"] if row["id"] == "A-DUIN-2026-2")
    loose = {**last, "id": "A-DUIN-2026-3", "decision": None, "agreed_on": date(2026, 3, 1)}
    seen = replace(view, records={**view.records, "actions": [*view.records["actions"], loose]}, memo={})
    found = {
        cycle: [one.id for one in loop(About(workspace, seen, "DUIN", cycle, DAY), ()).actions]
        for cycle in ("2024-2025", "2025-2026")
    }
    assert "A-DUIN-2026-3" not in found["2024-2025"] and "A-DUIN-2026-3" in found["2025-2026"]


def test_what_is_past_its_day_is_counted_on_the_day_of_the_report(workspace: Workspace) -> None:
    before = gather(workspace, "DUIN", "2025-2026", {}, date(2026, 7, 8))
    after = gather(workspace, "DUIN", "2025-2026", {}, DAY)
    assert [one.actions[1].overdue for one in (before, after)] == [False, True]


def test_sources_stand_in_their_order(report: ReportInput) -> None:
    assert [one.kind for one in report.findings[0].sources] == ["theme", "panel"]


def test_a_report_does_not_look_ahead(workspace: Workspace) -> None:
    first = gather(workspace, "DUIN", "2024-2025", {}, DAY)
    assert {one.id for one in first.stages} == {
        "D-DUIN-2024-1",
        "BEV-DUIN-2024-1",
        "BES-DUIN-2024-1",
        "A-DUIN-2025-1",
        "A-DUIN-2026-2",
    }
    assert not first.earlier and not first.actions[0].in_force


def test_another_partnership_has_none_of_it(workspace: Workspace) -> None:
    assert not gather(workspace, "MEER", "2025-2026", {}, DAY).stages


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_object_of_the_cycle_is_in_the_page_and_every_link_arrives(
    workspace: Workspace, language: str
) -> None:
    written = workspace.report("DUIN", "2025-2026", language=language)
    page = parse(written.path.read_text(encoding="utf-8"))
    places = {one.attributes.get("id") for one in page.all("li", "section", "main")}
    for rows in ("goals", "findings", "decisions", "actions"):
        assert {anchor(row["id"]) for row in LOOP[rows]} <= places
    assert {link.attributes["href"].removeprefix("#") for link in page.all("a")} <= places
    data = json.loads(json.dumps(written.as_json()))
    assert [one["id"] for one in data["decisions"]] == ["BES-DUIN-2025-1"]
    assert {one["id"] for one in data["open"]} >= {"A-DUIN-2026-1"}


def test_a_name_that_came_into_the_register_later_is_taken_out(workspace: Workspace) -> None:
    assert "Quirien" in gather(workspace, "DUIN", "2025-2026", {}, DAY).findings[0].what
    mentor = {"id": "M1", "name": "Quirien Zonneveldt"}
    workspace.records.update(lambda now: {"mentors": [*now["mentors"], mentor]})
    written = workspace.report("DUIN", "2025-2026")
    page, said = written.path.read_text(encoding="utf-8"), json.dumps(written.as_json())
    assert "Quirien" not in page and "Quirien" not in said
    assert "Het voorbereiden met [naam] werkt." in page


def test_nobody_reviewed_so_there_are_no_themes(report: ReportInput) -> None:
    assert report.themes == () and report.practices == ()


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Answers of two sessions, and a finding on the figures as they stand then."""
    made = init_workspace(tmp_path_factory.mktemp("since") / "ws", "nl")
    assert made.import_register(shipped("examples") / "register.xlsx").exit_code == 0
    assert made.import_evaluations(_exports()[:2]).exit_code == 0
    finding = {"cycle": "2025-2026", "indicator": "TRN3", "kind": "unclear", "what": "Nog te vroeg."}
    recorded = made.record("findings", {**finding, **MEER, "found_on": date(2026, 6, 1)})
    snapshot = json.dumps(dict(take_view(made).stamp), default=str)
    source = {"finding": recorded.id, "kind": "analysis", "reference": "cijfers", "snapshot": snapshot}
    assert made.record("sources", source).status == "recorded"
    return made


def _exports() -> list[Path]:
    return sorted((shipped("examples") / "exports").glob("*MEER-2526-*.xlsx"))


def _since(workspace: Workspace) -> list[str]:
    about = About(workspace, take_view(workspace), "MEER", "2025-2026", DAY)
    found = (row for row in about.view.records["findings"] if row["what"] == "Nog te vroeg.")
    return [source.since for row in found for source in sources_of(about, row) if source.since]


def test_a_finding_says_how_many_forms_came_in_since(answered: Workspace) -> None:
    assert _since(answered) == []
    (landed,) = answered.import_evaluations(_exports()[2:3]).files
    assert landed.responses >= 5
    (said,) = _since(answered)
    assert said == (
        f"Deze cijfers zijn van 1 juni 2026; sindsdien kwamen er {landed.responses} formulieren bij."
    )


def test_forms_that_were_taken_back_are_said_without_a_number(answered: Workspace) -> None:
    for event in answered.evaluations.history():
        if event["state"] == "imported":
            answered.retract(event["import_id"])
    (said,) = _since(answered)
    assert said == "Deze cijfers zijn van 1 juni 2026; sindsdien zijn er formulieren weggehaald."
