"""People through the workspace and the command line: real sheets, the real store."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from qualitycycle import wording
from qualitycycle.cli.app import app
from qualitycycle.errors import UsageProblem
from qualitycycle.register.tables import MERGES, STORED, TABLES
from qualitycycle.workspace import Workspace, init_workspace
from tests.readers.files import save_ods
from tests.small_workspace import small_workspace

A = [
    ["Mentoren, schooljaar 2025-2026"],
    [],
    ["Voornaam", "Tussenvoegsel", "Achternaam", "School", "Mentor sinds", "Certificaat", "Datum", "Student"],
    ["Noor", "van der", "Wilg", "De Boomgaard", 2019, "ja", date(2021, 6, 3), "ja"],
    ["Jan", None, "Bakker", "De Boomgaard", 2022, "nee", None, 2],
    ["Karin", None, "Esdoorn", "Het Anker", 2020, "bewijs van deelname", "12-11-2023", 0],
]
B = [
    ["naam leerkracht", "School", "mentortraining gevolgd op", "begeleidt nu"],
    ["Wilg, N. v.d.", "De Linde", date(2020, 10, 1), "ja"],
    ["C. Esdoorn", "De Linde", "5 maart 2024", "nee"],
]


def written(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init_workspace(tmp_path / "ws", "nl")


@pytest.fixture
def filled(workspace: Workspace, tmp_path: Path) -> Workspace:
    assert workspace.import_board(written(tmp_path / "a.xlsx", A), "DUIN-A").status == "imported"
    assert workspace.import_board(written(tmp_path / "b.xlsx", B), "MEER-A").status == "imported"
    return workspace


def run(workspace: Workspace, *arguments: str) -> Result:
    result = CliRunner().invoke(app, ["--workspace", str(workspace.root), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_board_comes_in_from_its_own_sheet(filled: Workspace) -> None:
    records = filled.records.load()
    assert [(row["id"], row["name"], row["mentoring"]) for row in records["mentors"]] == [
        ("DUIN-A-001", "Noor van der Wilg", True),
        ("DUIN-A-002", "Jan Bakker", True),
        ("DUIN-A-003", "Karin Esdoorn", False),
        ("MEER-A-001", "Wilg, N. v.d.", True),
        ("MEER-A-002", "C. Esdoorn", False),
    ]
    assert [(row["person"], row["kind"]) for row in records["certificates"]] == [
        ("DUIN-A-001", "certificate"),
        ("DUIN-A-003", "attendance_proof"),
    ]
    assert [(row["person"], row["on"]) for row in records["followed"]] == [
        ("MEER-A-001", date(2020, 10, 1)),
        ("MEER-A-002", date(2024, 3, 5)),
    ]


def test_again_changes_nothing_and_a_dry_run_writes_nothing(filled: Workspace, tmp_path: Path) -> None:
    versions = filled.records.versions()
    assert filled.import_board(tmp_path / "a.xlsx", "DUIN-A").status == "unchanged"
    changed = written(tmp_path / "a2.xlsx", [*A[:3], ["Noor", "van der", "Wilg", "Het Anker"]])
    outcome = filled.import_board(changed, "DUIN-A", dry_run=True)
    assert list(outcome.differences()) == ["~ mentors DUIN-A-001 (school: De Boomgaard -> Het Anker)"]
    assert filled.records.versions() == versions


@pytest.mark.parametrize("kind", ["csv", "ods"])
def test_other_containers(workspace: Workspace, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"b.{kind}"
    rows = [[str(cell) for cell in row] for row in B]
    if kind == "csv":
        path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    else:
        save_ods(rows, path)
    assert workspace.import_board(path, "MEER-A").status == "imported"
    assert len(workspace.records.load()["followed"]) == 2


def test_a_mapping_for_the_rest(workspace: Workspace, tmp_path: Path) -> None:
    mapping = tmp_path / "b.toml"
    mapping.write_text('kind = "refresher"\n[columns]\n"Wie" = "name"\n', encoding="utf-8")
    path = written(tmp_path / "b.xlsx", [["Wie", *B[0][1:]], *B[1:]])
    assert workspace.import_board(path, "MEER-A").status == "rejected"
    assert workspace.import_board(path, "MEER-A", mapping=mapping).status == "imported"
    assert {row["kind"] for row in workspace.records.load()["followed"]} == {"refresher"}
    mapping.write_text("[columns", encoding="utf-8")
    for wrong in (mapping, tmp_path / "none.toml"):
        outcome = workspace.import_board(path, "MEER-A", mapping=wrong)
        assert [found.code for found in outcome.findings] == ["people.bad_toml"]


def test_a_mapping_names_the_sheet_of_a_workbook(workspace: Workspace, tmp_path: Path) -> None:
    book = Workbook()
    for title, rows in (("Scholen", [["School", "Plaats"], ["De Linde", "Zee"]]), ("Mentoren", B)):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(tmp_path / "b.xlsx")
    outcome = workspace.import_board(tmp_path / "b.xlsx", "MEER-A")
    assert [found.code for found in outcome.findings] == ["reading.several_sheets"]
    mapping = tmp_path / "b.toml"
    mapping.write_text('sheet = "Mentoren"\n', encoding="utf-8")
    assert workspace.import_board(tmp_path / "b.xlsx", "MEER-A", mapping=mapping).status == "imported"


def test_a_wrong_file_stores_nothing_and_says_everything(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "b.xlsx", [B[0], ["Noor", "x", "ooit", "misschien"], [None, "y", None, "ja"]])
    outcome = workspace.import_board(path, "MEER-A")
    errors = [(found.row, found.column) for found in outcome.findings if found.is_error]
    assert errors == [(2, B[0][2]), (2, B[0][3]), (3, B[0][0])]
    assert workspace.records.versions() == {"commits": None}
    missing = workspace.import_board(tmp_path / "none.xlsx", "MEER-A")
    assert [found.code for found in missing.findings] == ["reading.no_file"]
    with pytest.raises(UsageProblem):
        workspace.import_board(path, "XX")


def test_impossible_dates_name_the_sheets_own_column(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "b.xlsx", [B[0], ["Noor Wilg", "De Linde", date(1950, 1, 1), "ja"]])
    outcome = workspace.import_board(path, "MEER-A")
    [found] = [one for one in outcome.findings if one.is_error]
    assert (found.code, found.row, found.column) == ("register.implausible_date", 2, B[0][2])


def test_duplicates_are_proposed_per_board(filled: Workspace) -> None:
    pairs = [(pair.one.id, pair.other.id, pair.names) for pair in filled.duplicates()]
    assert pairs == [("DUIN-A-001", "MEER-A-001", "same"), ("DUIN-A-003", "MEER-A-002", "near")]
    assert len(filled.duplicates(board="DUIN-A")) == 2
    assert filled.duplicates(board="DUIN-B") == []
    with pytest.raises(UsageProblem):
        filled.duplicates(board="XX")


def test_merge_log_and_unmerge(filled: Workspace, tmp_path: Path) -> None:
    before = filled.records.load()
    assert filled.merge_people("DUIN-A-001", "MEER-A-001", dry_run=True).status == "checked"
    assert (filled.merges(), filled.records.load()) == ([], before)
    done = filled.merge_people("duin-a-001", "meer-a-001", by="Jo")
    assert (done.status, done.number) == ("merged", 1)
    assert [row["person"] for row in filled.records.load()["followed"]] == ["DUIN-A-001", "MEER-A-002"]
    [line] = filled.merges()
    assert (line["by"], line["kept"], line["gone"], line["undone_at"]) == (
        "Jo",
        "DUIN-A-001",
        "MEER-A-001",
        None,
    )
    assert filled.import_board(tmp_path / "b.xlsx", "MEER-A").status == "unchanged"
    assert filled.unmerge_people(1).status == "unmerged"
    assert filled.records.load() == before
    for number in (1, 9):
        with pytest.raises(UsageProblem):
            filled.unmerge_people(number)


def test_undoing_is_refused_when_somebody_changed_those_rows(filled: Workspace) -> None:
    filled.merge_people("DUIN-A-001", "MEER-A-001")
    filled.records.update(
        lambda records: {"followed": [{**row, "proof": True} for row in records["followed"]]}
    )
    outcome = filled.unmerge_people(1)
    assert outcome.status == "rejected"
    assert [(found.code, found.value) for found in outcome.findings] == [
        ("people.changed_since", "DUIN-A-001, basic, 2020-10-01")
    ]
    assert filled.merges()[0]["undone_at"] is None


def test_the_log_is_no_sheet_and_survives_the_workbook(filled: Workspace, tmp_path: Path) -> None:
    filled.merge_people("DUIN-A-001", "MEER-A-001")
    assert MERGES.name in STORED
    assert MERGES.name not in TABLES
    filled.export_register(tmp_path / "register.xlsx")
    assert filled.import_register(tmp_path / "register.xlsx").status == "unchanged"
    assert len(filled.merges()) == 1


def test_a_workbook_from_before_a_merge_brings_nobody_back(filled: Workspace, tmp_path: Path) -> None:
    old = filled.export_register(tmp_path / "old.xlsx")
    before = filled.records.load()
    filled.merge_people("DUIN-A-001", "MEER-A-001")
    merged = filled.records.load()
    outcome = filled.import_register(old)
    assert (outcome.status, filled.records.load()) == ("unchanged", merged)
    [told] = [found for found in outcome.findings if found.code == "people.merged_before"]
    assert (told.value, told.details["now"], told.count) == ("MEER-A-001", "DUIN-A-001", 2)
    assert filled.unmerge_people(1).status == "unmerged"
    assert filled.records.load() == before
    assert filled.import_register(old).status == "unchanged"


def test_sessions_with_answers_keep_their_team(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "ws")
    answered = {id.casefold() for id in workspace.evaluations.collections()}
    given = workspace.records.load()["session_trainers"]
    busy = next(row["trainer"] for row in given if row["session"].casefold() in answered)
    other = next(row["trainer"] for row in given if row["trainer"] != busy)
    before = workspace.records.load()
    outcome = workspace.merge_people(other, busy)
    assert outcome.status == "rejected"
    assert "people.merge_moves_team" in {found.code for found in outcome.findings}
    assert (workspace.records.load(), workspace.merges()) == (before, [])


@pytest.mark.parametrize("language", wording.languages())
def test_the_command_line(filled: Workspace, tmp_path: Path, language: str) -> None:
    root = Path(shutil.copytree(filled.root, tmp_path / language))
    one = Workspace(root, filled.config, language)
    speak = ("--language", language)
    imported = run(one, "register", "import", str(tmp_path / "a.xlsx"), "--board", "DUIN-A", *speak)
    assert imported.exit_code == 0
    assert wording.text("people.not_kept.since", language) in imported.output
    assert "MEER-A-001" in run(one, "register", "duplicates", *speak).output
    pairs = json.loads(run(one, "register", "duplicates", "--json").output)["duplicates"]
    assert [person["id"] for person in pairs[0]["people"]] == ["DUIN-A-001", "MEER-A-001"]
    tried = run(one, "register", "merge", "DUIN-A-001", "MEER-A-001", "--dry-run", *speak)
    assert "- mentors MEER-A-001" in tried.output
    merged = json.loads(run(one, "register", "merge", "DUIN-A-001", "MEER-A-001", "--json").output)
    assert (merged["status"], merged["number"]) == ("merged", 1)
    assert "DUIN-A-001" in run(one, "register", "merges", *speak).output
    assert json.loads(run(one, "register", "merges", "--json").output)["merges"][0]["rows"] == 2
    undone = run(one, "register", "unmerge", "1", *speak)
    assert wording.text("people.told.unmerged", language, number=1, keep="", gone="") in undone.output
    refused = run(one, "register", "merge", "DUIN-A-001", "X", *speak)
    assert refused.exit_code == 1
    assert run(one, "register", "unmerge", "7", *speak).exit_code == 2


def test_nothing_to_show(workspace: Workspace) -> None:
    assert wording.text("people.no_duplicates", "nl") in run(workspace, "register", "duplicates").output
    assert wording.text("people.no_merges", "nl") in run(workspace, "register", "merges").output
