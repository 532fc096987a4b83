"""Recording objects of the cycle: by hand, from an analysis, in the workbook and from the terminal."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from qualitycycle import wording
from qualitycycle.cli.app import app
from qualitycycle.errors import UsageProblem
from qualitycycle.register.cycle_tables import CYCLE_TABLES
from qualitycycle.register.examples import example_records
from qualitycycle.register.tables import TABLES
from qualitycycle.workspace import Workspace, open_workspace
from qualitycycle.workspace.planning import Recorded
from tests.cycle_workspace import ROUND, copy_of, cycle_workspace, recorded, whole
from tests.small_workspace import small_workspace

GOAL = {
    "partnership": "DUIN",
    "cycle": "2027-2028",
    "indicator": "TRN3",
    "norm": "7,5",
    "owner": "programmaleider DUIN",
    "agreed_on": "3 juli 2027",
}
SEEN = {
    "partnership": "DUIN",
    "cycle": "2025-2026",
    "kind": "aandachtspunt",
    "what": "Onder de norm",
    "owner": "stuurgroep",
    "found_on": "2026-06-10",
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Nothing recorded yet; never written to."""
    return cycle_workspace(tmp_path_factory.mktemp("planning") / "ws")


@pytest.fixture(scope="module")
def filled(empty: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two school years recorded; never written to."""
    made = copy_of(empty, tmp_path_factory.mktemp("filled") / "ws")
    assert [one.status for one in recorded(made)] == ["recorded"] * len(ROUND)
    return made


@pytest.fixture
def workspace(empty: Workspace, tmp_path: Path) -> Workspace:
    return copy_of(empty, tmp_path / "ws")


@pytest.fixture
def full(filled: Workspace, tmp_path: Path) -> Workspace:
    return copy_of(filled, tmp_path / "ws")


def codes(outcome: Recorded) -> list[str]:
    return [one.code for one in outcome.findings]


def run(workspace: Workspace, *arguments: str, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["--workspace", str(workspace.root), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == exit_code, result.output
    return result


def test_what_people_write_is_read_and_an_id_is_made(workspace: Workspace) -> None:
    outcome = workspace.record("goals", GOAL)
    assert (outcome.status, outcome.id, outcome.exit_code) == ("recorded", "D-DUIN-2027-1", 0)
    assert codes(outcome) == []
    [row] = workspace.records.load()["goals"]
    assert (row["norm"], row["agreed_on"]) == (7.5, date(2027, 7, 3))
    assert workspace.record("goals", GOAL).id == "D-DUIN-2027-2"
    assert workspace.record("goals", {**GOAL, "cycle": "2028-2029"}).id == "D-DUIN-2028-1"
    assert workspace.record("findings", {**SEEN, "indicator": "trn3"}).id == "BEV-DUIN-2025-1"
    assert workspace.records.load()["findings"][0]["indicator"] == "TRN3"


@pytest.mark.parametrize(
    ("table", "values", "id"),
    [
        (
            "decisions",
            {"findings": "B1", "kind": "zo houden", "what": "x", "decided_on": "1-8-2026"},
            "BES-DUIN-2026-1",
        ),
        (
            "decisions",
            {"findings": "b1", "kind": "adopt", "what": "x", "decided_on": "31-7-2026"},
            "BES-DUIN-2025-1",
        ),
        ("actions", {"indicator": "TRN3", "what": "x", "agreed_on": "1-9-2026"}, "A-DUIN-2026-1"),
        ("practices", {"title": "x", "what": "y", "indicator": "TRN3"}, "GP-DUIN-1"),
        ("sources", {"finding": "b1", "kind": "document", "reference": "Notulen"}, "B1, 3"),
    ],
)
def test_ids_say_what_whose_and_when(filled: Workspace, table: str, values: dict[str, Any], id: str) -> None:
    outcome = filled.record(table, whole(table, values), dry_run=True)
    assert (outcome.status, outcome.id) == ("checked", id), outcome.findings


def test_writers_at_once_get_ids_of_their_own(workspace: Workspace) -> None:
    def add(at: int) -> Recorded:
        return open_workspace(workspace.root).record("goals", {**GOAL, "text": f"Doel {at}"})

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(add, range(4)))
    assert sorted(str(one.id) for one in outcomes) == [f"D-DUIN-2027-{n}" for n in range(1, 5)]
    assert len(workspace.records.load()["goals"]) == 4


def test_everything_wrong_is_said_at_once_and_nothing_is_stored(workspace: Workspace) -> None:
    wrong = {**GOAL, "norm": "hoog", "agreed_on": "gisteren", "indicator": "TRNN3", "doel": "x", "owner": ""}
    outcome = workspace.record("goals", wrong)
    assert (outcome.status, outcome.exit_code) == ("rejected", 1)
    assert sorted(codes(outcome)) == [
        "cycle.no_owner",
        "cycle.unknown_column",
        "cycle.unknown_indicator.several",
        "register.not_a_date",
        "register.not_a_number",
    ]
    assert workspace.records.load()["goals"] == []
    assert codes(workspace.record("goals", {"indicator": "TRN3"})) == [
        "register.missing",
        "register.missing",
        "register.missing",
    ]


def test_edit_changes_only_what_is_given(full: Workspace) -> None:
    before = full.records.load()
    outcome = full.record(
        "actions", {"id": "a1", "due": "30-6-2027", "sessions": ("DUIN-3", "duin-4")}, edit=True
    )
    [change] = outcome.changes
    assert (outcome.status, outcome.id) == ("recorded", "A1")
    assert set(change.fields) == {"due", "sessions"}
    after = full.records.load()
    changed = {**before["actions"][0], "due": date(2027, 6, 30), "sessions": ("DUIN-3", "DUIN-4")}
    assert after == {**before, "actions": [changed]}
    assert full.record("actions", {"id": "A1", "due": "30-6-2027"}, edit=True).status == "unchanged"
    assert full.record("actions", {"id": "A1", "due": ""}, edit=True).status == "recorded"
    assert full.records.load()["actions"][0]["due"] is None


def test_a_source_more_or_changed_leaves_the_others(full: Workspace) -> None:
    added = full.record("sources", {"finding": "B1", "kind": "thema", "reference": "Oefenen"})
    assert (added.status, added.id) == ("recorded", "B1, 3")
    full.record("sources", {"finding": "b1", "number": 1, "said": "Meer oefenen"}, edit=True)
    rows = [(row["finding"], row["number"], row["said"]) for row in full.records.load()["sources"]]
    assert sorted(rows) == [("B1", 1, "Meer oefenen"), ("B1", 2, None), ("B1", 3, None), ("B2", 1, None)]


def test_an_id_that_is_there_and_one_that_is_not(filled: Workspace) -> None:
    assert codes(filled.record("goals", {**GOAL, "id": "d1"})) == ["cycle.exists"]
    [found] = filled.record("goals", {"id": "D2", "norm": 7}, edit=True).findings
    assert (found.code, found.details["expected"]) == ("cycle.no_such", "D1")
    assert codes(filled.record("replies", {"id": "T1"}, edit=True)) == ["cycle.none_yet"]
    assert codes(filled.record("goals", {"norm": 7}, edit=True)) == ["register.missing"]
    with pytest.raises(UsageProblem):
        filled.record("sessions", {"id": "S9"})


def test_only_what_is_new_is_said_of_what_lands(full: Workspace) -> None:
    bare = full.record("findings", SEEN)
    assert codes(bare) == ["cycle.finding_without_source"]
    assert codes(full.record("goals", GOAL)) == []
    late = full.record("goals", {**GOAL, "cycle": "2025-2026", "agreed_on": "1-12-2025"})
    assert codes(late) == ["cycle.goal_after_data"]
    promised = full.record("goals", {"id": "D1", "norm": 7}, edit=True)
    assert [(one.code, one.details["old"]) for one in promised.findings] == [("cycle.promise_changed", "8")]
    full.record("goals", {"id": "d1", "norm": 6}, edit=True)
    kept = full.trace("D1").payload["object"]["promises"]
    assert [(one["column"], one["old"], one["new"]) for one in kept] == [
        ("norm", "8", "7"),
        ("norm", "7", "6"),
    ]
    assert "norm was vooraf 8 en werd 7" in run(full, "plan", "show", "D1").output
    assert full.trace("A1").payload["object"]["promises"] == []


def test_a_closed_action_is_reopened_or_left(full: Workspace) -> None:
    assert codes(full.record("actions", {"id": "A1", "status": "klaar"}, edit=True)) == [
        "cycle.done_without_result",
        "cycle.closed_without_day",
    ]
    done = {"id": "A1", "status": "klaar", "closed_on": "1-6-2027", "result": "Gedaan"}
    assert full.record("actions", done, edit=True).status == "recorded"
    assert codes(full.record("actions", {"id": "A1", "what": "Anders"}, edit=True)) == [
        "cycle.edited_when_closed"
    ]
    again = full.record("actions", {"id": "A1", "status": "loopt", "closed_on": ""}, edit=True)
    assert (again.status, codes(again)) == ("recorded", [])
    assert full.record("actions", {"id": "A1", "what": "Anders"}, edit=True).status == "recorded"


NAMED = [
    ("Noor van der Wilg zei dat het beter kan", "cycle.typed.name"),
    ("n. vd wilg vond het goed", "cycle.typed.name"),
    ("Mail naar iemand@school.nl", "cycle.typed.mail"),
    ("Bel 06-12345678", "cycle.typed.phone"),
    ("Nummer 123456782", "cycle.typed.number"),
]


@pytest.mark.parametrize(("text", "code"), NAMED)
def test_notes_hold_nobody(filled: Workspace, text: str, code: str) -> None:
    for table, column, values in (
        ("findings", "what", SEEN),
        ("sources", "said", {"finding": "B1", "kind": "panel", "reference": "Panel"}),
        ("goals", "text", GOAL),
    ):
        outcome = filled.record(table, {**values, column: text}, dry_run=True)
        assert (outcome.status, codes(outcome)) == ("rejected", [code])
        [found] = outcome.findings
        assert (found.column, found.details["sheet"]) == (column, table)
        for language in wording.languages():
            assert text not in wording.message(found, language)
        assert text not in str(found.as_dict())


def test_dates_years_organisations_and_functions_are_no_names(filled: Workspace) -> None:
    text = "In 2025-2026, op 12-5-2026 en 2026-05-12, zei Stichting Strandschelp (DUIN-A): een 7,5 van 231"
    assert codes(filled.record("goals", {**GOAL, "text": text}, dry_run=True)) == []
    assert codes(filled.record("goals", {**GOAL, "owner": "Noor van der Wilg"}, dry_run=True)) == [
        "cycle.owner_named"
    ]
    mailed = filled.record("goals", {**GOAL, "owner": "noor@school.nl"}, dry_run=True)
    assert (mailed.status, codes(mailed)) == ("rejected", ["cycle.typed.mail"])


def test_codes_are_nobodys_initials(full: Workspace) -> None:
    people = [{"id": "M1", "name": "Bart Erik Vos"}, {"id": "M2", "name": "Zoë Emma Lam"}]
    full.records.update(lambda now: {"mentors": people})
    told = {**GOAL, "text": "Zie BEV-DUIN-2025-1: de score ZEL blijft achter"}
    assert codes(full.record("goals", told, dry_run=True)) == []
    assert codes(full.record("goals", {**GOAL, "text": "Zie ZEL en BEV"}, dry_run=True)) == [
        "cycle.typed.name"
    ]


def test_old_notes_do_not_stand_in_the_way_of_a_new_name(full: Workspace) -> None:
    full.records.update(lambda now: {"mentors": [*now["mentors"], {"id": "M1", "name": "Zomer Oefenen"}]})
    assert full.record("actions", {"id": "A1", "due": "30-6-2027"}, edit=True).status == "recorded"


# the workbook


def test_the_sheets_of_the_cycle_round_trip(filled: Workspace, workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    filled.export_register(path)
    assert workspace.import_register(path).status == "imported"
    assert workspace.records.load() == filled.records.load()
    assert workspace.import_register(path).status == "unchanged"


def test_the_workbook_is_held_to_the_same_rules(full: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    full.export_register(path)
    book = load_workbook(path)
    cells = {name: [cell.value for cell in book[name][1]] for name in ("decisions", "sources", "actions")}
    book["decisions"].cell(2, 1 + cells["decisions"].index("decided_on")).value = date(2026, 6, 1)
    book["sources"].cell(2, 1 + cells["sources"].index("said")).value = "Noor van der Wilg vond dat"
    book["actions"].cell(2, 1 + cells["actions"].index("indicator")).value = "TRN"
    book.save(path)
    outcome = full.import_register(path)
    places = {(one.code, one.file, one.row, one.details["sheet"]) for one in outcome.findings if one.is_error}
    assert places == {
        ("cycle.decision_before_finding", "register.xlsx", 2, "decisions"),
        ("cycle.typed.name", "register.xlsx", 2, "sources"),
        ("cycle.unknown_indicator.several", "register.xlsx", 2, "actions"),
    }


def test_the_template_shows_a_round_of_the_cycle(tmp_path: Path, workspace: Workspace) -> None:
    for language in wording.languages():
        rows = example_records(workspace.config.organisations, language)
        assert all(rows[table.name] for table in CYCLE_TABLES)
    path = tmp_path / "template.xlsx"
    workspace.export_register(path, empty=True)
    book = load_workbook(path)
    assert [name for name in TABLES if book[name].max_row < 2] == [
        "active_periods",
        "requirements",
        "followed",
    ]


# from an analysis


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small_workspace(tmp_path_factory.mktemp("evidence") / "ws")


def test_a_finding_from_an_analysis_keeps_its_gated_figures_and_what_was_read(analysed: Workspace) -> None:
    result = analysed.trend("TRN3", partnership="DUIN")
    outcome = analysed.find(result, partnership="DUIN", cycle="2025-2026", owner="stuurgroep")
    assert (outcome.status, codes(outcome)) == ("recorded", [])
    records = analysed.records.load()
    [row] = [row for row in records["findings"] if row["id"] == outcome.id]
    [source] = [row for row in records["sources"] if row["finding"] == outcome.id]
    figures, snapshot = json.loads(source["figures"]), json.loads(source["snapshot"])
    assert figures["series"] == json.loads(json.dumps(result.payload["series"], default=str))
    assert snapshot["config"] == result.snapshot["config"]
    assert snapshot["evaluations"]["versions"] == result.snapshot["evaluations"]["versions"]
    assert (row["indicator"], row["kind"]) == ("TRN3", outcome.proposed["kind"])
    assert row["what"] == source["said"] and "TRN3" in source["reference"]
    assert row["what"].startswith(result.sentences()[0])


def test_analyses_are_run_on_request_and_what_is_given_goes_first(analysed: Workspace) -> None:
    own = {"partnership": "DUIN", "cycle": "2025-2026", "owner": "stuurgroep", "dry_run": True}
    said = analysed.find("themes", "OPN1", **own, kind="strength")
    assert (said.status, set(said.proposed)) == ("checked", {"what", "indicator"}), said.findings
    for name, item in (("reliability", None), ("trend", "VRM9"), ("change", "ZEL1")):
        with pytest.raises(UsageProblem):
            analysed.find(name, item, **own)


def test_an_analysis_as_one_more_source_is_of_the_findings_own(analysed: Workspace) -> None:
    found = analysed.record("findings", {**SEEN, "indicator": "OPN1"})
    outcome = analysed.cite(str(found.id), "themes")
    assert (outcome.status, outcome.id) == ("recorded", f"{found.id}, 1")
    [source] = [row for row in analysed.records.load()["sources"] if row["finding"] == found.id]
    assert (source["kind"], "OPN1" in source["reference"], "DUIN" in source["reference"]) == (
        "theme",
        True,
        True,
    )
    assert json.loads(source["figures"])["item"] == "OPN1"


# the terminal


def test_the_round_from_the_terminal(workspace: Workspace) -> None:
    own = ("--partnership", "DUIN", "--owner", "stuurgroep DUIN")
    said = run(
        workspace, "plan", "goal", "add", *own, "--cycle", "2026-2027", "--indicator", "TRN3", "--norm", "7,5"
    )
    assert said.output.splitlines()[0] == "Vastgelegd: D-DUIN-2026-1"
    seen = (
        "--cycle",
        "2025-2026",
        "--kind",
        "aandachtspunt",
        "--what",
        "Onder de norm",
        "--found-on",
        "10-6-2026",
    )
    assert "BEV-DUIN-2025-1" in run(workspace, "act", "finding", "add", *own, *seen).output
    source = ("--kind", "panelgesprek", "--reference", "Panel in mei")
    run(workspace, "act", "finding", "source", "BEV-DUIN-2025-1", *source)
    run(workspace, "act", "finding", "source", "BEV-DUIN-2025-1", "--number", "1", "--said", "Meer oefenen")
    [cited] = workspace.records.load()["sources"]
    assert (cited["reference"], cited["said"]) == ("Panel in mei", "Meer oefenen")
    decided = (
        "--kind",
        "aanpassen",
        "--findings",
        "BEV-DUIN-2025-1",
        "--decided-on",
        "24-6-2026",
        "--what",
        "Oefenen",
    )
    run(workspace, "act", "decision", "add", *own, *decided)
    action = ("--decision", "BES-DUIN-2025-1", "--goal", "D-DUIN-2026-1", "--indicator", "TRN3")
    days = ("--agreed-on", "24-6-2026", "--starts-on", "1-9-2026", "--what", "Oefenen")
    run(workspace, "plan", "action", "add", *own, *action, *days)
    chain = json.loads(run(workspace, "plan", "show", "a-duin-2025-1", "--json").output)
    led = {one["id"] for one in chain["led_to"]}
    assert led == {"BEV-DUIN-2025-1", "BES-DUIN-2025-1", "D-DUIN-2026-1"}
    listed = json.loads(run(workspace, "--json", "plan", "action", "list", "--partnership", "DUIN").output)
    assert [one["id"] for one in listed["actions"]] == ["A-DUIN-2025-1"]


def test_refusals_and_dry_runs_at_the_terminal(full: Workspace) -> None:
    before = full.records.load()
    wrong = ("--partnership", "DUIN", "--indicator", "TRN33", "--what", "x")
    refused = run(full, "plan", "action", "add", *wrong, exit_code=1)
    assert "Bedoel je" in refused.output and "functie" in refused.output
    told = json.loads(run(full, "plan", "action", "add", *wrong, "--json", exit_code=1).output)
    assert (told["status"], {one["code"] for one in told["findings"]}) == (
        "rejected",
        {"cycle.unknown_indicator.several", "cycle.no_owner"},
    )
    dry = json.loads(run(full, "plan", "goal", "edit", "D1", "--norm", "8,5", "--dry-run", "--json").output)
    assert (dry["status"], dry["changes"][0]["fields"]) == ("checked", {"norm": [8.0, 8.5]})
    assert "B9 bestaat niet. Bedoel je" in run(full, "act", "show", "B9", exit_code=2).output
    assert full.records.load() == before
    assert "norm: 8" in run(full, "plan", "goal", "edit", "D1", "--norm", "8,5").output


@pytest.mark.parametrize("language", wording.languages())
def test_lists_and_chains_read_in_both_languages(filled: Workspace, language: str) -> None:
    for command in (
        ("plan", "goal", "list"),
        ("plan", "action", "list"),
        ("act", "finding", "list", "--cycle", "2026-2027"),
        ("act", "decision", "list"),
        ("act", "finding", "show", "B1"),
        ("act", "show", "S2"),
    ):
        said = run(filled, *command, "--language", language).output
        assert said.strip() and "cycle." not in said and "{" not in said


def test_what_is_typed_beside_an_analysis_is_not_lost(full: Workspace) -> None:
    """A panel note beside --from would go nowhere: it is refused, and so is a place without --from."""
    both = ("--from", "compare", "--said", "Het ging te snel")
    for arguments in (both, ("--kind", "panel", "--cycle", "2025-2026")):
        told = run(full, "act", "finding", "source", "B1", *arguments, exit_code=2).output
        assert "Kies één van beide" in " ".join(told.split())
    told = run(full, "act", "check", "--because", "Het hielp", exit_code=2).output
    assert "--confirm" in told
