"""``status --due`` through the front door: table, JSON, and a file that can be imported again."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from icalendar import Calendar

from qualitycycle.cli import app
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.register.calendar_rules import KINDS, STATES
from qualitycycle.workspace import Workspace, open_workspace
from tests.small_workspace import small_workspace

DAY = "2026-03-01"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo's register with a dozen exports, and an action whose text names a mentor."""
    made = small_workspace(tmp_path_factory.mktemp("calendar") / "ws")
    people = made.records.load(names=("mentors",))["mentors"]
    action = {
        "id": "A-DUIN-2025-9",
        "partnership": "DUIN",
        "what": f"Afspraak met {people[0]['name']} over oefenen",
        "owner": "programmaleider",
        "indicator": "TRN3",
        "due": date(2026, 3, 20),
        "agreed_on": date(2025, 10, 1),
    }
    made.records.update(lambda now: {"actions": [*now["actions"], action]})
    return made


def run(workspace: Workspace, *arguments: str) -> Any:
    done = CliRunner().invoke(app, ["--workspace", str(workspace.root), "status", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def listed(workspace: Workspace, **choices: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = workspace.calendar(as_of=DAY, **choices).payload["calendar"]
    return rows


def test_every_kind_and_state_is_one_we_have_words_for(workspace: Workspace) -> None:
    rows = listed(workspace, within=400)
    assert {row["kind"] for row in rows} == set(KINDS)
    assert {"done", "coming", "now", "too_late"} <= {row["state"] for row in rows} <= set(STATES)
    assert not [row for row in rows if "calendar." in row["what"] + row["about"]]


@pytest.mark.parametrize("moment", ["pre", "post", "follow_up"])
def test_done_is_where_there_are_answers(workspace: Workspace, moment: str) -> None:
    raw = workspace.counts(raw=True, moment=None, kind=None)
    answered = set(raw[raw["moment"] == moment]["collection"])
    rows = [row for row in listed(workspace, within=400) if row["kind"] == moment]
    assert answered & {row["session"] for row in rows}
    for row in rows:
        assert (row["state"] == "done") == (row["session"] in answered), row


def test_the_window_shows_what_is_near_and_whatever_still_has_to_be_done(workspace: Workspace) -> None:
    for row in listed(workspace, within=14):
        away = abs((date.fromisoformat(row["on"]) - date.fromisoformat(DAY)).days)
        assert away <= 14 or row["state"] in ("now", "overdue"), row


def test_filters(workspace: Workspace) -> None:
    rows = listed(workspace, within=400, partnership="DUIN")
    own = workspace.config.organisations.partnerships["DUIN"].boards
    facts = {one.id: one for one in sessions_of(workspace)}
    for row in rows:
        shared = facts[row["session"]].shared_with if row["session"] else ()
        assert row["partnership"] == "DUIN" or "DUIN" in shared or row["board"] in own, row
    earlier = listed(workspace, within=400, cycle="2024-2025")
    assert {row["cycle"] for row in earlier} <= {"2024-2025", None}
    later = listed(workspace, within=400, cycle="2025-2026", partnership="DUIN")
    assert "A-DUIN-2025-9" in {row["action"] for row in later} - {row["action"] for row in earlier}
    with pytest.raises(UsageProblem):
        workspace.calendar(partnership="NERGENS")
    with pytest.raises(UsageProblem):
        workspace.calendar(as_of="gisteren")


def sessions_of(workspace: Workspace) -> Any:
    from qualitycycle.workspace.view import take_view

    return take_view(workspace).sessions.values()


def test_the_table_json_and_its_fixed_keys(workspace: Workspace) -> None:
    shown = run(workspace, "--due", "--as-of", DAY, "--within", "20")
    assert shown.exit_code == 0 and "Actie klaar" in shown.output and "vr 20 mrt 2026" in shown.output
    said = json.loads(run(workspace, "--due", "--as-of", DAY, "--within", "20", "--json").output)
    assert {"cycle", "sessions", "responses", "response_rate", "by_variant", "calendar"} <= set(said)
    [action] = [
        row for row in said["calendar"] if row["action"] == "A-DUIN-2025-9" and row["kind"] == "action"
    ]
    assert (action["on"], action["state"], action["partnership"]) == ("2026-03-20", "coming", "DUIN")
    english = run(workspace, "--due", "--as-of", DAY, "--within", "20", "--language", "en")
    assert "Action finished" in english.output


def test_it_says_that_no_holidays_are_known(workspace: Workspace) -> None:
    assert "schoolvakanties" in run(workspace, "--due", "--as-of", DAY).output


def test_nothing_due_is_said(tmp_path: Path) -> None:
    CliRunner().invoke(app, ["init", str(tmp_path / "ws")])
    done = run(open_workspace(tmp_path / "ws"), "--due")
    assert done.exit_code == 0 and "niets op de kalender" in done.output


def events_of(path: Path) -> dict[str, Any]:
    found = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    events = {str(event["UID"]): event for event in found}
    assert len(events) == len(found)
    return events


def test_a_later_file_updates_the_same_events(workspace: Workspace, tmp_path: Path) -> None:
    first, later = tmp_path / "a.ics", tmp_path / "b.ics"
    done = run(workspace, "--due", "--ics", str(first), "--as-of", DAY, "--json")
    assert json.loads(done.output) == {"file": str(first), "events": len(events_of(first))}
    workspace.export_calendar(later, as_of=DAY)
    assert set(events_of(first)) == set(events_of(later))
    next_week = date.fromisoformat(DAY) + timedelta(days=7)
    workspace.export_calendar(later, as_of=next_week, force=True)
    shared = set(events_of(first)) & set(events_of(later))
    assert len(shared) > 0.8 * len(events_of(first))


def test_a_moved_meeting_moves_its_events_and_a_cancelled_session_removes_them(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = open_workspace(Path(shutil.copytree(workspace.root, tmp_path / "ws")))
    made.export_calendar(tmp_path / "a.ics", as_of=DAY)
    planned = next(row for row in listed(made) if row["kind"] == "pre" and row["state"] == "coming")
    id = planned["session"]

    def later(now: Any) -> Any:
        meetings = [
            {**row, "date": row["date"] + timedelta(days=14)} if row["session"] == id else row
            for row in now["meetings"]
        ]
        return {"meetings": meetings}

    def cancelled(now: Any) -> Any:
        return {"sessions": [{**r, "cancelled": True} if r["id"] == id else r for r in now["sessions"]]}

    def mine(path: Path) -> dict[str, Any]:
        return {uid: event for uid, event in events_of(path).items() if f" {id} " in str(event["SUMMARY"])}

    before = mine(tmp_path / "a.ics")
    made.records.update(later)
    made.export_calendar(tmp_path / "b.ics", as_of=DAY)
    moved = mine(tmp_path / "b.ics")
    assert set(moved) == set(before)
    assert all(moved[uid]["DTSTART"].dt > before[uid]["DTSTART"].dt for uid in before)
    made.records.update(cancelled)
    made.export_calendar(tmp_path / "c.ics", as_of=DAY)
    assert {str(event["STATUS"]) for event in mine(tmp_path / "c.ics").values()} == {"CANCELLED"}
    assert set(mine(tmp_path / "c.ics")) == set(before)
    assert id not in {row["session"] for row in listed(made)}


def test_no_name_of_anybody_is_in_the_file(workspace: Workspace, tmp_path: Path) -> None:
    workspace.export_calendar(tmp_path / "a.ics", as_of=DAY)
    text = " ".join(str(part) for e in events_of(tmp_path / "a.ics").values() for part in e.values())
    records = workspace.records.load()
    for table in ("trainers", "mentors"):
        for person in records[table]:
            assert str(person["name"]) not in text and f" {person['id']} " not in text
    assert "Afspraak met [naam] over oefenen" in text


def test_an_existing_file_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    path.write_text("van iemand")
    with pytest.raises(Refused):
        workspace.export_calendar(path)
    assert run(workspace, "--ics", str(path)).exit_code == 1
    assert path.read_text() == "van iemand"
    assert run(workspace, "--ics", str(path), "--force").exit_code == 0
