"""Open answers out, back and counted; a planted name reaches no door."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from deltalake import DeltaTable
from openpyxl import load_workbook

import qualitycycle as qc
from qualitycycle import arrow
from qualitycycle.cli.app import app
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.store import delta
from qualitycycle.store.schemas import ANSWERS
from qualitycycle.themes.names import folded
from qualitycycle.workspace import Workspace
from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.gather.themes import QUOTES, themes
from qualitycycle.workspace.theming import codings_of, forget_missing
from qualitycycle.workspace.view import take_view
from tests.small_workspace import small_workspace

SPELLINGS = (
    "Quirien van der Zonneveldt",
    "Q. van der Zonneveldt",
    "van der Zonneveldt, Q.",
    "zonneveldt",
    "ZONNEVELDT",
    "Zonnevéldt",
    "quiriens",
    "QvdZ",
    "Z-o-n-n-e-v-e-l-d-t",
    "Zonnevedlt",
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which a person is in the register, and in ten spellings in the open answers."""
    workspace = small_workspace(tmp_path_factory.mktemp("themes") / "w")
    mentor = {"id": "m-planted", "name": SPELLINGS[0]}
    workspace.records.update(lambda now: {"mentors": [*now["mentors"], mentor]})
    _plant(workspace)
    return workspace


def _plant(workspace: Workspace) -> None:
    """Write the spellings into the stored answers, as respondents would have."""
    where = str(workspace.root / "evaluations" / "answers")
    table = DeltaTable(where)
    content = delta.read(table, ANSWERS.names).to_pylist()
    for at, row in enumerate(row for row in content if row["item"] == "OPN1" and row["text"]):
        row["text"] = f"De oefening met {SPELLINGS[at % len(SPELLINGS)]} was te kort."
    assert delta.replace(table, arrow.from_rows(content, ANSWERS)) is not None


def decide(
    workspace: Workspace, path: Path, coder: str = "A", theme: str = "time", state: str = "keep"
) -> list[str]:
    """Export, decide on every comment in the workbook, and import; the comments' ids."""
    workspace.export_themes(path, coder=coder, force=True)
    book = load_workbook(path)
    sheet = book["comments"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    ids = []
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, heads["theme_1"], theme if row % 2 else "form")
        sheet.cell(row, heads["state"], state)
        sheet.cell(row, heads["reason"], "wijst naar iemand" if state == "withhold" else None)
        ids.append(str(sheet.cell(row, heads["comment"]).value))
    book.save(path)
    outcome = workspace.import_themes(path, coder=coder)
    assert outcome.status in ("imported", "unchanged"), outcome.findings
    return ids


def test_a_planted_name_reaches_no_door(planted: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "comments.xlsx"
    decide(planted, path)
    result = planted.themes(quotes=True)
    assert result.payload["quotes"]
    run = CliRunner().invoke
    place = ["--workspace", str(planted.root)]
    cells = [str(cell) for sheet in load_workbook(path) for row in sheet.values for cell in row if cell]
    doors = [
        " ".join(cells),
        json.dumps(dict(result.payload), ensure_ascii=False),
        result.summary(),
        html.unescape(result._repr_html_()),
        result.table.to_string(),
        repr(result),
        qc.figure(result).to_json(),
        run(app, ["themes", "--quotes", *place]).output,
        run(app, ["themes", "--quotes", "--json", *place]).output,
        run(app, ["themes", "export", str(tmp_path / "again.xlsx"), *place]).output,
        json.dumps(list(codings_of(planted).quotes().values()), ensure_ascii=False),
    ]
    for door in doors:
        attacked = folded("".join(one for one in door if one.isalnum()))
        for trace in ("zonnev", "quirien", "qvdz"):
            assert trace not in attacked, trace
    assert "[naam]" in doors[0] and "[naam]" in doors[-4]


def test_no_session_trainer_or_response_is_in_the_workbook(planted: Workspace, tmp_path: Path) -> None:
    planted.export_themes(tmp_path / "c.xlsx")
    records = planted.records.load()
    text = " ".join(str(c) for s in load_workbook(tmp_path / "c.xlsx") for r in s.values for c in r if c)
    assert not [row["id"] for row in (*records["sessions"], *records["trainers"]) if row["id"] in text]


def test_themes_count_what_was_decided_and_groups_below_ten_are_hidden(
    planted: Workspace, tmp_path: Path
) -> None:
    ids = decide(planted, tmp_path / "c.xlsx", coder="A")
    table = planted.themes().table
    assert table["written"].unique().tolist() == [len(ids)] and table["n"].sum() == len(ids)
    assert (table["low"] <= table["share"]).all() and (table["share"] <= table["high"]).all()
    by_cycle = planted.themes(by="cycle").table
    assert (by_cycle["written"].dropna() >= 10).all()


def test_two_coders_their_agreement_and_a_third_decision(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    ids = decide(workspace, tmp_path / "a.xlsx", coder="A")
    decide(workspace, tmp_path / "b.xlsx", coder="B", theme="group", state="withhold")
    result = workspace.themes(quotes=True)
    disputed = result.payload["unsettled"]
    assert disputed == len(ids) // 2 and len(result.findings) == disputed
    assert result.payload["agreement"]["form"] == 1.0 and result.payload["agreement"]["time"] < 0
    assert result.payload["quotes"] == []
    decide(workspace, tmp_path / "f.xlsx", coder="final")
    settled = workspace.themes(quotes=True)
    assert settled.payload["unsettled"] == 0 and len(settled.payload["quotes"]) == len(ids)
    assert {row["coder"] for row in codings_of(workspace).trail(ids[0])} == {"A", "B", "final"}


def test_codes_stay_when_the_answers_are_gone(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    ids = decide(workspace, tmp_path / "a.xlsx")
    before = workspace.themes().payload["themes"]
    for event in workspace.history():
        workspace.retract(event["import_id"])
    assert forget_missing(workspace) == len(ids)
    assert codings_of(workspace).quotes() == {}
    after = workspace.themes(quotes=True).payload
    assert after["themes"] == before and after["quotes"] == []


def test_every_problem_of_a_workbook_at_once_and_nothing_is_stored(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    path = tmp_path / "c.xlsx"
    workspace.export_themes(path)
    book = load_workbook(path)
    sheet = book["comments"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    wrong = [
        {"theme_1": "tyd", "state": "keep"},
        {"theme_1": "time", "state": "maybe"},
        {"theme_1": "time", "state": "withhold"},
        {"theme_1": "time", "state": "edit"},
        {"theme_1": "time", "state": "edit", "edited_text": "mail a@b.nl"},
        {"comment": "unknown", "state": "keep"},
    ]
    for row, cells in enumerate(wrong, start=2):
        for name, value in cells.items():
            sheet.cell(row, heads[name], value)
    book.save(path)
    outcome = workspace.import_themes(path)
    assert outcome.status == "rejected" and outcome.exit_code == 1
    found = {(one.code.partition(".")[2], one.row) for one in outcome.findings}
    assert found == {
        ("unknown_theme", 2),
        ("unknown_state", 3),
        ("no_reason", 4),
        ("no_text", 5),
        ("name_typed", 6),
        ("unknown_comment", 7),
    }
    assert codings_of(workspace).codes() == {}


def test_too_few_comments_are_not_read_by_anybody(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path / "w")
    floors = workspace.config.settings.floors.model_copy(update={"open_text": 10_000})
    settings = workspace.config.settings.model_copy(update={"floors": floors})
    strict = Workspace(workspace.root, replace(workspace.config, settings=settings), "nl")
    with pytest.raises(Refused):
        strict.export_themes(tmp_path / "c.xlsx")
    assert not (tmp_path / "c.xlsx").exists()


def test_a_closed_question_has_no_themes(planted: Workspace) -> None:
    with pytest.raises(UsageProblem):
        planted.themes("TRN3")


def test_the_report_of_a_partnership_counts_what_was_decided_and_quotes_what_was_released(
    planted: Workspace, tmp_path: Path
) -> None:
    decide(planted, tmp_path / "c.xlsx")
    about = About(planted, take_view(planted), "MEER", "2025-2026", date(2026, 7, 1))
    (question,) = themes(about)
    counted = planted.themes(partnership="MEER", cycle="2025-2026").table
    assert [one.title for one in question.themes] == counted["title"].tolist()
    assert [one.n for one in question.themes] == counted["n"].tolist()
    assert {question.written} == set(counted["written"])
    assert 0 < len(question.quotes) <= QUOTES
    told = folded(" ".join(one.text for one in question.quotes))
    assert "[naam]" in told and "zonnev" not in told and "quirien" not in told


def test_a_report_has_no_themes_where_a_group_is_too_small(planted: Workspace) -> None:
    assert themes(About(planted, take_view(planted), "DUIN", "2025-2026", date(2026, 7, 1))) == ()
