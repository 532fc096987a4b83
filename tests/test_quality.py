"""Quality of the answers, moments and response through the front door, with real files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from qualitycycle import wording
from qualitycycle.checking import RULES
from qualitycycle.cli.app import app
from qualitycycle.config import shipped
from qualitycycle.register.workbook import write_workbook
from qualitycycle.store.keyfile import renewals
from qualitycycle.workspace import Workspace, init_workspace
from qualitycycle.workspace.flags import flag_totals
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.responding import in_total, per_session
from qualitycycle.workspace.view import take_view
from tests.report.page import parse, visible_text

FIRST = date(2025, 9, 16)
MEETINGS = (FIRST, date(2025, 10, 7))


def region(root: Path, attended: Sequence[int | None], surveys: bool = True) -> Workspace:
    """A session per number of people present, in two partnerships in turn, each by a tandem of its own."""
    workspace = init_workspace(root)
    places = ["DUIN" if at % 2 == 0 else "MEER" for at in range(len(attended))]
    ids = [f"{place}-2526-{at:02d}" for at, place in enumerate(places, 1)]
    people = [(at, kind) for at in range(len(attended)) for kind in ("school", "institute")]
    homes = {"school": "board", "institute": "institute"}
    codes = {
        "school": {"DUIN": "DUIN-A", "MEER": "MEER-A"},
        "institute": {"DUIN": "KUST", "MEER": "MEERWIJK"},
    }
    records: dict[str, list[dict[str, Any]]] = {
        "trainers": [
            {
                "id": f"{kind[0]}{at}",
                "name": f"Trainer {kind} {at}",
                "affiliation": kind,
                homes[kind]: codes[kind][places[at]],
            }
            for at, kind in people
        ],
        "sessions": [
            {"id": id, "kind": "basic", "lead": place, "attended": n, "invited": None if n is None else n + 6}
            for id, place, n in zip(ids, places, attended, strict=True)
        ],
        "meetings": [{"session": id, "date": day} for id in ids for day in MEETINGS],
        "session_trainers": [{"session": ids[at], "trainer": f"{kind[0]}{at}"} for at, kind in people],
        "surveys": [{"id": "ST-DUIN", "partnership": "DUIN", "cycle": "2025-2026"}] if surveys else [],
    }
    book = root / "register.xlsx"
    write_workbook(book, records, workspace.config.organisations, "nl")
    assert workspace.import_register(book).status == "imported"
    return workspace


def csv(workspace: Workspace, name: str, columns: Mapping[str, Sequence[Any]]) -> Path:
    path = workspace.root / name
    lines = [
        ";".join(columns),
        *(";".join("" if c is None else str(c) for c in row) for row in zip(*columns.values(), strict=True)),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(workspace: Workspace, *arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, ["--workspace", str(workspace.root), *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def told(workspace: Workspace, *arguments: str | Path) -> Any:
    return json.loads(run(workspace, *arguments, "--json").output)


POST = {
    "ID": [1, 2, 3, 4],
    "Datum": ["2025-10-07", "2025-10-07", "2025-09-01", "2025-10-08"],
    **{
        item: ["mee oneens", "neutraal", "mee eens", "agree"]
        for item in ("VRM1", "VRM3", "INH1", "INH3", "TRN1", "TRF2")
    },
    "ZEL5": ["mee oneens", "mee eens", "neutraal", "neutraal"],
    "ALG1": [9, 7, 8, 6],
    "OPN1": ["test", "Meer oefenen", None, None],
    "Koppelcode": ["12ma07", "34ju01", "34ju01", "56pi12"],
}
MAPPING = """instrument = "nl-mentor-1.0"
moment = "post"
response_id = "ID"
submitted = "Datum"
link_code = "Koppelcode"

[columns]
"""


def mapped(workspace: Workspace) -> Workspace:
    items = [name for name in POST if name not in ("ID", "Datum", "Koppelcode")]
    text = MAPPING + "".join(f'"{item}" = "{item}"\n' for item in items)
    (workspace.root / "config" / "mappings" / "post.toml").write_text(text, encoding="utf-8")
    from qualitycycle.workspace import open_workspace

    return open_workspace(workspace.root)


def test_flags_are_shown_at_import_and_kept_with_the_response(tmp_path: Path) -> None:
    workspace = mapped(region(tmp_path / "ws", [3]))
    file = csv(workspace, "DUIN-2526-01.csv", POST)
    found = told(workspace, "import", file)["imports"][0]
    assert found["status"] == "imported" and found["responses"] == 4
    flags = {
        one["code"].removeprefix("quality.flag_"): one for one in found["findings"] if "flag_" in one["code"]
    }
    assert {name: (one["count"], one["row"]) for name, one in flags.items()} == {
        "test_row": (1, 2),
        "straight_line": (1, 2),
        "reversed_scale": (1, 2),
        "duplicate_code": (2, 3),
        "outside_dates": (1, 4),
        "more_than_attended": (4, 2),
        "two_languages": (1, 5),
    }
    assert all(one["level"] == "warning" for one in flags.values())
    kept = workspace.evaluations.snapshot()
    import pyarrow.parquet as pq

    rows = [row for uri in kept.responses for row in pq.read_table(uri).to_pylist()]
    stored = Counter(flag for row in rows for flag in row["flags"])
    assert stored == {name: one["count"] for name, one in flags.items()}
    assert sum(row["n"] for row in rows) == 4, "a flag never removes a response"
    again = told(workspace, "import", file)["imports"][0]
    assert again["status"] == "already_imported"
    shown = run(workspace, "import", file, "--dry-run", "--language", "en").output
    assert wording.text("quality.flag_reversed_scale", "en", count=1) in " ".join(shown.split())


def test_the_store_of_before_is_recognised_through_the_front_door(tmp_path: Path) -> None:
    """The fingerprint of a bundled export, as an earlier program stored it."""
    workspace = init_workspace(tmp_path / "ws")
    examples = shipped("examples")
    workspace.import_register(examples / "register.xlsx")
    file = next((examples / "exports").glob("Evaluatie*DUIN-2526-03.xlsx"))
    workspace.import_evaluations([file])
    [event] = workspace.evaluations.history()
    assert event["fingerprint"] == "70516734eede4267922c5475b3ff691d"


STUDENTS = {
    "ID": [1, 2],
    **{f"STU{at}": ["vaak", "soms"] for at in range(1, 5)},
}


def test_forms_of_students_belong_to_a_survey(tmp_path: Path) -> None:
    workspace = region(tmp_path / "ws", [12, 12])
    file = csv(workspace, "studenten.csv", STUDENTS)
    refused = told(workspace, "import", file, "--session", "DUIN-2526-01")["imports"][0]
    [error] = [one for one in refused["findings"] if one["level"] == "error"]
    assert refused["status"] == "rejected" and error["code"] == "linking.student_in_session"
    assert "ST-DUIN" in error["message"] and error["count"] == 2
    elsewhere = told(workspace, "import", file, "--session", "MEER-2526-02")["imports"][0]
    assert [one["code"] for one in elsewhere["findings"] if one["level"] == "error"] == [
        "linking.student_without_survey"
    ]
    assert workspace.evaluations.collections() == ()
    taken = told(workspace, "import", file, "--session", "ST-DUIN")["imports"][0]
    assert (taken["status"], taken["collections"]) == ("imported", ["ST-DUIN"])


LEVELS = ["lukt soms, met hulp", "lukt meestal", "lukt zelfstandig"]


def form(codes: Sequence[str], level: int) -> dict[str, Sequence[Any]]:
    said = [LEVELS[(level + at) % 3] for at in range(len(codes))]
    return {"ID": list(range(len(codes))), **{f"ZEL{at}": said for at in range(1, 5)}, "Koppelcode": codes}


def test_a_destroyed_key_is_told_at_import_and_where_people_are_paired(tmp_path: Path) -> None:
    workspace = region(tmp_path / "ws", [12])
    codes = [f"{at}0ma{at}7" for at in range(1, 9)]
    names = {
        moment: csv(workspace, f"{moment} DUIN-2526-01.csv", form(codes, at))
        for at, moment in enumerate(("pre", "post", "follow_up"))
    }
    key = workspace.root / "register" / "link.key"
    first = told(workspace, "import", names["pre"], "--moment", "pre")["imports"][0]
    assert not any(one["code"] == "quality.key_gone" for one in first["findings"])
    assert key.stat().st_mode & 0o777 == 0o600
    key.unlink()
    assert wording.text("quality.key_destroyed", "nl") in told(workspace, "change")["notes"]
    dry = told(workspace, "import", names["post"], "--moment", "post", "--dry-run")["imports"][0]
    assert any(one["code"] == "quality.key_gone" for one in dry["findings"])
    assert not key.exists() and renewals(key) == [], "a dry run writes nothing"
    second = told(workspace, "import", names["post"], "--moment", "post")["imports"][0]
    assert second["status"] == "imported" and any(
        one["code"] == "quality.key_gone" for one in second["findings"]
    )
    assert renewals(key) == [date.today()]
    third = told(workspace, "import", names["follow_up"], "--moment", "follow_up")["imports"][0]
    assert not any(one["code"] == "quality.key_gone" for one in third["findings"])
    notes = told(workspace, "change")["notes"]
    assert any(f"{date.today():%d-%m-%Y}" in line for line in notes)
    from qualitycycle.pairs import form_patterns

    view = take_view(workspace)
    frame = form_patterns(view.snapshot, view.sessions, near=True)
    together = frame[["pre", "post", "follow_up"]].notna()
    assert not (together["pre"] & together["post"]).any()
    assert int(frame.loc[together["post"] & together["follow_up"], "n"].sum()) == 8


def filled(workspace: Workspace, forms: Mapping[str, int]) -> Workspace:
    """So many forms after each session; every third of them only started."""
    for session, n in forms.items():
        marks = [None if at % 3 == 2 else 7 + (at + len(session)) % 3 for at in range(n)]
        columns = {"ID": list(range(n)), "ALG1": marks, "STAGE": ["3 jaar of langer (ervaren)"] * n}
        made = told(workspace, "import", csv(workspace, f"{session}.csv", columns), "--moment", "post")
        assert made["imports"][0]["status"] == "imported", made
    return workspace


def test_all_four_denominators_in_total_and_per_session(tmp_path: Path) -> None:
    workspace = filled(region(tmp_path / "ws", [12, 14, None]), {"DUIN-2526-01": 9, "MEER-2526-02": 12})
    found = told(workspace, "status", "--as-of", "2026-07-31")["denominators"]
    assert {name: found[name] for name in found if name != "by_session"} == {
        "invited": 38,
        "attended": 26,
        "started": 21,
        "completed": 14,
        "invited_unknown": 1,
        "attended_unknown": 1,
    }
    assert found["by_session"] == [
        {"session": "DUIN-2526-01", "invited": 18, "attended": 12, "started": 9, "completed": 6},
        {"session": "MEER-2526-02", "invited": 20, "attended": 14, "started": 12, "completed": 8},
        {"session": "DUIN-2526-03", "invited": None, "attended": None, "started": 0, "completed": 0},
    ]
    shown = run(workspace, "status", "--as-of", "2026-07-31", "--sessions").output
    assert "38 uitgenodigd, 26 aanwezig, 21 lijsten begonnen, 14 afgemaakt" in shown
    assert "bij 1 niet bekend hoeveel" in shown
    [last] = [line.split() for line in shown.splitlines() if line.startswith("DUIN-2526-03")]
    assert last[1:] == ["onbekend", "onbekend", "0", "0"]
    assert "MEER-2526-02" in shown and "MEER-2526-02" not in run(workspace, "status").output.split("\n\n")[0]


def test_few_forms_cannot_be_worked_out_from_any_total(tmp_path: Path) -> None:
    forms = {"DUIN-2526-01": 3, "MEER-2526-02": 9, "DUIN-2526-03": 8, "MEER-2526-04": 7, "DUIN-2526-05": 6}
    workspace = filled(region(tmp_path / "ws", [12] * 5), forms)
    view = take_view(workspace)
    shown = {id: one.started for id, one in per_session(view, view.sessions.values()).items()}
    hidden = {id for id, n in shown.items() if n is None}
    assert "DUIN-2526-01" in hidden
    assert {id: n for id, n in shown.items() if n is not None} == {
        id: n for id, n in forms.items() if id not in hidden
    }
    for place in ("DUIN", "MEER", None):
        mine = [one for one in view.sessions.values() if place in (None, one.lead)]
        total = in_total(view, mine).started
        rest = (total or 0) - sum(shown[one.id] or 0 for one in mine)
        unseen = [one.id for one in mine if one.id in hidden]
        assert not unseen or (len(unseen) > 1 and rest >= 5)
    everything = told(workspace, "status", "--as-of", "2026-07-31")["denominators"]["by_session"]
    duin = told(workspace, "status", "--as-of", "2026-07-31", "--partnership", "DUIN")["denominators"][
        "by_session"
    ]
    assert duin == [one for one in everything if one["session"].startswith("DUIN")]


def flagged_region(root: Path, counts: Sequence[int]) -> Workspace:
    """Sessions with so many responses that only say "test", and as many others."""
    workspace = region(root, [40] * len(counts))
    for (session, _), n in zip(
        sorted(take_view(workspace).sessions.items(), key=lambda one: one[0][-2:]), counts, strict=True
    ):
        texts = ["test"] * n + [f"Meer oefenen in {session}, {at}" for at in range(8)]
        marks = np.random.default_rng(int(session[-2:])).integers(12, 20, (2, n + 8)) / 2
        columns = {"ID": list(range(n + 8)), "ALG1": marks[0], "TRN3": marks[1], "OPN1": texts}
        made = told(workspace, "import", csv(workspace, f"{session}.csv", columns), "--moment", "post")
        assert made["imports"][0]["status"] == "imported"
    return workspace


def test_flags_are_counted_in_status_and_report_through_the_gate(tmp_path: Path) -> None:
    workspace = flagged_region(tmp_path / "ws", [3, 3, 3, 3, 3, 3])
    found = told(workspace, "status", "--as-of", "2026-07-31")
    assert set(found["flags"]) == set(RULES)
    assert found["flags"]["test_row"] == 18 and found["flags"]["wrong_variant"] == 0
    duin = told(workspace, "status", "--as-of", "2026-07-31", "--partnership", "DUIN")["flags"]["test_row"]
    assert duin == 9
    page = visible_text(parse(workspace.report("DUIN", "2025-2026").path.read_text(encoding="utf-8")))
    assert f"{wording.text('quality.flagged.test_row', 'nl')}: 9" in page
    assert wording.text("quality.kept", "nl") in page


def test_a_few_flagged_responses_are_told_and_not_counted(tmp_path: Path) -> None:
    workspace = flagged_region(tmp_path / "ws", [2, 6, 0, 6, 0, 6])
    view = take_view(workspace)
    assert flag_totals(view, "basic", Group("DUIN", None))["test_row"] is None
    region_total, meer = (
        flag_totals(view, "basic", Group(place, None))["test_row"] for place in (None, "MEER")
    )
    assert region_total is None or meer is None, "2 test rows in DUIN could be subtracted"
    page = visible_text(parse(workspace.report("DUIN", "2025-2026").path.read_text(encoding="utf-8")))
    flagged = wording.text("quality.flagged.test_row", "nl")
    assert wording.text("quality.hidden", "nl", text=flagged) in page
    assert f"{flagged}: 2" not in page


def test_before_after_and_later_of_one_session_from_the_tool_to_the_change(tmp_path: Path) -> None:
    """The bundled exports of one partnership: the moment of each file is found by its questions."""
    workspace = init_workspace(tmp_path / "ws")
    examples = shipped("examples")
    run(workspace, "register", "import", examples / "register.xlsx")
    exports = sorted((examples / "exports").glob("*MEER-2526-*.xlsx"))
    found = told(workspace, "import", *exports)
    assert {one["status"] for one in found["imports"]} == {"imported"}
    moments = Counter(moment for event in workspace.evaluations.history() for moment in event["moments"])
    assert moments == {"pre": 19, "post": 19, "follow_up": 19}
    steps = {(one["from"], one["to"]): one for one in told(workspace, "change", "--item", "ZEL")["pairing"]}
    step = steps["pre", "post"]
    assert step["match_rate"]["to"] == pytest.approx(0.59, abs=0.05)
    assert step["near"]["paired"] > step["paired"]
    change = told(workspace, "change", "--item", "ZEL", "--near")["changes"][0]
    assert change["verdict"] == "better" and change["paired"] == step["near"]["paired"]


def test_a_form_of_another_time_is_flagged_by_its_day(tmp_path: Path) -> None:
    workspace = mapped(region(tmp_path / "ws", [12]))
    late = [(MEETINGS[-1] + timedelta(days=days)).isoformat() for days in (0, 1, 61, 200)]
    file = csv(workspace, "DUIN-2526-01.csv", {**POST, "Datum": late})
    found = told(workspace, "import", file)["imports"][0]
    [one] = [one for one in found["findings"] if one["code"] == "quality.flag_outside_dates"]
    assert (one["count"], one["row"]) == (2, 4) and "DUIN-2526-01" in one["message"]
