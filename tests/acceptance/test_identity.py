"""The same eight people in another file: never counted twice, whatever happened to the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from qualitycycle.workspace import FileImport, Workspace, open_workspace
from tests.acceptance.places import map_to, register, workspace_with

MARKS = ("8", "7", "9", "6", "8", "10", "7", "5")
FITS = ("4", "5", "3", "2", "4", "5", "1", "3")
BOTH = ["Mark", "Fit"]
ROWS = [list(row) for row in zip(MARKS, FITS, strict=True)]
DAYS = [date(2025, 9, day) for day in range(1, 9)]

INSTRUMENT = """
id = "short"
title.en = "Short"
[scales.M]
kind = "ordinal"
points = 10
favourable = [8, 9, 10]
uses_mean = true
relevant_mean = 0.5
labels.en = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
[scales.F]
kind = "ordinal"
points = 5
favourable = [4, 5]
uses_mean = true
relevant_mean = 0.3
labels.en = ["1", "2", "3", "4", "5"]
[[items]]
id = "MARK"
text.en = "Mark"
scale = "M"
[[items]]
id = "FIT"
text.en = "Fit"
scale = "F"
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = workspace_with(tmp_path / "ws", instrument=("short", INSTRUMENT))
    sessions = [{"id": id, "kind": "basic", "lead": "ALL"} for id in ("S-1", "S-2")]
    meetings = [{"session": row["id"], "date": date(2025, 9, 15)} for row in sessions]
    register(made, {"sessions": sessions, "meetings": meetings})
    return made


def csv(workspace: Workspace, name: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    path = workspace.root / name
    path.write_text("\n".join(";".join(map(str, row)) for row in (headers, *rows)) + "\n")
    return path


def load(workspace: Workspace, file: Path, session: str | None = "S-1", **choices: Any) -> FileImport:
    again = open_workspace(workspace.root)
    [one] = again.import_evaluations([file], session=session, moment="post", **choices).files
    return one


def forms(workspace: Workspace, item: str = "MARK") -> dict[str, int]:
    counts = open_workspace(workspace.root).counts(item, raw=True)
    return {str(name): int(n) for name, n in counts.groupby("collection")["n"].sum().items()}


def errors(one: FileImport) -> list[str]:
    return [found.code for found in one.findings if found.is_error]


def replaced(workspace: Workspace, file: Path, session: str | None = "S-1") -> FileImport:
    """Refused, then accepted with --replace."""
    before = forms(workspace)
    refused = load(workspace, file, session)
    assert (refused.status, errors(refused)) == ("rejected", ["store.changed_or_other"])
    assert forms(workspace) == before
    accepted = load(workspace, file, session, replace=True)
    assert accepted.status == "imported", accepted.findings
    return accepted


def test_one_unmapped_column_more(workspace: Workspace) -> None:
    load(workspace, csv(workspace, "a.csv", BOTH, ROWS))
    wider = [[*row, f"note {i}"] for i, row in enumerate(ROWS)]
    assert load(workspace, csv(workspace, "b.csv", [*BOTH, "Note"], wider)).status == "already_imported"
    assert forms(workspace) == {"S-1": 8}


@pytest.mark.parametrize("numbered_first", [True, False])
def test_the_id_column_comes_or_goes(workspace: Workspace, numbered_first: bool) -> None:
    plain = csv(workspace, "plain.csv", BOTH, ROWS)
    numbered = csv(workspace, "ids.csv", ["ID", *BOTH], [[i, *row] for i, row in enumerate(ROWS, 1)])
    first, second = (numbered, plain) if numbered_first else (plain, numbered)
    assert load(workspace, first).status == "imported"
    assert load(workspace, second).status == "already_imported"
    assert forms(workspace) == {"S-1": 8}


def test_an_unmapped_date_saved_as_a_workbook(workspace: Workspace) -> None:
    rows = [[*row, f"{day:%d-%m-%Y}"] for row, day in zip(ROWS, DAYS, strict=True)]
    load(workspace, csv(workspace, "a.csv", [*BOTH, "Birthday of school"], rows))
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append([*BOTH, "Birthday of school"])
    for (mark, fit), day in zip(ROWS, DAYS, strict=True):
        book.active.append([int(mark), int(fit), datetime(day.year, day.month, day.day)])
    book.save(workspace.root / "a.xlsx")
    assert load(workspace, workspace.root / "a.xlsx").status == "already_imported"
    assert forms(workspace) == {"S-1": 8}


def test_the_same_bytes_after_another_mapping_kept_a_column(workspace: Workspace) -> None:
    rows = [[*row, f"place {i}"] for i, row in enumerate(ROWS)]
    file = csv(workspace, "a.csv", [*BOTH, "Locatie"], rows)
    load(workspace, file)
    map_to(workspace.root, "other", 'instrument = "short"\n[columns]\nLocatie = "FIT"\nElsewhere = "MARK"\n')
    assert load(workspace, file).status == "already_imported"
    assert forms(workspace) == {"S-1": 8}


def test_a_mapping_gains_a_response_id_and_a_column(workspace: Workspace) -> None:
    file = csv(workspace, "a.csv", ["Nr", "Cijfer", "Past"], [[i, *row] for i, row in enumerate(ROWS, 1)])
    map_to(workspace.root, "m", 'instrument = "short"\n[columns]\nCijfer = "MARK"\n')
    assert load(workspace, file, mapping="m").status == "imported"
    longer = 'instrument = "short"\nresponse_id = "Nr"\n[columns]\nCijfer = "MARK"\nPast = "FIT"\n'
    map_to(workspace.root, "m", longer)
    replaced(workspace, file)
    assert (forms(workspace), forms(workspace, "FIT")) == ({"S-1": 8}, {"S-1": 8})


def test_one_corrected_cell_and_the_way_back(workspace: Workspace) -> None:
    first = csv(workspace, "a.csv", BOTH, ROWS)
    load(workspace, first)
    second = csv(workspace, "b.csv", BOTH, [["9", "4"], *ROWS[1:]])
    accepted = replaced(workspace, second)
    assert forms(workspace) == {"S-1": 8}
    assert load(workspace, second, replace=True).status == "already_imported"
    assert open_workspace(workspace.root).retract(str(accepted.import_id)).status == "retracted"
    assert forms(workspace) == {"S-1": 8}
    assert load(workspace, first).status == "already_imported"


def test_a_row_moves_to_another_session(workspace: Workspace) -> None:
    map_to(
        workspace.root,
        "m",
        'instrument = "short"\n[columns]\nMark = "MARK"\nFit = "FIT"\n[collection]\ncolumn = "Session"\n',
    )
    headers = [*BOTH, "Session"]
    rows = [[*row, "S-1" if i < 4 else "S-2"] for i, row in enumerate(ROWS)]
    load(workspace, csv(workspace, "a.csv", headers, rows), None)
    assert forms(workspace) == {"S-1": 4, "S-2": 4}
    moved = [[*ROWS[0], "S-2"], *rows[1:]]
    replaced(workspace, csv(workspace, "b.csv", headers, moved), None)
    assert forms(workspace) == {"S-1": 3, "S-2": 5}


def test_a_grown_export_adds_only_the_new(workspace: Workspace) -> None:
    load(workspace, csv(workspace, "a.csv", BOTH, ROWS))
    grown = load(workspace, csv(workspace, "b.csv", BOTH, [*ROWS, ["4", "1"]]))
    assert (grown.status, errors(grown), forms(workspace)) == ("imported", [], {"S-1": 9})
    assert (grown.responses, grown.written) == (9, 1)


def test_nobody_evaluates_a_cancelled_session(workspace: Workspace) -> None:
    register(workspace, {"sessions": [{"id": "S-2", "kind": "basic", "lead": "ALL", "cancelled": True}]})
    refused = load(workspace, csv(workspace, "a.csv", BOTH, ROWS), "S-2")
    assert (refused.status, errors(refused)) == ("rejected", ["linking.cancelled"])
    assert not (workspace.root / "evaluations" / "imports").exists()
    assert load(workspace, csv(workspace, "S-1.csv", BOTH, ROWS), None).status == "imported"


def test_three_marks_of_another_session_are_no_copy(workspace: Workspace) -> None:
    load(workspace, csv(workspace, "a.csv", ["Mark"], [[mark] for mark in MARKS]))
    other = load(workspace, csv(workspace, "b.csv", ["Mark"], [["8"], ["9"], ["7"]]), "S-2")
    assert (other.status, forms(workspace)) == ("imported", {"S-1": 8, "S-2": 3})
