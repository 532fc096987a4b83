"""``instrument export``: the library call, the command, and what they say when it cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qualitycycle.cli import instrument_out
from qualitycycle.cli.app import app
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.workspace import Workspace, init_workspace, open_workspace
from qualitycycle.workspace.instrument_out import TOOLS
from tests.exporters import questionnaire

SESSION = questionnaire.TANDEM.session


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    from qualitycycle.config import shipped

    root = tmp_path_factory.mktemp("out") / "ws"
    init_workspace(root)
    questionnaire.put_into(root)
    made = open_workspace(root)
    assert made.import_register(shipped("examples") / "register.xlsx").status == "imported"
    return made


def run(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(workspace.root), "instrument", "export", *arguments])


@pytest.mark.parametrize("to", TOOLS)
def test_every_tool_gets_a_file(workspace: Workspace, to: str, tmp_path: Path) -> None:
    for ending in TOOLS[to].endings:
        if ending == ".pdf":
            continue  # needs a browser; tests/exporters/test_printed.py looks at it
        exported = workspace.export_instrument(to, tmp_path / f"form{ending}", session=SESSION)
        assert exported.path.stat().st_size > 1000
        assert exported.form.place.session == SESSION
    assert [path.suffix for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_command_knows_the_same_tools() -> None:
    assert set(instrument_out.TO) == set(TOOLS)


def test_the_session_decides_variant_and_partnership(workspace: Workspace, tmp_path: Path) -> None:
    tandem = workspace.export_instrument(
        "limesurvey", tmp_path / "a.txt", instrument="rond-2.0", session=SESSION
    )
    assert tandem.form.left_out == ()
    elsewhere = workspace.export_instrument(
        "limesurvey", tmp_path / "b.txt", instrument="rond-2.0", session="veld-2526-01"
    )
    assert "LOCAL1" in elsewhere.form.left_out
    assert elsewhere.form.place.session == "VELD-2526-01"
    assert elsewhere.form.place.partnership == "VELD"
    other = workspace.export_instrument(
        "limesurvey", tmp_path / "c.txt", instrument="rond-2.0", session="VELD-2526-01", partnership="DUIN"
    )
    assert "LOCAL1" not in other.form.left_out


def test_without_a_session_it_says_what_to_do_later(workspace: Workspace, tmp_path: Path) -> None:
    exported = workspace.export_instrument("xlsform", tmp_path / "form.xlsx")
    assert [found.code for found in exported.findings] == [
        "instrument_out.left_out",
        "instrument_out.no_session",
    ]
    assert "qc_session" not in exported.form.hidden()


def test_a_folder_gets_a_name_with_the_session_in_it(workspace: Workspace, tmp_path: Path) -> None:
    exported = workspace.export_instrument("entry", tmp_path, session=SESSION, moment="follow_up")
    assert exported.path.name == f"Evaluatie mentortraining {SESSION} entry.xlsx"
    bare = workspace.export_instrument("entry", tmp_path / f"invoer {SESSION}", session=SESSION)
    assert bare.path.name == f"invoer {SESSION}.xlsx"


def test_a_survey_asks_for_its_moment(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as refused:
        workspace.export_instrument("xlsform", tmp_path / "form.xlsx", session="startenquete")
    [found] = refused.value.findings
    assert (found.code, found.details["expected"]) == ("instrument_out.which_moment", "student, survey")
    exported = workspace.export_instrument(
        "xlsform", tmp_path / "form.xlsx", session="startenquete", instrument="nl-start-1.0"
    )
    assert str(exported.form.moment) == "survey"


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"to": "excel"}, "workspace.unknown_choice"),
        ({"instrument": "geen"}, "workspace.unknown_choice"),
        ({"partnership": "GEEN"}, "workspace.unknown_choice"),
        ({"moment": "ooit"}, "workspace.unknown_choice"),
        ({"moment": "student", "instrument": "rond-2.0"}, "instrument_out.nothing_asked"),
        ({"path": "form.docx"}, "instrument_out.other_ending"),
    ],
)
def test_a_wrong_choice_is_a_usage_problem(
    workspace: Workspace, tmp_path: Path, how: dict[str, str], code: str
) -> None:
    asked = {"to": "xlsform", "path": "form.xlsx", **how}
    to, path = asked.pop("to"), tmp_path / asked.pop("path")
    with pytest.raises(UsageProblem) as refused:
        workspace.export_instrument(to, path, **asked)
    assert [found.code for found in refused.value.findings] == [code]
    assert not path.exists()


def test_an_unknown_session_is_refused_with_its_neighbours(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        workspace.export_instrument("xlsform", tmp_path / "form.xlsx", session="DUIN-2526-0")
    [found] = refused.value.findings
    assert found.code == "linking.unknown_session"
    assert "DUIN-2526-0" in found.details["expected"]


def test_a_file_that_is_there_stays_unless_forced(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_text("werk van iemand", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        workspace.export_instrument("xlsform", path)
    assert refused.value.findings[0].code == "workspace.file_exists"
    assert path.read_text(encoding="utf-8") == "werk van iemand"
    workspace.export_instrument("xlsform", path, force=True)
    assert path.read_bytes().startswith(b"PK")


def test_a_refused_export_leaves_nothing_and_keeps_what_was_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "map" / "form.xlsx"
    path.parent.write_text("geen map", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        workspace.export_instrument("xlsform", path, force=True)
    assert refused.value.findings[0].code == "workspace.cannot_write"


def test_the_command_writes_and_says_what_to_do_next(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    result = run(workspace, "--to", "xlsform", "--session", str(SESSION), str(path))
    assert result.exit_code == 0, result.output
    assert path.exists()
    assert "KoboToolbox" in result.output
    english = run(workspace, "--to", "xlsform", "--language", "en", "--force", "--json", str(path))
    told = json.loads(english.output)
    assert (told["instrument"], told["moment"], told["languages"]) == ("nl-mentor-1.0", "post", ["en", "nl"])
    assert told["items"][0] == "VRM1"
    assert {found["code"] for found in told["findings"]} >= {"instrument_out.no_session"}
    assert all(found["message"] for found in told["findings"])


def test_the_command_refuses_in_words(workspace: Workspace, tmp_path: Path) -> None:
    result = run(workspace, "--to", "xlsform", "--session", "nergens", str(tmp_path / "form.xlsx"))
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert run(workspace, "--to", "xlsform", str(tmp_path / "form.pdf")).exit_code == 2
