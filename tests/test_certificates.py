"""Certificates through the front door: the page, its PDF, and what a stranger hears of a code."""

from __future__ import annotations

import json
import re
import stat
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from qualitycycle.cli import app
from qualitycycle.config import shipped
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.workspace import Workspace, init_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = init_workspace(tmp_path_factory.mktemp("papers") / "ws", "nl")
    assert made.import_register(shipped("examples") / "register.xlsx").status == "imported"
    return made


def issued(workspace: Workspace) -> dict[str, object]:
    rows = workspace.records.load()["certificates"]
    return next(row for row in rows if row["session"] and len(row["issuers"]) == 2)


def page_of(workspace: Workspace, path: Path, row: dict[str, object]) -> str:
    assert workspace.write_certificates(path, str(row["id"]), force=True) == 1
    return path.read_text(encoding="utf-8")


def code_on(page: str) -> str:
    [code] = re.findall(r'class="code">([^<]+)<', page)
    return str(code)


def test_a_certificate_says_what_the_register_says(workspace: Workspace, tmp_path: Path) -> None:
    row = issued(workspace)
    page = page_of(workspace, tmp_path / "paper.html", row)
    records = workspace.records.load()
    [person] = [one for one in records["mentors"] if one["id"] == row["person"]]
    assert f'<p class="name">{person["name"]}</p>' in page
    for code in row["issuers"]:  # type: ignore[attr-defined]
        known = workspace.config.organisations
        assert {**known.boards, **known.institutes}[code].name in page
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", page)
    key = workspace.root / "register" / "certificates.key"
    assert sys.platform == "win32" or stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_stranger_hears_no_name_board_or_school(workspace: Workspace, tmp_path: Path) -> None:
    row = issued(workspace)
    code = code_on(page_of(workspace, tmp_path / "paper.html", row))
    found = workspace.verify_certificate(code, as_of="2026-01-01")
    assert (found.outcome, found.issued_on, found.name_agrees) == ("valid", row["issued_on"], None)
    [person] = [one for one in workspace.records.load()["mentors"] if one["id"] == row["person"]]
    told = " ".join(found.said) + json.dumps(found.as_json())
    board = workspace.config.organisations.boards[str(person["board"])].name
    assert board not in told
    assert all(str(person[name]) not in told for name in ("id", "name", "school", "board"))
    assert workspace.verify_certificate(code, holder=str(person["name"]).upper()).name_agrees is True
    assert workspace.verify_certificate(code, holder="Iemand Anders").name_agrees is False


def test_expired_and_permanent_are_told_apart(workspace: Workspace, tmp_path: Path) -> None:
    row = issued(workspace)
    code = code_on(page_of(workspace, tmp_path / "paper.html", row))
    [now] = workspace.verify_certificate(code, as_of=row["issued_on"]).said  # type: ignore[arg-type]
    [later] = workspace.verify_certificate(code, as_of=date(2070, 1, 1)).said
    assert "verlopen" in later and "verlopen" not in now


def test_all_of_a_session_at_once(workspace: Workspace, tmp_path: Path) -> None:
    row = issued(workspace)
    path = tmp_path / "all.html"
    own = [one for one in workspace.records.load()["certificates"] if one["session"] == row["session"]]
    assert workspace.write_certificates(path, session=str(row["session"])) == len(own)
    assert path.read_text(encoding="utf-8").count("<main>") == len(own)
    with pytest.raises(Refused):
        workspace.write_certificates(path, session=str(row["session"]))


def test_wrong_questions_are_told(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem):
        workspace.write_certificates(tmp_path / "paper.docx", "C001")
    with pytest.raises(Refused) as refused:
        workspace.write_certificates(tmp_path / "paper.html", "C9999")
    assert [found.code for found in refused.value.findings] == ["certificates.none"]
    assert not (tmp_path / "paper.html").exists()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_command_line(workspace: Workspace, tmp_path: Path, language: str) -> None:
    row = issued(workspace)
    at = ["--workspace", str(workspace.root), "--language", language]
    run = CliRunner().invoke
    out = tmp_path / "paper.html"
    assert run(app, [*at, "register", "certificate", str(out), "--id", str(row["id"])]).exit_code == 0
    code = code_on(out.read_text(encoding="utf-8"))
    good = run(app, [*at, "register", "verify", code, "--json"])
    assert good.exit_code == 0 and json.loads(good.output)["outcome"] == "valid"
    wrong = run(app, [*at, "register", "verify", "0000-0000-0000-0000"])
    assert wrong.exit_code == 1 and wrong.output.strip()
    neither = run(app, [*at, "register", "certificate", str(out)])
    assert neither.exit_code == 2 and "--session" in neither.output


@pytest.mark.browser
@pytest.mark.slow
def test_a_pdf_of_one_page_each(workspace: Workspace, tmp_path: Path, chromium: str) -> None:
    row = issued(workspace)
    path = tmp_path / "paper.pdf"
    own = [one for one in workspace.records.load()["certificates"] if one["session"] == row["session"]]
    assert workspace.write_certificates(path, session=str(row["session"])) == len(own)
    data = path.read_bytes()
    assert data.startswith(b"%PDF") and b"/StructTreeRoot" in data
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == len(own)
