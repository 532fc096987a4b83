"""Every wrong file: refused with all its findings, exit code 1, the store byte for byte as before."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from qualitycycle.cli.app import app
from qualitycycle.register.workbook import write_workbook
from qualitycycle.workspace import Workspace, init_workspace, open_workspace

MARK = "Welk cijfer geef je de trainer(s) samen?"
FIT = "De inhoud sloot aan bij mijn ervaring als mentor."
FORMS = ("ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam")
ENCRYPTED = (
    bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000
)

Make = Callable[[Path], Path]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = init_workspace(tmp_path_factory.mktemp("bad") / "ws")
    records = {
        "sessions": [{"id": id, "kind": "basic", "lead": "DUIN"} for id in ("DUIN-01", "DUIN-02")],
        "meetings": [{"session": id, "date": date(2025, 9, 15)} for id in ("DUIN-01", "DUIN-02")],
    }
    path = workspace.root / "register.xlsx"
    write_workbook(path, records, workspace.config.organisations, "nl")  # type: ignore[arg-type]
    assert workspace.import_register(path).status == "imported"
    good = csv("good.csv", f"{MARK};{FIT}", "8;mee eens", "7,5;neutraal")(workspace.root)
    assert workspace.import_evaluations([good], session="DUIN-02").files[0].status == "imported"
    return workspace


@pytest.fixture
def root(prepared: Workspace, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared.root, tmp_path / "ws"))


def csv(name: str, *lines: str, encoding: str = "utf-8") -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_text("\n".join(lines) + ("\n" if lines else ""), encoding=encoding)
        return path

    return make


def raw(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def forms(name: str, *rows: tuple[Any, ...]) -> Make:
    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append([*FORMS, MARK, FIT])
        for row in rows:
            sheet.append(row)
        book.save(folder / name)
        return folder / name

    return make


def directory(folder: Path) -> Path:
    path = folder / "DUIN-01.xlsx"
    path.mkdir()
    return path


def response(id: int, mark: Any, fit: str = "mee eens") -> tuple[Any, ...]:
    return (id, None, None, "anonymous", None, mark, fit)


BAD: dict[str, tuple[Make, set[str]]] = {
    "empty file": (raw("DUIN-01.csv", b""), {"reading.empty_file"}),
    "only a header": (csv("DUIN-01.csv", f"{MARK};{FIT}"), {"reading.no_rows"}),
    "no header": (csv("DUIN-01.csv", "8;mee eens", "7;neutraal"), {"reading.no_header"}),
    "wrong delimiter": (
        csv("DUIN-01.csv", f"{MARK}^{FIT}", "8^mee eens", "7^neutraal"),
        {"checking.nothing_recognised"},
    ),
    "unknown label": (csv("DUIN-01.csv", f"{MARK};{FIT}", "8;best wel"), {"checking.unknown_label"}),
    "out of scale": (csv("DUIN-01.csv", f"{MARK};{FIT}", "11;mee eens"), {"checking.out_of_scale"}),
    "unknown session": (csv("DUIN-99.csv", f"{MARK};{FIT}", "8;mee eens"), {"linking.no_session"}),
    "two sessions": (csv("DUIN-01 DUIN-02.csv", f"{MARK};{FIT}", "8;mee eens"), {"linking.two_sessions"}),
    "duplicate response ids": (
        forms("DUIN-01.xlsx", response(1, 8), response(1, 7), response(2, 9)),
        {"reading.duplicate_response_id"},
    ),
    "password-protected": (raw("DUIN-01.xlsx", ENCRYPTED), {"reading.password"}),
    "broken xlsx": (raw("DUIN-01.xlsx", b"PK\x03\x04" + b"\1" * 300), {"reading.broken_workbook"}),
    "200 unknown columns": (
        csv("DUIN-01.csv", ";".join(f"Kolom {i}" for i in range(200)), ";".join(["x"] * 200)),
        {"checking.nothing_recognised"},
    ),
    "a directory": (directory, {"reading.directory"}),
    "a missing file": (lambda folder: folder / "DUIN-01.xlsx", {"reading.no_file"}),
    "everything at once": (
        csv("zomaar.csv", f"{MARK};{FIT}", "11;mee eens", "8;best wel", "0;best wel"),
        {"linking.no_session", "checking.out_of_scale", "checking.unknown_label"},
    ),
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("case", BAD)
def test_a_wrong_file_is_refused_whole(case: str, language: str, root: Path, tmp_path: Path) -> None:
    make, expected = BAD[case]
    file = make(tmp_path)
    before = contents(root)
    shown = run("--workspace", str(root), "--language", language, "import", str(file))
    machine = run("--workspace", str(root), "import", str(file), "--json")
    assert (shown.exit_code, machine.exit_code) == (1, 1), shown.output
    [one] = json.loads(machine.output)["imports"]
    codes = {found["code"] for found in one["findings"] if found["level"] == "error"}
    assert (one["status"], codes) == ("rejected", expected)
    assert "Traceback" not in shown.output
    for found in one["findings"]:
        assert found["message"] != found["code"]
        assert f"{found['code'].partition('.')[0]}." not in found["message"].split()
    assert contents(root) == before


def test_findings_name_row_column_value_and_what_was_expected(root: Path, tmp_path: Path) -> None:
    make, _ = BAD["everything at once"]
    output = run("--workspace", str(root), "--language", "nl", "import", str(make(tmp_path))).output
    assert "rij 2" in output and f"'{MARK}'" in output and "'11'" in output
    assert "'best wel', 2 keer" in output and "4 = mee eens" in output
    assert "--session" in output and "DUIN-01" in output


def test_of_several_files_the_good_ones_land(root: Path, tmp_path: Path) -> None:
    good = csv("DUIN-01.csv", f"{MARK};{FIT}", "9;mee eens")(tmp_path)
    bad = csv("DUIN-01 slecht.csv", f"{MARK};{FIT}", "99;mee eens")(tmp_path)
    result = run("--workspace", str(root), "import", str(good), str(bad), "--json")
    assert result.exit_code == 1
    assert [one["status"] for one in json.loads(result.output)["imports"]] == ["imported", "rejected"]


def test_a_register_that_contradicts_itself_is_refused_whole(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    records = {
        "trainers": [
            {"id": "T1", "name": "Een", "affiliation": "school", "board": "DUIN-A"},
            {"id": "t1", "name": "Twee", "affiliation": "institute", "institute": "KUST"},
        ],
        "sessions": [
            {"id": "DUIN-03", "kind": "basic", "lead": "DUIN", "declared_variant": "tandem"},
            {"id": "DUIN-04", "kind": "basic", "lead": "NERGENS"},
        ],
        "meetings": [{"session": "DUIN-03", "date": date(2025, 9, 15)}],
        "session_trainers": [
            {"session": "DUIN-03", "trainer": "T1", "affiliation": "school"},
            {"session": "DUIN-03", "trainer": "T9", "affiliation": "school"},
        ],
    }
    from qualitycycle.config import load_config

    write_workbook(path, records, load_config(root).organisations, "nl")  # type: ignore[arg-type]
    before = contents(root)
    shown = run("--workspace", str(root), "register", "import", str(path))
    result = run("--workspace", str(root), "register", "import", str(path), "--json")
    assert (shown.exit_code, result.exit_code) == (1, 1)
    errors = [found for found in json.loads(result.output)["findings"] if found["level"] == "error"]
    assert len({found["code"] for found in errors}) >= 4, errors
    assert all(found["row"] for found in errors)
    assert contents(root) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["import"], 2),
        (["compare", "--by", "sterrenbeeld"], 2),
        (["compare", "--item", "TRN33"], 2),
        (["compare", "--partnership", "NERGENS"], 2),
        (["report", "--partnership", "NERGENS", "--cycle", "2025-2026"], 2),
        (["status", "--as-of", "gisteren"], 2),
        (["status"], 0),
        (["compare"], 0),
        (["history"], 0),
        (["register", "show"], 0),
        (["instrument", "show"], 0),
        (["instrument", "check"], 0),
    ],
)
def test_exit_codes(root: Path, arguments: list[str], code: int) -> None:
    result = run("--workspace", str(root), *arguments)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output


def test_outside_a_workspace_the_way_in_is_shown(tmp_path: Path) -> None:
    result = run("--workspace", str(tmp_path), "status")
    assert result.exit_code == 2
    assert "qualitycycle init" in result.output


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def contents(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_renamed_question_hides_no_other_problem(root: Path, tmp_path: Path) -> None:
    """A header, a label and the session are wrong: all three are told, and nothing is stored."""
    near = "Welk cijfer geef jij de trainers samen?"
    made = csv("export.csv", f"{near};{FIT}", "8;tout à fait d'accord", "7,5;neutraal")(tmp_path)
    workspace = open_workspace(root)
    before = workspace.history()
    report = workspace.import_evaluations([made])
    codes = {found.code for found in report.files[0].findings if found.is_error}
    assert codes >= {"checking.near_header", "checking.unknown_label", "linking.no_session"}
    assert report.exit_code == 1 and workspace.history() == before
