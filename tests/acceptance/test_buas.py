"""230 real Microsoft Forms responses: multi-select with `;` in options, and the five outcomes."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from qualitycycle.workspace import FileImport, Workspace, open_workspace
from tests.acceptance.places import register, workspace_with

FILE = "exports/ms_forms/BredaUniversityGames__curriculum-prioritization-vfx__responses.xlsx"
DEMAND = (
    "Looking at the next 3-5 years, which specializations will have the strongest demand "
    "for well-trained juniors? (Select top 3)"
)
TECHNICAL = "For technical roles, which sub-discipline is most critical for schools to teach? (Select top 2)"
SENIORITY = "What is your seniority level?"
PROCEDURAL = "How essential is it to integrate procedural principles (Houdini) into the curriculum?"
OPTIONS = {
    DEMAND: [
        *(
            "Technical Artist (Games)",
            "Performance & Optimization (Games)",
            "VFX Artist (Real-time for Games)",
        ),
        *("Generalist 3D Artist (Games)", "Pipeline TD (VFX)", "Rigging Artist (Games)"),
        *("Environment/Level Art (Games)", "Lighting Artist (Games)", "FX Artist (Houdini for VFX)"),
        *(
            "Animator (Games)",
            "Compositor (Nuke for VFX)",
            "Generalist Modeler (VFX)",
            "Lighting Artist (VFX)",
        ),
        *("Rigging Artist (VFX)", "Concept Artist", "Animator (VFX)", "Texture/Look Dev Artist (Games)"),
        *("Character Artist (Games)", "Texture/Look Dev Artist (VFX)"),
    ],
    TECHNICAL: [
        "Tools & Pipeline Scripting (Python for VFX; Python/C# for Games)",
        "Procedural Content Generation (Houdini)",
        "Performance & Optimization (Games)",
        "Rigging & Animation Tech",
        "Shader Authoring (HLSL for Games; OSL/RenderMan, Karma, Arnold for VFX)",
    ],
    SENIORITY: [
        *("Senior / Lead", "Mid-level", "Director / Head of Department", "Supervisor", "Junior / Associate"),
    ],
    PROCEDURAL: ["Important as a Specialization", "Essential for all", "A Bonus Skill", "Not a priority"],
}
IDS = {DEMAND: "DEMAND", TECHNICAL: "TECHNICAL", SENIORITY: "SENIORITY", PROCEDURAL: "PROCEDURAL"}
MULTI = (DEMAND, TECHNICAL)

pytestmark = pytest.mark.corpus


def instrument() -> str:
    """The questionnaire as TOML; JSON strings and lists are TOML too."""
    items = [
        f"[[items]]\nid = {json.dumps(IDS[text])}\ntext.en = {json.dumps(text)}\n"
        f'scale = "{"multi" if text in MULTI else "single"}"\nlabels.en = {json.dumps(options)}\n'
        for text, options in OPTIONS.items()
    ]
    scales = "".join(f'[scales.{kind}]\nkind = "{kind}"\n' for kind in ("multi", "single"))
    return f'id = "buas"\ntitle.en = "Curriculum"\n{scales}' + "".join(items)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Workspace:
    root = tmp_path_factory.mktemp("buas") / "ws"
    workspace = workspace_with(root, instrument=("buas", instrument()))
    sessions = [{"id": id, "kind": "basic", "lead": "ALL"} for id in ("VFX-1", "VFX-2")]
    meetings = [{"session": row["id"], "date": date(2025, 9, 15)} for row in sessions]
    register(workspace, {"sessions": sessions, "meetings": meetings})
    return workspace


@pytest.fixture
def workspace(prepared: Workspace, tmp_path: Path) -> Workspace:
    """A fresh copy of the prepared workspace."""
    shutil.copytree(prepared.root, tmp_path / "ws")
    return open_workspace(tmp_path / "ws")


@pytest.fixture
def file(corpus: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(corpus / FILE, tmp_path / "responses.xlsx"))


def load(workspace: Workspace, file: Path, session: str = "VFX-1", **choices: Any) -> FileImport:
    [one] = workspace.import_evaluations([file], session=session, moment="post", **choices).files
    return one


def edited(file: Path, change: Callable[[Any], object]) -> Path:
    """The workbook after a change to its sheet, saved by another program."""
    book = openpyxl.load_workbook(file)
    change(book.active)
    target = file.with_name("edited.xlsx")
    book.save(target)
    book.close()
    return target


def grown(sheet: Any) -> None:
    """Two more people answered."""
    for at in (232, 233):
        cells = [cell.value for cell in sheet[2]]
        sheet.append([at + 10, *cells[1:]])
    for table in sheet.tables.values():
        table.ref = re.sub(r"\d+$", "233", table.ref)


def corrected(sheet: Any) -> None:
    """Somebody's seniority was wrong."""
    header = [str(cell.value or "").strip() for cell in sheet[1]]
    cell = sheet.cell(row=5, column=header.index(SENIORITY) + 1)
    cell.value = "Supervisor" if cell.value != "Supervisor" else "Mid-level"


def total(workspace: Workspace, item: str = "SENIORITY") -> int:
    counts = workspace.counts(item, raw=True)
    return int(counts.loc[counts["state"] == "answered", "n"].sum())


def contents(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_counts_per_option_equal_pandas(workspace: Workspace, file: Path) -> None:
    one = load(workspace, file)
    assert (one.status, one.responses, one.format) == ("imported", 230, "ms_forms")
    raw = pd.read_excel(file, engine="calamine", dtype=str, keep_default_na=False)
    raw.columns = raw.columns.str.strip()
    counts = workspace.counts(raw=True)
    answered = counts[counts["state"] == "answered"]
    for text, options in OPTIONS.items():
        cells = raw[text].str.replace("\xa0", " ").str.strip()
        ours = answered[answered["item"] == IDS[text]].groupby("option")["n"].sum()
        theirs = {
            str(position): int(
                (cells.str.contains(option, regex=False) if text in MULTI else cells == option).sum()
            )
            for position, option in enumerate(options, 1)
        }
        assert {option: n for option, n in ours.items() if option != "other"} == theirs, text
    assert {found.value for found in one.findings if found.code == "checking.other_option"} == {"•••"}


def test_nothing_of_email_or_name_is_stored(workspace: Workspace, file: Path) -> None:
    load(workspace, file)
    stored = b"".join(p.read_bytes() for p in (workspace.root / "evaluations").rglob("*") if p.is_file())
    assert b"anonymous" not in stored


def test_importing_again_changes_nothing(workspace: Workspace, file: Path) -> None:
    assert load(workspace, file).status == "imported"
    before = contents(workspace.root / "evaluations")
    assert load(workspace, file).status == "already_imported"
    assert contents(workspace.root / "evaluations") == before


def test_a_resaved_workbook_is_the_same_import(workspace: Workspace, file: Path) -> None:
    first = load(workspace, file)
    again = load(workspace, edited(file, lambda sheet: None))
    assert again.sha256 != first.sha256
    assert again.status == "already_imported"


def test_a_grown_export_adds_only_the_new_responses(workspace: Workspace, file: Path) -> None:
    load(workspace, file)
    assert load(workspace, edited(file, grown)).status == "imported"
    assert total(workspace) == 232
    assert [event["responses"] for event in workspace.evaluations.history()] == [230, 2]


def test_a_changed_response_needs_replace(workspace: Workspace, file: Path) -> None:
    load(workspace, file)
    changed = edited(file, corrected)
    before = contents(workspace.root / "evaluations")
    refused = load(workspace, changed)
    assert refused.status == "rejected"
    assert [found.code for found in refused.findings if found.is_error] == ["store.changed_response"]
    assert contents(workspace.root / "evaluations") == before
    assert load(workspace, changed, replace=True).status == "imported"
    assert total(workspace) == 230


def test_the_same_content_under_another_session_names_the_repair(workspace: Workspace, file: Path) -> None:
    first = load(workspace, file)
    refused = load(workspace, file, session="VFX-2")
    assert refused.status == "rejected"
    [found] = [found for found in refused.findings if found.is_error]
    assert found.code == "store.other_collection"
    assert found.details["import_id"] == first.import_id
    assert workspace.retract(str(first.import_id)).status == "retracted"
    assert load(workspace, file, session="VFX-2").status == "imported"


def test_a_dry_run_gives_the_same_findings_and_writes_nothing(workspace: Workspace, file: Path) -> None:
    before = contents(workspace.root)
    dry = load(workspace, file, dry_run=True)
    assert dry.status == "checked"
    assert contents(workspace.root) == before
    assert load(workspace, file).findings == dry.findings


def import_in_a_process(root: Path, file: Path, barrier: Any, outcomes: Any) -> None:
    workspace = open_workspace(root)
    barrier.wait()
    outcomes.put(load(workspace, file).status)


def test_of_eight_processes_at_once_one_imports(workspace: Workspace, file: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    barrier, outcomes = spawn.Barrier(8), spawn.Queue()
    processes = [
        spawn.Process(target=import_in_a_process, args=(workspace.root, file, barrier, outcomes))
        for _ in range(8)
    ]
    for process in processes:
        process.start()
    said = sorted(outcomes.get(timeout=120) for _ in processes)
    for process in processes:
        process.join()
    assert said == ["already_imported"] * 7 + ["imported"]
    assert total(workspace) == 230
